// Package charts computes the places and sizes of the bars, ticks and labels of charts
// for the pages of the desk. The markup is in package views.
//
//	charts.go  the chart of bars with its axes
package charts

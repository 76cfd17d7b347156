// Package direction tells in which direction a text runs.
//
//	direction.go  the direction of most letters
package direction

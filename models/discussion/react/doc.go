// Package react takes the reactions of visitors to comments: recommendations and
// reports.
//
//	react.go  recommending, taking back, reporting
//
// # Why networks count
//
// A visitor has no account. A browser can drop its cookie as often as it likes, so
// a reaction also counts only once for each network.
package react

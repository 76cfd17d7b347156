// Package filldemo fills an empty database with the demo newsroom.
//
//	fill.go  the paper that readers see, with its comments
//	desk.go  the texts at the editors' desk
package filldemo

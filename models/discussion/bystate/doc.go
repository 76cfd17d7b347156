// Package bystate lists comments by their state and article, for commands.
//
//	bystate.go  the list
package bystate

// Package connlimit limits the open connections of a server, in limit.go. For a
// new connection it closes the one that has been idle longest.
//
// Why not netutil.LimitListener: it keeps a new connection waiting while idle
// ones hold all places, so that idle browsers could shut out all others.
package connlimit

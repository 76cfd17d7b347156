// Package onewrite lets the HTTP server send a short answer in one write.
//
//	onewrite.go  the listener, and the connections that join two writes
//
// # Why
//
// net/http sends an answer that is longer than its buffer of 4 KB in two
// writes: first the full buffer, which begins with the headers, then the rest.
// A write costs as much as everything else that is done for a cached page. A
// connection of this package holds the first write back while the handler has
// enabled that, and sends both with one system call (writev).
//
// If net/http gets a buffer of another size, nothing is held back and every
// write is sent at once.
package onewrite

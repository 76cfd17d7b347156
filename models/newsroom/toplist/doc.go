// Package toplist stores the rankings of articles: the most read and the most
// discussed ones. Tasks make them (packages reads and heat), pages show them.
//
// Where things are:
//
//	toplist.go  Store and Load
package toplist

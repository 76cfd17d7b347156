// Package translations has the groups of articles that are translations of each other.
// The articles of a group have one translation key, a column of their rows, which
// package newsroom writes.
//
// Where things are:
//
//	key.go    Cleaned and Move: the key of an article, and its cache tag
//	group.go  Find and Group: the public articles of a group, one for each language
package translations

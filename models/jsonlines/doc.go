// Package jsonlines reads the files of an import: one JSON object a line.
//
//	lines.go  lines, loose strings, and errors for the author of a file
package jsonlines

// Package worddiff compares two texts word by word, for people that read what has
// changed. It has no state and no database.
package worddiff

// Package subsequence finds what two lists have in common, in order. Comparisons of
// words and of paragraphs are built on it. It has no state and no database.
package subsequence

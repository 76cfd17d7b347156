// Package changes has the structs of the pages that show readers the corrections of the
// paper, and what has changed in an article. They hold plain values; package views embeds
// them in its pages.
//
//	changes.go all of them
package changes

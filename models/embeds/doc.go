// Package embeds knows the addresses of films, posts, sounds and charts on other sites
// that a page can show in a frame once its reader asks for it. It has no state, no
// database, and asks nobody.
//
//	embeds.go   the services and their addresses
//	split.go    addresses on lines of their own in a body
package embeds

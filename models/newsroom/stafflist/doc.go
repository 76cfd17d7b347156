// Package stafflist finds what programs of the staff ask WordPress's REST interface for:
// articles in every status, and tags, authors and pictures without public articles. Package
// collection answers visitors.
//
//	articles.go  articles
//	terms.go     tags, and authors by number
//	pictures.go  pictures of the library
//
// Its answers are never cached, so its statements may read more than those of
// collection; see [MaxReach].
package stafflist

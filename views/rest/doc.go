// Package rest has the JSON of WordPress's REST interface as structs, with
// WordPress's names and in its order.
//
//	rest.go    the parts that all answers share: links, rendered texts, errors
//	post.go    articles
//	term.go    categories, tags and authors
//	other.go   comments, pictures, search results, types and the index
//	programs.go  application passwords and versions of articles
//	pick.go    the fields that a request asks for
//	names.go   the names of all fields
//	schema.go  the description of entries for clients
//
// The reference is https://developer.wordpress.org/rest-api/reference/.
package rest

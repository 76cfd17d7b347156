// Package restparams reads the query parameters of WordPress's REST interface:
// https://developer.wordpress.org/rest-api/reference/ names them.
//
//	param.go   one parameter: its kind, its bounds, its description for clients
//	read.go    a query string to values, with WordPress's errors
//	values.go  the values, and their one spelling
//	date.go    dates with and without a zone
//
// # One spelling
//
// Each query has one spelling: defaults and unknown parameters are dropped, lists
// are sorted where their order does not matter. The page cache keeps an answer under it,
// so that a stranger cannot fill the cache with spellings of one question.
package restparams

// Package compiled executes html/template templates without interpreting them
// for every page.
//
// Before the first use of a template, html/template decides how each value has
// to be escaped in its place. It writes the names of the escaping functions into
// the tree of the template. For every page, text/template then walks that tree,
// looks up each field by its name and calls each function through reflection.
// That took half of the time of an article with its comments. This package
// turns the escaped tree into Go functions, once for each type of data: fields
// become indexes, known functions are called directly, and values without a
// character to escape are copied.
//
// The package decides nothing about escaping. It reads from the tree which
// functions a value goes through, and it leaves every value that is more than
// plain letters to html/template. Tests compare whole pages and random values
// with the output of html/template, byte for byte.
//
// A template may use a construct that this package does not know, and a new Go
// release may rename the functions that the tree contains. html/template then
// interprets the template: the page has the same bytes, takes about twice the
// time, and the log has one warning.
//
//   - set.go: templates, and programs by name and type
//   - nodes.go: texts, actions, branches, loops and calls of templates
//   - exprs.go: fields, methods, variables and constants
//   - funcs.go: calls of functions
//   - values.go: truth and order
//   - escape.go: escaping a value for its place
package compiled

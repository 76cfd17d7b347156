// Package compiled runs the templates of html/template without interpreting
// them anew for every page.
//
// html/template decides once, before a template's first use, how each value
// has to be escaped where it stands, and writes the names of the escaping
// functions into the template's tree. What text/template then does for every
// page is to walk that tree, look each field up by its name and call each
// function through reflection, which took half of the time of an article with
// its comments. Here the finished tree is turned into Go functions, once for
// each type of data: fields become positions, known functions are called
// directly, and values without a character to escape are copied.
//
// Nothing about escaping is decided here. Which functions a value goes through
// is read from the tree; what they do to a value that is more than plain
// letters is left to html/template itself. A template that uses something
// this package does not know is refused when it is compiled, not when a
// reader asks for it. Tests compare whole pages and made-up values with what
// html/template writes, byte for byte.
//
//   - set.go: templates, and programs by name and type
//   - nodes.go: texts, actions, branches, loops and calls of templates
//   - exprs.go: fields, methods, variables and constants
//   - funcs.go: calls of functions
//   - values.go: truth and order
//   - escape.go: the ways into a page
package compiled

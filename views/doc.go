// Package views is all HTML of the site and the structs it is fed.
//
// A page is a struct (page.go, article.go, lists.go …) and a template of the
// same name in pages/. Parts that several pages share stand in parts/, the
// frame around every page in layouts/. Structs hold plain values: no maps, no
// any, nothing that could query.
//
//	render.go    parse a page when it is first shown; Render a typed page
//	compiled/    runs what html/template has escaped
//	html.go      the one place where text becomes trusted HTML
//	funcs.go     what templates can call: messages, dates, numbers
//	messages.go  interface text: messages/*.json, one file a language
//	fixtures/    every page in every state, for the gallery and tests
//
// # Personal parts
//
// A page is the same bytes for everybody but for what stands between the
// marks <!--personal--> and <!--/personal-->: the remembered fields of the
// reply form and the reader's own waiting comments. A cached page can so be
// served to all.
//
// To add a page: a struct, a Name for it in render.go, a template, a fixture.
package views

// Package sharepicture gives each public article the picture that social networks and
// messengers show beside a link to it.
//
//	sharepicture.go  Picture: what an article's picture shows, and its address
//	painter.go       Painter draws pictures once and keeps them among the variants
//
// The address contains a hash of everything that the picture shows: headline, section,
// the name of the paper, accent, lead picture and focus. So an address always gives the
// same bytes, and an article gets a new address when one of them changes. Package
// sharecard draws.
package sharepicture

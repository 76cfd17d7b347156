// Package permalink makes and reads the addresses of articles by the site's
// pattern, such as /%year%/%monthnum%/%day%/%postname%/, and the addresses of
// the pages of categories, tags and authors.
//
// Where things are:
//
//	pattern.go  Pattern.Path: from an article to its address, and addresses that it cannot have
//	parse.go    Pattern.Parse: from an address to the article that it names
package permalink

// Package absolute makes the addresses in the HTML of an article absolute, for readers
// on other sites and in other programs: feeds, the REST interface, copies for other
// sites.
//
//	absolute.go  one address, a tree, a text
package absolute

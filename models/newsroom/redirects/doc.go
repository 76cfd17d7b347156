// Package redirects holds the addresses that editors let lead to other ones. They count
// for addresses that no page of the site has: an article, a section or a page at the
// address goes before the redirect.
//
// Where things are:
//
//	redirects.go  the list; Put and Remove
//	address.go    the form of addresses; the targets that are allowed
//	parse.go      files of redirects, line by line
//	plan.go       the effect of a file; loops and chains
//	hits.go       how often readers follow each
//
// # Why a redirect leads to its end at once
//
// A reader's browser follows each step of a chain. So a redirect to an address that
// itself leads on is stored with the last address, and redirects to an address that
// begins to lead on get the new target. A loop is refused.
package redirects

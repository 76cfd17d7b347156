// Package redirects stores the redirects that editors and imports set. A redirect applies
// only if the site has no article, section or other page at the address.
//
// Where things are:
//
//	redirects.go  the list; Put and Remove
//	address.go    the normal form of addresses; the allowed targets
//	parse.go      Parse: the lines of a file of redirects
//	plan.go       Check and Import: the effect of a file; loops and chains
//	hits.go       how often readers follow each redirect
//
// # Why a redirect is stored with the end of its chain
//
// A reader's browser needs a request for each step of a chain. So a redirect to a redirected
// address is stored with the last address of the chain, and stored redirects to an address
// that is redirected later get the new target. A loop is refused.
package redirects

// Package bans holds the bans: senders whose comments are refused, held, published or
// answered by a warning. A ban names a browser, an address, a domain or a network, no
// account. The package lies below people, so that the check of each comment needs none
// of the accounts.
package bans

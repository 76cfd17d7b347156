// Package people holds accounts: who works on the site, in which role, and
// how they prove it.
//
//	user.go      the account row; adding, listing
//	role.go      roles in the order of their rights
//	password.go  argon2id hashes
//
// An account is not a byline: newsroom.Author is the name over a story and
// may exist without an account, as a guest author does.
package people

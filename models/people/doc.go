// Package people holds accounts: who works on the site, in which role, and
// how they prove it.
//
//	user.go      the account row; adding, listing
//	acting.go    may this account still act; the stamp in links and sessions
//	staff.go     what managers do to accounts, and the log of it
//	name.go      which names are taken or reserved
//	titles.go    the words that names may not claim
//	role.go      roles in the order of their rights
//	right.go     what each role may do
//	password.go  argon2id hashes
//	signin.go    the door: checking, and counting failures
//	totp.go      one-time passwords
//	passkey.go   passkeys (WebAuthn)
//	session.go   browsers that are signed in
//	token.go     tokens for links sent by mail
//	ban.go       whom the site takes nothing from, or looks at first
//	wish.go      how moderators want to hear of what is held
//	address.go   what owners of addresses have said about mail
//
// An account is not a byline: newsroom.Author is the name over a story and
// may exist without an account, as a guest author does.
package people

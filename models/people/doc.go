// Package people holds accounts: the staff and readers, their roles and their
// credentials.
//
//	user.go             the account row; creating, listing
//	authorize.go        whether an account may still act; the stamp in links and sessions
//	staff.go            changes of accounts by managers, and the log of them
//	name.go             names that are taken or reserved
//	role.go             roles in the order of their rights
//	right.go            the rights of each role
//	password.go         argon2id hashes; resetting a password
//	signin.go           sign-in: comparing passwords, counting failures
//	totp.go             one-time passwords
//	passkey.go          passkeys (WebAuthn)
//	security.go         mails to the owner of an account about changes of it
//	newemail.go         a new address, confirmed by mail
//	session.go          the sessions of signed-in browsers
//	token.go            tokens for links sent by mail
//	mail_preference.go  how moderators want to hear of held comments
//	email.go            the one stored form of an email address
//	address.go          answers of address owners about mail
//
// An account is not a byline: taxonomy.Author is the name over an article and
// may exist without an account, as a guest author does.
package people

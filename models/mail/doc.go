// Package mail sends messages by SMTP.
//
//	message.go  a message and its form on the wire
//	address.go  addresses in their form on the wire
//	check.go    checks the server without sending a message
//	smtp.go     the sender, made from one address such as smtps://user:password@host
//	bounce.go   reports of mail that came back
//	refusal.go  the reasons for which a server refuses a message
//	outbox.go   a sender that stores messages, for tests
//
// Package views renders the text of a message, and handlers/jobs decides when it is
// due. The transport is the library github.com/wneessen/go-mail: it implements the
// encodings, STARTTLS and the ways to sign in.
package mail

// Package mail sends messages by SMTP.
//
//	message.go  a message and its form on the wire
//	address.go  addresses in their form on the wire
//	check.go    a conversation with the server without a message
//	smtp.go     the sender, made from one address such as smtps://user:password@host
//	outbox.go   a sender that keeps everything, for tests
//
// Package views makes the text of a message, and handlers/jobs decides when it
// is due. The transport is a library, github.com/wneessen/go-mail: it
// knows the encodings, STARTTLS and the ways to sign in.
package mail

// Package mail sends messages by SMTP.
//
//	message.go  a message and its form on the wire
//	smtp.go     the sender, made from one address such as smtps://user:password@host
//	outbox.go   a sender that keeps everything, for tests
//
// The words of a message are made in views, and when one is due is decided in
// handlers/jobs. The transport is a library, github.com/wneessen/go-mail: it
// knows the encodings, STARTTLS and the ways to sign in.
package mail

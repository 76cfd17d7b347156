// Package shortlink resolves WordPress's short forms of addresses, such as
// /?p=42, so that old links keep working.
//
// Where things are:
//
//	shortlink.go  Forms, and Target: the address of the page that a form names
package shortlink

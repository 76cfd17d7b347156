// Package apppasswords holds application passwords: each lets one program act for an
// account through WordPress's REST interface, and can be ended alone.
//
//	apppasswords.go  making, listing and ending them
//	check.go         the password of a request
//
// # Why a fast hash
//
// An application password is [Letters] random characters of an alphabet of 32, which are
// 120 bits. Nobody can try so many, so a slow hash would protect nothing. It would cost
// each request of a program 19 MiB and the time of a sign-in. A person's own password is
// another matter, see people.HashPassword.
//
// # When they end
//
// The owner ends them one by one or all at once. They also end with a new password of the
// account, with a sign-out everywhere, with the account, and with a change of its role
// to one that may do more or that may not write: a program never gains rights that its
// owner did not give it. See people.SetRole. A password that a program made for another
// one ends with the program's own, so that ending a stolen one ends all that came from it.
package apppasswords

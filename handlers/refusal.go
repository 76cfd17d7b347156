package handlers

import (
	"errors"
	"time"

	"broadsheet/models"
)

// said is how a page of the way in, of an account or of the staff says why
// something was refused.
type said struct {
	key  string // of a message
	wait int    // minutes, for that message
}

// saidOf maps a refusal's code to what the page says.
var saidOf = map[string]string{
	"sign-in-wrong": "signin.wrong", "sign-in-code": "signin.wrong-code", "sign-in-often": "signin.often", "sign-in-again": "signin.again",
	"password-weak": "signin.weak", "name-wrong": "signin.name.wrong", "name-taken": "signin.name.taken", "name-reserved": "signin.name.reserved", "email-wrong": "signin.email.wrong", "email-taken": "staff.taken",
	"passkey-wrong": "signin.passkey-wrong", "passkey-copied": "signin.passkey-copied", "passkey-name": "account.passkey.name.wrong",
	"last-administrator": "staff.last", "unavailable": "signin.busy",
}

// sayRefusal returns what a form says to an error; ok is false for one that
// no form explains, which gets a page of its own.
func sayRefusal(err error) (s said, ok bool) {
	refusal, ok := errors.AsType[*models.Error](err)
	if !ok || refusal.Kind == models.Internal {
		return said{}, false
	}
	s.key, ok = saidOf[refusal.Code]
	if refusal.Code == "sign-in-often" {
		s.wait = max(1, int((refusal.RetryAfter+time.Minute-1)/time.Minute))
	}
	return s, ok
}

// sayOwn says it to somebody who is signed in and was asked for the own
// password.
func sayOwn(err error) (said, bool) {
	s, ok := sayRefusal(err)
	if s.key == "signin.wrong" {
		s.key = "account.wrong"
	}
	return s, ok
}

package models

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"gorm.io/gorm"
)

// Kind says what went wrong in terms a caller can act on. Handlers turn it
// into a status, commands into an exit code.
type Kind int

// The kinds of failure. Internal is the zero value: an error nobody
// classified is a fault of ours, and its text is for the log only.
const (
	Internal Kind = iota
	NotFound
	Invalid
	Forbidden
	Conflict
	Gone
	TooMany
	TooLarge
	Unavailable // nothing wrong with the request; later it may succeed
)

// Error carries two texts: Safe may be shown to anyone, Cause is the true
// reason and goes to the log.
type Error struct {
	Kind   Kind
	Safe   string
	Code   string       // key of the interface message that says it; may be empty
	Fields []FieldError // for Invalid: which fields, in form order
	// RetryAfter says when another try makes sense, for TooMany.
	RetryAfter time.Duration
	Cause      error
}

// FieldError names one refused field. Code is a key of the interface
// messages, so that the page can say it in the reader's language.
type FieldError struct {
	Field string
	Code  string
	Limit int // the limit that was passed, where there is one
}

// Error returns both texts, for the log.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(e.Safe)
	for _, f := range e.Fields {
		fmt.Fprintf(&b, " (%s: %s)", f.Field, f.Code)
	}
	if e.Cause != nil {
		fmt.Fprintf(&b, ": %v", e.Cause)
	}
	return b.String()
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Cause }

// Errorf makes an error of a kind with a text that is safe to show.
func Errorf(kind Kind, format string, args ...any) *Error {
	return &Error{Kind: kind, Safe: fmt.Sprintf(format, args...)}
}

// InvalidFields makes an Invalid error about the named fields.
func InvalidFields(fields ...FieldError) *Error {
	return &Error{Kind: Invalid, Safe: "some fields need attention", Fields: fields}
}

// Refuse makes an error with the key of the interface message that explains
// it and the same in English, for commands and the log.
func Refuse(kind Kind, code, safe string) *Error {
	return &Error{Kind: kind, Code: code, Safe: safe}
}

// KindOf returns the kind of an error. For one without a kind it returns NotFound
// when a row was not found, Unavailable when the database cannot serve now, and
// Internal otherwise.
func KindOf(err error) Kind {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Kind
	}
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return NotFound
	}
	if unavailable(err) != "" {
		return Unavailable
	}
	return Internal
}

// SafeText returns what may be shown of an error; "" for internal ones.
func SafeText(err error) string {
	if e, ok := errors.AsType[*Error](err); ok && e.Kind != Internal {
		return e.Safe
	}
	return ""
}

// IsDuplicate reports whether a write was refused by a unique index.
func IsDuplicate(err error) bool { return errors.Is(err, gorm.ErrDuplicatedKey) || notUnique(err) }

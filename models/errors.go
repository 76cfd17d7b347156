package models

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"gorm.io/gorm"
)

// Kind classifies an error. Handlers turn it into a status, commands into an exit
// code.
type Kind int

// The kinds of failure. Internal is the zero value: an unclassified error is a
// fault of the program, and its text is for the log only.
const (
	Internal Kind = iota
	NotFound
	Invalid
	Forbidden
	Conflict
	Gone
	TooMany
	TooLarge
	Unavailable // the same request may succeed later
)

// Error holds two texts: Safe may be shown to all, Cause is the underlying error
// for the log.
type Error struct {
	Kind   Kind
	Safe   string
	Code   string       // key of the interface message; may be empty
	Fields []FieldError // for Invalid: which fields, in form order
	// RetryAfter is the time to wait, for TooMany and Unavailable.
	RetryAfter time.Duration
	Cause      error
}

// FieldError is a refused form field. Code is a key of the interface messages, which
// exist in every language of the interface.
type FieldError struct {
	Field string
	Code  string
	Limit int // the limit that was exceeded, if any
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

// Errorf returns an error of a kind with a text that is safe to show.
func Errorf(kind Kind, format string, args ...any) *Error {
	return &Error{Kind: kind, Safe: fmt.Sprintf(format, args...)}
}

// InvalidFields returns an Invalid error for the named fields.
func InvalidFields(fields ...FieldError) *Error {
	return &Error{Kind: Invalid, Safe: "some fields need attention", Fields: fields}
}

// Refusal returns an error with the key of the interface message that explains it,
// and with an English text for commands and the log.
func Refusal(kind Kind, code, safe string) *Error {
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

// SafeText returns the text of an error that may be shown, "" for an internal error.
func SafeText(err error) string {
	if e, ok := errors.AsType[*Error](err); ok && e.Kind != Internal {
		return e.Safe
	}
	return ""
}

// IsDuplicate reports whether a unique index refused a write.
func IsDuplicate(err error) bool { return errors.Is(err, gorm.ErrDuplicatedKey) || notUnique(err) }

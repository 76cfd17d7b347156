// Package restbody reads the body of a request that writes through WordPress's REST
// interface: JSON, or a form. It has WordPress's errors.
//
//	restbody.go  the body
//	field.go     its fields
//
// A field is read by its kind. A field of another kind is a problem that [Fields.Err]
// names, so that a client hears of all problems at once.
package restbody

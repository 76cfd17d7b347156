// Package dates parses the dates that imports and front matter contain.
//
// Where things are:
//
//	dates.go  Parse, and the forms that it accepts
package dates

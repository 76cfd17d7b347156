// Package embargo sets the time before which an article may not be public. Package
// newsroom refuses each publication and each schedule before that time, for every caller.
//
//	embargo.go setting and lifting an embargo
package embargo

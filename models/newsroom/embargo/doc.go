// Package embargo sets the time before which an article may not be public. Package
// newsroom refuses every publication and every schedule before that time, by whatever way
// it comes.
//
//	embargo.go setting and lifting an embargo
package embargo

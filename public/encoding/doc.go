// Package encoding chooses and applies the content encodings of HTTP answers.
//
//	negotiate.go  Accept-Encoding, and the entity tags of If-None-Match
//	compress.go   gzip, zstd and brotli
package encoding

// Package pictures holds the pictures of the library, which articles use them, and
// which of them visitors may see. The files are in the blob store.
package pictures

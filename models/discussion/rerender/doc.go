// Package rerender renders comments again that were rendered under an earlier policy. It is
// a background task.
//
//	rerender.go  the task
package rerender

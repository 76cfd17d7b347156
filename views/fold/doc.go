// Package fold puts the texts of messages into parsed templates, so that rendering does not
// look them up and escape them again. A page of fifty comments has some two hundred.
//
//	fold.go  Messages: the replacement in the tree of a template
package fold

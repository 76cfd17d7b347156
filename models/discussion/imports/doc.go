// Package imports reads comments of other systems from JSON Lines and stores
// them below the imported articles.
//
//	import.go   the import: rows, batches, the report
//	parents.go  comments that come before their parents
//
// # Why an import can be repeated
//
// An import of a million comments may be interrupted, and the old site may still
// get comments. A row is recognised by its source and the number that it has
// there, so a second import stores only new rows and new texts. The state of a
// comment is taken from its first import: later it is the moderators' decision.
package imports

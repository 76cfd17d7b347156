// Package privacy serves a commenter's own data: export, anonymising and erasure
// on request, and the deletion of data after their time.
//
//	export.go  the data about a commenter, beside the comments
//	erase.go   anonymising and erasing comments
//	traces.go  the rows about a commenter in other tables
//	expire.go  the time after which the origin of a comment is removed
//	chosen.go  spam and trash that the staff deletes at once
//	staff.go   anonymising and deleting by the staff, for a person who asks it
//	person.go  whom the staff is asked about before that
//	clean.go   spam and trash that are deleted after a time
//	purge.go   the bytes of deleted rows in files and indexes
//
// # Why three things stay after an erasure
//
// The decision log stays: it names no commenter. A ban stays: otherwise its
// subject could lift it by an erasure. Trust in the commenter and the moderators' notes
// do not stay. The fact that an address wants no mail
// stays, as a hash: otherwise the site would write to it again.
package privacy

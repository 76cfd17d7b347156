// Package frontplan stores the editors' settings of the front page: which article is
// the lead, which ones hold the slots below it, and the breaking line of all pages, each
// with a beginning and an end.
//
//	arrangement.go  arrangements: pins, and the holder of a place at a time
//	lines.go        breaking lines
//	shown.go        breaking lines that were shown
//	store.go        versions: reading them, and Change, through which all changes go
//	stories.go      articles that are pinned, or that can be pinned
//	stick.go        the pins that programs set: WordPress's sticky posts
//	events.go       coming beginnings and ends: moving them, calling them off
//
// # Why whole arrangements
//
// A change of the front page swaps several places at once, and must happen as a whole or
// not at all. Every change therefore stores a whole new arrangement with a number: the
// version. An editor's form sends the version that it began with (optimistic lock), and gets
// a Conflict if there is a newer one. An earlier version can be restored.
//
// # Why no task runs at the times
//
// Readers of an arrangement compute from the clock whether a pin or a line is in force. So
// no task has to run at its beginning or end, no instance can miss it, and the front page
// can be computed for any time. Cached pages expire at the next of these times.
package frontplan

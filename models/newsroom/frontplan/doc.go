// Package frontplan stores the editors' settings of the front page: which article is
// the lead, which ones hold the slots below it, and the breaking line of all pages, each
// with a beginning and an end.
//
//	arrangement.go  arrangements: pins, and the holder of a place at a time
//	lines.go        breaking lines; shown.go: those that were shown
//	store.go        versions: the newest one, earlier ones, one door for changes
//	stories.go      articles that are pinned, or that can be
//	events.go       coming beginnings and ends, moving them and calling them off
//
// # Why whole arrangements
//
// A change of the front page swaps several places at once, and must happen as a whole or
// not at all. Every change therefore stores a whole new arrangement with a number: the
// version. The form of an editor names the version that it began with, and gets a
// Conflict if there is a newer one. An earlier version can be restored.
//
// # Why nothing happens at a time
//
// Whether a pin or a line is in force is computed from its times and the clock. So no
// task has to run at its end, no instance can miss it, and the front page can be computed
// for any time. Cached pages have the times as deadlines.
package frontplan

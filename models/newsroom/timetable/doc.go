// Package timetable carries out the changes that editors have set for a time: publications, edits of
// live articles and withdrawals. It also lists the planned changes.
//
//	plan.go     plans: making, moving and calling off
//	run.go      Run carries out the acts that are due
//	correct.go a correction of a live text is made in the planned one, too
//	upcoming.go the planned acts, and those that could not be carried out
//	show.go     a publication of the newest text ends its planned update
//	clock.go    the wall clock of the site's zone, with its gaps
//
// Every instance of the site calls [Run] each second. Each act is a transaction of its
// own that locks its article and looks again whether it is still due, so it happens
// once, at the time last set, however many instances there are. An act that cannot be
// carried out stops no other: it ends with its reason, which the list shows, and an
// article that could not be published is a draft again. Acts that were due while no
// instance ran are carried out at the next start, in the order of their times.
package timetable

// Package timetable carries out the changes that editors have set for a time: publications, edits of
// live articles and withdrawals. It also lists the planned changes.
//
//	plan.go     plans: making, moving and calling off
//	run.go      Run carries out the acts that are due
//	correct.go Correct: the correction of a live text, and of the planned text with it
//	upcoming.go the list of planned acts and of failed ones
//	show.go     Show: a publication of the newest text ends the planned update
//	clock.go    the wall clock of the site's zone, with its gaps
//
// Every instance of the site calls [Run] each second. Each act runs in a transaction of its
// own, which locks the article and checks again whether the act is due. So the act happens
// once, at the time last set, however many instances there are. An act that fails stops no
// other: it ends with its reason, which the list shows, and an article that could not be
// published becomes a draft again. Acts that were due while no instance ran are carried out
// at the next start, in the order of their times.
package timetable

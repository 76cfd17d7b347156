// Package spamcounts stores how often each feature of a text occurred in the
// site's spam and in its other comments, as moderators decided. The spam score
// reads these counts; package learn adds to them in the background.
//
//	counts.go  reading and changing the counts
//
// # Why counts and no texts
//
// A moderator's decision must count at once and must be reversible: the features
// of a text are added or subtracted. Features are hashes, so the table holds no
// words of a commenter.
package spamcounts

// Package spam says how much a comment looks like spam, and why. It knows
// no database: whoever asks gathers the signals.
//
//	score.go     signals in, points with reasons and a band out
//	features.go  what of a text is counted
//	bayes.go     words: counts that a site's decisions add to and take from
//	letters.go   groups of letters: fixed weights
//	model.go     both together, their scale, and the file they come in
//	train.go     making that file from labelled texts
//	similar.go   a 64-bit fingerprint by which near-repeats are found
//	script.go    the script a text is written in
//
// # What it can do and what not
//
// Words tell spam from talk well and abuse from anger badly; the score makes
// no attempt at the second. The wording alone can hold a comment and never
// throws it out: for that something else must speak too, such as the same
// text under five articles.
package spam

// Package spam says how much a comment looks like spam, and why. It knows
// no database: whoever asks gathers the signals.
//
//	score.go     signals in, points with reasons and a band out
//	features.go  what of a text is counted
//	bayes.go     words: counts that a site's decisions add to and take from
//	tokens.go    a text as the linear model reads it: phrases, letters, classes
//	manner.go    how a text is written, as numbers
//	linear.go    the linear model on both: fixed weights
//	site.go      what a site sets itself: a mark and a linear model of its decisions
//	disguise.go  letters that only look like others
//	model.go     counts and linear model together, and their scale
//	file.go      the file they come in
//	train.go     making that file from labelled texts
//	similar.go   a 64-bit fingerprint by which near-repeats are found
//	script.go    the script a text is written in
//
// # What it can do and what not
//
// Words tell spam from talk well and abuse from anger badly; the score makes
// no attempt at the second. What it knows of one kind of spam helps with
// another kind only a little; the tests of wording print how much. What a site
// decides itself counts for more. The wording alone can hold a comment and never
// throws it out: for that something else must speak too, such as the same
// text under five articles.
package spam

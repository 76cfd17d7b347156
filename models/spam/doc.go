// Package spam computes how much a comment looks like spam, and why. It uses no
// database: its callers gather the signals.
//
//	score.go     signals in, points with reasons and a band out
//	features.go  the features of a text that are counted
//	bayes.go     words: counts that a site's decisions add to and subtract from
//	tokens.go    a text as the linear model reads it: phrases, letters, classes
//	manner.go    the style of a text, as numbers
//	linear.go    the linear model on both: fixed weights
//	site.go      a mark and a linear model that a site learns from its decisions
//	disguise.go  letters that only look like others
//	model.go     counts and linear model together, and their scale
//	file.go      the file of the model
//	train.go     makes that file from labelled texts
//	similar.go   a 64-bit fingerprint that finds near-repeats
//	script.go    the script of a text
//
// # Strengths and limits
//
// Words separate spam from good comments well, and abuse from anger badly; the
// score does not try the second. Training on one kind of spam helps only a
// little with another kind; the tests of wording print how much. A site's own
// decisions count for more. The wording alone can hold a comment but never
// discards it: that needs another signal too, such as the same text under five
// articles.
package spam

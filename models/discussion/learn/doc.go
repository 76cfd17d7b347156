// Package learn lets the spam score learn from moderators' decisions, in the
// background, and shows on a stream of labelled comments how well it learns.
//
//	decisions.go  the counts of features, kept up with the decision log
//	site.go       the mark and the model that a site learns
//	stream.go     comments judged in order, each label learned some rows later
//
// # Why it learns from people only
//
// A decision of the rules teaches nothing: the model would learn from itself.
// The trash teaches nothing either, because comments go there for many reasons.
// Learning runs in the background, so no moderator waits for it.
package learn

// Package heatscores stores how heated the waiting comments are, as package heated
// computes it. Tasks learn and score; posting and judging never look at a score, so
// that it cannot change a comment's state. Readers and commenters never see it.
//
//	learn.go   learning from the comments that were declined as abuse
//	scores.go  scoring the waiting comments
//
// # How it unlearns
//
// Each training reads the decided comments anew, by their present state: a decision that
// was undone, a text that was erased and a comment that was deleted are not in the next
// one. There is one at least each day on which something was decided. Scores are
// removed when their comment no longer waits.
package heatscores

// Package heated computes how much a comment reads like those that this site's
// moderators declined as abuse. It uses no database. Its score sorts the queue and
// suggests; no rule reads it.
//
//	features.go  a text as features: words, pairs, groups of letters, manner
//	model.go     the weights of the features, and their training
//	learn.go     learning from decided comments, with a test on those left out
//	file.go      the stored form of what was learned
//
// # Why a site has to earn the score
//
// Abuse is not a matter of words alone. Trained on public collections of comments and
// tested on another one, counts of words and letters order a toxic comment above a
// clean one in 0.56 to 0.72 of all pairs; half is chance. On the decisions of the same
// source they reach 0.6 to 0.8. So nothing learned elsewhere is shipped, and [Learn]
// tests itself: it trains on four fifths of the decisions and orders the last fifth,
// five times. The score is used only where this test reaches LeastAUC.
//
// # Why a place among approved comments
//
// Points of a linear model mean nothing to a moderator, and change with each training.
// A score is the share of the site's approved comments with fewer points: at 0.9 one
// approved comment in ten reads as heated. A threshold from another service, 0 to 1,
// becomes such a share.
package heated

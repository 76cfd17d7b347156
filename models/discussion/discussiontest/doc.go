// Package discussiontest helps tests that need articles with comments. It is used
// by the tests of models/discussion and of the packages above it.
//
//	desk.go      Each and Desk: articles, comments and decisions in a new database
//	accounts.go  accounts, bans and comment policies
//	forum.go     Forum: the comments of one article
//	counts.go    compares all stored counts with the rows, and checks the decision log
package discussiontest

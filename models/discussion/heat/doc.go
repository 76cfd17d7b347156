// Package heat ranks the most discussed articles by the number of people that
// comment, so that a quarrel of two people does not top the list.
//
// Where things are:
//
//	heat.go    RankDay and RankWeek
//	people.go  which comments are by the same person
package heat

// Package names compares names as readers see them. It tells whether a name
// looks like the name of a member of the staff, is a title such as "Moderator",
// or is the name of the paper. It reads no database.
//
//	skeleton.go  one form for all names that look alike
//	claim.go     the comparison of a name with staff, titles and the paper
//	titles.go    the words for offices, by interface language
package names

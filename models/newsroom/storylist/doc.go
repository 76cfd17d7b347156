// Package storylist lists articles of all statuses for editors, the last changed first.
// The list of the discussions, which moderators work with, is discussion/stories.
package storylist

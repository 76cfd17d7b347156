// Package storylist lists articles of all statuses for editors. Package discussion/stories
// has the list of articles for moderators.
package storylist

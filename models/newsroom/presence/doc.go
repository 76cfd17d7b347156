// Package presence keeps who has the form of an article open, so that colleagues see it.
// It locks nobody out: texts of two editors are merged, see package drafts.
package presence

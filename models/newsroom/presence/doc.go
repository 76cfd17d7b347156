// Package presence records which accounts have the form of an article open, so that
// colleagues see it. It is no lock: package drafts merges the texts of two editors.
package presence

// Package emailform gives email addresses their one stored form. Package people has it
// for all that need an account as well; its tests are there.
package emailform

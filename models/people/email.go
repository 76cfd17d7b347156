package people

import "broadsheet/models/people/emailform"

// MaxEmailBytes is the longest address in its stored form, in bytes.
const MaxEmailBytes = emailform.Longest

// NormalizeEmail is [emailform.Normalize].
func NormalizeEmail(typed string) (string, error) { return emailform.Normalize(typed) }

// EmailForm is [emailform.Of].
func EmailForm(stored string) string { return emailform.Of(stored) }

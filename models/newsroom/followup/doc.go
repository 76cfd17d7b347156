// Package followup tells how old an article is, and which newer article its readers are
// sent to.
//
//	age.go      the age of an article in days, months or years
//	followup.go the follow-up that an editor has chosen
package followup

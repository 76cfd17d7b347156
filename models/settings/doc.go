// Package settings keeps the options of the site that change while it runs. Each
// option has one row in defs with its key, default, meaning and check.
//
//	settings.go  the options and their table
//	input.go     the kinds of values, for forms; the groups
//	setters.go   the checks of values
//	store.go     loading, changing and listing changes
//
// A change is stored with an entry in the audit, in one transaction, and touches
// [models.SettingsTag], so that every instance loads the new values.
package settings

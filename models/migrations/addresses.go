package migrations

import (
	"fmt"
	"strings"
	"unicode"

	"golang.org/x/net/idna"
	"golang.org/x/text/unicode/norm"
	"gorm.io/gorm"
)

// Step 0017 gives every stored email address of a commenter its one form.
// Imports used to keep capitals, and other letters in domains had two forms, so
// that the owner's link, export and erasure did not find these rows. The form is
// a frozen copy of the rule of that time; later rules need a step of their own.

// addressForm returns the one form of an address, and another text in lower case.
func addressForm(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.In(r, unicode.Cf, unicode.Variation_Selector, unicode.Other_Default_Ignorable_Code_Point), r == '\u2800':
			return -1
		case r >= '！' && r <= '～':
			return r - '！' + '!'
		}
		return r
	}, s)
	s = strings.ToLower(norm.NFC.String(strings.Trim(strings.TrimSpace(s), "<>")))
	at := strings.LastIndexByte(s, '@')
	if at < 0 {
		return s
	}
	profile := idna.New(idna.MapForLookup(), idna.Transitional(false), idna.BidiRule(), idna.StrictDomainName(true),
		idna.VerifyDNSLength(true))
	domain, err := profile.ToASCII(strings.TrimSuffix(s[at+1:], "."))
	if err != nil {
		return s
	}
	return s[:at+1] + domain
}

// addressBatch is the number of different addresses that one statement reads.
const addressBatch = 1000

// MendAddresses rewrites the addresses of commenters wherever they are stored.
func MendAddresses(tx *gorm.DB) error {
	for _, column := range []struct{ table, name, only string }{
		{"comments", "email", "email <> ''"},
		{"follows", "email", "TRUE"},
		{"bans", "value", "mark = 'email'"},
	} {
		err := eachAddress(tx, column.table, column.name, column.only, func(old, form string) error {
			set := "UPDATE " + column.table + " SET " + column.name + " = ? WHERE " + column.name + " = ? AND " + column.only
			return tx.Exec(set, form, old).Error
		})
		if err != nil {
			return err
		}
	}
	err := eachAddress(tx, "addresses", "email", "TRUE", func(old, form string) error { return mergeAddress(tx, old, form) })
	if err != nil {
		return err
	}
	return eachAddress(tx, "jobs", "key", "kind IN ('comment-daily', 'comments-link', 'comments-proof')", func(old, form string) error {
		// A second job for the same address would do the work twice.
		err := tx.Exec(`DELETE FROM jobs WHERE key = ? AND kind IN (SELECT j.kind FROM jobs j WHERE j.key = ?)`, old, form).Error
		if err != nil {
			return err
		}
		return tx.Exec("UPDATE jobs SET key = ? WHERE key = ?", form, old).Error
	})
}

// eachAddress calls mend for each address of a column that is not in its form.
func eachAddress(tx *gorm.DB, table, column, only string, mend func(old, form string) error) error {
	for after, more := "", true; more; {
		var list []string
		err := tx.Raw("SELECT DISTINCT "+column+" FROM "+table+" WHERE "+column+" > ? AND "+only+" ORDER BY "+column+" LIMIT ?",
			after, addressBatch).Scan(&list).Error
		if err != nil {
			return err
		}
		for _, old := range list {
			if form := addressForm(old); form != old {
				if err := mend(old, form); err != nil {
					return fmt.Errorf("an address in %s: %w", table, err)
				}
			}
			after = old
		}
		more = len(list) == addressBatch
	}
	return nil
}

// mergeAddress gives an address its form. Where the form has a row already, that
// one takes over a refusal of mail and the fact that the owner was asked.
func mergeAddress(tx *gorm.DB, old, form string) error {
	err := tx.Exec(`UPDATE addresses SET
		stopped_at = COALESCE(stopped_at, (SELECT o.stopped_at FROM addresses o WHERE o.email = ?)),
		asked_for = CASE WHEN asked_at IS NULL THEN (SELECT o.asked_for FROM addresses o WHERE o.email = ?) ELSE asked_for END,
		asked_at = COALESCE(asked_at, (SELECT o.asked_at FROM addresses o WHERE o.email = ?)) WHERE email = ?`, old, old, old, form).Error
	if err != nil {
		return err
	}
	err = tx.Exec("DELETE FROM addresses WHERE email = ? AND EXISTS (SELECT 1 FROM addresses o WHERE o.email = ?)", old, form).Error
	if err != nil {
		return err
	}
	return tx.Exec("UPDATE addresses SET email = ? WHERE email = ?", form, old).Error
}

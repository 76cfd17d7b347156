package people_test

import (
	"strings"
	"testing"

	"broadsheet/models"
	"broadsheet/models/migrations"
	"broadsheet/models/modeltest"
	"broadsheet/models/people"
)

// Addresses from before the rule of one form are found by that form afterwards,
// in every table that holds addresses of commenters.
func TestStoredAddressesAreNormalized(t *testing.T) {
	t.Parallel()
	typed := []string{"Una@Reader.example", " una@reader.example", "UNA@reader.example.", "u\u200bna@reader.example", "una@Bücher.example", "Ünal@reader.example", "no address"}
	modeltest.Each(t, func(t *testing.T, db *models.DB, _ *modeltest.Clock) {
		exec := func(tx *models.Tx, text string, args ...any) {
			t.Helper()
			if err := tx.Query(t.Context()).Exec(text, args...).Error; err != nil {
				t.Fatal(err)
			}
		}
		err := db.Write(t.Context(), func(tx *models.Tx) error {
			exec(tx, "INSERT INTO articles (id, guid, slug, title, title_key, status, created_at, updated_at) VALUES (1, 'g', 's', 't', 't', 'published', 0, 0)")
			for i, email := range typed {
				exec(tx, "INSERT INTO comments (id, article_id, author, email, text, html, policy, state, state_at, created_at) VALUES (?, 1, 'U', ?, 't', 't', 1, 'hold', 0, 0)", i+1, email)
				exec(tx, "INSERT INTO follows (comment_id, email, created_at) VALUES (?, ?, 0)", i+1, email)
				exec(tx, "INSERT INTO addresses (email, asked_at, asked_for) VALUES (?, ?, 1)", email, i+1)
				exec(tx, "INSERT INTO jobs (kind, key, payload, run_at, created_at) VALUES ('comment-daily', ?, '{}', 0, 0)", email)
			}
			exec(tx, "UPDATE addresses SET stopped_at = 7 WHERE email = 'UNA@reader.example.'")
			exec(tx, "INSERT INTO bans (kind, mark, value, reason, set_by, created_at) VALUES ('banned', 'email', 'Una@Reader.example', 'spam', 'M', 0)")
			return migrations.MendAddresses(tx.Query(t.Context()))
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, place := range []string{"comments.email", "follows.email", "addresses.email", "jobs.key", "bans.value"} {
			table, column, _ := strings.Cut(place, ".")
			var list []string
			if err := db.Query(t.Context()).Raw("SELECT " + column + " FROM " + table).Scan(&list).Error; err != nil {
				t.Fatal(err)
			}
			for _, email := range list {
				if form := people.EmailForm(email); form != email {
					t.Errorf("%s holds %q instead of %q", place, email, form)
				}
			}
		}
		known, err := people.AddressOf(t.Context(), db, "una@reader.example")
		if err != nil || known.AskedAt.IsZero() || known.StoppedAt.IsZero() {
			t.Errorf("the wish for no mail is lost: %+v (%v)", known, err)
		}
	})
}

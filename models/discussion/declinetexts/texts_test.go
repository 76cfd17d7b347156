package declinetexts_test

import (
	"maps"
	"os"
	"strings"
	"testing"
	"time"

	"broadsheet/models"
	"broadsheet/models/discussion"
	"broadsheet/models/discussion/declinetexts"
	"broadsheet/models/discussion/discussiontest"
	"broadsheet/models/modeltest"
	"broadsheet/models/people"
)

func TestMain(m *testing.M) { os.Exit(modeltest.Main(m)) }

func TestRowsMatchTheirTables(t *testing.T) {
	modeltest.Each(t, func(t *testing.T, db *models.DB, _ *modeltest.Clock) {
		modeltest.MatchTables(t, db, declinetexts.Rows...)
	})
}

func TestSentencesBelongToALanguage(t *testing.T) {
	modeltest.Each(t, func(t *testing.T, db *models.DB, _ *modeltest.Clock) {
		ctx, mona := t.Context(), models.Actor{Name: "Mona", UserID: new(int64(1))}
		save := func(language string, changes map[string]string) error {
			return declinetexts.Save(ctx, db, mona, language, changes)
		}
		in := func(language string, want map[string]string) {
			t.Helper()
			if got, err := declinetexts.In(ctx, db, language); err != nil || !maps.Equal(got, want) {
				t.Errorf("in %s: %v, %v, want %v", language, got, err, want)
			}
		}
		for _, wrong := range []map[string]string{
			{"boredom": "Yawn."},
			{"spam": strings.Repeat("ä", declinetexts.MaxText+1)},
			{"hate": "Not here.", "undo": "No reason of ours."},
		} {
			if err := save("en", wrong); models.KindOf(err) != models.Invalid {
				t.Errorf("%v: %v", wrong, err)
			}
		}
		in("en", map[string]string{})
		longest := strings.Repeat("ä", declinetexts.MaxText)
		for language, changes := range map[string]map[string]string{
			"en": {"spam": " We publish\n no advertising. ", "hate": longest, "other": " \u200b "},
			"ar": {"spam": "لا ننشر الإعلانات."},
		} {
			if err := save(language, changes); err != nil {
				t.Fatal(err)
			}
		}
		in("en", map[string]string{"spam": "We publish no advertising.", "hate": longest})
		in("ar", map[string]string{"spam": "لا ننشر الإعلانات."})
		in("de", map[string]string{})
		if err := save("en", map[string]string{"hate": "", "spam": "We publish no advertising."}); err != nil {
			t.Fatal(err)
		}
		in("en", map[string]string{"spam": "We publish no advertising."})
		for reason, want := range map[string]string{"spam": "We publish no advertising.", "hate": "", "": ""} {
			if got, err := declinetexts.Of(ctx, db, "en", reason); err != nil || got != want {
				t.Errorf("%q: %q, %v, want %q", reason, got, err, want)
			}
		}
		// The audit has each change once, and none where the sentence stayed.
		trail, err := models.AuditTrail(ctx, db, models.Subject{Kind: "decline text"}, 10)
		if err != nil || len(trail) != 4 || trail[0].SubjectName != "hate en" || trail[0].Before != longest || trail[0].After != "" || trail[0].Actor != "Mona" {
			t.Errorf("the audit has %+v, %v", trail, err)
		}
	})
}

func TestUsesOfReasonsAreCounted(t *testing.T) {
	discussiontest.Each(t, func(d *discussiontest.Desk) {
		d.TrustAll()
		u := d.Account("Mona", "mona@courier.example", people.Moderator)
		article := d.Article()
		decline := func(reason string) string {
			c := d.MustPost(d.Submission(article.ID))
			op, _, err := discussion.Decide(d.Context(), d.DB, u.Actor(), []discussion.Versioned{{ID: c.ID}},
				discussion.Verdict{Action: discussion.DoTrash, Reason: reason, Undoable: true})
			d.Check(err)
			return op
		}
		decline("hate")
		d.Clock.Advance(time.Hour)
		begin := d.Clock.Now()
		decline("spam")
		decline("spam")
		decline("")
		_, err := discussion.Undo(d.Context(), d.DB, u.Actor(), decline("hate"))
		d.Check(err)
		if used, err := declinetexts.Used(d.Context(), d.DB, begin); err != nil || !maps.Equal(used, map[string]int{"spam": 2}) {
			d.Errorf("used: %v, %v", used, err)
		}
		if used, err := declinetexts.Used(d.Context(), d.DB, begin.Add(-time.Hour)); err != nil || !maps.Equal(used, map[string]int{"spam": 2, "hate": 1}) {
			d.Errorf("used for longer: %v, %v", used, err)
		}
	})
}

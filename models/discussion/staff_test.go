package discussion_test

import (
	"strings"
	"testing"

	"broadsheet/models"
	"broadsheet/models/discussion"
	"broadsheet/models/discussion/decisionlog"
	"broadsheet/models/people"
)

func TestAnswerApprovesItsParent(t *testing.T) {
	each(t, func(d *desk) {
		f := d.Forum()
		mona, err := people.CreateAccount(d.Context(), d.DB, models.ActorShell, people.NewAccount{Name: "Mona", Email: "mona@courier.example", Role: people.Moderator})
		if err != nil {
			d.Fatal(err)
		}
		asked := f.Say("Is the ferry running?")
		answer := func(seen discussion.Versioned, text string) (string, *discussion.Comment, error) {
			return discussion.Answer(d.Context(), d.DB, mona, seen, text)
		}
		for text, kind := range map[string]models.Kind{" \u200b ": models.Invalid, "Too late.": models.Conflict} {
			if _, _, err := answer(discussion.Versioned{ID: asked.ID, Version: asked.Version + 1}, text); models.KindOf(err) != kind {
				d.Errorf("%q: %v", text, err)
			}
		}
		if f.State(asked.ID) != discussion.Held {
			d.Fatal("a refused answer has approved")
		}
		op, c, err := answer(discussion.Versioned{ID: asked.ID, Version: asked.Version}, "It is.")
		if err != nil || op == "" || c.State != discussion.Approved || c.ParentID != asked.ID || c.Author != "Mona" || *c.UserID != mona.ID || f.State(asked.ID) != discussion.Approved {
			d.Fatalf("%q, %+v (%v)", op, c, err)
		}
		if _, again, err := answer(discussion.Versioned{ID: asked.ID}, "It is."); err != nil || again.ID != c.ID {
			d.Errorf("a second click: %+v (%v)", again, err)
		}
		f.Decide(discussion.DoSpam, asked.ID)
		if _, _, err := answer(discussion.Versioned{ID: asked.ID}, "Hello?"); models.KindOf(err) != models.Forbidden {
			d.Errorf("an answer to spam: %v", err)
		}
		d.CheckCounts()
	})
}

func TestRewriteKeepsTheOldTextAndLogs(t *testing.T) {
	each(t, func(d *desk) {
		f := d.Forum()
		c := f.Say("A word too many.")
		mona := models.Actor{Name: "Mona"}
		if err := discussion.Rewrite(d.Context(), d.DB, mona, c.ID, c.Version+7, "A word."); models.KindOf(err) != models.Conflict {
			d.Errorf("of another version: %v", err)
		}
		if err := discussion.Rewrite(d.Context(), d.DB, mona, c.ID, c.Version, "A <b>word</b>.<script>x</script>"); err != nil {
			d.Fatal(err)
		}
		now, err := discussion.ByID(d.Context(), d.DB, c.ID)
		if err != nil || now.State != discussion.Held || strings.Contains(now.HTML, "script") || !strings.Contains(now.HTML, "<b>word</b>") || now.Version != c.Version+1 {
			d.Errorf("%+v (%v)", now, err)
		}
		versions, err := discussion.Versions(d.Context(), d.DB, c.ID)
		if err != nil || len(versions) != 1 || versions[0].Text != "A word too many." {
			d.Errorf("%+v (%v)", versions, err)
		}
		log, err := decisionlog.List(d.Context(), d.DB, c.ID, 0)
		if err != nil || len(log) != 1 || log[0].Reason != "edited" || log[0].Actor != "Mona" {
			d.Errorf("%+v (%v)", log, err)
		}
	})
}

package logbook_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"testing"
	"time"

	"broadsheet/models"
	"broadsheet/models/discussion"
	"broadsheet/models/discussion/decisionlog"
	"broadsheet/models/discussion/discussiontest"
	"broadsheet/models/discussion/logbook"
	"broadsheet/models/modeltest"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/taxonomy"
)

func TestMain(m *testing.M) {
	logbook.LimitWindow(30) // so that lists take several windows
	os.Exit(modeltest.Main(m))
}

// diary is a site with a log of random decisions.
type diary struct {
	*discussiontest.Desk
	comments []*discussion.Comment
	category map[int64]int64 // of each article
	entries  []decisionlog.Entry
}

func newDiary(d *discussiontest.Desk) *diary {
	d.TrustAll()
	y := &diary{Desk: d, category: map[int64]int64{}}
	var articles []int64
	for i, path := range []string{"world", "sport"} {
		m := newsroom.Manuscript{Title: fmt.Sprint("Story ", i), Body: "Text.", Categories: []taxonomy.CategoryRef{{Path: path, Names: []string{path}}}}
		a, _, err := newsroom.Save(d.Context(), d.DB, models.ActorCommand, newsroom.AnyVersion, m)
		d.Check(err)
		articles = append(articles, a.ID)
		y.category[a.ID] = *a.MainCategoryID
	}
	for i := range 6 {
		in := d.Submission(articles[i%2])
		in.Token = fmt.Sprint("browser ", i/3) // two commenters
		y.comments = append(y.comments, d.MustPost(in))
	}
	random := rand.New(rand.NewPCG(4, 1))
	actors := []models.Actor{{Name: "Mona", UserID: new(int64(1))}, {Name: "Otto", UserID: new(int64(2))}, models.ActorRules, models.ActorCommand}
	for range 150 {
		d.Clock.Advance(time.Duration(random.IntN(3)) * time.Hour) // some at the same instant
		c, actor := y.comments[random.IntN(len(y.comments))], actors[random.IntN(len(actors))]
		verdict := discussion.Verdict{Undoable: actor.UserID != nil, Action: discussion.Actions[random.IntN(4)]}
		op, _, err := discussion.Decide(d.Context(), d.DB, actor, []discussion.Versioned{{ID: c.ID}}, verdict)
		d.Check(err)
		if op != "" && random.IntN(4) == 0 {
			_, err := discussion.Undo(d.Context(), d.DB, actor, op)
			d.Check(err)
		}
	}
	d.Check(decisionlog.Export(d.Context(), d.DB, func(v any) error {
		y.entries = append(y.entries, v.(decisionlog.Entry))
		return nil
	}))
	return y
}

// matches says in other words than the package what a filter lets through.
func (y *diary) matches(f *logbook.Filter, e *decisionlog.Entry) bool {
	browser := func(id int64) string {
		i := slices.IndexFunc(y.comments, func(c *discussion.Comment) bool { return c.ID == id })
		return y.comments[i].TokenHash
	}
	act := logbook.Act(e.ToState)
	if e.Reason == "undo" || e.Reason == "edited" {
		act = logbook.Act(e.Reason)
	}
	return (f.Account == 0 || e.ActorID != nil && *e.ActorID == f.Account) &&
		(f.Actor == "" || e.ActorID == nil && e.Actor == f.Actor) &&
		(f.Act == "" || f.Act == act) &&
		!e.At.Before(f.From) && (f.To.IsZero() || e.At.Before(f.To)) &&
		(f.Comment == 0 || e.CommentID == f.Comment) &&
		(f.Writer == 0 || browser(e.CommentID) == browser(f.Writer)) &&
		(f.Within == nil || slices.Contains(f.Within, y.category[e.ArticleID]))
}

func (y *diary) randomFilter(random *rand.Rand) *logbook.Filter {
	f := &logbook.Filter{}
	one := func() bool { return random.IntN(3) == 0 }
	switch {
	case one():
		f.Account = int64(1 + random.IntN(2))
	case one():
		f.Actor = []string{models.ActorRules.Name, models.ActorCommand.Name}[random.IntN(2)]
	}
	if one() {
		f.Act = logbook.Acts[random.IntN(len(logbook.Acts))]
	}
	if one() {
		f.From = y.entries[random.IntN(len(y.entries))].At.Time
	}
	if one() {
		f.To = y.entries[random.IntN(len(y.entries))].At.Time
	}
	switch {
	case one():
		f.Comment = y.comments[random.IntN(len(y.comments))].ID
	case one():
		f.Writer = y.comments[random.IntN(len(y.comments))].ID
	}
	if one() {
		f.Within = []int64{y.category[y.comments[random.IntN(2)].ArticleID]}
	}
	return f
}

// A list has exactly the entries that match, newest first, whatever is combined, and
// an export has the same, oldest first.
func TestListsAgreeWithTheLog(t *testing.T) {
	discussiontest.Each(t, func(d *discussiontest.Desk) {
		y := newDiary(d)
		random := rand.New(rand.NewPCG(7, 7))
		found := 0
		for range 120 {
			f := y.randomFilter(random)
			var want []int64
			for i := range y.entries {
				if y.matches(f, &y.entries[i]) {
					want = append(want, y.entries[i].ID)
				}
			}
			var exported []int64
			d.Check(logbook.Export(d.Context(), d.DB, f, func(e *decisionlog.Entry) error {
				exported = append(exported, e.ID)
				return nil
			}))
			if !slices.Equal(exported, want) {
				d.Errorf("%+v: exported %v, want %v", *f, exported, want)
			}
			slices.Reverse(want)
			var listed []int64
			for next, pages := int64(0), 0; ; pages++ {
				p, err := logbook.List(d.Context(), d.DB, f, next)
				d.Check(err)
				for _, e := range p.Entries {
					listed = append(listed, e.ID)
				}
				if next = p.Next; next == 0 || pages > len(y.entries) {
					break
				}
			}
			if !slices.Equal(listed, want) {
				d.Errorf("%+v: listed %v, want %v", *f, listed, want)
			}
			found += len(want)
		}
		if found == 0 {
			d.Error("no filter matched any entry")
		}
	})
}

// The repeated check finds a changed entry and one that was removed, and goes on from
// its last end.
func TestKeptCheck(t *testing.T) {
	discussiontest.Each(t, func(d *discussiontest.Desk) {
		d.DB.UseKeys(models.NewKeyring([]byte("a session key of thirty-two bytes")))
		_, err := decisionlog.Anchor(d.Context(), d.DB, nil, false)
		d.Check(err)
		y := newDiary(d)
		check := func() *decisionlog.Checked {
			d.Helper()
			d.Check(decisionlog.KeepChecked(d.Context(), d.DB))
			found, err := decisionlog.LastCheck(d.Context(), d.DB)
			d.Check(err)
			return found
		}
		first := check()
		if first.Fault != "" || first.Entries != int64(len(y.entries)) {
			d.Fatalf("a whole log: %+v, want %d entries", first, len(y.entries))
		}
		d.Clock.Advance(time.Hour)
		d.Decide(discussion.DoSpam, y.comments[0].ID)
		d.Decide(discussion.DoApprove, y.comments[0].ID)
		second := check()
		if second.Fault != "" || second.Entries < first.Entries+1 || !second.WholeAt.Equal(first.WholeAt.Time) {
			d.Fatalf("after more decisions: %+v", second)
		}
		alter := func(text string, args ...any) {
			d.Helper()
			d.Check(d.DB.Write(d.Context(), func(tx *models.Tx) error { return models.Exec(d.Context(), tx, text, args...) }))
		}
		middle := y.entries[len(y.entries)/2].ID
		alter("UPDATE comment_log SET note = 'x' WHERE id = ?", middle)
		if c := check(); c.Fault != "" {
			d.Errorf("an old entry was read again within the day: %+v", c)
		}
		d.Clock.Advance(24 * time.Hour)
		if c := check(); c.Fault != decisionlog.Broken || c.FaultAt != middle {
			d.Errorf("a changed entry: %+v, want broken at %d", c, middle)
		}
		alter("UPDATE comment_log SET note = '' WHERE id = ?", middle)
		if c := check(); c.Fault != "" {
			d.Errorf("the entry is as it was: %+v", c)
		}
		alter("DELETE FROM comment_log WHERE id = (SELECT MAX(id) FROM comment_log)")
		d.Clock.Advance(25 * time.Hour)
		if c := check(); c.Fault != decisionlog.Cut {
			d.Errorf("the last entry is gone: %+v", c)
		}
	})
}

func TestRowsMatchTheirTables(t *testing.T) {
	discussiontest.Each(t, func(d *discussiontest.Desk) { modeltest.MatchTables(t, d.DB, &decisionlog.Checked{}) })
}

package transparency_test

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"broadsheet/models"
	"broadsheet/models/discussion"
	"broadsheet/models/discussion/appeals"
	"broadsheet/models/discussion/decisionlog"
	"broadsheet/models/discussion/discussiontest"
	"broadsheet/models/discussion/react"
	"broadsheet/models/discussion/transparency"
	"broadsheet/models/modeltest"
	"broadsheet/models/people"
)

func TestMain(m *testing.M) { os.Exit(modeltest.Main(m)) }

// The oracle counts the decisions from every entry of the log, in Go.
func TestTheReportCountsEveryRow(t *testing.T) {
	discussiontest.Each(t, func(d *discussiontest.Desk) {
		d.TrustAll()
		u := d.Account("Mona", "mona@courier.example", people.Moderator)
		other := d.Account("Otto", "otto@courier.example", people.Editor)
		article := d.Article()
		decide := func(action discussion.Action, reason string, id int64) string {
			op, _, err := discussion.Decide(d.Context(), d.DB, u.Actor(), []discussion.Versioned{{ID: id}}, discussion.Verdict{Action: action, Reason: reason, Undoable: true})
			d.Check(err)
			return op
		}
		report := func(id int64, n int, reason string) {
			_, err := react.Report(d.Context(), d.DB, d.Site(), id, react.Visitor{IP: discussiontest.IP(n), Token: fmt.Sprint("r", n)}, react.Complaint{Reason: reason, Note: "Why.", Law: "hate", GoodFaith: true})
			d.Check(err)
		}
		begin := d.Clock.Now()
		var list []*discussion.Comment
		for range 8 {
			list = append(list, d.MustPost(d.Submission(article.ID)))
		}
		d.Check(discussion.RemoveOwn(d.Context(), d.DB, d.Site(), list[6].ID))
		report(list[0].ID, 1, "abuse")
		report(list[1].ID, 2, "illegal")
		report(list[2].ID, 3, "abuse")
		d.Clock.Advance(10 * time.Minute)
		decide(discussion.DoTrash, "offensive", list[0].ID)
		d.Clock.Advance(20 * time.Minute)
		decide(discussion.DoApprove, "", list[1].ID)
		decide(discussion.DoSpam, "", list[3].ID)
		decide(discussion.DoTrash, "", list[4].ID)
		_, err := discussion.Undo(d.Context(), d.DB, u.Actor(), decide(discussion.DoTrash, "hate", list[5].ID))
		d.Check(err)
		a, err := appeals.File(d.Context(), d.DB, list[0].ID, "Why?")
		d.Check(err)
		d.Clock.Advance(5 * time.Minute)
		_, err = appeals.Decide(d.Context(), d.DB, other, a.ID, appeals.Ruling{Outcome: appeals.Upheld})
		d.Check(err)
		_, err = appeals.File(d.Context(), d.DB, list[4].ID, "Why?")
		d.Check(err)

		rep, err := transparency.Of(d.Context(), d.DB, begin, d.Clock.Now().Add(time.Second))
		d.Check(err)
		got := map[string]int{}
		for _, row := range rep.Rows {
			got[row.Section+" "+row.Name+" "+row.Ground] = row.Number
		}
		want := map[string]int{
			"reports received abuse": 2, "reports received illegal": 1, "reports received ": 3, "reports removed ": 1, "reports kept ": 1,
			"reports open ": 1, "reports withdrawn ": 0, "reports median-minutes ": 10,
			"notices received hate": 1, "notices received ": 1, "notices removed ": 0, "notices kept ": 1, "notices withdrawn ": 0,
			"notices open ": 0, "notices median-minutes ": 30,
			"appeals received ": 2, "appeals upheld ": 1, "appeals reversed ": 0, "appeals withdrawn ": 0, "appeals open ": 1,
			"appeals median-minutes ": 5, "decisions automated ": 0,
		}
		undone := map[string]bool{}
		var entries []*decisionlog.Entry
		d.Check(decisionlog.Export(d.Context(), d.DB, func(v any) error {
			e := v.(decisionlog.Entry)
			entries = append(entries, &decisionlog.Entry{FromState: e.FromState, ToState: e.ToState, Reason: e.Reason, Operation: e.Operation, ActorID: e.ActorID})
			undone[e.Operation] = undone[e.Operation] || e.Reason == "undo"
			return nil
		}))
		for _, e := range entries {
			hidden := e.ToState == "spam" || e.ToState == "trash"
			if !hidden || e.FromState != "hold" && e.FromState != "approve" || e.ActorID == nil || e.Reason == "undo" || e.Operation != "" && undone[e.Operation] {
				continue
			}
			ground := e.Reason
			if ground == "" {
				ground = map[string]string{"spam": "spam", "trash": "none"}[e.ToState]
			}
			want["decisions by-hand "+ground]++
			want["decisions by-hand "]++
		}
		if want["decisions by-hand "] != 3 {
			d.Errorf("the oracle counts %d decisions", want["decisions by-hand "])
		}
		for name, n := range want {
			if got[name] != n {
				d.Errorf("%s: %d, want %d", name, got[name], n)
			}
		}
		if len(got) != len(want) {
			d.Errorf("rows: %v", got)
		}
		var csv strings.Builder
		d.Check(rep.WriteCSV(&csv))
		if !strings.HasPrefix(csv.String(), "section,name,ground,number\nreports,received,abuse,2\n") {
			d.Error(csv.String())
		}
	})
}

func TestAYearBeginsAtTheSitesMidnight(t *testing.T) {
	zone := time.FixedZone("east", 3*3600)
	from, until := transparency.Year(2026, zone)
	if models.At(from).UTC().Format(time.RFC3339) != "2025-12-31T21:00:00Z" || until.Sub(from) != 365*24*time.Hour {
		t.Error(from, until)
	}
}

package discussion_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"broadsheet/models"
	"broadsheet/models/discussion"
	"broadsheet/models/discussion/decisionlog"
	"broadsheet/models/discussion/imports"
	"broadsheet/models/discussion/learn"
	"broadsheet/models/discussion/notify"
	"broadsheet/models/discussion/privacy"
	"broadsheet/models/discussion/react"
	"broadsheet/models/modeltest"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/articleimport"
	"broadsheet/models/people"
	"broadsheet/models/queue"
)

// The marks of one commenter. Each begins with another letter: the word index
// stores only the part of a word that differs from the word before.
const (
	markName    = "Quixotine"
	markAddress = "zephyrine@vanish.example"
	markSite    = "https://jocundity.example/"
	markText    = "wherewithalia"
	markBefore  = "obfuscatoria"
	markNote    = "lachrymosia"
	markAgent   = "Kettledrummer"
	markIP      = "198.51.100.77"
	markNetwork = "198.51.100.0/24"
)

var marks = []string{markName, markAddress, "vanish.example", "jocundity", markText, markBefore, markNote, markAgent, markIP, markNetwork}

// leave makes one commenter leave a trace in every table that can hold one. It
// returns the first comment.
func (d *desk) leave(other *discussion.Comment) *discussion.Comment {
	d.Helper()
	in := discussion.Submission{
		ArticleID: other.ArticleID, Author: markName, Email: markAddress, URL: markSite, Agent: markAgent, IP: netip.MustParseAddr(markIP), Token: "the token",
		Text: "At first " + markBefore + " " + strings.Repeat("and so on at length ", 400), Follow: true,
	}
	first := d.mustPost(in)
	if _, err := d.edit(first.ID, first.Version, "Then "+markText+" "+strings.Repeat("and on at greater length ", 300)); err != nil {
		d.Fatal(err)
	}
	if err := discussion.IndexComments(d.Context(), d.db); err != nil {
		d.Fatal(err)
	}
	actor := models.Actor{Name: "Moderator"}
	for _, action := range []discussion.Action{discussion.DoApprove, discussion.DoSpam, discussion.DoApprove} {
		if _, _, err := discussion.Decide(d.Context(), d.db, actor, []discussion.Versioned{{ID: first.ID}}, discussion.Verdict{Undoable: true, Action: action}); err != nil {
			d.Fatal(err)
		}
	}
	voice := react.Visitor{IP: in.IP, Token: in.Token}
	if _, err := react.Recommend(d.Context(), d.db, d.site(), other.ID, voice); err != nil {
		d.Fatal(err)
	}
	if _, err := react.Report(d.Context(), d.db, d.site(), other.ID, voice, "other", markNote); err != nil {
		d.Fatal(err)
	}
	if err := people.ConfirmMail(d.Context(), d.db, markAddress, true); err != nil {
		d.Fatal(err)
	}
	if err := notify.RequestLink(d.Context(), d.db, markAddress); err != nil {
		d.Fatal(err)
	}
	follow, err := notify.FollowOf(d.Context(), d.db, first.ID)
	if err != nil || follow == nil {
		d.Fatalf("no wish for mail: %v", err)
	}
	if err := notify.QueueForDaily(d.Context(), d.db, follow, other.ID, d.clock.Now().Add(time.Hour)); err != nil {
		d.Fatal(err)
	}
	// A mail server refuses the address for good.
	refused := func(context.Context, *queue.Job) error {
		return queue.Permanent(errors.New("550 5.1.1 <" + markAddress + ">: no such user"))
	}
	d.clock.Advance(5 * time.Minute)
	kinds := queue.Kinds{discussion.JobPublished: refused, discussion.JobLink: refused, discussion.JobDeclined: refused}
	if _, err := queue.WorkDue(d.Context(), d.db, kinds); err == nil {
		d.Fatal("no job was refused")
	}
	if err := learn.Decisions(d.Context(), d.db); err != nil {
		d.Fatal(err)
	}
	return first
}

// TestErasureLeavesNoTrace searches every table and, on SQLite, the bytes of the
// files for the marks of an erased commenter.
func TestErasureLeavesNoTrace(t *testing.T) {
	for name, writer := range map[string]privacy.Commenter{"by cookie": {Token: "the token"}, "by address": {Email: markAddress}} {
		t.Run(name, func(t *testing.T) {
			each(t, func(d *desk) {
				d.trustAll()
				d.set("comment.flood", "0")
				other := d.mustPost(d.submission(d.article().ID))
				first := d.leave(other)
				if name == "by address" { // the owner has proven it in that browser
					if err := notify.VerifyComment(d.Context(), d.db, markAddress, first.ID); err != nil {
						d.Fatal(err)
					}
				}
				found := map[string][]string{}
				for _, mark := range marks {
					found[mark] = modeltest.FindText(t, d.db, mark)
				}
				d.finds(found)
				d.exports(writer)

				if n, err := privacy.Erase(d.Context(), d.db, writer); n != 1 || err != nil {
					d.Fatalf("%d erased: %v", n, err)
				}
				for _, mark := range marks {
					if left := modeltest.FindText(t, d.db, mark); len(left) > 0 {
						t.Errorf("%s is left in %v", mark, left)
					}
				}
				// The log of decisions names no commenter, so it stays.
				log, err := decisionlog.List(d.Context(), d.db, first.ID, 0)
				if err != nil || len(log) < 3 {
					t.Errorf("%d decisions are left (%v)", len(log), err)
				}
				d.recount()
			})
		})
	}
}

// finds fails when the marks are missing from a place that should hold them:
// then the search after the erasure would prove nothing.
func (d *desk) finds(found map[string][]string) {
	d.Helper()
	want := map[string][]string{
		markName:    {"comments.author"},
		markAddress: {"comments.email", "addresses.email", "follows.email", "jobs.key"},
		"jocundity": {"comments.url", "comment_marks.value"},
		markText:    {"comments.text", "comments.html"},
		markBefore:  {"comment_versions.text"},
		markNote:    {"reports.note"},
		markAgent:   {"comments.agent"},
		markIP:      {"comments.ip"},
		markNetwork: {"comments.network", "recommendations.network", "reports.network"},
	}
	if d.db.Dialect() == models.Postgres {
		want[markText] = append(want[markText], "comment_words.words")
	} else {
		want[markText] = append(want[markText], "comment_words_content.c0words", "comment_words_segdir.root")
	}
	for mark, places := range want {
		for _, place := range places {
			if !slices.Contains(found[mark], place) {
				d.Errorf("%s is not in %s before the erasure, only in %v", mark, place, found[mark])
			}
		}
		if d.db.Dialect() == models.SQLite && !slices.Contains(found[mark], "log") && !slices.Contains(found[mark], "file") {
			d.Errorf("%s is in no file before the erasure", mark)
		}
	}
}

// exports fails when the export for the commenter leaves out something that the
// tables hold.
func (d *desk) exports(w privacy.Commenter) {
	d.Helper()
	list, err := privacy.CommentsBy(d.Context(), d.db, w, 0)
	if err != nil {
		d.Fatal(err)
	}
	collector := privacy.NewCollector(w)
	before, err := collector.Comments(d.Context(), d.db, list)
	if err != nil {
		d.Fatal(err)
	}
	kept, err := collector.Rest(d.Context(), d.db)
	if err != nil {
		d.Fatal(err)
	}
	all, err := json.Marshal([]any{list, before, kept})
	if err != nil {
		d.Fatal(err)
	}
	for _, mark := range marks {
		if !strings.Contains(string(all), mark) {
			d.Errorf("the export leaves out %s", mark)
		}
	}
	if len(kept.Recommendations) != 1 || len(kept.Reports) != 1 || len(kept.Follows) != 1 || len(kept.Addresses) != 1 || len(kept.Mails) != 2 {
		d.Errorf("the export holds %+v", kept)
	}
}

func TestUndoDoesNotReviveAnErasedComment(t *testing.T) {
	each(t, func(d *desk) {
		d.trustAll()
		c := d.mustPost(d.submission(d.article().ID))
		op, _, err := discussion.Decide(d.Context(), d.db, models.Actor{Name: "Moderator"}, []discussion.Versioned{{ID: c.ID}}, discussion.Verdict{Undoable: true, Action: discussion.DoSpam})
		if err != nil {
			d.Fatal(err)
		}
		if _, err := privacy.Erase(d.Context(), d.db, privacy.Commenter{Email: c.Email}); err != nil {
			d.Fatal(err)
		}
		undone, err := discussion.Undo(d.Context(), d.db, models.Actor{Name: "Moderator"}, op)
		if models.KindOf(err) != models.NotFound || undone.Restored != 0 {
			d.Errorf("restored %d (%v)", undone.Restored, err)
		}
		if got := d.reread(c.ID); got.State != discussion.Trashed || got.DuplicateKey != nil {
			d.Errorf("state %s, duplicate key %v", got.State, got.DuplicateKey)
		}
	})
}

func TestARepeatedImportDoesNotBringBackTheErased(t *testing.T) {
	each(t, func(d *desk) {
		manuscript := newsroom.Manuscript{Title: "Imported", Body: "Text.", Source: "old", SourceID: "7"}
		if _, _, err := newsroom.Save(d.Context(), d.db, models.ActorCommand, newsroom.AnyVersion, manuscript); err != nil {
			d.Fatal(err)
		}
		rows := `{"id":"1","source":"old","article_id":"7","author":"` + markName + `","email":"Zephyrine@VANISH.example","text":"` + markText + `"}` + "\n"
		load := func() articleimport.Report {
			im := imports.Importer{DB: d.db, Reject: func(line int, err error) { d.Errorf("line %d: %v", line, err) }}
			report, err := im.Run(d.Context(), strings.NewReader(rows))
			if err != nil {
				d.Fatal(err)
			}
			return report
		}
		if report := load(); report.Created != 1 {
			d.Fatalf("%+v", report)
		}
		// The owner's link finds the comment in spite of the capitals.
		if n, err := privacy.Erase(d.Context(), d.db, privacy.Commenter{Email: markAddress}); n != 1 || err != nil {
			d.Fatalf("%d erased: %v", n, err)
		}
		if report := load(); report.Unchanged != 1 {
			d.Errorf("%+v", report)
		}
		for _, mark := range []string{markName, markText, "vanish.example"} {
			if left := modeltest.FindText(d.T, d.db, mark); len(left) > 0 {
				d.Errorf("%s is back in %v", mark, left)
			}
		}
	})
}

// TestAWishForNoMailOutlivesErasure shows that a stranger cannot have an address
// asked again and again by typing it and erasing the comment.
func TestAWishForNoMailOutlivesErasure(t *testing.T) {
	each(t, func(d *desk) {
		d.trustAll()
		d.set("comment.flood", "0")
		a := d.article()
		in := d.submission(a.ID)
		in.Email, in.Follow = markAddress, true
		asked := func() bool {
			d.n++
			in.Text += " Again."
			c := d.mustPost(in)
			f, err := notify.FollowOf(d.Context(), d.db, c.ID)
			if err != nil {
				d.Fatal(err)
			}
			ask, err := notify.AllowConsentMail(d.Context(), d.db, f)
			if err != nil {
				d.Fatal(err)
			}
			if _, err := privacy.Erase(d.Context(), d.db, privacy.Commenter{Token: in.Token}); err != nil {
				d.Fatal(err)
			}
			return ask
		}
		if !asked() {
			d.Fatal("the first mail was refused")
		}
		if asked() {
			d.Error("asked again after an erasure by cookie")
		}
		if err := people.StopMail(d.Context(), d.db, markAddress); err != nil {
			d.Fatal(err)
		}
		if asked() {
			d.Error("asked although the owner wants no mail")
		}
		if left := modeltest.FindText(d.T, d.db, "vanish"); len(left) > 0 {
			d.Errorf("the address is left in %v", left)
		}
		known, err := people.AddressOf(d.Context(), d.db, markAddress)
		if err != nil || known.StoppedAt.IsZero() {
			d.Errorf("the wish for no mail is lost: %+v (%v)", known, err)
		}
		// The owner can change the mind.
		if err := people.ConfirmMail(d.Context(), d.db, markAddress, false); err != nil {
			d.Fatal(err)
		}
		if known, err = people.AddressOf(d.Context(), d.db, markAddress); err != nil || !known.TakesMail() {
			d.Errorf("no mail after the owner said yes: %+v (%v)", known, err)
		}
	})
}

func TestFirstMailsToUnconfirmedAddressesAreBounded(t *testing.T) {
	each(t, func(d *desk) {
		d.trustAll()
		d.set("comment.flood", "0")
		a := d.article()
		ask := func(token, ip string) bool {
			in := d.submission(a.ID)
			in.Token, in.IP, in.Follow = token, netip.MustParseAddr(ip), true
			c := d.mustPost(in)
			f, err := notify.FollowOf(d.Context(), d.db, c.ID)
			if err != nil {
				d.Fatal(err)
			}
			yes, err := notify.AllowConsentMail(d.Context(), d.db, f)
			if err != nil {
				d.Fatal(err)
			}
			return yes
		}
		count := func(n int, token func(int) string) (sent int) {
			for i := range n {
				if ask(token(i), "203.0.113.9") {
					sent++
				}
			}
			return sent
		}
		if n := count(6, func(int) string { return "one browser" }); n != 3 {
			d.Errorf("one browser caused %d mails", n)
		}
		if n := count(12, func(i int) string { return "browser " + string(rune('a'+i)) }); n != 7 {
			d.Errorf("one network caused %d more mails", n)
		}
		if !ask("elsewhere", "192.0.2.1") {
			d.Error("another network was refused")
		}
		d.clock.Advance(time.Hour + time.Minute)
		if !ask("one browser", "203.0.113.9") {
			d.Error("refused after an hour")
		}
	})
}

// TestNoWaitIsLongerThanItsWindow imports a comment with a date in the future,
// sets the clock back, and then looks at each wait.
func TestNoWaitIsLongerThanItsWindow(t *testing.T) {
	each(t, func(d *desk) {
		d.trustAll()
		d.set("comment.flood", "15")
		a := d.article()
		in := d.submission(a.ID)
		c := d.mustPost(in)
		for name, ahead := range map[string]time.Duration{"a month ahead": 35 * 24 * time.Hour, "ten seconds ahead": 10 * time.Second} {
			if err := d.db.Write(d.Context(), func(tx *models.Tx) error {
				return tx.Query(d.Context()).Exec("UPDATE comments SET created_at = ? WHERE id = ?", models.At(d.clock.Now().Add(ahead)), c.ID).Error
			}); err != nil {
				d.Fatal(err)
			}
			again := in
			again.Text += name
			_, err := d.post(again)
			refusal, refused := errors.AsType[*models.Error](err)
			switch {
			case err != nil && !refused:
				d.Fatal(err)
			case refused && refusal.RetryAfter > d.site().CommentFloodWindow:
				d.Errorf("%s: wait %v", name, refusal.RetryAfter)
			case refused == (ahead > time.Hour):
				d.Errorf("%s: refused is %v (%v)", name, refused, err)
			}
			d.clock.Advance(time.Hour)
		}
	})
}

func TestImportedDatesAreNotInTheFuture(t *testing.T) {
	each(t, func(d *desk) {
		if _, _, err := newsroom.Save(d.Context(), d.db, models.ActorCommand, newsroom.AnyVersion, newsroom.Manuscript{Title: "Imported", Body: "Text.", Source: "old", SourceID: "7"}); err != nil {
			d.Fatal(err)
		}
		row, _ := json.Marshal(map[string]string{"id": "1", "source": "old", "article_id": "7", "text": "From tomorrow.", "date": "2031-01-01T00:00:00Z"})
		im := imports.Importer{DB: d.db, Reject: func(line int, err error) { d.Errorf("line %d: %v", line, err) }}
		if _, err := im.Run(d.Context(), strings.NewReader(string(row))); err != nil {
			d.Fatal(err)
		}
		c := d.reread(1)
		if c.CreatedAt.After(d.clock.Now()) {
			d.Errorf("dated %v", c.CreatedAt)
		}
	})
}

package privacy_test

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
	"broadsheet/models/discussion/writernotes"
	"broadsheet/models/modeltest"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/articleimport"
	"broadsheet/models/people"
	"broadsheet/models/people/bans"
	"broadsheet/models/queue"
	"broadsheet/models/subscription"
)

// The marks of one commenter. Each begins with another letter: the word index
// stores only the part of a word that differs from the word before.
const (
	markName    = "Quixotine"
	markAddress = "zephyrine@vanish.example"
	markSite    = "https://jocundity.example/"
	markText    = "zwitterionia"
	markBefore  = "obfuscatoria"
	markNote    = "lachrymosia"
	markAgent   = "Kettledrummer"
	markIP      = "198.51.100.77"
	markNetwork = "198.51.100.0/24"
	markRemark  = "ungulatine" // by a moderator
)

var marks = []string{markName, markAddress, "vanish.example", "jocundity", markText, markBefore, markNote, markAgent, markIP, markNetwork}

// leave adds rows of one commenter to every table that can hold them. It returns
// the first comment.
func (d *desk) leave(other *discussion.Comment) *discussion.Comment {
	d.Helper()
	in := discussion.Submission{
		ArticleID: other.ArticleID, Author: markName, Email: markAddress, URL: markSite, Agent: markAgent, IP: netip.MustParseAddr(markIP), Token: "the token",
		Text: "At first " + markBefore + " " + strings.Repeat("and so on at length ", 400), Follow: true,
	}
	first := d.MustPost(in)
	if _, err := d.Edit(first.ID, first.Version, "Then "+markText+" "+strings.Repeat("and on at greater length ", 300)); err != nil {
		d.Fatal(err)
	}
	if err := discussion.IndexComments(d.Context(), d.DB); err != nil {
		d.Fatal(err)
	}
	actor := models.Actor{Name: "Moderator"}
	for _, action := range []discussion.Action{discussion.DoApprove, discussion.DoSpam, discussion.DoApprove} {
		if _, _, err := discussion.Decide(d.Context(), d.DB, actor, []discussion.Versioned{{ID: first.ID}}, discussion.Verdict{Undoable: true, Action: action}); err != nil {
			d.Fatal(err)
		}
	}
	voice := react.Visitor{IP: in.IP, Token: in.Token}
	if _, err := react.Recommend(d.Context(), d.DB, d.Site(), other.ID, voice); err != nil {
		d.Fatal(err)
	}
	if _, err := react.Report(d.Context(), d.DB, d.Site(), other.ID, voice, react.Complaint{Reason: "other", Note: markNote}); err != nil {
		d.Fatal(err)
	}
	if err := people.ConfirmMail(d.Context(), d.DB, markAddress, true); err != nil {
		d.Fatal(err)
	}
	if err := notify.RequestLink(d.Context(), d.DB, markAddress); err != nil {
		d.Fatal(err)
	}
	paper := subscription.Choice{Lists: []int64{subscription.Paper}, Frequency: subscription.Daily}
	request := subscription.Request{Email: markAddress, Choice: paper, TokenHash: first.TokenHash, Network: markNetwork}
	if err := subscription.Ask(d.Context(), d.DB, nil, request); err != nil {
		d.Fatal(err)
	}
	follow, err := notify.FollowOf(d.Context(), d.DB, first.ID)
	if err != nil || follow == nil {
		d.Fatalf("no wish for mail: %v", err)
	}
	if err := notify.QueueForDaily(d.Context(), d.DB, follow, other.ID, d.Clock.Now().Add(time.Hour)); err != nil {
		d.Fatal(err)
	}
	// A mail server refuses the address for good.
	refused := func(context.Context, *queue.Job) error {
		return queue.Permanent(errors.New("550 5.1.1 <" + markAddress + ">: no such user"))
	}
	d.Clock.Advance(5 * time.Minute)
	kinds := queue.Kinds{discussion.JobPublished: refused, discussion.JobLink: refused, discussion.JobDeclined: refused}
	if _, err := queue.WorkDue(d.Context(), d.DB, kinds); err == nil {
		d.Fatal("no job was refused")
	}
	if err := learn.Decisions(d.Context(), d.DB); err != nil {
		d.Fatal(err)
	}
	return first
}

// The test searches every table and, on SQLite, the bytes of the files for the marks
// of an erased commenter.
func TestErasureLeavesNoTrace(t *testing.T) {
	for name, writer := range map[string]privacy.Commenter{"by cookie": {Token: "the token"}, "by address": {Email: markAddress}} {
		t.Run(name, func(t *testing.T) {
			each(t, func(d *desk) {
				d.TrustAll()
				d.Set("comment.flood", "0")
				other := d.MustPost(d.Submission(d.Article().ID))
				first := d.leave(other)
				if name == "by address" { // the owner has proven it in that browser
					if err := notify.VerifyComment(d.Context(), d.DB, markAddress, first.ID); err != nil {
						d.Fatal(err)
					}
				}
				found := map[string][]string{}
				for _, mark := range marks {
					found[mark] = modeltest.FindText(t, d.DB, mark)
				}
				d.finds(found)
				d.exports(writer)
				d.remark(first)

				if n, err := privacy.Erase(d.Context(), d.DB, writer); n != 1 || err != nil {
					d.Fatalf("%d erased: %v", n, err)
				}
				for _, mark := range append(marks, markRemark) {
					if left := modeltest.FindText(t, d.DB, mark); len(left) > 0 {
						t.Errorf("%s is left in %v", mark, left)
					}
				}
				// The log of decisions names no commenter, so it stays.
				log, err := decisionlog.List(d.Context(), d.DB, first.ID, 0)
				if err != nil || len(log) < 3 {
					t.Errorf("%d decisions are left (%v)", len(log), err)
				}
				d.CheckCounts()
			})
		})
	}
}

// remark adds what moderators note about the commenter of a comment.
func (d *desk) remark(c *discussion.Comment) {
	d.Helper()
	mona := models.Actor{Name: "Mona"}
	for kind, value := range map[writernotes.Kind]string{writernotes.Browser: c.TokenHash, writernotes.Email: markAddress, writernotes.Typed: markAddress} {
		if err := writernotes.Add(d.Context(), d.DB, mona, kind, value, "An "+markRemark+" person."); err != nil {
			d.Fatal(err)
		}
	}
	for target, value := range map[bans.Target]string{bans.TargetBrowser: c.TokenHash, bans.TargetEmail: markAddress} {
		trust := bans.Ban{Kind: bans.Trusted, Target: target, Value: value, Reason: markRemark}
		if _, err := bans.Add(d.Context(), d.DB, mona, bans.Guard{}, trust, true); err != nil {
			d.Fatal(err)
		}
	}
	for _, place := range []string{"writer_notes.text", "bans.reason"} {
		if found := modeltest.FindText(d.T, d.DB, markRemark); !slices.Contains(found, place) {
			d.Errorf("the remark is not in %s, only in %v", place, found)
		}
	}
}

// finds fails if a mark is missing where it should be. Then the search after the
// erasure would prove nothing.
func (d *desk) finds(found map[string][]string) {
	d.Helper()
	want := map[string][]string{
		markName:    {"comments.author"},
		markAddress: {"comments.email", "addresses.email", "follows.email", "jobs.key", "digest_subscriptions.email"},
		"jocundity": {"comments.url", "comment_marks.value"},
		markText:    {"comments.text", "comments.html"},
		markBefore:  {"comment_versions.text"},
		markNote:    {"reports.note"},
		markAgent:   {"comments.agent"},
		markIP:      {"comments.ip"},
		markNetwork: {"comments.network", "recommendations.network", "reports.network"},
	}
	if d.DB.Dialect() == models.Postgres {
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
		if d.DB.Dialect() == models.SQLite && !slices.Contains(found[mark], "log") && !slices.Contains(found[mark], "file") {
			d.Errorf("%s is in no file before the erasure", mark)
		}
	}
}

// exports fails if the commenter's export leaves out a mark.
func (d *desk) exports(w privacy.Commenter) {
	d.Helper()
	list, err := privacy.CommentsBy(d.Context(), d.DB, w, 0)
	if err != nil {
		d.Fatal(err)
	}
	collector := privacy.NewCollector(w)
	before, err := collector.Comments(d.Context(), d.DB, list)
	if err != nil {
		d.Fatal(err)
	}
	kept, err := collector.Rest(d.Context(), d.DB)
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

func TestUndoDoesNotRestoreAnErasedComment(t *testing.T) {
	each(t, func(d *desk) {
		d.TrustAll()
		c := d.MustPost(d.Submission(d.Article().ID))
		op, _, err := discussion.Decide(d.Context(), d.DB, models.Actor{Name: "Moderator"}, []discussion.Versioned{{ID: c.ID}}, discussion.Verdict{Undoable: true, Action: discussion.DoSpam})
		if err != nil {
			d.Fatal(err)
		}
		if _, err := privacy.Erase(d.Context(), d.DB, privacy.Commenter{Email: c.Email}); err != nil {
			d.Fatal(err)
		}
		undone, err := discussion.Undo(d.Context(), d.DB, models.Actor{Name: "Moderator"}, op)
		if models.KindOf(err) != models.NotFound || undone.Restored != 0 {
			d.Errorf("restored %d (%v)", undone.Restored, err)
		}
		if got := d.Comment(c.ID); got.State != discussion.Trashed || got.DuplicateKey != nil {
			d.Errorf("state %s, duplicate key %v", got.State, got.DuplicateKey)
		}
	})
}

func TestRepeatedImportDoesNotRestoreErasedComments(t *testing.T) {
	each(t, func(d *desk) {
		manuscript := newsroom.Manuscript{Title: "Imported", Body: "Text.", Source: "old", SourceID: "7"}
		if _, _, err := newsroom.Save(d.Context(), d.DB, models.ActorCommand, newsroom.AnyVersion, manuscript); err != nil {
			d.Fatal(err)
		}
		rows := `{"id":"1","source":"old","article_id":"7","author":"` + markName + `","email":"Zephyrine@VANISH.example","text":"` + markText + `"}` + "\n"
		load := func() articleimport.Report {
			im := imports.Importer{DB: d.DB, Reject: func(line int, err error) { d.Errorf("line %d: %v", line, err) }}
			report, err := im.Run(d.Context(), strings.NewReader(rows))
			if err != nil {
				d.Fatal(err)
			}
			return report
		}
		if report := load(); report.Created != 1 {
			d.Fatalf("%+v", report)
		}
		// The comment is found although its address has capitals.
		if n, err := privacy.Erase(d.Context(), d.DB, privacy.Commenter{Email: markAddress}); n != 1 || err != nil {
			d.Fatalf("%d erased: %v", n, err)
		}
		if report := load(); report.Unchanged != 1 {
			d.Errorf("%+v", report)
		}
		for _, mark := range []string{markName, markText, "vanish.example"} {
			if left := modeltest.FindText(d.T, d.DB, mark); len(left) > 0 {
				d.Errorf("%s is back in %v", mark, left)
			}
		}
	})
}

// A stranger types an address, asks for mail and erases the comment. This cannot
// make the site send the address one question after the other.
func TestNoMailWishOutlivesErasure(t *testing.T) {
	each(t, func(d *desk) {
		d.TrustAll()
		d.Set("comment.flood", "0")
		a := d.Article()
		in := d.Submission(a.ID)
		in.Email, in.Follow = markAddress, true
		asked := func() bool {
			in.Text += " Again."
			c := d.MustPost(in)
			f, err := notify.FollowOf(d.Context(), d.DB, c.ID)
			if err != nil {
				d.Fatal(err)
			}
			ask, err := notify.AllowConsentMail(d.Context(), d.DB, f)
			if err != nil {
				d.Fatal(err)
			}
			if _, err := privacy.Erase(d.Context(), d.DB, privacy.Commenter{Token: in.Token}); err != nil {
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
		if err := people.StopMail(d.Context(), d.DB, markAddress); err != nil {
			d.Fatal(err)
		}
		if asked() {
			d.Error("asked although the owner wants no mail")
		}
		if left := modeltest.FindText(d.T, d.DB, "vanish"); len(left) > 0 {
			d.Errorf("the address is left in %v", left)
		}
		known, err := people.AddressOf(d.Context(), d.DB, markAddress)
		if err != nil || known.StoppedAt.IsZero() {
			d.Errorf("the wish for no mail is lost: %+v (%v)", known, err)
		}
		// The owner of the address can allow mail again.
		if err := people.ConfirmMail(d.Context(), d.DB, markAddress, false); err != nil {
			d.Fatal(err)
		}
		if known, err = people.AddressOf(d.Context(), d.DB, markAddress); err != nil || !known.TakesMail() {
			d.Errorf("no mail after the owner said yes: %+v (%v)", known, err)
		}
	})
}

func TestAnonymiseAndErase(t *testing.T) {
	each(t, func(d *desk) {
		d.TrustAll()
		a := d.Article()
		mine := d.Submission(a.ID)
		mine.URL, mine.Agent = "https://me.example/", "Lynx"
		first := d.MustPost(mine)
		second := mine
		second.Text = "And another thing, said at some length so that it has a fingerprint."
		own := d.MustPost(second)
		if _, err := d.Edit(own.ID, own.Version, "And another thing, said at even greater length, so that it has a fingerprint."); err != nil {
			d.Fatal(err)
		}
		answer := d.Submission(a.ID)
		answer.ParentID = own.ID
		other := d.MustPost(answer)
		d.Decide(discussion.DoHold, first.ID)
		d.Clock.Advance(time.Minute)

		if list, err := privacy.CommentsBy(d.Context(), d.DB, privacy.Commenter{}, 0); err != nil || len(list) != 0 {
			d.Errorf("nobody wrote %d comments (%v)", len(list), err)
		}
		if list, err := privacy.CommentsBy(d.Context(), d.DB, privacy.Commenter{Token: "another"}, 0); err != nil || len(list) != 0 {
			d.Errorf("another browser wrote %d comments (%v)", len(list), err)
		}
		for _, w := range []privacy.Commenter{{Token: mine.Token}, {Email: mine.Email}} {
			if list, err := privacy.CommentsBy(d.Context(), d.DB, w, 0); err != nil || len(list) != 2 {
				d.Errorf("%+v wrote %d comments (%v)", w, len(list), err)
			}
		}

		if n, err := privacy.Anonymise(d.Context(), d.DB, privacy.Commenter{Token: mine.Token}); n != 2 || err != nil {
			d.Fatalf("%d anonymised, %v", n, err)
		}
		got := d.Comment(own.ID)
		if got.Author != discussion.Anonymous || got.Email+got.URL+got.IP+got.Network+got.Agent+got.TokenHash != "" || got.DuplicateKey != nil {
			d.Errorf("left: %+v", got)
		}
		if got.State != discussion.Approved || got.Text == "" {
			d.Errorf("the text did not stay: %+v", got)
		}
		if left := d.Comment(other.ID); left.Author != answer.Author || left.Email == "" {
			d.Errorf("somebody else was anonymised: %+v", left)
		}

		third := mine
		third.Text = "Once more, with feeling, and with enough words to be remembered by."
		again := d.MustPost(third)
		if n, err := privacy.Erase(d.Context(), d.DB, privacy.Commenter{Email: mine.Email}); n != 1 || err != nil {
			d.Fatalf("%d erased, %v", n, err)
		}
		got = d.Comment(again.ID)
		if got.State != discussion.Trashed || got.Text+got.HTML+got.Email+got.TokenHash != "" || got.SimilarA != nil {
			d.Errorf("left: %+v", got)
		}
		d.CheckCounts()
	})
}

// No action publishes a comment that its commenter removed.
func TestRemovedCommentsCannotBePublished(t *testing.T) {
	each(t, func(d *desk) {
		d.Set("comment.flood", "0")
		site := d.Site()
		f := d.Forum()
		u, mona := d.Colleague("Mona", "mona@courier.example")
		removals := map[string]func(*discussion.Comment){
			"removed by its commenter": func(c *discussion.Comment) { d.Check(nil, discussion.RemoveOwn(d.Context(), d.DB, site, c.ID)) },
			"erased": func(c *discussion.Comment) {
				d.Check(privacy.Erase(d.Context(), d.DB, privacy.Commenter{Email: c.Email}))
			},
			"erased from the trash": func(c *discussion.Comment) {
				f.Decide(discussion.DoTrash, c.ID)
				d.Check(privacy.Erase(d.Context(), d.DB, privacy.Commenter{Email: c.Email}))
			},
			"removed while public": func(c *discussion.Comment) {
				f.Decide(discussion.DoApprove, c.ID)
				d.Check(nil, discussion.RemoveOwn(d.Context(), d.DB, site, c.ID))
			},
			"removed, then sorted into spam": func(c *discussion.Comment) {
				d.Check(nil, discussion.RemoveOwn(d.Context(), d.DB, site, c.ID))
				f.Decide(discussion.DoSpam, c.ID)
			},
		}
		for name, remove := range removals {
			for _, action := range []discussion.Action{discussion.DoApprove, discussion.DoHold, discussion.DoRestore} {
				c := f.Say("To be " + name + " before " + string(action))
				remove(c)
				results := f.Decide(action, c.ID)
				if !results[0].Refused || !results[0].Gone {
					d.Errorf("%s, %s: %+v", name, action, results[0])
				}
				if got := f.State(c.ID); got == discussion.Approved || got == discussion.Held {
					d.Errorf("%s, %s: it is %s", name, action, got)
				}
				if _, _, err := discussion.Answer(d.Context(), d.DB, u, discussion.Versioned{ID: c.ID}, "An answer to what is gone, "+name+string(action)); models.KindOf(err) != models.Forbidden {
					d.Errorf("%s: answered (%v)", name, err)
				}
			}
		}
		// An undo does not publish an erased comment either.
		c := f.Say("Decided, then erased.")
		f.Decide(discussion.DoApprove, c.ID)
		op, _, err := discussion.Decide(d.Context(), d.DB, mona, []discussion.Versioned{{ID: c.ID}}, discussion.Verdict{Undoable: true, Action: discussion.DoTrash})
		d.Check(err)
		d.Check(privacy.Erase(d.Context(), d.DB, privacy.Commenter{Email: c.Email}))
		if undone, err := discussion.Undo(d.Context(), d.DB, mona, op); err == nil && undone.Restored > 0 || f.State(c.ID) == discussion.Approved {
			d.Errorf("an erased comment is back: %+v (%v), %s", undone, err, f.State(c.ID))
		}
		d.CheckCounts()
	})
}

package main

import (
	"fmt"
	"net/http"
	"net/netip"
	"net/url"
	"strconv"
	"time"

	"broadsheet/models"
	"broadsheet/models/discussion"
	"broadsheet/models/discussion/moderation"
	"broadsheet/models/discussion/privacy"
	"broadsheet/models/discussion/writers"
	"broadsheet/models/newsroom"
	"broadsheet/models/people"
	"broadsheet/models/people/bans"
	"broadsheet/models/settings"
)

// deskKinds are the acts of moderators and editors, and their consequences.
var deskKinds = []kind{
	{"staff answer", 4, (*walk).staffAnswer},
	{"rewrite", 3, (*walk).rewrite},
	{"name or website of a comment", 3, (*walk).setField},
	{"rename a colleague", 1, (*walk).renameColleague},
	{"a colleague's role", 2, (*walk).role},
	{"ban", 2, (*walk).ban},
	{"end of a ban", 1, (*walk).endBan},
	{"how a story takes comments", 6, (*walk).setCommentPolicy},
	{"a closing date", 2, (*walk).closingDate},
	{"a story with its comments", 3, (*walk).trashArticle},
	{"reports are read", 2, (*walk).readReports},
	{"a notice", 2, (*walk).notice},
	{"a writer's comments are deleted or made anonymous", 1, (*walk).forgetWriter},
	{"setting by its page", 3, (*walk).settingByPage},
	{"repair", 2, (*walk).repair},
	{"command: repair", 1, (*walk).commandRepair},
}

// colleague returns the account of an editor.
func (w *walk) colleague() *people.User {
	u, err := people.ByEmail(w.Context(), w.there, "desk@example.org")
	if models.KindOf(err) == models.NotFound {
		u, err = people.CreateAccount(w.Context(), w.there, models.ActorShell, people.NewAccount{Name: "Tove Desk", Email: "desk@example.org", Role: people.Editor, Password: "a password of some length"})
	}
	w.check(err)
	return u
}

func (w *walk) staffAnswer() {
	if c := w.comment(""); c != nil {
		_, _, err := discussion.Answer(w.Context(), w.db(), w.colleague(), discussion.Versioned{ID: c.ID, Version: c.Version}, fmt.Sprint("The desk says at step ", w.number))
		w.allow(err)
	}
}

func (w *walk) rewrite() {
	if c := w.comment(""); c != nil {
		w.allow(discussion.Rewrite(w.Context(), w.db(), walker, c.ID, c.Version, fmt.Sprint("Set right at step ", w.number)))
	}
}

// setField changes the name or the website of a comment, as on the page of its writer.
func (w *walk) setField() {
	c := w.comment("")
	if c == nil {
		return
	}
	seen := discussion.Versioned{ID: c.ID, Version: c.Version}
	if w.rng.IntN(2) == 0 {
		w.allow(writers.SetField(w.Context(), w.db(), walker, seen, writers.Name, fmt.Sprint("Named at step ", w.number)))
		return
	}
	w.allow(writers.SetField(w.Context(), w.db(), walker, seen, writers.Website, fmt.Sprintf("https://step%d.example/", w.number)))
}

func (w *walk) renameColleague() {
	w.check(people.Rename(w.Context(), w.db(), w.colleague(), fmt.Sprint("Tove Desk ", w.number)))
}

// role makes the colleague an editor or a subscriber, which comments of the
// account show.
func (w *walk) role() {
	to := []people.Role{people.Editor, people.Subscriber}[w.rng.IntN(2)]
	w.check(people.SetRole(w.Context(), w.db(), models.ActorShell, w.colleague().ID, to))
}

// ban bans the network from which the step itself would post, which is new, or
// a mail domain. A comment from it is then refused.
func (w *walk) ban() {
	u := w.colleague()
	b := bans.Ban{Kind: bans.Banned, Target: bans.TargetDomain, Value: fmt.Sprintf("d%d.example.org", w.rng.IntN(3)), Reason: "A test.", EndsAt: models.At(time.Now().Add(time.Hour))}
	if w.rng.IntN(2) == 0 {
		b.Kind, b.Target, b.Value = bans.HeldBack, bans.TargetNetwork, netip.MustParsePrefix(w.network()+"/24").Masked().String()
	}
	_, err := bans.Add(w.Context(), w.db(), models.Actor{UserID: &u.ID, Name: u.Name}, bans.Guard{}, b, false)
	w.allow(err)
	w.reply() // from within the network, perhaps
}

func (w *walk) endBan() {
	list, err := bans.List(w.Context(), w.there, bans.Filter{}, time.Now())
	w.check(err)
	if len(list) > 0 {
		w.allow(bans.End(w.Context(), w.db(), "walk", 0, list[w.rng.IntN(len(list))].ID))
	}
}

func (w *walk) setCommentPolicy() {
	d := newsroom.CommentPolicy{
		Status: []newsroom.CommentStatus{newsroom.CommentsOpen, newsroom.CommentsOpen, newsroom.CommentsClosed, newsroom.CommentsPremoderate}[w.rng.IntN(4)],
		Slow:   w.rng.IntN(2) * 5, ByHand: w.rng.IntN(2) == 0, RecommendsOff: w.rng.IntN(3) == 0,
		Who: []models.Commenters{"", "", models.EveryCommenter, models.VerifiedCommenter, models.StaffCommenter}[w.rng.IntN(5)],
	}
	w.check(newsroom.SetCommentPolicy(w.Context(), w.db(), models.Actor{Name: "walk"}, w.articles[w.one()], d))
}

// closingDate lets the comments of an article close by themselves, soon after its page
// is cached.
func (w *walk) closingDate() {
	end := models.At(time.Now().Add(300 * time.Millisecond))
	a := w.row(w.articles[w.one()])
	w.check(newsroom.SetCommentPolicy(w.Context(), w.db(), models.Actor{Name: "walk"}, a.ID, newsroom.CommentPolicy{Status: newsroom.CommentsOpen, Close: end}))
	w.settle()
	w.fetchHere(w.loadSite().ArticlePath(a))
	for time.Now().Before(end.Time) {
		time.Sleep(time.Millisecond)
	}
}

// trashArticle moves an article to the trash or out of it, and its comments with
// it.
func (w *walk) trashArticle() {
	a := w.row(w.articles[w.one()])
	to := newsroom.Trashed
	if a.Status == newsroom.Trashed {
		to = newsroom.Published
	}
	w.allow(discussion.SetArticleStatus(w.Context(), w.db(), walker, a.ID, to, ""))
}

func (w *walk) readReports() {
	if c := w.comment(""); c != nil {
		_, _, err := discussion.Decide(w.Context(), w.db(), walker, []discussion.Versioned{{ID: c.ID, Version: c.Version}}, discussion.Verdict{Undoable: true, Action: discussion.DoApprove, Reason: "reports"})
		w.allow(err)
	}
}

// notice reports a comment as against the law by the form of readers, and answers it now
// and then by declining the comment.
func (w *walk) notice() {
	c := w.comment(discussion.Approved)
	if c == nil {
		return
	}
	answer := w.post(fmt.Sprintf("/comment/%d/report/", c.ID), url.Values{
		"reason": {"illegal"}, "note": {"Why."}, "law": {"hate"}, "name": {"Rita"}, "email": {"rita@example.org"}, "faith": {"yes"},
	}, nil)
	if answer.Code == http.StatusSeeOther && w.rng.IntN(2) == 0 {
		_, _, err := discussion.Decide(w.Context(), w.db(), w.colleague().Actor(), []discussion.Versioned{{ID: c.ID}}, discussion.Verdict{
			Action: discussion.DoTrash, Reason: "illegal", Undoable: true,
		})
		w.allow(err)
	}
}

// forgetWriter deletes all comments of a writer for good, or makes them anonymous, as an
// editor does for a person on the telephone.
func (w *walk) forgetWriter() {
	c := w.comment("")
	if c == nil {
		return
	}
	who := privacy.Commenter{TokenHash: c.TokenHash}
	if c.TokenHash == "" || w.rng.IntN(2) == 0 {
		who = privacy.Commenter{Email: c.Email, Everywhere: true}
	}
	forget := privacy.DeleteBy
	if w.rng.IntN(2) == 0 {
		forget = privacy.AnonymiseBy
	}
	_, err := forget(w.Context(), w.db(), w.colleague().Actor(), who)
	w.check(err)
}

// damage changes stored counts without touching a cache tag.
func (w *walk) damage() {
	w.forgetful("UPDATE articles SET comments_approve = comments_approve + 3 WHERE id = ?", w.articles[w.one()])
	w.forgetful("UPDATE comments SET thread_shown = thread_shown + 2 WHERE depth = 0 AND state = 'approve' AND article_id = ?", w.articles[w.one()])
}

func (w *walk) repair() {
	w.damage()
	_, err := moderation.Repair(w.Context(), w.db())
	w.check(err)
}

func (w *walk) commandRepair() {
	w.damage()
	w.command("doctor", "--repair")
	w.toldOf(models.SettingsTag)
}

// settingByPage changes a setting as an administrator does in the browser.
func (w *walk) settingByPage() {
	if w.administrator == nil {
		const password = "a password of some length"
		_, err := people.CreateAccount(w.Context(), w.there, models.ActorShell, people.NewAccount{
			Name: "Ada Settings", Email: "settings@example.org", Role: people.Administrator, Password: password,
		})
		w.check(err)
		answer := w.post("/login", url.Values{"email": {"settings@example.org"}, "password": {password}}, nil)
		w.administrator = answer.Result().Cookies()
	}
	key, value := w.aSetting()
	version, err := settings.Version(w.Context(), w.there)
	w.check(err)
	answer := w.post("/desk/settings", url.Values{
		"s": {key}, "key": {key}, key: {value}, "version": {strconv.FormatInt(version, 10)}, "do": {"save"},
	}, w.administrator)
	// The walk's site sends no mail, so it refuses to ask for verified addresses.
	if answer.Code != http.StatusSeeOther && value != "verified" {
		w.Fatalf("step %d: setting %s to %q by the page answered %d", w.number, key, value, answer.Code)
	}
}

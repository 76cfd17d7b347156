package handlers

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"broadsheet/models"
	"broadsheet/models/discussion"
	"broadsheet/models/discussion/moderation"
	"broadsheet/models/discussion/writers"
	"broadsheet/models/newsroom"
	"broadsheet/models/people/bans"
	"broadsheet/views"
	"broadsheet/views/moderate"
)

// showBans lists the bans.
func (mo *moderating) showBans(c *request) error {
	page, err := mo.deskPage(c, mo.text(c.site, "bans.title"), bansPath)
	if err != nil {
		return err
	}
	v := views.Bans{Page: page, Ended: c.QueryParam("all") != "", Done: c.flash(bansDone)}
	filter := bans.Filter{Ended: v.Ended, SetBy: c.viewer.ownBans(), Before: parseID(c.QueryParam("before"))}
	list, err := bans.List(c.ctx(), mo.db, filter, mo.db.Now())
	if err != nil {
		return err
	}
	for i := range list {
		line := mo.banLine(c.site, &list[i])
		line.May, line.Writer = true, mo.bannedWriter(&list[i])
		v.List = append(v.List, line)
	}
	if len(list) == bans.PageSize {
		q := url.Values{"before": {strconv.FormatInt(list[len(list)-1].ID, 10)}}
		if v.Ended {
			q.Set("all", "yes")
		}
		v.Next = bansPath + "?" + q.Encode()
	}
	return render(mo.pages, c, views.BansPage, v, personalAnswer(http.StatusOK))
}

// ownBans returns the account whose bans the viewer sees and changes, 0 for all. A ban
// applies to the whole site. A limited moderator sees only the bans that this moderator
// has set.
func (v *viewer) ownBans() int64 {
	if v.scope.Limited() {
		return v.ID
	}
	return 0
}

// banLine presents a ban of a list.
func (mo *moderating) banLine(site *newsroom.Site, b *bans.Ban) moderate.BanLine {
	line := moderate.BanLine{
		ID: b.ID, Kind: string(b.Kind), Mark: string(b.Target), Value: shownTarget(b.Target, b.Value), Code: b.Code, Reason: b.Reason,
		Words: b.Words, SetBy: b.SetBy, SetByID: accountNumber(b.SetByID), Since: inSiteZone(site, b.CreatedAt.Time), EndedBy: b.EndedBy,
		Reach: b.Reach, ReachPeople: b.ReachPeople,
	}
	if !b.EndsAt.IsZero() {
		line.Until = inSiteZone(site, b.EndsAt.Time)
	}
	switch {
	case !b.EndedAt.IsZero():
		line.Ended = inSiteZone(site, b.EndedAt.Time)
	case !b.EndsAt.IsZero() && !b.EndsAt.After(mo.db.Now()):
		line.Ended = line.Until
	}
	return line
}

// shownTarget returns the target of a ban as the pages show it. The hash of a
// browser is shortened.
func shownTarget(mark bans.Target, value string) string {
	if mark == bans.TargetBrowser && len(value) > 8 {
		return value[:8] + "…"
	}
	return value
}

// untilDate is the duration of a ban that ends on a typed date.
const untilDate = -1

// banDays are the durations that the form accepts, and offeredDays those that it shows.
// 0 is a permanent ban.
var (
	banDays     = []int{1, 3, 7, 14, 30, 90, 365, 0, untilDate}
	offeredDays = []int{1, 7, 30, 0, untilDate}
)

// banKinds are the kinds that the form shows. A ban without an end is stored as
// [bans.Banned].
var banKinds = []bans.Kind{bans.Suspended, bans.HeldBack, bans.Warned}

// banForm holds the fields of the form.
type banForm struct {
	comment *discussion.Comment // the occasion, nil for none
	choice  string              // mark and value, as the comment offers them
	mark    bans.Target
	value   string
	kind    bans.Kind
	days    int
	until   string // the date for untilDate
	code    string
	reason  string
	words   string
	move    string
	seen    []string // the targets that the reach was shown for
	back    string   // the page that setting the ban leads back to, "" for the list
	panel   bool
	only    []writers.Target // the targets to offer, nil for all of the comment
}

// target returns the target of the ban: the one chosen from the comment's, or
// the typed one.
func (f *banForm) target() (bans.Target, string) {
	if mark, value, ok := strings.Cut(f.choice, " "); ok {
		return bans.Target(mark), value
	}
	return f.mark, f.value
}

// ban returns the ban of the form. refused is the error of its fields.
func (f *banForm) ban(site *newsroom.Site, mark bans.Target, value string, now time.Time) (b bans.Ban, refused error) {
	b = bans.Ban{Kind: f.kind, Target: mark, Value: value, Code: f.code, Reason: f.reason, Words: f.words}
	if f.comment != nil {
		b.OccasionID = f.comment.ID
	}
	b.EndsAt, refused = banEnd(site, f.days, f.until, now)
	if b.Kind == bans.Suspended && f.days == 0 {
		b.Kind = bans.Banned
	}
	return b, refused
}

// errBanEnd refuses a date that cannot be read.
var errBanEnd error = models.Refusal(models.Invalid, "ban-end", "say on which day it ends")

// banEnd returns the end of a ban: after some days, or at the end of a day in the site's
// zone.
func banEnd(site *newsroom.Site, days int, date string, now time.Time) (models.Time, error) {
	switch days {
	case 0:
		return models.Time{}, nil
	case untilDate:
		day, err := time.ParseInLocation(time.DateOnly, models.PlainDigits(strings.TrimSpace(date)), site.TimeZone)
		if err != nil {
			return models.Time{}, errBanEnd
		}
		return models.At(day.AddDate(0, 0, 1)), nil
	}
	return models.At(now.AddDate(0, 0, days)), nil
}

// loadBanComment returns the comment that leads to the ban, or nil. It refuses a
// comment outside the moderator's categories.
func (mo *moderating) loadBanComment(c *request, id int64) (*discussion.Comment, error) {
	if id == 0 {
		return nil, nil
	}
	ctx := c.ctx()
	comment, err := discussion.ByID(ctx, mo.db, id)
	if err == nil {
		err = c.viewer.scope.Comments(ctx, mo.db, []int64{id})
	}
	return comment, err
}

// showBan shows the form, as a page or as a panel for the desk's script.
func (mo *moderating) showBan(c *request) error {
	comment, err := mo.loadBanComment(c, parseID(c.QueryParam("comment")))
	if err != nil {
		return err
	}
	form := newBanForm(comment)
	form.back, form.mark, form.value = deskOr(c.QueryParam("back"), ""), bans.Target(c.QueryParam("mark")), c.QueryParam("value")
	form.panel = c.QueryParam("part") == "panel"
	return mo.renderBan(c, form, nil, nil)
}

// newBanForm returns the form with what a moderator most likely wants.
func newBanForm(comment *discussion.Comment) *banForm {
	form := &banForm{comment: comment, kind: bans.Suspended, days: 7, code: "abusive"}
	if comment != nil {
		for _, reason := range comment.Reasons {
			if reason.Rule == discussion.SpamScoreRule && reason.State != discussion.Approved {
				form.code = "spam"
			}
		}
	}
	if targets := banTargets(comment, false); len(targets) > 0 {
		form.choice = targets[0].Value
	}
	return form
}

// postBan previews the reach of a ban, or adds it. It adds only a ban whose reach was
// shown with the same target.
func (mo *moderating) postBan(c *request) error {
	form, err := mo.readBan(c)
	if err != nil {
		return err
	}
	mark, value := form.target()
	if value, err = bans.Parse(mark, value); err != nil {
		return mo.renderBan(c, form, nil, err)
	}
	if err := c.viewer.scope.Ban(c.ctx(), mo.db, mark, value); err != nil {
		return err
	}
	chosen := string(mark) + " " + value
	shown := slices.Contains(form.seen, chosen)
	reach, err := moderation.ReachOf(c.ctx(), mo.db, mark, value, form.comment, mo.db.Now())
	if err != nil {
		return err
	}
	var refused error
	if c.form.Get("do") == "set" && shown {
		if refused = mo.setBan(c, form, mark, value, reach); refused == nil {
			return nil
		}
	}
	if refused != nil && form.choice != "" {
		reach = nil // the page shows it beside the target
	}
	if !shown {
		form.seen = append(form.seen, chosen)
	}
	return mo.renderBan(c, form, reach, refused)
}

// readBan reads the form.
func (mo *moderating) readBan(c *request) (*banForm, error) {
	get := c.form.Get
	comment, err := mo.loadBanComment(c, parseID(get("comment")))
	if err != nil {
		return nil, err
	}
	days, err := strconv.Atoi(get("days"))
	if err != nil || !slices.Contains(banDays, days) {
		days = 7
	}
	form := &banForm{
		comment: comment, choice: get("target"), mark: bans.Target(get("mark")), value: get("value"),
		kind: cmp.Or(bans.Kind(get("kind")), bans.Suspended), days: days, until: get("until"),
		reason: get("reason"), words: get("words"), move: get("move"), seen: c.form["seen"], back: deskOr(get("back"), ""),
	}
	if code := get("code"); slices.Contains(discussion.DeclineReasons, code) {
		form.code = code
	}
	return form, nil
}

// setBan adds a ban, moves earlier comments if the form says so, and answers the form.
func (mo *moderating) setBan(c *request, form *banForm, mark bans.Target, value string, reach *moderation.Reach) error {
	b, err := form.ban(c.site, mark, value, mo.db.Now())
	if err != nil {
		return err
	}
	b.Reach, b.ReachPeople = reach.ByOthers, reach.Others
	added, err := bans.Add(c.ctx(), mo.db, c.viewer.actor(), mo.banGuard(c), b, form.days == 0)
	if err != nil {
		return err
	}
	op := ""
	done := receipt{key: "banned"}
	if verdict, ok := form.verdict(added.ID); ok {
		if op, done.n, err = mo.moveBanned(c, form, added, verdict); err != nil {
			return err
		}
	}
	if done.n > 0 {
		done.key = "banned-moved"
	}
	done.op = banOperation{ban: added.ID, moved: op}.String()
	return mo.answerReceipt(c, done, bansPath)
}

// banGuard returns the accounts and networks that a ban by the viewer must not match.
func (mo *moderating) banGuard(c *request) bans.Guard {
	self := bans.Guard{
		Email: c.viewer.Email, IP: mo.clients.address(c.Request()), Proxies: mo.clients.trusted, OwnOnly: c.viewer.scope.Limited(),
	}
	if who := c.commenter; who != nil {
		self.TokenHash = discussion.HashToken(who.Token)
	}
	return self
}

// verdict returns the decision about the comments of the banned commenter. ok is false
// where they stay.
func (f *banForm) verdict(ban int64) (v discussion.Verdict, ok bool) {
	v = discussion.Verdict{Undoable: true, Action: discussion.Action(f.move), Note: "ban " + strconv.FormatInt(ban, 10)}
	if f.move == "decline" {
		v.Action, v.Reason = discussion.DoTrash, f.code
	}
	return v, v.Action == discussion.DoSpam || v.Action == discussion.DoTrash
}

// moveBanned decides the comments that a new ban applies to. It returns the
// operation, "" for none, and the number of comments that it has moved.
func (mo *moderating) moveBanned(c *request, form *banForm, b *bans.Ban, v discussion.Verdict) (op string, moved int, err error) {
	seen, err := moderation.CommentsUnderBan(c.ctx(), mo.db, b.Target, b.Value, form.comment)
	if err != nil || len(seen) == 0 {
		return "", 0, err
	}
	op, results, err := discussion.Decide(c.ctx(), mo.db, c.viewer.actor(), seen, v)
	for _, d := range results {
		if d.Done() {
			moved++
		}
	}
	return op, moved, err
}

// postBanEnd ends a ban before its time.
func (mo *moderating) postBanEnd(c *request) error {
	if err := bans.End(c.ctx(), mo.db, c.viewer.Name, c.viewer.ownBans(), parseID(c.form.Get("ban"))); err != nil {
		return err
	}
	if back := deskOr(c.form.Get("back"), ""); back != "" {
		return c.seeOther(receipt{key: "ban-ended"}.addTo(back))
	}
	return c.seeOther(withDone(bansPath, "end"))
}

package handlers

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"broadsheet/models"
	"broadsheet/models/discussion"
	"broadsheet/models/discussion/moderation"
	"broadsheet/models/newsroom"
	"broadsheet/models/people"
	"broadsheet/views"
)

// showBans lists the bans.
func (mo *moderating) showBans(c *request) error {
	page, err := mo.deskPage(c, mo.text(c.site, "bans.title"), bansPath)
	if err != nil {
		return err
	}
	v := views.Bans{Page: page, All: c.QueryParam("all") != "", Done: c.flash(bansDone)}
	// A ban applies to the whole site. A limited moderator sees only the bans
	// that this moderator has set.
	var own int64
	if me := c.viewer; me.scope.Limited() {
		own = me.ID
	}
	filter := people.BanFilter{All: v.All, SetBy: own, Before: parseID(c.QueryParam("before"))}
	list, err := people.ListBans(c.ctx(), mo.db, filter, mo.db.Now())
	if err != nil {
		return err
	}
	for i := range list {
		v.List = append(v.List, banLine(c.site, &list[i], mo.db.Now()))
	}
	if len(list) == people.BanPageSize {
		q := url.Values{"before": {strconv.FormatInt(list[len(list)-1].ID, 10)}}
		if v.All {
			q.Set("all", "yes")
		}
		v.Next = bansPath + "?" + q.Encode()
	}
	return render(mo.pages, c, views.BansPage, v, personalAnswer(http.StatusOK))
}

// banLine presents a ban of the list.
func banLine(site *newsroom.Site, b *people.Ban, now time.Time) views.BanLine {
	line := views.BanLine{
		ID: b.ID, Kind: string(b.Kind), Mark: string(b.Target), Value: shownTarget(b.Target, b.Value), Reason: b.Reason, Words: b.Words,
		SetBy: b.SetBy, SetByID: accountNumber(b.SetByID), Since: inSiteZone(site, b.CreatedAt.Time), EndedBy: b.EndedBy,
	}
	if !b.EndsAt.IsZero() {
		line.Until = inSiteZone(site, b.EndsAt.Time)
	}
	switch {
	case !b.EndedAt.IsZero():
		line.Ended = inSiteZone(site, b.EndedAt.Time)
	case !b.EndsAt.IsZero() && !b.EndsAt.After(now):
		line.Ended = line.Until
	}
	return line
}

// shownTarget returns the target of a ban as the pages show it. The hash of a
// browser is shortened.
func shownTarget(mark people.BanTarget, value string) string {
	if mark == people.TargetBrowser && len(value) > 8 {
		return value[:8] + "…"
	}
	return value
}

// banDays are the durations on the form. 0 is a permanent ban.
var banDays = []int{1, 3, 7, 14, 30, 90, 365, 0}

// banForm holds the fields of the form.
type banForm struct {
	comment *discussion.Comment // the occasion, nil for none
	choice  string              // mark and value, as the comment offers them
	mark    people.BanTarget
	value   string
	kind    people.BanKind
	days    int
	reason  string
	words   string
	move    string
	seen    string // the target that the reach was previewed for
	back    string // the page that setting the ban leads back to, "" for the list
}

// target returns the target of the ban: the one chosen from the comment's, or
// the typed one.
func (f *banForm) target() (people.BanTarget, string) {
	if mark, value, ok := strings.Cut(f.choice, " "); ok {
		return people.BanTarget(mark), value
	}
	return f.mark, f.value
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

// showBan shows the form.
func (mo *moderating) showBan(c *request) error {
	comment, err := mo.loadBanComment(c, parseID(c.QueryParam("comment")))
	if err != nil {
		return err
	}
	form := &banForm{
		back: deskOr(c.QueryParam("back"), ""), comment: comment, mark: people.BanTarget(c.QueryParam("mark")),
		value: c.QueryParam("value"), kind: people.Suspended, days: 7,
	}
	if targets := banTargets(comment); len(targets) > 0 {
		form.choice = targets[0].Value
	}
	return mo.renderBan(c, form, nil, nil)
}

// postBan previews the reach of a ban, or adds it. It adds only a ban that was
// previewed with the same target.
func (mo *moderating) postBan(c *request) error {
	get := c.form.Get
	comment, err := mo.loadBanComment(c, parseID(get("comment")))
	if err != nil {
		return err
	}
	days, err := strconv.Atoi(get("days"))
	if err != nil || !slices.Contains(banDays, days) {
		days = 7
	}
	form := &banForm{
		comment: comment, choice: get("target"), mark: people.BanTarget(get("mark")), value: get("value"),
		kind: people.BanKind(get("kind")), days: days,
		reason: get("reason"), words: get("words"), move: get("move"), seen: get("seen"), back: deskOr(get("back"), ""),
	}
	mark, value := form.target()
	if value, err = people.ParseBan(mark, value); err != nil {
		return mo.renderBan(c, form, nil, err)
	}
	if err := c.viewer.scope.Ban(c.ctx(), mo.db, mark, value); err != nil {
		return err
	}
	if get("do") == "set" && form.seen == string(mark)+" "+value {
		if err = mo.setBan(c, form, mark, value); err == nil {
			return nil
		}
	}
	reach, reachErr := moderation.ReachOf(c.ctx(), mo.db, mark, value, comment, mo.db.Now())
	if reachErr != nil {
		return reachErr
	}
	form.seen = string(mark) + " " + value
	return mo.renderBan(c, form, reach, err)
}

// setBan adds a ban, moves earlier comments if the form says so, and redirects
// to the list.
func (mo *moderating) setBan(c *request, form *banForm, mark people.BanTarget, value string) error {
	r, v := c.Request(), c.viewer
	b := people.Ban{Kind: form.kind, Target: mark, Value: value, Reason: form.reason, Words: form.words}
	if form.days > 0 {
		b.EndsAt = models.At(mo.db.Now().AddDate(0, 0, form.days))
	}
	self := people.BanGuard{Email: v.Email, IP: mo.clients.address(r), Proxies: mo.clients.trusted}
	if who := c.commenter; who != nil {
		self.TokenHash = discussion.HashToken(who.Token)
	}
	self.OwnOnly = v.scope.Limited()
	added, err := people.AddBan(c.ctx(), mo.db, v.actor(), self, b, form.days == 0)
	if err != nil {
		return err
	}
	done := receipt{key: "banned"}
	if action := discussion.Action(form.move); action == discussion.DoSpam || action == discussion.DoTrash {
		if done.op, done.n, err = mo.moveBanned(c, form, added, action); err != nil {
			return err
		}
	}
	if done.n > 0 {
		done.key = "banned-moved"
	}
	return c.seeOther(done.addTo(cmp.Or(form.back, bansPath)))
}

// moveBanned decides the comments that a new ban applies to. It returns the
// operation, "" for none, and the number of comments that it has moved.
func (mo *moderating) moveBanned(c *request, form *banForm, b *people.Ban, action discussion.Action) (op string, moved int, err error) {
	seen, err := moderation.CommentsUnderBan(c.ctx(), mo.db, b.Target, b.Value, form.comment)
	if err != nil || len(seen) == 0 {
		return "", 0, err
	}
	verdict := discussion.Verdict{Undoable: true, Action: action, Note: "ban " + strconv.FormatInt(b.ID, 10)}
	op, results, err := discussion.Decide(c.ctx(), mo.db, c.viewer.actor(), seen, verdict)
	for _, d := range results {
		if d.Done() {
			moved++
		}
	}
	return op, moved, err
}

// postBanEnd ends a ban before its time.
func (mo *moderating) postBanEnd(c *request) error {
	var own int64
	me := c.viewer
	if me.scope.Limited() {
		own = me.ID
	}
	if err := people.EndBan(c.ctx(), mo.db, me.Name, own, parseID(c.form.Get("ban"))); err != nil {
		return err
	}
	return c.seeOther(withDone(bansPath, "end"))
}

// banTargets are the possible targets of a ban on a commenter, the most
// reliable first.
func banTargets(c *discussion.Comment) (list []views.BanTarget) {
	if c == nil {
		return nil
	}
	add := func(mark people.BanTarget, value string, weak bool) {
		if value, err := people.ParseBan(mark, value); err == nil {
			list = append(list, views.BanTarget{
				ID: "target-" + strconv.Itoa(len(list)), Value: string(mark) + " " + value, Mark: string(mark),
				Show: shownTarget(mark, value), Weak: weak,
			})
		}
	}
	add(people.TargetBrowser, c.TokenHash, false)
	add(people.TargetEmail, c.Email, !c.Verified)
	_, domain, _ := strings.Cut(c.Email, "@")
	add(people.TargetDomain, domain, !c.Verified)
	add(people.TargetNetwork, c.IP, false)
	if c.Network != c.IP {
		add(people.TargetNetwork, c.Network, false)
	}
	return list
}

// renderBan shows the form, with the reach after a preview.
func (mo *moderating) renderBan(c *request, form *banForm, reach *moderation.Reach, refused error) error {
	page := mo.deskFrame(c, mo.text(c.site, "ban.title"))
	v := views.Ban{
		Page: page, Target: form.choice, Mark: cmp.Or(string(form.mark), string(people.TargetEmail)), Value: form.value,
		Kind: string(form.kind), Days: banDays, Ends: form.days,
		Reason: form.reason, Words: form.words, Move: form.move, Back: form.back, Targets: banTargets(form.comment), ReachFor: form.seen,
	}
	for _, mark := range people.BanTargets {
		if mark != people.TargetBrowser || form.mark == people.TargetBrowser {
			v.Marks = append(v.Marks, string(mark))
		}
	}
	for _, kind := range people.BanKinds {
		v.Kinds = append(v.Kinds, string(kind))
	}
	if form.comment != nil {
		v.Comment, v.Author = form.comment.ID, form.comment.Author
		v.Excerpt = commentExcerpt(form.comment)
	}
	shown, err := mo.refused(c, refusalsOf.ban, refused)
	if err != nil {
		return err
	}
	v.Refused = shown.key
	if reach != nil {
		if v.Reach, err = mo.presentReach(c.ctx(), c.site, c.viewer.User, form, reach); err != nil {
			return err
		}
	}
	return render(mo.pages, c, views.BanPage, v, personalAnswer(shown.status))
}

// presentReach converts the reach of a ban for the page.
func (mo *moderating) presentReach(
	ctx context.Context, site *newsroom.Site, me *people.User, form *banForm, reach *moderation.Reach,
) (*views.BanReach, error) {
	mark, value, _ := strings.Cut(form.seen, " ")
	v := &views.BanReach{
		Value: shownTarget(people.BanTarget(mark), value), Own: reach.ByTarget, Good: reach.ByOthers, People: reach.Others, Cut: reach.Cut,
		Typed: people.BanTarget(mark) == people.TargetEmail || people.BanTarget(mark) == people.TargetDomain,
	}
	var articleIDs []int64
	for _, c := range reach.Examples {
		articleIDs = append(articleIDs, c.ArticleID)
	}
	articles, err := newsroom.ByIDs(ctx, mo.db, articleIDs)
	if err != nil {
		return nil, err
	}
	for i := range reach.Examples {
		title := ""
		if article := articles[reach.Examples[i].ArticleID]; moderation.Knows(me, article) {
			title = article.Title
		}
		v.Examples = append(v.Examples, commentLine(site, &reach.Examples[i], title, bansPath))
	}
	return v, nil
}

package handlers

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"broadsheet/models/discussion"
	"broadsheet/models/discussion/moderation"
	"broadsheet/models/discussion/writernotes"
	"broadsheet/models/discussion/writers"
	"broadsheet/models/newsroom"
	"broadsheet/models/people"
	"broadsheet/models/people/bans"
	"broadsheet/views"
	"broadsheet/views/moderate"
)

// banTargets are the possible targets of a ban on a commenter, the best first: an
// address that the commenter has proven, the browser, then what others may share. A
// limited moderator can ban only the commenter.
func banTargets(c *discussion.Comment, limited bool) (list []moderate.BanTarget) {
	if c == nil {
		return nil
	}
	add := func(mark bans.Target, value string, weak bool) {
		if limited && mark != bans.TargetBrowser && mark != bans.TargetEmail {
			return
		}
		if value, err := bans.Parse(mark, value); err == nil {
			list = append(list, moderate.BanTarget{
				ID: "target-" + strconv.Itoa(len(list)), Value: string(mark) + " " + value, Mark: string(mark),
				Show: shownTarget(mark, value), Weak: weak,
			})
		}
	}
	proven := c.Verified || c.UserID != nil
	if proven {
		add(bans.TargetEmail, c.Email, false)
	}
	add(bans.TargetBrowser, c.TokenHash, false)
	if !proven {
		add(bans.TargetEmail, c.Email, true)
	}
	_, domain, _ := strings.Cut(c.Email, "@")
	add(bans.TargetDomain, domain, !proven)
	add(bans.TargetNetwork, c.IP, false)
	if c.Network != c.IP {
		add(bans.TargetNetwork, c.Network, false)
	}
	return list
}

// targets are the targets that the form offers.
func (f *banForm) targets(limited bool) (list []moderate.BanTarget) {
	if f.only == nil {
		return banTargets(f.comment, limited)
	}
	for i, to := range f.only {
		list = append(list, moderate.BanTarget{
			ID: "target-" + strconv.Itoa(i), Value: string(to.Mark) + " " + to.Value, Mark: string(to.Mark),
			Show: shownTarget(to.Mark, to.Value),
		})
	}
	return list
}

// renderBan shows the form, with the reach after a preview. To the desk's script it
// sends a refusal as JSON.
func (mo *moderating) renderBan(c *request, form *banForm, reach *moderation.Reach, refused error) error {
	shown, err := mo.refused(c, refusalsOf.ban, refused)
	if err != nil {
		return err
	}
	if shown.key != "" && wantsJSON(c.Request()) {
		c.Response().Header().Set("Cache-Control", "private, no-store")
		return c.JSON(shown.status, problemJSON{Message: mo.text(c.site, shown.key)})
	}
	v := views.Ban{Page: mo.deskFrame(c, mo.text(c.site, "ban.title")), Refused: shown.key}
	if v.Form, err = mo.presentBanForm(c, form); err != nil {
		return err
	}
	if form.comment != nil {
		v.Author, v.Excerpt = form.comment.Author, commentExcerpt(form.comment)
	}
	if reach != nil {
		if v.Reach, err = mo.presentReach(c.ctx(), c.site, c.viewer.User, form, reach); err != nil {
			return err
		}
	}
	if form.panel {
		return render(mo.pages, c, views.BanPanelPage, v, personalAnswer(http.StatusOK))
	}
	return render(mo.pages, c, views.BanPage, v, personalAnswer(shown.status))
}

// presentBanForm returns the fields of the form, with the reach of each target.
func (mo *moderating) presentBanForm(c *request, form *banForm) (v moderate.BanForm, err error) {
	v = moderate.BanForm{
		Panel: form.panel, Targets: form.targets(c.viewer.scope.Limited()), Target: form.choice,
		Mark: cmp.Or(string(form.mark), string(bans.TargetEmail)), Value: form.value, Other: !form.panel && !c.viewer.scope.Limited(),
		Kind: string(form.kind), Open: form.kind != bans.Suspended && form.kind != bans.Banned || form.words != "",
		Days: offeredDays, Ends: form.days, Until: form.until, Codes: discussion.DeclineReasons, Code: form.code,
		Reason: form.reason, Words: form.words, Move: form.move, Back: form.back, Seen: form.seen,
	}
	if form.comment != nil {
		v.Comment = form.comment.ID
	}
	if form.panel {
		v.Prefix = fmt.Sprintf("ban-%d-", v.Comment)
	}
	if !slices.Contains(banKinds, form.kind) { // for good, or no kind that the form has
		v.Kind = string(bans.Suspended)
	}
	for _, mark := range bans.Targets {
		if mark != bans.TargetBrowser || form.mark == bans.TargetBrowser {
			v.Marks = append(v.Marks, string(mark))
		}
	}
	for _, kind := range banKinds {
		v.Kinds = append(v.Kinds, string(kind))
	}
	for i := range v.Targets {
		target := &v.Targets[i]
		mark, value, _ := strings.Cut(target.Value, " ")
		reach, err := moderation.ReachOf(c.ctx(), mo.db, bans.Target(mark), value, form.comment, mo.db.Now())
		if err != nil {
			return v, err
		}
		target.Known, target.Good, target.People, target.Cut = true, reach.ByOthers, reach.Others, reach.Cut
		v.Seen = append(v.Seen, target.Value)
	}
	return v, nil
}

// presentReach converts the reach of a ban for the page.
func (mo *moderating) presentReach(
	ctx context.Context, site *newsroom.Site, me *people.User, form *banForm, reach *moderation.Reach,
) (*views.BanReach, error) {
	mark, value := form.target()
	v := &views.BanReach{
		Value: shownTarget(mark, value), Own: reach.ByTarget, Good: reach.ByOthers, People: reach.Others, Cut: reach.Cut,
		Typed: mark == bans.TargetEmail || mark == bans.TargetDomain,
	}
	var list []*discussion.Comment
	for i := range reach.Examples {
		list = append(list, &reach.Examples[i])
	}
	titles, err := mo.titlesOf(ctx, me, list)
	if err != nil {
		return nil, err
	}
	for _, m := range list {
		v.Examples = append(v.Examples, commentLine(site, m, titles[m.ArticleID], bansPath))
	}
	return v, nil
}

// titlesOf returns the titles of the comments' articles that an account may know, by
// the article's number.
func (mo *moderating) titlesOf(ctx context.Context, me *people.User, list []*discussion.Comment) (map[int64]string, error) {
	var ids []int64
	for _, m := range list {
		ids = append(ids, m.ArticleID)
	}
	articles, err := newsroom.ByIDs(ctx, mo.db, ids)
	titles := map[int64]string{}
	for id, article := range articles {
		if moderation.Knows(me, article) {
			titles[id] = article.Title
		}
	}
	return titles, err
}

// bannedWriter returns the address of the page of the writer that a ban means, "" where
// it may mean several.
func (mo *moderating) bannedWriter(b *bans.Ban) string {
	switch {
	case b.Target == bans.TargetBrowser && b.Value != "":
		return mo.writerPath(writers.Writer{Kind: writernotes.Browser, Value: b.Value})
	case b.OccasionID != 0:
		return writerOfPath(b.OccasionID)
	}
	return ""
}

// banOperation is the setting of a ban as an operation that can be undone, with the
// operation that moved earlier comments.
type banOperation struct {
	ban   int64
	moved string // "" for none
}

func (o banOperation) String() string {
	return strings.TrimSuffix(fmt.Sprintf("ban-%d-%s", o.ban, o.moved), "-")
}

// parseBanOperation reads such an operation. ok is false for the operation of a
// decision.
func parseBanOperation(op string) (o banOperation, ok bool) {
	rest, ok := strings.CutPrefix(op, "ban-")
	number, moved, _ := strings.Cut(rest, "-")
	o = banOperation{parseID(number), moved}
	return o, ok && o.ban != 0
}

// undoBan takes a ban back, and the decision on earlier comments that came with it.
func (mo *moderating) undoBan(c *request, o banOperation) error {
	ctx, me := c.ctx(), c.viewer
	if o.moved != "" {
		if err := me.scope.Operation(ctx, mo.db, o.moved); err != nil {
			return err
		}
	}
	err := writers.UndoBan(ctx, mo.db, me.actor(), o.ban)
	if err != nil && codeOf(err) != "undone-by-you" {
		return err
	}
	if o.moved != "" {
		_, err = discussion.Undo(ctx, mo.db, me.actor(), o.moved)
		if err != nil && codeOf(err) != "undone-by-you" {
			return err
		}
	}
	done := receipt{key: "undo-ban"}
	if !wantsJSON(c.Request()) {
		return c.seeOther(done.addTo(deskOr(c.form.Get("back"), bansPath)))
	}
	var answer decisionJSON
	if answer.Message, err = mo.receiptText(ctx, c.site, me, done); err != nil {
		return err
	}
	if answer.Counts, err = moderation.Counts(ctx, mo.db, me.scope); err != nil {
		return err
	}
	c.Response().Header().Set("Cache-Control", "private, no-store")
	return c.JSON(http.StatusOK, answer)
}

// mayUndoBan reports whether the viewer can take a ban back, false for the number 0.
func (d *desk) mayUndoBan(c *request, id int64) (bool, error) {
	if id == 0 {
		return false, nil
	}
	ban, err := writers.UndoableBan(c.ctx(), d.db, c.viewer.ID, id, d.db.Now())
	return ban != nil, err
}

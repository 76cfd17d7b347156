package handlers

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strconv"

	"broadsheet/models"
	"broadsheet/models/discussion"
	"broadsheet/models/discussion/decisionlog"
	"broadsheet/models/discussion/heatscores"
	"broadsheet/models/discussion/moderation"
	"broadsheet/models/discussion/notices"
	"broadsheet/models/discussion/wordindex"
	"broadsheet/models/newsroom"
	"broadsheet/models/people"
	"broadsheet/models/richtext"
	"broadsheet/models/worddiff"
	"broadsheet/views"
)

// parentRunes is the length of the excerpt of the comment above, on a card.
const parentRunes = 240

// cardList is the page that shows cards.
type cardList struct {
	state   string // the queue that the cards come from
	here    string // address of the page, for the forms of a card
	back    string // address of the list that a card's own page leads back to
	replies []views.Choice
	// declines are the reasons of the menu for declining.
	declines []views.CardAction
	find     func(text string) [][2]int // places of the words searched for, nil for no search
}

// cardFacts is what a list of cards shows beside the comments themselves, by comment.
type cardFacts struct {
	around  *moderation.Context
	reports map[int64][]moderation.Report
	open    map[int64]*notices.Notice // the oldest open notice
	earlier map[int64]string          // the text before the last change
	heat    map[int64]*views.CardHeat
}

// factsOf reads the facts of a list of cards. Its number of queries does not grow with
// the number of cards.
func (mo *moderating) factsOf(c *request, list []moderation.Card) (f cardFacts, err error) {
	comments := make([]*discussion.Comment, len(list))
	for i := range list {
		comments[i] = &list[i].Comment
	}
	if f.around, err = moderation.ContextOf(c.ctx(), mo.db, comments); err != nil {
		return f, err
	}
	if f.reports, err = moderation.Reports(c.ctx(), mo.db, list); err != nil {
		return f, err
	}
	if f.open, err = openNotices(c.ctx(), mo.db, f.reports); err != nil {
		return f, err
	}
	if f.earlier, err = earlierTexts(c.ctx(), mo.db, comments); err != nil {
		return f, err
	}
	f.heat, err = heatOf(c, mo.db, comments)
	return f, err
}

// presentCards converts comments of a queue into cards.
func (mo *moderating) presentCards(c *request, list []moderation.Card, on cardList) ([]views.Card, error) {
	if !c.viewer.may(people.Moderating) {
		list = moderation.WithoutAddresses(list)
	}
	facts, err := mo.factsOf(c, list)
	if err != nil {
		return nil, err
	}
	var shown []views.Card
	for i := range list {
		card := mo.presentCard(c.site, c.viewer, &list[i], facts.around, on)
		card.Waits = mo.views.Ago(c.site.Language, mo.db.Now().Sub(list[i].CreatedAt.Time))
		card.Reports = presentReports(c.site, c.viewer, facts.reports[card.Comment.ID])
		card.Heated = facts.heat[card.Comment.ID]
		card.Notice = mo.presentNotice(c.site, facts.open[card.Comment.ID])
		if before, ok := facts.earlier[card.Comment.ID]; ok {
			card.Changed = diffParts(before, list[i].Text)
		}
		addFolded(c.site, &card, &list[i], on)
		card.Why = mo.views.Why(c.site.Language, list[i].Reasons, card.Reports, list[i].Comment.Reports)
		shown = append(shown, card)
	}
	return shown, nil
}

// heatOf returns the hints of the score of heat for comments that reach its mark.
func heatOf(c *request, r models.Queryer, list []*discussion.Comment) (map[int64]*views.CardHeat, error) {
	of := map[int64]*views.CardHeat{}
	if !c.site.CommentHeated {
		return of, nil
	}
	var ids []int64
	for _, m := range list {
		ids = append(ids, m.ID)
	}
	scores, err := heatscores.Of(c.ctx(), r, ids)
	for id, score := range scores {
		if score.Percent >= heatPercent(c.site.CommentHeatedFrom) {
			of[id] = &views.CardHeat{Percent: score.Percent, Words: score.Words}
		}
	}
	return of, err
}

// manyAgain is the number of uncounted recommendations from which a card shows
// them. Double clicks stay below it.
const manyAgain = 5

// presentCard returns a comment as a moderator sees it. around has its article and parent.
func (mo *moderating) presentCard(
	site *newsroom.Site, me *viewer, from *moderation.Card, around *moderation.Context, on cardList,
) views.Card {
	m := &from.Comment
	v := views.Card{
		Queue: on.state, Here: on.here, Replies: on.replies,
		Raw: m.Text, Version: m.Version, State: string(m.State), Website: m.URL,
		Depth: m.Depth, URL: withBack(cardPath(m.ID), on.back), Declines: on.declines,
		Answer: !m.Gone() && (m.State == discussion.Held || m.State == discussion.Approved),
	}
	v.Main, v.Menu = actionsOn(m)
	addCommenter(&v, me, m, on)
	if m.RecommendsAgain >= manyAgain {
		v.Again = m.RecommendsAgain
	}
	path := "/"
	if article := around.Articles[m.ArticleID]; moderation.Knows(me.User, article) {
		path = site.ArticlePath(article)
		v.Article, v.Closing = views.Link{Name: article.Title, URL: path}, withBack(commentPolicyPath(article.ID), on.here)
	}
	w := commentPresenter{site: site, path: path, page: path}
	v.Comment = withoutActions(w.presentComment(m))
	if on.find != nil {
		v.Comment.Body = views.TrustRichtext(richtext.MarkFound(m.HTML, on.find))
	}
	if parent := around.Parents[m.ParentID]; parent != nil {
		v.Parent = &views.CommentRef{ID: parent.ID, Author: parent.Author, URL: withBack(cardPath(parent.ID), on.back)}
		v.ParentIs = richtext.Excerpt(richtext.CommentText(parent.Text), parentRunes)
	}
	if m.Depth > 0 {
		v.Thread = threadPath(m.Root())
	}
	v.Reasons = mo.reasonsOf(site, m.Reasons)
	addAlike(&v, from)
	v.Withdrawn, v.Erased = m.Withdrawn, m.Text == ""
	return v
}

// earlierTexts returns the texts before the last change of the comments that were
// changed, by the number of the comment.
func earlierTexts(ctx context.Context, r models.Queryer, list []*discussion.Comment) (map[int64]string, error) {
	var changed []int64
	for _, m := range list {
		if !m.EditedAt.IsZero() && !m.Gone() {
			changed = append(changed, m.ID)
		}
	}
	if len(changed) == 0 {
		return nil, nil
	}
	versions, err := discussion.VersionsOf(ctx, r, changed)
	earlier := map[int64]string{}
	for id, texts := range versions {
		earlier[id] = texts[len(texts)-1].Text
	}
	return earlier, err
}

// diffParts compares two texts word by word.
func diffParts(from, to string) (parts []views.DiffPart) {
	for _, part := range worddiff.Of(from, to) {
		parts = append(parts, views.DiffPart{Gone: part.Op == worddiff.Gone, New: part.Op == worddiff.New, Text: part.Text})
	}
	return parts
}

// foldedRunes is the length of a folded text that is compared with the card's.
const foldedRunes = 600

// addFolded lists the near-duplicates of a card, with what differs from its text.
func addFolded(site *newsroom.Site, v *views.Card, from *moderation.Card, on cardList) {
	for i := range from.Folded {
		one := presentFolded(site, &from.Comment, &from.Folded[i])
		one.Value, one.URL = v.Alike[i], withBack(cardPath(from.Folded[i].ID), on.back)
		v.Folded = append(v.Folded, one)
	}
	v.Rest = v.Alike[len(v.Folded):]
}

// presentFolded converts a comment that is folded below a near-duplicate, and marks the
// words that differ.
func presentFolded(site *newsroom.Site, first, other *discussion.Comment) views.FoldedComment {
	one := views.FoldedComment{Author: other.Author, At: inSiteZone(site, other.CreatedAt.Time)}
	text := richtext.Excerpt(richtext.CommentText(first.Text), foldedRunes)
	if theirs := richtext.Excerpt(richtext.CommentText(other.Text), foldedRunes); theirs != text {
		one.Diff = diffParts(text, theirs)
	}
	return one
}

// addAlike adds the near-duplicates that are decided together with a card.
func addAlike(v *views.Card, from *moderation.Card) {
	for _, seen := range from.Alike {
		v.Alike = append(v.Alike, fmt.Sprintf("%d.%d", seen.ID, seen.Version))
	}
	if len(v.Alike) > 0 {
		v.AlikeURL = similarPath(from.State, from.ID)
	}
}

// actionKeys are the keys of WordPress's moderation screen.
var actionKeys = map[discussion.Action]string{
	discussion.DoApprove: "a", discussion.DoHold: "u", discussion.DoSpam: "s", discussion.DoTrash: "d",
}

// actionsOn returns the actions that would change the comment: those with a button of
// their own, and those in the menu.
func actionsOn(m *discussion.Comment) (own, menu []views.CardAction) {
	for _, action := range discussion.Actions {
		to, ok := m.Next(action)
		if !ok || to == m.State && (action != discussion.DoApprove || m.Reports == 0) {
			continue
		}
		shown := views.CardAction{Do: string(action), Key: actionKeys[action]}
		switch {
		case action == discussion.DoApprove, action == discussion.DoRestore, action == discussion.DoHold && m.State == discussion.Approved:
			own = append(own, shown)
		default:
			menu = append(menu, shown)
		}
	}
	return own, menu
}

// addCommenter adds what only a moderator may know about the commenter, with the
// addresses of everything by the same writer, email, network and linked host.
func addCommenter(v *views.Card, me *viewer, m *discussion.Comment, on cardList) {
	if !me.may(people.Moderating) {
		return
	}
	v.Email, v.Verified, v.Network, v.Agent = m.Email, m.Verified, m.Network, m.Agent
	v.Writer = withBack(writerPath(m.ID), on.here)
	if me.may(people.Editing) && (m.State == discussion.Spam || m.State == discussion.Trashed) && m.Text != "" {
		v.Delete = withBack(deletePath+"?comment="+strconv.FormatInt(m.ID, 10), on.back)
	}
	v.Ban = withBack(bansPath+"/new?comment="+strconv.FormatInt(m.ID, 10), on.here)
	if m.Email != "" {
		v.ByEmail = everythingBy("author", m.Email)
	}
	if m.Network != "" {
		v.ByNetwork = everythingBy("network", m.Network)
	}
	for _, host := range wordindex.Hosts(append(richtext.LinkTargets(m.HTML), m.URL)) {
		if link := (views.Link{Name: host, URL: everythingBy("host", host)}); !slices.Contains(v.Hosts, link) {
			v.Hosts = append(v.Hosts, link)
		}
	}
}

// everythingBy returns the address of the list of comments in all states with a value of
// a filter.
func everythingBy(name, value string) string {
	return queuePath + "?" + url.Values{"state": {string(moderation.Any)}, name: {value}}.Encode()
}

// writerPath is the address that leads to the writer of a comment.
func writerPath(comment int64) string { return "/desk/writers/of/" + strconv.FormatInt(comment, 10) }

// presentAround converts the facts around a comment.
func (mo *moderating) presentAround(
	c *request, m *discussion.Comment, a *moderation.Surroundings, back string,
) (v views.Around, err error) {
	var articleIDs []int64
	for _, list := range [][]discussion.Comment{a.ByCommenter, a.FromNetwork} {
		for i := range list {
			articleIDs = append(articleIDs, list[i].ArticleID)
		}
	}
	articles, err := newsroom.ByIDs(c.ctx(), mo.db, articleIDs)
	if err != nil {
		return v, err
	}
	peers := func(list []discussion.Comment) (shown []views.CardPeer) {
		for i := range list {
			title := ""
			if article := articles[list[i].ArticleID]; moderation.Knows(c.viewer.User, article) {
				title = article.Title
			}
			shown = append(shown, commentLine(c.site, &list[i], title, back))
		}
		return shown
	}
	alike := cardTotals(a.Alike)
	for i := range alike {
		alike[i].URL = similarPath(discussion.State(alike[i].State), m.ID)
	}
	return views.Around{
		Author: peers(a.ByCommenter), Network: peers(a.FromNetwork), Totals: cardTotals(a.Totals), Alike: alike, Answers: a.Replies,
	}, nil
}

func cardTotals(totals map[discussion.State]int) (list []views.CardTotal) {
	for _, state := range discussion.States {
		if n := totals[state]; n > 0 {
			list = append(list, views.CardTotal{State: string(state), Count: n})
		}
	}
	return list
}

// accountNumber returns the number of an account that acted, 0 for none. Logs
// show it beside the name, which can change.
func accountNumber(id *int64) int64 {
	if id == nil {
		return 0
	}
	return *id
}

// logLines converts entries of the decision log. back is the address that the
// pages of their comments lead back to.
func (mo *moderating) logLines(site *newsroom.Site, list []decisionlog.Entry, back string) (lines []views.LogLine) {
	for _, d := range list {
		line := views.LogLine{
			At: inSiteZone(site, d.At.Time), Actor: d.Actor, ActorID: accountNumber(d.ActorID), From: d.FromState,
			To: d.ToState, Note: d.Note, Words: d.Words, Reason: d.Reason,
			Comment: d.CommentID, URL: withBack(cardPath(d.CommentID), back),
		}
		if key := "reason." + d.Reason; d.Reason != "" && mo.text(site, key) != key {
			line.Reason = mo.text(site, key)
		}
		lines = append(lines, line)
	}
	return lines
}

// commentLine converts a comment into one line. back is the address that the comment's
// page leads back to.
func commentLine(site *newsroom.Site, c *discussion.Comment, article, back string) views.CardPeer {
	return views.CardPeer{
		URL: withBack(cardPath(c.ID), back), State: string(c.State), Excerpt: commentExcerpt(c),
		Article: article, At: inSiteZone(site, c.CreatedAt.Time),
	}
}

// reasonLine returns one line with the rules that held the comment or worse.
func (p *pages) reasonLine(site *newsroom.Site, reasons discussion.Reasons) string {
	return p.views.ReasonLine(site.Language, reasons)
}

// excerptRunes is the length of a comment's excerpt on one line.
const excerptRunes = 140

// commentExcerpt returns the beginning of a comment for one line.
func commentExcerpt(c *discussion.Comment) string {
	return richtext.Excerpt(richtext.CommentText(c.Text), excerptRunes)
}

package handlers

import (
	"strconv"
	"strings"

	"broadsheet/models/discussion"
	"broadsheet/models/discussion/appeals"
	"broadsheet/models/discussion/moderation"
	"broadsheet/models/newsroom"
	"broadsheet/models/people"
	"broadsheet/models/richtext"
	"broadsheet/views"
)

// appealRunes is the length of a comment's text beside its appeal.
const appealRunes = 2000

// presentAppeals converts appeals of the desk. With answer, each has the form, or says
// who answers it.
func (mo *moderating) presentAppeals(c *request, list []appeals.Item, answer bool) ([]views.AppealItem, error) {
	var comments []*discussion.Comment
	for i := range list {
		comments = append(comments, &list[i].Comment)
	}
	around, err := moderation.ContextOf(c.ctx(), mo.db, comments)
	if err != nil {
		return nil, err
	}
	var shown []views.AppealItem
	for i := range list {
		item := &list[i]
		v := mo.presentAppeal(c.site, item)
		if article := around.Articles[item.ArticleID]; moderation.Knows(c.viewer.User, article) {
			v.Article = views.Link{Name: article.Title, URL: c.site.ArticlePath(article)}
		}
		if answer && item.DecidedFirstBy(c.viewer.User) {
			others, err := appeals.Others(c.ctx(), mo.db, c.viewer.ID, item.ArticleID)
			if err != nil {
				return nil, err
			}
			v.Mine, v.Others = true, namesOf(others)
		}
		v.MayAnswer = answer && (!v.Mine || v.Others == "")
		shown = append(shown, v)
	}
	return shown, nil
}

// mostNames is how many names of accounts a line has at most.
const mostNames = 5

// namesOf returns the first names of accounts on one line.
func namesOf(list []people.User) string {
	var names []string
	for i := range list {
		if i == mostNames {
			names = append(names, "…")
			break
		}
		names = append(names, list[i].Name)
	}
	return strings.Join(names, ", ")
}

func (mo *moderating) presentAppeal(site *newsroom.Site, item *appeals.Item) views.AppealItem {
	m := &item.Comment
	v := views.AppealItem{
		ID: item.ID, Author: m.Author, CardURL: withBack(cardPath(m.ID), appealsPath),
		Action:  appealsPath + "/" + strconv.FormatInt(item.ID, 10),
		Version: m.Version, Text: richtext.Excerpt(richtext.CommentText(m.Text), appealRunes), Said: item.Text,
		At: inSiteZone(site, item.At.Time), Moderator: item.Moderator, By: item.DecidedBy, Answer: item.Appeal.Words,
	}
	switch {
	case item.Rule != "":
		v.Ground = mo.groundName(site, "rule "+item.Rule)
	case item.Reason != "":
		v.Ground = mo.groundName(site, item.Reason)
	}
	if item.Outcome != appeals.Open {
		v.Outcome, v.EndedAt = "appeals."+string(item.Outcome), inSiteZone(site, item.DecidedAt.Time)
	}
	return v
}

// groundName returns the ground of a decision in words: a reason, "none", or "rule "
// and a rule's name.
func (p *pages) groundName(site *newsroom.Site, ground string) string {
	if rule, ok := strings.CutPrefix(ground, "rule "); ok {
		name, _ := p.views.Reason(site.Language, rule, "")
		return name
	}
	if ground == "none" {
		return p.text(site, "appeals.no-reason")
	}
	return p.text(site, "reason."+ground)
}

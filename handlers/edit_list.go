package handlers

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"broadsheet/models"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/storylist"
	"broadsheet/models/people"
	"broadsheet/views"
	"broadsheet/views/edit"
)

// discussionList is the status in the address of the list of discussions, for accounts that
// also write: without a status they get the list of articles.
const discussionList = "comments"

// writtenStatus is a status in the list of articles, with its name in the address.
type writtenStatus struct {
	name   string
	status newsroom.Status
}

var writtenStatuses = []writtenStatus{
	{"", ""},
	{"draft", newsroom.Draft},
	{"review", newsroom.InReview},
	{"scheduled", newsroom.Scheduled},
	{"published", newsroom.Published},
	{"withdrawn", newsroom.Withdrawn},
	{"trash", newsroom.Trashed},
}

// showArticles shows the list of articles to accounts that write, and the list of discussions
// to accounts that moderate. An account with both rights chooses by the tab.
func (mo *moderating) showArticles(c *request) error {
	writes, moderates := c.viewer.may(people.Writing), Caretaking.Admits(c.viewer.may)
	name := c.QueryParam("status")
	written := slices.ContainsFunc(writtenStatuses, func(s writtenStatus) bool { return s.name == name })
	if writes && (written || !moderates) {
		return mo.editing.showList(c, moderates)
	}
	return mo.showStories(c)
}

// writtenQuery is the selection of articles in an address.
type writtenQuery struct{ status, words, section string }

// with returns the address of the list with another status, and of a later page.
func (q writtenQuery) with(status, after string) string {
	v := url.Values{}
	for key, value := range map[string]string{"status": status, "s": q.words, "category": q.section, "after": after} {
		if value != "" {
			v.Set(key, value)
		}
	}
	return strings.TrimSuffix(storiesPath+"?"+v.Encode(), "?")
}

// showList shows the articles of all statuses, or the viewer's own ones.
func (ed *editing) showList(c *request, moderates bool) error {
	q := writtenQuery{c.QueryParam("status"), c.QueryParam("s"), c.QueryParam("category")}
	f := storylist.Filter{Words: q.words, After: c.QueryParam("after"), Only: parseID(c.QueryParam("id"))}
	v := views.EditStories{Page: ed.deskFrame(c, ed.text(c.site, "stories.title"))}
	v.Page.Desk.Flash = ed.flashText(c, storyDone)
	for _, s := range writtenStatuses {
		current := s.name == q.status
		if current {
			f.Status, v.List.Status = s.status, s.name
		}
		v.List.Tabs = append(v.List.Tabs, edit.Tab{Name: "edit.tab." + s.name, URL: q.with(s.name, ""), Current: current})
	}
	if category := c.site.Categories.ByPath(q.section); category != nil {
		f.Category = c.site.Categories.Below(category.ID)
	}
	if !c.viewer.may(people.Editing) {
		f.Own, v.List.Own = c.viewer.ID, true
	}
	page, err := storylist.List(c.ctx(), ed.db, f)
	if err != nil {
		return err
	}
	if v.List.Rows, err = ed.presentRows(c, page); err != nil {
		return err
	}
	v.List.Words, v.List.New, v.List.Whole, v.List.Narrowed = q.words, storiesPath+"/new", storiesPath, q != (writtenQuery{})
	for _, choice := range sectionChoices(c.site, q.section) {
		v.List.Section = append(v.List.Section, edit.Choice{Value: choice.Value, Name: choice.Name, Current: choice.Current})
	}
	if moderates {
		v.List.Comments = storiesPath + "?status=" + discussionList
	}
	if page.Next != "" {
		v.List.Next = q.with(q.status, page.Next)
	}
	if f.After != "" {
		v.List.First = q.with(q.status, "")
	}
	return render(ed.pages, c, views.EditStoriesPage, v, personalAnswer(http.StatusOK))
}

func (ed *editing) presentRows(c *request, page *storylist.Page) (list []edit.Row, err error) {
	open, err := ed.openNotes(c, page)
	for i := range page.Rows {
		row := ed.presentRow(c, &page.Rows[i])
		row.Notes = open[row.ID]
		list = append(list, row)
	}
	return list, err
}

func (ed *editing) presentRow(c *request, row *storylist.Row) edit.Row {
	a := row.Article
	v := edit.Row{
		ID: a.ID, Title: row.Headline, URL: editPath(a.ID), Status: string(a.Status), Byline: a.Byline,
		Changed: inSiteZone(c.site, row.Changed.Time), By: row.By, Pending: row.Pending && a.Status != newsroom.Draft,
	}
	if a.EmbargoUntil.After(ed.db.Now()) {
		v.Embargo = instant(c.site, a.EmbargoUntil)
	}
	if a.Status == newsroom.Published {
		v.Public = c.site.ArticlePath(a)
		v.Front = frontButtons(c, a, fmt.Sprintf("story-%d-title", a.ID))
		v.Policy, v.Takes = commentPolicyPath(a.ID), c.site.TakesComments(a, models.At(ed.db.Now()))
		v.Held, v.HeldURL = a.CommentsHold, queuePath+"?state=hold&article="+strconv.FormatInt(a.ID, 10)
	}
	if !a.PublishedAt.IsZero() {
		v.At = inSiteZone(c.site, a.PublishedAt.Time)
	}
	if a.MainCategoryID != nil {
		if category := c.site.Categories.ByID(*a.MainCategoryID); category != nil {
			v.Section = category.Name
		}
	}
	return v
}

package handlers

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"broadsheet/models"
	"broadsheet/models/discussion/moderation"
	"broadsheet/models/discussion/stories"
	"broadsheet/models/newsroom"
	"broadsheet/models/people"
	"broadsheet/views"
)

// storyParams are the parameters of the list of articles.
var storyParams = []string{"status", "s", "category", "after", "id", "done", "op"}

// storyQuery is the selection of articles in an address.
type storyQuery struct {
	filter   stories.Filter
	category string // as it was asked for
}

// readStories parses the selection. Invalid values are ignored.
func readStories(c *request, values url.Values) storyQuery {
	f := stories.Filter{
		Status: stories.Status(values.Get("status")), Words: values.Get("s"), Within: c.viewer.scope,
		After: parseID(values.Get("after")), Only: parseID(values.Get("id")),
	}
	if !slices.Contains(stories.Statuses, f.Status) {
		f.Status = stories.Any
	}
	q := storyQuery{f, values.Get("category")}
	if category := c.site.Categories.ByPath(q.category); category != nil {
		q.filter.Category = category.ID
	}
	return q
}

// listed returns the filter of the list. The number of one article finds it in any
// selection, for the script that shows its row again after a change.
func (q storyQuery) listed() stories.Filter {
	if q.filter.Only != 0 {
		return stories.Filter{Only: q.filter.Only, Within: q.filter.Within}
	}
	return q.filter
}

// address returns the address of the list.
func (q storyQuery) address(status stories.Status, after int64) string {
	v := url.Values{}
	for name, value := range map[string]string{"status": string(status), "s": q.filter.Words, "category": q.category} {
		if value != "" {
			v.Set(name, value)
		}
	}
	if after != 0 {
		v.Set("after", strconv.FormatInt(after, 10))
	}
	if len(v) == 0 {
		return storiesPath
	}
	return storiesPath + "?" + v.Encode()
}

// showStories lists the public articles with how their discussions stand.
func (mo *moderating) showStories(c *request) error {
	q := readStories(c, c.QueryParams())
	found, err := stories.List(c.ctx(), mo.db, c.site, models.At(mo.db.Now()), q.listed())
	if err != nil {
		return err
	}
	here := q.address(q.filter.Status, q.filter.After)
	v := views.Stories{
		Words: q.filter.Words, Status: string(q.filter.Status), Here: here, Whole: storiesPath,
		Own: !c.viewer.may(people.Moderating), Narrowed: q.filter.Words != "" || q.filter.Category != 0,
	}
	if v.Page, err = mo.storyFrame(c, mo.text(c.site, "stories.title"), here); err != nil {
		return err
	}
	for _, status := range stories.Statuses {
		v.Tabs = append(v.Tabs, views.NavItem{
			Link: views.Link{Name: "stories.tab." + string(status), URL: q.address(status, 0)}, Current: status == q.filter.Status,
		})
	}
	v.Categories = sectionChoices(c.site, q.category)
	for i := range found.Stories {
		v.Rows = append(v.Rows, mo.presentStory(c, &found.Stories[i], here))
	}
	if q.filter.After != 0 {
		v.First = q.address(q.filter.Status, 0)
	}
	if found.Next != 0 {
		v.Next = q.address(q.filter.Status, found.Next)
	}
	return render(mo.pages, c, views.StoriesPage, v, personalAnswer(http.StatusOK))
}

// presentStory converts an article of the list.
func (mo *moderating) presentStory(c *request, s *stories.Story, here string) views.StoryRow {
	queue := func(state moderation.QueueName) string {
		return queuePath + "?" + url.Values{"state": {string(state)}, "article": {strconv.FormatInt(s.ID, 10)}}.Encode()
	}
	row := views.StoryRow{
		ID: s.ID, Article: views.Link{Name: s.Title, URL: c.site.ArticlePath(s.Article)}, Published: inSiteZone(c.site, s.PublishedAt.Time),
		Comments: s.CommentsApprove, CommentsURL: queue(moderation.All), Held: s.CommentsHold, HeldURL: queue(moderation.Held),
		Reported: s.Reported, ReportedURL: queue(moderation.Reported), Closed: !c.site.TakesComments(s.Article, models.At(mo.db.Now())),
		Page: withBack(commentPolicyPath(s.ID), here), Back: here,
		Policy: mo.policyFields(c, s.Article, policyOf(c.site, s.Article)),
	}
	if !s.Last.IsZero() {
		row.Last = inSiteZone(c.site, s.Last.Time)
	}
	for _, id := range s.Categories {
		if category := c.site.Categories.ByID(id); category != nil {
			row.Sections = append(row.Sections, category.Name)
		}
	}
	if end := c.site.CommentsEnd(s.Article); !end.IsZero() && !row.Closed {
		row.Closes = inSiteZone(c.site, end.Time)
	}
	return row
}

// foundStory is an article that a search for one proposes.
type foundStory struct {
	ID        int64  `json:"id"`
	Title     string `json:"title"`
	Language  string `json:"language,omitempty"`
	Published string `json:"published"` // a date
	Open      bool   `json:"open"`
	Held      int    `json:"held"`
}

// mostProposed is the number of articles that a search for one proposes.
const mostProposed = 10

// findStories answers the field in which an article is chosen: the newest articles
// with the words in their headline, or the one with the number. Without script it leads
// to the list.
func (mo *moderating) findStories(c *request) error {
	q := readStories(c, url.Values{"s": {c.QueryParam("s")}})
	if !wantsJSON(c.Request()) {
		return c.seeOther(q.address(stories.Any, 0))
	}
	now := models.At(mo.db.Now())
	found, err := stories.Find(c.ctx(), mo.db, c.site, now, q.filter, mostProposed)
	if err != nil {
		return err
	}
	if id := parseID(models.PlainDigits(strings.TrimSpace(q.filter.Words))); id != 0 {
		numbered, err := stories.Find(c.ctx(), mo.db, c.site, now, stories.Filter{Within: c.viewer.scope, Only: id}, 1)
		if err != nil {
			return err
		}
		found = append(numbered, slices.DeleteFunc(found, func(s stories.Story) bool { return s.ID == id })...)
	}
	answer := struct {
		Articles []foundStory `json:"articles"`
		Message  string       `json:"message,omitempty"` // if there are none
	}{Articles: []foundStory{}}
	if len(found) == 0 {
		answer.Message = mo.text(c.site, "stories.none")
	}
	for _, s := range found {
		answer.Articles = append(answer.Articles, foundStory{
			ID: s.ID, Title: s.Title, Language: s.Language, Published: s.PublishedAt.In(c.site.TimeZone).Format("2006-01-02"),
			Open: c.site.TakesComments(s.Article, now), Held: s.CommentsHold,
		})
	}
	c.Response().Header().Set("Cache-Control", "private, no-store")
	return c.JSON(http.StatusOK, answer)
}

// sectionChoices returns all categories as options, in the order of the tree.
func sectionChoices(site *newsroom.Site, current string) (list []views.Choice) {
	for _, category := range site.Categories.All() {
		name := category.Name
		for range site.Categories.Ancestors(category) {
			name = "– " + name
		}
		list = append(list, views.Choice{Value: category.Path, Name: name, Current: category.Path == current})
	}
	return list
}

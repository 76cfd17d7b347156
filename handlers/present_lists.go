package handlers

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"

	"broadsheet/models"
	"broadsheet/models/discussion"
	"broadsheet/models/newsroom"
	"broadsheet/views"

	"github.com/labstack/echo/v4"
)

func (rd *reader) renderFront(c echo.Context, site *newsroom.Site, f *newsroom.Front) error {
	page := views.Front{Page: rd.frame(site, "", "/", nil), Second: cards(site, f.Second), Latest: cards(site, f.Latest), Discussed: cards(site, f.MostDiscussed)}
	page.Description = site.Tagline
	if f.Lead != nil {
		page.Lead = leadCard(site, f.Lead)
	}
	if f.More {
		page.More = "/page/2/"
	}
	for i, b := range f.Blocks {
		page.Blocks = append(page.Blocks, block(site, i, b))
	}
	shows := on(f.DependsOn()...)
	for _, turn := range f.Deadlines {
		shows.turns = append(shows.turns, turn.Time)
	}
	return render(rd.server, c, views.FrontPage, page, answer{status: http.StatusOK}, shows)
}

// renderSections shows every section with how many stories it has.
func (rd *reader) renderSections(c echo.Context, site *newsroom.Site, counts map[int64]int) error {
	title := rd.text(site, "nav.all")
	v := views.Sections{Page: rd.frame(site, title, sectionsPath, nil), Heading: title, Groups: sectionIndex(site, counts)}
	return render(rd.server, c, views.SectionsPage, v, answer{status: http.StatusOK}, on(newsroom.ArticlesTag))
}

// listPage makes the page of a list; its caller adds what is particular.
func (rd *reader) listPage(site *newsroom.Site, heading string, l listAddress, p *newsroom.ListPage, section *newsroom.Category) views.List {
	title := heading
	if p.Number > 1 {
		title = rd.text(site, "list.page", "title", heading, "number", p.Number)
	}
	v := views.List{Page: rd.frame(site, title, l.page(p.Number), section), Heading: heading, Stories: cards(site, p.Teasers), Nothing: "list.empty"}
	if dir := views.TextDir(heading); dir != "" && dir != views.DirOf(site.Language) {
		v.HeadingDir = dir
	}
	v.Pager = views.Pager{Number: p.Number, Last: p.Last}
	if p.Number > 1 {
		v.Pager.Newer = l.page(p.Number - 1)
	}
	if p.Number < p.Last {
		v.Pager.Older = l.page(p.Number + 1)
	}
	return v
}

func (rd *reader) sendList(c echo.Context, v views.List, p *newsroom.ListPage) error {
	return render(rd.server, c, views.ListPage, v, answer{status: http.StatusOK}, on(p.DependsOn()...))
}

func (rd *reader) renderNews(c echo.Context, site *newsroom.Site, l listAddress, p *newsroom.ListPage) error {
	return rd.sendList(c, rd.listPage(site, rd.text(site, "list.all"), l, p, nil), p)
}

func (rd *reader) renderSection(c echo.Context, site *newsroom.Site, l listAddress, section *newsroom.Category, p *newsroom.ListPage) error {
	v := rd.listPage(site, section.Name, l, p, section)
	v.Description, v.Page.Description = section.Description, section.Description
	if parent := site.Categories.Parent(section); parent != nil {
		v.Kicker = sectionLink(parent)
	}
	for _, child := range site.Categories.Children(section.ID) {
		v.Links = append(v.Links, views.CountedLink{Link: sectionLink(child)})
	}
	return rd.sendList(c, v, p)
}

func (rd *reader) renderTag(c echo.Context, site *newsroom.Site, l listAddress, tag *newsroom.Tag, p *newsroom.ListPage) error {
	return rd.sendList(c, rd.listPage(site, tag.Name, l, p, nil), p)
}

func (rd *reader) renderAuthor(c echo.Context, site *newsroom.Site, l listAddress, author *newsroom.Author, p *newsroom.ListPage) error {
	v := rd.listPage(site, author.Name, l, p, nil)
	v.Description = author.Bio
	if v.Description == "" {
		v.Description = author.Role
	}
	return rd.sendList(c, v, p)
}

func (rd *reader) renderArchive(c echo.Context, site *newsroom.Site, l listAddress, period int, p *newsroom.ListPage, within []newsroom.PeriodCount) error {
	v := rd.listPage(site, rd.periodName(site, period), l, p, nil)
	if up := above(period); up != 0 {
		v.Kicker = views.Link{Name: rd.periodName(site, up), URL: periodPath(up)}
	}
	for _, part := range within {
		v.Links = append(v.Links, views.CountedLink{Link: views.Link{Name: rd.periodName(site, part.Period), URL: periodPath(part.Period)}, Count: part.Articles})
	}
	return rd.sendList(c, v, p)
}

// split takes a period apart; what it does not have is 0.
func split(period int) (year, month, day int) {
	switch {
	case period < 10000:
		return period, 0, 0
	case period < 1000000:
		return period / 100, period % 100, 0
	default:
		return period / 10000, period / 100 % 100, period % 100
	}
}

// above returns the month of a day, the year of a month, 0 above a year.
func above(period int) int {
	if period < 10000 {
		return 0
	}
	return period / 100
}

func (rd *reader) periodName(site *newsroom.Site, period int) string {
	year, month, day := split(period)
	return rd.Views.Period(site.Language, year, month, day)
}

// periodPath returns the address of a date archive.
func periodPath(period int) string {
	year, month, day := split(period)
	path := fmt.Sprintf("/%04d/", year)
	if month != 0 {
		path += fmt.Sprintf("%02d/", month)
	}
	if day != 0 {
		path += fmt.Sprintf("%02d/", day)
	}
	return path
}

func (rd *reader) renderSearch(c echo.Context, site *newsroom.Site, words string, stories []newsroom.Teaser) error {
	heading, nothing := rd.text(site, "list.search"), "list.search.ask"
	if words != "" {
		heading, nothing = rd.text(site, "list.search.for", "words", words), "list.search.none"
	}
	v := views.List{Page: rd.frame(site, heading, "/?s="+url.QueryEscape(words), nil), Heading: heading, Stories: cards(site, stories), IsSearch: true, Nothing: nothing}
	v.Query, v.NoIndex = words, true
	if len(stories) == 0 || newsroom.FoldTitle(words) != words {
		// Not kept: the number of searches without results, and of spellings of
		// other searches, has no bound.
		return render(rd.server, c, views.ListPage, v, answer{status: http.StatusOK})
	}
	shows := on(newsroom.SearchTag).and(newsroom.Listed(stories)...)
	return render(rd.server, c, views.ListPage, v, answer{status: http.StatusOK}, shows)
}

// whatHappened says which message explains an error.
func whatHappened(code int, err error) string {
	if e, ok := errors.AsType[*models.Error](err); ok && e.Code != "" && explained[e.Code] {
		return "what." + e.Code
	}
	if key, ok := whatOfStatus[code]; ok {
		return key
	}
	if code < 500 {
		return "what.bad-request"
	}
	return "what.internal"
}

// explained are the codes of errors that have a message of their own.
var explained = map[string]bool{
	"comment-gone": true, "cross-origin": true, "body-too-large": true, "form-unreadable": true, "too-many-requests": true, "withdrawn": true,
	"sign-in-first": true, "no-right": true, "reset-gone": true, "first-gone": true, "passkey-wrong": true, "passkey-copied": true, "passkeys-many": true,
	"sign-in-wrong": true, "sign-in-often": true, "undo-late": true, "undone-already": true,
	"changed": true, "bulk-too-large": true, "saved-full": true, "parent-gone": true, "duplicate": true,
	"banned": true, "suspended": true, "ban-over": true, "held-old": true, "held-role": true, "held-link": true,
	"proof-old": true, "proof-used": true, "link-revoked": true, "link-ended": true, "account-ended": true, "own-old": true, "recommend-off": true,
}

var whatOfStatus = map[int]string{
	http.StatusNotFound: "what.not-found", http.StatusForbidden: "what.forbidden", http.StatusMethodNotAllowed: "what.method",
	http.StatusUnsupportedMediaType: "what.media-type", http.StatusRequestEntityTooLarge: "what.body-too-large", http.StatusConflict: "what.conflict",
	http.StatusGone: "what.comment-gone", http.StatusTooManyRequests: "what.too-many-requests", http.StatusServiceUnavailable: "what.unavailable",
}

// titled are the statuses whose page has a title of its own.
var titled = map[int]bool{400: true, 403: true, 404: true, 405: true, 409: true, 410: true, 413: true, 415: true, 422: true, 429: true, 500: true, 503: true}

func (s *server) renderError(c echo.Context, site *newsroom.Site, code int, err error, nearest []newsroom.Teaser) error {
	v := s.problem(site, code, whatHappened(code, err))
	v.Nearest, v.Search = cards(site, nearest), code == http.StatusNotFound
	v.Way = s.wayOut(c, err)
	if e, ok := errors.AsType[*models.Error](err); ok && e.Code == "comment-gone" {
		v.Story = s.storyOfComment(c, site)
	}
	// A comment that cannot come back under its article comes back here.
	if v.Kept = typedComment(c.Response(), c.Request()); v.Kept != "" && code == http.StatusNotFound {
		v.Code, v.Search, v.Nearest = "what.kept", false, nil
	}
	return render(s, c, views.ProblemPage, v, answer{status: code, personal: v.Kept != ""})
}

// storyOfComment returns the article of the comment that the request's address
// names, nil if the article is not public. It ignores errors: the page about a
// removed comment is useful without the article.
func (s *server) storyOfComment(c echo.Context, site *newsroom.Site) *views.ProblemStory {
	ctx := c.Request().Context()
	m, err := discussion.ByID(ctx, s.DB, idOf(c.Param("id")))
	if err != nil {
		return nil
	}
	a, err := newsroom.ByID(ctx, s.DB, m.ArticleID)
	if err != nil || a.Status != newsroom.Published {
		return nil
	}
	return &views.ProblemStory{Link: views.Link{Name: a.Title, URL: site.ArticlePath(a)}, Language: a.Language}
}

func (s *server) problem(site *newsroom.Site, code int, what string) views.Problem {
	if !titled[code] {
		code = map[bool]int{true: http.StatusBadRequest, false: http.StatusInternalServerError}[code < 500]
	}
	v := views.Problem{Page: s.frame(site, s.text(site, fmt.Sprintf("problem.%d.title", code)), "/", nil), Status: code, Code: what}
	v.NoIndex = true
	return v
}

func (rd *reader) renderWithdrawn(c echo.Context, site *newsroom.Site, found *newsroom.Found) error {
	v := rd.problem(site, http.StatusGone, "what.withdrawn")
	at := local(site, found.StatusAt.Time)
	v.Note, v.At = found.StatusNote, &at
	return render(rd.server, c, views.ProblemPage, v, answer{status: http.StatusGone})
}

package handlers

import (
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"time"

	"broadsheet/models/newsroom/redirects"

	"broadsheet/handlers/feeds"
	"broadsheet/models"
	"broadsheet/models/feedstate"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/taxonomy"
	"broadsheet/views"
)

// feeding has the feeds, and the page about them.
type feeding struct {
	*pages
	db      *models.DB
	maker   *feeds.Maker
	log     *slog.Logger
	reading *reading
}

// newFeeding makes the feeds. Pages of the reading name and serve their own ones.
func newFeeding(s *server) *feeding {
	fd := &feeding{
		pages: s.pages, db: s.DB, maker: &feeds.Maker{DB: s.DB, Views: s.Views, BaseURL: s.BaseURL}, log: s.Log, reading: s.reading,
	}
	s.reading.feeds = fd
	return fd
}

// feedPlace is the address of a feed in the request.
type feedPlace struct {
	page   string // path of the page that the feed belongs to
	format feeds.Format
	path   string // as requested
}

// cutFeed splits the address of a feed: /tag/x/feed/atom/ is the Atom feed of
// /tag/x/. WordPress also knows /tag/x/atom/. ok is false for all other addresses.
func cutFeed(path string) (at feedPlace, ok bool) {
	parts := strings.Split(strings.Trim(path, "/"), "/")
	n := len(parts)
	format, known := feeds.ParseFormat(parts[n-1])
	switch {
	case !known:
		return at, false
	case n > 1 && parts[n-2] == "feed":
		parts = parts[:n-2]
	case format == feeds.JSON: // it has no short form
		return at, false
	default:
		parts = parts[:n-1]
	}
	at = feedPlace{page: "/", format: format, path: path}
	if len(parts) > 0 {
		at.page += strings.Join(parts, "/") + "/"
	}
	return at, true
}

// feedParam reads WordPress's parameter: ?feed=atom, ?feed=comments-rss2.
func feedParam(value string) (format feeds.Format, comments, ok bool) {
	name, comments := strings.CutPrefix(value, "comments-")
	format, ok = feeds.ParseFormat(name)
	return format, comments, ok
}

// beside serves the feeds of the pages of a row, and ?feed= on them. Other requests
// go to the page.
func (fd *feeding) beside(page func(*request) error) func(*request) error {
	return func(c *request) error {
		path := c.Request().URL.EscapedPath()
		if format, comments, ok := feedParam(c.QueryParam("feed")); ok {
			return fd.redirectParam(c, path, format, comments, page)
		}
		if to := oldFeeds[path]; to != "" {
			return redirectPermanently(c, to)
		}
		at, ok := cutFeed(path)
		if !ok {
			return page(c)
		}
		if isTermPage(c.site, at, path) {
			return page(c)
		}
		return fd.showBeside(c, at)
	}
}

// isTermPage reports whether an address that looks like a feed's is the page of a
// category, tag, author or search with such a name: /tag/atom/, /search/feed/.
func isTermPage(site *newsroom.Site, at feedPlace, path string) bool {
	if l, ok := parseList("/category/", path); ok && strings.HasPrefix(path, "/category/") {
		return at.page == "/category/" || site.Categories.ByPath(strings.Join(l.parts, "/")) != nil
	}
	return slices.Contains([]string{"/tag/", "/author/", "/search/"}, at.page)
}

// redirectParam redirects ?feed= to the address of the feed. Short forms of other
// addresses, such as ?p=42, are resolved first; they keep the parameter.
func (fd *feeding) redirectParam(c *request, path string, format feeds.Format, comments bool, page func(*request) error) error {
	q := c.Request().URL.Query()
	used := []string{"feed", "withcomments", "withoutcomments"}
	switch {
	case path != "/":
	case q.Has("s"): // its filters are kept
		return redirectPermanently(c, feeds.PathOf(searchPath(searchParam(q.Get("s"))), format), append(used, "s")...)
	case slices.ContainsFunc(frontParams[1:], q.Has):
		return page(c)
	case comments || q.Get("withcomments") == "1":
		path = "/comments/"
	}
	return redirectPermanently(c, feeds.PathOf(path, format), used...)
}

// showBeside shows the feed of a list, of a search or of an article.
func (fd *feeding) showBeside(c *request, at feedPlace) error {
	prefix := "/"
	for _, base := range []string{"/category/", "/tag/", "/author/", "/search/"} {
		if strings.HasPrefix(at.page, base) {
			prefix = base
		}
	}
	if prefix == "/search/" {
		return fd.showSearchFeed(c, at)
	}
	l, ok := parseList(prefix, at.page)
	if !ok {
		return errNoPage
	}
	topic, found, err := fd.listTopic(c, prefix, l)
	if isMissing(err) && prefix != "/" && len(l.parts) > 0 {
		return fd.redirectTermFeed(c, prefix, l, at)
	}
	if err != nil {
		return err
	}
	if !found {
		return fd.showArticleFeed(c, at)
	}
	return fd.show(c, topic, at)
}

// listTopic returns the feed of the list at an address. found is false when only an
// article can be there.
func (fd *feeding) listTopic(c *request, prefix string, l listAddress) (t feeds.Topic, found bool, err error) {
	l, _ = l.lower(prefix)
	one := len(l.parts) == 1
	switch {
	case prefix == "/category/":
		category := c.site.Categories.ByPath(strings.Join(l.parts, "/"))
		if category == nil || len(l.parts) == 0 {
			return t, true, errNoPage
		}
		return feeds.Topic{Kind: feeds.OfCategory, Ref: category.ID}, true, nil
	case prefix == "/tag/" && one:
		tag, err := taxonomy.TagBySlug(c.ctx(), fd.db, l.parts[0])
		if err == nil && !tag.IsShown() {
			err = errNoPage
		}
		if err != nil {
			return t, true, err
		}
		return feeds.Topic{Kind: feeds.OfTag, Ref: tag.ID}, true, nil
	case prefix == "/author/" && one:
		author, err := taxonomy.AuthorBySlug(c.ctx(), fd.db, l.parts[0])
		if err != nil {
			return t, true, err
		}
		stories, err := newsroom.List{Kind: newsroom.AuthorArticles, Ref: author.ID}.Newest(c.ctx(), fd.db, 1, nil)
		if err == nil && len(stories) == 0 && !author.IsDescribed() {
			err = errNoPage
		}
		if err != nil {
			return t, true, err
		}
		return feeds.Topic{Kind: feeds.OfAuthor, Ref: author.ID}, true, nil
	case prefix != "/":
		return t, true, errNoPage
	case len(l.parts) == 0:
		return feeds.Topic{Kind: feeds.Stories}, true, nil
	}
	period, ok := parseDateParts(l.parts)
	return feeds.Topic{Kind: feeds.OfPeriod, Ref: int64(period)}, ok, nil
}

// hasSearchFeed reports whether a search has a feed. "." and ".." have no address for
// one.
func hasSearchFeed(w *wanted) bool {
	return strings.HasPrefix(searchPath(w.words), "/search/") && w.words != "" && len(w.refused) == 0
}

// showSearchFeed shows the newest articles that a search finds. The filters are those
// of the page of results.
func (fd *feeding) showSearchFeed(c *request, at feedPlace) error {
	path, _, _ := strings.Cut(strings.TrimPrefix(at.page, "/search/"), "/page/")
	q := c.Request().URL.Query()
	w, err := readWanted(c.ctx(), fd.db, c.site, searchParam(searchWords(strings.Trim(path, "/"))), q)
	if err != nil {
		return err
	}
	if !hasSearchFeed(w) {
		return errNoPage
	}
	right := *w
	right.number, right.newest = 1, false // a feed has one page and one order
	search := &feeds.Search{
		Title: fd.text(c.site, "search.title.for", "words", w.words), Page: right.address(),
		Path: searchPath(w.words), Query: right.query().Encode(), Kept: w.mayBeCached(),
	}
	if !right.isSpelled(q) {
		return redirectPermanently(c, withQuery(feeds.PathOf(search.Path, at.format), search.Query), searchFields...)
	}
	w.number, w.newest = 1, true
	found, err := fd.reading.find(c.ctx(), c.site, w, c.site.FeedStories)
	if err != nil {
		return err
	}
	for i := range found.Hits {
		search.IDs = append(search.IDs, found.Hits[i].ID)
	}
	if w.author != nil {
		search.Tags = append(search.Tags, taxonomy.BylineTag(w.author.ID))
	}
	return fd.show(c, feeds.Topic{Kind: feeds.OfSearch, Search: search}, at)
}

// showArticleFeed shows the comments of the article at an address. It redirects and
// refuses as the article's page does.
func (fd *feeding) showArticleFeed(c *request, at feedPlace) error {
	base, _, _ := cutCommentPage(at.page)
	found, err := newsroom.Find(c.ctx(), fd.db, c.site, base)
	if models.KindOf(err) == models.NotFound || err == nil && feeds.PathOf(found.Path, at.format) != feeds.PathOf(base, at.format) {
		if target, lasting, err := redirects.Find(c.ctx(), fd.db, base); err != nil {
			return err
		} else if target != "" && localAddress(target, fd.baseURL.Host) != "" {
			return redirectFor(c, lasting, feeds.PathOf(target, at.format))
		}
	}
	switch {
	case err != nil:
		return err
	case found.Status == newsroom.Withdrawn:
		return fd.reading.renderWithdrawn(c, found)
	case found.Guessed:
		return redirectTemporarily(c, feeds.PathOf(found.Path, at.format))
	}
	return fd.show(c, feeds.Topic{Kind: feeds.OfArticle, Ref: found.ArticleID}, at)
}

// showSite shows the feed of all articles.
func (fd *feeding) showSite(c *request) error {
	return fd.showFixed(c, feeds.Topic{Kind: feeds.Stories})
}

// showComments shows the feed of all comments.
func (fd *feeding) showComments(c *request) error {
	return fd.showFixed(c, feeds.Topic{Kind: feeds.Comments})
}

// showCorrections shows the feed of all corrections.
func (fd *feeding) showCorrections(c *request) error {
	return fd.showFixed(c, feeds.Topic{Kind: feeds.OfCorrections})
}

// showReplies shows the feed of the replies to a comment.
func (fd *feeding) showReplies(c *request) error {
	id := parseID(c.Param("id"))
	if id == 0 {
		return errNoPage
	}
	return fd.showFixed(c, feeds.Topic{Kind: feeds.OfComment, Ref: id})
}

// showFixed shows a feed that has a row of its own.
func (fd *feeding) showFixed(c *request, t feeds.Topic) error {
	at, ok := cutFeed(c.Request().URL.EscapedPath())
	if !ok {
		return errNoPage
	}
	return fd.show(c, t, at)
}

// show sends a feed. It redirects an address that is not the feed's own, except
// /feed/rss2/, which WordPress answers too.
func (fd *feeding) show(c *request, t feeds.Topic, at feedPlace) error {
	f, err := fd.maker.Make(c.ctx(), c.site, t)
	if err != nil {
		return err
	}
	own, _, _ := strings.Cut(f.PathIn(at.format), "?")
	if at.path != own && (at.format != feeds.RSS || at.path != own+string(feeds.RSS)+"/") {
		return redirectPermanently(c, own)
	}
	body, err := f.Write(at.format)
	if err != nil {
		return err
	}
	h := c.Response().Header()
	h.Add("Link", "<"+f.Self(at.format)+`>; rel="self"`)
	if f.Hub != "" {
		h.Add("Link", "<"+f.Hub+`>; rel="hub"`)
	}
	a := answer{status: http.StatusOK, modified: fd.changedAt(c, f)}
	if s := t.Search; s != nil {
		a.unstored = f.IsEmptySearch() || !s.Kept // their number has no bound
	}
	shows := dependsOn(f.Tags...)
	shows.deadlines = f.Deadlines
	return fd.send(c, at.format.ContentType(), body, a, shows)
}

// changedAt returns when the feed last changed, and stores it for a change that was
// not seen before. It returns the zero time for a search that never found an article, and
// when the time cannot be stored: the feed itself can be sent all the same.
func (fd *feeding) changedAt(c *request, f *feeds.Feed) time.Time {
	name := f.StateName()
	state, err := feedstate.Load(c.ctx(), fd.db, name)
	switch {
	case err == nil && state == nil && f.IsEmptySearch():
		return time.Time{}
	case err == nil:
		state, err = feedstate.Record(c.ctx(), fd.db, name, f.Content(), true)
	}
	if err != nil {
		fd.log.WarnContext(c.ctx(), "cannot store when a feed changed", "feed", name, "error", err.Error())
		return time.Time{}
	}
	return state.ChangedAt.Time
}

// oldFeeds are WordPress's first addresses of feeds.
var oldFeeds = map[string]string{
	"/wp-rss2.php": "/feed/", "/wp-rss.php": "/feed/", "/wp-feed.php": "/feed/", "/wp-atom.php": "/feed/atom/", "/wp-rdf.php": "/feed/rdf/",
	"/wp-commentsrss2.php": "/comments/feed/",
}

// feedLinks returns the feeds that every page names: of all articles and of all
// comments.
func (p *pages) feedLinks(site *newsroom.Site) []views.FeedLink {
	return []views.FeedLink{
		p.feedLink(site.Name, "/"),
		p.feedLink(p.text(site, "feed.comments", "site", site.Name), "/comments/"),
	}
}

// feedLink returns the link to the feed of a page.
func (p *pages) feedLink(title, page string) views.FeedLink {
	return views.FeedLink{Title: title, URL: p.baseURL.String() + feeds.PathOf(page, feeds.RSS), Type: feeds.RSS.MediaType()}
}

// queryFeed is the form of the parameter feed.
func queryFeed(v string) (string, bool) {
	_, _, ok := feedParam(v)
	return v, ok
}

// searchFeedLinks returns the link to the feed of a search with a title, if it has one.
func (p *pages) searchFeedLinks(site *newsroom.Site, w *wanted, title string) []views.FeedLink {
	if !hasSearchFeed(w) {
		return nil
	}
	first := *w
	first.number, first.newest = 1, false
	link := p.feedLink(p.text(site, "feed.list", "name", title, "site", site.Name), searchPath(w.words))
	link.URL = withQuery(link.URL, first.query().Encode())
	return []views.FeedLink{link}
}

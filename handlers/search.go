package handlers

import (
	"context"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"broadsheet/models"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/search"
	"broadsheet/models/newsroom/shortlink"
	"broadsheet/models/newsroom/taxonomy"
)

// searchFields are the query parameters of a search beside its words.
var searchFields = []string{"paged", "category", "author", "from", "to", "order"}

// searchForms are WordPress's parameters that narrow a search, with the parameter
// that each becomes.
var searchForms = map[string]string{
	"cat": "category", "category_name": "category", "author_name": "author", "m": "from", "year": "from",
}

// dayLayout is how a day is written in an address.
const dayLayout = "2006-01-02"

// wanted is a search as an address asks for it.
type wanted struct {
	words    string
	category *taxonomy.Category // nil for all
	author   *taxonomy.Author   // nil for all
	from, to time.Time          // the first and last day, in the site's zone; zero for no limit
	newest   bool               // ordered by date
	number   int                // of the page, from 1
	refused  []string           // the parameters with values that name nothing
}

// readWanted reads a search from the parameters of an address. A value that names
// nothing narrows nothing and is listed as refused. Days in the wrong order are
// exchanged. It reads at most two rows.
func readWanted(ctx context.Context, r models.Queryer, site *newsroom.Site, words string, q url.Values) (*wanted, error) {
	w := &wanted{words: words, newest: q.Get("order") == "newest", number: 1}
	if n := parseID(q.Get("paged")); n > 1 {
		w.number = int(min(n, mostPages))
	}
	if path := strings.Trim(q.Get("category"), "/"); path != "" {
		w.category = categoryNamed(site, path)
		w.refuse("category", w.category == nil)
	}
	if name := q.Get("author"); name != "" {
		var err error
		if w.author, err = authorNamed(ctx, r, site, name); err != nil {
			return nil, err
		}
		w.refuse("author", w.author == nil)
	}
	for name, day := range map[string]*time.Time{"from": &w.from, "to": &w.to} {
		if text := q.Get(name); text != "" {
			t, ok := parseDay(text, site.TimeZone)
			*day = t
			w.refuse(name, !ok)
		}
	}
	slices.Sort(w.refused)
	if !w.from.IsZero() && !w.to.IsZero() && w.to.Before(w.from) {
		w.from, w.to = w.to, w.from
	}
	return w, nil
}

// mostPages is the largest number of a page that an address can ask for.
const mostPages = 1 << 20

func (w *wanted) refuse(name string, refused bool) {
	if refused {
		w.refused = append(w.refused, name)
	}
}

// categoryNamed returns the category with a path or, if only one has it, with a
// slug. It returns nil for others.
func categoryNamed(site *newsroom.Site, path string) (found *taxonomy.Category) {
	path = strings.ToLower(path)
	if c := site.Categories.ByPath(path); c != nil {
		return c
	}
	for _, c := range site.Categories.All() {
		if strings.HasSuffix(c.Path, "/"+path) {
			if found != nil {
				return nil
			}
			found = c
		}
	}
	return found
}

// authorNamed returns the author with a slug, a number of WordPress or a name, nil if
// there is none.
func authorNamed(ctx context.Context, r models.Queryer, site *newsroom.Site, name string) (*taxonomy.Author, error) {
	slug := taxonomy.TermSlug(name)
	if parseID(name) > 0 {
		path, err := shortlink.Target(ctx, r, site, shortlink.Query{Form: "author", Value: name})
		if err != nil && models.KindOf(err) != models.NotFound {
			return nil, err
		}
		slug, _ = url.PathUnescape(strings.Trim(strings.TrimPrefix(path, "/author/"), "/"))
	}
	if slug == "" {
		return nil, nil
	}
	author, err := taxonomy.AuthorBySlug(ctx, r, slug)
	if models.KindOf(err) == models.NotFound {
		return nil, nil
	}
	return author, err
}

// parseDay parses a day such as 2026-11-23, in the digits of any script.
func parseDay(text string, zone *time.Location) (time.Time, bool) {
	text = strings.Map(func(r rune) rune {
		if r == '/' || r == '.' || r == '\u2010' || r == '\u2011' || r == '\u2212' {
			return '-'
		}
		return r
	}, models.PlainDigits(strings.TrimSpace(text)))
	day, err := time.ParseInLocation("2006-1-2", text, zone)
	return day, err == nil && day.Year() > 0
}

// dayParam is the one form of a parameter with a day. Text that is no day is kept,
// so that the page can say so.
func dayParam(v string) (string, bool) {
	if day, ok := parseDay(v, time.UTC); ok {
		return day.Format(dayLayout), true
	}
	return textParam(v)
}

// textParam is the one form of a parameter with a short text. An empty one does not
// change a page.
func textParam(v string) (string, bool) {
	v = searchParam(v)
	return v, v != ""
}

// searched returns the search as the index answers it.
func (w *wanted) searched(perPage int) search.Query {
	q := search.Query{Text: w.words, From: w.from, To: w.to, Order: search.Best, Number: w.number, PerPage: perPage}
	if w.newest {
		q.Order = search.Newest
	}
	if w.category != nil {
		q.Category = w.category.ID
	}
	if w.author != nil {
		q.Author = w.author.ID
	}
	return q
}

// query returns the parameters of the search beside its words, in their one form.
func (w *wanted) query() url.Values {
	q := url.Values{}
	if w.number > 1 {
		q.Set("paged", strconv.Itoa(w.number))
	}
	if w.category != nil {
		q.Set("category", w.category.Path)
	}
	if w.author != nil {
		q.Set("author", w.author.Slug)
	}
	for name, day := range map[string]time.Time{"from": w.from, "to": w.to} {
		if !day.IsZero() {
			q.Set(name, day.Format(dayLayout))
		}
	}
	if w.newest {
		q.Set("order", "newest")
	}
	return q
}

// address returns the address of the search.
func (w *wanted) address() string {
	address := "/?s=" + url.QueryEscape(w.words)
	if q := w.query().Encode(); q != "" {
		address += "&" + q
	}
	return address
}

// page returns the address of another page of the same search.
func (w *wanted) page(number int) string {
	other := *w
	other.number = number
	return other.address()
}

// narrowed reports whether the search has a filter.
func (w *wanted) narrowed() bool {
	return w.category != nil || w.author != nil || !w.from.IsZero() || !w.to.IsZero()
}

// isSpelled reports whether the parameters are in their one form, so that the search
// has no other address.
func (w *wanted) isSpelled(q url.Values) bool {
	right := w.query()
	for _, name := range searchFields {
		if right.Get(name) != q.Get(name) {
			return false
		}
	}
	return true
}

// frontSearch answers a search on the address of the front page.
func (rd *reading) frontSearch(c *request, q url.Values) error {
	words, narrowed := searchParam(q.Get("s")), false
	for form, name := range searchForms {
		if !q.Has(form) {
			continue
		}
		narrowed = true
		if err := rd.widenForm(c, q, form, name); err != nil {
			return err
		}
	}
	w, err := readWanted(c.ctx(), rd.db, c.site, words, q)
	if err != nil {
		return err
	}
	others := slices.DeleteFunc(slices.Clone(shortlink.Forms), func(name string) bool { return name == "author" })
	if narrowed || slices.ContainsFunc(others, q.Has) || len(w.refused) == 0 && !w.isSpelled(q) {
		return redirectPermanently(c, w.address(), frontParams...)
	}
	return rd.search(c, w)
}

// widenForm replaces a parameter of WordPress that narrows a search by the one that
// it becomes. A value that names nothing is dropped.
func (rd *reading) widenForm(c *request, q url.Values, form, name string) error {
	asked := shortlink.Query{Form: form, Value: q.Get(form), Month: q.Get("monthnum"), Day: q.Get("day")}
	path, err := shortlink.Target(c.ctx(), rd.db, c.site, asked)
	if models.KindOf(err) == models.NotFound || q.Get(name) != "" {
		return nil
	}
	if err != nil {
		return err
	}
	parts := strings.Split(strings.Trim(path, "/"), "/")
	if name != "from" {
		value, _ := url.PathUnescape(strings.Join(parts[1:], "/"))
		q.Set(name, value)
		return nil
	}
	period, ok := parseDateParts(parts)
	if !ok {
		return nil
	}
	first, last := daysOf(period)
	q.Set("from", first.Format(dayLayout))
	q.Set("to", last.Format(dayLayout))
	return nil
}

// daysOf returns the first and the last day of a year, month or day.
func daysOf(period int) (first, last time.Time) {
	year, month, day := splitPeriod(period)
	switch {
	case month == 0:
		return time.Date(year, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(year, 12, 31, 0, 0, 0, 0, time.UTC)
	case day == 0:
		return time.Date(year, time.Month(month), 1, 0, 0, 0, 0, time.UTC), time.Date(year, time.Month(month)+1, 0, 0, 0, 0, 0, time.UTC)
	}
	first = time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC)
	return first, first
}

// showSearch answers /search/words/ and /search/words/page/2/.
func (rd *reading) showSearch(c *request) error {
	path, q := c.Request().URL.EscapedPath(), c.Request().URL.Query()
	var parts []string
	for part := range strings.SplitSeq(strings.Trim(strings.TrimPrefix(path, "/search/"), "/"), "/") {
		parts = append(parts, searchWords(part))
	}
	var numbered bool
	if n := len(parts); n > 2 && parts[n-2] == "page" && parseID(parts[n-1]) > 0 {
		numbered = true
		if q.Get("paged") == "" {
			q.Set("paged", parts[n-1])
		}
		parts = parts[:n-2]
	}
	w, err := readWanted(c.ctx(), rd.db, c.site, searchParam(strings.Join(parts, "/")), q)
	if err != nil {
		return err
	}
	right := searchPath(w.words)
	if w.number > 1 && strings.HasPrefix(right, "/search/") && w.words != "" {
		right += "page/" + strconv.Itoa(w.number) + "/"
	}
	if right != path || !numbered && w.number > 1 {
		return redirectPermanently(c, right, "paged")
	}
	if numbered {
		q.Set("paged", strconv.Itoa(w.number))
	}
	if len(w.refused) == 0 && !w.isSpelled(q) {
		return redirectPermanently(c, w.address(), searchFields...)
	}
	return rd.search(c, w)
}

// search shows the results of a search.
func (rd *reading) search(c *request, w *wanted) error {
	found, err := rd.find(c.ctx(), c.site, w, c.site.ArticlesPerPage)
	if err != nil {
		return err
	}
	return rd.renderSearch(c, w, found)
}

// find returns a page of the articles that a search finds, for its page and its feed.
func (rd *reading) find(ctx context.Context, site *newsroom.Site, w *wanted, perPage int) (*search.Result, error) {
	return search.Find(ctx, rd.db, site, w.searched(perPage))
}

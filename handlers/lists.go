package handlers

import (
	"math"
	"net/url"
	"strconv"
	"strings"
	"unicode/utf8"

	"broadsheet/models"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/taxonomy"
	"broadsheet/models/newsroom/termlist"

	"github.com/labstack/echo/v4"
)

// listAddress is the address of one page of a list.
type listAddress struct {
	base   string   // of the first page, with a slash at the end
	parts  []string // decoded, without the base's own prefix
	number int
	used   []string // query parameters that chose the page
}

// redirectToAddress redirects a request that used another address of the list, such
// as /page/1/ or ?paged=2, to the list's own address. It returns true when it
// has redirected.
func (rd *reading) redirectToAddress(c *request, l listAddress) (bool, error) {
	if right := l.page(l.number); right != c.Request().URL.EscapedPath() || len(l.used) > 0 {
		return true, redirectPermanently(c, right, l.used...)
	}
	return false, nil
}

// paged reads WordPress's parameter for pages of lists.
func (l listAddress) paged(c echo.Context) listAddress {
	if n := parseID(c.QueryParam("paged")); n > 1 {
		l.used = append(l.used, "paged")
		if l.number == 1 {
			l.number = int(min(n, math.MaxInt32))
		}
	}
	return l
}

// lower returns the address in small letters, because slugs have small letters
// only.
func (l listAddress) lower(prefix string) (listAddress, bool) {
	small := l
	small.parts = nil
	for _, p := range l.parts {
		small.parts = append(small.parts, strings.ToLower(p))
	}
	small.base = listBase(prefix, small.parts)
	return small, small.base != l.base
}

// listBase returns the address of a list's first page.
func listBase(prefix string, parts []string) string {
	base := prefix
	for _, p := range parts {
		base += url.PathEscape(p) + "/"
	}
	return base
}

// parseList splits /prefix/a/b/page/3/. ok is false for an invalid page number.
func parseList(prefix, path string) (l listAddress, ok bool) {
	rest := strings.Trim(strings.TrimPrefix(path, prefix), "/")
	l.number = 1
	parts := strings.Split(rest, "/")
	if n := len(parts); n >= 2 && parts[n-2] == "page" {
		number, err := strconv.Atoi(parts[n-1])
		if err != nil || number < 1 || strconv.Itoa(number) != parts[n-1] {
			return l, false
		}
		l.number, parts = number, parts[:n-2]
	}
	if len(parts) == 0 || parts[0] == "" {
		l.base = prefix
		return l, true
	}
	for _, p := range parts {
		decoded, err := url.PathUnescape(p)
		if err != nil || decoded == "" || !utf8.ValidString(decoded) || strings.Contains(decoded, "\x00") {
			return l, false
		}
		l.parts = append(l.parts, decoded)
	}
	l.base = listBase(prefix, l.parts)
	return l, true
}

// page returns the address of a page of the list.
func (l listAddress) page(number int) string {
	if number == 1 {
		return l.base
	}
	return l.base + "page/" + strconv.Itoa(number) + "/"
}

// list parses the address of a list. It redirects page 1 to the list's own
// address.
func (rd *reading) list(c *request, prefix string) (*newsroom.Site, listAddress, error) {
	l, ok := parseList(prefix, c.Request().URL.EscapedPath())
	if !ok {
		return nil, l, errNoPage
	}
	return c.site, l.paged(c), nil
}

// showNews shows all articles, newest first.
func (rd *reading) showNews(c *request) error {
	site, l, err := rd.list(c, "/")
	if err != nil {
		return err
	}
	if q := c.Request().URL.Query(); q.Has("s") { // WordPress's second page of a search
		w := wanted{words: searchParam(q.Get("s")), number: min(l.number, mostPages)}
		return redirectPermanently(c, w.address(), "s", "paged")
	}
	if done, err := rd.redirectToAddress(c, l); done {
		return err
	}
	page, err := newsroom.List{}.Page(c.ctx(), rd.db, l.number, site.ArticlesPerPage)
	if err != nil {
		return err
	}
	return rd.renderNews(c, l, page)
}

// showCategories shows the list of all categories.
func (rd *reading) showCategories(c *request) error {
	counts, err := termlist.CategoryCounts(c.ctx(), rd.db)
	if err != nil {
		return err
	}
	return rd.renderCategories(c, counts)
}

// showCategory shows the articles of a category and of the categories below it.
func (rd *reading) showCategory(c *request) error {
	site, l, err := rd.list(c, "/category/")
	if err != nil {
		return err
	}
	category := site.Categories.ByPath(strings.Join(l.parts, "/"))
	if category == nil {
		small, other := l.lower("/category/")
		if category = site.Categories.ByPath(strings.Join(small.parts, "/")); !other || category == nil {
			return rd.redirectTerm(c, small, formerCategory(c.site, small))
		}
		l = small
	}
	list := newsroom.List{Kind: newsroom.CategoryArticles, Ref: category.ID}
	page, err := list.Page(c.ctx(), rd.db, l.number, site.ArticlesPerPage)
	if err != nil {
		return err
	}
	if done, err := rd.redirectToAddress(c, l); done {
		return err
	}
	return rd.renderCategory(c, l, category, page)
}

// showTag shows the articles with a tag.
func (rd *reading) showTag(c *request) error {
	site, l, err := rd.list(c, "/tag/")
	if err != nil || len(l.parts) != 1 {
		return orNoPage(err)
	}
	tag, err := taxonomy.TagBySlug(c.ctx(), rd.db, l.parts[0])
	if small, other := l.lower("/tag/"); other && models.KindOf(err) == models.NotFound {
		l = small
		tag, err = taxonomy.TagBySlug(c.ctx(), rd.db, l.parts[0])
	}
	if models.KindOf(err) == models.NotFound {
		return rd.redirectTerm(c, l, formerTag(c.ctx(), rd.db, l))
	}
	if err != nil {
		return err
	}
	if !tag.IsShown() {
		return errNoPage
	}
	list := newsroom.List{Kind: newsroom.TagArticles, Ref: tag.ID}
	page, err := list.Page(c.ctx(), rd.db, l.number, site.ArticlesPerPage)
	if err != nil {
		return err
	}
	if done, err := rd.redirectToAddress(c, l); done {
		return err
	}
	return rd.renderTag(c, l, tag, page)
}

// showAuthor shows an author's articles.
func (rd *reading) showAuthor(c *request) error {
	site, l, err := rd.list(c, "/author/")
	if err != nil || len(l.parts) != 1 {
		return orNoPage(err)
	}
	author, err := taxonomy.AuthorBySlug(c.ctx(), rd.db, l.parts[0])
	if small, other := l.lower("/author/"); other && models.KindOf(err) == models.NotFound {
		l = small
		author, err = taxonomy.AuthorBySlug(c.ctx(), rd.db, l.parts[0])
	}
	if models.KindOf(err) == models.NotFound {
		return rd.redirectTerm(c, l, formerAuthor(c.ctx(), rd.db, l))
	}
	if err != nil {
		return err
	}
	list := newsroom.List{Kind: newsroom.AuthorArticles, Ref: author.ID}
	page, err := list.Page(c.ctx(), rd.db, l.number, site.ArticlesPerPage)
	if err != nil {
		return err
	}
	if page.Total == 0 && !author.IsDescribed() {
		return errNoPage
	}
	if done, err := rd.redirectToAddress(c, l); done {
		return err
	}
	return rd.renderAuthor(c, l, author, page)
}

func orNoPage(err error) error {
	if err == nil {
		return errNoPage
	}
	return err
}

// showArchive shows the articles of a year, month or day.
func (rd *reading) showArchive(c *request, l listAddress) error {
	period, ok := parseDateParts(l.parts)
	if !ok {
		return errNoPage
	}
	list := newsroom.List{Period: period}
	page, err := list.Page(c.ctx(), rd.db, l.number, c.site.ArticlesPerPage)
	if err != nil {
		return err
	}
	if page.Total == 0 {
		return errNoPage
	}
	if done, err := rd.redirectToAddress(c, l); done {
		return err
	}
	var within []newsroom.PeriodCount
	if period < 1000000 { // a day has no parts
		if within, err = list.Periods(c.ctx(), rd.db); err != nil {
			return err
		}
	}
	return rd.renderArchive(c, l, period, page, within)
}

// dateDigits are the lengths of the year, the month and the day in an address.
var dateDigits = [...]int{4, 2, 2}

// parseDateParts reads 2026, 2026/11 or 2026/11/23.
func parseDateParts(parts []string) (period int, ok bool) {
	if len(parts) < 1 || len(parts) > 3 {
		return 0, false
	}
	var date [3]int
	for i, p := range parts {
		n, err := strconv.Atoi(p)
		if err != nil || n < 1 || p[0] == '+' || len(p) != dateDigits[i] {
			return 0, false
		}
		date[i] = n
	}
	return newsroom.ParsePeriod(date[0], date[1], date[2])
}

// isDate reports whether an address can only be a date archive's.
func isDate(parts []string) bool {
	_, ok := parseDateParts(parts)
	return ok
}

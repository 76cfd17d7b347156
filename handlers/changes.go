package handlers

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"broadsheet/models"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/correctionlist"
	"broadsheet/models/newsroom/history"
	"broadsheet/models/newsroom/permalink"
	"broadsheet/models/worddiff"
	"broadsheet/views"
	"broadsheet/views/changes"
)

// correctionsPath is the list of all corrections.
const correctionsPath = "/corrections/"

// changesEnd ends the address of the page with what has changed in an article.
const changesEnd = "changes/"

func changesPath(article string) string { return strings.TrimSuffix(article, "/") + "/" + changesEnd }

// changesLink returns the address of the page with the changes of an article, "" for none.
func changesLink(site *newsroom.Site, a *newsroom.Article) string {
	if !site.PublicChanges || a.Changes == 0 {
		return ""
	}
	return changesPath(site.ArticlePath(a))
}

// cutChanges removes /changes/ from an address.
func cutChanges(path string) (article string, ok bool) {
	article, ok = strings.CutSuffix(strings.TrimSuffix(path, "/")+"/", "/"+changesEnd)
	return article + "/", ok && article != ""
}

// showCorrections shows the corrections of the paper, newest first.
func (rd *reading) showCorrections(c *request) error {
	l, ok := parseList(correctionsPath, c.Request().URL.EscapedPath())
	if !ok || len(l.parts) > 0 {
		return errNoPage
	}
	if done, err := rd.redirectToAddress(c, l.paged(c)); done {
		return err
	}
	page, err := correctionlist.Load(c.ctx(), rd.db, l.number, c.site.ArticlesPerPage)
	if err != nil {
		return err
	}
	title := rd.text(c.site, "corrections")
	v := views.Corrections{
		Page: rd.frame(c.site, title, l.page(l.number), nil), Heading: title,
		Pager: views.Pager{Number: page.Number, Last: page.Last},
	}
	v.Description = rd.text(c.site, "corrections.about")
	v.Feeds = append(v.Feeds, rd.feedLink(rd.text(c.site, "feed.list", "name", title, "site", c.site.Name), correctionsPath))
	if page.Number > 1 {
		v.Pager.Newer = l.page(page.Number - 1)
	}
	if page.Number < page.Last {
		v.Pager.Older = l.page(page.Number + 1)
	}
	for i := range page.Entries {
		e := &page.Entries[i]
		shown := changes.Correction{
			Kind: e.Kind, At: inSiteZone(c.site, e.At.Time), Text: e.Text, Headline: e.Article.Title,
			URL: c.site.TeaserPath(&e.Article) + "#corrections",
		}
		shown.Language, shown.Dir = articleLanguage(c.site, e.Article.Language, e.Article.Title)
		v.Entries = append(v.Entries, shown)
	}
	return render(rd.pages, c, views.CorrectionsPage, v, sharedAnswer(http.StatusOK), dependsOn(page.DependsOn()...))
}

// loadAbove loads the article of an address whose last part was cut off. Under some
// patterns the addresses of articles have no slash at the end.
func (rd *reading) loadAbove(c *request, base string) (*newsroom.Page, error) {
	page, err := newsroom.LoadPage(c.ctx(), rd.db, c.site, base)
	if models.KindOf(err) == models.NotFound {
		page, err = newsroom.LoadPage(c.ctx(), rd.db, c.site, strings.TrimSuffix(base, "/"))
	}
	return page, err
}

// isArticleAddress reports whether an address is the one of an article that is public or
// was withdrawn.
func (rd *reading) isArticleAddress(c *request, path string) (bool, error) {
	found, err := newsroom.Find(c.ctx(), rd.db, c.site, path)
	if models.KindOf(err) == models.NotFound {
		return false, nil
	}
	return err == nil && permalink.Same(strings.TrimSuffix(found.Path, "/"), strings.TrimSuffix(path, "/")), err
}

// showChanges shows what has changed in an article since its publication. An article may
// have this address as its own, and then it is shown.
func (rd *reading) showChanges(c *request, base string) error {
	path := c.Request().URL.EscapedPath()
	switch own, err := rd.isArticleAddress(c, path); {
	case err != nil:
		return err
	case own:
		return rd.showArticleAt(c, path)
	}
	page, err := rd.loadAbove(c, base)
	if models.KindOf(err) == models.NotFound {
		return rd.redirectToChanges(c, base, path)
	}
	if err != nil {
		return err
	}
	if !c.site.PublicChanges || page.Changes == 0 {
		return errNoPage
	}
	article := c.site.ArticlePath(&page.Article)
	if right := changesPath(article); right != path {
		return redirectPermanently(c, right)
	}
	list, err := history.Of(c.ctx(), rd.db, &page.Article)
	if err != nil {
		return err
	}
	v := views.Changes{
		Page:     rd.frame(c.site, rd.text(c.site, "changes.of", "title", page.Title), changesPath(article), mainCategory(page)),
		Headline: page.Title, Article: article, Updates: presentUpdates(c.site, list, page.Corrections),
	}
	v.Language, v.Dir = articleLanguage(c.site, page.Language, page.Title)
	v.NoIndex = true
	return render(rd.pages, c, views.ChangesPage, v, sharedAnswer(http.StatusOK), dependsOn(newsroom.ArticleTag(page.ID)))
}

// redirectToChanges redirects from below an earlier address of an article to its page with
// the changes. path is the whole address.
func (rd *reading) redirectToChanges(c *request, base, path string) error {
	found, err := newsroom.Find(c.ctx(), rd.db, c.site, base)
	switch {
	case models.KindOf(err) == models.NotFound:
		return rd.showArticleAt(c, path)
	case err != nil:
		return err
	case found.Status == newsroom.Withdrawn:
		return rd.renderWithdrawn(c, found)
	}
	return redirectFor(c, !found.Guessed, changesPath(found.Path))
}

// correctionAnchor returns the id at the update that came with a correction.
func correctionAnchor(at models.Time) string {
	return "correction-" + strconv.FormatInt(at.UnixMicro(), 10)
}

// sameMoment is the most time between a correction and the update that it came with: the
// correction gets its date before the update is stored.
const sameMoment = time.Minute

// addAnchors gives each correction's id to the update that came with it.
func addAnchors(shown []changes.Update, list []newsroom.Correction) {
	for _, c := range list {
		nearest, least := -1, sameMoment
		for i := range shown {
			if d := shown[i].At.Sub(c.At.Time).Abs(); d < least {
				nearest, least = i, d
			}
		}
		if nearest >= 0 {
			shown[nearest].Anchors = append(shown[nearest].Anchors, correctionAnchor(c.At))
		}
	}
}

func presentUpdates(site *newsroom.Site, list []history.Change, corrections []newsroom.Correction) (shown []changes.Update) {
	ops := map[worddiff.Op]string{worddiff.Same: "same", worddiff.Gone: "gone", worddiff.New: "new"}
	for _, change := range list {
		update := changes.Update{At: inSiteZone(site, change.At.Time)}
		for _, d := range change.Differences {
			part := changes.Part{Field: d.Field}
			for _, words := range d.Words {
				part.Words = append(part.Words, changes.Words{Op: ops[words.Op], Text: words.Text})
			}
			update.Parts = append(update.Parts, part)
		}
		shown = append(shown, update)
	}
	addAnchors(shown, corrections)
	return shown
}

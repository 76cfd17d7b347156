package feeds

import (
	"context"
	"net/url"

	"broadsheet/models"
	"broadsheet/models/discussion"
	"broadsheet/models/feedstate"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/permalink"
	"broadsheet/models/newsroom/taxonomy"
	"broadsheet/models/newsroom/whole"
	"broadsheet/views"
)

// Maker makes feeds.
type Maker struct {
	DB      *models.DB
	Views   *views.Renderer // for texts of the interface
	BaseURL *url.URL
}

// Make loads a feed. It returns the error of the page that the feed belongs to:
// NotFound if there is none, Gone if the article was withdrawn.
func (m *Maker) Make(ctx context.Context, site *newsroom.Site, t Topic) (*Feed, error) {
	id, err := feedstate.ID(ctx, m.DB)
	if err != nil {
		return nil, err
	}
	f := &Feed{
		Topic: t, Base: m.BaseURL.String(), Publisher: line(site.Name), Language: site.Language,
		Tags: []models.CacheTag{models.SettingsTag, taxonomy.NavigationTag},
	}
	if t.HasHub() {
		f.Hub = site.FeedHub
	}
	w := &making{Maker: m, site: site, feed: f}
	switch t.Kind {
	case Comments:
		err = w.commentsOfSite(ctx)
	case OfArticle:
		err = w.commentsOfArticle(ctx)
	case OfCorrections:
		err = w.corrections(ctx)
	case OfComment:
		err = w.replies(ctx)
	case Breaking:
		err = w.breakingLines(ctx, id)
	default:
		err = w.list(ctx)
	}
	f.ID = "urn:broadsheet:feed:" + id + ":" + t.Name()
	if t.Kind == OfSearch {
		f.ID += "search:" + url.QueryEscape(f.below+f.query)
	}
	return f, err
}

// making is a feed that is being made.
type making struct {
	*Maker
	site *newsroom.Site
	feed *Feed
}

func (w *making) text(key string, values ...any) string {
	return line(w.Views.Text(w.site.Language, key, values...))
}

// on sets the page that the feed belongs to.
func (w *making) on(path string) { w.feed.Page, w.feed.below = path, path }

// list loads a feed of articles.
func (w *making) list(ctx context.Context) error {
	if s := w.feed.Topic.Search; s != nil {
		return w.search(ctx, s)
	}
	list, err := w.heading(ctx)
	if err != nil {
		return err
	}
	page, err := list.Page(ctx, w.DB, 1, w.site.FeedStories)
	if err != nil {
		return err
	}
	if w.feed.Topic.Kind == OfPeriod && page.Total == 0 {
		return models.Errorf(models.NotFound, "there are no articles of that date")
	}
	w.feed.Tags = append(w.feed.Tags, list.Tag())
	return w.addStories(ctx, idsOf(page.Teasers))
}

// heading sets title and page of a list of articles, and returns the list.
func (w *making) heading(ctx context.Context) (newsroom.List, error) {
	f, ref, name := w.feed, w.feed.Topic.Ref, ""
	var list newsroom.List
	switch f.Topic.Kind {
	case OfCategory:
		c := w.site.Categories.ByID(ref)
		if c == nil {
			return list, models.Errorf(models.NotFound, "there is no such category")
		}
		w.on(permalink.CategoryPath(c.Path))
		name, f.Subtitle = c.Name, c.Description
		list = newsroom.List{Kind: newsroom.CategoryArticles, Ref: ref}
	case OfTag:
		tag, err := taxonomy.TagByID(ctx, w.DB, ref)
		if err != nil {
			return list, err
		}
		w.on(permalink.TagPath(tag.Slug))
		name, list = tag.Name, newsroom.List{Kind: newsroom.TagArticles, Ref: ref}
	case OfAuthor:
		author, err := taxonomy.AuthorByID(ctx, w.DB, ref)
		if err != nil {
			return list, err
		}
		w.on(permalink.AuthorPath(author.Slug))
		name, f.Subtitle = author.Name, author.Bio
		list = newsroom.List{Kind: newsroom.AuthorArticles, Ref: ref}
	case OfPeriod:
		year, month, day := permalink.SplitPeriod(int(ref))
		w.on(permalink.PeriodPath(int(ref)))
		name, list = w.Views.Period(w.site.Language, year, month, day), newsroom.List{Period: int(ref)}
	default:
		w.on("/")
		f.Title, f.Subtitle = f.Publisher, line(w.site.Tagline)
		return list, nil
	}
	f.Title, f.Subtitle = w.text("feed.list", "name", name, "site", f.Publisher), line(f.Subtitle)
	return list, nil
}

// search loads the feed of a search.
func (w *making) search(ctx context.Context, s *Search) error {
	f := w.feed
	f.Page, f.below = s.Page, s.Path
	if s.Query != "" {
		f.query = "?" + s.Query
	}
	f.Title = w.text("feed.list", "name", s.Title, "site", f.Publisher)
	f.Tags = append(append(f.Tags, newsroom.SearchTag), s.Tags...)
	return w.addStories(ctx, s.IDs[:min(len(s.IDs), w.site.FeedStories)])
}

func idsOf(teasers []newsroom.Teaser) (ids []int64) {
	for i := range teasers {
		ids = append(ids, teasers[i].ID)
	}
	return ids
}

// addStories adds articles by number.
func (w *making) addStories(ctx context.Context, ids []int64) error {
	pages, err := whole.Load(ctx, w.DB, w.site, ids)
	for _, p := range pages {
		w.addStory(p)
	}
	return err
}

// publicArticle returns the article of a comment feed, as its page would.
func (w *making) publicArticle(ctx context.Context, id int64) (*newsroom.Article, error) {
	return newsroom.PublicByID(ctx, w.DB, id)
}

// commentOf returns the public comment that a feed lists the replies of.
func (w *making) commentOf(ctx context.Context) (*discussion.Comment, *newsroom.Article, error) {
	c, err := discussion.ByID(ctx, w.DB, w.feed.Topic.Ref)
	if err != nil {
		return nil, nil, err
	}
	a, err := w.publicArticle(ctx, c.ArticleID)
	if err == nil {
		err = discussion.RequireApproved(c)
	}
	return c, a, err
}

package feeds

import (
	"context"
	"strconv"
	"strings"

	"broadsheet/models"
	"broadsheet/models/discussion"
	"broadsheet/models/discussion/latest"
	"broadsheet/models/newsroom"
	"broadsheet/models/richtext"
	"broadsheet/views"
	"broadsheet/views/direction"
)

// commentsOfSite loads the feed of all comments.
func (w *making) commentsOfSite(ctx context.Context) error {
	f := w.feed
	f.Page, f.below = "/", "/comments/"
	f.Title = w.text("feed.comments", "site", f.Publisher)
	list, err := latest.OfSite(ctx, w.DB, w.site.FeedStories)
	if err != nil {
		return err
	}
	ids := make([]int64, 0, len(list))
	for i := range list {
		ids = append(ids, list[i].ArticleID)
	}
	articles, err := newsroom.PublicByIDs(ctx, w.DB, ids)
	if err != nil {
		return err
	}
	f.Tags = append(f.Tags, discussion.PublicTag, newsroom.ArticlesTag) // an article may come back with its comments
	for i := range list {
		if a := articles[list[i].ArticleID]; a != nil {
			w.addComment(&list[i], a, "feed.comment.on")
		}
	}
	return nil
}

// commentsOfArticle loads the feed of an article's comments.
func (w *making) commentsOfArticle(ctx context.Context) error {
	f := w.feed
	a, err := w.publicArticle(ctx, f.Topic.Ref)
	if err != nil {
		return err
	}
	w.on(w.site.ArticlePath(a))
	f.Title, f.Subtitle = w.text("feed.comments.on", "story", line(a.Title), "site", f.Publisher), line(a.Standfirst)
	f.Tags = append(f.Tags, newsroom.ArticleTag(a.ID))
	list, err := latest.OfArticle(ctx, w.DB, a.ID, w.site.FeedStories)
	for i := range list {
		w.addComment(&list[i], a, "feed.comment.by")
	}
	return err
}

// replies loads the feed of the replies to a comment.
func (w *making) replies(ctx context.Context) error {
	f := w.feed
	c, a, err := w.commentOf(ctx)
	if err != nil {
		return err
	}
	f.Page, f.below = CommentPath(c.ID)+"thread/", CommentPath(c.ID)
	f.Title = w.text("feed.replies", "author", line(c.Author), "story", line(a.Title))
	f.Tags = append(f.Tags, newsroom.ArticleTag(a.ID))
	list, err := latest.Replies(ctx, w.DB, c, w.site.FeedStories)
	for i := range list {
		w.addComment(&list[i], a, "feed.comment.by")
	}
	return err
}

// CommentGUID returns the GUID of a comment. Both of its parts stay the same when a
// site moves.
func CommentGUID(article string, comment int64) string {
	return article + "#comment-" + strconv.FormatInt(comment, 10)
}

// addComment adds a comment on an article. title is the message of its title.
func (w *making) addComment(c *latest.Comment, a *newsroom.Article, title string) {
	f, guid := w.feed, clean(a.GUID)
	item := Item{
		GUID: CommentGUID(guid, c.ID), URL: f.Base + CommentPath(c.ID), Language: a.Language,
		Title:   w.text(title, "author", line(c.Author), "story", line(a.Title)),
		Summary: line(richtext.Excerpt(richtext.PlainText(c.HTML), summaryRunes)),
		Authors: []Author{{Name: line(c.Author)}},
	}
	if item.Language == "" {
		item.Language = w.site.Language
	}
	text := richtext.PlainText(c.HTML)
	if item.Dir = direction.OfText(text); item.Dir == "" {
		item.Dir = views.DirOf(item.Language)
	}
	item.Published = c.CreatedAt.In(w.site.TimeZone).Truncate(second)
	item.Updated = item.Published
	if c.EditedAt.After(c.CreatedAt.Time) {
		item.Updated = c.EditedAt.In(w.site.TimeZone).Truncate(second)
	}
	article := f.Base + w.site.ArticlePath(a)
	item.InReplyTo = &Parent{guid, article}
	if c.ParentID != 0 {
		item.InReplyTo = &Parent{CommentGUID(guid, c.ParentID), f.Base + CommentPath(c.ParentID)}
	}
	item.HTML = w.absolute(strings.TrimSpace(c.HTML), article, &item, nil)
	f.Tags = append(f.Tags, newsroom.ArticleTag(a.ID))
	w.add(item)
	// A comment that was held becomes public later than it was written.
	if at := models.At(c.StateAt.Truncate(second)); at.After(f.newest) {
		f.newest = at.Time
	}
}

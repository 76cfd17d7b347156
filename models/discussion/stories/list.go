package stories

import (
	"context"
	"strings"

	"broadsheet/models"
	"broadsheet/models/discussion/moderation"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/taxonomy"
)

// Status selects articles by the state of their discussions.
type Status string

// The statuses. An article may have several of them.
const (
	Any          Status = ""
	Open         Status = "open"
	Closed       Status = "closed"
	Held         Status = "held" // has held comments
	Slow         Status = "slow"
	Premoderated Status = "premoderated"
)

// Statuses lists the statuses in the order they are shown.
var Statuses = []Status{Any, Open, Closed, Held, Slow, Premoderated}

// Filter selects public articles.
type Filter struct {
	Status   Status
	Words    string // parts of the headline's words, in any order; without a letter or digit they match nothing
	Category int64  // with all categories below it; 0 for all
	Within   moderation.Scope
	After    int64 // the last article of the page before
	Only     int64 // one article
}

// PageSize is the number of articles on a page.
const PageSize = 50

// maxWords is the number of words of a headline that are looked for.
const maxWords = 8

// Story is a public article with how its discussion stands.
type Story struct {
	*newsroom.Article
	Categories []int64 // in the article's order
	Reported   int     // comments, public or held
	Last       models.Time
}

// Page is one page of the list.
type Page struct {
	Stories []Story
	Next    int64 // the article after which the next page begins, 0 on the last
}

// List returns a page of the public articles, newest first. It makes six statements at
// most.
func List(ctx context.Context, r models.Queryer, site *newsroom.Site, now models.Time, f Filter) (*Page, error) {
	return f.page(ctx, r, site, now, PageSize)
}

// Find returns at most limit articles, newest first, for the choice of one.
func Find(ctx context.Context, r models.Queryer, site *newsroom.Site, now models.Time, f Filter, limit int) ([]Story, error) {
	p, err := f.page(ctx, r, site, now, limit)
	if err != nil {
		return nil, err
	}
	return p.Stories, nil
}

func (f Filter) page(ctx context.Context, r models.Queryer, site *newsroom.Site, now models.Time, limit int) (*Page, error) {
	ids, err := f.ids(ctx, r, site, now, limit+1)
	p := &Page{}
	if err != nil || len(ids) == 0 {
		return p, err
	}
	if len(ids) > limit {
		ids = ids[:limit]
		p.Next = ids[limit-1]
	}
	articles, err := newsroom.ByIDs(ctx, r, ids)
	if err != nil {
		return nil, err
	}
	byID := map[int64]*Story{}
	for _, id := range ids {
		// One of them may have been withdrawn since the statement before.
		if a := articles[id]; a != nil && a.Status == newsroom.Published {
			p.Stories = append(p.Stories, Story{Article: a})
		}
	}
	for i := range p.Stories {
		byID[p.Stories[i].ID] = &p.Stories[i]
	}
	return p, readAround(ctx, r, ids, byID)
}

// ids returns the articles that match, newest first.
func (f Filter) ids(ctx context.Context, r models.Queryer, site *newsroom.Site, now models.Time, limit int) ([]int64, error) {
	searched := words(f.Words)
	if len(searched) == 0 && strings.TrimSpace(f.Words) != "" {
		return nil, nil // only punctuation, which no headline is searched for
	}
	q := r.Query(ctx).Table("articles" + f.index(r.Dialect())).Where("status = 'published'")
	closed, args := closedNow(site, now)
	switch f.Status {
	case Open:
		q = q.Where("NOT "+closed, args...)
	case Closed:
		q = q.Where(closed, args...)
	case Held:
		q = q.Where("comments_hold > 0")
	case Slow:
		q = q.Where("comments_slow > 0")
	case Premoderated:
		q = q.Where("comment_status = 'premoderated'") // as in the condition of its index
	}
	for _, word := range searched {
		q = q.Where(`title_key LIKE ? ESCAPE '\'`, "%"+word+"%")
	}
	within := f.Within.Categories()
	if authors := f.Within.Authors(); authors != nil {
		within = nil
		q = q.Where("id IN (SELECT article_id FROM article_authors WHERE author_id IN ?)", authors)
	}
	for _, categories := range [][]int64{one(f.Category), within} {
		if categories != nil {
			q = q.Where("id IN (SELECT article_id FROM listings WHERE kind = ? AND ref IN ?)",
				newsroom.CategoryArticles, append([]int64{0}, categories...))
		}
	}
	if f.Only != 0 {
		q = q.Where("id = ?", f.Only)
	}
	if f.After != 0 {
		after, err := newsroom.ByID(ctx, r, f.After)
		if err != nil {
			return nil, err
		}
		q = q.Where("(published_at, id) < (?, ?)", after.PublishedAt, after.ID)
	}
	var ids []int64
	return ids, q.Order("published_at DESC, id DESC").Limit(limit).Pluck("id", &ids).Error
}

// index returns the clause with the index that SQLite reads. The articles of an author,
// or one article, are found by their numbers; any other list is read from the newest
// article on, and stops at the end of the page.
func (f Filter) index(d models.Dialect) string {
	switch {
	case f.Only != 0 || f.Within.Authors() != nil:
		return d.NotIndexed()
	case f.Status == Held:
		return d.IndexedBy("articles_held")
	case f.Status == Slow:
		return d.IndexedBy("articles_slow")
	case f.Status == Premoderated:
		return d.IndexedBy("articles_premoderated")
	}
	return d.IndexedBy("articles_policy")
}

// one returns a list of one ID, and nil for 0.
func one(id int64) []int64 {
	if id == 0 {
		return nil
	}
	return []int64{id}
}

// words returns the words of a search in the form of the stored headlines.
func words(text string) []string {
	list := strings.Fields(taxonomy.FoldTitle(text))
	return list[:min(len(list), maxWords)]
}

// closedNow returns the condition that the comments of an article are closed now. It
// says in SQL what [newsroom.Site.TakesComments] says.
func closedNow(site *newsroom.Site, now models.Time) (condition string, args []any) {
	condition = "(comment_status = 'closed' OR (comments_close IS NOT NULL AND comments_close <= ?)"
	args = []any{now}
	if site.CommentCloseAfter != 0 {
		condition += " OR (NOT comments_by_hand AND published_at <= ?)"
		args = append(args, models.At(now.AddDate(0, 0, -site.CommentCloseAfter)))
	}
	if site.CommentWho == models.NoCommenter {
		condition += " OR comments_who = ''"
	}
	return condition + ")", args
}

// readAround adds the sections, the reported comments and the time of the last comment.
func readAround(ctx context.Context, r models.Queryer, ids []int64, byID map[int64]*Story) error {
	var rows []struct {
		ArticleID, CategoryID int64
		Reported              int
		Last                  models.Time
	}
	err := r.Query(ctx).Raw(`SELECT article_id, category_id FROM article_categories
		WHERE article_id IN ? ORDER BY article_id, position`, ids).Scan(&rows).Error
	if err != nil {
		return err
	}
	for _, row := range rows {
		if s := byID[row.ArticleID]; s != nil {
			s.Categories = append(s.Categories, row.CategoryID)
		}
	}
	rows = nil
	err = r.Query(ctx).Raw(`SELECT article_id, COUNT(*) AS reported FROM comments`+r.Dialect().IndexedBy("comments_reported_article")+`
		WHERE reports > 0 AND state IN ('hold', 'approve') AND article_id IN ? GROUP BY article_id`, ids).Scan(&rows).Error
	if err != nil {
		return err
	}
	for _, row := range rows {
		if s := byID[row.ArticleID]; s != nil {
			s.Reported = row.Reported
		}
	}
	rows = nil
	err = r.Query(ctx).Raw(`SELECT id AS article_id,
		(SELECT MAX(created_at) FROM comments WHERE article_id = articles.id AND state = 'approve') AS last
		FROM articles WHERE id IN ?`, ids).Scan(&rows).Error
	for _, row := range rows {
		if s := byID[row.ArticleID]; s != nil {
			s.Last = row.Last
		}
	}
	return err
}

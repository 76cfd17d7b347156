package search

import (
	"context"
	"time"

	"broadsheet/models"
	"broadsheet/models/newsroom"
	"broadsheet/models/richtext"
)

// MaxQueryBytes limits a query. The rest of a longer one is ignored.
const MaxQueryBytes = 400

// Order is the order of hits.
type Order int

// The orders of hits.
const (
	Best   Order = iota // the best match first
	Newest              // by the date in the address
)

// Query is a search of the public articles.
type Query struct {
	Text             string // see [terms.ParseQuery]
	Category, Author int64  // 0 for all; a category includes those below it
	// From and To are the first and the last day, zero for no limit. Their year, month
	// and day are compared with the date in an article's address.
	From, To        time.Time
	Order           Order
	Number, PerPage int // of the page, from 1
}

// Part is a piece of a text. Mark means that it is a word of the query.
type Part struct {
	Text string
	Mark bool
}

// Hit is an article that was found.
type Hit struct {
	newsroom.Teaser
	TitleParts []Part // the title
	Snippet    []Part // of the text, may be empty
}

// Result is one page of the hits of a query.
type Result struct {
	Hits    []Hit
	Number  int // of the page
	Last    int // number of the last page, at least 1
	Total   int
	AtLeast bool // there are more than Total; pages end with Total
	// NoWords means that the query has no word to look for: it is empty, or has only
	// punctuation or words with a minus.
	NoWords bool
	// Nearest are queries to try where nothing was found, the best first. Each
	// finds something with the same filters.
	Nearest []string
}

// DependsOn returns the cache tags of the page.
func (r *Result) DependsOn() []models.CacheTag {
	teasers := make([]newsroom.Teaser, len(r.Hits))
	for i := range r.Hits {
		teasers[i] = r.Hits[i].Teaser
	}
	return append(newsroom.Listed(teasers), newsroom.SearchTag)
}

// Find returns a page of the hits of a query. Any text is a query. A page after the
// last one is a NotFound error; the first page always exists.
func Find(ctx context.Context, r models.Queryer, site *newsroom.Site, q Query) (*Result, error) {
	result := &Result{Number: q.Number, Last: 1}
	noPage := models.Errorf(models.NotFound, "there is no page %d", q.Number)
	if q.Number < 1 {
		return nil, noPage
	}
	asked, err := ask(ctx, r, site, q)
	if err != nil {
		return nil, err
	}
	if asked == nil {
		result.NoWords = true
		if q.Number > 1 {
			return nil, noPage
		}
		return result, nil
	}
	found, all, err := asked.candidates(ctx, r, q.Number*q.PerPage)
	if err != nil {
		return nil, err
	}
	result.Total, result.AtLeast = len(found), !all
	result.Last = max(1, (len(found)+q.PerPage-1)/q.PerPage)
	if q.Number > result.Last {
		return nil, noPage
	}
	if len(found) == 0 {
		result.Nearest, err = asked.nearest(ctx, r)
		return result, err
	}
	first := (q.Number - 1) * q.PerPage
	result.Hits, err = asked.load(ctx, r, found[first:min(first+q.PerPage, len(found))])
	return result, err
}

// load reads the articles of hits and cuts their snippets.
func (a *asked) load(ctx context.Context, r models.Queryer, found []candidate) ([]Hit, error) {
	ids := make([]int64, len(found))
	for i, f := range found {
		ids[i] = f.Article
	}
	list, texts, err := a.read(ctx, r, ids)
	if err != nil {
		return nil, err
	}
	byID := map[int64]*newsroom.Teaser{}
	for i := range list {
		byID[list[i].ID] = &list[i]
	}
	var hits []Hit
	for _, id := range ids {
		t := byID[id]
		if t == nil {
			continue
		}
		w := a.marker(t.Language)
		hits = append(hits, Hit{Teaser: *t, TitleParts: w.title(t.Title), Snippet: w.snippet(t.Standfirst, texts[id])})
	}
	return hits, nil
}

// read returns the teasers and the texts of those articles that are public. One of
// them may have been withdrawn since the statement before, which read the index.
func (a *asked) read(ctx context.Context, r models.Queryer, ids []int64) ([]newsroom.Teaser, map[int64]string, error) {
	if len(ids) == 0 {
		return nil, nil, nil
	}
	marks, args := placeholders(ids)
	list, err := newsroom.ReadTeasers(ctx, r, `SELECT `+newsroom.TeaserColumns+` FROM articles a LEFT JOIN media m ON m.id = a.picture_id
		WHERE a.status = 'published' AND a.id IN (`+marks+`)`, args...)
	if err != nil {
		return nil, nil, err
	}
	texts := map[int64]string{}
	rows, err := models.QueryRows(ctx, r, "SELECT article_id, SUBSTR(html, 1, ?) FROM article_bodies WHERE article_id IN ("+marks+")",
		append([]any{snippetReads}, args...)...)
	if err != nil {
		return nil, nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var id int64
		var html string
		if err := rows.Scan(&id, &html); err != nil {
			return nil, nil, err
		}
		texts[id] = richtext.PlainText(html)
	}
	return list, texts, rows.Err()
}

// snippetReads is how many characters of a body are read for a snippet.
const snippetReads = 100_000

func placeholders(ids []int64) (marks string, args []any) {
	for i, id := range ids {
		if i > 0 {
			marks += ", "
		}
		marks += "?"
		args = append(args, id)
	}
	return marks, args
}

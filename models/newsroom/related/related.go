package related

import (
	"cmp"
	"context"
	"math"
	"slices"
	"strconv"
	"strings"

	"broadsheet/models"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/relatedsets"
)

// How many of an article's tags count, and on how many articles.
const (
	maxTags        = 8   // the first ones of an article
	maxTagArticles = 100 // a tag on more public articles is ignored
)

// Query asks for the articles related to one article.
type Query struct {
	ArticleID   int64
	PublishedAt models.Time // of that article
	Categories  []int64     // by position, the main one first
	Tags        []int64     // by position
	Count       int         // at most this many are returned
	Now         models.Time // ages are counted from here; the choice does not depend on it
}

// QueryFor returns the query for the articles related to the article of a page.
func QueryFor(p *newsroom.Page, site *newsroom.Site, now models.Time) Query {
	return Query{
		ArticleID: p.ID, PublishedAt: p.PublishedAt, Now: now,
		Categories: p.CategoryIDs(), Tags: p.TagIDs(), Count: site.RelatedCount,
	}
}

// DependsOn returns the cache tags of the choice: the lists of the categories
// and tags that count.
func (q Query) DependsOn(site *newsroom.Site) []models.CacheTag {
	var tags []models.CacheTag
	for _, m := range relatedsets.Features(site.Categories, q.Categories) {
		tags = append(tags, newsroom.List{Kind: newsroom.CategoryArticles, Ref: m.ID}.Tag())
	}
	for _, id := range q.Tags[:min(len(q.Tags), maxTags)] {
		tags = append(tags, newsroom.List{Kind: newsroom.TagArticles, Ref: id}.Tag())
	}
	return tags
}

// Article is a related article with the reason for the choice.
type Article struct {
	newsroom.Teaser
	Why Why
}

// Why explains a choice to editors. The score is the sum of the weights of the
// shared terms, times the age factor.
type Why struct {
	Pinned           bool // by an editor; the score may then be 0
	SharedCategories []TermWeight
	SharedParents    []TermWeight
	SharedTags       []TermWeight
	AgeFactor        float64 // 1 at publication; halves with every half-life
	Score            float64
}

// TermWeight is a category or tag and the weight that it adds when it is shared:
// its own, or half of it for a parent.
type TermWeight struct {
	ID     int64
	Weight float64
}

// Find returns the articles related to an article, in one statement. Those that
// an editor has pinned come first, then the others by score, highest first:
//
//	(Σ weights of shared categories, of parents by half, and of tags) × 2^(−age / half-life)
//
// Among equal scores the newer article comes first, then the higher id. The
// result never contains the article itself, articles that its body links to,
// articles that an editor has barred, or unpublished ones; this also applies to
// pinned articles.
//
// # Why this is exact and fast
//
// related_sets lists the articles that have all features of a set, newest first,
// for each closed set (see [relatedsets.Closed]). The features that a candidate
// shares with the article are one of the article's own closed sets: 80 at most,
// usually 1 to 7. In the list of a set each article shares at least that set.
// So an article with Count eligible articles before it in the list cannot be
// among the best Count, and reading the newest Count of each set is enough. An
// article that is in two of these lists shares the larger set.
//
// Articles that share a tag come from the tag's list, which has at most
// maxTagArticles entries. The statement reads only its newer part: articles
// older than the horizon would not reach the Count-th best of the sets even if
// they shared everything.
//
// The statement ranks with an approximate logarithm (see log2Below). It returns
// each candidate that the error could hide, and the exact order is computed here.
func Find(ctx context.Context, r models.Queryer, site *newsroom.Site, q Query) ([]Article, error) {
	if q.Count <= 0 {
		return nil, nil
	}
	s := newSearch(site, q)
	text, args := s.statement()
	rows, err := models.QueryRows(ctx, r, text, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []ranked
	for rows.Next() {
		var row candidate
		if err := rows.Scan(row.Targets(&row.mask, &row.pin, &row.sharedTags)...); err != nil {
			return nil, err
		}
		list = append(list, s.explain(row))
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	slices.SortFunc(list, compareRanked)
	articles := make([]Article, min(len(list), q.Count))
	for i := range articles {
		articles[i] = list[i].Article
	}
	return articles, nil
}

// candidate is one row of the statement.
type candidate struct {
	newsroom.Teaser
	mask       int64   // bits of the shared features
	sharedTags *string // "id weight id weight …", nil for none
	pin        *int    // position among the pinned
}

// search is a query with the values that are computed before the database is
// asked.
type search struct {
	Query
	features []relatedsets.Feature
	halfLife float64 // in microseconds, the unit of stored times
}

func newSearch(site *newsroom.Site, q Query) search {
	features := relatedsets.Features(site.Categories, q.Categories)
	q.Tags = q.Tags[:min(len(q.Tags), maxTags)]
	if q.PublishedAt.IsZero() { // a draft: any fixed time will do
		q.PublishedAt = models.FromMicros(0)
	}
	return search{q, features, float64(site.RelatedHalfLife.Microseconds())}
}

// ranked is a candidate with its sort keys.
type ranked struct {
	Article
	pin  int   // position among the pinned, or notPinned
	rank int64 // log2 of the score at the article's own time, in billionths
}

const notPinned = math.MaxInt

// explain computes a candidate's score and rank. The rank is the logarithm of
// the score, because the score of a very old article underflows. It is rounded to
// billionths, so that equal scores are equal in whichever order they were summed.
func (s search) explain(row candidate) ranked {
	why := Why{SharedTags: parseTermWeights(row.sharedTags)}
	sum := 0.0
	for i, m := range s.features {
		if row.mask&(1<<i) == 0 {
			continue
		}
		sum += m.Weight
		if m.Parent {
			why.SharedParents = append(why.SharedParents, TermWeight{m.ID, m.Weight})
		} else {
			why.SharedCategories = append(why.SharedCategories, TermWeight{m.ID, m.Weight})
		}
	}
	for _, t := range why.SharedTags {
		sum += t.Weight
	}
	halfLives := func(from models.Time) float64 {
		return float64(row.PublishedAt.UnixMicro()-from.UnixMicro()) / s.halfLife
	}
	why.AgeFactor = math.Exp2(halfLives(s.Now))
	why.Score = sum * why.AgeFactor
	r := ranked{Article: Article{row.Teaser, why}, pin: notPinned}
	r.rank = int64(math.Round((math.Log2(max(sum, math.SmallestNonzeroFloat64)) + halfLives(s.PublishedAt)) * 1e9))
	if row.pin != nil {
		r.pin, r.Why.Pinned = *row.pin, true
	}
	return r
}

func compareRanked(a, b ranked) int {
	return cmp.Or(
		cmp.Compare(a.pin, b.pin),
		cmp.Compare(b.rank, a.rank),
		b.PublishedAt.Compare(a.PublishedAt.Time),
		cmp.Compare(b.ID, a.ID),
	)
}

// parseTermWeights parses the column shared_tags of the statement.
func parseTermWeights(text *string) []TermWeight {
	if text == nil {
		return nil
	}
	words := strings.Fields(*text)
	var list []TermWeight
	for i := 0; i+1 < len(words); i += 2 {
		id, _ := strconv.ParseInt(words[i], 10, 64) // the statement wrote it
		weight, _ := strconv.ParseFloat(words[i+1], 64)
		list = append(list, TermWeight{id, weight})
	}
	slices.SortFunc(list, func(a, b TermWeight) int { return cmp.Compare(a.ID, b.ID) })
	return list
}

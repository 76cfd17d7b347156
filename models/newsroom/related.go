package newsroom

import (
	"cmp"
	"context"
	"math"
	"slices"
	"strconv"
	"strings"

	"broadsheet/models"
)

// RelatedQuery says for which article related stories are wanted.
type RelatedQuery struct {
	ArticleID   int64
	PublishedAt models.Time // the article's own
	Categories  []int64     // by position, the main one first
	Tags        []int64     // by position
	Count       int         // at most this many stories
	Now         models.Time // what ages count from; the choice does not depend on it
}

// RelatedQuery asks for the stories related to the page's article.
func (p *Page) RelatedQuery(site *Site, now models.Time) RelatedQuery {
	return RelatedQuery{
		ArticleID: p.ID, PublishedAt: p.PublishedAt, Now: now,
		Categories: p.CategoryIDs(), Tags: p.TagIDs(), Count: site.RelatedCount,
	}
}

// RelatedArticle is a related story and why it was chosen.
type RelatedArticle struct {
	Teaser
	Why RelatedWhy
}

// RelatedWhy explains a choice to editors: the score is the sum of what the
// shared terms add, times the age factor.
type RelatedWhy struct {
	Pinned           bool // by an editor; then the score may be 0
	SharedCategories []TermWeight
	SharedParents    []TermWeight
	SharedTags       []TermWeight
	AgeFactor        float64 // halves with every half-life since publication
	Score            float64
}

// TermWeight is a section or tag and what sharing it adds: its weight, or
// half of it for a parent.
type TermWeight struct {
	ID     int64
	Weight float64
}

// Related returns the stories related to an article, in one statement: first
// those an editor has pinned, then the highest scores
//
//	(Σ weights of shared categories, parents by half, and tags) × 2^(−age / half-life)
//
// with the newer, then the later entered one first among equals. Never among
// them are the article itself, stories its body links to, barred and
// unpublished ones, also when they are pinned.
//
// # Why this is exact and still quick
//
// related_sets lists, newest first, the stories that have all marks of a set
// (see marksOf), for each set that is closed under "has the section, so has
// its parent". What a candidate shares with the article is one of the
// article's own closed sets, at most 80 and mostly 1 to 7. Within one set's
// list every story shares at least as much as the set says, so one that has
// Count eligible stories before it cannot be among the first Count: the
// newest Count of each set are all that sections can bring. If the newest of
// two lists hold the same story, the larger set is what it shares.
//
// Stories that share a tag come from the tag's list, which is at most
// maxTagArticles long; of it only the part is read that is new enough to
// beat the Count-th best of the sets even if it shared everything.
//
// The statement ranks a little roughly (see log2Below) and returns whatever
// its roughness cannot rule out; the order is decided here.
func Related(ctx context.Context, r models.Queryer, site *Site, q RelatedQuery) ([]RelatedArticle, error) {
	if q.Count <= 0 {
		return nil, nil
	}
	s := newRelatedSearch(site, q)
	text, args := s.statement()
	rows, err := models.QueryRows(ctx, r, text, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []rankedArticle
	for rows.Next() {
		var row relatedRow
		if err := rows.Scan(append(row.Teaser.fields(), &row.Mask, &row.Pin, &row.SharedTags)...); err != nil {
			return nil, err
		}
		list = append(list, s.explain(row))
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	slices.SortFunc(list, compareRanked)
	stories := make([]RelatedArticle, min(len(list), q.Count))
	for i := range stories {
		stories[i] = list[i].RelatedArticle
	}
	return stories, nil
}

// relatedRow is one row of the statement.
type relatedRow struct {
	Teaser
	Mask       int64   // bits of the marks it shares
	SharedTags *string // "id weight id weight …", nil for none
	Pin        *int    // position among the pinned
}

// relatedSearch is a query with what is known before the database is asked.
type relatedSearch struct {
	RelatedQuery
	marks    []mark
	halfLife float64 // in microseconds, the unit of stored times
}

func newRelatedSearch(site *Site, q RelatedQuery) relatedSearch {
	marks := marksOf(site.Categories, q.Categories)
	q.Tags = q.Tags[:min(len(q.Tags), relatedTags)]
	if q.PublishedAt.IsZero() { // a draft; any time will do to count from
		q.PublishedAt = models.FromMicros(0)
	}
	return relatedSearch{q, marks, float64(site.RelatedHalfLife.Microseconds())}
}

// rankedArticle is a candidate with what its place depends on.
type rankedArticle struct {
	RelatedArticle
	pin  int   // position among the pinned, or notPinned
	rank int64 // log2 of the score at the article's own time, in billionths
}

const notPinned = math.MaxInt

// explain works out a candidate's score. The rank is its logarithm, which
// does not underflow for a story a century old, in whole billionths, so that
// equal scores are equal however they were summed up.
func (s relatedSearch) explain(row relatedRow) rankedArticle {
	why := RelatedWhy{SharedTags: parseTermWeights(row.SharedTags)}
	sum := 0.0
	for i, m := range s.marks {
		if row.Mask&(1<<i) == 0 {
			continue
		}
		sum += m.weight
		if m.kind == 'C' {
			why.SharedCategories = append(why.SharedCategories, TermWeight{m.id, m.weight})
		} else {
			why.SharedParents = append(why.SharedParents, TermWeight{m.id, m.weight})
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
	ranked := rankedArticle{RelatedArticle: RelatedArticle{row.Teaser, why}, pin: notPinned}
	ranked.rank = int64(math.Round((math.Log2(max(sum, math.SmallestNonzeroFloat64)) + halfLives(s.PublishedAt)) * 1e9))
	if row.Pin != nil {
		ranked.pin, ranked.Why.Pinned = *row.Pin, true
	}
	return ranked
}

func compareRanked(a, b rankedArticle) int {
	return cmp.Or(
		cmp.Compare(a.pin, b.pin),
		cmp.Compare(b.rank, a.rank),
		b.PublishedAt.Compare(a.PublishedAt.Time),
		cmp.Compare(b.ID, a.ID),
	)
}

// parseTermWeights reads what the statement has strung together.
func parseTermWeights(text *string) []TermWeight {
	if text == nil {
		return nil
	}
	words := strings.Fields(*text)
	var list []TermWeight
	for i := 0; i+1 < len(words); i += 2 {
		id, _ := strconv.ParseInt(words[i], 10, 64) // our own writing
		weight, _ := strconv.ParseFloat(words[i+1], 64)
		list = append(list, TermWeight{id, weight})
	}
	slices.SortFunc(list, func(a, b TermWeight) int { return cmp.Compare(a.ID, b.ID) })
	return list
}

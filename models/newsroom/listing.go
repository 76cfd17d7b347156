package newsroom

import (
	"context"
	"slices"
	"strings"
	"time"

	"broadsheet/models"
	"broadsheet/models/newsroom/taxonomy"

	"gorm.io/gorm"
)

// ListKind tells the lists of stories apart.
type ListKind int

// The kinds of list, as stored.
const (
	AllArticles ListKind = iota
	CategoryArticles
	TagArticles
	AuthorArticles
)

// listRef is one list: a kind and, but for AllArticles, whose list it is.
type listRef struct {
	kind ListKind
	ref  int64
}

// lists returns every list a placement stands in: a section's story also
// stands in the sections above it.
func (p *articleTerms) lists(sections *taxonomy.Categories) []listRef {
	refs := []listRef{{AllArticles, 0}}
	seen := map[int64]bool{}
	add := func(id int64) {
		if !seen[id] {
			seen[id] = true
			refs = append(refs, listRef{CategoryArticles, id})
		}
	}
	for _, c := range p.categories {
		add(c.ID)
		// The section may be newer than the snapshot; its parents are found
		// by its own link first.
		for up := c; up.ParentID != nil; {
			add(*up.ParentID)
			if up = sections.ByID(*up.ParentID); up == nil {
				break
			}
		}
	}
	for _, t := range p.tags {
		refs = append(refs, listRef{TagArticles, t.ID})
	}
	for _, a := range p.authors {
		refs = append(refs, listRef{AuthorArticles, a.ID})
	}
	return refs
}

// listKey is where a story stands in a list: the date in its address.
func listKey(a *Article) models.Time {
	t, err := time.Parse(LocalTimeLayout, a.LocalTime)
	if err != nil {
		return a.PublishedAt
	}
	return models.At(t)
}

// periods returns the year, month and day of a list key, and 0 for all.
func periods(t models.Time) []int {
	y, m, d := t.Year(), int(t.Month()), t.Day()
	return []int{0, y, y*100 + m, (y*100+m)*100 + d}
}

// listing is where a published article stands in the lists: which lists, in
// the order of its sections and tags, and when.
type listing struct {
	refs        []listRef
	key         models.Time
	publishedAt models.Time
}

func (s *listing) equal(other *listing) bool {
	return s != nil && other != nil && slices.Equal(s.refs, other.refs) && s.key.Equal(other.key.Time) && s.publishedAt.Equal(other.publishedAt.Time)
}

// touch announces the lists, by the tags their pages carry.
func (s *listing) touch(tx *models.Tx) {
	if s == nil {
		return
	}
	for _, l := range s.refs {
		tx.Touch(l.tag())
	}
	for _, p := range periods(s.key)[1:] {
		tx.Touch(List{Period: p}.Tag())
	}
}

const insertListings = "INSERT INTO listings (kind, ref, published_at, article_id) VALUES "

// addToLists enters a published article in every list and count it belongs to.
// Its caller announces where it stands.
func addToLists(ctx context.Context, tx *models.Tx, a *Article, pl *articleTerms, site *Site) (*listing, error) {
	sections, err := categoriesFor(ctx, tx, pl, site)
	if err != nil {
		return nil, err
	}
	refs, key := pl.lists(sections), listKey(a)
	var args []any
	for _, l := range refs {
		args = append(args, l.kind, l.ref, key, a.ID)
	}
	if err := tx.Query(ctx).Exec(insertListings+tuples(len(refs), 4), args...).Error; err != nil {
		return nil, err
	}
	if err := addToCounts(ctx, tx, refs, key, pl, +1); err != nil {
		return nil, err
	}
	return &listing{refs, key, a.PublishedAt}, IndexRelated(ctx, tx, a.ID, a.PublishedAt, pl.categoryIDs(), sections)
}

// removeFromLists takes an article out of every list and count it was entered in.
// Its caller announces where it stood.
func removeFromLists(ctx context.Context, tx *models.Tx, a *Article, pl *articleTerms, site *Site) (*listing, error) {
	sections, err := categoriesFor(ctx, tx, pl, site)
	if err != nil {
		return nil, err
	}
	refs, key := pl.lists(sections), listKey(a)
	for _, l := range refs {
		err := tx.Query(ctx).Exec("DELETE FROM listings WHERE kind = ? AND ref = ? AND published_at = ? AND article_id = ?",
			l.kind, l.ref, key, a.ID).Error
		if err != nil {
			return nil, err
		}
	}
	if err := addToCounts(ctx, tx, refs, key, pl, -1); err != nil {
		return nil, err
	}
	return &listing{refs, key, a.PublishedAt}, unindexRelated(ctx, tx, a.ID, a.PublishedAt, pl.categoryIDs(), sections)
}

// categoriesFor returns a tree that knows every category of the placement.
func categoriesFor(ctx context.Context, tx *models.Tx, pl *articleTerms, site *Site) (*taxonomy.Categories, error) {
	for _, c := range pl.categories {
		if site.Categories.ByID(c.ID) == nil {
			fresh, err := taxonomy.LoadCategories(ctx, tx)
			if err == nil {
				site.Categories = fresh
			}
			return fresh, err
		}
	}
	return site.Categories, nil
}

// addToCounts adds by to the counts of the lists and of the categories and tags.
func addToCounts(ctx context.Context, tx *models.Tx, refs []listRef, key models.Time, pl *articleTerms, by int) error {
	var args []any
	for _, l := range refs {
		for _, p := range periods(key) {
			args = append(args, l.kind, l.ref, p, by)
		}
	}
	err := addCounts(ctx, tx, args)
	if err != nil {
		return err
	}
	if ids := pl.categoryIDs(); len(ids) > 0 {
		err = tx.Query(ctx).Model(&taxonomy.Category{}).Where("id IN ?", ids).
			UpdateColumn("own_stories", gorm.Expr("own_stories + ?", by)).Error
	}
	if err == nil && len(pl.tags) > 0 {
		var ids []int64
		for _, t := range pl.tags {
			ids = append(ids, t.ID)
		}
		err = tx.Query(ctx).Model(&taxonomy.Tag{}).Where("id IN ?", ids).
			UpdateColumn("stories", gorm.Expr("stories + ?", by)).Error
	}
	return err
}

// addCounts adds to the counts of lists: args are kind, ref, period and how
// many, by turns.
func addCounts(ctx context.Context, tx *models.Tx, args []any) error {
	return tx.Query(ctx).Exec(`INSERT INTO listing_counts (kind, ref, period, stories) VALUES `+tuples(len(args)/4, 4)+`
		ON CONFLICT (kind, ref, period) DO UPDATE SET stories = listing_counts.stories + excluded.stories`, args...).Error
}

func (l listRef) tag() models.CacheTag {
	switch l.kind {
	case CategoryArticles:
		return taxonomy.CategoryTag(l.ref)
	case TagArticles:
		return topicTags.Of(l.ref)
	case AuthorArticles:
		return taxonomy.AuthorTag(l.ref)
	default:
		return ArticlesTag
	}
}

// tuples returns n groups of width placeholders for a multi-row INSERT.
func tuples(n, width int) string {
	one := "(" + strings.TrimSuffix(strings.Repeat("?, ", width), ", ") + ")"
	return strings.TrimSuffix(strings.Repeat(one+", ", n), ", ")
}

package newsroom

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"

	"broadsheet/models"
	"broadsheet/models/newsroom/taxonomy"
)

// maxRelatedCategories is how many of an article's categories count when
// articles are related: the first ones, without Uncategorized.
const maxRelatedCategories = 4

// RelatedMark is one thing that two articles can share by their categories: a
// category itself, or the parent of one. Being in a category and being in a
// child of it are two different marks.
type RelatedMark struct {
	Parent bool // the parent of a category of the article, not a category of it
	ID     int64
	Weight float64 // added to the score when shared; half the category's weight for a parent

	parent  int64 // of a category: its parent, 0 for none that counts
	implied int64 // bit of the parent's mark: two articles that share a category share its parent
}

// RelatedMarks returns the marks of an article in a fixed order. categories are
// the article's own by position. The mark at index i has the bit 1<<i in a
// [RelatedSet].
func RelatedMarks(tree *taxonomy.Categories, categories []int64) []RelatedMark {
	var own, parents []RelatedMark
	id := func(m RelatedMark) int64 { return m.ID }
	for _, categoryID := range categories {
		c := tree.ByID(categoryID)
		if c == nil || c.Path == taxonomy.UncategorizedSlug || len(own) == maxRelatedCategories {
			continue
		}
		m := RelatedMark{ID: c.ID, Weight: c.Weight}
		if p := tree.Parent(c); p != nil && p.Path != taxonomy.UncategorizedSlug {
			m.parent = p.ID
			parents = appendNew(parents, RelatedMark{Parent: true, ID: p.ID, Weight: p.Weight / 2}, id)
		}
		own = appendNew(own, m, id)
	}
	byID := func(a, b RelatedMark) int { return cmp.Compare(a.ID, b.ID) }
	slices.SortFunc(own, byID)
	slices.SortFunc(parents, byID)
	for i, m := range own {
		if at := slices.IndexFunc(parents, func(p RelatedMark) bool { return p.ID == m.parent }); at >= 0 {
			own[i].implied = 1 << (len(own) + at)
		}
	}
	return append(own, parents...)
}

// RelatedSet is a set of an article's marks: their bits, and the key in
// related_sets of all articles that have these marks.
type RelatedSet struct {
	Bits int64
	Key  string
}

// ClosedSets returns each non-empty set of the marks that contains, with a
// category, the mark of its parent. The marks that two articles share are always
// such a set. The most there can be is 80, with four categories below four
// parents.
func ClosedSets(marks []RelatedMark) []RelatedSet {
	var sets []RelatedSet
	for bits := int64(1); bits < 1<<len(marks); bits++ {
		if key, ok := setKey(marks, bits); ok {
			sets = append(sets, RelatedSet{bits, key})
		}
	}
	return sets
}

// setKey returns the key of a set: kind and id of each mark in order, such as
// C7C1bP4, with ids in base 36. A parent that a category implies is left out. ok
// is false for a set that is not closed.
func setKey(marks []RelatedMark, bits int64) (key string, ok bool) {
	var implied int64
	for i, m := range marks {
		if bits&(1<<i) != 0 {
			implied |= m.implied
		}
	}
	if implied&^bits != 0 {
		return "", false
	}
	var b strings.Builder
	for i, m := range marks {
		if (bits&^implied)&(1<<i) == 0 {
			continue
		}
		kind := byte('C')
		if m.Parent {
			kind = 'P'
		}
		b.WriteByte(kind)
		b.WriteString(strconv.FormatInt(m.ID, 36))
	}
	return b.String(), true
}

// SingleMarkSet returns the bit of the mark at index i, and the key of the
// smallest closed set with it: an article is listed there if it has the mark.
func SingleMarkSet(marks []RelatedMark, i int) RelatedSet {
	key, _ := setKey(marks, int64(1)<<i|marks[i].implied)
	return RelatedSet{1 << i, key}
}

const insertRelatedSets = "INSERT INTO related_sets (set_key, published_at, article_id) VALUES "

// IndexRelated enters a published article in related_sets, once for each set of
// its marks. categories are in order of position, and tree must know them all.
func IndexRelated(
	ctx context.Context, tx *models.Tx, articleID int64, publishedAt models.Time, categories []int64, tree *taxonomy.Categories,
) error {
	sets := ClosedSets(RelatedMarks(tree, categories))
	if len(sets) == 0 {
		return nil
	}
	args := make([]any, 0, 3*len(sets))
	for _, s := range sets {
		args = append(args, s.Key, publishedAt, articleID)
	}
	return tx.Query(ctx).Exec(insertRelatedSets+tuples(len(sets), 3), args...).Error
}

// unindexRelated deletes the rows that IndexRelated inserted for the same
// arguments.
func unindexRelated(
	ctx context.Context, tx *models.Tx, articleID int64, publishedAt models.Time, categories []int64, tree *taxonomy.Categories,
) error {
	sets := ClosedSets(RelatedMarks(tree, categories))
	if len(sets) == 0 {
		return nil
	}
	keys := make([]string, len(sets))
	for i, s := range sets {
		keys[i] = s.Key
	}
	return tx.Query(ctx).Exec("DELETE FROM related_sets WHERE set_key IN ? AND published_at = ? AND article_id = ?",
		keys, publishedAt, articleID).Error
}

package newsroom

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"

	"broadsheet/models"
)

// How much of an article counts when stories are related.
const (
	relatedCategories = 4   // the first ones, without Uncategorized
	relatedTags       = 8   // the first ones
	maxTagArticles    = 100 // a tag on more public stories relates nothing
)

// mark is one thing that two stories can have in common by their sections:
// a section itself or the one above it. Naming a section is something else
// than naming one below it, so the same section gives two different marks.
type mark struct {
	kind   byte // 'C' for a section of the story, 'P' for the parent of one
	id     int64
	parent int64   // number of the section above a 'C', 0 for none that counts
	needs  int64   // the bit of that parent's mark: who shares a section shares its parent
	weight float64 // what sharing it adds to the sum
}

// marksOf returns the marks of an article that stands in the categories, in
// a fixed order. A mark's bit in a set is 1 shifted by its place.
func marksOf(sections *Categories, categories []int64) []mark {
	var own, above []mark
	for _, id := range categories {
		c := sections.ByID(id)
		if c == nil || c.Path == UncategorizedSlug || len(own) == relatedCategories {
			continue
		}
		m := mark{kind: 'C', id: c.ID, weight: c.Weight}
		if p := sections.Parent(c); p != nil && p.Path != UncategorizedSlug {
			m.parent = p.ID
			above = appendNew(above, mark{kind: 'P', id: p.ID, weight: p.Weight / 2}, markID)
		}
		own = appendNew(own, m, markID)
	}
	byID := func(a, b mark) int { return cmp.Compare(a.id, b.id) }
	slices.SortFunc(own, byID)
	slices.SortFunc(above, byID)
	for i, m := range own {
		if place := slices.IndexFunc(above, func(p mark) bool { return p.id == m.parent }); place >= 0 {
			own[i].needs = 1 << (len(own) + place)
		}
	}
	return append(own, above...)
}

func markID(m mark) int64 { return m.id }

// markSet is some of an article's marks: their bits, and the key under which
// every story that has them all is found.
type markSet struct {
	bits int64
	key  string
}

// closedSets returns every set of the marks that is not empty and holds, with
// each section, the mark of its parent. Whatever two stories share is such a
// set. Four sections with a parent each give the most: 80.
func closedSets(marks []mark) []markSet {
	var sets []markSet
	for bits := int64(1); bits < 1<<len(marks); bits++ {
		if key, ok := setKey(marks, bits); ok {
			sets = append(sets, markSet{bits, key})
		}
	}
	return sets
}

// setKey writes a set down: kind and number of each mark in order, such as
// C7C1bP4, numbers in base 36. A parent whose child is in the set goes
// without saying. ok is false for a set that is not closed.
func setKey(marks []mark, bits int64) (key string, ok bool) {
	var implied int64
	for i, m := range marks {
		if bits&(1<<i) != 0 {
			implied |= m.needs
		}
	}
	if implied&^bits != 0 {
		return "", false
	}
	var b strings.Builder
	for i, m := range marks {
		if (bits&^implied)&(1<<i) != 0 {
			b.WriteByte(m.kind)
			b.WriteString(strconv.FormatInt(m.id, 36))
		}
	}
	return b.String(), true
}

// alone returns the smallest closed set with the mark at place i: it says
// whether a story has that very mark.
func alone(marks []mark, i int) markSet {
	bits := int64(1)<<i | marks[i].needs
	key, _ := setKey(marks, bits)
	return markSet{1 << i, key}
}

// indexRelated enters a published article under every set of its marks.
// categories come by position; sections must know them all.
func indexRelated(ctx context.Context, tx *models.Tx, articleID int64, publishedAt models.Time, categories []int64, sections *Categories) error {
	sets := closedSets(marksOf(sections, categories))
	if len(sets) == 0 {
		return nil
	}
	args := make([]any, 0, 3*len(sets))
	for _, s := range sets {
		args = append(args, s.key, publishedAt, articleID)
	}
	return tx.Query(ctx).Exec("INSERT INTO related_sets (set_key, published_at, article_id) VALUES "+tuples(len(sets), 3), args...).Error
}

// unindexRelated takes out what indexRelated entered for the same arguments.
func unindexRelated(ctx context.Context, tx *models.Tx, articleID int64, publishedAt models.Time, categories []int64, sections *Categories) error {
	sets := closedSets(marksOf(sections, categories))
	if len(sets) == 0 {
		return nil
	}
	keys := make([]string, len(sets))
	for i, s := range sets {
		keys[i] = s.key
	}
	return tx.Query(ctx).Exec("DELETE FROM related_sets WHERE set_key IN ? AND published_at = ? AND article_id = ?",
		keys, publishedAt, articleID).Error
}

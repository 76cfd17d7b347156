package relatedsets

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"broadsheet/models/newsroom/taxonomy"
)

// maxCategories is how many of an article's categories count when
// articles are related: the first ones, without Uncategorized.
const maxCategories = 4

// Feature is one thing that two articles can share by their categories: a
// category itself, or the parent of one. Being in a category and being in a
// child of it are two different features.
type Feature struct {
	Parent bool // the parent of a category of the article, not a category of it
	ID     int64
	Weight float64 // added to the score when shared; half the category's weight for a parent

	parent  int64 // of a category: its parent, 0 for none that counts
	implied int64 // bit of the parent's feature: two articles that share a category share its parent
}

// Features returns the features of an article in a fixed order. categories are
// the article's own by position. The feature at index i has the bit 1<<i in a
// [Set].
func Features(tree *taxonomy.Categories, categories []int64) []Feature {
	var own, parents []Feature
	for _, categoryID := range categories {
		c := tree.ByID(categoryID)
		if c == nil || c.Path == taxonomy.UncategorizedSlug || len(own) == maxCategories {
			continue
		}
		m := Feature{ID: c.ID, Weight: c.Weight}
		if p := tree.Parent(c); p != nil && p.Path != taxonomy.UncategorizedSlug {
			m.parent = p.ID
			parents = appendNew(parents, Feature{Parent: true, ID: p.ID, Weight: p.Weight / 2})
		}
		own = appendNew(own, m)
	}
	byID := func(a, b Feature) int { return cmp.Compare(a.ID, b.ID) }
	slices.SortFunc(own, byID)
	slices.SortFunc(parents, byID)
	for i, m := range own {
		if at := slices.IndexFunc(parents, func(p Feature) bool { return p.ID == m.parent }); at >= 0 {
			own[i].implied = 1 << (len(own) + at)
		}
	}
	return append(own, parents...)
}

// appendNew appends m unless the list has a feature with its id.
func appendNew(list []Feature, m Feature) []Feature {
	if slices.ContainsFunc(list, func(have Feature) bool { return have.ID == m.ID }) {
		return list
	}
	return append(list, m)
}

// Set is a set of an article's features: their bits, and the key in
// related_sets of all articles that have these features.
type Set struct {
	Bits int64
	Key  string
}

// Closed returns each non-empty set of the features that contains, with a
// category, the feature of its parent. The features that two articles share are always
// such a set. The most there can be is 80, with four categories below four
// parents.
func Closed(features []Feature) []Set {
	var sets []Set
	for bits := int64(1); bits < 1<<len(features); bits++ {
		if key, ok := setKey(features, bits); ok {
			sets = append(sets, Set{bits, key})
		}
	}
	return sets
}

// setKey returns the key of a set: kind and id of each feature in order, such as
// C7C1bP4, with ids in base 36. A parent that a category implies is left out. ok
// is false for a set that is not closed.
func setKey(features []Feature, bits int64) (key string, ok bool) {
	var implied int64
	for i, m := range features {
		if bits&(1<<i) != 0 {
			implied |= m.implied
		}
	}
	if implied&^bits != 0 {
		return "", false
	}
	var b strings.Builder
	for i, m := range features {
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

// Single returns the bit of the feature at index i, and the key of the
// smallest closed set with it: an article is listed there if it has the feature.
func Single(features []Feature, i int) Set {
	key, _ := setKey(features, int64(1)<<i|features[i].implied)
	return Set{1 << i, key}
}

package handlers

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/front"
	"broadsheet/models/newsroom/taxonomy"
	"broadsheet/views"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"
)

// rhythms is the number of layouts in the stylesheet for full blocks with
// pictures. Blocks alternate between them.
const rhythms = 3

// fullBlock is the number of articles in a block that has its own layout.
const fullBlock = 5

// presentBlock converts the i-th block of the front page.
func presentBlock(site *newsroom.Site, i int, b front.Block) views.Block {
	teasers := b.Teasers
	return views.Block{
		Category: categoryLink(b.Category), Below: subcategoryLinks(site, b.Category), Shape: blockShape(i, teasers),
		Decks: teasers[0].PictureFile == "" && len(teasers) < fullBlock,
		First: firstCard(site, &teasers[0]), Rest: teaserCards(site, teasers[1:]),
	}
}

// blockShape returns the layout of a block. It depends on the number of
// articles, and on their pictures: none, one with the first article, or one
// with each.
func blockShape(i int, teasers []newsroom.Teaser) string {
	n, pictured := len(teasers), 0
	for _, s := range teasers {
		if s.PictureFile != "" {
			pictured++
		}
	}
	switch {
	case teasers[0].PictureFile == "":
		return fmt.Sprintf("plain-%d", n)
	case n == fullBlock:
		return fmt.Sprint(i % rhythms)
	case n == 2 && pictured == 2:
		return "pair"
	default:
		return fmt.Sprintf("few-%d", n)
	}
}

// lettersFrom is the number of top categories from which the index is divided by
// first letters.
const lettersFrom = 25

// categoryIndex lists all categories by name in the order of the site's language,
// each with its subcategories. A long list is divided by first letters.
func categoryIndex(site *newsroom.Site, counts map[int64]int) []views.CategoryGroup {
	order := collate.New(language.Make(site.Language), collate.IgnoreCase, collate.Numeric)
	var entries func(id int64) []views.CategoryEntry
	entries = func(id int64) (list []views.CategoryEntry) {
		for _, c := range site.Categories.Children(id) {
			if c.Path != taxonomy.UncategorizedSlug {
				list = append(list, views.CategoryEntry{Link: categoryLink(c), Count: counts[c.ID], Below: entries(c.ID)})
			}
		}
		slices.SortStableFunc(list, func(a, b views.CategoryEntry) int { return order.CompareString(a.Name, b.Name) })
		return list
	}
	all := entries(0)
	var groups []views.CategoryGroup
	for _, e := range all {
		letter := firstLetter(e.Name)
		if n := len(groups); n == 0 || order.CompareString(groups[n-1].Letter, letter) != 0 {
			groups = append(groups, views.CategoryGroup{Letter: letter})
		}
		last := &groups[len(groups)-1]
		last.Categories = append(last.Categories, e)
	}
	// In a script with many characters nearly every name begins with a different
	// one.
	if len(all) < lettersFrom || len(groups) > len(all)/2 {
		return []views.CategoryGroup{{Categories: all}}
	}
	return groups
}

func firstLetter(name string) string {
	name = strings.TrimLeftFunc(name, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	r, size := utf8.DecodeRuneInString(name)
	switch {
	case size == 0:
		return "#"
	case unicode.IsDigit(r):
		return "0–9"
	default:
		return string(unicode.ToUpper(r))
	}
}

package newsroom

import (
	"unicode"

	"broadsheet/models/newsroom/taxonomy"

	"golang.org/x/text/width"
)

// Limits of the navigation bar if no setting chooses its categories.
const (
	maxNavigation = 10 // categories
	// navigationWidth is the text that fits into one line of 1,168 px beside the
	// link to all categories, in letters of average width.
	navigationWidth = 120
	// navigationGap is the space after each name, in the same unit.
	navigationGap = 3
)

// navigation returns the categories of the navigation bar: those of the setting
// nav.sections, otherwise all top categories if they fit, otherwise the most
// active ones. It leaves out paths of the setting that have no category.
func (s *Site) navigation() []*taxonomy.Category {
	if chosen := s.Categories.AtPaths(s.NavCategories); len(chosen) > 0 {
		return chosen
	}
	top := s.Categories.MostActive(0, maxNavigation)
	room, fits := navigationWidth, top[:0:0]
	for _, c := range top {
		if need := textWidth(c.Name) + navigationGap; need <= room {
			room -= need
			fits = append(fits, c)
		}
	}
	if len(fits) == 0 {
		return top[:min(len(top), 1)]
	}
	return fits
}

// textWidth returns the width of a text in letters of average width. A capital
// counts as one and a third, a Chinese, Japanese or Korean character as two.
func textWidth(text string) int {
	thirds := 0
	for _, r := range text {
		kind := width.LookupRune(r).Kind()
		switch {
		case kind == width.EastAsianWide || kind == width.EastAsianFullwidth:
			thirds += 6
		case unicode.IsUpper(r):
			thirds += 4
		default:
			thirds += 3
		}
	}
	return (thirds + 2) / 3
}

package newsroom

import (
	"broadsheet/models/newsroom/permalink"
	"broadsheet/models/newsroom/taxonomy"
)

// LocalTimeLayout is the format of an article's LocalTime.
const LocalTimeLayout = permalink.LocalTimeLayout

// pattern returns the compiled pattern of addresses.
func (s *Site) pattern() *permalink.Pattern {
	if s.permalinks == nil || s.permalinks.String() != s.Permalinks {
		return permalink.Compile(s.Permalinks)
	}
	return s.permalinks
}

// ArticlePath returns the article's address on this site, percent-encoded, such
// as /2026/11/23/harbour-tunnel/.
func (s *Site) ArticlePath(a *Article) string { return s.pattern().Path(s.addressParts(a)) }

// TeaserPath is [Site.ArticlePath] for a teaser.
func (s *Site) TeaserPath(t *Teaser) string {
	return s.pattern().Path(permalink.Parts{
		ID: t.ID, Slug: t.Slug, LocalTime: t.LocalTime, Category: s.categoryPath(t.MainCategoryID), Author: t.BylineSlug,
	})
}

// SlugPath returns an address that [Find] resolves to the article with a slug.
func (s *Site) SlugPath(slug string) string { return s.pattern().SlugPath(slug) }

func (s *Site) addressParts(a *Article) permalink.Parts {
	return permalink.Parts{
		ID: a.ID, Slug: a.Slug, LocalTime: a.LocalTime, Category: s.categoryPath(a.MainCategoryID), Author: a.BylineSlug,
	}
}

// categoryPath returns the path of a main category. Addresses of articles without
// one contain Uncategorized.
func (s *Site) categoryPath(id *int64) string {
	if id != nil {
		if c := s.Categories.ByID(*id); c != nil {
			return c.Path
		}
	}
	return taxonomy.UncategorizedSlug
}

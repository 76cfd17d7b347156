package translations

import (
	"context"

	"broadsheet/models"

	"golang.org/x/text/language"
)

// maxMembers is how many articles of a group count: the oldest ones. It bounds the page
// of an article whose key a faulty import gave to very many.
const maxMembers = 100

// Member is an article of a group, with the columns that its address needs.
type Member struct {
	ID             int64
	Slug           string
	Title          string
	Language       string
	LocalTime      string
	PublishedAt    models.Time
	MainCategoryID *int64
	BylineSlug     string
	Status         string
}

var memberColumns = models.ColumnsOf[Member]()

// Group is the articles with one key.
type Group struct {
	// Public are the public articles, the oldest first. Each language is there once,
	// with its oldest article. Language is complete and in canonical form.
	Public []Member
	// IDs are all articles, also those that are not public.
	IDs []int64
}

// Find returns the group of a key in one statement. Without a key there is no group and
// no statement. siteLanguage is the language of articles that name none.
func Find(ctx context.Context, r models.Queryer, key, siteLanguage string) (g Group, err error) {
	if key == "" {
		return g, nil
	}
	members, err := memberColumns.All(ctx, r, `SELECT `+memberColumns.List("")+` FROM articles
		WHERE translation_key = ? AND translation_key <> '' ORDER BY published_at, id LIMIT ?`, key, maxMembers)
	seen := map[string]bool{}
	for _, m := range members {
		g.IDs = append(g.IDs, m.ID)
		if m.Language == "" {
			m.Language = siteLanguage
		}
		tag, parseErr := language.Parse(m.Language)
		if m.Language = tag.String(); m.Status != "published" || parseErr != nil || seen[m.Language] {
			continue
		}
		seen[m.Language] = true
		g.Public = append(g.Public, m)
	}
	return g, err
}

// Links returns the members that the page of a public article names as alternates, the
// article itself included. It returns none for an article without translations, and for
// one whose language has an older article in the group: alternates must name each other.
func (g Group) Links(article int64) []Member {
	for _, m := range g.Public {
		if m.ID == article && len(g.Public) > 1 {
			return g.Public
		}
	}
	return nil
}

// Others returns the members in other languages than an article's, for its readers.
func (g Group) Others(language string) (list []Member) {
	for _, m := range g.Public {
		if m.Language != language {
			list = append(list, m)
		}
	}
	return list
}

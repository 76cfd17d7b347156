package newsroom_test

import (
	"testing"

	"broadsheet/models"
	"broadsheet/models/modeltest"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/taxonomy"
	"broadsheet/models/settings"
)

// A setting must not contain a pattern that begins with an address of the site.
// With a pattern that was stored before this check, articles get reserved
// addresses.
func TestPatternMustNotBeginWithAnAddressOfTheSite(t *testing.T) {
	t.Parallel()
	for _, pattern := range []string{"/search/%postname%/", "/Category/%postname%/", "/-/%post_id%/", "/feed/%postname%/", "/wp-json/%postname%"} {
		if _, err := settings.Check(settings.Default(), map[string]string{"article.permalinks": pattern}); err == nil {
			t.Errorf("%s is accepted", pattern)
		}
	}
	s := &newsroom.Site{Categories: &taxonomy.Categories{}}
	s.Permalinks = "/search/%postname%/"
	if got := s.ArticlePath(&newsroom.Article{ID: 7, Slug: "harbour"}); got != "/-/7/" {
		t.Errorf("the address is %s", got)
	}
}

// A new article does not get a slug that would hide its address.
func TestANewArticleGetsAVisibleAddress(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, _ *modeltest.Clock) {
		for _, c := range []struct{ pattern, title, want string }{
			{"/%postname%/", "Search", "search-2"},
			{"/%postname%/", "1984", "1984-2"},
			{"/%postname%/", "Comment page 2", "comment-page-2-2"},
			{"/%postname%/", "Feed", "feed-2"},
			{"/%year%/%monthnum%/%postname%/", "23", "23-2"},
			{"/%category%/%postname%/", "Desk", "desk"},
			{"/%year%/%monthnum%/%day%/%postname%/", "Embed", "embed-2"},
			{"/archives/%post_id%", "Login", "login"},
		} {
			set(t, db, "article.permalinks", c.pattern)
			if got := save(t, db, newsroom.Manuscript{Title: c.title}); got.Slug != c.want {
				t.Errorf("%s titled %s: %s, want %s", c.pattern, c.title, got.Slug, c.want)
			}
		}
	})
}

package newsroom_test

import (
	"testing"

	"broadsheet/models"
	"broadsheet/models/modeltest"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/taxonomy"
)

// A setting must not contain a pattern that begins with an address of the site.
// With a pattern that was stored before this check, articles get reserved
// addresses.
func TestPatternMustNotBeginWithAnAddressOfTheSite(t *testing.T) {
	t.Parallel()
	for _, pattern := range []string{"/search/%postname%/", "/Category/%postname%/", "/-/%post_id%/", "/feed/%postname%/", "/wp-json/%postname%"} {
		if _, err := models.CheckSettings(models.DefaultSettings(), map[string]string{"article.permalinks": pattern}); err == nil {
			t.Errorf("%s is accepted", pattern)
		}
	}
	s := &newsroom.Site{Categories: &taxonomy.Categories{}}
	s.Permalinks = "/search/%postname%/"
	if got := s.ArticlePath(&newsroom.Article{ID: 7, Slug: "harbour"}); got != "/-/7/" {
		t.Errorf("the address is %s", got)
	}
}

// An article gets a free address if the pattern gives it one of another page.
func TestAHiddenAddressIsReplaced(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ pattern, slug, author, want string }{
		{"/%postname%/", "search", "", "/-/7/"},
		{"/%postname%/", "1984", "", "/-/7/"},
		{"/%postname%/", "19840", "", "/19840/"},
		{"/%postname%/", "comment-page-2", "", "/-/7/"},
		{"/%postname%/", "comment-page-two", "", "/comment-page-two/"},
		{"/%postname%", "login", "", "/-/7/"},
		{"/%author%/%postname%/", "harbour", "search", "/search-2/harbour/"},
		{"/%author%/%postname%/", "11", "2026", "/2026-2/11/"},
		{"/%author%/%postname%/", "harbour", "", "/newsroom/harbour/"},
		{"/%year%/%monthnum%/%postname%/", "23", "", "/-/7/"},
		{"/%year%/%postname%/", "11", "", "/-/7/"},
		{"/%year%/%monthnum%/%day%/%postname%/", "11", "", "/2026/11/20/11/"},
		{"/%year%/%monthnum%/%day%/%postname%/", "feed", "", "/2026/11/20/feed/"},
		{"/%postname%.xml", "sitemap", "", "/-/7/"},
		{"/news/%postname%/", "search", "", "/news/search/"},
	} {
		s := &newsroom.Site{Categories: &taxonomy.Categories{}}
		s.Permalinks = c.pattern
		a := &newsroom.Article{ID: 7, Slug: c.slug, BylineSlug: c.author, LocalTime: "2026-11-20 10:00:00"}
		if got := s.ArticlePath(a); got != c.want {
			t.Errorf("%s with %s: %s, want %s", c.pattern, c.slug, got, c.want)
		}
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

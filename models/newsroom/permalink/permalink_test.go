package permalink_test

import (
	"testing"

	"broadsheet/models/newsroom/permalink"
)

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
		{"/%year%/%monthnum%/%day%/%postname%/", "feed", "", "/-/7/"},
		{"/%year%/%monthnum%/%day%/%postname%/", "embed", "", "/-/7/"},
		{"/%author%/%postname%", "embed", "embed", "/-/7/"},
		{"/news/%postname%/", "republish", "", "/-/7/"},
		{"/news/%postname%/", "changes", "", "/news/changes/"},
		{"/%postname%/", "republish", "", "/republish/"},
		{"/%postname%.xml", "sitemap", "", "/-/7/"},
		{"/news/%postname%/", "search", "", "/news/search/"},
	} {
		parts := permalink.Parts{ID: 7, Slug: c.slug, Author: c.author, LocalTime: "2026-11-20 10:00:00"}
		if got := permalink.Compile(c.pattern).Path(parts); got != c.want {
			t.Errorf("%s with %s: %s, want %s", c.pattern, c.slug, got, c.want)
		}
	}
}

// An address leads to the slug or the id that it was made from, with and without
// percent-encoding.
func TestPathsAreParsed(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		pattern string
		byID    bool
	}{
		{"/%year%/%monthnum%/%day%/%postname%/", false},
		{"/%category%/%postname%/", false},
		{"/archives/%post_id%", true},
		{"/%postname%.html", false},
		{"/%post_id%-%postname%/", true},
		{"/%author%-%year%-%postname%/", false},
	} {
		p := permalink.Compile(c.pattern)
		parts := permalink.Parts{ID: 42, Slug: "tunnel-œuvre", LocalTime: "2026-11-20 10:00:00", Category: "world/asia", Author: "nadia"}
		want := permalink.Ref{Slug: parts.Slug}
		if c.byID {
			want = permalink.Ref{ID: parts.ID}
		}
		path := p.Path(parts)
		for _, form := range []string{path, permalink.Decode(path)} {
			if got, ok := p.Parse(form); !ok || got != want {
				t.Errorf("%s: Parse(%q) = %+v, %t, want %+v", c.pattern, form, got, ok, want)
			}
		}
	}
	if got, ok := permalink.Compile("/%postname%/").Parse("/-/42/"); !ok || got.ID != 42 {
		t.Errorf("a reserved address gives %+v, %t", got, ok)
	}
}

// A slug that no number behind it makes suitable gets a word before it.
func TestBaseOfASlug(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ pattern, slug, want string }{
		{"/%postname%/", "wp-sitemap-news", "article-wp-sitemap-news"},
		{"/%year%/%postname%/", "wp-sitemap-news", "wp-sitemap-news"},
		{"/%postname%/", "search", "search"}, // search-2 is suitable
		{"/%postname%/", "harbour", "harbour"},
	} {
		parts := permalink.Parts{ID: 7, Slug: c.slug, LocalTime: "2026-11-20 10:00:00"}
		if got := permalink.Compile(c.pattern).Base(parts); got != c.want {
			t.Errorf("%s with %s: %s, want %s", c.pattern, c.slug, got, c.want)
		}
	}
}

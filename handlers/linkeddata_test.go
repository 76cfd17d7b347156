package handlers_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"broadsheet/models"
	"broadsheet/models/modeltest"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/taxonomy"
)

// linkedDataBlock finds the blocks of JSON-LD on a page.
var linkedDataBlock = regexp.MustCompile(`(?s)<script type="application/ld\+json">(.*?)</script>`)

// linkedDataOf returns the blocks of JSON-LD on a page by their type.
func linkedDataOf(t *testing.T, body string) map[string]map[string]any {
	t.Helper()
	found := map[string]map[string]any{}
	for _, m := range linkedDataBlock.FindAllStringSubmatch(body, -1) {
		var block map[string]any
		if err := json.Unmarshal([]byte(m[1]), &block); err != nil {
			t.Errorf("%v: %s", err, m[1])
			continue
		}
		found[block["@type"].(string)] = block
	}
	return found
}

// documented are the properties that Google's documentation of structured data requires or
// recommends for each type, as far as a newspaper has them (Article, Breadcrumb, Profile
// page, Organization, Discussion forum for comments), and schema.org's for the others. A
// name with a dot is a property of the value, or of each value of a list.
var documented = map[string][]string{
	"NewsArticle": {
		"@context", "headline", "description", "image.url", "image.width", "image.height", "datePublished", "dateModified", "author.@type",
		"author.name", "author.url", "publisher.@type", "publisher.name", "publisher.url", "publisher.logo", "articleSection", "inLanguage",
		"isAccessibleForFree", "mainEntityOfPage", "commentCount", "comment.@type", "comment.author", "comment.dateCreated", "comment.text",
		"comment.url", "keywords", "wordCount", "correction.text", "correction.datePublished",
	},
	"BreadcrumbList": {"@context", "itemListElement.@type", "itemListElement.position", "itemListElement.name"},
	"ProfilePage":    {"@context", "mainEntity.@type", "mainEntity.name", "mainEntity.url", "name", "url", "inLanguage", "hasPart"},
	"CollectionPage": {"@context", "name", "url", "inLanguage", "mainEntity.itemListElement"},
	"WebSite":        {"@context", "name", "url", "inLanguage", "publisher.@type", "publisher.name", "publisher.url", "publisher.logo"},
}

// missing returns the documented properties that a block lacks.
func missing(block map[string]any) (list []string) {
	for _, property := range documented[block["@type"].(string)] {
		first, rest, nested := strings.Cut(property, ".")
		values, isList := block[first].([]any)
		if !isList {
			values = []any{block[first]}
		}
		for _, v := range values {
			if inner, ok := v.(map[string]any); ok && nested {
				v = inner[rest]
			}
			if v == nil || v == "" {
				list = append(list, property)
			}
		}
	}
	return list
}

// Every kind of public page has its types with all documented properties, also for texts
// that try to end the block.
func TestLinkedDataIsComplete(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		s := newSite(t, db, clock)
		s.fill()
		hostile := `</script><script>alert(1)</script> "quoted" ` + "\u2028 & <!-- \\"
		s.save(newsroom.Manuscript{
			Title: hostile, Slug: "hostile", Standfirst: hostile, Body: "Text.", PublishedAt: clock.Now().Add(-2 * time.Hour), RevisedAt: clock.Now(),
			Categories: []taxonomy.CategoryRef{{Path: "sport", Names: []string{"Sport"}}}, Tags: []string{`A "tag" </script>`},
			Authors:     []newsroom.AuthorRef{{Name: `Eve </script> "E"`}},
			Corrections: []newsroom.Correction{{Kind: newsroom.Correct, At: models.At(clock.Now()), Text: hostile}},
		})
		s.save(newsroom.Manuscript{Title: "Ferries run late again", Body: "Fog.", PublishedAt: clock.Now().Add(-3 * time.Hour)})
		for _, slug := range []string{"strait-opens-again", "hostile"} {
			s.comments(s.ids[slug], 5)
		}
		h := s.handler()
		for path, want := range map[string][]string{
			"/":                                 {"WebSite"},
			"/2026/11/20/strait-opens-again/":   {"BreadcrumbList", "NewsArticle"},
			"/2026/11/20/hostile/":              {"BreadcrumbList", "NewsArticle"},
			"/category/world-news/":             {"BreadcrumbList", "CollectionPage"},
			"/category/world-news/middle-east/": {"BreadcrumbList", "CollectionPage"},
			"/tag/shipping/":                    {"BreadcrumbList", "CollectionPage"},
			"/author/nadia-farrow/":             {"BreadcrumbList", "ProfilePage"},
			"/2026/11/":                         {"BreadcrumbList", "CollectionPage"},
			"/page/2/":                          {"BreadcrumbList", "CollectionPage"},
			"/2026/11/20/strait-opens-again/?order=newest": nil,
			"/nothing-here/": nil,
		} {
			body := get(t, h, path).Body.String()
			blocks := linkedDataOf(t, body)
			if got := slices.Sorted(maps.Keys(blocks)); !slices.Equal(got, want) {
				t.Errorf("%s has %v, want %v", path, got, want)
			}
			for kind, block := range blocks {
				if list := missing(block); list != nil {
					t.Errorf("%s: %s lacks %v", path, kind, list)
				}
			}
			if crumbs, ok := blocks["BreadcrumbList"]; ok && len(crumbs["itemListElement"].([]any)) < 2 {
				t.Errorf("%s: a BreadcrumbList needs two steps", path)
			}
			if meta := metaOf(body); (meta["og:title"] == "") != (want == nil) {
				t.Errorf("%s: og:title is %q", path, meta["og:title"])
			}
		}
		s.comments(s.ids["ferries-run-late-again"], 15)
		talked := linkedDataOf(t, get(t, h, "/2026/11/20/ferries-run-late-again/").Body.String())["NewsArticle"]
		if marked := strings.Count(fmt.Sprint(talked["comment"]), "@type:Comment"); marked != 10 || fmt.Sprint(talked["commentCount"]) != "15" {
			t.Errorf("%d comments are marked, of %v", marked, talked["commentCount"])
		}
		if answers := strings.Count(fmt.Sprint(talked["comment"]), "comment:[map["); answers != 3 {
			t.Errorf("%d marked comments have their answers", answers)
		}
		news := linkedDataOf(t, get(t, h, "/2026/11/20/hostile/").Body.String())["NewsArticle"]
		if got := fmt.Sprint(news["headline"]); !strings.Contains(got, "</script><script>alert(1)</script> \"quoted\"") {
			t.Errorf("the headline is %q", got)
		}
	})
}

// Page, Open Graph and structured data give the same two instants, modified is never the
// earlier one, and a slip corrected within a quarter of an hour shows nowhere.
func TestEveryPlaceGivesTheSameInstants(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		s := newSite(t, db, clock)
		s.set("site.timezone", "America/New_York")
		published := clock.Now().Add(-5 * time.Hour)
		for name, revised := range map[string]time.Time{
			"never": {}, "before": published.Add(-time.Hour), "slip": published.Add(14 * time.Minute), "late": published.Add(2 * time.Hour),
		} {
			s.save(newsroom.Manuscript{Title: name, Slug: name, Body: "Text.", PublishedAt: published, RevisedAt: revised})
			body := get(t, s.handler(), "/2026/11/20/"+name+"/").Body.String()
			modified := published
			if name == "late" {
				modified = revised
			}
			news, meta := linkedDataOf(t, body)["NewsArticle"], metaOf(body)
			for place, c := range map[string]struct {
				got  any
				want time.Time
			}{
				"datePublished": {news["datePublished"], published}, "dateModified": {news["dateModified"], modified},
				"article:published_time": {meta["article:published_time"], published}, "article:modified_time": {meta["article:modified_time"], modified},
			} {
				at, err := time.Parse(time.RFC3339, fmt.Sprint(c.got))
				if err != nil || !at.Equal(c.want.Truncate(time.Second)) {
					t.Errorf("%s: %s is %v, want %v", name, place, c.got, c.want)
				}
			}
			if !strings.HasSuffix(fmt.Sprint(news["datePublished"]), "-05:00") {
				t.Errorf("datePublished has not the site's offset: %v", news["datePublished"])
			}
			if shown := strings.Contains(body, `class="updated"`); shown != (name == "late") {
				t.Errorf("%s: updated is shown: %v", name, shown)
			}
		}
	})
}

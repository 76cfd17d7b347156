package demo

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"broadsheet/cmd/broadsheet/demo/illustrate"
)

func load(t *testing.T) *Newsroom {
	t.Helper()
	n, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestSizeOfTheDemo(t *testing.T) {
	t.Parallel()
	n := load(t)
	comments, held, corrections := 0, 0, 0
	for _, a := range n.Articles {
		comments += len(a.Comments)
		corrections += len(a.Corrections)
		for _, c := range a.Comments {
			if c.State == "hold" {
				held++
			}
		}
	}
	nested := 0
	for _, s := range n.Categories {
		nested += strings.Count(s.Path, "/")
	}
	for what, have := range map[string][2]int{
		"articles": {len(n.Articles), 40}, "comments": {comments, 300}, "held comments": {held, 20}, "corrections": {corrections, 4},
		"nested sections": {nested, 11}, "authors": {len(n.Authors), 8},
	} {
		if have[0] < have[1] {
			t.Errorf("%d %s, want %d", have[0], what, have[1])
		}
	}
}

func TestArticlesAreComplete(t *testing.T) {
	t.Parallel()
	n := load(t)
	sections, people, tags := map[string]bool{}, map[string]bool{}, map[string]bool{}
	for _, s := range n.Categories {
		sections[s.Path] = true
	}
	for _, a := range append(slices.Clone(n.Authors), n.Guests...) {
		people[a.Slug] = true
	}
	for _, tag := range n.Tags {
		tags[tag.Slug] = true
	}
	used, ages := map[string]bool{}, map[Age]string{}
	for _, a := range n.Articles {
		if words := len(strings.Fields(a.Body)); words < 300 || words > 1200 {
			t.Errorf("%s: %d words, want 300 to 1,200", a.Slug, words)
		}
		if a.Title == "" || a.Standfirst == "" || a.Language == "" || len(a.Authors) == 0 || len(a.Categories) == 0 {
			t.Errorf("%s: something is missing in its head", a.Slug)
		}
		for _, list := range []struct {
			known map[string]bool
			named []string
		}{{sections, a.Categories}, {people, a.Authors}, {tags, a.Tags}} {
			for _, name := range list.named {
				used[name] = true
				if !list.known[name] {
					t.Errorf("%s names %q, which newsroom.yaml does not have", a.Slug, name)
				}
			}
		}
		if other := ages[a.Age]; other != "" || a.Age <= 0 {
			t.Errorf("%s: the age is wrong or that of %q", a.Slug, other)
		}
		ages[a.Age] = a.Slug
		if a.CommentsAre != "open" && a.CommentsAre != "closed" {
			t.Errorf("%s: comments are %q", a.Slug, a.CommentsAre)
		}
		if p := a.Picture; p != nil && (p.Alt == "" || p.Caption == "" || p.Credit == "" || !slices.Contains(illustrate.Scenes(), p.Scene)) {
			t.Errorf("%s: the picture %+v is not complete", a.Slug, p)
		}
		for _, c := range a.Corrections {
			if c.Age <= 0 || c.Age >= a.Age || c.Text == "" {
				t.Errorf("%s: the correction %+v is older than the story", a.Slug, c)
			}
		}
		if a.Updated < 0 || a.Updated >= a.Age {
			t.Errorf("%s: updated before it was published", a.Slug)
		}
	}
	for path := range sections {
		if strings.Contains(path, "/") && !used[path] {
			t.Errorf("no story stands in %s", path)
		}
	}
	for slug := range people {
		if !used[slug] {
			t.Errorf("%s has written nothing", slug)
		}
	}
}

var articleRef = regexp.MustCompile(`(?m)\]\(story:([a-z0-9-]+)\)|^story:([a-z0-9-]+)$`) // the second form becomes a card

func TestLinksLeadToOlderArticles(t *testing.T) {
	t.Parallel()
	n := load(t)
	seen := map[string]bool{} // the oldest come first
	links := 0
	for _, a := range n.Articles {
		if n := strings.Count(a.Body, "story:"); n != len(articleRef.FindAllString(a.Body, -1)) {
			t.Errorf("%s: a link to a story is not written as one", a.Slug)
		}
		for _, m := range articleRef.FindAllStringSubmatch(a.Body, -1) {
			links++
			if slug := m[1] + m[2]; !seen[slug] {
				t.Errorf("%s links to %s, which is not older or does not exist", a.Slug, slug)
			}
		}
		seen[a.Slug] = true
	}
	if links < 20 {
		t.Errorf("only %d links between stories", links)
	}
}

// The desk has a text in each state, with known people and sections.
func TestTheDeskIsComplete(t *testing.T) {
	t.Parallel()
	n := load(t)
	states, notes, noCredit := map[string]bool{}, 0, false
	for _, a := range n.Desk {
		states[a.Desk] = true
		notes += len(a.Notes)
		noCredit = noCredit || a.Picture != nil && a.Picture.Credit == ""
		known := slices.ContainsFunc(n.Articles, func(live Article) bool { return live.Slug == a.Slug })
		if known != (a.Desk == "waiting") {
			t.Errorf("%s: %s, and the paper has an article with the slug: %t", a.Slug, a.Desk, known)
		}
		for _, slug := range a.Authors {
			if !slices.ContainsFunc(n.Authors, func(one Author) bool { return one.Slug == slug }) {
				t.Errorf("%s names the author %q, whom newsroom.yaml does not have", a.Slug, slug)
			}
		}
		for _, path := range a.Categories {
			if !slices.ContainsFunc(n.Categories, func(one Category) bool { return one.Path == path }) {
				t.Errorf("%s names the section %q, which newsroom.yaml does not have", a.Slug, path)
			}
		}
		for _, note := range a.Notes {
			if paragraphs := strings.Count(strings.TrimSpace(a.Body), "\n\n") + 1; note.Paragraph < 1 || note.Paragraph > paragraphs {
				t.Errorf("%s: a note on paragraph %d of %d", a.Slug, note.Paragraph, paragraphs)
			}
		}
	}
	for _, state := range []string{"draft", "review", "scheduled", "waiting"} {
		if !states[state] {
			t.Errorf("no text is in the state %q", state)
		}
	}
	if notes == 0 || !noCredit {
		t.Errorf("%d notes; a picture without a credit: %t", notes, noCredit)
	}
}

// Each story is written as one of its own.
func TestNoSentenceIsRepeated(t *testing.T) {
	t.Parallel()
	where := map[string]string{}
	ends := regexp.MustCompile(`[.!?؟]+[”’"»)]*\s+|\n+`)
	for _, a := range slices.Concat(load(t).Articles, load(t).Desk) {
		for _, sentence := range ends.Split(a.Standfirst+"\n"+a.Body, -1) {
			words := strings.FieldsFunc(strings.ToLower(sentence), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '’' })
			if len(words) < 6 {
				continue
			}
			key := strings.Join(words, " ")
			if other := where[key]; other != "" {
				t.Errorf("%q stands in %s and %s", sentence, other, a.Slug)
			}
			where[key] = a.Slug
		}
	}
}

func TestThreads(t *testing.T) {
	t.Parallel()
	deepest, latin, arabic := 0, false, false
	for _, a := range load(t).Articles {
		depth, ages := map[string]int{}, map[string]Age{}
		for _, c := range a.Comments {
			if _, again := depth[c.ID]; again || c.ID == "" || c.Author == "" || c.Text == "" || !strings.Contains(c.Email, "@example.") {
				t.Errorf("%s: comment %q is not complete or stands twice", a.Slug, c.ID)
			}
			if c.Age <= 0 || c.Age >= a.Age {
				t.Errorf("%s: comment %s is older than the story", a.Slug, c.ID)
			}
			if !slices.Contains([]string{"approve", "hold", "spam", "trash"}, c.State) {
				t.Errorf("%s: comment %s is %q", a.Slug, c.ID, c.State)
			}
			depth[c.ID], ages[c.ID] = 1, c.Age
			if c.Parent != "" {
				if depth[c.Parent] == 0 || ages[c.Parent] <= c.Age {
					t.Errorf("%s: comment %s answers %s, which is not before it", a.Slug, c.ID, c.Parent)
				}
				depth[c.ID] = depth[c.Parent] + 1
			}
			deepest = max(deepest, depth[c.ID])
			if a.Language == "ar" {
				// The first letter decides which way a browser sets it.
				first := strings.IndexFunc(c.Text, unicode.IsLetter)
				isArabic := unicode.Is(unicode.Arabic, []rune(c.Text[first:])[0])
				arabic, latin = arabic || isArabic, latin || !isArabic
			}
		}
	}
	if deepest < 5 {
		t.Errorf("the deepest thread has %d levels", deepest)
	}
	if !latin || !arabic {
		t.Error("the Arabic story's comments do not go in both directions")
	}
}

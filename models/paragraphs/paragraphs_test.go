package paragraphs_test

import (
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"

	"broadsheet/models/paragraphs"
	"broadsheet/models/richtext"
)

func TestSplit(t *testing.T) {
	for _, test := range []struct {
		format richtext.Format
		body   string
		want   []string
	}{
		{richtext.HTML, "", nil},
		{richtext.HTML, "  \n ", []string{"  \n "}},
		{richtext.HTML, "<p>One</p>\n<p>Two</p>", []string{"<p>One</p>\n", "<p>Two</p>"}},
		{richtext.HTML, "<p>One<p>Two<h2>Three</h2>", []string{"<p>One", "<p>Two", "<h2>Three</h2>"}},
		{richtext.HTML, "One <b>bold\n\nword</b>\n\nTwo", []string{"One <b>bold\n\nword</b>\n\n", "Two"}},
		{richtext.HTML, "<ul><li><p>a</p></li>\n\n<li>b</li></ul><hr><p>c</p>", []string{"<ul><li><p>a</p></li>\n\n<li>b</li></ul>", "<hr>", "<p>c</p>"}},
		{richtext.HTML, "<figure><img src=x><figcaption>y</figcaption></figure>after", []string{"<figure><img src=x><figcaption>y</figcaption></figure>", "after"}},
		{richtext.HTML, "<div><p>never closed<p>x", []string{"<div><p>never closed<p>x"}},
		{richtext.HTML, "</p>stray<p>x</p>", []string{"</p>stray", "<p>x</p>"}},
		{richtext.Markdown, "# A\n\nb\nc\n\n\n```\nd\n\ne\n```\n\nf", []string{"# A\n\n", "b\nc\n\n\n", "```\nd\n\ne\n```\n\n", "f"}},
	} {
		if got := paragraphs.Split(test.body, test.format); !slices.Equal(got, test.want) {
			t.Errorf("Split(%q) = %q, want %q", test.body, got, test.want)
		}
	}
}

func FuzzSplit(f *testing.F) {
	for _, seed := range []string{"<p>a</p>b", "<p", "<!-- x", "</", "<p>a<div>b</p></div>c\n\nd", "<textarea><p>", "\x00<p>\xff", "a\n\n\nb"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, body string) {
		for _, format := range []richtext.Format{richtext.HTML, richtext.Markdown} {
			if got := strings.Join(paragraphs.Split(body, format), ""); got != body {
				t.Errorf("the paragraphs of %q join to %q", body, got)
			}
		}
	})
}

// merged writes a merged body in one line.
func merged(parts []paragraphs.Part) string {
	var b strings.Builder
	for _, p := range parts {
		if p.Overlap {
			b.WriteString("<" + strings.Join(p.Base, "") + "|" + strings.Join(p.Mine, "") + "|" + strings.Join(p.Theirs, "") + ">")
		}
		b.WriteString(strings.Join(p.Text, ""))
	}
	return b.String()
}

func same(s string) string { return s }

func TestMerge(t *testing.T) {
	for _, test := range []struct{ name, base, mine, theirs, want string }{
		{"nothing changed", "abc", "abc", "abc", "abc"},
		{"only mine", "abc", "aBc", "abc", "aBc"},
		{"only theirs", "abc", "abc", "abC", "abC"},
		{"different paragraphs", "abcd", "Abcd", "abcD", "AbcD"},
		{"neighbours", "abcd", "aBcd", "abCd", "aBCd"},
		{"the same change", "abc", "aBc", "aBc", "aBc"},
		{"the same paragraph", "abc", "aBc", "aXc", "a<b|B|X>c"},
		{"removed and changed", "abc", "ac", "aXc", "a<b||X>c"},
		{"removed by both", "abc", "ac", "ac", "ac"},
		{"removed by one", "abc", "ac", "abc", "ac"},
		{"both insert at one place", "ab", "aXb", "aYb", "aYXb"},
		{"both insert the same", "ab", "aXb", "aXb", "aXb"},
		{"insertion beside a change", "abc", "aXbc", "aBc", "aXBc"},
		{"insertion behind a change", "abc", "abXc", "aBc", "aBXc"},
		{"insertion within a change", "abcd", "abXcd", "aYd", "a<bc|bXc|Y>d"},
		{"both write from nothing", "", "a", "b", "ba"},
		{"all removed, one changed", "abc", "", "abC", "<abc||abC>"},
		{"moved and changed", "abc", "bca", "Abc", "<a||A>bca"},
		{"a long overlap", "abcdef", "aXYf", "abZdef", "a<bcde|XY|bZde>f"},
		{"the same change beside another", "abc", "aBc", "ABc", "ABc"},
		{"the same change beside an overlap", "abcde", "aBXYe", "ABVWe", "AB<cd|XY|VW>e"},
		{"a change and an overlap", "abcdef", "aXdYf", "abcZf", "aX<de|dY|Z>f"},
	} {
		split := func(s string) []string {
			if s == "" {
				return nil
			}
			return strings.Split(s, "")
		}
		got := merged(paragraphs.Merge(split(test.base), split(test.mine), split(test.theirs), same))
		if got != test.want {
			t.Errorf("%s: got %s, want %s", test.name, got, test.want)
		}
	}
}

// edited returns a copy of a body with random changes. New paragraphs have names that
// begin with the side's name and are never used twice.
func edited(r *rand.Rand, base []string, side string) []string {
	list, n := slices.Clone(base), 0
	fresh := func() string {
		n++
		return side + strconv.Itoa(n)
	}
	for range r.IntN(6) {
		i := r.IntN(len(list) + 1)
		switch r.IntN(4) {
		case 0:
			list = slices.Insert(list, i, fresh())
		case 1:
			if i < len(list) {
				list[i] = fresh()
			}
		case 2:
			if i < len(list) {
				list = slices.Delete(list, i, i+1)
			}
		case 3: // a move
			if i < len(list) {
				p := list[i]
				list = slices.Delete(list, i, i+1)
				list = slices.Insert(list, r.IntN(len(list)+1), p)
			}
		}
	}
	return list
}

// TestNoParagraphIsLost merges random changes and counts what became of each paragraph.
func TestNoParagraphIsLost(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(7, 11))
	overlaps, rounds := 0, 20_000
	if testing.Short() {
		rounds = 2_000
	}
	for range rounds {
		var base []string
		for i := range r.IntN(9) {
			base = append(base, "p"+strconv.Itoa(i))
		}
		mine, theirs := edited(r, base, "m"), edited(r, base, "t")
		parts := paragraphs.Merge(base, mine, theirs, same)
		overlaps += paragraphs.Overlaps(parts)
		var fromMine, fromTheirs []string
		for _, p := range parts {
			fromMine = append(append(fromMine, p.Text...), p.Mine...)
			fromTheirs = append(append(fromTheirs, p.Text...), p.Theirs...)
		}
		for _, p := range mine {
			if !slices.Contains(base, p) && !slices.Contains(fromMine, p) {
				t.Fatalf("base %v, mine %v, theirs %v: %s is lost in %+v", base, mine, theirs, p, parts)
			}
		}
		for _, p := range theirs {
			if !slices.Contains(base, p) && !slices.Contains(fromTheirs, p) {
				t.Fatalf("base %v, mine %v, theirs %v: %s is lost in %+v", base, mine, theirs, p, parts)
			}
		}
		for _, p := range base {
			if slices.Contains(mine, p) && slices.Contains(theirs, p) && !slices.Contains(fromMine, p) && !slices.Contains(fromTheirs, p) {
				t.Fatalf("base %v, mine %v, theirs %v: %s, which both kept, is lost in %+v", base, mine, theirs, p, parts)
			}
		}
		if slices.Equal(mine, base) && merged(parts) != strings.Join(theirs, "") {
			t.Fatalf("mine is the base %v, theirs %v: got %s", base, theirs, merged(parts))
		}
	}
	if overlaps == 0 {
		t.Error("no round had an overlap, so the test proves little")
	}
}

func TestDiff(t *testing.T) {
	split := func(s string) []string { return strings.Fields(s) }
	for _, test := range []struct{ from, to, want string }{
		{"", "", ""},
		{"a b", "a b", "=a =b"},
		{"a b c", "a c", "=a -b =c"},
		{"a c", "a b c", "=a +b =c"},
		{"a b c", "a x y c", "=a b~x +y =c"},
		{"a b c d", "a x d", "=a b~x -c =d"},
	} {
		var got []string
		for _, row := range paragraphs.Diff(split(test.from), split(test.to), same) {
			got = append(got, map[paragraphs.Op]string{
				paragraphs.Same: "=" + row.From, paragraphs.Gone: "-" + row.From, paragraphs.New: "+" + row.To, paragraphs.Changed: row.From + "~" + row.To,
			}[row.Op])
		}
		if strings.Join(got, " ") != test.want {
			t.Errorf("from %q to %q: %v, want %s", test.from, test.to, got, test.want)
		}
	}
}

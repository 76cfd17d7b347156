package drafts

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/taxonomy"
	"broadsheet/models/paragraphs"
	"broadsheet/models/richtext"
)

// merging is a three-way merge: mine and theirs are changed copies of base.
type merging struct {
	base, mine, theirs newsroom.Manuscript
	choices            *Choices
	fields             []FieldOverlap
}

// merge returns the text with the changes of both sides. Where both changed the same
// field or paragraph, it takes the editor's choice; without one it takes mine and
// reports the overlap.
func merge(base, mine, theirs newsroom.Manuscript, choices *Choices) (newsroom.Manuscript, []FieldOverlap, []paragraphs.Part) {
	w := &merging{base: base, mine: mine, theirs: theirs, choices: choices}
	m := mine
	m.Title = w.line("title", base.Title, mine.Title, theirs.Title)
	m.Standfirst = w.line("standfirst", base.Standfirst, mine.Standfirst, theirs.Standfirst)
	m.Slug = w.line("slug", base.Slug, mine.Slug, theirs.Slug)
	m.Language = w.line("language", base.Language, mine.Language, theirs.Language)
	if w.line("picture", idText(base.PictureID), idText(mine.PictureID), idText(theirs.PictureID)) == idText(theirs.PictureID) {
		m.PictureID = theirs.PictureID
	}
	if w.line("byline", bylineText(base.Authors), bylineText(mine.Authors), bylineText(theirs.Authors)) == bylineText(theirs.Authors) {
		m.Authors = theirs.Authors
	}
	if same(base.Republish, mine.Republish) {
		m.Republish = theirs.Republish
	}
	if same(base.TranslationKey, mine.TranslationKey) {
		m.TranslationKey = theirs.TranslationKey
	}
	m.Tags = mergeLists(base.Tags, mine.Tags, theirs.Tags, taxonomy.TermSlug)
	m.Categories = w.categories()
	m.Corrections = mergeLists(base.Corrections, mine.Corrections, theirs.Corrections, func(c newsroom.Correction) string {
		return c.Kind + "\n" + c.Place + "\n" + c.Text
	})
	body, format, parts := w.body()
	m.Body, m.Format = body, format
	return m, w.fields, parts
}

// line merges a field of one value.
func (w *merging) line(name, base, mine, theirs string) string {
	switch {
	case mine == theirs, theirs == base:
		return mine
	case mine == base:
		return theirs
	}
	switch w.choices.field(name) {
	case Theirs:
		return theirs
	case Unasked:
		w.fields = append(w.fields, FieldOverlap{name, base, mine, theirs})
	}
	return mine
}

// categories merges the categories as a set. The first category is the main one. It is
// merged as a field of its own, and comes first in the result.
func (w *merging) categories() []taxonomy.CategoryRef {
	first := func(m newsroom.Manuscript) string {
		if len(m.Categories) == 0 {
			return ""
		}
		return m.Categories[0].Path
	}
	list := mergeLists(w.base.Categories, w.mine.Categories, w.theirs.Categories, func(c taxonomy.CategoryRef) string { return c.Path })
	main := w.line("main_category", first(w.base), first(w.mine), first(w.theirs))
	slices.SortStableFunc(list, func(a, b taxonomy.CategoryRef) int {
		return cmp.Compare(isFalse(a.Path == main), isFalse(b.Path == main))
	})
	return list
}

func isFalse(b bool) int {
	if b {
		return 0
	}
	return 1
}

// body merges the bodies by paragraph. Bodies of different formats are merged as HTML.
func (w *merging) body() (string, richtext.Format, []paragraphs.Part) {
	if w.mine.Body == w.theirs.Body && w.mine.Format == w.theirs.Format {
		return w.mine.Body, w.mine.Format, nil
	}
	format := w.mine.Format
	base, mine, theirs := w.base.Body, w.mine.Body, w.theirs.Body
	if w.base.Format != format || w.theirs.Format != format {
		base, mine, theirs = asHTML(w.base), asHTML(w.mine), asHTML(w.theirs)
		format = richtext.HTML
	}
	keys := map[string]string{}
	key := func(p string) string {
		k, ok := keys[p]
		if !ok {
			k = paragraphKey(p, format)
			keys[p] = k
		}
		return k
	}
	parts := paragraphs.Merge(
		paragraphs.Split(base, format), paragraphs.Split(mine, format), paragraphs.Split(theirs, format), key)
	var b joiner
	open := false
	asked := 0
	for i, p := range parts {
		if !p.Overlap {
			b.add(p.Text)
			continue
		}
		switch w.choices.part(asked) {
		case Theirs:
			b.add(p.Theirs)
		case Both:
			b.add(p.Theirs)
			b.add(p.Mine)
		case Mine:
			b.add(p.Mine)
		default:
			open = true
			b.add(parts[i].Mine)
		}
		asked++
	}
	if !open {
		parts = nil
	}
	return b.String(), format, parts
}

// joiner joins paragraphs. It adds an empty line after a paragraph without a line end, which
// the last paragraph of a body may lack.
type joiner struct{ strings.Builder }

func (j *joiner) add(list []string) {
	for _, p := range list {
		if s := j.String(); s != "" && !strings.HasSuffix(s, "\n") {
			j.WriteString("\n\n")
		}
		j.WriteString(p)
	}
}

// asHTML returns a body as HTML.
func asHTML(m newsroom.Manuscript) string {
	if m.Format == richtext.HTML {
		return m.Body
	}
	body, err := richtext.Article(m.Body, m.Format)
	if err != nil {
		return m.Body // too long: the save refuses it
	}
	return body.HTML
}

// paragraphKey returns the cleaned HTML of a paragraph with single spaces. Two paragraphs
// with the same key look the same to readers; only their source may differ.
func paragraphKey(p string, format richtext.Format) string {
	body, err := richtext.Article(p, format)
	if err != nil || body.HTML == "" {
		return strings.TrimSpace(p)
	}
	return strings.Join(strings.Fields(body.HTML), " ")
}

// mergeLists merges two changed lists as sets: the result has the elements of theirs, then
// the elements that mine added, without the elements that either side removed. If theirs
// did not change, it returns mine, in its own order.
func mergeLists[T any](base, mine, theirs []T, key func(T) string) (list []T) {
	has := func(l []T, k string) bool { return slices.ContainsFunc(l, func(v T) bool { return key(v) == k }) }
	for _, v := range theirs {
		if k := key(v); has(mine, k) || !has(base, k) {
			list = append(list, v)
		}
	}
	for _, v := range mine {
		if k := key(v); !has(theirs, k) && !has(base, k) {
			list = append(list, v)
		}
	}
	if sameKeys(theirs, base, key) {
		return mine
	}
	return list
}

func sameKeys[T any](a, b []T, key func(T) string) bool {
	return slices.EqualFunc(a, b, func(x, y T) bool { return key(x) == key(y) })
}

func same[T comparable](a, b *T) bool { return a == b || a != nil && b != nil && *a == *b }

func idText(id *int64) string {
	if id == nil {
		return ""
	}
	return strconv.FormatInt(*id, 10)
}

// bylineText returns the authors as the form writes them: one per line, in order.
func bylineText(authors []newsroom.AuthorRef) string {
	var lines []string
	for _, a := range authors {
		lines = append(lines, BylineLine(a))
	}
	return strings.Join(lines, "\n")
}

// BylineLine returns an author as a line of the form: the name, or the slug without a
// name, and then the role in brackets.
func BylineLine(a newsroom.AuthorRef) string {
	name := cmp.Or(a.Name, a.Slug)
	if a.Role != "" {
		name += " (" + a.Role + ")"
	}
	return name
}

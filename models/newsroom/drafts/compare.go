package drafts

import (
	"strings"

	"broadsheet/models/newsroom"
	"broadsheet/models/paragraphs"
	"broadsheet/models/richtext"
	"broadsheet/models/worddiff"
)

// Difference is a field that differs between two texts, or a paragraph of the body, changed
// or not. Words holds the words of both texts, see [worddiff.Of]. The words of a paragraph
// have no markup, unless the paragraph has only markup.
type Difference struct {
	Field string // name of the form field; "body" for a paragraph
	Op    paragraphs.Op
	Words []worddiff.Part
}

// Compare returns the differences between two texts: first the fields that differ, then all
// paragraphs of the body.
func Compare(from, to newsroom.Manuscript) (list []Difference) {
	for _, f := range []struct{ name, from, to string }{
		{"title", from.Title, to.Title},
		{"standfirst", from.Standfirst, to.Standfirst},
		{"byline", bylineText(from.Authors), bylineText(to.Authors)},
		{"category", categoryText(from), categoryText(to)},
		{"tags", strings.Join(from.Tags, ", "), strings.Join(to.Tags, ", ")},
		{"picture", idText(from.PictureID), idText(to.PictureID)},
		{"slug", from.Slug, to.Slug},
		{"language", from.Language, to.Language},
		{"corrections", correctionText(from), correctionText(to)},
	} {
		if f.from != f.to {
			list = append(list, Difference{f.name, paragraphs.Changed, worddiff.Of(f.from, f.to)})
		}
	}
	format, a, b := to.Format, from.Body, to.Body
	if from.Format != format {
		format, a, b = richtext.HTML, asHTML(from), asHTML(to)
	}
	key := func(p string) string { return paragraphKey(p, format) }
	for _, row := range paragraphs.Diff(paragraphs.Split(a, format), paragraphs.Split(b, format), key) {
		list = append(list, Difference{"body", row.Op, worddiff.Of(plain(row.From, format), plain(row.To, format))})
	}
	return list
}

// correctionText returns the texts of the corrections, one per line.
func correctionText(m newsroom.Manuscript) string {
	var lines []string
	for _, c := range m.Corrections {
		lines = append(lines, c.Text)
	}
	return strings.Join(lines, "\n")
}

func categoryText(m newsroom.Manuscript) string {
	var paths []string
	for _, c := range m.Categories {
		paths = append(paths, strings.Trim(c.Path, "/"))
	}
	return strings.Join(paths, ", ")
}

// plain returns the words of a paragraph. A paragraph without words, such as a picture,
// is shown by its markup.
func plain(p string, format richtext.Format) string {
	if p == "" {
		return ""
	}
	body, err := richtext.Article(p, format)
	if text := strings.TrimSpace(body.Text); err == nil && text != "" {
		return text
	}
	return strings.TrimSpace(p)
}

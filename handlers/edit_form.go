package handlers

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"broadsheet/models"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/drafts"
	"broadsheet/models/newsroom/taxonomy"
	"broadsheet/models/newsroom/timetable"
	"broadsheet/models/richtext"
	"broadsheet/models/settings"
	"broadsheet/views/edit"
)

// maxStoryForm is the greatest size of the form of an article, in bytes: the longest text, and
// half as much again for the encoding.
const maxStoryForm = richtext.MaxBodyBytes + richtext.MaxBodyBytes/2

// storyForm has the values of a posted form of an article.
type storyForm struct {
	url.Values
	site *newsroom.Site
	bad  []models.FieldError
}

func (f *storyForm) refuse(field, code string) {
	f.bad = append(f.bad, models.FieldError{Field: field, Code: code})
}

// err returns the error of the fields that could not be read.
func (f *storyForm) err() error {
	if len(f.bad) == 0 {
		return nil
	}
	return models.InvalidFields(f.bad...)
}

// cleanPaste cleans the HTML of a clipboard for the editor. It answers with JSON, and
// stores nothing.
func (ed *editing) cleanPaste(c *request) error {
	c.Response().Header().Set("Cache-Control", "private, no-store")
	clean := richtext.CleanPaste
	if c.form.Get("format") == "markdown" { // of a story that changes its format
		clean = htmlOf
	}
	return c.JSON(http.StatusOK, struct {
		HTML string `json:"html"`
	}{clean(c.form.Get("html"))})
}

// seen returns the version that the form began with, or [drafts.Newest] for a form without a
// version, which a program sends to replace the text.
func (f *storyForm) seen() int {
	n, err := strconv.Atoi(f.Get("version"))
	if err != nil || n < 0 {
		return drafts.Newest
	}
	return n
}

// tab returns the open page that the form was sent from.
func (f *storyForm) tab() drafts.Tab { return drafts.TabOf(f.Get("tab"), f.Get("nth")) }

// text returns the text of the form. Fields that were not sent keep the values of
// the stored text.
func (f *storyForm) text(stored newsroom.Manuscript) newsroom.Manuscript {
	m := stored
	for name, to := range map[string]*string{
		"title": &m.Title, "standfirst": &m.Standfirst, "body": &m.Body, "slug": &m.Slug, "language": &m.Language,
	} {
		if f.Has(name) {
			*to = f.Get(name)
		}
	}
	m.Body = strings.ReplaceAll(m.Body, "\r\n", "\n") // a browser's form, unlike its script, sends CR LF
	m.Title, m.Standfirst = richtext.PlainLine(m.Title), richtext.PlainLine(m.Standfirst)
	if m.Language = strings.TrimSpace(m.Language); m.Language != "" && settings.CleanLanguage(m.Language) == "" {
		f.refuse("language", "not-language")
	}
	switch f.Get("format") {
	case "html":
		if m.Format = richtext.HTML; stored.Format == richtext.Markdown && m.Body == stored.Body {
			m.Body = htmlOf(m.Body) // the format alone was changed
		}
	case "markdown":
		m.Format = richtext.Markdown
	}
	if f.Has("tags") {
		m.Tags = splitNames(f.Get("tags"))
	}
	if f.Has("byline") {
		m.Authors = parseByline(f.Get("byline"), stored.Authors)
	}
	if f.Has("category") || f.Has("title") { // a browser sends no box that is not ticked
		m.Categories = f.categories()
	}
	if f.Has("picture") {
		m.PictureID = f.picture()
	}
	f.corrections(&m)
	return m
}

// splitNames returns the names in a list with commas, including those of other scripts.
func splitNames(list string) (names []string) {
	for name := range strings.FieldsFuncSeq(list, func(r rune) bool { return strings.ContainsRune(",،、，\n", r) }) {
		if name = richtext.PlainLine(name); name != "" && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

// parseByline returns the authors of a byline, which has one per line, with or without a role
// in brackets. A name in the stored byline keeps its author, even if two authors have that
// name.
func parseByline(text string, stored []newsroom.AuthorRef) (authors []newsroom.AuthorRef) {
	for line := range strings.Lines(text) {
		line = richtext.PlainLine(line)
		if line == "" {
			continue
		}
		ref := newsroom.AuthorRef{Name: line}
		if name, role, ok := strings.Cut(line, "("); ok && strings.HasSuffix(role, ")") {
			ref.Name, ref.Role = strings.TrimSpace(name), strings.TrimSpace(strings.TrimSuffix(role, ")"))
		}
		if i := slices.IndexFunc(stored, func(s newsroom.AuthorRef) bool { return s.Name == ref.Name }); i >= 0 {
			ref.Slug = stored[i].Slug
		}
		authors = append(authors, ref)
	}
	return authors
}

// categories returns the ticked categories, the main one first.
func (f *storyForm) categories() (refs []taxonomy.CategoryRef) {
	main := f.Get("main_category")
	ids := slices.Clone(f.Values["category"])
	if main != "" && !slices.Contains(ids, main) && len(ids) > 0 {
		main = ""
	}
	slices.SortStableFunc(ids, func(a, b string) int {
		switch {
		case a == main && b != main:
			return -1
		case b == main && a != main:
			return 1
		}
		return 0
	})
	for _, id := range ids {
		if c := f.site.Categories.ByID(parseID(id)); c != nil {
			refs = append(refs, taxonomy.CategoryRef{Path: strings.Trim(c.Path, "/")})
			continue
		}
		f.refuse("category", "list-unknown")
	}
	return refs
}

func (f *storyForm) picture() *int64 {
	if f.Get("action") == "no-picture" {
		f.Set("picture", "")
	}
	text := strings.TrimSpace(models.PlainDigits(f.Get("picture")))
	if text == "" {
		return nil
	}
	id := parseID(text)
	if id == 0 {
		f.refuse("picture", "no-picture")
		return nil
	}
	return &id
}

// time returns the time in a field, zero if the field is empty.
func (f *storyForm) time(name string) (at models.Time) {
	text := strings.TrimSpace(models.PlainDigits(f.Get(name)))
	if text == "" {
		return at
	}
	t, err := timetable.ParseTime(text, f.site.TimeZone)
	if e, ok := errors.AsType[*models.Error](err); ok {
		f.refuse(name, e.Code)
		return at
	}
	return models.At(t)
}

// choices returns the editor's answers to an overlap, nil if none was asked about.
func (f *storyForm) choices() *drafts.Choices {
	newest, err := strconv.Atoi(f.Get("overlap"))
	if err != nil {
		return nil
	}
	c := &drafts.Choices{Newest: newest, Fields: map[string]drafts.Choice{}}
	for name := range f.Values {
		field, ok := strings.CutPrefix(name, "overlap-")
		if !ok {
			continue
		}
		choice := drafts.Choice(f.Get(name))
		if choice != drafts.Mine && choice != drafts.Theirs && choice != drafts.Both {
			continue
		}
		n, err := strconv.Atoi(field)
		switch {
		case err != nil:
			c.Fields[field] = choice
		case n >= 0 && n < maxOverlaps:
			for len(c.Parts) <= n {
				c.Parts = append(c.Parts, drafts.Unasked)
			}
			c.Parts[n] = choice
		}
	}
	return c
}

// maxOverlaps is the most answers to overlaps that a form can have.
const maxOverlaps = 10_000

// typed fills the fields of the page with the values of a posted form.
func (f *storyForm) typed(v *edit.Story) {
	for name, field := range storyFields(v) {
		if f.Has(name) {
			field.Value = f.Get(name)
		}
	}
	if format := f.Get("format"); format == "html" || format == "markdown" {
		v.Format = format
	}
	f.typedCorrections(&v.Corrections)
	v.Checks.Anyway = f.Get("publish_anyway") != ""
	if f.Has("comment_status") {
		v.Comments = f.Get("comment_status")
	}
	if !f.Has("category") && !f.Has("title") {
		return
	}
	for i := range v.Sections {
		id := strconv.FormatInt(v.Sections[i].ID, 10)
		v.Sections[i].In = slices.Contains(f.Values["category"], id)
		v.Sections[i].Main = f.Get("main_category") == id
	}
}

// storyFields are the fields of the page by their names.
func storyFields(v *edit.Story) map[string]*edit.Field {
	fields := map[string]*edit.Field{
		"title": &v.Title, "standfirst": &v.Standfirst, "body": &v.Body, "slug": &v.Slug, "tags": &v.Tags, "byline": &v.Byline,
		"language": &v.Language, "category": &v.SectionError, "picture": &v.Picture, "publish_at": &v.PublishAt,
		"apply_at": &v.ApplyAt, "withdraw_at": &v.WithdrawAt, "note": &v.WithdrawNote,
		"embargo": &v.Embargo, "note_text": &v.Notes.Text, "publish_reason": &v.Checks.Reason,
		"correction_text": &v.Corrections.Text, "follow_up": &v.Corrections.FollowUp,
	}
	for name, field := range fields {
		field.ID = name
	}
	return fields
}

// storyFieldOrder is the order of the fields on the page.
var storyFieldOrder = []string{
	"title", "standfirst", "body", "publish_at", "apply_at", "withdraw_at", "note", "embargo", "note_text", "publish_reason",
	"category", "tags", "byline", "correction_text", "follow_up", "picture", "slug", "language",
}

// modelFields maps the fields of a manuscript to the form's names of them, where these differ.
var modelFields = map[string]string{"categories": "category", "authors": "byline", "date": "publish_at", "checks": "publish_reason"}

// markStory puts the errors of fields on the page. It reports whether there were any.
func markStory(v *edit.Story, err error) bool {
	e, ok := errors.AsType[*models.Error](err)
	if !ok || e.Kind != models.Invalid || len(e.Fields) == 0 {
		return false
	}
	fields := storyFields(v)
	for _, wrong := range e.Fields {
		name := wrong.Field
		if other := modelFields[name]; other != "" {
			name = other
		}
		if field := fields[name]; field != nil {
			field.Error, field.Limit = wrong.Code, wrong.Limit
		}
	}
	// A field may have several errors: the list shows each of them.
	for _, name := range storyFieldOrder {
		for _, wrong := range e.Fields {
			if wrong.Field == name || modelFields[wrong.Field] == name {
				v.Wrong = append(v.Wrong, edit.Field{ID: name, Value: fields[name].Value, Error: wrong.Code, Limit: wrong.Limit})
			}
		}
	}
	return len(v.Wrong) > 0
}

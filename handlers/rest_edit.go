package handlers

import (
	"strings"

	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/taxonomy"
	"broadsheet/models/people"
	"broadsheet/models/richtext"
	"broadsheet/views/rest"
)

// The part of a post that only the context "edit" has.

// addEditorsPart gives a post the texts as they were entered, the fields that a form for
// writing needs, and links that name what the account may do with it.
func (re *restAPI) addEditorsPart(q *restRequest, p *rest.Post, a *newsroom.Page, source newsroom.ArticleBody) {
	format, err := richtext.ParseFormat(source.Format)
	if err != nil {
		format = richtext.HTML
	}
	title, excerpt, body := rawPlain(a.Title), rawPlain(a.Standfirst), rawBody(source.Source, format)
	p.Title.Raw, p.Excerpt.Raw, p.Content.Raw, p.GUID.Raw = &title, &excerpt, &body, &p.GUID.Rendered
	p.Password = new(string)
	slug := taxonomy.UnbinnedSlug(a.Slug)
	p.GeneratedSlug = slug
	path := re.absolute(q.site.ArticlePath(&a.Article))
	if i := strings.LastIndex(path, a.Slug); i > 0 {
		p.PermalinkTemplate = path[:i] + "%postname%" + path[i+len(a.Slug):]
	}
	re.addActions(q, p)
}

// postActions are WordPress's names of acts on a post, with the check whether an account may.
var postActions = []struct {
	name string
	may  func(*viewer) bool
}{
	{"publish", func(v *viewer) bool { return v.may(people.Publishing) }},
	{"unfiltered-html", func(v *viewer) bool { return v.may(people.RawHTML) }},
	{"sticky", func(v *viewer) bool { return v.may(people.Editing) }},
	{"assign-author", func(v *viewer) bool { return v.may(people.Editing) }},
	{"create-categories", mayManageTerms},
	{"assign-categories", mayWrite},
	{"create-tags", mayTag},
	{"assign-tags", mayWrite},
}

// addActions adds the links by which writing apps decide which buttons they show.
func (re *restAPI) addActions(q *restRequest, p *rest.Post) {
	for _, action := range postActions {
		if action.may(q.writer) {
			p.Links["wp:action-"+action.name] = []rest.Link{{Href: re.restEntryHref("posts", p.ID)}}
		}
	}
}

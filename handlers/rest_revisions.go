package handlers

import (
	"fmt"
	"net/http"
	"slices"

	"broadsheet/handlers/restparams"
	"broadsheet/models"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/drafts"
	"broadsheet/models/newsroom/taxonomy"
	"broadsheet/models/richtext"
	"broadsheet/views/rest"
)

// The interface shows the versions of an article as WordPress's revisions, and its autosaved
// versions as WordPress's autosaves. Version numbers start at 1 in each article.

const (
	revisionsPath = "/posts/:id/revisions"
	autosavesPath = "/posts/:id/autosaves"
)

// maxRevisions is the most versions of an article that the lists show.
const maxRevisions = 1000

var (
	revisionSchema  = restEntry[rest.Revision]()
	revisionsSchema = restList(revisionSchema, []string{"date", "id"}, "date", "desc")
)

// revisionReads returns the methods that show versions.
func (re *restAPI) revisionReads() []restRoute {
	return []restRoute{
		{"revisions", revisionsPath, revisionsSchema, re.showRevisions},
		{"revision", revisionsPath + "/:number", revisionSchema, re.showRevision},
		{"autosaves", autosavesPath, revisionSchema, re.showAutosaves},
		{"autosave", autosavesPath + "/:number", revisionSchema, re.showRevision},
	}
}

// revisionWrites returns the methods that add versions. A deletion is always refused, because
// the history of an article must stay complete.
func (re *restAPI) revisionWrites() []restWrite {
	return []restWrite{
		{"autosave", []string{post}, autosavesPath, revisionSchema, maxStoryJSON, mayWrite, re.createAutosave},
		{"delete revision", []string{http.MethodDelete}, revisionsPath + "/:number", deleteSchema(revisionSchema), maxSmallForm, mayWrite, re.deleteRevision},
	}
}

var (
	errNoParent404 = &restparams.Refused{Status: http.StatusNotFound, Code: "rest_post_invalid_parent", Message: "Invalid post parent ID."}
	errNoRevision  = &restparams.Refused{Status: http.StatusNotFound, Code: "rest_post_invalid_id", Message: "Invalid revision ID."}
	errPastLast    = &restparams.Refused{
		Status: http.StatusBadRequest, Code: "rest_revision_invalid_page_number",
		Message: "The page number requested is larger than the number of pages available.",
	}
	errNoRevisions = &restparams.Refused{
		Status: http.StatusUnauthorized, Code: "rest_cannot_read", Message: "Sorry, you are not allowed to view revisions of this post.",
	}
	errRevisionTrash = &restparams.Refused{
		Status: http.StatusNotImplemented, Code: "rest_trash_not_supported",
		Message: "Revisions do not support trashing. Set 'force=true' to delete.",
	}
)

// openParent loads the article whose versions a request is about. Only those who may edit
// it see them.
func (re *restAPI) openParent(q *restRequest) (*opened, error) {
	if q.writer == nil || !mayWrite(q.writer) {
		return nil, forbidden(q.writer, errNoRevisions)
	}
	d, err := re.openPost(q)
	switch {
	case err == errNoPost:
		return nil, errNoParent404
	case err != nil:
		return nil, err
	case !d.access.Edit:
		return nil, forbidden(q.writer, errNoRevisions)
	}
	return d, nil
}

// versions returns the autosaves of an article, or all other versions, newest first.
func (re *restAPI) versions(q *restRequest, article int64, autosaved bool) ([]newsroom.VersionInfo, error) {
	list, err := newsroom.Versions(q.ctx(), re.db, article, maxRevisions)
	return slices.DeleteFunc(list, func(v newsroom.VersionInfo) bool { return (v.Kind == string(drafts.Autosaved)) != autosaved }), err
}

func (re *restAPI) showRevisions(q *restRequest) error {
	d, err := re.openParent(q)
	if err != nil {
		return err
	}
	list, err := re.versions(q, d.Article.ID, false)
	if err != nil {
		return err
	}
	if q.Text("order") == "asc" {
		slices.Reverse(list)
	}
	offset, limit := q.part()
	total := len(list)
	if q.isPastEnd(total) {
		return errPastLast
	}
	list = list[min(offset, total):]
	entries, err := re.presentRevisions(q, d, list[:min(limit, len(list))])
	if err != nil {
		return err
	}
	return sendRESTList(re, q, entries, total, dependencies{})
}

func (re *restAPI) showAutosaves(q *restRequest) error {
	d, err := re.openParent(q)
	if err != nil {
		return err
	}
	list, err := re.versions(q, d.Article.ID, true)
	if err != nil {
		return err
	}
	entries, err := re.presentRevisions(q, d, list)
	if err != nil {
		return err
	}
	return re.sendREST(q, entries)
}

// openRevision returns the version that the address names.
func (re *restAPI) openRevision(q *restRequest) (*opened, *newsroom.VersionInfo, error) {
	d, err := re.openParent(q)
	if err != nil {
		return nil, nil, err
	}
	number := parseID(q.Param("number"))
	if number < 1 {
		return nil, nil, errNoRoute
	}
	list, err := newsroom.Versions(q.ctx(), re.db, d.Article.ID, maxRevisions)
	if err != nil {
		return nil, nil, err
	}
	i := slices.IndexFunc(list, func(v newsroom.VersionInfo) bool { return int64(v.Number) == number })
	if i < 0 {
		return nil, nil, errNoRevision
	}
	return d, &list[i], nil
}

func (re *restAPI) showRevision(q *restRequest) error {
	d, version, err := re.openRevision(q)
	if err != nil {
		return err
	}
	entries, err := re.presentRevisions(q, d, []newsroom.VersionInfo{*version})
	if err != nil {
		return err
	}
	return re.sendREST(q, entries[0])
}

func (re *restAPI) deleteRevision(q *restRequest) error {
	_, _, err := re.openRevision(q)
	if err == nil {
		err = q.checkForce(errRevisionTrash)
	}
	if err != nil {
		return err
	}
	return q.denied("rest_cannot_delete", "Sorry, you are not allowed to delete this revision: versions are kept.")
}

// createAutosave stores a text as an autosave, which readers do not see, even of a live
// article. Fields that were not sent come from the newest text.
func (re *restAPI) createAutosave(q *restRequest) error {
	d, err := re.openParent(q)
	if err != nil {
		return err
	}
	stored, err := drafts.Version(q.ctx(), re.db, d.Article, d.Number)
	if err != nil {
		return err
	}
	text, err := storyReader{q, re, stored}.text()
	if err != nil {
		return err
	}
	kept, err := drafts.Autosave(q.ctx(), re.db, q.writer.actor(), d.Article.ID, d.Number, text)
	if err != nil {
		return err
	}
	list, err := newsroom.Versions(q.ctx(), re.db, d.Article.ID, maxRevisions)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(list, func(v newsroom.VersionInfo) bool { return v.Number == kept.Number })
	if i < 0 {
		return models.Errorf(models.Unavailable, "the version %d is gone", kept.Number)
	}
	entries, err := re.presentRevisions(q, d, list[i:i+1])
	if err != nil {
		return err
	}
	return re.sendREST(q, entries[0])
}

func (re *restAPI) presentRevisions(q *restRequest, d *opened, list []newsroom.VersionInfo) ([]rest.Revision, error) {
	entries := make([]rest.Revision, 0, len(list))
	authors := map[int64]int64{}
	for _, version := range list {
		text, err := drafts.Version(q.ctx(), re.db, d.Article, version.Number)
		if err != nil {
			return nil, err
		}
		body, err := richtext.Article(text.Body, text.Format)
		if err != nil {
			return nil, err
		}
		v := re.presentRevision(q, d.Article.ID, version)
		v.Title, v.Content.Rendered, v.Excerpt.Rendered = rest.Plain(text.Title), body.HTML, rest.Paragraph(text.Standfirst)
		if q.editing() {
			title, excerpt, source := rawPlain(text.Title), rawPlain(text.Standfirst), rawBody(text.Body, text.Format)
			v.Title.Raw, v.Content.Raw, v.Excerpt.Raw, v.GUID.Raw = &title, &source, &excerpt, &v.GUID.Rendered
		}
		if id := version.ActorID; id != nil {
			if _, known := authors[*id]; !known {
				own, err := taxonomy.AuthorsOf(q.ctx(), re.db, *id)
				if err != nil {
					return nil, err
				}
				if authors[*id] = 0; len(own) > 0 {
					authors[*id] = own[0]
				}
			}
			v.Author = authors[*id]
		}
		entries = append(entries, v)
	}
	return entries, nil
}

func (re *restAPI) presentRevision(q *restRequest, article int64, version newsroom.VersionInfo) rest.Revision {
	kind, name := "revisions", "revision"
	if version.Kind == string(drafts.Autosaved) {
		kind, name = "autosaves", "autosave"
	}
	local, utc := rest.Date(version.At.In(q.site.TimeZone)), rest.Date(version.At.UTC())
	parent := re.restEntryHref("posts", article)
	return rest.Revision{
		Date: local, DateGMT: utc, Modified: local, ModifiedGMT: utc, ID: int64(version.Number), Parent: article,
		Slug: fmt.Sprintf("%d-%s-v%d", article, name, version.Number),
		GUID: rest.Plain(re.absolute(fmt.Sprintf("/?p=%d&version=%d", article, version.Number))),
		Links: rest.Links{
			"self": {{Href: fmt.Sprintf("%s/%s/%d", parent, kind, version.Number)}}, "parent": {{Href: parent}},
		},
	}
}

package handlers

import (
	"errors"
	"fmt"
	"html"
	"net/http"
	"slices"
	"strings"
	"time"

	"broadsheet/handlers/restparams"
	"broadsheet/models"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/drafts"
	"broadsheet/models/newsroom/pictures"
	"broadsheet/models/newsroom/stafflist"
	"broadsheet/models/newsroom/taxonomy"
	"broadsheet/models/newsroom/termchanges"
	"broadsheet/models/newsroom/timetable"
	"broadsheet/models/people"
	"broadsheet/models/richtext"
)

// storyFormats are WordPress's formats of posts. All are shown alike.
var storyFormats = []string{"standard", "aside", "chat", "gallery", "link", "image", "quote", "status", "video", "audio"}

// statusNames maps statuses to WordPress's names. WordPress has no withdrawn articles, so that
// status has a name of its own.
var statusNames = map[newsroom.Status]string{
	newsroom.Published: "publish", newsroom.Scheduled: "future", newsroom.Draft: "draft", newsroom.InReview: "pending",
	newsroom.Trashed: "trash", newsroom.Withdrawn: "withdrawn",
}

// rawPlain returns a plain text of the site for editing by a program. It escapes the text only
// if readPlain would read it as HTML.
func rawPlain(text string) string {
	if richtext.PlainText(text) == text {
		return text
	}
	return html.EscapeString(text)
}

// readPlain returns a program's text, which may be HTML, as a plain text of one line.
func readPlain(text string) string { return richtext.PlainLine(richtext.PlainText(text)) }

// storyReader reads the fields of an article from a request. stored is the text that they change.
type storyReader struct {
	*restRequest
	re     *restAPI
	stored newsroom.Manuscript
}

// checkUnknown refuses values that no article of this site can have. An empty password is
// accepted, because many apps send one with every post.
func (s storyReader) checkUnknown() {
	b := s.body
	if b.Text("password") != "" {
		b.Refuse("password", "rest_invalid_param", "This site has no posts with a password.")
	}
	b.Choice("format", storyFormats...)
	b.Choice("comment_status", "open", "closed")
}

// text returns the stored text with the fields that were sent.
func (s storyReader) text() (newsroom.Manuscript, error) {
	m, b := s.stored, s.body
	s.checkUnknown()
	if b.Has("title") {
		m.Title = readPlain(b.Text("title"))
	}
	if b.Has("excerpt") {
		m.Standfirst = readPlain(b.Text("excerpt"))
	}
	if b.Has("slug") {
		if slug := b.Text("slug"); slug != s.stored.Slug {
			m.Slug = slug
		}
	}
	if b.Has("content") {
		if body := s.re.ownAddresses(b.Text("content")); body != rawBody(s.stored.Body, s.stored.Format) {
			m.Body, m.Format = body, richtext.HTML
		}
	}
	for _, read := range []func(*newsroom.Manuscript) error{s.readPicture, s.readCategories, s.readTags, s.readByline} {
		if err := read(&m); err != nil {
			return m, err
		}
	}
	return m, b.Err()
}

// ownAddresses makes the addresses of this site in attributes relative, as the desk stores
// them: a picture of the library is known by its path.
func (re *restAPI) ownAddresses(body string) string {
	body = strings.ReplaceAll(body, "\r\n", "\n")
	base := re.baseURL.String() + "/"
	return strings.NewReplacer(`="`+base, `="/`, `='`+base, `='/`).Replace(body)
}

// rawBody returns the text of an article as HTML, because programs write HTML.
func rawBody(body string, format richtext.Format) string {
	if format == richtext.Markdown {
		return htmlOf(body)
	}
	return body
}

func (s storyReader) readPicture(m *newsroom.Manuscript) error {
	if !s.body.Has("featured_media") {
		return nil
	}
	id := s.body.Integer("featured_media")
	if m.PictureID = nil; id == 0 {
		return nil
	}
	known, err := pictures.Has(s.ctx(), s.re.db, id)
	if err == nil && !known {
		err = &restparams.Refused{Status: http.StatusBadRequest, Code: "rest_invalid_featured_media", Message: "Invalid featured media ID."}
	}
	m.PictureID = &id
	return err
}

// readCategories keeps the main category first if it stays: WordPress gives its list no
// order.
func (s storyReader) readCategories(m *newsroom.Manuscript) error {
	if !s.body.Has("categories") {
		return nil
	}
	var refs []taxonomy.CategoryRef
	for _, id := range s.body.Integers("categories") {
		c := s.site.Categories.ByID(id)
		switch {
		case c == nil:
			s.body.Refuse("categories", "rest_invalid_param", "Invalid term ID.")
		case c.Path == taxonomy.UncategorizedSlug:
		case len(s.stored.Categories) > 0 && c.Path == strings.Trim(s.stored.Categories[0].Path, "/"):
			refs = slices.Insert(refs, 0, taxonomy.CategoryRef{Path: c.Path})
		default:
			refs = append(refs, taxonomy.CategoryRef{Path: c.Path})
		}
	}
	m.Categories = refs
	return nil
}

func (s storyReader) readTags(m *newsroom.Manuscript) error {
	if !s.body.Has("tags") {
		return nil
	}
	ids := s.body.Integers("tags")
	tags, err := stafflist.Tags(s.ctx(), s.re.db, ids)
	if len(tags) < len(ids) && err == nil {
		s.body.Refuse("tags", "rest_invalid_param", "Invalid term ID.")
	}
	m.Tags = nil
	for _, t := range tags {
		m.Tags = append(m.Tags, t.Name)
	}
	return err
}

// readByline reads the authors and their roles.
func (s storyReader) readByline(m *newsroom.Manuscript) error {
	if err := s.readAuthors(m); err != nil {
		return err
	}
	roles := s.body.Texts("coauthor_roles")
	if len(roles) > len(m.Authors) {
		s.body.Refuse("coauthor_roles", "rest_too_many_items", fmt.Sprintf("coauthor_roles must contain at most %d items.", len(m.Authors)))
		return nil
	}
	m.Authors = slices.Clone(m.Authors) // the stored text keeps its own
	for i, role := range roles {
		if m.Authors[i].Role = readPlain(role); richtext.TooLong(m.Authors[i].Role, termchanges.MaxRole) {
			s.body.Refuse("coauthor_roles", "rest_too_long", fmt.Sprintf("A role must be at most %d characters long.", termchanges.MaxRole))
		}
	}
	return nil
}

// readAuthors reads the field author, and coauthors, which has all authors in order. An author
// who stays keeps the role in the byline. Only editors write in the name of others.
func (s storyReader) readAuthors(m *newsroom.Manuscript) error {
	var ids []int64
	switch b := s.body; {
	case b.Has("coauthors"):
		ids = b.Integers("coauthors")
	case b.Integer("author") != 0:
		ids = []int64{b.Integer("author")}
	case m.ID == 0:
		m.Authors = []newsroom.AuthorRef{{Name: s.writer.Name}}
		return s.useOwnAuthor(m)
	default:
		return nil
	}
	refs, err := s.authors(ids)
	if err != nil || s.body.Has("coauthors") || len(m.Authors) < 2 {
		m.Authors = refs
		return err
	}
	if refs[0].Slug == m.Authors[0].Slug {
		return nil
	}
	for _, other := range m.Authors[1:] { // they stay
		if other.Slug != refs[0].Slug {
			refs = append(refs, other)
		}
	}
	m.Authors = refs
	return nil
}

// authors returns the authors with these numbers. It refuses numbers that no author has,
// and the names of others to an account that edits its own articles alone.
func (s storyReader) authors(ids []int64) (refs []newsroom.AuthorRef, err error) {
	found, err := stafflist.Authors(s.ctx(), s.re.db, ids)
	if err != nil {
		return nil, err
	}
	if len(found) < len(ids) {
		return nil, &restparams.Refused{Status: http.StatusBadRequest, Code: "rest_invalid_author", Message: "Invalid author ID."}
	}
	own, err := stafflist.AuthorOf(s.ctx(), s.re.db, s.writer.ID, s.writer.Name)
	if err != nil {
		return nil, err
	}
	for _, a := range found {
		ref := newsroom.AuthorRef{Slug: a.Slug, Name: a.Name}
		i := slices.IndexFunc(s.stored.Authors, func(r newsroom.AuthorRef) bool { return r.Slug == a.Slug })
		switch {
		case i >= 0:
			ref = s.stored.Authors[i]
		case (own == nil || own.ID != a.ID) && !s.writer.may(people.Editing):
			return nil, s.denied("rest_cannot_edit_others", "Sorry, you are not allowed to create posts as this user.")
		}
		refs = append(refs, ref)
	}
	return refs, nil
}

// useOwnAuthor gives a new article the author that belongs to the account.
func (s storyReader) useOwnAuthor(m *newsroom.Manuscript) error {
	own, err := stafflist.AuthorOf(s.ctx(), s.re.db, s.writer.ID, s.writer.Name)
	if err == nil && own != nil {
		m.Authors = []newsroom.AuthorRef{{Slug: own.Slug, Name: own.Name}}
	}
	return err
}

// storyPlan holds the changes of status, dates and pins that a request asks for.
type storyPlan struct {
	to     newsroom.Status // "" keeps it
	at     time.Time       // of publication; zero keeps it
	sticky *bool           // nil keeps it
}

// storyStatuses are the statuses that a request may give.
var storyStatuses = []string{"publish", "future", "draft", "pending", "private", "trash"}

// namedStatuses are the statuses that requests ask for. The date decides between published
// and scheduled.
var namedStatuses = map[string]newsroom.Status{
	"publish": newsroom.Published, "future": newsroom.Published, "draft": newsroom.Draft, "pending": newsroom.InReview,
	"trash": newsroom.Trashed, "withdrawn": newsroom.Withdrawn,
}

// plan reads status and date. As in WordPress, an article that is published with a date in
// the future is scheduled.
func (s storyReader) plan(a *newsroom.Article, now time.Time) (p storyPlan, err error) {
	status := s.body.Choice("status", append(slices.Clone(storyStatuses), statusNames[a.Status])...)
	if p.at = s.date(a); s.body.Err() != nil {
		return p, s.body.Err()
	}
	due := p.at
	if due.IsZero() {
		due = a.PublishedAt.Time
	}
	switch p.to = namedStatuses[status]; {
	case status == "private":
		s.body.Refuse("status", "rest_invalid_param", "This site has no private posts.")
	case status == "future" && due.IsZero():
		s.body.Refuse("date", "rest_invalid_date", "A post with the status future needs a date.")
	case p.to == newsroom.Published && due.After(now):
		p.to = newsroom.Scheduled
	case status == "":
		s.checkDate(a, p.at, now)
		if !p.at.IsZero() {
			p.to = a.Status
		}
	}
	if p.to == a.Status && p.at.IsZero() {
		p.to = ""
	}
	if p.to == newsroom.Published && a.Status == newsroom.Published {
		s.checkDate(a, p.at, now)
	}
	return p, s.body.Err()
}

// checkDate refuses a date that the article cannot have in its status.
func (s storyReader) checkDate(a *newsroom.Article, at, now time.Time) {
	switch {
	case at.IsZero():
	case a.Status == newsroom.Published || a.Status == newsroom.Withdrawn:
		s.body.Refuse("date", "rest_invalid_date", "The date of a published post stays, because it is part of its address.")
	case a.Status == newsroom.Scheduled && !at.After(now):
		s.body.Refuse("date", "rest_invalid_date", "This time has passed.")
	}
}

// date returns the date of publication that a request gives, zero if it gives none or the
// one that the article has.
func (s storyReader) date(a *newsroom.Article) time.Time {
	at, ok := s.instant("date", s.site.TimeZone)
	if gmt, sent := s.instant("date_gmt", time.UTC); sent && (!ok || !s.body.Has("date")) {
		at, ok = gmt, true
	}
	if !ok || at.Sub(a.PublishedAt.Time).Abs() < time.Second && !a.PublishedAt.IsZero() {
		return time.Time{}
	}
	return at
}

// instant reads a date. One without a zone is a time of the wall clock of zone.
func (s storyReader) instant(name string, zone *time.Location) (time.Time, bool) {
	sent, ok := s.body.Date(name)
	if !ok || !sent.Local {
		return sent.Time, ok
	}
	at, err := timetable.ParseTime(sent.String(), zone)
	if err != nil {
		s.body.Refuse(name, "rest_invalid_date", models.SafeText(err))
	}
	return at, err == nil
}

// storyFieldNames gives the fields of a manuscript WordPress's names.
var storyFieldNames = map[string]string{
	"standfirst": "excerpt", "body": "content", "authors": "author", "picture": "featured_media", "embargo": "date",
	"alt": "alt_text",
}

// restError returns an error of the models as one of WordPress's interface.
func (re *restAPI) restError(q *restRequest, err error) error {
	if overlap, ok := errors.AsType[*drafts.Overlap](err); ok {
		return &restparams.Refused{
			Status: http.StatusConflict, Code: "rest_edit_conflict",
			Message: overlap.By.Name + " changes the same paragraphs right now. What you sent is kept as a version of the text.",
		}
	}
	e, ok := errors.AsType[*models.Error](err)
	if !ok {
		return err
	}
	refused := &restparams.Refused{Status: httpStatus[e.Kind], Message: e.Safe}
	switch e.Kind {
	case models.Invalid:
		return re.invalidFields(q, e)
	case models.Conflict:
		refused.Code = "rest_conflict"
	case models.Forbidden:
		refused.Code = "rest_forbidden"
	case models.TooLarge:
		refused.Code = "rest_upload_file_too_big"
	default:
		return err
	}
	return refused
}

// invalidFields returns the refused fields of a model as refused parameters.
func (re *restAPI) invalidFields(q *restRequest, e *models.Error) error {
	if len(e.Fields) == 0 {
		return &restparams.Refused{Status: http.StatusBadRequest, Code: "rest_invalid_param", Message: e.Safe}
	}
	var invalid restparams.Invalid
	for _, f := range e.Fields {
		name := f.Field
		if other := storyFieldNames[name]; other != "" {
			name = other
		}
		message := name + ": " + re.text(q.site, "error."+f.Code, "limit", f.Limit)
		invalid = append(invalid, restparams.Problem{Param: name, Code: "rest_invalid_param", Message: message})
	}
	return invalid
}

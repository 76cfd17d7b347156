package newsroom

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"broadsheet/models"
	"broadsheet/models/newsroom/searchindex"
	"broadsheet/models/newsroom/taxonomy"
	"broadsheet/models/newsroom/translations"
	"broadsheet/models/richtext"
	"broadsheet/models/settings"
)

// Limits of an article's fields. A longer value is refused with the field's name,
// not cut. Lines are measured in characters, see [richtext.TooLong], identifiers
// in bytes.
const (
	MaxTitle       = 400
	MaxStandfirst  = 4000
	MaxName        = 200 // of a category, a tag or an author
	MaxSourceID    = 200 // bytes
	MaxCategories  = 32
	MaxTags        = 64
	MaxAuthors     = 24
	MaxCorrections = 50
)

// Manuscript is the input for an article: from an editor, a Markdown file or an
// import.
type Manuscript struct {
	ID       int64  // 0: a new number
	GUID     string // empty: made from the number
	Source   string // the system it comes from; identifies it together with SourceID
	SourceID string
	WPID     *int64

	Title      string
	Slug       string // empty: made from the title, kept when the title changes later
	Standfirst string
	Language   string
	Body       string
	Format     richtext.Format
	Authors    []AuthorRef
	Categories []taxonomy.CategoryRef // the main one first
	Tags       []string               // names
	PictureID  *int64

	Status      Status    // empty: published if new, else the stored one; see [Saver.Importing]
	StatusNote  string    // for withdrawn articles
	PublishedAt time.Time // zero: the stored time, or now
	RevisedAt   time.Time // zero: now if a public article changes
	Comments    CommentStatus
	// Commenters is the group that may comment, "" keeps the stored one.
	Commenters models.Commenters `json:",omitempty"`
	// RecommendsOff means that comments cannot be recommended; nil keeps the
	// stored value.
	RecommendsOff *bool `json:",omitempty"`
	// Republish says whether others may republish the article; nil keeps the stored
	// value.
	Republish *bool `json:",omitempty"`
	// TranslationKey is of the article's translations, "" for none; nil keeps the stored one.
	TranslationKey *string `json:",omitempty"`
	Corrections    []Correction
}

// AuthorRef names an author by slug, by name or both.
type AuthorRef struct{ Slug, Name, Role string }

// Prepared is a manuscript that was checked and rendered, ready to be written.
type Prepared struct {
	Manuscript
	body     richtext.Body
	analysed *searchindex.Body
	digest   string
	// titled means that the slug was made from the title.
	titled bool
	// Minor is set for an update that readers need not hear of, such as a typing error: the
	// article keeps its date of revision, and its public history leaves the update out.
	Minor bool
}

// Check refuses, with Invalid, the manuscripts that [Prepare] refuses. It neither renders
// nor analyses the body, which for a long one takes most of the time of an autosave.
func Check(m Manuscript) error {
	m.Title, m.Standfirst = richtext.PlainLine(m.Title), richtext.PlainLine(m.Standfirst)
	if err := checkManuscript(&m); err != nil {
		return err
	}
	if err := richtext.CheckArticle(m.Body, m.Format); err != nil {
		return bodyError(err)
	}
	return nil
}

func bodyError(err error) error {
	bad := models.FieldError{Field: "body", Code: "body-unreadable"}
	if over, ok := errors.AsType[*richtext.LimitError](err); ok {
		bad.Code, bad.Limit = over.Code, over.Limit
	}
	return &models.Error{Kind: models.Invalid, Safe: err.Error(), Fields: []models.FieldError{bad}}
}

// Prepare checks a manuscript and renders its body. It does everything that takes
// time, so that the transaction after it is short. The body is analysed for the search
// only if the article may become public by it.
func Prepare(m Manuscript) (*Prepared, error) {
	m = m.withoutNULs()
	m.Title = richtext.PlainLine(m.Title)
	m.Standfirst = richtext.PlainLine(m.Standfirst)
	if err := checkManuscript(&m); err != nil {
		return nil, err
	}
	titled := false
	if m.Slug = taxonomy.Slug(m.Slug); m.Slug == "" {
		m.Slug, titled = taxonomy.Slug(m.Title), true
	}
	if m.Slug == "" {
		m.Slug = "story"
	}
	m.Language = settings.CleanLanguage(m.Language)
	body, err := richtext.Article(m.Body, m.Format)
	if err != nil {
		return nil, bodyError(err)
	}
	digest, err := digestOf(m)
	p := &Prepared{Manuscript: m, body: body, digest: digest, titled: titled}
	if m.Status == "" || m.Status == Published {
		p.analysed = searchindex.NewBody(body.Text)
	}
	return p, err
}

// withoutNULs returns the manuscript without NUL characters, which JSON can contain
// and PostgreSQL cannot store.
func (m Manuscript) withoutNULs() Manuscript {
	clean := func(s string) string { return strings.ReplaceAll(s, "\x00", "") }
	for _, s := range []*string{
		&m.GUID, &m.Source, &m.SourceID, &m.Title, &m.Slug, &m.Standfirst, &m.Language, &m.Body, &m.StatusNote,
	} {
		*s = clean(*s)
	}
	m.Authors, m.Tags, m.Corrections = slices.Clone(m.Authors), slices.Clone(m.Tags), slices.Clone(m.Corrections)
	for i, a := range m.Authors {
		m.Authors[i] = AuthorRef{clean(a.Slug), clean(a.Name), clean(a.Role)}
	}
	for i, tag := range m.Tags {
		m.Tags[i] = clean(tag)
	}
	for i := range m.Corrections {
		m.Corrections[i].Text = clean(m.Corrections[i].Text)
	}
	return m
}

func checkManuscript(m *Manuscript) error {
	var bad []models.FieldError
	refuse := func(field, code string, limit int) {
		bad = append(bad, models.FieldError{Field: field, Code: code, Limit: limit})
	}
	if richtext.Blank(m.Title) && !m.Status.unfinished() {
		refuse("title", "required", 0)
	}
	for _, f := range []struct {
		name, value string
		most        int
	}{
		{"title", m.Title, MaxTitle},
		{"standfirst", m.Standfirst, MaxStandfirst},
	} {
		if richtext.TooLong(f.value, f.most) {
			refuse(f.name, "too-many-characters", f.most)
		}
	}
	for name, value := range map[string]string{
		"source": m.Source, "source id": m.SourceID, "translation key": translations.Cleaned(m.TranslationKey),
	} {
		if len(value) > MaxSourceID || !utf8.ValidString(value) {
			refuse(name, "too-long", MaxSourceID)
		}
	}
	for _, f := range []struct {
		name    string
		n, most int
	}{
		{"categories", len(m.Categories), MaxCategories},
		{"tags", len(m.Tags), MaxTags},
		{"authors", len(m.Authors), MaxAuthors},
		{"corrections", len(m.Corrections), MaxCorrections},
	} {
		if f.n > f.most {
			refuse(f.name, "too-many", f.most)
		}
	}
	for _, c := range m.Corrections {
		if richtext.TooLong(c.Text, MaxCorrectionText) {
			refuse("correction_text", "too-many-characters", MaxCorrectionText)
		}
	}
	if y := m.PublishedAt.Year(); !m.PublishedAt.IsZero() && (y < 1000 || y > 9998) {
		refuse("date", "impossible", 0)
	}
	if len(bad) > 0 {
		return models.InvalidFields(bad...)
	}
	return nil
}

// digestOf returns a hash of the whole manuscript. A second import of the same row
// has the same digest and changes nothing.
func digestOf(m Manuscript) (string, error) {
	data, err := json.Marshal(struct {
		Manuscript Manuscript
		Policy     int
	}{m, richtext.ArticlePolicyVersion})
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:12]), err
}

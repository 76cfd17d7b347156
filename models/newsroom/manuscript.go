package newsroom

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"broadsheet/models"
	"broadsheet/models/newsroom/taxonomy"
	"broadsheet/models/richtext"
)

// Limits on what an article is made of. Longer values are refused by name,
// never cut. Lines are counted in characters as people count them, see
// [richtext.TooLong]; identifiers in bytes.
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

// Manuscript is an article as it comes in: from an editor, a Markdown file or an
// import.
type Manuscript struct {
	ID       int64  // 0: a new number
	GUID     string // empty: made from the number
	Source   string // where it comes from; identity together with SourceID
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

	Status      Status    // empty: published
	StatusNote  string    // for withdrawn articles
	PublishedAt time.Time // zero: now, or what it was before
	RevisedAt   time.Time // zero: as the change itself tells
	Comments    CommentStatus
	// Commenters is who may comment, "" for what it was before.
	Commenters models.Commenters `json:",omitempty"`
	// RecommendsOff says whether comments cannot be recommended, nil for what
	// it was before.
	RecommendsOff *bool `json:",omitempty"`
	Corrections   []Correction
}

// AuthorRef names an author by slug, by name or both.
type AuthorRef struct{ Slug, Name, Role string }

// Prepared is a manuscript that was checked and rendered, ready to be written.
type Prepared struct {
	Manuscript
	body   richtext.Body
	digest string
	// titled: the slug was made from the title.
	titled bool
}

// Prepare checks a manuscript and renders its body. It does everything that takes
// time, so that the transaction after it is short.
func Prepare(d Manuscript) (*Prepared, error) {
	d = d.withoutNULs()
	d.Title = richtext.PlainLine(d.Title)
	d.Standfirst = richtext.PlainLine(d.Standfirst)
	if err := checkManuscript(&d); err != nil {
		return nil, err
	}
	titled := false
	if d.Slug = taxonomy.Slug(d.Slug); d.Slug == "" {
		d.Slug, titled = taxonomy.Slug(d.Title), true
	}
	if d.Slug == "" {
		d.Slug = "story"
	}
	d.Language = models.CleanLanguage(d.Language)
	body, err := richtext.Article(d.Body, d.Format)
	if err != nil {
		return nil, &models.Error{Kind: models.Invalid, Safe: err.Error(), Fields: []models.FieldError{{Field: "body", Code: "too-long"}}}
	}
	digest, err := digestOf(d)
	return &Prepared{Manuscript: d, body: body, digest: digest, titled: titled}, err
}

// withoutNULs returns the manuscript without the one character that JSON can
// carry and PostgreSQL cannot keep.
func (d Manuscript) withoutNULs() Manuscript {
	clean := func(s string) string { return strings.ReplaceAll(s, "\x00", "") }
	for _, s := range []*string{&d.GUID, &d.Source, &d.SourceID, &d.Title, &d.Slug, &d.Standfirst, &d.Language, &d.Body, &d.StatusNote} {
		*s = clean(*s)
	}
	d.Authors, d.Tags, d.Corrections = slices.Clone(d.Authors), slices.Clone(d.Tags), slices.Clone(d.Corrections)
	for i, a := range d.Authors {
		d.Authors[i] = AuthorRef{clean(a.Slug), clean(a.Name), clean(a.Role)}
	}
	for i, tag := range d.Tags {
		d.Tags[i] = clean(tag)
	}
	for i := range d.Corrections {
		d.Corrections[i].Text = clean(d.Corrections[i].Text)
	}
	return d
}

func checkManuscript(d *Manuscript) error {
	var bad []models.FieldError
	refuse := func(field, code string, limit int) {
		bad = append(bad, models.FieldError{Field: field, Code: code, Limit: limit})
	}
	if richtext.Blank(d.Title) {
		refuse("title", "required", 0)
	}
	for _, f := range []struct {
		name, value string
		most        int
	}{
		{"title", d.Title, MaxTitle},
		{"standfirst", d.Standfirst, MaxStandfirst},
	} {
		if richtext.TooLong(f.value, f.most) {
			refuse(f.name, "too-many-characters", f.most)
		}
	}
	for name, value := range map[string]string{"source": d.Source, "source id": d.SourceID} {
		if len(value) > MaxSourceID || !utf8.ValidString(value) {
			refuse(name, "too-long", MaxSourceID)
		}
	}
	for _, f := range []struct {
		name    string
		n, most int
	}{
		{"categories", len(d.Categories), MaxCategories},
		{"tags", len(d.Tags), MaxTags},
		{"authors", len(d.Authors), MaxAuthors},
		{"corrections", len(d.Corrections), MaxCorrections},
	} {
		if f.n > f.most {
			refuse(f.name, "too-many", f.most)
		}
	}
	if y := d.PublishedAt.Year(); !d.PublishedAt.IsZero() && (y < 1000 || y > 9998) {
		refuse("date", "impossible", 0)
	}
	if len(bad) > 0 {
		return models.InvalidFields(bad...)
	}
	return nil
}

// digestOf sums up everything a manuscript says, so that importing the same row
// again is seen to change nothing.
func digestOf(d Manuscript) (string, error) {
	data, err := json.Marshal(struct {
		Manuscript Manuscript
		Policy     int
	}{d, richtext.ArticlePolicyVersion})
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:12]), err
}

package newsroom

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"broadsheet/models"
	"broadsheet/models/newsroom/permalink"
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
	// file says which file the manuscript is; nil for one from elsewhere.
	file *File
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

// Outcome says what saving did.
type Outcome int

// The outcomes of a save.
const (
	Created Outcome = iota
	Updated
	Unchanged
)

// Save writes one article: a new one, or a new version of the one that the
// draft's ID or source id names.
func Save(ctx context.Context, db *models.DB, d Manuscript) (article *Article, outcome Outcome, err error) {
	p, err := Prepare(d)
	if err != nil {
		return nil, 0, err
	}
	err = db.Write(ctx, func(tx *models.Tx) error {
		site, err := LoadSite(ctx, tx)
		if err != nil {
			return err
		}
		article, outcome, err = newSaver(tx, site).save(ctx, p)
		return err
	})
	return article, outcome, err
}

// saver writes articles in one transaction. It remembers the sections,
// tags and authors it has met, so that a batch asks for each but once.
type saver struct {
	tx         *models.Tx
	site       *Site
	categories map[string]*taxonomy.Category
	tags       map[string]*taxonomy.Tag
	authors    map[string]*taxonomy.Author
}

func newSaver(tx *models.Tx, site *Site) *saver {
	return &saver{tx, site, map[string]*taxonomy.Category{}, map[string]*taxonomy.Tag{}, map[string]*taxonomy.Author{}}
}

func (s *saver) save(ctx context.Context, p *Prepared) (*Article, Outcome, error) {
	old, err := s.existing(ctx, p)
	if err != nil {
		return nil, 0, err
	}
	if old != nil {
		var digest string
		err := s.tx.Query(ctx).Raw("SELECT digest FROM article_bodies WHERE article_id = ?", old.ID).Scan(&digest).Error
		if err != nil || digest == p.digest {
			return old, Unchanged, err
		}
	}
	placement, err := s.findTerms(ctx, p)
	if err != nil {
		return nil, 0, err
	}
	a := s.row(p, old, placement)
	if a.Slug, err = s.slugFor(ctx, a, p, old); err != nil {
		return nil, 0, err
	}
	outcome := Created
	var stood, stands *listing
	var linked []int64
	if old != nil {
		outcome = Updated
		if stood, linked, err = s.deleteDependents(ctx, old, a); err != nil {
			return nil, 0, err
		}
		err = s.tx.Query(ctx).Save(a).Error
	} else {
		err = s.tx.Query(ctx).Create(a).Error
	}
	if err == nil && a.GUID == "" {
		a.GUID = fmt.Sprintf("urn:broadsheet:article:%d", a.ID)
		err = s.tx.Query(ctx).Model(a).Update("guid", a.GUID).Error
	}
	if err == nil {
		err = s.insertDependents(ctx, a, p, placement)
	}
	if err == nil && a.Status == Published {
		stands, err = addToLists(ctx, s.tx, a, placement, s.site)
	}
	if err == nil {
		err = s.announce(ctx, a.ID, stood, stands, linked)
	}
	return a, outcome, err
}

// announce says what readers may now see differently. A story that stands
// where it stood leaves the lists as they are, but for its own entry.
func (s *saver) announce(ctx context.Context, id int64, stood, stands *listing, linked []int64) error {
	touchArticle(s.tx, id)
	if stood == nil && stands == nil {
		return nil
	}
	moved := !stood.equal(stands)
	if moved {
		stood.touch(s.tx)
		stands.touch(s.tx)
	}
	links, err := linkedFrom(ctx, s.tx, id)
	if moved || !slices.Equal(links, linked) {
		touchCoverage(s.tx, links)
		touchCoverage(s.tx, linked)
	}
	return err
}

// existing finds the article that a manuscript is a new version of.
func (s *saver) existing(ctx context.Context, p *Prepared) (*Article, error) {
	q := s.tx.Query(ctx).Clauses(locked).Limit(1)
	switch {
	case p.file != nil:
		id, err := p.file.article(ctx, s.tx, p)
		if err != nil || id == 0 {
			return nil, err
		}
		q = q.Where("id = ?", id)
	case p.SourceID != "":
		q = q.Where("source = ? AND source_id = ?", p.Source, p.SourceID)
	case p.ID != 0:
		q = q.Where("id = ?", p.ID)
	default:
		return nil, nil
	}
	var found []*Article
	err := q.Find(&found).Error
	if err != nil || len(found) == 0 {
		return nil, err
	}
	return found[0], nil
}

// row makes the article's new row out of the manuscript and the old row.
func (s *saver) row(p *Prepared, old *Article, pl *articleTerms) *Article {
	now := models.At(s.tx.Now)
	a := &Article{ID: p.ID, GUID: p.GUID, WPID: p.WPID, CreatedAt: now, CommentStatus: CommentsOpen}
	if !s.site.CommentsOpen {
		a.CommentStatus = CommentsClosed
	}
	if old != nil {
		row := *old
		a = &row
		a.Version++
	} else {
		a.Version = 1
		if p.GUID == "" && p.SourceID != "" {
			a.GUID = "urn:broadsheet:" + taxonomy.Slug(p.Source) + ":" + p.SourceID
		}
		if p.SourceID != "" {
			a.Source, a.SourceID = &p.Source, &p.SourceID
		}
	}
	a.UpdatedAt = now
	a.Title, a.TitleKey, a.Standfirst, a.Language = p.Title, taxonomy.FoldTitle(p.Title), p.Standfirst, p.Language
	a.PictureID, a.Words, a.Corrections = p.PictureID, p.body.Words, len(p.Corrections)
	if p.Comments != "" {
		a.CommentStatus = p.Comments
	}
	if p.Commenters != "" {
		a.CommentsWho = p.Commenters
	}
	if p.RecommendsOff != nil {
		a.RecommendsOff = *p.RecommendsOff
	}
	a.MainCategoryID = pl.mainCategory()
	a.Byline, a.BylineSlug = pl.byline()
	s.setTimes(a, p, old)
	return a
}

// setTimes decides status and dates. A story without a date keeps the one
// it first got.
func (s *saver) setTimes(a *Article, p *Prepared, old *Article) {
	if a.Status = p.Status; a.Status == "" {
		a.Status = Published
	}
	if old == nil || old.Status != a.Status {
		a.StatusAt = models.At(s.tx.Now)
	}
	a.StatusNote = p.StatusNote
	published := p.PublishedAt
	if published.IsZero() && a.Status != Draft && a.PublishedAt.IsZero() {
		published = s.tx.Now
	}
	if !published.IsZero() && !published.Equal(a.PublishedAt.Time) {
		a.PublishedAt = models.At(published)
		a.LocalTime = published.In(s.site.TimeZone).Format(LocalTimeLayout)
	}
	if a.Status == Published && a.PublishedAt.After(s.tx.Now) {
		a.Status = Scheduled
	}
	switch {
	case !p.RevisedAt.IsZero():
		a.RevisedAt = models.At(p.RevisedAt)
	case old != nil && old.Status == Published:
		a.RevisedAt = models.At(s.tx.Now)
	}
}

// slugFor returns the article's slug: the one it has, or the first free one
// of those that the manuscript asks for. An earlier slug stays an address of
// the article.
//
// A title that changes does not change the address of an article that readers
// may know. A slug is free if no other article has it or ever had it, and if
// no other page answers at the address it gives.
func (s *saver) slugFor(ctx context.Context, a *Article, p *Prepared, old *Article) (string, error) {
	if p.titled && old != nil && old.Status != Draft || a.Slug == p.Slug {
		return a.Slug, nil
	}
	if err := models.LockKey(ctx, s.tx, "slug "+p.Slug); err != nil {
		return "", err
	}
	slug, err := taxonomy.FreeSlug(p.Slug, func(candidate string) (bool, error) {
		if with := *a; candidate != a.Slug {
			with.Slug = candidate
			if s.site.pattern().Unsuitable(s.site.addressParts(&with)) {
				return true, nil
			}
		}
		var n int64
		err := s.tx.Query(ctx).Raw(`SELECT (SELECT COUNT(*) FROM articles WHERE slug = ? AND id <> ?) + (SELECT COUNT(*) FROM old_slugs WHERE slug = ? AND article_id <> ?)`,
			candidate, a.ID, candidate, a.ID).Scan(&n).Error
		return n > 0, err
	})
	if err != nil || slug == a.Slug {
		return slug, err
	}
	if taxonomy.IsNumbered(a.Slug, p.Slug) && slug != p.Slug {
		return a.Slug, nil // it has a numbered form already
	}
	if a.Slug != "" {
		err = s.tx.Query(ctx).Exec("INSERT INTO old_slugs (slug, article_id) VALUES (?, ?) ON CONFLICT DO NOTHING", a.Slug, a.ID).Error
	}
	return slug, err
}

// deleteDependents takes the old version out of the lists it stands in, and returns
// where that was and what it linked to.
func (s *saver) deleteDependents(ctx context.Context, old, a *Article) (stood *listing, linked []int64, err error) {
	pl, err := termsOf(ctx, s.tx, old.ID)
	if err == nil {
		linked, err = linkedFrom(ctx, s.tx, old.ID)
	}
	if err == nil && old.Status == Published {
		stood, err = removeFromLists(ctx, s.tx, old, pl, s.site)
	}
	if err != nil {
		return nil, nil, err
	}
	for _, table := range []string{"article_authors", "article_categories", "article_tags", "article_links", "article_pictures", "corrections"} {
		if err := s.tx.Query(ctx).Exec("DELETE FROM "+table+" WHERE article_id = ?", a.ID).Error; err != nil {
			return nil, nil, err
		}
	}
	return stood, linked, nil
}

// insertDependents writes what hangs on the article's row.
func (s *saver) insertDependents(ctx context.Context, a *Article, p *Prepared, pl *articleTerms) error {
	html, links, err := s.resolveLinks(ctx, a.ID, p.body)
	if err != nil {
		return err
	}
	body := ArticleBody{a.ID, p.Format.String(), p.Body, html, richtext.ArticlePolicyVersion, p.digest}
	if err := s.tx.Query(ctx).Save(&body).Error; err != nil {
		return err
	}
	for i := range p.Corrections {
		c := p.Corrections[i]
		c.ID, c.ArticleID, c.At = 0, a.ID, models.At(c.At.Time)
		p.Corrections[i] = c
	}
	insert := func(n int, rows any) error {
		if n == 0 {
			return nil
		}
		return s.tx.Query(ctx).Create(rows).Error
	}
	authors, categories, tags := pl.rows(a.ID)
	for _, add := range []error{
		addPictures(ctx, s.tx, a.ID, html), insert(len(p.Corrections), p.Corrections), insert(len(links), links),
		insert(len(authors), authors), insert(len(categories), categories), insert(len(tags), tags),
	} {
		if add != nil {
			return add
		}
	}
	return nil
}

// resolveLinks finds which links of a body lead to our own stories.
func (s *saver) resolveLinks(ctx context.Context, self int64, body richtext.Body) (string, []articleLink, error) {
	wanted := map[string]permalink.Ref{}
	for _, l := range body.Links {
		if h, ok := s.parseLink(l.Href); ok {
			wanted[l.Href] = h
		}
	}
	if len(wanted) == 0 {
		return body.HTML, nil, nil
	}
	found := map[string]int64{}
	for href, h := range wanted {
		id, err := articleID(ctx, s.tx, h)
		if err != nil {
			return "", nil, err
		}
		if id != 0 && id != self {
			found[href] = id
		}
	}
	html := richtext.MarkCards(body.HTML, func(href string) (int64, bool) {
		id, ok := found[href]
		return id, ok
	})
	seen := map[int64]int{}
	var links []articleLink
	for _, l := range body.Links {
		id, ok := found[l.Href]
		if !ok {
			continue
		}
		if i, again := seen[id]; again {
			links[i].Card = links[i].Card || l.Alone
			continue
		}
		seen[id] = len(links)
		links = append(links, articleLink{self, id, l.Alone})
	}
	return html, links, nil
}

// articleLink is a row of article_links.
type articleLink struct {
	ArticleID int64 `gorm:"primaryKey;autoIncrement:false"`
	TargetID  int64 `gorm:"primaryKey;autoIncrement:false"`
	Card      bool
}

func (articleLink) TableName() string { return "article_links" }

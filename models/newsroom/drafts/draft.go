package drafts

import (
	"context"
	"slices"

	"broadsheet/models"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/taxonomy"
	"broadsheet/models/richtext"
)

// Kind says how a version came about.
type Kind string

// The kinds. The kind is empty for a version of an import, of a command, and of a save from
// before there were drafts.
const (
	Autosaved Kind = "autosave"
	Saved     Kind = "save"
	Restored  Kind = "restore" // an older text saved again
	Shown     Kind = "show"    // became the text that readers see, or will see
	Aside     Kind = "aside"   // overlaps another editor's text, and waits for its editor
	Rebased   Kind = "rebase"  // a waiting text with the changes of a correction
)

// row is a row of article_drafts.
type row struct {
	ArticleID int64 `gorm:"primaryKey;autoIncrement:false"`
	Number    int   // newest version of the text
	Shown     int   // version that the article's rows show
	Title     string
	At        models.Time
	Actor     string
	ActorID   *int64
}

func (row) TableName() string { return "article_drafts" }

// Draft is the newest text of an article.
type Draft struct {
	Article *newsroom.Article
	// Number is the version of the text, 0 if the article has no version yet.
	Number int
	// Pending means that the article's rows hold another text: readers of a live article
	// do not see this one.
	Pending bool
	Shown   int // version that the article's rows show
	Text    newsroom.Manuscript
	At      models.Time // of the last save, zero if the article has no version yet
	Actor   models.Actor
}

// Open returns the newest text of an article. It refuses with NotFound.
func Open(ctx context.Context, r models.Queryer, article int64) (*Draft, error) {
	a, err := models.First[newsroom.Article](r.Query(ctx).Where("id = ?", article))
	if err != nil {
		return nil, err
	}
	if a == nil {
		return nil, models.Errorf(models.NotFound, "there is no article %d", article)
	}
	return open(ctx, r, a)
}

func open(ctx context.Context, r models.Queryer, a *newsroom.Article) (*Draft, error) {
	d := &Draft{Article: a}
	head, err := headOf(ctx, r, a.ID)
	if err != nil {
		return nil, err
	}
	d.Number, d.Shown, d.Pending, d.At = head.Number, head.Shown, head.Number != head.Shown, head.At
	d.Actor = models.Actor{UserID: head.ActorID, Name: head.Actor}
	d.Text, err = textOf(ctx, r, a, head.Number)
	return d, err
}

// headOf returns the article's row of article_drafts. If an import or a command added a
// version after the newest draft, that version is the newest text, and headOf returns a
// row made from it. Without versions all numbers are 0.
func headOf(ctx context.Context, r models.Queryer, article int64) (row, error) {
	stored, err := models.First[row](r.Query(ctx).Where("article_id = ?", article))
	if err != nil {
		return row{}, err
	}
	after := 0
	if stored != nil {
		after = stored.Number
	}
	var newest []newsroom.VersionInfo
	err = r.Query(ctx).Table("article_versions").Where("article_id = ? AND number > ? AND kind = ''", article, after).
		Order("number DESC").Limit(1).Find(&newest).Error
	switch {
	case err != nil:
		return row{}, err
	case len(newest) > 0:
		v := newest[0]
		return row{article, v.Number, v.Number, "", v.At, v.Actor, v.ActorID}, nil
	case stored != nil:
		return *stored, nil
	}
	return row{ArticleID: article}, nil
}

// textOf returns the text of a version, reduced to the fields that editors change. Number 0
// is the text of the article's rows. The result has the article's number, but no status and
// no dates, so that saving it again never moves the article.
func textOf(ctx context.Context, r models.Queryer, a *newsroom.Article, number int) (m newsroom.Manuscript, err error) {
	if number == 0 {
		m, err = newsroom.StoredManuscript(ctx, r, a)
	} else {
		m, err = newsroom.ManuscriptOf(ctx, r, a.ID, number)
	}
	m = textOnly(m, a.ID)
	if m.Format == richtext.Text { // the form has no such format, and HTML has no blank lines
		m.Body, m.Format = richtext.TextToHTML(m.Body), richtext.HTML
	}
	if err == nil {
		m.Authors, err = named(ctx, r, m.Authors)
	}
	if err == nil {
		m.Tags, err = taxonomy.PresentTags(ctx, r, m.Tags)
	}
	if !live(a.Status) && (m.Slug == taxonomy.Slug(m.Title) || taxonomy.IsNumbered(m.Slug, taxonomy.Slug(m.Title))) {
		m.Slug = "" // the slug follows the title until the article is public
	}
	return m, err
}

// named returns the authors with their present names. A text from a file or an import may
// name an author by the slug alone.
func named(ctx context.Context, r models.Queryer, refs []newsroom.AuthorRef) ([]newsroom.AuthorRef, error) {
	var slugs, names []string
	for _, ref := range refs {
		if ref.Slug != "" {
			slugs = append(slugs, ref.Slug)
		} else {
			names = append(names, ref.Name)
		}
	}
	bySlug, err := taxonomy.PresentAuthors(ctx, r, slugs)
	if err != nil {
		return nil, err
	}
	byName, err := taxonomy.RenamedAuthors(ctx, r, names)
	if err != nil {
		return nil, err
	}
	refs = slices.Clone(refs)
	for i, ref := range refs {
		a, ok := bySlug[ref.Slug]
		if ref.Slug == "" {
			a, ok = byName[ref.Name]
		}
		if ok {
			refs[i].Slug, refs[i].Name = a.Slug, a.Name
		}
	}
	return refs, nil
}

// textOnly removes status, dates and import ids from a manuscript.
func textOnly(m newsroom.Manuscript, article int64) newsroom.Manuscript {
	return newsroom.Manuscript{
		ID: article, Title: m.Title, Slug: m.Slug, Standfirst: m.Standfirst, Language: m.Language, Body: m.Body, Format: m.Format,
		Authors: m.Authors, Categories: m.Categories, Tags: m.Tags, PictureID: m.PictureID,
		Republish: m.Republish, TranslationKey: m.TranslationKey, Corrections: m.Corrections,
	}
}

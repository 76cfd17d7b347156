package articleimport

import (
	"context"
	"strings"
	"unicode/utf8"

	"broadsheet/models"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/taxonomy"
	"broadsheet/models/richtext"

	"golang.org/x/text/unicode/norm"
)

// File identifies an article that is published from a file. ID comes from the
// front matter. If it is empty, Path identifies the article. The title and the
// slug do not: two files with the same title are two articles.
type File struct {
	ID   string
	Path string // absolute, without symbolic links
	// Moved is an earlier path of the same text, where no file exists any more; ""
	// if there is none. See [MovedFrom].
	Moved string
}

// MaxFilePathBytes is the longest path that can identify an article.
const MaxFilePathBytes = 1000

// articleFile is a row of article_files.
type articleFile struct {
	Path      string `gorm:"primaryKey"`
	ArticleID int64
}

func (articleFile) TableName() string { return "article_files" }

// SaveFile writes the article of a file: a new one, or a new version of the
// article that was published from the file before. It finds that article by the
// id of the front matter, then by the path, then by the slug as earlier versions
// of Broadsheet did, and last by the earlier path of the file.
func SaveFile(
	ctx context.Context, db *models.DB, by models.Actor, m newsroom.Manuscript, f File, comments newsroom.CommentMover,
) (article *newsroom.Article, outcome newsroom.Outcome, err error) {
	f.ID = norm.NFC.String(richtext.PlainLine(f.ID))
	switch {
	case len(f.ID) > newsroom.MaxSourceID:
		return nil, 0, models.Errorf(models.Invalid, "the id is longer than %d bytes", newsroom.MaxSourceID)
	case !utf8.ValidString(f.Path) || len(f.Path) > MaxFilePathBytes || strings.ContainsRune(f.Path, 0):
		return nil, 0, models.Errorf(models.Invalid, "the path is longer than %d bytes or not UTF-8", MaxFilePathBytes)
	}
	// The digest covers the source as earlier versions stored it, so that their
	// articles count as unchanged.
	m.Source, m.SourceID = newsroom.OldFileSource, taxonomy.Slug(m.Slug)
	if m.SourceID == "" {
		m.SourceID = taxonomy.Slug(m.Title)
	}
	p, err := newsroom.Prepare(m)
	if err != nil {
		return nil, 0, err
	}
	p.Source, p.SourceID = "", ""
	if p.Status == "" {
		p.Status = newsroom.Published
	}
	err = db.Write(ctx, func(tx *models.Tx) error {
		site, err := newsroom.LoadSite(ctx, tx)
		if err != nil {
			return err
		}
		if p.ID, err = f.articleID(ctx, tx, p); err != nil {
			return err
		}
		s := newsroom.NewSaver(tx, site, by)
		s.Comments = comments
		if article, outcome, err = s.Save(ctx, p); err == nil {
			err = s.Flush(ctx)
		}
		if err != nil {
			return err
		}
		return f.store(ctx, tx, article)
	})
	return article, outcome, err
}

// articleID returns the id of the file's article, 0 if it is new.
func (f *File) articleID(ctx context.Context, tx *models.Tx, p *newsroom.Prepared) (int64, error) {
	if err := models.LockKey(ctx, tx, "article files"); err != nil {
		return 0, err
	}
	type finder func(context.Context, *models.Tx, *newsroom.Prepared) (int64, error)
	for _, find := range []finder{f.byID, f.byPath, f.byOldSlug, f.byMove} {
		if id, err := find(ctx, tx, p); err != nil || id != 0 {
			return id, err
		}
	}
	return 0, nil
}

func (f *File) byID(ctx context.Context, tx *models.Tx, _ *newsroom.Prepared) (id int64, err error) {
	if f.ID == "" {
		return 0, nil
	}
	_, err = models.QueryRow(ctx, tx, []any{&id}, "SELECT id FROM articles WHERE source = ? AND source_id = ?", newsroom.FileSource, f.ID)
	return id, err
}

// byPath finds the article that was published from this path. It finds none if
// the file has an id now and the article has another one.
func (f *File) byPath(ctx context.Context, tx *models.Tx, _ *newsroom.Prepared) (id int64, err error) {
	err = tx.Query(ctx).Raw(`SELECT a.id FROM article_files f JOIN articles a ON a.id = f.article_id
		WHERE f.path = ? AND (? = '' OR COALESCE(a.source, '') <> ?)`, f.Path, f.ID, newsroom.FileSource).Scan(&id).Error
	return id, err
}

// byOldSlug finds an article of an earlier version of Broadsheet by its slug. It
// finds none if the article has another date than the file.
func (f *File) byOldSlug(ctx context.Context, tx *models.Tx, p *newsroom.Prepared) (int64, error) {
	var id int64
	var at models.Time
	found, err := models.QueryRow(ctx, tx, []any{&id, &at}, `SELECT a.id, a.published_at FROM articles a
		WHERE a.source = ? AND a.source_id = ?
		AND NOT EXISTS (SELECT 1 FROM article_files f WHERE f.article_id = a.id)`, newsroom.OldFileSource, p.Slug)
	if err != nil || !found {
		return 0, err
	}
	if !p.PublishedAt.IsZero() && !at.IsZero() && !at.Equal(p.PublishedAt) {
		return 0, nil
	}
	return id, nil
}

func (f *File) byMove(ctx context.Context, tx *models.Tx, _ *newsroom.Prepared) (id int64, err error) {
	if f.Moved == "" || f.ID != "" {
		return 0, nil
	}
	_, err = models.QueryRow(ctx, tx, []any{&id}, "SELECT article_id FROM article_files WHERE path = ?", f.Moved)
	return id, err
}

// store notes that the article was published from this file.
func (f *File) store(ctx context.Context, tx *models.Tx, a *newsroom.Article) error {
	err := models.Exec(ctx, tx, "DELETE FROM article_files WHERE article_id = ? AND path <> ?", a.ID, f.Path)
	if err == nil {
		err = models.Exec(ctx, tx, `INSERT INTO article_files (path, article_id) VALUES (?, ?)
			ON CONFLICT (path) DO UPDATE SET article_id = excluded.article_id`, f.Path, a.ID)
	}
	if err == nil && f.ID != "" {
		err = models.Exec(ctx, tx, "UPDATE articles SET source = ?, source_id = ? WHERE id = ?", newsroom.FileSource, f.ID, a.ID)
	}
	return err
}

// MovedFrom returns the paths from which an article with the same title and body
// was published. If a path has no file any more, the file was moved. A file that
// was both moved and changed is a new article.
func MovedFrom(ctx context.Context, r models.Queryer, m newsroom.Manuscript) ([]string, error) {
	var paths []string
	return paths, r.Query(ctx).Raw(`SELECT f.path FROM article_files f JOIN articles a ON a.id = f.article_id
		JOIN article_bodies b ON b.article_id = a.id WHERE a.title = ? AND b.source = ? ORDER BY f.path`,
		richtext.PlainLine(m.Title), m.Body).Scan(&paths).Error
}

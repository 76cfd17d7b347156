package newsroom

import (
	"context"
	"strings"
	"unicode/utf8"

	"broadsheet/models"
	"broadsheet/models/newsroom/taxonomy"
	"broadsheet/models/richtext"

	"golang.org/x/text/unicode/norm"
)

// File is the identity of an article that is published from a file. ID comes
// from the front matter. Where it is empty, Path is the identity. The title
// and the slug never are: two files with one title are two articles.
type File struct {
	ID   string
	Path string // absolute, without symbolic links
	// Moved is an earlier path of the same text, at which there is no file any
	// more; "" if there is none. See [MovedFrom].
	Moved string
}

// MaxFilePathBytes is the longest path that can be an identity.
const MaxFilePathBytes = 1000

// The sources of articles from files. Until migration 0016 such an article had
// the source markdown and its first slug as its source id.
const (
	fileSource    = "file"
	oldFileSource = "markdown"
)

// articleFile is a row of article_files.
type articleFile struct {
	Path      string `gorm:"primaryKey"`
	ArticleID int64
}

func (articleFile) TableName() string { return "article_files" }

// SaveFile writes the article of a file: a new one, or a new version of the
// article that was published from the file before. It finds that article by the
// id of the front matter, else by the path, else by the slug as earlier
// versions of Broadsheet did, and last by the earlier path of the file.
func SaveFile(ctx context.Context, db *models.DB, by models.Actor, d Manuscript, f File, comments CommentMover) (article *Article, outcome Outcome, err error) {
	f.ID = norm.NFC.String(richtext.PlainLine(f.ID))
	switch {
	case len(f.ID) > MaxSourceID:
		return nil, 0, models.Errorf(models.Invalid, "the id is longer than %d bytes", MaxSourceID)
	case !utf8.ValidString(f.Path) || len(f.Path) > MaxFilePathBytes || strings.ContainsRune(f.Path, 0):
		return nil, 0, models.Errorf(models.Invalid, "the path is longer than %d bytes or not UTF-8", MaxFilePathBytes)
	}
	// The digest is made as before, so that an article of an earlier version is
	// seen to be unchanged.
	d.Source, d.SourceID = oldFileSource, taxonomy.Slug(d.Slug)
	if d.SourceID == "" {
		d.SourceID = taxonomy.Slug(d.Title)
	}
	p, err := Prepare(d)
	if err != nil {
		return nil, 0, err
	}
	p.Source, p.SourceID, p.file = "", "", &f
	if p.Status == "" {
		p.Status = Published
	}
	err = db.Write(ctx, func(tx *models.Tx) error {
		site, err := LoadSite(ctx, tx)
		if err != nil {
			return err
		}
		s := newSaver(tx, site, by)
		s.comments = comments
		if article, outcome, err = s.save(ctx, p); err == nil {
			err = s.flush(ctx)
		}
		if err != nil {
			return err
		}
		return f.record(ctx, tx, article)
	})
	return article, outcome, err
}

// article returns the id of the article that the file is, 0 for a new one.
func (f *File) article(ctx context.Context, tx *models.Tx, p *Prepared) (int64, error) {
	if err := models.LockKey(ctx, tx, "article files"); err != nil {
		return 0, err
	}
	for _, find := range []func(context.Context, *models.Tx, *Prepared) (int64, error){f.byID, f.byPath, f.byOldSlug, f.byMove} {
		if id, err := find(ctx, tx, p); err != nil || id != 0 {
			return id, err
		}
	}
	return 0, nil
}

func (f *File) byID(ctx context.Context, tx *models.Tx, _ *Prepared) (id int64, err error) {
	if f.ID == "" {
		return 0, nil
	}
	err = tx.Query(ctx).Raw("SELECT id FROM articles WHERE source = ? AND source_id = ?", fileSource, f.ID).Scan(&id).Error
	return id, err
}

// byPath finds the article that was published from this path, unless the file
// has an id now and the article has another one.
func (f *File) byPath(ctx context.Context, tx *models.Tx, _ *Prepared) (id int64, err error) {
	err = tx.Query(ctx).Raw(`SELECT a.id FROM article_files f JOIN articles a ON a.id = f.article_id
		WHERE f.path = ? AND (? = '' OR COALESCE(a.source, '') <> ?)`, f.Path, f.ID, fileSource).Scan(&id).Error
	return id, err
}

// byOldSlug finds an article of an earlier version by its slug. A file with
// another date than the article's is another article.
func (f *File) byOldSlug(ctx context.Context, tx *models.Tx, p *Prepared) (id int64, err error) {
	var found []struct {
		ID          int64
		PublishedAt models.Time
	}
	err = tx.Query(ctx).Raw(`SELECT a.id, a.published_at FROM articles a WHERE a.source = ? AND a.source_id = ?
		AND NOT EXISTS (SELECT 1 FROM article_files f WHERE f.article_id = a.id)`, oldFileSource, p.Slug).Scan(&found).Error
	if err != nil || len(found) == 0 {
		return 0, err
	}
	if at := found[0].PublishedAt; !p.PublishedAt.IsZero() && !at.IsZero() && !at.Equal(p.PublishedAt) {
		return 0, nil
	}
	return found[0].ID, nil
}

func (f *File) byMove(ctx context.Context, tx *models.Tx, _ *Prepared) (id int64, err error) {
	if f.Moved == "" || f.ID != "" {
		return 0, nil
	}
	err = tx.Query(ctx).Raw("SELECT article_id FROM article_files WHERE path = ?", f.Moved).Scan(&id).Error
	return id, err
}

// record notes that the article was published from this file.
func (f *File) record(ctx context.Context, tx *models.Tx, a *Article) error {
	err := tx.Query(ctx).Exec("DELETE FROM article_files WHERE article_id = ? AND path <> ?", a.ID, f.Path).Error
	if err == nil {
		err = tx.Query(ctx).Exec("INSERT INTO article_files (path, article_id) VALUES (?, ?) ON CONFLICT (path) DO UPDATE SET article_id = excluded.article_id", f.Path, a.ID).Error
	}
	if err == nil && f.ID != "" {
		err = tx.Query(ctx).Exec("UPDATE articles SET source = ?, source_id = ? WHERE id = ?", fileSource, f.ID, a.ID).Error
	}
	return err
}

// MovedFrom returns the paths from which an article with the same title and
// body was published. If there is no file at one of them any more, the file
// was moved; a moved file that was changed too is a new article.
func MovedFrom(ctx context.Context, r models.Queryer, d Manuscript) ([]string, error) {
	var paths []string
	return paths, r.Query(ctx).Raw(`SELECT f.path FROM article_files f JOIN articles a ON a.id = f.article_id
		JOIN article_bodies b ON b.article_id = a.id WHERE a.title = ? AND b.source = ? ORDER BY f.path`,
		richtext.PlainLine(d.Title), d.Body).Scan(&paths).Error
}

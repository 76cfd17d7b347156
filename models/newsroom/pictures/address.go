package pictures

import (
	"context"
	"strings"

	"broadsheet/models"
	"broadsheet/models/richtext"
)

// The address of a picture is /media/FILE/640.jpg. The name of a picture's first file is its
// key; the name of each later file is KEY.HASH. So a text that has the key, or the name of a
// replaced file, still leads to this picture.

// hashLength is the length of HASH, in hexadecimal digits.
const hashLength = 16

// NextFile returns the name of a file that replaces a picture's file. content is the
// hexadecimal hash of the new file, of at least hashLength digits.
func NextFile(key, content string) string { return key + "." + content[:hashLength] }

// KeyOf returns the key of the picture to which a file's name belongs.
func KeyOf(file string) string {
	key, hash, found := strings.Cut(file, ".")
	if found && len(hash) == hashLength && strings.Trim(hash, "0123456789abcdef") == "" {
		return key
	}
	return file
}

// Served is the file that is served at the address of a picture.
type Served struct {
	File   string // in the blob store
	Format string
	Frames int
	// Public means that visitors may see the picture. It is not hidden, and either a public
	// article or an author uses it, or neither an article nor a waiting draft does.
	//
	// A picture without an article is a logo, the target of an old link, or a picture
	// that a public article showed before an edit, so a refusal would break pages. No
	// page shows the key of a new picture, and the key cannot be guessed.
	Public bool
	// LicenceEnd is the first day on which visitors may not see it; empty for none.
	LicenceEnd string
	// Current means that the address has the name of the present file. Otherwise the
	// picture's file was replaced, and File is the new one.
	Current bool
}

// WaitsInDraft is the SQL condition that a draft or a planned update which readers do not see
// uses the picture of row m. It reads the texts of these drafts, so put it last.
const WaitsInDraft = `EXISTS (SELECT 1 FROM (
		SELECT article_id, number FROM article_drafts WHERE number <> shown
		UNION SELECT article_id, number FROM article_plans WHERE ended_at IS NULL AND number <> 0
	) d JOIN article_versions v ON v.article_id = d.article_id AND v.number = d.number
	WHERE v.manuscript LIKE '%/media/' || m.key || '%' OR v.manuscript LIKE '%"PictureID":' || m.id || ',%')`

// AtAddress returns the picture at the address of a key or file, nil if there is no such
// picture.
//
// It reads the database at each call, in one statement, so the answer follows a change of
// status at once in each process. The statement only searches indexes; only for a picture
// without an article it reads the texts of the drafts that wait, which are few.
func AtAddress(ctx context.Context, r models.Queryer, file string) (*Served, error) {
	if !richtext.IsPictureKey(file) {
		return nil, nil // no picture has such a key, and PostgreSQL refuses some texts
	}
	var s Served
	row := []any{&s.File, &s.Format, &s.Frames, &s.LicenceEnd, &s.Public}
	found, err := models.QueryRow(ctx, r, row, `SELECT m.file, m.format, m.frames,
		m.licence_end,
		NOT m.hidden AND (
			EXISTS (SELECT 1 FROM articles WHERE picture_id = m.id AND status = 'published')
			OR EXISTS (SELECT 1 FROM article_pictures JOIN articles ON articles.id = article_pictures.article_id
				WHERE article_pictures.picture_key = m.key AND articles.status = 'published')
			OR EXISTS (SELECT 1 FROM authors WHERE picture_id = m.id)
			OR NOT EXISTS (SELECT 1 FROM articles WHERE picture_id = m.id)
			AND NOT EXISTS (SELECT 1 FROM article_pictures WHERE picture_key = m.key)
			AND NOT `+WaitsInDraft+`)
		FROM media m WHERE m.key = ?`, KeyOf(file))
	if err != nil || !found {
		return nil, err
	}
	s.Current = s.File == file
	return &s, nil
}

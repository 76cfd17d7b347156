package pictures

import (
	"context"
	"fmt"
	"slices"

	"broadsheet/models"
	"broadsheet/models/richtext"

	"gorm.io/gorm/clause"
)

// Picture is a picture of the library. The blob store has the original under Key.
// Alt, caption and credit are the texts that it was entered with.
type Picture struct {
	ID        int64
	Key       string // also in its public address
	Format    string // jpeg, png, gif or webp
	Width     int    // pixels, after orientation
	Height    int
	Bytes     int64
	Alt       string // empty means decorative
	Caption   string
	Credit    string
	FocusX    int         // percent from the left; the focus is never cropped away
	FocusY    int         // percent from the top
	WPID      *int64      `gorm:"column:wp_id"`
	CreatedAt models.Time `gorm:"autoCreateTime:false"`
}

// TableName names the table for GORM.
func (Picture) TableName() string { return "media" }

// Columns are the columns of a picture that a page needs.
var Columns = models.ColumnsOf[Picture]().Without("bytes", "wp_id", "created_at")

// Joined selects [Columns] from a LEFT JOIN with media m. The id is 0 if
// there is no picture.
var Joined = func() string {
	defaults, i := Columns.Values(&Picture{FocusX: 50, FocusY: 50}), 0
	return Columns.Select(func(name string) string {
		missing := defaults[i]
		i++
		return OrMissing(name, missing)
	})
}()

// tags is the prefix of all results of Tag.
const tags models.CacheTag = "picture:"

// Tag returns the cache tag of a picture's texts and focus.
func Tag(id int64) models.CacheTag { return tags.Of(id) }

// OrMissing returns SQL for a column of media m, or for a value where the join
// found no picture.
func OrMissing(column string, missing any) string {
	literal := "NULL"
	switch missing := missing.(type) {
	case string:
		literal = "'" + missing + "'"
	case int, int64:
		literal = fmt.Sprint(missing)
	}
	return "COALESCE(m." + column + ", " + literal + ")"
}

// Add stores a picture's row, or updates the row with its key.
func Add(ctx context.Context, tx *models.Tx, m Picture) (*Picture, error) {
	m.CreatedAt = models.At(tx.Now)
	if m.FocusX == 0 && m.FocusY == 0 {
		m.FocusX, m.FocusY = 50, 50
	}
	err := tx.Query(ctx).Clauses(clause.OnConflict{
		Columns:   []clause.Column{{Name: "key"}},
		DoUpdates: clause.AssignmentColumns([]string{"width", "height", "alt", "caption", "credit", "focus_x", "focus_y"}),
	}).Create(&m).Error
	if err != nil {
		return nil, err
	}
	stored, err := ByKey(ctx, tx, m.Key)
	if err == nil {
		tx.Touch(Tag(stored.ID))
	}
	return stored, err
}

// ByKey returns the picture's row, or a NotFound error if there is none.
func ByKey(ctx context.Context, r models.Queryer, key string) (*Picture, error) {
	var m Picture
	return &m, r.Query(ctx).Where("key = ?", key).Take(&m).Error
}

// Has reports whether the library has a picture with a number.
func Has(ctx context.Context, r models.Queryer, id int64) (found bool, err error) {
	_, err = models.QueryRow(ctx, r, []any{&found}, "SELECT EXISTS (SELECT 1 FROM media WHERE id = ?)", id)
	return found, err
}

// Use is a row of article_pictures: a picture that a body shows or
// links to. It has the key instead of the id, because a body may be written
// before its picture is added.
type Use struct {
	ArticleID  int64  `gorm:"primaryKey;autoIncrement:false"`
	PictureKey string `gorm:"primaryKey"`
}

// TableName names the table for GORM.
func (Use) TableName() string { return "article_pictures" }

// UseBatch is the number of uses that are stored in one statement.
const UseBatch = 4000

// UsesOf returns the pictures that an article's body uses.
func UsesOf(article int64, html string) (rows []Use) {
	for _, key := range richtext.Pictures(html) {
		rows = append(rows, Use{article, key})
	}
	return rows
}

// AddUses stores the pictures that an article's body uses. Each function that
// writes a body calls it, or [RenewUses], in the same transaction.
func AddUses(ctx context.Context, tx *models.Tx, article int64, html string) error {
	for uses := range slices.Chunk(UsesOf(article, html), UseBatch) {
		if err := tx.Query(ctx).Create(&uses).Error; err != nil {
			return err
		}
	}
	return nil
}

// RenewUses is AddUses for a body that replaces another.
func RenewUses(ctx context.Context, tx *models.Tx, article int64, html string) error {
	if err := models.Exec(ctx, tx, "DELETE FROM article_pictures WHERE article_id = ?", article); err != nil {
		return err
	}
	return AddUses(ctx, tx, article, html)
}

// UsedBy reports whether a text, with its lead picture, uses the picture with a key. The
// text need not be stored.
func UsedBy(ctx context.Context, r models.Queryer, lead *int64, body string, format richtext.Format, key string) (bool, error) {
	if !richtext.IsPictureKey(key) {
		return false, nil
	}
	if lead != nil {
		m, err := models.First[Picture](r.Query(ctx).Where("key = ?", key))
		if err != nil || m != nil && m.ID == *lead {
			return err == nil, err
		}
	}
	rendered, err := richtext.Article(body, format)
	if err != nil {
		return false, nil // such a text shows nothing
	}
	return slices.Contains(richtext.Pictures(rendered.HTML), key), nil
}

// IsPublic reports whether visitors may see the picture with a key. It
// returns false if at least one article uses the picture, as its lead picture or
// in its body, and none of these articles is public.
//
// A picture without an article is public. It is a logo, the target of an old
// link, or a picture that a public article showed before an edit, so a refusal
// would break pages. No page shows the key of a new picture, and the key cannot
// be guessed. A key without a picture also counts as public; the blob store
// refuses it.
//
// It reads the database at each call, in one statement that only searches
// indexes, so the answer follows a change of status at once in each process.
func IsPublic(ctx context.Context, r models.Queryer, key string) (bool, error) {
	if !richtext.IsPictureKey(key) {
		return true, nil // no picture has such a key, and PostgreSQL refuses some texts
	}
	var public bool
	_, err := models.QueryRow(ctx, r, []any{&public}, `SELECT
		EXISTS (SELECT 1 FROM articles WHERE picture_id = (SELECT id FROM media WHERE key = ?) AND status = 'published')
		OR EXISTS (SELECT 1 FROM article_pictures JOIN articles ON articles.id = article_pictures.article_id
			WHERE article_pictures.picture_key = ? AND articles.status = 'published')
		OR NOT EXISTS (SELECT 1 FROM articles WHERE picture_id = (SELECT id FROM media WHERE key = ?))
		AND NOT EXISTS (SELECT 1 FROM article_pictures WHERE picture_key = ?)`, key, key, key, key)
	return public, err
}

package pictures

import (
	"context"
	"fmt"
	"slices"

	"broadsheet/models"
	"broadsheet/models/richtext"

	"gorm.io/gorm/clause"
)

// Picture is a row of the library of pictures.
type Picture struct {
	ID int64
	// Key does not change when the picture's file is replaced. Texts have it in the
	// address of the picture: /media/KEY/640.jpg.
	Key string
	// File is the key of the original in the blob store. Pages have it in the address of
	// the picture. It is Key until the file is replaced. The content of a file never changes.
	File       string
	Filename   string // as uploaded; may be empty
	Format     string // jpeg, png, gif or webp
	Width      int    // pixels, after orientation
	Height     int
	Bytes      int64
	Frames     int // more than 1 for a moving picture
	Alt        string
	Decorative bool // needs no alternative text
	Caption    string
	Credit     string
	FocusX     int // percent from the left; a crop never cuts off the focus
	FocusY     int // percent from the top
	// LicenceEnd is the first day on which visitors may not see the picture, as
	// 2027-01-14 in the site's zone; empty for none.
	LicenceEnd string
	Hidden     bool   // visitors may not see it: the licence has ended, or it was removed
	Version    int    // counts the changes of the row by people
	OwnerID    *int64 // the account that uploaded it
	RemovedAt  models.Time
	WPID       *int64      `gorm:"column:wp_id"`
	CreatedAt  models.Time `gorm:"autoCreateTime:false"`
}

// TableName names the table for GORM.
func (Picture) TableName() string { return "media" }

// Columns holds the columns of a picture that a page needs.
var Columns = models.ColumnsOf[Picture]().Only("id", "key", "file", "format", "width", "height", "frames", "alt", "caption", "credit",
	"focus_x", "focus_y", "created_at")

// Joined selects [Columns] from a LEFT JOIN with media m. The id is 0 if
// there is no picture that visitors may see.
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

// LibraryTag is the cache tag of the list of all pictures that visitors may see. It is
// touched together with the tag of each picture.
const LibraryTag models.CacheTag = "library"

// Tag returns the cache tag of a picture's texts and focus.
func Tag(id int64) models.CacheTag { return tags.Of(id) }

// OrMissing returns SQL for a column of media m, or for a value where the join
// found no picture that visitors may see.
func OrMissing(column string, missing any) string {
	literal := "NULL"
	switch missing := missing.(type) {
	case string:
		literal = "'" + missing + "'"
	case int, int64:
		literal = fmt.Sprint(missing)
	}
	return "COALESCE(CASE WHEN NOT m.hidden THEN m." + column + " END, " + literal + ")"
}

// Add stores a picture's row, or updates the row with its key.
func Add(ctx context.Context, tx *models.Tx, m Picture) (*Picture, error) {
	m.CreatedAt, m.Version, m.Frames = models.At(tx.Now), 1, max(m.Frames, 1)
	if m.File == "" {
		m.File = m.Key
	}
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
		tx.Touch(Tag(stored.ID), LibraryTag)
	}
	return stored, err
}

// ByID returns a picture that was not removed, or a NotFound error.
func ByID(ctx context.Context, r models.Queryer, id int64) (*Picture, error) {
	m, err := models.First[Picture](r.Query(ctx).Where("id = ? AND removed_at IS NULL", id))
	if err == nil && m == nil {
		err = models.Errorf(models.NotFound, "there is no picture %d", id)
	}
	return m, err
}

// ByKey returns the picture's row, or a NotFound error if there is none.
func ByKey(ctx context.Context, r models.Queryer, key string) (*Picture, error) {
	var m Picture
	return &m, r.Query(ctx).Where("key = ?", key).Take(&m).Error
}

// Has reports whether the library has a picture with an id that was not removed.
func Has(ctx context.Context, r models.Queryer, id int64) (found bool, err error) {
	_, err = models.QueryRow(ctx, r, []any{&found}, "SELECT EXISTS (SELECT 1 FROM media WHERE id = ? AND removed_at IS NULL)", id)
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
	for _, address := range richtext.Pictures(html) {
		if use := (Use{article, KeyOf(address)}); !slices.Contains(rows, use) {
			rows = append(rows, use)
		}
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

// UsedBy reports whether a text, which need not be stored, has the picture of a file as its
// lead picture or in its body.
func UsedBy(ctx context.Context, r models.Queryer, lead *int64, body string, format richtext.Format, file string) (bool, error) {
	if !richtext.IsPictureKey(file) {
		return false, nil
	}
	key := KeyOf(file)
	if lead != nil {
		m, err := models.First[Picture](r.Query(ctx).Where("key = ?", key))
		if err != nil || m != nil && m.ID == *lead {
			return err == nil, err
		}
	}
	rendered, err := richtext.Article(body, format)
	if err != nil {
		return false, nil // a text that cannot be rendered shows no picture
	}
	return slices.ContainsFunc(richtext.Pictures(rendered.HTML), func(shown string) bool { return KeyOf(shown) == key }), nil
}

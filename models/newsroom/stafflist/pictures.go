package stafflist

import (
	"context"
	"strings"

	"broadsheet/models"
	"broadsheet/models/newsroom/library"
	"broadsheet/models/newsroom/pictures"

	"gorm.io/gorm"
)

// Pictures is a question for pictures of the library, the newest first. Empty fields are no
// condition.
type Pictures struct {
	IDs, ExceptIDs []int64
	Keys           []string
	Words          string // a part of the alternative text, caption, credit or filename
	Articles       []int64
	Formats        []string
	Viewer         int64 // an account: only pictures that it may see are found; 0 for all
	Ascending      bool
	Offset, Limit  int
}

// Find returns a part of the pictures, and how many there are, at most [MaxReach].
func (q Pictures) Find(ctx context.Context, r models.Queryer) (list []pictures.Picture, total int, err error) {
	var n int64
	counted := q.where(r.Query(ctx).Table("media m")).Select("m.id").Limit(MaxReach)
	if err := r.Query(ctx).Table("(?) x", counted).Count(&n).Error; err != nil {
		return nil, 0, err
	}
	direction := " DESC"
	if q.Ascending {
		direction = ""
	}
	err = q.where(r.Query(ctx).Table("media m")).Order("m.id" + direction).Offset(q.Offset).Limit(q.Limit).Find(&list).Error
	return list, int(n), err
}

func (q Pictures) where(db *gorm.DB) *gorm.DB {
	db = db.Where("m.removed_at IS NULL")
	if q.Viewer != 0 {
		db = library.VisibleTo(db, q.Viewer)
	}
	if len(q.IDs) > 0 {
		db = db.Where("m.id IN ?", q.IDs)
	}
	if len(q.ExceptIDs) > 0 {
		db = db.Where("m.id NOT IN ?", q.ExceptIDs)
	}
	if len(q.Keys) > 0 {
		db = db.Where("m.key IN ?", q.Keys)
	}
	if len(q.Formats) > 0 {
		db = db.Where("m.format IN ?", q.Formats)
	}
	if len(q.Articles) > 0 {
		db = db.Where(`(m.id IN (SELECT picture_id FROM articles WHERE id IN ?)
			OR m.key IN (SELECT picture_key FROM article_pictures WHERE article_id IN ?))`, q.Articles, q.Articles)
	}
	if words := strings.ToLower(strings.TrimSpace(q.Words)); words != "" {
		pattern := "%" + strings.NewReplacer("!", "!!", "%", "!%", "_", "!_").Replace(words) + "%"
		db = db.Where("LOWER(m.alt || ' ' || m.caption || ' ' || m.credit || ' ' || m.filename) LIKE ? ESCAPE '!'", pattern)
	}
	return db
}

package commentlist

import (
	"context"

	"broadsheet/models"
	"broadsheet/models/discussion"
	"broadsheet/models/newsroom/collection"
	"broadsheet/models/people"

	"gorm.io/gorm"
)

// Any is a question for comments in some states, by date. It is for moderators of the whole
// site: it looks at no scope. Empty fields are no condition.
type Any struct {
	States                 []discussion.State
	IDs, ExceptIDs         []int64
	Articles               []int64
	Parents, ExceptParents []int64
	Email                  string
	Ascending              bool
	Offset, Limit          int
	// Narrow leaves out the comments that the viewer does not look after; column has the
	// number of a comment's article. nil leaves out none.
	Narrow func(db *gorm.DB, column string) *gorm.DB
}

// Find returns a part of the comments, and how many there are, at most collection.MaxReach.
func (q Any) Find(ctx context.Context, r models.Queryer) (list []discussion.Comment, total int, err error) {
	var n int64
	counted := q.where(r.Query(ctx).Model(&discussion.Comment{})).Select("id").Limit(collection.MaxReach)
	if err := r.Query(ctx).Table("(?) x", counted).Count(&n).Error; err != nil {
		return nil, 0, err
	}
	direction := " DESC"
	if q.Ascending {
		direction = ""
	}
	err = q.where(r.Query(ctx)).Order("created_at" + direction + ", id" + direction).Offset(q.Offset).Limit(q.Limit).Find(&list).Error
	return list, int(n), err
}

func (q Any) where(db *gorm.DB) *gorm.DB {
	db = db.Where("state IN ?", q.States)
	for _, c := range []struct {
		condition string
		ids       []int64
	}{
		{"id IN ?", q.IDs},
		{"id NOT IN ?", q.ExceptIDs},
		{"article_id IN ?", q.Articles},
		{"parent_id IN ?", q.Parents},
		{"parent_id NOT IN ?", q.ExceptParents},
	} {
		if len(c.ids) > 0 {
			db = db.Where(c.condition, c.ids)
		}
	}
	if q.Email != "" {
		db = db.Where("email = ?", people.EmailForm(q.Email))
	}
	if q.Narrow != nil {
		db = q.Narrow(db, "comments.article_id") // a condition may have another article_id
	}
	return db
}

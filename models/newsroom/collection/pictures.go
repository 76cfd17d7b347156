package collection

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"broadsheet/models"
	"broadsheet/models/newsroom/pictures"
)

// usedByPublic is the condition that a public article shows a picture m, as its lead
// picture or in its text. It is stricter than pictures.AtAddress: a list would
// show the key of a new picture before any article does.
const usedByPublic = `(EXISTS (SELECT 1 FROM articles a WHERE a.picture_id = m.id AND a.status = 'published')
	OR EXISTS (SELECT 1 FROM article_pictures x JOIN articles a ON a.id = x.article_id
		WHERE x.picture_key = m.key AND a.status = 'published'))`

var mediaColumns = models.ColumnsOf[pictures.Picture]()

// Pictures is a question for pictures that public articles use, the newest first.
// Empty fields are no condition.
type Pictures struct {
	IDs, ExceptIDs []int64
	Keys           []string
	Search         string // a part of the alternative text, caption or credit
	Articles       []int64
	ExceptArticles []int64
	Formats        []string
	After, Before  time.Time // instants
	ByRequest      bool      // in the order of IDs or Keys
	Ascending      bool
	Offset, Limit  int
}

// Find returns a part of the pictures. It looks through the first MaxReach pictures
// of the library.
func (q Pictures) Find(ctx context.Context, r models.Queryer) (list []pictures.Picture, total int, err error) {
	direction := " DESC"
	if q.Ascending {
		direction = ""
	}
	source := conditions{}
	if len(q.IDs) > 0 {
		source.add("id IN ("+marks(len(q.IDs))+")", anys(q.IDs)...)
	}
	if len(q.Keys) > 0 {
		source.add("key IN ("+marks(len(q.Keys))+")", anys(q.Keys)...)
	}
	where := q.conditions()
	body := " FROM (SELECT * FROM media" + source.sql() + " ORDER BY id" + direction + " LIMIT ?) m" + where.sql()
	args := append(append(source.args, MaxReach), where.args...)
	if _, err := models.QueryRow(ctx, r, []any{&total}, "SELECT COUNT(*)"+body, args...); err != nil || total == 0 {
		return nil, total, err
	}
	limit, offset := q.Limit, q.Offset
	if q.ByRequest {
		limit, offset = len(q.IDs)+len(q.Keys), 0
	}
	list, err = mediaColumns.All(ctx, r, "SELECT "+mediaColumns.List("m")+body+" ORDER BY m.id"+direction+" LIMIT ? OFFSET ?",
		append(args, limit, offset)...)
	if q.ByRequest {
		slices.SortFunc(list, func(a, b pictures.Picture) int {
			if len(q.IDs) > 0 {
				return cmp.Compare(slices.Index(q.IDs, a.ID), slices.Index(q.IDs, b.ID))
			}
			return cmp.Compare(slices.Index(q.Keys, a.Key), slices.Index(q.Keys, b.Key))
		})
		list = list[min(q.Offset, len(list)):]
		list = list[:min(q.Limit, len(list))]
	}
	return list, total, err
}

func (q Pictures) conditions() (where conditions) {
	where.add(usedByPublic)
	where.add("NOT m.hidden")
	if len(q.ExceptIDs) > 0 {
		where.add("m.id NOT IN ("+marks(len(q.ExceptIDs))+")", anys(q.ExceptIDs)...)
	}
	if len(q.Formats) > 0 {
		where.add("m.format IN ("+marks(len(q.Formats))+")", anys(q.Formats)...)
	}
	if !q.After.IsZero() {
		where.add("m.created_at > ?", models.At(q.After))
	}
	if !q.Before.IsZero() {
		where.add("m.created_at < ?", models.At(q.Before))
	}
	if q.Search != "" {
		pattern := "%" + escapeLike(strings.ToLower(q.Search)) + "%"
		where.add("LOWER(m.alt || ' ' || m.caption || ' ' || m.credit) LIKE ? ESCAPE '!'", pattern)
	}
	for _, by := range []struct {
		articles []int64
		not      string
	}{{q.Articles, ""}, {q.ExceptArticles, "NOT "}} {
		if n := len(by.articles); n > 0 {
			in := " AND a.id IN (" + marks(n) + ")"
			where.add(by.not+`(EXISTS (SELECT 1 FROM articles a WHERE a.picture_id = m.id AND a.status = 'published'`+in+`)
				OR EXISTS (SELECT 1 FROM article_pictures x JOIN articles a ON a.id = x.article_id
					WHERE x.picture_key = m.key AND a.status = 'published'`+in+`))`,
				append(anys(by.articles), anys(by.articles)...)...)
		}
	}
	return where
}

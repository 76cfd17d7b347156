package library

import (
	"context"
	"strings"

	"broadsheet/models"
	"broadsheet/models/newsroom/pictures"
	"broadsheet/models/settings"
)

// Filter selects pictures.
type Filter string

// The filters. Each finds pictures that an editor should look after.
const (
	All        Filter = ""
	NoAlt      Filter = "no-alt" // neither alternative text nor decorative
	NoCredit   Filter = "no-credit"
	EndedSoon  Filter = "ending" // the licence has ended, or ends within [SoonDays] days
	Unused     Filter = "unused" // no article, no draft that waits and no author uses it
	RemovedOne Filter = "removed"
)

// SoonDays is how far [EndedSoon] looks ahead, in days.
const SoonDays = 30

// Limits of a search.
const (
	MaxWords = 8  // later words are ignored
	PageSize = 60 // pictures
)

// Query selects pictures for [Search].
type Query struct {
	Words  string // each must be in the alternative text, caption, credit or filename
	Filter Filter
	Owner  int64 // the account that uploaded it, 0 for all
	// Viewer is an account without the right to edit all articles: Search finds only the
	// pictures that it may see, see [VisibleTo]. 0 finds all.
	Viewer int64
	Before int64 // Search's next of the page before, 0 for the first page
	Limit  int   // 0: PageSize
}

// Search returns a page of pictures, newest first. next is the Before of the next page, 0 on
// the last page.
func Search(ctx context.Context, r models.Queryer, now models.Time, q Query) (list []pictures.Picture, next int64, err error) {
	site, err := settings.Load(ctx, r)
	if err != nil {
		return nil, 0, err
	}
	if q.Limit <= 0 || q.Limit > PageSize {
		q.Limit = PageSize
	}
	find := r.Query(ctx).Table("media m").Order("m.id DESC").Limit(q.Limit + 1)
	if q.Filter == RemovedOne {
		find = find.Where("m.removed_at IS NOT NULL")
	} else {
		find = find.Where("m.removed_at IS NULL")
	}
	switch q.Filter {
	case NoAlt:
		find = find.Where("m.alt = '' AND NOT m.decorative")
	case NoCredit:
		find = find.Where("m.credit = ''")
	case EndedSoon:
		find = find.Where("m.licence_end <> '' AND m.licence_end <= ?", today(now.AddDate(0, 0, SoonDays), site.TimeZone))
	case Unused:
		find = find.Where("NOT EXISTS (SELECT 1 FROM articles a WHERE a.picture_id = m.id)" +
			" AND NOT EXISTS (SELECT 1 FROM article_pictures x WHERE x.picture_key = m.key)" +
			" AND NOT EXISTS (SELECT 1 FROM authors WHERE picture_id = m.id) AND NOT " + pictures.WaitsInDraft)
	}
	if q.Owner != 0 {
		find = find.Where("m.owner_id = ?", q.Owner)
	}
	if q.Viewer != 0 {
		find = VisibleTo(find, q.Viewer)
	}
	if q.Before != 0 {
		find = find.Where("m.id < ?", q.Before)
	}
	for i, word := range strings.Fields(strings.ToLower(q.Words)) {
		if i == MaxWords {
			break
		}
		find = find.Where("LOWER(m.alt || ' ' || m.caption || ' ' || m.credit || ' ' || m.filename) LIKE ? ESCAPE '!'",
			"%"+escape.Replace(word)+"%")
	}
	if err := find.Find(&list).Error; err != nil {
		return nil, 0, err
	}
	if len(list) > q.Limit {
		list = list[:q.Limit]
		next = list[q.Limit-1].ID
	}
	return list, next, nil
}

// escape makes a text a literal part of a LIKE pattern.
var escape = strings.NewReplacer("!", "!!", "%", "!%", "_", "!_")

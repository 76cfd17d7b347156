package storylist

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"

	"broadsheet/models"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/taxonomy"

	"gorm.io/gorm"
)

// PageSize is the number of articles on a page.
const PageSize = 40

// Filter selects articles.
type Filter struct {
	Status   newsroom.Status // "" for all statuses except trashed
	Words    string          // each must be in the headline
	Category []int64         // an article has one of these; none for all
	Own      int64           // account that began the article or is in its byline, 0 for all
	After    string          // [Page.Next] of the page before, "" for the first page
	Only     int64           // number of the only article to list, 0 for all
}

// Row is an article of the list.
type Row struct {
	*newsroom.Article
	Headline string      // of the newest draft
	Pending  bool        // the newest draft differs from the public text
	By       string      // name of the actor of the newest draft, "" if unknown
	Changed  models.Time // the later one of the article and its newest draft
}

// Page is a page of the list.
type Page struct {
	Rows []Row
	Next string // for [Filter.After], "" at the end
}

// List returns a page of the matching articles, the last changed first. An article and its
// newest draft have times of their own, of which the later one counts. Each of the two parts
// below has an index with its order, so that a page reads few rows of a large site.
func List(ctx context.Context, r models.Queryer, f Filter) (*Page, error) {
	var all []found
	for _, part := range []struct{ from, join, where, time, id string }{
		{"articles", "LEFT JOIN article_drafts d ON d.article_id = articles.id", "(d.at IS NULL OR d.at <= updated_at)", "updated_at", "id"},
		// CROSS JOIN: SQLite begins with the drafts, in their order.
		{"article_drafts d", "CROSS JOIN articles", "articles.id = d.article_id AND d.at > updated_at", "d.at", "d.article_id"},
	} {
		q := r.Query(ctx).Table(part.from).Joins(part.join).Where(part.where).Select(foundColumns).
			Order(part.time + " DESC, " + part.id + " DESC").Limit(PageSize + 1)
		if at, id, ok := f.after(); ok {
			q = q.Where("("+part.time+", "+part.id+") < (?, ?)", at, id)
		}
		var rows []found
		if err := f.narrow(q).Find(&rows).Error; err != nil {
			return nil, err
		}
		all = append(all, rows...)
	}
	p := &Page{}
	for i := range all {
		p.Rows = append(p.Rows, all[i].row())
	}
	slices.SortFunc(p.Rows, func(a, b Row) int {
		return cmp.Or(b.Changed.Compare(a.Changed.Time), cmp.Compare(b.ID, a.ID))
	})
	if len(p.Rows) > PageSize {
		p.Rows = p.Rows[:PageSize]
		last := p.Rows[PageSize-1]
		p.Next = fmt.Sprintf("%d-%d", last.Changed.UnixMicro(), last.ID)
	}
	return p, nil
}

// after returns the last row of the page before, if there is one.
func (f Filter) after() (at models.Time, id int64, ok bool) {
	var micros int64
	n, err := fmt.Sscanf(f.After, "%d-%d", &micros, &id)
	return models.At(time.UnixMicro(micros)), id, n == 2 && err == nil
}

// narrow adds the conditions of the filter.
func (f Filter) narrow(q *gorm.DB) *gorm.DB {
	if f.Status == "" {
		q = q.Where("status <> ?", newsroom.Trashed)
	} else {
		q = q.Where("status = ?", f.Status)
	}
	if strings.TrimSpace(f.Words) != "" && taxonomy.FoldTitle(f.Words) == "" {
		q = q.Where("1 = 0") // only punctuation, which no headline is searched for
	}
	for _, word := range strings.Fields(f.Words) {
		key := taxonomy.FoldTitle(word)
		if key == "" {
			continue
		}
		// A headline that waits has no key: its accents count.
		plain := strings.ToLower(strings.TrimFunc(word, func(r rune) bool { return !unicode.In(r, unicode.L, unicode.M, unicode.N) }))
		plain = strings.NewReplacer("!", "!!", "%", "!%", "_", "!_").Replace(plain)
		q = q.Where("(title_key LIKE ? OR d.number <> d.shown AND LOWER(d.title) LIKE ? ESCAPE '!')", "%"+key+"%", "%"+plain+"%")
	}
	if len(f.Category) > 0 {
		q = q.Where("EXISTS (SELECT 1 FROM article_categories c WHERE c.article_id = articles.id AND c.category_id IN ?)", f.Category)
	}
	if f.Own != 0 {
		q = q.Where(`(owner_id = ? OR id IN (SELECT x.article_id FROM article_authors x JOIN authors ON authors.id = x.author_id
			WHERE authors.user_id = ?))`, f.Own, f.Own)
	}
	if f.Only != 0 {
		q = q.Where("id = ?", f.Only)
	}
	return q
}

// found is an article with the row of its newest draft, if it has one.
type found struct {
	newsroom.Article `gorm:"embedded"`
	DraftNumber      int // 0 for no draft
	DraftShown       int
	DraftTitle       string
	DraftActor       string
	DraftAt          models.Time
}

const foundColumns = `articles.*, COALESCE(d.number, 0) AS draft_number, COALESCE(d.shown, 0) AS draft_shown,
	COALESCE(d.title, '') AS draft_title, COALESCE(d.actor, '') AS draft_actor, d.at AS draft_at`

func (f *found) row() Row {
	row := Row{Article: &f.Article, Headline: f.Title, Changed: f.UpdatedAt}
	if f.DraftNumber != 0 {
		row.Headline, row.Pending, row.By = f.DraftTitle, f.DraftNumber != f.DraftShown, f.DraftActor
	}
	if f.DraftAt.After(row.Changed.Time) {
		row.Changed = f.DraftAt
	}
	return row
}

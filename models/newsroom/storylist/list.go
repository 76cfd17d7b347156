package storylist

import (
	"context"
	"fmt"
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
	Headline string // of the newest draft
	Pending  bool   // the newest draft differs from the public text
	By       string // name of the actor of the newest draft, "" if unknown
	Changed  models.Time
}

// Page is a page of the list.
type Page struct {
	Rows []Row
	Next string // for [Filter.After], "" at the end
}

// List returns a page of the matching articles, in the order of the last changes of their
// rows, newest first. A draft of a live article does not change the row.
func List(ctx context.Context, r models.Queryer, f Filter) (*Page, error) {
	var articles []*newsroom.Article
	if err := f.query(r.Query(ctx)).Limit(PageSize + 1).Find(&articles).Error; err != nil {
		return nil, err
	}
	p := &Page{}
	if len(articles) > PageSize {
		articles = articles[:PageSize]
		last := articles[PageSize-1]
		p.Next = fmt.Sprintf("%d-%d", last.UpdatedAt.UnixMicro(), last.ID)
	}
	drafts, err := draftsOf(ctx, r, articles)
	for _, a := range articles {
		row := Row{Article: a, Headline: a.Title, Changed: a.UpdatedAt}
		if d, ok := drafts[a.ID]; ok {
			row.Headline, row.Pending, row.By = d.Title, d.Number != d.Shown, d.Actor
			if d.At.After(row.Changed.Time) {
				row.Changed = d.At
			}
		}
		p.Rows = append(p.Rows, row)
	}
	return p, err
}

func (f Filter) query(q *gorm.DB) *gorm.DB {
	q = q.Order("updated_at DESC, id DESC")
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
		q = q.Where(`(title_key LIKE ? OR EXISTS (SELECT 1 FROM article_drafts d
			WHERE d.article_id = articles.id AND d.number <> d.shown AND LOWER(d.title) LIKE ? ESCAPE '!'))`, "%"+key+"%", "%"+plain+"%")
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
	var at, id int64
	if n, err := fmt.Sscanf(f.After, "%d-%d", &at, &id); n == 2 && err == nil {
		q = q.Where("(updated_at, id) < (?, ?)", models.At(time.UnixMicro(at)), id)
	}
	return q
}

type draft struct {
	ArticleID     int64
	Number, Shown int
	Title, Actor  string
	At            models.Time
}

func draftsOf(ctx context.Context, r models.Queryer, articles []*newsroom.Article) (map[int64]draft, error) {
	found := map[int64]draft{}
	if len(articles) == 0 {
		return found, nil
	}
	var ids []int64
	for _, a := range articles {
		ids = append(ids, a.ID)
	}
	var list []draft
	err := r.Query(ctx).Table("article_drafts").Where("article_id IN ?", ids).Find(&list).Error
	for _, d := range list {
		found[d.ArticleID] = d
	}
	return found, err
}

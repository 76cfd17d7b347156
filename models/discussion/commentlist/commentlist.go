package commentlist

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"broadsheet/models"
	"broadsheet/models/discussion"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/collection"
)

// maxUnion is the number of articles up to which a list joins their comments. For more articles
// it looks through the comments of the site.
const maxUnion = 8

// Comment is a public comment.
type Comment struct {
	ID        int64
	ArticleID int64
	ParentID  int64
	Type      string
	Author    string
	URL       string `gorm:"column:url"`
	HTML      string `gorm:"column:html"`
	CreatedAt models.Time
}

var columns = models.ColumnsOf[Comment]()

// Order is the order of comments.
type Order int

// The orders. ByRequest is the order of the ids of the query.
const (
	ByDate Order = iota
	ByID
	ByArticle
	ByParent
	ByType
	ByRequest
)

// Query is a question for public comments. Empty fields are no condition.
type Query struct {
	IDs, ExceptIDs         []int64
	Articles               []int64
	Parents, ExceptParents []int64 // 0 is the parent of comments at the top
	Search                 string  // a part of the text or of the commenter's name
	After, Before          time.Time
	Order                  Order
	Ascending              bool
	Offset, Limit          int
}

// Page is a part of a list.
type Page struct {
	Comments  []Comment
	Total     int // at most collection.MaxReach
	DependsOn []models.CacheTag
}

// clause is a piece of a statement with its arguments.
type clause struct {
	text string
	args []any
}

// Find returns a part of the comments that a query asks for.
func (q Query) Find(ctx context.Context, r models.Queryer) (*Page, error) {
	p := &Page{DependsOn: q.dependsOn()}
	source, where := q.source(), q.conditions()
	body := " FROM (" + source.text + ") d JOIN comments c ON c.id = d.id" +
		" JOIN articles a ON a.id = c.article_id AND a.status = 'published'" + where.text
	args := append(source.args, where.args...)
	kept, hidden, err := q.keptTotal(ctx, r, where)
	if err != nil {
		return nil, err
	}
	if p.Total = min(kept, collection.MaxReach); kept < 0 {
		if _, err := models.QueryRow(ctx, r, []any{&p.Total}, "SELECT COUNT(*)"+body, args...); err != nil {
			return nil, err
		}
	}
	if p.Total == 0 || q.Limit <= 0 || q.Offset >= p.Total {
		return p, nil
	}
	limit, offset := q.Limit, q.Offset
	switch {
	case q.Order == ByRequest:
		limit, offset = len(q.IDs), 0
	case kept >= 0 && hidden == 0 && q.isSourceOrder():
		// Every row of the source counts, so it alone can be cut.
		body = strings.Replace(body, " LIMIT ?", " LIMIT ? OFFSET ?", 1)
		args = append(append(slices.Clone(source.args[:len(source.args)-1]), min(q.Limit, p.Total-q.Offset), q.Offset), where.args...)
		offset = 0
	}
	p.Comments, err = columns.All(ctx, r, "SELECT "+columns.List("c")+body+" ORDER BY "+q.orderBy()+" LIMIT ? OFFSET ?",
		append(args, limit, offset)...)
	if q.Order == ByRequest {
		slices.SortFunc(p.Comments, func(a, b Comment) int {
			return cmp.Compare(slices.Index(q.IDs, a.ID), slices.Index(q.IDs, b.ID))
		})
		p.Comments = p.Comments[min(q.Offset, len(p.Comments)):]
		p.Comments = p.Comments[:min(q.Limit, len(p.Comments))]
	}
	for _, c := range p.Comments {
		p.DependsOn = append(p.DependsOn, newsroom.ArticleTag(c.ArticleID))
	}
	return p, err
}

// dependsOn returns the cache tags that touch the choice of comments.
func (q Query) dependsOn() (tags []models.CacheTag) {
	if len(q.IDs) > 0 || len(q.Articles) == 0 {
		return []models.CacheTag{discussion.CommentsTag, newsroom.ArticlesTag}
	}
	for _, id := range q.Articles {
		tags = append(tags, newsroom.ArticleTag(id))
	}
	return tags
}

// orderBy returns the order of the result, without ties.
func (q Query) orderBy() string {
	direction := " DESC"
	if q.Ascending {
		direction = ""
	}
	column := map[Order]string{ByDate: "c.created_at", ByArticle: "c.article_id", ByParent: "c.parent_id", ByType: "c.type"}[q.Order]
	if column == "" {
		return "c.id" + direction
	}
	return column + direction + ", c.id" + direction
}

// isSourceOrder reports whether the source has its rows in the order of the query.
func (q Query) isSourceOrder() bool {
	return q.Order == ByDate || q.Order == ByID && len(q.Articles) == 0
}

// source returns the ids of the comments that the list looks through.
func (q Query) source() clause {
	direction := " DESC"
	if q.Ascending && (q.Order == ByDate || q.Order == ByID) {
		direction = ""
	}
	order := " ORDER BY created_at" + direction + ", id" + direction + " LIMIT ?"
	if len(q.IDs) > 0 {
		return clause{"SELECT id FROM comments WHERE state = 'approve' AND id IN (" + marks(len(q.IDs)) + ")", anys(q.IDs)}
	}
	dates := q.dates("")
	if n := len(q.Articles); n > 0 && n <= maxUnion {
		var parts []string
		var args []any
		for _, id := range q.Articles {
			one := "SELECT id FROM comments WHERE article_id = ? AND state = 'approve'" + dates.text + order
			parts = append(parts, "SELECT * FROM ("+one+") u")
			args = append(append(append(args, id), dates.args...), collection.MaxReach)
		}
		return clause{strings.Join(parts, " UNION ALL "), args}
	}
	if len(q.Parents) > 0 && !slices.Contains(q.Parents, 0) {
		return clause{
			"SELECT id FROM comments WHERE parent_id > 0 AND state = 'approve' AND parent_id IN (" + marks(len(q.Parents)) + ") LIMIT ?",
			append(anys(q.Parents), collection.MaxReach),
		}
	}
	if q.Order == ByID {
		return clause{"SELECT id FROM comments WHERE state = 'approve' ORDER BY id" + direction + " LIMIT ?", []any{collection.MaxReach}}
	}
	return clause{"SELECT id FROM comments WHERE state = 'approve'" + dates.text + order, append(dates.args, collection.MaxReach)}
}

// dates returns the conditions on the date, each after AND.
func (q Query) dates(alias string) (c clause) {
	if !q.After.IsZero() {
		c.text, c.args = c.text+" AND "+alias+"created_at > ?", append(c.args, models.At(q.After))
	}
	if !q.Before.IsZero() {
		c.text, c.args = c.text+" AND "+alias+"created_at < ?", append(c.args, models.At(q.Before))
	}
	return c
}

// conditions returns all conditions, each after AND.
func (q Query) conditions() clause {
	c := q.dates("c.")
	for _, list := range []struct {
		test string
		ids  []int64
	}{
		{"c.id NOT IN", q.ExceptIDs},
		{"c.article_id IN", q.Articles},
		{"c.parent_id IN", q.Parents},
		{"c.parent_id NOT IN", q.ExceptParents},
	} {
		if len(list.ids) > 0 {
			c.text, c.args = c.text+" AND "+list.test+" ("+marks(len(list.ids))+")", append(c.args, anys(list.ids)...)
		}
	}
	if q.Search != "" {
		escaped := strings.NewReplacer("!", "!!", "%", "!%", "_", "!_").Replace(strings.ToLower(q.Search))
		c.text += " AND (LOWER(c.text) LIKE ? ESCAPE '!' OR LOWER(c.author) LIKE ? ESCAPE '!')"
		c.args = append(c.args, "%"+escaped+"%", "%"+escaped+"%")
	}
	return c
}

// keptTotal returns the number of comments from kept counts. It is below 0 if the
// conditions have none. hidden is the number of comments of the source that are not
// public.
func (q Query) keptTotal(ctx context.Context, r models.Queryer, where clause) (n, hidden int, err error) {
	only := q
	only.Articles = nil
	switch {
	case len(q.IDs) > 0:
		return -1, 0, nil
	case where.text == "":
		_, err = models.QueryRow(ctx, r, []any{&n, &hidden}, `SELECT comments, CAST((SELECT COALESCE(SUM(comments_approve), 0)
			FROM articles WHERE status <> 'published' AND comments_approve > 0) AS BIGINT) FROM comment_totals WHERE state = 'approve'`)
		return max(0, n-hidden), hidden, err
	case len(q.Articles) == 1 && only.conditions().text == "":
		_, err = models.QueryRow(ctx, r, []any{&n},
			"SELECT comments_approve FROM articles WHERE id = ? AND status = 'published'", q.Articles[0])
		return n, 0, err
	}
	return -1, 0, nil
}

// marks returns n placeholders.
func marks(n int) string { return strings.TrimSuffix(strings.Repeat("?, ", n), ", ") }

func anys(ids []int64) []any {
	args := make([]any, len(ids))
	for i, id := range ids {
		args[i] = id
	}
	return args
}

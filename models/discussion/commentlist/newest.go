package commentlist

import (
	"context"
	"strings"

	"broadsheet/models"
)

// Newest returns the newest public comments of each article, at most limit of each,
// in one statement.
func Newest(ctx context.Context, r models.Queryer, articles []int64, limit int) (map[int64][]Comment, error) {
	if len(articles) == 0 {
		return nil, nil
	}
	var parts []string
	var args []any
	for _, id := range articles {
		parts = append(parts, "SELECT * FROM (SELECT id, created_at FROM comments WHERE article_id = ? AND state = 'approve'"+
			" ORDER BY created_at DESC, id DESC LIMIT ?) u")
		args = append(args, id, limit)
	}
	list, err := columns.All(ctx, r, "SELECT "+columns.List("c")+" FROM ("+strings.Join(parts, " UNION ALL ")+") d"+
		" JOIN comments c ON c.id = d.id JOIN articles a ON a.id = c.article_id AND a.status = 'published'"+
		" ORDER BY c.created_at DESC, c.id DESC", args...)
	of := map[int64][]Comment{}
	for _, c := range list {
		of[c.ArticleID] = append(of[c.ArticleID], c)
	}
	return of, err
}

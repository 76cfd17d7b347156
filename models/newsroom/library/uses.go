package library

import (
	"context"
	"strconv"

	"broadsheet/models"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/pictures"
	"broadsheet/models/newsroom/sitemapchanges"
)

// Use is an article that uses a picture.
type Use struct {
	Article  int64
	Title    string
	Status   newsroom.Status
	Language string
	Lead     bool // as its lead picture
	Body     bool // in its text, or as the target of a link in its text
	// Draft means that a text which readers do not see yet uses the picture: the newest
	// draft or a planned update. Lead and Body are about the text of the article's rows.
	Draft bool
}

// UsesIn returns the articles that use a picture, the newest first.
func UsesIn(ctx context.Context, r models.Queryer, id int64) ([]Use, error) {
	m, err := pictures.ByID(ctx, r, id)
	if err != nil {
		return nil, err
	}
	return usesOf(ctx, r, m)
}

func usesOf(ctx context.Context, r models.Queryer, m *pictures.Picture) (list []Use, err error) {
	// Drafts are few: only those that differ from the rows of their articles are read.
	inText := "%/media/" + escape.Replace(m.Key) + "%"
	asLead := `%"PictureID":` + idText(m.ID) + `,%`
	rows, err := models.QueryRows(ctx, r, `SELECT a.id, a.title, a.status, a.language, MAX(x.lead), MAX(x.body), MAX(x.draft) FROM (
			SELECT id, 1 AS lead, 0 AS body, 0 AS draft FROM articles WHERE picture_id = ?
			UNION ALL SELECT article_id, 0, 1, 0 FROM article_pictures WHERE picture_key = ?
			UNION ALL SELECT v.article_id, 0, 0, 1 FROM (
				SELECT article_id, number FROM article_drafts WHERE number <> shown
				UNION SELECT article_id, number FROM article_plans WHERE ended_at IS NULL AND number <> 0
			) d JOIN article_versions v ON v.article_id = d.article_id AND v.number = d.number
			WHERE v.manuscript LIKE ? ESCAPE '!' OR v.manuscript LIKE ? ESCAPE '!'
		) x JOIN articles a ON a.id = x.id GROUP BY a.id, a.title, a.status, a.language ORDER BY a.id DESC`,
		m.ID, m.Key, inText, asLead)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var u Use
		var lead, body, draft int
		if err := rows.Scan(&u.Article, &u.Title, &u.Status, &u.Language, &lead, &body, &draft); err != nil {
			return nil, err
		}
		u.Lead, u.Body, u.Draft = lead == 1, body == 1, draft == 1
		list = append(list, u)
	}
	return list, rows.Err()
}

// touch touches the cache tags of everything that shows a picture: pages depend on the
// picture's own tag, and sitemaps list pictures by article.
func touch(ctx context.Context, tx *models.Tx, m *pictures.Picture) error {
	tx.Touch(pictures.Tag(m.ID), pictures.LibraryTag)
	var ids []int64
	err := tx.Query(ctx).Raw(`SELECT id FROM articles WHERE picture_id = ?
		UNION SELECT article_id FROM article_pictures WHERE picture_key = ?`, m.ID, m.Key).Scan(&ids).Error
	for _, id := range ids {
		tx.Touch(sitemapchanges.PartTag(sitemapchanges.Articles, sitemapchanges.PartOf(id)))
	}
	return err
}

func idText(id int64) string { return strconv.FormatInt(id, 10) }

package library

import (
	"context"

	"broadsheet/models"
	"broadsheet/models/newsroom/pictures"

	"gorm.io/gorm"
)

// Find returns a picture, even a removed one. It refuses with NotFound.
func Find(ctx context.Context, r models.Queryer, id int64) (*pictures.Picture, error) {
	m, err := models.First[pictures.Picture](r.Query(ctx).Where("id = ?", id))
	if err == nil && m == nil {
		err = models.Errorf(models.NotFound, "there is no picture %d", id)
	}
	return m, err
}

// ownArticles selects the ids of an account's own articles, see [drafts.AccessOf].
const ownArticles = `SELECT id FROM articles WHERE owner_id = ? UNION
	SELECT x.article_id FROM article_authors x JOIN authors ON authors.id = x.author_id WHERE authors.user_id = ?`

// VisibleTo restricts a query for media m to the pictures that an account without the right
// to edit all articles may see: pictures that it uploaded, pictures that no article and no
// waiting draft uses, and pictures of public articles and of its own articles. The other
// pictures would reveal the subjects on which colleagues work.
func VisibleTo(q *gorm.DB, account int64) *gorm.DB {
	return q.Where(`(m.owner_id = ?
		OR NOT EXISTS (SELECT 1 FROM articles a WHERE a.picture_id = m.id)
			AND NOT EXISTS (SELECT 1 FROM article_pictures x WHERE x.picture_key = m.key)
			AND NOT `+pictures.WaitsInDraft+`
		OR EXISTS (SELECT 1 FROM articles a WHERE a.picture_id = m.id AND (a.status = 'published' OR a.id IN (`+ownArticles+`)))
		OR EXISTS (SELECT 1 FROM article_pictures x JOIN articles a ON a.id = x.article_id
			WHERE x.picture_key = m.key AND (a.status = 'published' OR a.id IN (`+ownArticles+`))))`,
		account, account, account, account, account)
}

// MaySee reports whether an account without the right to edit all articles may see a
// picture.
func MaySee(ctx context.Context, r models.Queryer, account int64, key string) (bool, error) {
	var found []int64
	err := VisibleTo(r.Query(ctx).Table("media m").Select("m.id").Where("m.key = ?", pictures.KeyOf(key)), account).Find(&found).Error
	return len(found) > 0, err
}

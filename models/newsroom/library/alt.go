package library

import (
	"context"

	"broadsheet/models"
	"broadsheet/models/newsroom/pictures"
	"broadsheet/models/richtext"
)

// maxBodies is the most articles that are searched for an alternative text, because a body
// may have 10 MB.
const maxBodies = 500

// usesWithAlt returns the articles whose text shows a picture with an alternative text.
func usesWithAlt(ctx context.Context, r models.Queryer, m *pictures.Picture, alt string) (list []Use, err error) {
	uses, err := usesOf(ctx, r, m)
	if err != nil {
		return nil, err
	}
	for i, u := range uses[:min(len(uses), maxBodies)] {
		if !u.Body {
			continue
		}
		var html string
		if _, err := models.QueryRow(ctx, r, []any{&html}, "SELECT html FROM article_bodies WHERE article_id = ?", u.Article); err != nil {
			return nil, err
		}
		for _, shown := range richtext.ShownPictures(html) {
			if pictures.KeyOf(shown.File) == m.Key && shown.Alt == alt {
				list = append(list, uses[i])
				break
			}
		}
	}
	return list, nil
}

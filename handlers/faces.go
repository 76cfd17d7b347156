package handlers

import (
	"fmt"

	"broadsheet/models"
	"broadsheet/models/blob"
	"broadsheet/models/newsroom/pictures"
	"broadsheet/models/newsroom/taxonomy"
	"broadsheet/views"
)

// The sides of the squares in which pictures of authors are shown, in CSS pixels.
const (
	faceSide     = 48
	portraitSide = 96
)

// square returns a picture as a small square. The smallest width is sharp enough for it on
// every screen.
func square(m *pictures.Picture, side int) *views.Picture {
	address := fmt.Sprintf("/media/%s/%d.", m.File, blob.Widths[0])
	return &views.Picture{Src: address + "jpg", WebP: address + "webp", Width: side, Height: side, Focus: focusClass(m.FocusX, m.FocusY)}
}

// presentFace returns the picture of an author in a byline, nil for none. Its alternative
// text is empty, because the name stands beside it.
func presentFace(faces []pictures.Face, author string) *views.Picture {
	for i := range faces {
		if f := &faces[i]; f.Author == author && !f.Hidden {
			return square(&f.Picture, faceSide)
		}
	}
	return nil
}

// faceTags returns the cache tags of the pictures, also of hidden ones: they may come back.
func faceTags(faces []pictures.Face) (tags []models.CacheTag) {
	for _, f := range faces {
		tags = append(tags, pictures.Tag(f.ID))
	}
	return tags
}

// portrait returns the picture of an author for the author's page, nil for none and while
// visitors may not see it.
func (rd *reading) portrait(c *request, author *taxonomy.Author) (*views.Picture, error) {
	if author.PictureID == nil {
		return nil, nil
	}
	m, err := pictures.ByID(c.ctx(), rd.db, *author.PictureID)
	if models.KindOf(err) == models.NotFound || err == nil && m.Hidden {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	v := square(m, portraitSide)
	v.Alt = m.Alt
	return v, nil
}

// pictureURL returns the absolute address of a picture, "" for none.
func (p *pages) pictureURL(picture *views.Picture) string {
	if picture == nil {
		return ""
	}
	return p.baseURL.String() + picture.Src
}

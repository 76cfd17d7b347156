package pictures

import (
	"fmt"

	"broadsheet/models"
)

// InText is a picture of the library in the text of an article. Each page with the text
// depends on the cache tag Tag(ID).
type InText struct {
	ID  int64
	Key string
	Dressed
}

// InTextColumns selects the pictures in texts, for [ReadInText], in four columns: a
// number and three texts. A condition on x.article_id follows.
const InTextColumns = `m.id, m.key, m.file, m.width || ' ' || m.height || ' ' || CASE WHEN m.hidden THEN 1 ELSE 0 END || ' ' || m.frames
	FROM article_pictures x JOIN media m ON m.key = x.picture_key`

// ReadInText returns the picture of a row of [InTextColumns].
func ReadInText(id int64, key, file, size string) InText {
	m := InText{ID: id, Key: key, Dressed: Dressed{File: file}}
	var hidden, frames int
	_, _ = fmt.Sscan(size, &m.Width, &m.Height, &hidden, &frames) // a picture without a size is still shown
	m.Hidden, m.Moving = hidden == 1, frames > 1
	return m
}

// Dress returns a rendered text as pages show it now, see [DressPictures].
func Dress(html string, list []InText) string {
	if len(list) == 0 {
		return html
	}
	return DressPictures(html, func(file string) (Dressed, bool) {
		key := KeyOf(file)
		for i := range list {
			if list[i].Key == key {
				return list[i].Dressed, true
			}
		}
		return Dressed{}, false
	})
}

// Tags returns the cache tags of pictures, also of hidden ones.
func Tags(list []InText) (tags []models.CacheTag) {
	for _, m := range list {
		tags = append(tags, Tag(m.ID))
	}
	return tags
}

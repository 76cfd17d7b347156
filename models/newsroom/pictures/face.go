package pictures

import "fmt"

// Face is the picture of an author in the byline of an article. Each page with the byline
// depends on the cache tag Tag(ID).
type Face struct {
	Picture        // the file, the size and the focus; whether visitors may see it
	Author  string // slug
}

// FaceColumns selects the pictures of the authors of articles, for [ReadFace], in four
// columns: a number and three texts. A condition on x.article_id follows.
const FaceColumns = `m.id, t.slug, m.file, m.width || ' ' || m.height || ' ' || CASE WHEN m.hidden THEN 1 ELSE 0 END || ' ' ||
	m.focus_x || ' ' || m.focus_y
	FROM article_authors x JOIN authors t ON t.id = x.author_id JOIN media m ON m.id = t.picture_id`

// ReadFace returns the picture of a row of [FaceColumns].
func ReadFace(id int64, author, file, size string) Face {
	f := Face{Author: author}
	var hidden int
	_, _ = fmt.Sscan(size, &f.Width, &f.Height, &hidden, &f.FocusX, &f.FocusY) // the columns are never empty
	f.ID, f.File, f.Hidden = id, file, hidden == 1
	return f
}

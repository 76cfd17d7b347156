package shortlink

import (
	"context"
	"strconv"

	"broadsheet/models"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/permalink"
	"broadsheet/models/newsroom/pictures"
	"broadsheet/models/newsroom/taxonomy"
)

// Forms are the query parameters by which WordPress names a page on the front
// page's address, such as ?p=42, in the order of their precedence.
var Forms = []string{
	"p", "page_id", "attachment_id", "name", "pagename", "cat", "category_name", "tag", "author", "author_name", "m", "year",
}

var errNoPage = models.Errorf(models.NotFound, "there is no such page")

// Query is one of [Forms] with its values.
type Query struct {
	Form, Value string
	Month, Day  string // of the form year, or empty
}

// Target returns the address of the page that a query names, or a NotFound error
// if there is no such page.
func Target(ctx context.Context, r models.Queryer, site *newsroom.Site, q Query) (string, error) {
	value := q.Value
	switch q.Form {
	case "p", "page_id":
		return articlePath(ctx, r, site, value)
	case "name", "pagename":
		found, err := newsroom.Find(ctx, r, site, site.SlugPath(value))
		if err == nil && (found.Guessed || found.Status != newsroom.Published) {
			err = errNoPage
		}
		if err != nil {
			return "", err
		}
		return found.Path, nil
	case "attachment_id":
		return picturePath(ctx, r, value)
	case "cat":
		path, err := lookUp(ctx, r, "SELECT path FROM categories WHERE wp_id = ? OR wp_id IS NULL AND id = ?", value, value)
		return permalink.CategoryPath(path), err
	case "category_name":
		if c := site.Categories.ByPath(value); c != nil {
			return permalink.CategoryPath(c.Path), nil
		}
	case "tag":
		t, err := taxonomy.TagBySlug(ctx, r, value)
		return permalink.TagPath(t.Slug), err
	case "author":
		slug, err := lookUp(ctx, r, `SELECT a.slug FROM authors a LEFT JOIN users u ON u.id = a.user_id
			WHERE u.wp_id = ? OR u.wp_id IS NULL AND a.id = ? ORDER BY u.wp_id IS NULL LIMIT 1`, value, value)
		return permalink.AuthorPath(slug), err
	case "author_name":
		a, err := taxonomy.AuthorBySlug(ctx, r, value)
		return permalink.AuthorPath(a.Slug), err
	case "m":
		if len(value) >= 4 && len(value) <= 8 && len(value)%2 == 0 {
			return datePath(value[:4], value[4:min(6, len(value))], value[min(6, len(value)):])
		}
	case "year":
		return datePath(value, q.Month, q.Day)
	}
	return "", errNoPage
}

// articlePath returns the address of a published article by its id or, if there
// is none, by its id in WordPress.
func articlePath(ctx context.Context, r models.Queryer, site *newsroom.Site, number string) (string, error) {
	id, err := strconv.ParseInt(number, 10, 64)
	if err != nil {
		return "", errNoPage
	}
	path, err := newsroom.PathOf(ctx, r, site, id)
	if models.KindOf(err) != models.NotFound {
		return path, err
	}
	found, err := models.QueryRow(ctx, r, []any{&id}, "SELECT id FROM articles WHERE wp_id = ?", id)
	if err != nil {
		return "", err
	}
	if !found {
		return "", errNoPage
	}
	return newsroom.PathOf(ctx, r, site, id)
}

// picturePath returns the address of a picture by its id in WordPress. A picture
// that is not public does not exist for visitors.
func picturePath(ctx context.Context, r models.Queryer, number string) (string, error) {
	file, err := lookUp(ctx, r, "SELECT file FROM media WHERE wp_id = ? AND NOT hidden", number)
	if err != nil {
		return "", err
	}
	m, err := pictures.AtAddress(ctx, r, file)
	if err == nil && (m == nil || !m.Public) {
		err = errNoPage
	}
	return "/media/" + file + "/1280.jpg", err
}

// lookUp returns the text that a query finds for whole numbers.
func lookUp(ctx context.Context, r models.Queryer, query string, numbers ...string) (string, error) {
	var args []any
	for _, n := range numbers {
		id, err := strconv.ParseInt(n, 10, 64)
		if err != nil {
			return "", errNoPage
		}
		args = append(args, id)
	}
	var text string
	found, err := models.QueryRow(ctx, r, []any{&text}, query, args...)
	if err == nil && !found {
		err = errNoPage
	}
	return text, err
}

// datePath returns the address of a date archive. Month and day may be empty.
func datePath(parts ...string) (string, error) {
	path, date := "/", [3]int{}
	for i, part := range parts {
		if part == "" {
			break
		}
		n, err := strconv.Atoi(part)
		if err != nil || n < 1 {
			return "", errNoPage
		}
		date[i] = n
		if width := 2 + 2*max(0, 1-i); len(part) < width {
			part = "0" + part
		}
		path += part + "/"
	}
	if _, ok := newsroom.ParsePeriod(date[0], date[1], date[2]); !ok || len(path) < 6 {
		return "", errNoPage
	}
	return path, nil
}

package newsroom

import (
	"context"
	"strconv"

	"broadsheet/models"
	"broadsheet/models/newsroom/taxonomy"
)

// ShortForms are the query parameters by which WordPress names a page on the
// front page's address, such as ?p=42, in the order of their precedence.
var ShortForms = []string{"p", "page_id", "attachment_id", "name", "pagename", "cat", "category_name", "tag", "author", "author_name", "m", "year"}

// ShortTarget returns the address of the page that a short form names. It is a
// NotFound error if there is no such page. monthnum and day belong to the short
// form year and are empty for others.
func ShortTarget(ctx context.Context, r models.Queryer, site *Site, form, value, monthnum, day string) (string, error) {
	switch form {
	case "p", "page_id":
		return pathOfNumber(ctx, r, site, value)
	case "name", "pagename":
		found, err := Find(ctx, r, site, ownSlugPath(site, value))
		if err != nil || found.Guessed || found.Status != Published {
			return "", orNotFound(err)
		}
		return found.Path, nil
	case "attachment_id":
		key, err := lookUp(ctx, r, "SELECT key FROM media WHERE wp_id = ?", value)
		if err == nil {
			err = requirePublicPicture(ctx, r, key)
		}
		return "/media/" + key + "/1280.jpg", err
	case "cat":
		path, err := lookUp(ctx, r, "SELECT path FROM categories WHERE wp_id = ? OR wp_id IS NULL AND id = ?", value, value)
		return CategoryPath(&taxonomy.Category{Path: path}), err
	case "category_name":
		if c := site.Categories.ByPath(value); c != nil {
			return CategoryPath(c), nil
		}
	case "tag":
		t, err := taxonomy.TagBySlug(ctx, r, value)
		return TagPath(t.Slug), err
	case "author":
		slug, err := lookUp(ctx, r, `SELECT a.slug FROM authors a LEFT JOIN users u ON u.id = a.user_id
			WHERE u.wp_id = ? OR u.wp_id IS NULL AND a.id = ? ORDER BY u.wp_id IS NULL LIMIT 1`, value, value)
		return AuthorPath(slug), err
	case "author_name":
		a, err := taxonomy.AuthorBySlug(ctx, r, value)
		return AuthorPath(a.Slug), err
	case "m":
		if len(value) >= 4 && len(value) <= 8 && len(value)%2 == 0 {
			return datePath(value[:4], value[4:min(6, len(value))], value[min(6, len(value)):])
		}
	case "year":
		return datePath(value, monthnum, day)
	}
	return "", orNotFound(nil)
}

func orNotFound(err error) error {
	if err != nil {
		return err
	}
	return models.Errorf(models.NotFound, "there is no such page")
}

// ownSlugPath returns an address that means the article with a slug.
func ownSlugPath(site *Site, slug string) string {
	return site.byPattern(address{slug: slug})
}

// pathOfNumber returns the address of a published article by its number here
// or, if there is none, by the one it had in WordPress.
func pathOfNumber(ctx context.Context, r models.Queryer, site *Site, number string) (string, error) {
	id, err := strconv.ParseInt(number, 10, 64)
	if err != nil {
		return "", orNotFound(nil)
	}
	path, err := PathOf(ctx, r, site, id)
	if models.KindOf(err) != models.NotFound {
		return path, err
	}
	var other int64
	if err := r.Query(ctx).Raw("SELECT id FROM articles WHERE wp_id = ?", id).Scan(&other).Error; err != nil || other == 0 {
		return "", orNotFound(err)
	}
	return PathOf(ctx, r, site, other)
}

// lookUp returns the text that a query finds for a whole number.
func lookUp(ctx context.Context, r models.Queryer, query string, numbers ...string) (string, error) {
	var args []any
	for _, n := range numbers {
		id, err := strconv.ParseInt(n, 10, 64)
		if err != nil {
			return "", orNotFound(nil)
		}
		args = append(args, id)
	}
	var found string
	if err := r.Query(ctx).Raw(query, args...).Scan(&found).Error; err != nil || found == "" {
		return "", orNotFound(err)
	}
	return found, nil
}

// datePath returns the address of a date archive; month and day may be empty.
func datePath(parts ...string) (string, error) {
	path, date := "/", [3]int{}
	for i, part := range parts {
		if part == "" {
			break
		}
		n, err := strconv.Atoi(part)
		if err != nil || n < 1 {
			return "", orNotFound(nil)
		}
		date[i] = n
		if width := 2 + 2*max(0, 1-i); len(part) < width {
			part = "0" + part
		}
		path += part + "/"
	}
	if _, ok := ParsePeriod(date[0], date[1], date[2]); !ok || len(path) < 6 {
		return "", orNotFound(nil)
	}
	return path, nil
}

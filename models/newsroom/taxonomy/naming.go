package taxonomy

import (
	"cmp"
	"context"
	"strings"
	"unicode"

	"broadsheet/models"

	"golang.org/x/text/unicode/norm"
)

// The name identifies a tag, an author or a category; the slug is only its
// address. "C", "C++" and "C#" are three tags with the slugs c, c-2 and c-3.

// nameKey returns the form in which names are compared: composed (NFC), with
// single spaces, without regard to case.
func nameKey(name string) string {
	return strings.Map(foldCase, strings.Join(strings.Fields(norm.NFC.String(name)), " "))
}

// foldCase returns the smallest of the letters that differ from r only in case.
func foldCase(r rune) rune {
	least := r
	for next := unicode.SimpleFold(r); next != r; next = unicode.SimpleFold(next) {
		least = min(least, next)
	}
	return least
}

// restNames are the names of the category of articles without one, by language.
var restNames = map[string]string{"en": "Uncategorized", "ar": "غير مصنّف"}

// RestName returns the name of a new category of articles without one, in the language of
// the site. Readers do not see it, but the desk and the REST interface do.
func RestName(language string) string {
	base, _, _ := strings.Cut(strings.ToLower(language), "-")
	return cmp.Or(restNames[base], restNames["en"])
}

// nameFromSlug returns a readable name for a category that has none.
func nameFromSlug(slug string) string { return strings.ReplaceAll(slug, "-", " ") }

// isNameOf reports whether a slug is the slug of the name.
func isNameOf(slug, name string) bool { return name != "" && TermSlug(name) == slug }

// findNamed looks for the term of a name among the slugs base, base-2, base-3
// and so on. lookUp returns the term with a slug and the term's name, nil for
// none. findNamed returns the term, or nil and the first free slug.
//
// It also accepts the term at base itself when that term's name does not give
// this slug: the term was renamed, or named after its slug.
func findNamed[T any](
	ctx context.Context, tx *models.Tx, base, name string, lookUp func(slug string) (*T, string, error),
) (term *T, free string, err error) {
	// The lock keeps two transactions from making the same term at once.
	if err := models.LockKey(ctx, tx, "name "+base); err != nil {
		return nil, "", err
	}
	key := nameKey(name)
	var renamed *T
	slug, err := FreeSlug(base, func(slug string) (bool, error) {
		found, has, err := lookUp(slug)
		if err != nil || found == nil {
			return false, err
		}
		if nameKey(has) == key {
			term = found
			return false, nil
		}
		if slug == base && wasRenamed(base, has) {
			renamed = found
		}
		return true, nil
	})
	if term == nil {
		term = renamed
	}
	return term, slug, err
}

// wasRenamed reports whether the slug of a term was made from another name than
// its present one.
func wasRenamed(slug, name string) bool {
	own := TermSlug(name)
	return own != slug && !IsNumbered(slug, own) || strings.Contains(slug, "-") && name == nameFromSlug(slug)
}

// bySlug returns the row with a value in a column, and its name. It returns nil
// and "" if there is none.
func bySlug[T any](ctx context.Context, r models.Queryer, column, value string, name func(*T) string) (*T, string, error) {
	found, err := models.First[T](r.Query(ctx).Where(column+" = ?", value))
	if err != nil || found == nil {
		return nil, "", err
	}
	return found, name(found), nil
}

// TagNamed returns the tag with a name, also an earlier one, nil if there is none. Unlike
// [EnsureTag] it makes none.
func TagNamed(ctx context.Context, r models.Queryer, name string) (*Tag, error) {
	return named(ctx, r, TagKind, name, func(t *Tag) string { return t.Name }, TagByID)
}

// AuthorNamed is [TagNamed] for authors.
func AuthorNamed(ctx context.Context, r models.Queryer, name string) (*Author, error) {
	return named(ctx, r, AuthorKind, name, func(a *Author) string { return a.Name }, AuthorByID)
}

// numbered bounds the terms that share a name.
const numbered = 20

func named[T any](
	ctx context.Context, r models.Queryer, kind Kind, name string,
	nameOf func(*T) string, byID func(context.Context, models.Queryer, int64) (*T, error),
) (*T, error) {
	var list []*T
	err := r.Query(ctx).Where("LOWER(name) = LOWER(?) OR slug = ?", strings.TrimSpace(name), TermSlug(name)).
		Order("id").Limit(numbered).Find(&list).Error
	for _, one := range list {
		if nameKey(nameOf(one)) == nameKey(name) {
			return one, err
		}
	}
	if err != nil || len(list) > 0 {
		return append(list, nil)[0], err
	}
	id, err := formerName(ctx, r, kind, name)
	if err != nil || id == 0 {
		return nil, err
	}
	return byID(ctx, r, id)
}

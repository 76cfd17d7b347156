package newsroom

import (
	"context"
	"strconv"
	"strings"
	"unicode"

	"broadsheet/models"

	"golang.org/x/text/unicode/norm"
)

// Tags, authors and sections are told apart by their names. The slug is only
// their address: "C", "C++" and "C#" are three tags with the slugs c, c-2 and
// c-3.

// nameKey returns the form in which names are compared: composed (NFC), with
// single spaces, without regard to case.
func nameKey(name string) string {
	return strings.Map(foldCase, strings.Join(strings.Fields(norm.NFC.String(name)), " "))
}

// foldCase returns the smallest of the letters that differ only in case.
func foldCase(r rune) rune {
	least := r
	for next := unicode.SimpleFold(r); next != r; next = unicode.SimpleFold(next) {
		least = min(least, next)
	}
	return least
}

// termSlug makes the slug of a tag, author or section. A name without letters
// and digits is spelled out by the code points of its symbols, such as u1f600
// for an emoji. A name without symbols too gives "".
func termSlug(name string) string {
	if slug := Slug(name); slug != "" {
		return slug
	}
	var parts []string
	for _, r := range norm.NFC.String(name) {
		if unicode.IsSymbol(r) && !unicode.Is(unicode.Sk, r) {
			parts = append(parts, "u"+strconv.FormatInt(int64(r), 16))
		}
	}
	return cutSlug(strings.Join(parts, "-"), MaxSlugBytes)
}

// nameFromSlug makes a readable name for a section that came without one.
func nameFromSlug(slug string) string { return strings.ReplaceAll(slug, "-", " ") }

// findNamed looks for the row of a name among the slugs base, base-2, base-3
// and so on. lookUp returns the row with a slug and its name, nil for none. It
// returns the row, or nil and the first free slug.
//
// The row at base itself also answers to other names when its own name no
// longer gives that slug: it was renamed, or named after its slug.
func findNamed[T any](ctx context.Context, tx *models.Tx, base, name string, lookUp func(slug string) (*T, string, error)) (row *T, free string, err error) {
	// Two transactions must not make the same name at once.
	if err := models.LockKey(ctx, tx, "name "+base); err != nil {
		return nil, "", err
	}
	key := nameKey(name)
	var renamed *T
	slug, err := freeSlug(base, func(slug string) (bool, error) {
		found, has, err := lookUp(slug)
		if err != nil || found == nil {
			return false, err
		}
		if nameKey(has) == key {
			row = found
			return false, nil
		}
		if slug == base && renamedFrom(base, has) {
			renamed = found
		}
		return true, nil
	})
	if row == nil {
		row = renamed
	}
	return row, slug, err
}

// renamedFrom reports whether a name is not the one that its slug was made of.
func renamedFrom(slug, name string) bool {
	own := termSlug(name)
	suffix, numbered := strings.CutPrefix(slug, own+"-")
	return own != slug && !(numbered && isNumber(suffix)) || strings.Contains(slug, "-") && name == nameFromSlug(slug)
}

// nameOf returns the name of the first of the rows, "" for none.
func nameOf[T any](rows []*T, name func(*T) string) string {
	if len(rows) == 0 {
		return ""
	}
	return name(rows[0])
}

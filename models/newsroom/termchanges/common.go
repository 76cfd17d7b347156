package termchanges

import (
	"context"
	"slices"
	"strings"

	"broadsheet/models"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/taxonomy"
	"broadsheet/models/richtext"

	"gorm.io/gorm"
)

// The kinds of subjects of this package's audit entries.
const (
	CategorySubject models.SubjectKind = "category"
	TagSubject      models.SubjectKind = "tag"
	AuthorSubject   models.SubjectKind = "author"
)

// Limits of the fields of terms, in characters unless another unit is given.
const (
	MaxDescription = 2000
	MaxBio         = 4000
	MaxRole        = 200
	MaxLinks       = 20  // of an author
	MaxLink        = 500 // bytes
)

// fields collects the refused fields of a form.
type fields []models.FieldError

func (f *fields) refuse(field, code string, limit int) {
	*f = append(*f, models.FieldError{Field: field, Code: code, Limit: limit})
}

func (f *fields) err() error {
	if len(*f) == 0 {
		return nil
	}
	return models.InvalidFields(*f...)
}

// name returns a name as one clean line. It refuses an empty or too long name.
func (f *fields) name(name string) string {
	name = richtext.PlainLine(name)
	switch {
	case taxonomy.TermSlug(name) == "":
		f.refuse("name", "required", 0)
	case richtext.TooLong(name, newsroom.MaxName):
		f.refuse("name", "too-many-characters", newsroom.MaxName)
	}
	return name
}

// text returns a trimmed text without CR and NUL. It refuses a text that is too long.
func (f *fields) text(field, text string, most int) string {
	text = strings.TrimSpace(strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\x00", ""))
	if richtext.TooLong(text, most) {
		f.refuse(field, "too-many-characters", most)
	}
	return text
}

// comments refuses an unknown default for comments.
func (f *fields) comments(d taxonomy.CommentDefault) { *f = append(*f, d.Check()...) }

// slugFor returns the slug of the wanted text, or of the name if wanted is empty. It refuses
// a text without a letter or a digit.
func (f *fields) slugFor(wanted, name string) string {
	slug := taxonomy.TermSlug(name)
	if strings.TrimSpace(wanted) != "" {
		slug = taxonomy.Slug(wanted)
	}
	if slug == "" {
		f.refuse("slug", "required", 0)
	}
	return slug
}

// entries reads the places of articles in a list of a category, a tag or an author.
func entries(ctx context.Context, r models.Queryer, kind newsroom.ListKind, ref int64) (list []newsroom.ListEntry, err error) {
	return list, r.Query(ctx).Raw("SELECT article_id, published_at FROM listings WHERE kind = ? AND ref = ?", kind, ref).Scan(&list).Error
}

// without returns the entries that others do not have.
func without(list, others []newsroom.ListEntry) (rest []newsroom.ListEntry) {
	has := map[int64]bool{}
	for _, e := range others {
		has[e.ArticleID] = true
	}
	for _, e := range list {
		if !has[e.ArticleID] {
			rest = append(rest, e)
		}
	}
	return rest
}

// mergeList moves all entries of a list to another one.
func mergeList(ctx context.Context, tx *models.Tx, kind newsroom.ListKind, from, into int64) (moved int, err error) {
	out, err := entries(ctx, tx, kind, from)
	if err != nil {
		return 0, err
	}
	there, err := entries(ctx, tx, kind, into)
	if err != nil {
		return 0, err
	}
	in := without(out, there)
	if err := newsroom.ChangeList(ctx, tx, newsroom.List{Kind: kind, Ref: from}, out, nil); err != nil {
		return 0, err
	}
	return len(in), newsroom.ChangeList(ctx, tx, newsroom.List{Kind: kind, Ref: into}, nil, in)
}

// dropCounts deletes the counts of a removed list.
func dropCounts(ctx context.Context, tx *models.Tx, kind newsroom.ListKind, ref int64) error {
	return models.Exec(ctx, tx, "DELETE FROM listing_counts WHERE kind = ? AND ref = ?", kind, ref)
}

// indexAgain queues the published articles of a list for the search index.
func indexAgain(ctx context.Context, tx *models.Tx, kind newsroom.ListKind, ref int64) error {
	return models.Exec(ctx, tx, `INSERT INTO search_again (article_id) SELECT article_id FROM listings WHERE kind = ? AND ref = ?
		ON CONFLICT (article_id) DO NOTHING`, kind, ref)
}

// lockBoth locks two rows in the order of their ids, so that two calls cannot deadlock, and
// returns the rows of from and of into. It refuses with Invalid an unknown id, and the same
// id twice.
func lockBoth[T any](ctx context.Context, tx *models.Tx, from, into int64, id func(*T) int64) (a, b *T, err error) {
	if from == into {
		return nil, nil, models.Refusal(models.Invalid, "term-itself", "a term cannot be merged into itself")
	}
	var rows []*T
	if err := tx.Lock(ctx).Where("id IN ?", []int64{from, into}).Order("id").Find(&rows).Error; err != nil {
		return nil, nil, err
	}
	for _, row := range rows {
		if id(row) == from {
			a = row
		} else {
			b = row
		}
	}
	if a == nil || b == nil {
		return nil, nil, models.Refusal(models.Invalid, "term-unknown", "there is no such term any more")
	}
	return a, b, nil
}

// audit records a change and touches the cache tag of all pages.
func audit(ctx context.Context, tx *models.Tx, by models.Actor, on models.Subject, verb, before, after string) error {
	tx.Touch(models.EverythingTag)
	return models.Audit(ctx, tx, by, on, verb, before, after)
}

// taken reports whether another row of a table has a value.
func taken(ctx context.Context, tx *models.Tx, table, column, value string, but int64) (bool, error) {
	var ids []int64
	err := tx.Query(ctx).Table(table).Where(column+" = ? AND id <> ?", value, but).Limit(1).Pluck("id", &ids).Error
	return len(ids) > 0, err
}

// appendLine adds a line to lines unless they have it.
func appendLine(lines, line string) string {
	list := strings.Fields(lines)
	if !slices.Contains(list, line) {
		list = append(list, line)
	}
	return strings.Join(list, "\n")
}

// withoutLine removes a line.
func withoutLine(lines, line string) string {
	return strings.Join(slices.DeleteFunc(strings.Fields(lines), func(one string) bool { return one == line }), "\n")
}

// row returns a query for one row of a table.
func row(ctx context.Context, tx *models.Tx, table string, id int64) *gorm.DB {
	return tx.Query(ctx).Table(table).Where("id = ?", id)
}

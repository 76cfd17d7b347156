package taxonomy

import (
	"context"

	"broadsheet/models"
)

// Kind is a kind of term, with the number of its lists in package newsroom.
type Kind int

// The kinds of terms, as stored.
const (
	CategoryKind Kind = iota + 1
	TagKind
	AuthorKind
)

// errGoneTerm is the outcome of a lookup of an earlier address of a removed term.
var errGoneTerm = models.Refusal(models.Gone, "address-gone", "this page was removed")

// termAddress is a row of term_addresses: an earlier slug of a tag or an author.
type termAddress struct {
	Kind Kind   `gorm:"primaryKey;autoIncrement:false"`
	Slug string `gorm:"primaryKey"`
	Ref  *int64 // the term that has it now, nil if the term was removed
}

// TableName names the table for GORM.
func (termAddress) TableName() string { return "term_addresses" }

// termName is a row of term_names: an earlier name of a tag or an author.
type termName struct {
	Kind Kind   `gorm:"primaryKey;autoIncrement:false"`
	Name string `gorm:"primaryKey"` // see nameKey
	Ref  *int64
}

// TableName names the table for GORM.
func (termName) TableName() string { return "term_names" }

// FormerTag returns the tag that has had a slug. It returns a NotFound error if there is
// none, and a Gone error if the tag was removed.
func FormerTag(ctx context.Context, r models.Queryer, slug string) (*Tag, error) {
	id, err := formerOf(ctx, r, TagKind, slug)
	if err != nil {
		return nil, err
	}
	return TagByID(ctx, r, id)
}

// FormerAuthor returns the author that has had a slug, or a NotFound error.
func FormerAuthor(ctx context.Context, r models.Queryer, slug string) (*Author, error) {
	id, err := formerOf(ctx, r, AuthorKind, slug)
	if err != nil {
		return nil, err
	}
	return AuthorByID(ctx, r, id)
}

func formerOf(ctx context.Context, r models.Queryer, kind Kind, slug string) (int64, error) {
	row, err := models.First[termAddress](r.Query(ctx).Where("kind = ? AND slug = ?", kind, slug))
	switch {
	case err != nil:
		return 0, err
	case row == nil:
		return 0, models.Errorf(models.NotFound, "no term has had this address")
	case row.Ref == nil:
		return 0, errGoneTerm
	}
	return *row.Ref, nil
}

// formerName returns the number of the term that has had a name, 0 if there is none.
func formerName(ctx context.Context, r models.Queryer, kind Kind, name string) (int64, error) {
	row, err := models.First[termName](r.Query(ctx).Where("kind = ? AND name = ?", kind, nameKey(name)))
	if err != nil || row == nil || row.Ref == nil {
		return 0, err
	}
	return *row.Ref, nil
}

// KeepAddress records that an earlier slug leads to a term, or with 0 that its term was
// removed. A category keeps its earlier paths in its own row instead.
func KeepAddress(ctx context.Context, tx *models.Tx, kind Kind, slug string, id int64) error {
	return tx.Query(ctx).Save(&termAddress{kind, slug, refOf(id)}).Error
}

// KeepName records that an earlier name means a term, or with 0 a removed one.
func KeepName(ctx context.Context, tx *models.Tx, kind Kind, name string, id int64) error {
	return tx.Query(ctx).Save(&termName{kind, nameKey(name), refOf(id)}).Error
}

func refOf(id int64) *int64 {
	if id == 0 {
		return nil
	}
	return &id
}

// Claim gives a slug and a name to a term that has them now: they lead nowhere else.
func Claim(ctx context.Context, tx *models.Tx, kind Kind, slug, name string) error {
	err := models.Exec(ctx, tx, "DELETE FROM term_addresses WHERE kind = ? AND slug = ?", kind, slug)
	if err == nil {
		err = models.Exec(ctx, tx, "DELETE FROM term_names WHERE kind = ? AND name = ?", kind, nameKey(name))
	}
	return err
}

// Redirect lets everything that led to a term lead to another one, or with 0 nowhere.
func Redirect(ctx context.Context, tx *models.Tx, kind Kind, from, to int64) error {
	err := models.Exec(ctx, tx, "UPDATE term_addresses SET ref = ? WHERE kind = ? AND ref = ?", refOf(to), kind, from)
	if err == nil {
		err = models.Exec(ctx, tx, "UPDATE term_names SET ref = ? WHERE kind = ? AND ref = ?", refOf(to), kind, from)
	}
	return err
}

// PresentTags returns the names of a text's tags as the tags are called now. It leaves
// out tags that were removed. Names that no tag has stay: they are new.
func PresentTags(ctx context.Context, r models.Queryer, names []string) ([]string, error) {
	if len(names) == 0 {
		return names, nil
	}
	var keys []string
	for _, name := range names {
		keys = append(keys, nameKey(name))
	}
	var rows []struct {
		Name    string
		Ref     *int64
		Present string
	}
	err := r.Query(ctx).Raw(`SELECT n.name, n.ref, COALESCE(t.name, '') AS present
		FROM term_names n LEFT JOIN tags t ON t.id = n.ref WHERE n.kind = ? AND n.name IN ?`, TagKind, keys).Scan(&rows).Error
	if err != nil || len(rows) == 0 {
		return names, err
	}
	present := map[string]string{}
	for _, row := range rows {
		present[row.Name] = row.Present
	}
	var list []string
	seen := map[string]bool{}
	for i, name := range names {
		if now, renamed := present[keys[i]]; renamed {
			name = now
		}
		if key := nameKey(name); key != "" && !seen[key] {
			seen[key] = true
			list = append(list, name)
		}
	}
	return list, nil
}

// RenamedAuthors returns the authors that have had names, by the names that were asked for.
func RenamedAuthors(ctx context.Context, r models.Queryer, names []string) (map[string]Author, error) {
	found := map[string]Author{}
	if len(names) == 0 {
		return found, nil
	}
	keys := map[string]string{}
	var list []string
	for _, name := range names {
		keys[nameKey(name)] = name
		list = append(list, nameKey(name))
	}
	var rows []struct {
		Former string
		Author `gorm:"embedded"`
	}
	err := r.Query(ctx).Raw(`SELECT n.name AS former, a.* FROM term_names n JOIN authors a ON a.id = n.ref
		WHERE n.kind = ? AND n.name IN ?`, AuthorKind, list).Scan(&rows).Error
	for _, row := range rows {
		found[keys[row.Former]] = row.Author
	}
	return found, err
}

// PresentAuthors returns the authors of slugs as they are now, by the slug that was
// asked for. A slug that was given up leads to the author that has it now.
func PresentAuthors(ctx context.Context, r models.Queryer, slugs []string) (map[string]Author, error) {
	found := map[string]Author{}
	if len(slugs) == 0 {
		return found, nil
	}
	var rows []Author
	if err := r.Query(ctx).Where("slug IN ?", slugs).Find(&rows).Error; err != nil {
		return nil, err
	}
	for _, a := range rows {
		found[a.Slug] = a
	}
	if len(found) == len(slugs) {
		return found, nil
	}
	var former []struct {
		Former string
		Author `gorm:"embedded"`
	}
	err := r.Query(ctx).Raw(`SELECT x.slug AS former, a.* FROM term_addresses x JOIN authors a ON a.id = x.ref
		WHERE x.kind = ? AND x.slug IN ?`, AuthorKind, slugs).Scan(&former).Error
	for _, row := range former {
		if _, live := found[row.Former]; !live {
			found[row.Former] = row.Author
		}
	}
	return found, err
}

// FormerSlugs returns the earlier slugs that lead to a tag or an author, at most 100.
func FormerSlugs(ctx context.Context, r models.Queryer, kind Kind, id int64) (slugs []string, err error) {
	const most = 100
	q := r.Query(ctx).Model(&termAddress{}).Where("kind = ? AND ref = ?", kind, id).Order("slug").Limit(most)
	return slugs, q.Pluck("slug", &slugs).Error
}

// Hold reports whether categories stand in the tree as they do in the database, and keeps
// them there until the end of the transaction. On PostgreSQL a category can be moved by
// another transaction while an article is saved.
func (tree *Categories) Hold(ctx context.Context, tx *models.Tx, ids []int64) (bool, error) {
	if tx.Dialect() != models.Postgres || len(ids) == 0 {
		return true, nil
	}
	var rows []Category
	err := tx.Query(ctx).Raw("SELECT id, path FROM categories WHERE id IN ? ORDER BY id FOR SHARE", ids).Scan(&rows).Error
	if err != nil {
		return false, err
	}
	for _, row := range rows {
		if c := tree.ByID(row.ID); c == nil || c.Path != row.Path {
			return false, nil
		}
	}
	return true, nil
}

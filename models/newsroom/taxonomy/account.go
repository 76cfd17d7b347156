package taxonomy

import (
	"context"

	"broadsheet/models"
)

// TieAuthor gives an author to an account, which then looks after the comments under
// the author's articles. It refuses with Conflict (author-taken) an author of another
// account, and with Invalid (author-unknown) a number that no author has.
func TieAuthor(ctx context.Context, tx *models.Tx, by models.Actor, authorID int64, account models.Subject) error {
	return setAccount(ctx, tx, by, authorID, account, &account.ID)
}

// UntieAuthor takes an author away from an account. It does nothing to an author of
// another account.
func UntieAuthor(ctx context.Context, tx *models.Tx, by models.Actor, authorID int64, account models.Subject) error {
	return setAccount(ctx, tx, by, authorID, account, nil)
}

// GiveAuthor is [TieAuthor] in a transaction of its own.
func GiveAuthor(ctx context.Context, db *models.DB, by models.Actor, authorID int64, account models.Subject) error {
	return db.Write(ctx, func(tx *models.Tx) error { return TieAuthor(ctx, tx, by, authorID, account) })
}

// TakeAuthor is [UntieAuthor] in a transaction of its own.
func TakeAuthor(ctx context.Context, db *models.DB, by models.Actor, authorID int64, account models.Subject) error {
	return db.Write(ctx, func(tx *models.Tx) error { return UntieAuthor(ctx, tx, by, authorID, account) })
}

func setAccount(ctx context.Context, tx *models.Tx, by models.Actor, authorID int64, account models.Subject, to *int64) error {
	a, err := models.First[Author](tx.Lock(ctx).Where("id = ?", authorID))
	switch {
	case err != nil:
		return err
	case a == nil:
		return models.Refusal(models.Invalid, "author-unknown", "there is no such author")
	case to != nil && a.UserID != nil && *a.UserID != *to:
		return models.Refusal(models.Conflict, "author-taken", a.Name+" belongs to another account")
	case (a.UserID != nil && *a.UserID == account.ID) == (to != nil):
		return nil
	}
	if err := tx.Query(ctx).Model(&Author{ID: authorID}).UpdateColumn("user_id", to).Error; err != nil {
		return err
	}
	tx.Touch(AuthorTag(authorID)) // an author without stories has a page while it has an account
	verb := "author"
	if to == nil {
		verb = "author-off"
	}
	return models.Audit(ctx, tx, by, account, verb, "", a.Slug)
}

// AuthorsOf returns the IDs of the authors that belong to an account.
func AuthorsOf(ctx context.Context, r models.Queryer, userID int64) (ids []int64, err error) {
	return ids, r.Query(ctx).Model(&Author{}).Where("user_id = ?", userID).Order("id").Pluck("id", &ids).Error
}

// ListAuthorsOf returns the authors that belong to an account, sorted by name.
func ListAuthorsOf(ctx context.Context, r models.Queryer, userID int64) (list []Author, err error) {
	return list, r.Query(ctx).Where("user_id = ?", userID).Order("name, id").Find(&list).Error
}

// FreeAuthors returns at most that many authors without an account, sorted by name.
func FreeAuthors(ctx context.Context, r models.Queryer, most int) (list []Author, err error) {
	return list, r.Query(ctx).Where("user_id IS NULL").Order("name, id").Limit(most).Find(&list).Error
}

package newsroom

import (
	"context"

	"broadsheet/models"
)

// errWithdrawn answers for a withdrawn article.
var errWithdrawn = models.Refusal(models.Gone, "withdrawn", "the article was withdrawn")

// refuse returns the error that readers get for an article with a status: nil if
// it is public, Gone (withdrawn) if it was withdrawn, NotFound otherwise.
func (s Status) refuse() error {
	switch s {
	case Published:
		return nil
	case Withdrawn:
		return errWithdrawn
	}
	return models.Errorf(models.NotFound, "there is no such article")
}

// RequirePublic refuses an article that is not public. Each handler that takes the
// id of an article, or of a comment on one, calls it or [PublicByID]. Its errors
// are
//
//	Gone withdrawn  the article was withdrawn
//	NotFound        it is a draft, scheduled, in the trash, or unknown
func RequirePublic(ctx context.Context, r models.Queryer, id int64) error {
	var status Status
	if _, err := models.QueryRow(ctx, r, []any{&status}, "SELECT status FROM articles WHERE id = ?", id); err != nil {
		return err
	}
	return status.refuse()
}

// PublicByID returns a public article's row. It refuses as [RequirePublic] does.
func PublicByID(ctx context.Context, r models.Queryer, id int64) (*Article, error) {
	a, err := ByID(ctx, r, id)
	if err == nil {
		err = a.Status.refuse()
	}
	return a, err
}

// PublicByIDs is [ByIDs] without the articles that are not public.
func PublicByIDs(ctx context.Context, r models.Queryer, ids []int64) (map[int64]*Article, error) {
	found, err := ByIDs(ctx, r, ids)
	for id, a := range found {
		if a.Status != Published {
			delete(found, id)
		}
	}
	return found, err
}

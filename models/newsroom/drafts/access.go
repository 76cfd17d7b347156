package drafts

import (
	"context"

	"broadsheet/models"
	"broadsheet/models/newsroom"
	"broadsheet/models/people"
)

// Access lists the rights of an account for one article.
type Access struct {
	See     bool // open the editor's page: text, versions, notes
	Edit    bool // save a text
	Publish bool // publish, schedule, withdraw, show a draft of a live article
	Trash   bool
}

// AccessOf returns the rights of an account for an article, by WordPress's roles:
//
//	editors, administrators   everything
//	authors                   everything with their own articles
//	contributors              their own articles until these are scheduled or published
//	all others                nothing
//
// Own articles are those that the account began, and those with an author of the
// account in the byline.
func AccessOf(ctx context.Context, r models.Queryer, u *people.User, a *newsroom.Article) (Access, error) {
	if u.May(people.Editing) {
		return Access{See: true, Edit: true, Publish: true, Trash: true}, nil
	}
	if !u.May(people.Writing) {
		return Access{}, nil
	}
	own, err := ownedBy(ctx, r, u.ID, a)
	if err != nil || !own {
		return Access{}, err
	}
	if u.May(people.Publishing) {
		return Access{See: true, Edit: true, Publish: true, Trash: true}, nil
	}
	open := a.Status == newsroom.Draft || a.Status == newsroom.InReview
	return Access{See: true, Edit: open, Trash: open}, nil
}

func ownedBy(ctx context.Context, r models.Queryer, user int64, a *newsroom.Article) (own bool, err error) {
	if a.OwnerID != nil && *a.OwnerID == user {
		return true, nil
	}
	_, err = models.QueryRow(ctx, r, []any{&own}, `SELECT EXISTS (SELECT 1 FROM article_authors x JOIN authors ON authors.id = x.author_id
		WHERE x.article_id = ? AND authors.user_id = ?)`, a.ID, user)
	return own, err
}

package writers

import (
	"context"
	"strconv"

	"broadsheet/models"
	"broadsheet/models/discussion"
	"broadsheet/models/discussion/moderation"
	"broadsheet/models/discussion/writernotes"
	"broadsheet/models/people"
	"broadsheet/models/people/bans"

	"gorm.io/gorm"
)

// Writer is a commenter as the desk knows them again. Value is the number of the
// account, the address, or the hash of the browser's token.
type Writer struct {
	Kind  writernotes.Kind
	Value string
}

// Of returns the writer of a comment, by the best proof that the comment has. ok is
// false for a comment without any, such as one that was made anonymous.
func Of(c *discussion.Comment) (w Writer, ok bool) {
	switch {
	case c.UserID != nil:
		return accountWriter(*c.UserID), true
	case c.Verified && c.Email != "":
		return Writer{writernotes.Email, c.Email}, true
	case c.TokenHash != "":
		return Writer{writernotes.Browser, c.TokenHash}, true
	case c.Email != "":
		return Writer{writernotes.Typed, c.Email}, true
	}
	return Writer{}, false
}

func accountWriter(id int64) Writer { return Writer{writernotes.Account, strconv.FormatInt(id, 10)} }

// condition selects the writer's comments. A browser's comments include those with a
// better proof: a moderator who looks at a browser wants all of it. The second part of
// a condition lets SQLite use the partial index.
func (w Writer) condition() (where string, arg any) {
	switch w.Kind {
	case writernotes.Account:
		id, _ := strconv.ParseInt(w.Value, 10, 64)
		return "comments.user_id = ?", id
	case writernotes.Email:
		return "comments.email = ? AND comments.email <> '' AND comments.verified", w.Value
	case writernotes.Typed:
		return "comments.email = ? AND comments.email <> '' AND NOT comments.verified" +
			" AND comments.token_hash = '' AND comments.user_id IS NULL", w.Value
	default:
		return "comments.token_hash = ? AND comments.token_hash <> ''", w.Value
	}
}

// comments returns a query for the writer's comments in scope.
func (w Writer) comments(ctx context.Context, r models.Queryer, scope moderation.Scope) *gorm.DB {
	where, arg := w.condition()
	return scope.Narrow(r.Query(ctx).Model(&discussion.Comment{}).Where(where, arg), "comments.article_id")
}

// PageSize is the number of comments, or of writers, on a page.
const PageSize = 50

// Comments returns a page of the writer's comments in scope, the newest first: those in
// a state, or all for "". before is the last comment of the page before, 0 for the
// first page. It returns the number of the comment after which the next page begins,
// 0 on the last page.
func (w Writer) Comments(
	ctx context.Context, r models.Queryer, scope moderation.Scope, state discussion.State, before int64,
) (list []discussion.Comment, next int64, err error) {
	q := w.comments(ctx, r, scope).Order("created_at DESC, id DESC").Limit(PageSize)
	if state != "" {
		q = q.Where("comments.state || '' = ?", string(state)) // an expression, so no index of state
	}
	if before != 0 {
		last, err := discussion.ByID(ctx, r, before)
		if err != nil {
			return nil, 0, err
		}
		q = q.Where("(created_at, id) < (?, ?)", last.CreatedAt, last.ID)
	}
	err = q.Find(&list).Error
	if len(list) == PageSize {
		next = list[PageSize-1].ID
	}
	return list, next, err
}

// Targets returns the targets of bans that mean this writer: the address of an account,
// an address, or a browser.
func (w Writer) Targets(ctx context.Context, r models.Queryer) ([]Target, error) {
	switch w.Kind {
	case writernotes.Account:
		id, _ := strconv.ParseInt(w.Value, 10, 64)
		u, err := people.ByID(ctx, r, id)
		if err != nil {
			if models.KindOf(err) == models.NotFound {
				err = nil
			}
			return nil, err
		}
		return []Target{{bans.TargetEmail, people.EmailForm(u.Email)}}, nil
	case writernotes.Browser:
		return []Target{{bans.TargetBrowser, w.Value}}, nil
	default:
		return []Target{{bans.TargetEmail, people.EmailForm(w.Value)}}, nil
	}
}

// Target is a target of a ban.
type Target struct {
	Mark  bans.Target
	Value string
}

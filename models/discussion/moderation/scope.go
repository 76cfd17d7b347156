package moderation

import (
	"context"

	"broadsheet/models"
	"broadsheet/models/discussion"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/taxonomy"
	"broadsheet/models/people"

	"gorm.io/gorm"
)

// Scope is the part of the site that a moderator is responsible for: the IDs of
// categories, with all categories below them. A nil Scope is the whole site. An
// empty one holds no article. Each entry point of the desk checks the scope before
// it shows or changes a comment or an article.
type Scope []int64

// ScopeOf returns the scope of an account. Only the role of a moderator can be
// limited to categories, see [people.ActiveCategoryLimit].
func ScopeOf(ctx context.Context, r models.Queryer, categories *taxonomy.Categories, u *people.User) (Scope, error) {
	if !u.Limited {
		return nil, nil
	}
	limits, err := people.ActiveCategoryLimit(ctx, r, u.ID)
	if err != nil || limits == nil {
		return nil, err
	}
	s := Scope{}
	for _, id := range limits {
		s = append(s, categories.Below(id)...)
	}
	return s, nil
}

// Knows reports whether an account may see the title of an article at the desk. All
// moderators may see published and withdrawn articles. Editors may also see drafts,
// scheduled and trashed ones.
func Knows(u *people.User, a *newsroom.Article) bool {
	return a != nil && (a.Status == newsroom.Published || a.Status == newsroom.Withdrawn || u.May(people.Editing))
}

// Limited reports whether the scope is less than the whole site.
func (s Scope) Limited() bool { return s != nil }

// errOutside refuses an object outside of a moderator's scope.
var errOutside = models.Refusal(models.Forbidden, "no-right", "you look after other sections")

// errSiteWide refuses a site-wide act to a moderator with a limited scope.
var errSiteWide = models.Refusal(models.Forbidden, "no-right", "this concerns the whole site, and you look after some sections")

// SiteWide refuses with Forbidden (no-right) an act that concerns the whole site,
// unless the scope is the whole site.
func (s Scope) SiteWide() error {
	if s.Limited() {
		return errSiteWide
	}
	return nil
}

// inCategories returns the condition that an article is in one of the categories of
// its placeholder. column holds the article's ID.
func inCategories(column string) string {
	return "EXISTS (SELECT 1 FROM article_categories ac WHERE ac.article_id = " + column + " AND ac.category_id IN ?)"
}

// categories returns the scope as an argument of [inCategories], which takes no
// empty list. No category has the ID 0.
func (s Scope) categories() []int64 { return append([]int64{0}, s...) }

// narrow limits q to rows of articles in scope. column holds the article's ID.
func (s Scope) narrow(q *gorm.DB, column string) *gorm.DB {
	if !s.Limited() {
		return q
	}
	return q.Where(inCategories(column), s.categories())
}

// scopeBatch is the number of IDs in one statement.
const scopeBatch = 500

// Filter returns the IDs of comments that are in scope, in the given order. A limited
// scope also drops IDs that belong to no comment.
func (s Scope) Filter(ctx context.Context, r models.Queryer, ids []int64) ([]int64, error) {
	if !s.Limited() || len(ids) == 0 {
		return ids, nil
	}
	within := make(map[int64]bool, len(ids))
	for begin := 0; begin < len(ids); begin += scopeBatch {
		var some []int64
		q := r.Query(ctx).Model(&discussion.Comment{}).Where("id IN ?", ids[begin:min(len(ids), begin+scopeBatch)])
		if err := s.narrow(q, "comments.article_id").Pluck("id", &some).Error; err != nil {
			return nil, err
		}
		for _, id := range some {
			within[id] = true
		}
	}
	var kept []int64
	for _, id := range ids {
		if within[id] {
			kept = append(kept, id)
		}
	}
	return kept, nil
}

// Comments refuses with Forbidden (no-right) if one of the comments is outside
// of the scope. A limited scope refuses unknown IDs too, so that the answer
// does not tell which comments exist.
func (s Scope) Comments(ctx context.Context, r models.Queryer, ids []int64) error {
	within, err := s.Filter(ctx, r, ids)
	if err == nil && len(within) < len(ids) {
		err = errOutside
	}
	return err
}

// Article refuses with Forbidden (no-right) an article outside of the scope.
func (s Scope) Article(ctx context.Context, r models.Queryer, id int64) error {
	if !s.Limited() {
		return nil
	}
	var found []int64
	err := s.narrow(r.Query(ctx).Model(&newsroom.Article{}).Where("id = ?", id), "articles.id").Pluck("id", &found).Error
	if err == nil && len(found) == 0 {
		err = errOutside
	}
	return err
}

// Operation refuses with Forbidden (no-right) an operation that decided a comment
// outside of the scope.
func (s Scope) Operation(ctx context.Context, r models.Queryer, op string) error {
	if !s.Limited() {
		return nil
	}
	ids, err := discussion.OperationComments(ctx, r, op)
	if err != nil {
		return err
	}
	return s.Comments(ctx, r, ids)
}

// Ban refuses with Forbidden (no-right) a ban that reaches beyond the scope. A ban
// applies to the whole site. A limited moderator may therefore only ban a commenter,
// by browser or email, with at least one comment in scope and none outside.
func (s Scope) Ban(ctx context.Context, r models.Queryer, mark people.BanTarget, value string) error {
	if !s.Limited() {
		return nil
	}
	var where string
	switch mark {
	case people.TargetBrowser:
		where = "token_hash = ? AND token_hash <> ''"
	case people.TargetEmail:
		where = "email = ? AND email <> ''"
	default:
		return errSiteWide
	}
	some := func(condition string) (bool, error) {
		var ids []int64
		err := r.Query(ctx).Model(&discussion.Comment{}).Where(where, value).
			Where(condition+inCategories("comments.article_id"), s.categories()).Limit(1).Pluck("id", &ids).Error
		return len(ids) > 0, err
	}
	inScope, err := some("")
	if err != nil || !inScope {
		return firstError(err, errOutside)
	}
	outside, err := some("NOT ")
	if err != nil || outside {
		return firstError(err, errOutside)
	}
	return nil
}

// firstError returns err, or otherwise if err is nil.
func firstError(err, otherwise error) error {
	if err != nil {
		return err
	}
	return otherwise
}

// Narrow limits a query to rows of articles in scope, for packages above this one.
// column holds the article's ID.
func (s Scope) Narrow(q *gorm.DB, column string) *gorm.DB { return s.narrow(q, column) }

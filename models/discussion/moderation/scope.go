package moderation

import (
	"context"

	"broadsheet/models"
	"broadsheet/models/discussion"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/taxonomy"
	"broadsheet/models/people"
	"broadsheet/models/people/bans"

	"gorm.io/gorm"
)

// Scope is the part of the site that an account looks after. A nil Scope is the
// whole site. Each entry point of the desk checks the scope before it shows or
// changes a comment or an article.
type Scope = *Limits

// Limits is a [Scope] that is less than the whole site: the articles in some
// categories, or those with some authors in their byline. Without both it holds no
// article.
type Limits struct {
	categories []int64 // with all categories below them
	authors    []int64
}

// InCategories returns the scope of articles in some categories, which do not
// include those below them.
func InCategories(ids []int64) Scope { return &Limits{categories: ids} }

// ScopeOf returns the scope of an account. Only the role of a moderator can be
// limited to categories, see [people.ActiveCategoryLimit]. An author looks after the
// articles that have the author of the account in their byline, see
// [taxonomy.AuthorsOf]. An account with neither right looks after nothing.
func ScopeOf(ctx context.Context, r models.Queryer, categories *taxonomy.Categories, u *people.User) (Scope, error) {
	if !u.May(people.Moderating) {
		if !u.May(people.ModeratingOwn) {
			return &Limits{}, nil
		}
		authors, err := taxonomy.AuthorsOf(ctx, r, u.ID)
		return &Limits{authors: authors}, err
	}
	if !u.Limited {
		return nil, nil
	}
	limits, err := people.ActiveCategoryLimit(ctx, r, u.ID)
	if err != nil || limits == nil {
		return nil, err
	}
	s := &Limits{}
	for _, id := range limits {
		s.categories = append(s.categories, categories.Below(id)...)
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
func (s *Limits) Limited() bool { return s != nil }

// Categories returns the categories of a limited scope, and nil for the whole site. An
// author's scope has no categories.
func (s *Limits) Categories() []int64 {
	if s == nil {
		return nil
	}
	return append([]int64{}, s.categories...)
}

// Authors returns the authors of an author's scope, and nil for any other.
func (s *Limits) Authors() []int64 {
	if !s.own() {
		return nil
	}
	return s.authors
}

// own reports whether the scope is the stories of an author.
func (s *Limits) own() bool { return s != nil && len(s.authors) > 0 }

// errOutside refuses an object outside of a moderator's scope.
var errOutside = models.Refusal(models.Forbidden, "no-right", "you look after other sections")

// errSiteWide refuses a site-wide act to a moderator with a limited scope.
var errSiteWide = models.Refusal(models.Forbidden, "no-right", "this concerns the whole site, and you look after some sections")

// SiteWide refuses with Forbidden (no-right) an act that concerns the whole site,
// unless the scope is the whole site.
func (s *Limits) SiteWide() error {
	if s.Limited() {
		return errSiteWide
	}
	return nil
}

// within returns the condition that an article is in a limited scope, and its
// argument. column holds the article's ID. No category and no author has the ID 0,
// which keeps the list of the condition from being empty.
func (s *Limits) within(column string) (condition string, ids []int64) {
	if s.own() {
		return column + " IN (SELECT article_id FROM article_authors WHERE author_id IN ?)", s.authors
	}
	return "EXISTS (SELECT 1 FROM article_categories ac WHERE ac.article_id = " + column + " AND ac.category_id IN ?)",
		append([]int64{0}, s.categories...)
}

// narrow limits q to rows of articles in scope. column holds the article's ID.
func (s *Limits) narrow(q *gorm.DB, column string) *gorm.DB {
	if !s.Limited() {
		return q
	}
	condition, ids := s.within(column)
	return q.Where(condition, ids)
}

// scopeBatch is the number of IDs in one statement.
const scopeBatch = 500

// Filter returns the IDs of comments that are in scope, in the given order. A limited
// scope also drops IDs that belong to no comment.
func (s *Limits) Filter(ctx context.Context, r models.Queryer, ids []int64) ([]int64, error) {
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
func (s *Limits) Comments(ctx context.Context, r models.Queryer, ids []int64) error {
	within, err := s.Filter(ctx, r, ids)
	if err == nil && len(within) < len(ids) {
		err = errOutside
	}
	return err
}

// Article refuses with Forbidden (no-right) an article outside of the scope.
func (s *Limits) Article(ctx context.Context, r models.Queryer, id int64) error {
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
func (s *Limits) Operation(ctx context.Context, r models.Queryer, op string) error {
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
func (s *Limits) Ban(ctx context.Context, r models.Queryer, mark bans.Target, value string) error {
	if !s.Limited() {
		return nil
	}
	var where string
	switch mark {
	case bans.TargetBrowser:
		where = "token_hash = ? AND token_hash <> ''"
	case bans.TargetEmail:
		where = "email = ? AND email <> ''"
	default:
		return errSiteWide
	}
	some := func(not string) (bool, error) {
		var ids []int64
		condition, within := s.within("comments.article_id")
		err := r.Query(ctx).Model(&discussion.Comment{}).Where(where, value).
			Where(not+condition, within).Limit(1).Pluck("id", &ids).Error
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

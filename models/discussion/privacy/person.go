package privacy

import (
	"context"

	"broadsheet/models"
	"broadsheet/models/discussion"
)

// mostNames is the number of names that [PersonOf] returns.
const mostNames = 5

// Person is what a member of the staff is asked about before the comments of a commenter
// go: who that is, and whether the comments may be by several people.
type Person struct {
	Comments int      // in all states
	Names    []string // those used most, at most mostNames
	Email    string   // of the newest comment, "" for none
	Browsers int
	// Unproven is the number of comments whose browser had not verified the address:
	// anybody can type it.
	Unproven int
	// Elsewhere is the number of comments with Email that are not by this commenter.
	Elsewhere int
}

// PersonOf describes a commenter. It refuses with NotFound a commenter without comments.
func PersonOf(ctx context.Context, r models.Queryer, who Commenter) (*Person, error) {
	where, arg := who.condition()
	var sums struct{ Comments, Browsers, Unproven int }
	err := r.Query(ctx).Model(&discussion.Comment{}).Where(where, arg).Select("COUNT(*) AS comments",
		"COUNT(DISTINCT NULLIF(token_hash, '')) AS browsers", "COALESCE(SUM(CASE WHEN verified THEN 0 ELSE 1 END), 0) AS unproven").
		Scan(&sums).Error
	if err != nil {
		return nil, err
	}
	if sums.Comments == 0 {
		return nil, models.Errorf(models.NotFound, "there is no such commenter")
	}
	p := &Person{Comments: sums.Comments, Browsers: sums.Browsers, Unproven: sums.Unproven}
	err = r.Query(ctx).Model(&discussion.Comment{}).Where(where, arg).Group("author").
		Order("COUNT(*) DESC, MAX(id) DESC").Limit(mostNames).Pluck("author", &p.Names).Error
	if err != nil {
		return nil, err
	}
	given := r.Query(ctx).Select("id", "email").Where(where, arg).Where("email <> ''").Order("id DESC")
	newest, err := models.First[discussion.Comment](given)
	if err != nil || newest == nil {
		return p, err
	}
	p.Email = newest.Email
	own := r.Query(ctx).Model(&discussion.Comment{}).Select("id").Where(where, arg)
	var others int64
	err = r.Query(ctx).Model(&discussion.Comment{}).Where("email = ? AND email <> '' AND id NOT IN (?)", p.Email, own).Count(&others).Error
	p.Elsewhere = int(others)
	return p, err
}

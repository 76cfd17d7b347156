package writers

import (
	"cmp"
	"context"
	"slices"
	"time"

	"broadsheet/models"
	"broadsheet/models/discussion"
	"broadsheet/models/discussion/decisionlog"
	"broadsheet/models/discussion/moderation"
)

const (
	// MostCounted is the number of comments, the newest, that a profile counts.
	MostCounted = 10_000
	// ShareWindow is how far back the recent share goes.
	ShareWindow = 30 * 24 * time.Hour
	// mostNames is the number of names that a profile lists.
	mostNames = 12
	// statementsOf is the number of comments, the newest, that statements are read
	// for; mostStatements is the number of statements.
	statementsOf   = 500
	mostStatements = 20
)

// Share counts decided comments and the declined ones among them. A comment that its
// commenter removed was not decided by the newsroom.
type Share struct{ Decided, Declined int }

// Percent returns the declined comments in a hundred of the decided ones.
func (s Share) Percent() int {
	if s.Decided == 0 {
		return 0
	}
	return (100*s.Declined + s.Decided/2) / s.Decided
}

func (s *Share) add(state discussion.State, withdrawn bool) {
	switch {
	case withdrawn:
	case state == discussion.Approved:
		s.Decided++
	case state == discussion.Spam || state == discussion.Trashed:
		s.Decided++
		s.Declined++
	}
}

// NameUse is a name that a writer used.
type NameUse struct {
	Name     string
	Comments int
	Last     models.Time
}

// Profile is what is known about a writer from the comments in scope.
type Profile struct {
	Names   []NameUse                // the most used first
	First   models.Time              // when the first comment was posted
	Last    models.Time              // when the newest comment was posted
	States  map[discussion.State]int // of the counted comments
	Total   int                      // the number of counted comments
	Cut     bool                     // there are more than MostCounted
	All     Share
	Recent  Share // of the last ShareWindow
	Reports int   // reports that the counted comments received
	Newest  *discussion.Comment
}

// ProfileOf counts a writer's comments in scope. It refuses with NotFound a writer
// without such a comment.
func ProfileOf(ctx context.Context, r models.Queryer, scope moderation.Scope, w Writer, now time.Time) (*Profile, error) {
	newest, err := models.First[discussion.Comment](w.comments(ctx, r, scope).Order("created_at DESC, id DESC"))
	if err != nil {
		return nil, err
	}
	if newest == nil {
		return nil, models.Errorf(models.NotFound, "there is no such writer")
	}
	p := &Profile{States: map[discussion.State]int{}, Newest: newest, Last: newest.CreatedAt}
	if err := p.count(ctx, r, scope, w, now); err != nil {
		return nil, err
	}
	var first []models.Time
	err = w.comments(ctx, r, scope).Order("created_at, id").Limit(1).Pluck("created_at", &first).Error
	if err != nil {
		return nil, err
	}
	if len(first) > 0 {
		p.First = first[0]
	}
	counted := w.comments(ctx, r, scope).Select("id").Order("created_at DESC, id DESC").Limit(MostCounted)
	return p, r.Query(ctx).Raw("SELECT COUNT(*) FROM reports WHERE comment_id IN (?)", counted).Scan(&p.Reports).Error
}

// count reads the counted comments and adds them up.
func (p *Profile) count(ctx context.Context, r models.Queryer, scope moderation.Scope, w Writer, now time.Time) error {
	var rows []struct {
		Author    string
		State     discussion.State
		Withdrawn bool
		CreatedAt models.Time
	}
	err := w.comments(ctx, r, scope).Select("author", "state", "withdrawn", "created_at").
		Order("created_at DESC, id DESC").Limit(MostCounted + 1).Scan(&rows).Error
	if err != nil {
		return err
	}
	if p.Cut = len(rows) > MostCounted; p.Cut {
		rows = rows[:MostCounted]
	}
	p.Total = len(rows)
	since, names := now.Add(-ShareWindow), map[string]*NameUse{}
	for _, row := range rows {
		p.States[row.State]++
		p.All.add(row.State, row.Withdrawn)
		if row.CreatedAt.After(since) {
			p.Recent.add(row.State, row.Withdrawn)
		}
		if names[row.Author] == nil {
			names[row.Author] = &NameUse{Name: row.Author, Last: row.CreatedAt}
		}
		names[row.Author].Comments++
	}
	for _, use := range names {
		p.Names = append(p.Names, *use)
	}
	slices.SortFunc(p.Names, func(a, b NameUse) int {
		return cmp.Or(cmp.Compare(b.Comments, a.Comments), b.Last.Compare(a.Last.Time), cmp.Compare(a.Name, b.Name))
	})
	p.Names = p.Names[:min(len(p.Names), mostNames)]
	return nil
}

// Statements returns the newest entries of the decision log about the writer's newest
// comments in scope.
func (w Writer) Statements(ctx context.Context, r models.Queryer, scope moderation.Scope) ([]decisionlog.Entry, error) {
	newest := w.comments(ctx, r, scope).Select("id").Order("created_at DESC, id DESC").Limit(statementsOf)
	var list []decisionlog.Entry
	return list, r.Query(ctx).Where("comment_id IN (SELECT id FROM (?) AS newest)", newest).
		Order("id DESC").Limit(mostStatements).Find(&list).Error
}

package frontpreview

import (
	"context"
	"errors"
	"time"

	"broadsheet/models"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/drafts"
	"broadsheet/models/newsroom/front"
	"broadsheet/models/newsroom/frontplan"
	"broadsheet/models/newsroom/timetable"
)

// Limits of a preview.
const (
	MaxBack  = 31 * 24 * time.Hour
	MaxAhead = 366 * 24 * time.Hour
	MaxActs  = 200 // planned acts that are carried out; At leaves out later ones
)

// Preview is the front page as of a time.
type Preview struct {
	Page *front.Page
	Line *frontplan.Line // nil for none
}

// errTakenBack rolls back the transaction of a preview.
var errTakenBack = errors.New("frontpreview: taken back")

// At returns the front page as of a time. For the future it is the page that readers will see
// if no plan changes. For the past it has the arrangement and the public articles of that
// time, but the headlines, pictures and rankings of today. At refuses with Invalid
// (time-far) a time beyond [MaxBack] or [MaxAhead].
func At(ctx context.Context, db *models.DB, site *newsroom.Site, at time.Time) (*Preview, error) {
	now := db.Now()
	if now.Sub(at) > MaxBack || at.Sub(now) > MaxAhead {
		return nil, models.Refusal(models.Invalid, "time-far", "this time is too far away")
	}
	plan, err := frontplan.AsOf(ctx, db, at)
	if err != nil {
		return nil, err
	}
	var change func(ctx context.Context, tx *models.Tx) error
	last := models.Time{}
	if at.After(now) {
		change, err = future(ctx, db, at)
	} else {
		last = models.At(at)
		change, err = past(ctx, db, at)
	}
	if err != nil {
		return nil, err
	}
	p := &Preview{Line: plan.LineAt(at)}
	err = db.Write(ctx, func(tx *models.Tx) error {
		if err := change(ctx, tx); err != nil {
			return err
		}
		if p.Page, err = front.LoadPlan(ctx, tx, site, &plan.Arrangement, models.At(at), last); err != nil {
			return err
		}
		return errTakenBack
	})
	if errors.Is(err, errTakenBack) {
		err = nil
	}
	return p, err
}

// future prepares the acts that are planned until a time. It renders their texts before the
// transaction, because that takes long.
func future(ctx context.Context, db *models.DB, at time.Time) (func(context.Context, *models.Tx) error, error) {
	next, _, err := timetable.Upcoming(ctx, db, db.Now(), MaxActs)
	if err != nil {
		return nil, err
	}
	texts := map[int64]*drafts.Foreseen{}
	for _, e := range next {
		if e.Act != timetable.Update || e.Clash || e.Article == nil || e.At.After(at) {
			continue
		}
		if texts[e.Article.ID], err = foresee(ctx, db, e.Article.ID); err != nil {
			return nil, err
		}
	}
	return func(ctx context.Context, tx *models.Tx) error {
		for i := range next {
			if err := carryOut(ctx, tx, &next[i], at, texts); err != nil {
				return err
			}
		}
		return nil
	}, nil
}

// foresee prepares the planned text of an article. It returns nil without a plan, and for a
// plan that will be refused.
func foresee(ctx context.Context, r models.Queryer, article int64) (*drafts.Foreseen, error) {
	plans, err := timetable.Of(ctx, r, article)
	if err != nil {
		return nil, err
	}
	for _, p := range plans {
		if p.Act == timetable.Update {
			f, err := drafts.Foresee(ctx, r, article, drafts.Move{Number: p.Number, Base: p.Base})
			if models.KindOf(err) != models.Internal {
				return nil, nil // the update will be refused
			}
			return f, err
		}
	}
	return nil, nil
}

// carryOut carries out a planned act if its time is not after at. It ignores a refusal, as
// the schedule will do.
func carryOut(ctx context.Context, tx *models.Tx, e *timetable.Event, at time.Time, texts map[int64]*drafts.Foreseen) error {
	if e.Article == nil || e.At.After(at) {
		return nil
	}
	if e.At.After(tx.Now) {
		tx.Now = e.At.Time
	}
	var err error
	switch e.Act {
	case timetable.Publish:
		err = newsroom.MoveStatus(ctx, tx, models.ActorSchedule, e.Article.ID, newsroom.Published, "", nil)
	case timetable.Withdraw:
		err = newsroom.MoveStatus(ctx, tx, models.ActorSchedule, e.Article.ID, newsroom.Withdrawn, e.Note, nil)
	case timetable.Update:
		if f := texts[e.Article.ID]; f != nil {
			err = f.Show(ctx, tx)
		}
	}
	if k := models.KindOf(err); err != nil && (k == models.Conflict || k == models.NotFound) {
		return nil
	}
	return err
}

package timetable

import (
	"context"
	"errors"
	"slices"

	"broadsheet/models"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/drafts"
)

// runBatch is the most publications, and the most plans, that one call of [Run] carries out.
const runBatch = 100

// due is a planned act whose time has come.
type due struct {
	ArticleID int64
	Act       Act
	At        models.Time
}

// Run carries out the acts that are due, in the order of their times, and returns how many
// it carried out. An act that fails ends with its reason and stops no other act. Only an
// unavailable database or the end of ctx stops Run; the next call tries again.
func Run(ctx context.Context, db *models.DB) (n int, err error) {
	list, err := allDue(ctx, db)
	for _, d := range list {
		err := d.carryOut(ctx, db)
		switch {
		case err == nil:
			n++
		case errors.Is(err, errNotDue):
		case models.KindOf(err) == models.Unavailable || ctx.Err() != nil:
			return n, err
		default:
			if err := d.fail(ctx, db, err); err != nil {
				return n, err
			}
		}
	}
	return n, err
}

// allDue returns the acts whose time has come. It reads without a lock, because usually there
// are none; carryOut checks each act again under a lock.
func allDue(ctx context.Context, db *models.DB) (list []due, err error) {
	now := models.At(db.Now())
	var publications, plans []due
	err = db.Query(ctx).Raw(`SELECT id AS article_id, published_at AS at, 'publish' AS act FROM articles
		WHERE status = ? AND published_at <= ? ORDER BY published_at LIMIT ?`,
		newsroom.Scheduled, now, runBatch).Scan(&publications).Error
	if err == nil {
		err = db.Query(ctx).Raw("SELECT article_id, at, act FROM article_plans WHERE ended_at IS NULL AND at <= ? ORDER BY at LIMIT ?",
			now, runBatch).Scan(&plans).Error
	}
	list = append(publications, plans...)
	slices.SortStableFunc(list, func(a, b due) int { return a.At.Compare(b.At.Time) })
	return list, err
}

// errNotDue says that an act was carried out, moved or called off in the meantime.
var errNotDue = errors.New("timetable: no longer due")

func (d due) carryOut(ctx context.Context, db *models.DB) error {
	switch d.Act {
	case Publish:
		return db.Write(ctx, func(tx *models.Tx) error {
			a, err := models.First[newsroom.Article](tx.Lock(ctx).Where("id = ?", d.ArticleID))
			if err != nil {
				return err
			}
			if a == nil || a.Status != newsroom.Scheduled || a.PublishedAt.After(tx.Now) {
				return errNotDue
			}
			return newsroom.MoveStatus(ctx, tx, models.ActorSchedule, a.ID, newsroom.Published, "", nil)
		})
	case Withdraw:
		return db.Write(ctx, func(tx *models.Tx) error {
			p, err := d.take(ctx, tx)
			if err != nil {
				return err
			}
			return newsroom.MoveStatus(ctx, tx, models.ActorSchedule, d.ArticleID, newsroom.Withdrawn, p.Note, nil)
		})
	case Update:
		return d.update(ctx, db)
	}
	return errNotDue
}

// take ends the plan of an act that is about to be carried out.
func (d due) take(ctx context.Context, tx *models.Tx) (*Plan, error) {
	if _, err := models.First[newsroom.Article](tx.Lock(ctx).Where("id = ?", d.ArticleID)); err != nil {
		return nil, err
	}
	p, err := openPlan(ctx, tx, d.ArticleID, d.Act)
	if err != nil {
		return nil, err
	}
	if p == nil || p.At.After(tx.Now) {
		return nil, errNotDue
	}
	return p, end(ctx, tx, d.ArticleID, d.Act, "")
}

// update shows the planned text, merged with the changes of the live text since its plan.
func (d due) update(ctx context.Context, db *models.DB) error {
	p, err := openPlan(ctx, db, d.ArticleID, Update)
	if err != nil {
		return err
	}
	if p == nil || p.At.After(db.Now()) {
		return errNotDue
	}
	_, err = drafts.Show(ctx, db, models.Actor{UserID: p.ActorID, Name: p.Actor}, d.ArticleID, drafts.Move{
		Number: p.Number, Base: p.Base, Minor: p.Minor, Unchecked: true,
		Also: func(ctx context.Context, tx *models.Tx, a *newsroom.Article) error {
			now, err := d.take(ctx, tx)
			switch {
			case err != nil:
				return err
			case now.ID != p.ID:
				return errNotDue
			case a.Status != newsroom.Published:
				return errNotLive
			}
			return nil
		},
	})
	return err
}

// fail stores why an act failed. A scheduled article becomes a draft again, so that Run does
// not try it for ever and its editor sees the failure.
func (d due) fail(ctx context.Context, db *models.DB, why error) error {
	code := "failed"
	if e, ok := errors.AsType[*models.Error](why); ok && e.Code != "" {
		code = e.Code
	}
	return db.Write(ctx, func(tx *models.Tx) error {
		if d.Act != Publish {
			return end(ctx, tx, d.ArticleID, d.Act, code)
		}
		a, err := models.First[newsroom.Article](tx.Lock(ctx).Where("id = ?", d.ArticleID))
		if err != nil || a == nil || a.Status != newsroom.Scheduled || a.PublishedAt.After(tx.Now) {
			return err
		}
		at := models.At(tx.Now)
		err = tx.Query(ctx).Create(&Plan{
			ArticleID: a.ID, Act: Publish, At: a.PublishedAt, Actor: models.ActorSchedule.Name, MadeAt: at, EndedAt: at, Failed: code,
		}).Error
		if err != nil {
			return err
		}
		return newsroom.MoveStatus(ctx, tx, models.ActorSchedule, a.ID, newsroom.Draft, "", nil)
	})
}

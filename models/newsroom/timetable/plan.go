package timetable

import (
	"context"
	"time"

	"broadsheet/models"
	"broadsheet/models/newsroom"
)

// Act is a change of an article that can be set for a time.
type Act string

// The acts. A publication has no plan: it is the article's status and date.
const (
	Publish  Act = "publish"
	Update   Act = "update"   // a draft of a live article becomes the text that readers see
	Withdraw Act = "withdraw" // with the plan's note for readers
)

// Plan is an act that an editor has set for a time.
type Plan struct {
	ID        int64
	ArticleID int64
	Act       Act
	At        models.Time
	Number    int    // of an update: the version to show
	Base      int    // of an update: the version that readers saw when it was planned
	Minor     bool   // of an update: readers need not hear of it, see [newsroom.Prepared]
	Note      string // of a withdrawal: shown to readers
	Actor     string
	ActorID   *int64
	MadeAt    models.Time
	RebasedAt models.Time // of an update: when its text got a correction of the live text
	RebasedBy string      // name of the actor that made the correction
	EndedAt   models.Time // when it was carried out, called off, or failed; zero for an open plan
	Failed    string      // code of the failure, "" for none
}

// TableName names the table for GORM.
func (Plan) TableName() string { return "article_plans" }

// Refusals of a plan.
var (
	errPast    = models.Refusal(models.Invalid, "time-past", "this time has passed")
	errNotLive = models.Refusal(models.Conflict, "not-live", "only a published article can have this planned")
)

// Set makes a plan, or moves the article's open plan of the same act. It refuses with
// NotFound, Invalid time-past, and Conflict not-live for an article that is not
// published and is not scheduled for an earlier time.
func Set(ctx context.Context, db *models.DB, by models.Actor, p Plan) error {
	if !p.At.After(db.Now()) {
		return errPast
	}
	return db.Write(ctx, func(tx *models.Tx) error {
		a, err := models.First[newsroom.Article](tx.Lock(ctx).Where("id = ?", p.ArticleID))
		switch {
		case err != nil:
			return err
		case a == nil:
			return models.Errorf(models.NotFound, "there is no article %d", p.ArticleID)
		case a.Status == newsroom.Published:
		case a.Status == newsroom.Scheduled && p.Act == Withdraw && a.PublishedAt.Before(p.At.Time):
		default:
			return errNotLive
		}
		if err := end(ctx, tx, p.ArticleID, p.Act, ""); err != nil {
			return err
		}
		p.ID, p.Actor, p.ActorID, p.MadeAt, p.EndedAt, p.Failed = 0, by.Name, by.UserID, models.At(tx.Now), models.Time{}, ""
		p.RebasedAt, p.RebasedBy = models.Time{}, ""
		if err := tx.Query(ctx).Create(&p).Error; err != nil {
			return err
		}
		return audit(ctx, tx, by, p.ArticleID, "plan-"+string(p.Act), "", p.At.UTC().Format(time.RFC3339))
	})
}

// CallOff ends the article's open plan of an act. It does nothing if there is none.
func CallOff(ctx context.Context, db *models.DB, by models.Actor, article int64, act Act) error {
	return db.Write(ctx, func(tx *models.Tx) error { return callOff(ctx, tx, by, article, act) })
}

func callOff(ctx context.Context, tx *models.Tx, by models.Actor, article int64, act Act) error {
	p, err := openPlan(ctx, tx, article, act)
	if err != nil || p == nil {
		return err
	}
	if err := end(ctx, tx, article, act, ""); err != nil {
		return err
	}
	return audit(ctx, tx, by, article, "plan-"+string(act), p.At.UTC().Format(time.RFC3339), "")
}

// Of returns the open plans of an article, in the order of their times.
func Of(ctx context.Context, r models.Queryer, article int64) (list []Plan, err error) {
	err = r.Query(ctx).Where("article_id = ? AND ended_at IS NULL", article).Order("at").Find(&list).Error
	return list, err
}

func openPlan(ctx context.Context, r models.Queryer, article int64, act Act) (*Plan, error) {
	return models.First[Plan](r.Query(ctx).Where("article_id = ? AND act = ? AND ended_at IS NULL", article, act))
}

// end ends the open plan of an act. failed is the code of its failure, "" for none.
func end(ctx context.Context, tx *models.Tx, article int64, act Act, failed string) error {
	return models.Exec(ctx, tx, "UPDATE article_plans SET ended_at = ?, failed = ? WHERE article_id = ? AND act = ? AND ended_at IS NULL",
		models.At(tx.Now), failed, article, string(act))
}

func audit(ctx context.Context, tx *models.Tx, by models.Actor, article int64, verb, before, after string) error {
	return models.Audit(ctx, tx, by, models.Subject{Kind: models.ArticleSubject, ID: article}, verb, before, after)
}

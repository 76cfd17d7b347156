package newsroom

import (
	"context"
	"slices"

	"broadsheet/models"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// moves says from which status an article may go where.
var moves = map[Status][]Status{
	Draft:     {Scheduled, Published, Trashed},
	Scheduled: {Draft, Published, Trashed},
	Published: {Draft, Withdrawn, Trashed},
	Withdrawn: {Published, Draft, Trashed},
	Trashed:   {Draft, Scheduled, Published, Withdrawn},
}

// CanMove reports whether an article may go from one status to another.
func CanMove(from, to Status) bool { return slices.Contains(moves[from], to) }

// Publish makes a draft, scheduled or withdrawn article public.
func Publish(ctx context.Context, db *models.DB, id int64) error {
	return SetStatus(ctx, db, id, Published, "")
}

// SetStatus moves an article to another status. note is what readers of a
// withdrawn article are told. A move that [CanMove] does not allow is a
// Conflict. Where the article may have comments, discussion.SetArticleStatus
// takes them along.
func SetStatus(ctx context.Context, db *models.DB, id int64, to Status, note string) error {
	return db.Write(ctx, func(tx *models.Tx) error {
		_, err := MoveStatus(ctx, tx, id, to, note)
		return err
	})
}

// locked has whoever reads an article in order to write it wait for others who
// do: its row is written as a whole, counts included. SQLite, which has one
// writer, takes no notice.
var locked = clause.Locking{Strength: clause.LockingStrengthUpdate}

// MoveStatus is SetStatus for those who change something else in the same
// transaction. It returns the status before.
func MoveStatus(ctx context.Context, tx *models.Tx, id int64, to Status, note string) (from Status, err error) {
	site, err := LoadSite(ctx, tx)
	if err != nil {
		return "", err
	}
	var a Article
	if err := tx.Query(ctx).Clauses(locked).Where("id = ?", id).Take(&a).Error; err != nil {
		return "", err
	}
	from = a.Status
	return from, setStatus(ctx, tx, site, &a, to, note)
}

func setStatus(ctx context.Context, tx *models.Tx, site *Site, a *Article, to Status, note string) error {
	if !CanMove(a.Status, to) {
		return models.Errorf(models.Conflict, "a %s article cannot become %s", a.Status, to)
	}
	pl, err := termsOf(ctx, tx, a.ID)
	if err != nil {
		return err
	}
	if a.Status == Published {
		stood, err := removeFromLists(ctx, tx, a, pl, site)
		if err != nil {
			return err
		}
		stood.touch(tx)
	}
	before := a.Status
	if to == Trashed {
		a.StatusBefore = a.Status
	}
	a.Status, a.StatusNote, a.StatusAt, a.UpdatedAt = to, note, models.At(tx.Now), models.At(tx.Now)
	a.Version++
	if to == Published && (a.PublishedAt.IsZero() || a.PublishedAt.After(tx.Now)) {
		a.PublishedAt = models.At(tx.Now)
		a.LocalTime = tx.Now.In(site.TimeZone).Format(LocalTimeLayout)
	}
	if err := tx.Query(ctx).Save(a).Error; err != nil {
		return err
	}
	touchArticle(tx, a.ID)
	if to != Published && before != Published {
		return nil
	}
	targets, err := linkedFrom(ctx, tx, a.ID)
	if err != nil {
		return err
	}
	touchCoverage(tx, targets)
	if to != Published {
		return nil
	}
	stands, err := addToLists(ctx, tx, a, pl, site)
	stands.touch(tx)
	return err
}

// PublishDue publishes the scheduled articles whose time has come, under the
// time they were scheduled for, and returns how many it published.
func PublishDue(ctx context.Context, db *models.DB) (n int, err error) {
	due := func(q *gorm.DB) (list []*Article, err error) {
		err = q.Where("status = ? AND published_at <= ?", Scheduled, models.At(db.Now())).
			Order("published_at").Limit(100).Find(&list).Error
		return list, err
	}
	// Looked up outside first, so that the usual empty answer costs no turn
	// of the writer.
	if list, err := due(db.Query(ctx)); err != nil || len(list) == 0 {
		return 0, err
	}
	err = db.Write(ctx, func(tx *models.Tx) error {
		site, err := LoadSite(ctx, tx)
		if err != nil {
			return err
		}
		list, err := due(tx.Query(ctx).Clauses(locked))
		if err != nil {
			return err
		}
		n = 0
		for _, a := range list {
			if err := setStatus(ctx, tx, site, a, Published, ""); err != nil {
				return err
			}
			n++
		}
		return nil
	})
	return n, err
}

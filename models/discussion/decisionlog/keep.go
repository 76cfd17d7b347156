package decisionlog

import (
	"context"
	"time"

	"broadsheet/models"

	"gorm.io/gorm/clause"
)

// Checked is the result of the check that a task repeats, see [KeepChecked].
type Checked struct {
	ID      int64
	At      models.Time `gorm:"autoCreateTime:false"`
	WholeAt models.Time // when a check began at the first entry
	Entries int64       // of the part that fits
	LastID  int64
	Hash    string
	OldID   int64
	OldHash string
	Fault   Fault // "" for none
	FaultAt int64 // the first entry that does not fit, where one is known
}

// TableName names the table for GORM.
func (Checked) TableName() string { return "comment_log_checks" }

// wholeEvery is how often a check begins at the first entry. In between each check
// goes on where the last one ended.
const wholeEvery = 24 * time.Hour

// LastCheck returns the result of the last check, nil before the first one.
func LastCheck(ctx context.Context, r models.Queryer) (*Checked, error) {
	return models.First[Checked](r.Query(ctx).Where("id = 1"))
}

// KeepChecked checks the entries since the last check, and once a day all of them.
// Unlike [Check] it may run while decisions are made: it checks up to the head that
// it reads at its beginning.
func KeepChecked(ctx context.Context, db *models.DB) error {
	last, err := LastCheck(ctx, db)
	if err != nil {
		return err
	}
	now := models.At(db.Now())
	next := Checked{WholeAt: now}
	if last != nil && last.Fault == "" && now.Sub(last.WholeAt.Time) < wholeEvery {
		next = *last
	}
	next.ID, next.At = 1, now
	if err := next.walk(ctx, db, db.Keys()); err != nil {
		return err
	}
	return db.Write(ctx, func(tx *models.Tx) error {
		return tx.Query(ctx).Clauses(clause.OnConflict{UpdateAll: true}).Create(&next).Error
	})
}

// walk checks the entries after LastID up to the head.
func (c *Checked) walk(ctx context.Context, r models.Queryer, keys *models.Keyring) error {
	// One statement reads both, so that no decision comes between.
	var end struct {
		Head
		Counted, Newest int64
	}
	err := r.Query(ctx).Raw(`SELECT h.*, COALESCE((SELECT comments FROM comment_totals WHERE state = ?), 0) AS counted,
		COALESCE((SELECT MAX(id) FROM comment_log), 0) AS newest FROM (SELECT 1 AS one) o LEFT JOIN comment_log_heads h ON h.id = 1`,
		Counter).Scan(&end).Error
	if err != nil {
		return err
	}
	w := &walk{entries: c.Entries, last: c.LastID, before: c.Hash, old: Head{OldID: c.OldID, OldHash: c.OldHash}}
	if end.ID != 0 {
		w.head = &end.Head
	}
	for w.last < end.Newest {
		list, err := after(ctx, r, w.last)
		if err != nil {
			return err
		}
		for i := range list {
			if list[i].ID > end.Newest {
				break
			}
			if !w.step(&list[i]) {
				c.Fault, c.FaultAt = Broken, list[i].ID
				return nil
			}
		}
		if len(list) == 0 {
			break
		}
	}
	c.Entries, c.LastID, c.Hash, c.OldID, c.OldHash = w.entries, w.last, w.before, w.old.OldID, w.old.OldHash
	w.meet()
	c.Fault, c.FaultAt = w.fault(keys, end.Counted)
	return nil
}

package decisionlog

import (
	"context"
	"fmt"
	"strings"

	"broadsheet/models"

	"gorm.io/gorm/clause"
)

// Head describes the end of the log. It is signed with a key that is derived
// from the session key: a program without that key cannot make a valid head for
// a log with other entries or with none. A copy of the head outside the database
// (see [Check]) also reveals that the log and its head were both restored to an
// earlier state.
type Head struct {
	ID      int64  `json:"-"` // always 1
	Entries int64  `json:"entries"`
	LastID  int64  `json:"last_id"`
	Hash    string `json:"hash"`     // of the entry LastID
	OldID   int64  `json:"old_id"`   // the last entry from before entries had hashes
	OldHash string `json:"old_hash"` // over those entries
	MAC     string `gorm:"column:mac" json:"mac"`
}

// TableName names the table for GORM.
func (Head) TableName() string { return "comment_log_heads" }

// headPurpose is the purpose of the head's signature.
const headPurpose = "head of the log of decisions"

// text returns the signed text.
func (h *Head) text() string {
	return fmt.Sprint(h.Entries, " ", h.LastID, " ", h.Hash, " ", h.OldID, " ", h.OldHash)
}

// storedHead returns the stored head, nil if there is none.
func storedHead(ctx context.Context, r models.Queryer) (*Head, error) {
	return models.First[Head](r.Query(ctx).Where("id = 1"))
}

// store signs and stores the head.
func (h *Head) store(ctx context.Context, tx *models.Tx) error {
	h.ID, h.MAC = 1, tx.Keys().Sign(headPurpose, h.text())
	return tx.Query(ctx).Clauses(clause.OnConflict{UpdateAll: true}).Create(h).Error
}

// extend moves the head to the end of new entries. It leaves a head alone that is not
// signed with a key of this site, or that does not fit the entry before: a new signature
// would hide this fault from the next check of the log.
func (h *Head) extend(ctx context.Context, tx *models.Tx, before string, entries []*Entry) error {
	if tx.Keys() == nil || h.ID == 0 || h.Hash != before || !tx.Keys().Signed(headPurpose, h.text(), h.MAC) {
		return nil
	}
	last := entries[len(entries)-1]
	h.Entries, h.LastID, h.Hash = h.Entries+int64(len(entries)), last.ID, last.Hash
	return h.store(ctx, tx)
}

// Anchor gives a log its first head, once, and signs a head of an older session
// key with the present key. It signs no log in which a check finds a fault,
// unless accept says that the log is right as it is. It returns the report of
// the log afterwards. seen is as for [Check].
func Anchor(ctx context.Context, db *models.DB, seen *Head, accept bool) (Report, error) {
	if !accept {
		head, err := storedHead(ctx, db)
		if err != nil || head != nil {
			return resign(ctx, db, head, err)
		}
	}
	var report Report
	err := db.Write(ctx, func(tx *models.Tx) (err error) {
		if accept {
			seen = nil
			if err := tx.Query(ctx).Where("id = 1").Delete(&Head{}).Error; err != nil {
				return err
			}
		}
		// A transaction that adds an entry locks this row, see [Append]. Lock it
		// here as well.
		if err := tx.Query(ctx).Exec("UPDATE comment_totals SET comments = comments WHERE state = ?", Counter).Error; err != nil {
			return err
		}
		if report, err = Check(ctx, tx, tx.Keys(), seen); err != nil || report.Fault != "" && report.Fault != Unanchored {
			return err
		}
		if report.Head, err = computeHead(ctx, tx); err != nil {
			return err
		}
		report.Fault = ""
		return report.Head.store(ctx, tx)
	})
	return report, err
}

// computeHead computes the head of the log from all its entries.
func computeHead(ctx context.Context, tx *models.Tx) (*Head, error) {
	w := &walk{}
	for {
		list, err := after(ctx, tx, w.last)
		if err != nil {
			return nil, err
		}
		if len(list) == 0 {
			return &Head{Entries: w.entries, LastID: w.last, Hash: w.before, OldID: w.old.OldID, OldHash: w.old.OldHash}, nil
		}
		for i := range list {
			w.step(&list[i])
		}
	}
}

// resign signs the head with the present key if an older key signed it.
func resign(ctx context.Context, db *models.DB, head *Head, err error) (Report, error) {
	if err != nil {
		return Report{}, err
	}
	report := Report{Entries: int(head.Entries), Head: head}
	switch {
	case db.Keys() == nil:
		report.Fault = NoKey
	case !db.Keys().Signed(headPurpose, head.text(), head.MAC):
		report.Fault = Unsigned
	case !strings.EqualFold(db.Keys().Sign(headPurpose, head.text()), head.MAC):
		err = db.Write(ctx, func(tx *models.Tx) error {
			now, err := storedHead(ctx, tx)
			if err == nil && now != nil && tx.Keys().Signed(headPurpose, now.text(), now.MAC) {
				err = now.store(ctx, tx)
				report.Head = now
			}
			return err
		})
	}
	return report, err
}

// SignedHead returns the head, for a copy outside the database. It returns nil
// if there is none or if it is not signed with a key of this site.
func SignedHead(ctx context.Context, db *models.DB) (*Head, error) {
	head, err := storedHead(ctx, db)
	if err != nil || head == nil || !db.Keys().Signed(headPurpose, head.text(), head.MAC) {
		return nil, err
	}
	return head, nil
}

package discussion

import (
	"context"
	"fmt"
	"strings"

	"broadsheet/models"

	"gorm.io/gorm/clause"
)

// LogHead is the last state of the log of decisions. It is signed with a key
// that is derived from the session key. A program without that key cannot make
// a valid head for a log with other entries or with none. A copy of the head
// outside the database (see [CheckLog]) also reveals that the log and its head
// were both restored to an earlier state.
type LogHead struct {
	ID      int64  `json:"-"` // always 1
	Entries int64  `json:"entries"`
	LastID  int64  `json:"last_id"`
	Hash    string `json:"hash"`     // of the entry LastID
	OldID   int64  `json:"old_id"`   // the last entry from before entries had hashes
	OldHash string `json:"old_hash"` // over those entries
	MAC     string `gorm:"column:mac" json:"mac"`
}

// TableName names the table for GORM.
func (LogHead) TableName() string { return "comment_log_heads" }

// headPurpose is the purpose of the head's signature.
const headPurpose = "head of the log of decisions"

func (h *LogHead) text() string {
	return fmt.Sprint(h.Entries, " ", h.LastID, " ", h.Hash, " ", h.OldID, " ", h.OldHash)
}

// headOf returns the stored head, nil if there is none.
func headOf(ctx context.Context, r models.Queryer) (*LogHead, error) {
	var found []*LogHead
	if err := r.Query(ctx).Where("id = 1").Limit(1).Find(&found).Error; err != nil || len(found) == 0 {
		return nil, err
	}
	return found[0], nil
}

func (h *LogHead) store(ctx context.Context, tx *models.Tx) error {
	h.ID, h.MAC = 1, tx.Keys().Sign(headPurpose, h.text())
	return tx.Query(ctx).Clauses(clause.OnConflict{UpdateAll: true}).Create(h).Error
}

// extendHead moves the head to the end of new entries. It leaves a head alone
// that is not signed with a key of this site, or that does not fit the entry
// before: a new signature would hide this fault from the next check of the log.
func extendHead(ctx context.Context, tx *models.Tx, before string, entries []*logEntry) error {
	if tx.Keys() == nil {
		return nil
	}
	head, err := headOf(ctx, tx)
	if err != nil || head == nil || head.Hash != before || !tx.Keys().Signed(headPurpose, head.text(), head.MAC) {
		return err
	}
	last := entries[len(entries)-1]
	head.Entries, head.LastID, head.Hash = head.Entries+int64(len(entries)), last.ID, last.Hash
	return head.store(ctx, tx)
}

// LogFault is a kind of disagreement between the log and its head.
type LogFault string

// The faults. For the first two an operator should check the keys, for the
// others the log.
const (
	NoKey      LogFault = "no key"     // the head could not be checked
	Unsigned   LogFault = "unsigned"   // the head is not signed with a key of this site
	Unanchored LogFault = "unanchored" // the log never had a head
	HeadGone   LogFault = "head gone"  // it had one
	Broken     LogFault = "broken"     // an entry does not fit the one before
	Cut        LogFault = "cut"        // the log does not lead to its head
	Uncovered  LogFault = "uncovered"  // there are entries behind the head
	PutBack    LogFault = "put back"   // the log does not hold the head that was seen before
)

// LogReport is the result of a check of the log.
type LogReport struct {
	Entries int
	Fault   LogFault // "" for none
	At      int64    // the first entry that does not fit, where one is known
	Head    *LogHead // nil for none
}

// Grave reports whether entries may have been changed or removed.
func (r LogReport) Grave() bool {
	return r.Fault != "" && r.Fault != NoKey && r.Fault != Unanchored
}

// logWalk follows the chain.
type logWalk struct {
	entries, last int64
	before        string // hash of the last entry
	old           LogHead
	head, seen    *LogHead
	fits, sawFits bool // head and seen were met on the way
}

// step advances to an entry. It returns false if the entry does not fit the
// chain.
func (w *logWalk) step(e *logEntry) bool {
	old := e.Hash == "" && w.before == ""
	if w.head != nil && old != (e.ID <= w.head.OldID) {
		return false
	}
	if old {
		w.old.OldID, w.old.OldHash = e.ID, e.chained(w.old.OldHash)
	} else if e.Hash != e.chained(w.before) {
		return false
	}
	w.entries, w.last, w.before = w.entries+1, e.ID, e.Hash
	w.meet()
	return true
}

// meet records whether the walk has reached the entry that head or seen
// describes.
func (w *logWalk) meet() {
	at := func(h *LogHead) bool {
		return h != nil && h.LastID == w.last && h.Entries == w.entries && h.Hash == w.before
	}
	w.fits = w.fits || at(w.head)
	w.sawFits = w.sawFits || at(w.seen)
}

// CheckLog walks through the whole log and compares it with its head. keys are
// the site's keys, nil if they are not known. seen is a copy of a head from
// outside the database, nil if there is none.
func CheckLog(ctx context.Context, r models.Queryer, keys *models.Keyring, seen *LogHead) (LogReport, error) {
	head, err := headOf(ctx, r)
	if err != nil {
		return LogReport{}, err
	}
	report := LogReport{Head: head}
	w := &logWalk{head: head, seen: seen}
	w.meet()
	for report.At == 0 {
		var list []logEntry
		if err := r.Query(ctx).Where("id > ?", w.last).Order("id").Limit(10 * logBatch).Find(&list).Error; err != nil {
			return report, err
		}
		if len(list) == 0 {
			break
		}
		for i := range list {
			if !w.step(&list[i]) {
				report.Fault, report.At = Broken, list[i].ID
				break
			}
		}
	}
	report.Entries = int(w.entries)
	if report.Fault != "" {
		return report, nil
	}
	var counted int64
	if err := r.Query(ctx).Raw("SELECT comments FROM comment_totals WHERE state = ?", logged).Scan(&counted).Error; err != nil {
		return report, err
	}
	report.Fault, report.At = w.fault(keys, counted)
	return report, nil
}

// fault returns the fault that the walk shows at the end of the log, and the
// number of its entry.
func (w *logWalk) fault(keys *models.Keyring, counted int64) (LogFault, int64) {
	switch {
	case w.head == nil && w.seen != nil:
		return HeadGone, 0
	case w.head != nil && (!w.fits && w.last <= w.head.LastID || w.head.OldHash != w.old.OldHash):
		return Cut, w.last + 1
	case counted != w.entries:
		return Cut, w.last + 1
	case w.seen != nil && !w.sawFits:
		return PutBack, 0
	case w.head == nil && w.entries > 0:
		return Unanchored, 0
	case w.head == nil:
		return "", 0
	case keys == nil:
		return NoKey, 0
	case !keys.Signed(headPurpose, w.head.text(), w.head.MAC):
		return Unsigned, 0
	case !w.fits || w.last > w.head.LastID:
		return Uncovered, w.head.LastID + 1
	}
	return "", 0
}

// AnchorLog gives a log its first head, once, and signs a head of an older
// session key with the present key. It signs no log in which a check finds a
// fault, unless accept says that the log is right as it is. It returns the
// report of the log afterwards. seen is as for [CheckLog].
func AnchorLog(ctx context.Context, db *models.DB, seen *LogHead, accept bool) (LogReport, error) {
	if !accept {
		head, err := headOf(ctx, db)
		if err != nil || head != nil {
			return resignLog(ctx, db, head, err)
		}
	}
	var report LogReport
	err := db.Write(ctx, func(tx *models.Tx) (err error) {
		if accept {
			seen = nil
			if err := tx.Query(ctx).Where("id = 1").Delete(&LogHead{}).Error; err != nil {
				return err
			}
		}
		// Writers add an entry under the lock of this row, so lock it here as
		// well.
		if err := tx.Query(ctx).Exec("UPDATE comment_totals SET comments = comments WHERE state = ?", logged).Error; err != nil {
			return err
		}
		if report, err = CheckLog(ctx, tx, tx.Keys(), seen); err != nil || report.Fault != "" && report.Fault != Unanchored {
			return err
		}
		if report.Head, err = madeHead(ctx, tx); err != nil {
			return err
		}
		report.Fault = ""
		return report.Head.store(ctx, tx)
	})
	return report, err
}

// madeHead computes the head of the log from all its entries.
func madeHead(ctx context.Context, tx *models.Tx) (*LogHead, error) {
	w := &logWalk{}
	for {
		var list []logEntry
		if err := tx.Query(ctx).Where("id > ?", w.last).Order("id").Limit(10 * logBatch).Find(&list).Error; err != nil {
			return nil, err
		}
		if len(list) == 0 {
			return &LogHead{Entries: w.entries, LastID: w.last, Hash: w.before, OldID: w.old.OldID, OldHash: w.old.OldHash}, nil
		}
		for i := range list {
			w.step(&list[i])
		}
	}
}

// resignLog signs the head with the present key if an older key signed it.
func resignLog(ctx context.Context, db *models.DB, head *LogHead, err error) (LogReport, error) {
	if err != nil {
		return LogReport{}, err
	}
	report := LogReport{Entries: int(head.Entries), Head: head}
	switch {
	case db.Keys() == nil:
		report.Fault = NoKey
	case !db.Keys().Signed(headPurpose, head.text(), head.MAC):
		report.Fault = Unsigned
	case !strings.EqualFold(db.Keys().Sign(headPurpose, head.text()), head.MAC):
		err = db.Write(ctx, func(tx *models.Tx) error {
			now, err := headOf(ctx, tx)
			if err == nil && now != nil && tx.Keys().Signed(headPurpose, now.text(), now.MAC) {
				err = now.store(ctx, tx)
				report.Head = now
			}
			return err
		})
	}
	return report, err
}

// SignedHead returns the head if it is signed with a key of this site, for a copy
// outside the database; nil if not.
func SignedHead(ctx context.Context, db *models.DB) (*LogHead, error) {
	head, err := headOf(ctx, db)
	if err != nil || head == nil || !db.Keys().Signed(headPurpose, head.text(), head.MAC) {
		return nil, err
	}
	return head, nil
}

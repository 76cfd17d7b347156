package decisionlog

import (
	"context"

	"broadsheet/models"
)

// Fault is a kind of disagreement between the log and its head.
type Fault string

// The faults. For the first two an operator should check the keys, for the
// others the log.
const (
	NoKey      Fault = "no key"     // the head could not be checked
	Unsigned   Fault = "unsigned"   // the head is not signed with a key of this site
	Unanchored Fault = "unanchored" // the log never had a head
	HeadGone   Fault = "head gone"  // the log had a head, which is missing
	Broken     Fault = "broken"     // an entry does not fit the one before
	Cut        Fault = "cut"        // the log does not lead to its head
	Uncovered  Fault = "uncovered"  // there are entries behind the head
	PutBack    Fault = "put back"   // the log does not hold the head that was seen before
)

// Report is the result of a check of the log.
type Report struct {
	Entries int
	Fault   Fault // "" for none
	At      int64 // the first entry that does not fit, where one is known
	Head    *Head // nil for none
}

// Grave reports whether entries may have been changed or removed.
func (r Report) Grave() bool {
	return r.Fault != "" && r.Fault != NoKey && r.Fault != Unanchored
}

// Check walks through the whole log and compares it with its head. keys are the
// site's keys, nil if they are not known. seen is a copy of a head from outside
// the database, nil if there is none.
func Check(ctx context.Context, r models.Queryer, keys *models.Keyring, seen *Head) (Report, error) {
	head, err := storedHead(ctx, r)
	if err != nil {
		return Report{}, err
	}
	report := Report{Head: head}
	w := &walk{head: head, seen: seen}
	w.meet()
	for report.At == 0 {
		list, err := after(ctx, r, w.last)
		if err != nil {
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
	if err := r.Query(ctx).Raw("SELECT comments FROM comment_totals WHERE state = ?", Counter).Scan(&counted).Error; err != nil {
		return report, err
	}
	report.Fault, report.At = w.fault(keys, counted)
	return report, nil
}

// walk follows the chain from the first entry on.
type walk struct {
	entries, last int64
	before        string // hash of the last entry
	old           Head
	head, seen    *Head
	fits, sawFits bool // the walk has reached head, or seen
}

// step advances to an entry. It returns false if the entry does not fit the
// chain.
func (w *walk) step(e *Entry) bool {
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
func (w *walk) meet() {
	at := func(h *Head) bool {
		return h != nil && h.LastID == w.last && h.Entries == w.entries && h.Hash == w.before
	}
	w.fits = w.fits || at(w.head)
	w.sawFits = w.sawFits || at(w.seen)
}

// fault returns the fault that the walk shows at the end of the log, and the
// number of its entry. counted is the stored number of entries.
func (w *walk) fault(keys *models.Keyring, counted int64) (Fault, int64) {
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

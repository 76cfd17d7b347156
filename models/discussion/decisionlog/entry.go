package decisionlog

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"

	"broadsheet/models"
)

// Entry is one row of the log. Its states are those of package discussion, in
// their stored form.
type Entry struct {
	ID        int64       `json:"id"`
	At        models.Time `json:"at"`
	Actor     string      `json:"actor"`
	ActorID   *int64      `json:"actor_id,omitempty"` // of the account; names can change
	CommentID int64       `json:"comment_id"`
	ArticleID int64       `json:"article_id"`
	FromState string      `json:"from"`
	ToState   string      `json:"to"`
	Reason    string      `json:"reason,omitempty"`    // a code
	Note      string      `json:"note,omitempty"`      // the moderator's words, for colleagues
	Words     string      `json:"words,omitempty"`     // the moderator's words, for the commenter
	Operation string      `json:"operation,omitempty"` // shared by comments that were decided together
	// RulesVersion tells which rules were in force, see [settings.Version].
	RulesVersion int64  `json:"rules_version,omitempty"`
	Hash         string `json:"hash"` // hexadecimal SHA-256; "" in entries older than the chain
}

// TableName names the table for GORM.
func (Entry) TableName() string { return "comment_log" }

// Counter is the name in the table comment_totals of the number of entries.
const Counter = "log"

// batch is how many rows share a statement.
const batch = 100

// chained returns the hash of an entry that follows an entry with the hash
// before. Each field is hashed with its length, so that two different entries
// never hash the same bytes.
func (e *Entry) chained(before string) string {
	h := sha256.New()
	actor := ""
	if e.ActorID != nil {
		actor = fmt.Sprint(*e.ActorID)
	}
	for _, field := range []string{
		before, fmt.Sprint(e.At.UnixMicro()), e.Actor, actor, fmt.Sprint(e.CommentID), fmt.Sprint(e.ArticleID),
		e.FromState, e.ToState, e.Reason, e.Note, e.Words, e.Operation, fmt.Sprint(e.RulesVersion),
	} {
		fmt.Fprintf(h, "%d:%s", len(field), field)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// Append adds entries to the chain and moves the head. The caller must have
// added their number to [Counter] before, in the same transaction: the lock on
// that row keeps two transactions from continuing the chain at the same entry.
func Append(ctx context.Context, tx *models.Tx, entries []*Entry) error {
	if len(entries) == 0 {
		return nil
	}
	var last struct {
		Hash  string
		Rules int64
		Head  Head `gorm:"embedded;embeddedPrefix:head_"`
	}
	err := tx.Query(ctx).Raw(`SELECT COALESCE((SELECT hash FROM comment_log ORDER BY id DESC LIMIT 1), '') AS hash,
		COALESCE((SELECT MAX(id) FROM audit WHERE subject = ?), 0) AS rules, h.id AS head_id, h.entries AS head_entries,
		h.last_id AS head_last_id, h.hash AS head_hash, h.old_id AS head_old_id, h.old_hash AS head_old_hash, h.mac AS head_mac
		FROM (SELECT 1) one LEFT JOIN comment_log_heads h ON h.id = 1`, models.SettingSubject).Scan(&last).Error
	if err != nil {
		return err
	}
	before := last.Hash
	for _, e := range entries {
		e.ID = 0 // the transaction may be run again
		e.RulesVersion = last.Rules
		e.Hash = e.chained(before)
		before = e.Hash
	}
	if err := tx.Query(ctx).CreateInBatches(entries, batch).Error; err != nil {
		return err
	}
	return last.Head.extend(ctx, tx, last.Hash, entries)
}

// PageSize is how many entries [List] returns at most.
const PageSize = 100

// List returns entries, newest first. It lists those with a number below before,
// or the newest if before is 0, and those about one comment, or about all
// comments if comment is 0.
func List(ctx context.Context, r models.Queryer, comment, before int64) ([]Entry, error) {
	q := r.Query(ctx).Order("id DESC").Limit(PageSize)
	if before > 0 {
		q = q.Where("id < ?", before)
	}
	if comment != 0 {
		q = q.Where("comment_id = ?", comment)
	}
	var list []Entry
	return list, q.Find(&list).Error
}

// Latest returns the newest entry of each comment, by the comment's number. A
// comment without entries is missing from the result.
func Latest(ctx context.Context, r models.Queryer, comments ...int64) (map[int64]*Entry, error) {
	var entries []*Entry
	err := r.Query(ctx).Raw(`SELECT * FROM comment_log WHERE id IN
		(SELECT MAX(id) FROM comment_log WHERE comment_id IN ? GROUP BY comment_id)`, comments).Scan(&entries).Error
	latest := map[int64]*Entry{}
	for _, e := range entries {
		latest[e.CommentID] = e
	}
	return latest, err
}

// Export passes each entry of the log to encode, oldest first.
func Export(ctx context.Context, r models.Queryer, encode func(any) error) error {
	for last := int64(0); ; {
		list, err := after(ctx, r, last)
		if err != nil || len(list) == 0 {
			return err
		}
		for _, e := range list {
			if err := encode(e); err != nil {
				return err
			}
			last = e.ID
		}
	}
}

// after returns the next entries after the one numbered last, oldest first.
func after(ctx context.Context, r models.Queryer, last int64) ([]Entry, error) {
	var list []Entry
	return list, r.Query(ctx).Where("id > ?", last).Order("id").Limit(10 * batch).Find(&list).Error
}

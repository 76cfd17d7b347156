package discussion

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"

	"broadsheet/models"
)

// logEntry is one row of the log of decisions. Rows are only ever added. Each
// entry has a hash over its fields and over the hash of the entry before it. An
// entry that is changed or removed later therefore breaks the chain after it. A
// signed [LogHead] holds the end of the chain. An entry names no commenter, so
// it can stay when a commenter's data are erased.
type logEntry struct {
	ID        int64
	At        models.Time
	Actor     string
	ActorID   *int64
	CommentID int64
	ArticleID int64
	FromState State
	ToState   State
	Reason    string // a code
	Note      string // the moderator's words, for colleagues
	Words     string // the moderator's words, for the writer
	Operation string // what was decided together
	// RulesVersion tells which rules were in force, see [models.SettingsVersion].
	RulesVersion int64
	Hash         string // hexadecimal SHA-256; "" in entries older than the chain
}

func (logEntry) TableName() string { return "comment_log" }

// logBatch is how many rows share a statement.
const logBatch = 100

// entryOf notes a move.
func entryOf(tx *models.Tx, c *Comment, from State, r ruling) *logEntry {
	return &logEntry{
		At: models.At(tx.Now), Actor: r.actor.Name, ActorID: r.actor.UserID, CommentID: c.ID, ArticleID: c.ArticleID,
		FromState: from, ToState: c.State, Reason: r.reason, Note: r.note, Words: r.words, Operation: r.operation,
	}
}

// chained returns the hash of an entry behind another. Every field has its
// length before it, so that no two entries read the same.
func (e *logEntry) chained(before string) string {
	h := sha256.New()
	actor := ""
	if e.ActorID != nil {
		actor = fmt.Sprint(*e.ActorID)
	}
	for _, field := range []string{
		before, fmt.Sprint(e.At.UnixMicro()), e.Actor, actor, fmt.Sprint(e.CommentID), fmt.Sprint(e.ArticleID),
		string(e.FromState), string(e.ToState), e.Reason, e.Note, e.Words, e.Operation, fmt.Sprint(e.RulesVersion),
	} {
		fmt.Fprintf(h, "%d:%s", len(field), field)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// logged is the name under which the entries of the log are counted.
const logged State = "log"

// appendLog adds entries to the chain. They must have been counted before, in
// the same transaction.
func appendLog(ctx context.Context, tx *models.Tx, entries []*logEntry) error {
	if len(entries) == 0 {
		return nil
	}
	var last struct {
		Hash  string
		Rules int64
	}
	err := tx.Query(ctx).Raw(`SELECT COALESCE((SELECT hash FROM comment_log ORDER BY id DESC LIMIT 1), '') AS hash,
		COALESCE((SELECT MAX(id) FROM setting_log), 0) AS rules`).Scan(&last).Error
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
	if err := tx.Query(ctx).CreateInBatches(entries, logBatch).Error; err != nil {
		return err
	}
	return extendHead(ctx, tx, last.Hash, entries)
}

// VerifyLog walks through the whole log. It returns the number of entries and
// the number of the first entry that does not fit the chain, 0 if all fit. If
// entries are missing at the end, it returns the number after the last one. It
// checks no signature; see [CheckLog].
func VerifyLog(ctx context.Context, r models.Queryer) (entries int, broken int64, err error) {
	report, err := CheckLog(ctx, r, nil, nil)
	return report.Entries, report.At, err
}

// Decision is an entry of the log as it is shown.
type Decision struct {
	ID        int64       `json:"id"`
	At        models.Time `json:"at"`
	Actor     string      `json:"actor"`
	ActorID   *int64      `json:"actor_id,omitempty"` // of the account; names can change
	CommentID int64       `json:"comment_id"`
	ArticleID int64       `json:"article_id"`
	FromState State       `json:"from"`
	ToState   State       `json:"to"`
	Reason    string      `json:"reason,omitempty"`
	Note      string      `json:"note,omitempty"`
	Words     string      `json:"words,omitempty"`
	Operation string      `json:"operation,omitempty"`
	// RulesVersion is the number of the last change of a setting before it.
	RulesVersion int64  `json:"rules_version,omitempty"`
	Hash         string `json:"hash"`
}

// LogPageSize is how many decisions are shown at once.
const LogPageSize = 100

// Log returns decisions, newest first, older than the one numbered before (0
// for the newest), about one comment or (0) all.
func Log(ctx context.Context, r models.Queryer, comment, before int64) ([]Decision, error) {
	q := r.Query(ctx).Model(&logEntry{}).Order("id DESC").Limit(LogPageSize)
	if before > 0 {
		q = q.Where("id < ?", before)
	}
	if comment != 0 {
		q = q.Where("comment_id = ?", comment)
	}
	var list []Decision
	return list, q.Find(&list).Error
}

// ExportLog writes the whole log, oldest first, each entry by encode.
func ExportLog(ctx context.Context, r models.Queryer, encode func(any) error) error {
	for last := int64(0); ; {
		var list []Decision
		err := r.Query(ctx).Model(&logEntry{}).Where("id > ?", last).Order("id").Limit(10 * logBatch).Find(&list).Error
		if err != nil || len(list) == 0 {
			return err
		}
		for _, d := range list {
			if err := encode(d); err != nil {
				return err
			}
			last = d.ID
		}
	}
}

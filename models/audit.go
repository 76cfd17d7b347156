package models

import (
	"context"
	"strings"
)

// SubjectKind is a kind of subject of the audit.
type SubjectKind string

// The kinds of subjects.
const (
	SettingSubject SubjectKind = "setting"
	AccountSubject SubjectKind = "account"
	ArticleSubject SubjectKind = "article"
	FrontSubject   SubjectKind = "front" // a version of the front page
	PictureSubject SubjectKind = "picture"
)

// Subject is the setting, the account, the article or the picture that an audit
// entry is about.
type Subject struct {
	Kind SubjectKind
	ID   int64  // 0 for a setting
	Name string // the key of a setting or a picture, the name of an account at that time
}

// AuditEntry is one row of the audit of settings, accounts, articles and pictures.
// Rows are only added. Decisions on comments have a log of their own, see the
// package decisionlog.
type AuditEntry struct {
	ID          int64
	At          Time
	Actor       string // the name at that time
	ActorID     *int64 // nil if no account acted
	Subject     SubjectKind
	SubjectID   int64
	SubjectName string
	Verb        string
	Before      string
	After       string
}

// TableName names the table for GORM.
func (AuditEntry) TableName() string { return "audit" }

// maxAudited is the longest value that the audit keeps whole, in bytes. Of two
// longer values, it keeps the lines that differ.
const maxAudited = 4000

// Audit records a change in the transaction that makes it.
func Audit(ctx context.Context, tx *Tx, by Actor, on Subject, verb, before, after string) error {
	if len(before) > maxAudited || len(after) > maxAudited {
		before, after = linesWithout(before, after), linesWithout(after, before)
	}
	return tx.Query(ctx).Create(&AuditEntry{
		At: At(tx.Now), Actor: by.Name, ActorID: by.UserID,
		Subject: on.Kind, SubjectID: on.ID, SubjectName: on.Name, Verb: verb, Before: before, After: after,
	}).Error
}

// AuditTrail returns at most that many changes of a subject, newest first. A
// subject without an ID and without a name means all subjects of its kind. With
// verbs, AuditTrail returns changes with one of these verbs only.
func AuditTrail(ctx context.Context, r Queryer, on Subject, most int, verbs ...string) ([]AuditEntry, error) {
	q := r.Query(ctx).Where("subject = ?", on.Kind).Order("id DESC").Limit(most)
	if on.ID != 0 {
		q = q.Where("subject_id = ?", on.ID)
	}
	if on.Name != "" {
		q = q.Where("subject_name = ?", on.Name)
	}
	if len(verbs) > 0 {
		q = q.Where("verb IN ?", verbs)
	}
	var list []AuditEntry
	return list, q.Find(&list).Error
}

// linesWithout returns the lines of a list that another list does not have, cut
// after maxAudited bytes.
func linesWithout(list, other string) string {
	has := map[string]bool{}
	for line := range strings.SplitSeq(other, "\n") {
		has[line] = true
	}
	var b strings.Builder
	for line := range strings.SplitSeq(list, "\n") {
		if has[line] {
			continue
		}
		if room := maxAudited - b.Len(); len(line) > room {
			b.WriteString(strings.ToValidUTF8(line[:max(0, room)], "") + "…")
			break
		}
		b.WriteString(line + "\n")
	}
	return strings.TrimSuffix(b.String(), "\n")
}

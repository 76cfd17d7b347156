package writernotes

import (
	"cmp"
	"context"
	"strings"
	"unicode/utf8"

	"broadsheet/models"
	"broadsheet/models/richtext"
)

// MaxTextBytes is the length of the longest note.
const MaxTextBytes = 2000

// Kind tells how a writer is known again.
type Kind string

// The kinds. A typed address proves nothing, so it is a kind of its own.
const (
	Account Kind = "account" // by the number of the account
	Email   Kind = "email"   // by an address that the browser had verified
	Typed   Kind = "typed"   // by an address on comments without a browser, such as imported ones
	Browser Kind = "browser" // by the hash of the browser's token
)

// Kinds lists the kinds.
var Kinds = []Kind{Account, Email, Typed, Browser}

// Note is a row of the notes.
type Note struct {
	ID      int64
	Kind    Kind
	Value   string
	Text    string
	SetBy   string
	SetByID *int64 `gorm:"column:set_by_id"`
	At      models.Time
}

// TableName names the table for GORM.
func (Note) TableName() string { return "writer_notes" }

// Rows are the row types of the package, for the test that compares them with
// their tables.
var Rows = []any{&Note{}}

// mostNotes is the number of notes that a page shows.
const mostNotes = 100

// Of returns the notes about a writer, the newest first.
func Of(ctx context.Context, r models.Queryer, kind Kind, value string) ([]Note, error) {
	var list []Note
	return list, r.Query(ctx).Where("kind = ? AND value = ?", kind, value).Order("id DESC").Limit(mostNotes).Find(&list).Error
}

// Add stores a note. It refuses with Invalid an empty or a too long text. The same
// text by the same account is stored once, so that a double click adds one note.
func Add(ctx context.Context, db *models.DB, who models.Actor, kind Kind, value, text string) error {
	text = strings.TrimSpace(richtext.Normalize(text))
	switch {
	case richtext.Blank(text):
		return models.InvalidFields(models.FieldError{Field: "text", Code: "required"})
	case len(text) > MaxTextBytes || !utf8.ValidString(text):
		return models.InvalidFields(models.FieldError{Field: "text", Code: "too-long", Limit: MaxTextBytes})
	}
	return db.Write(ctx, func(tx *models.Tx) error {
		if err := models.LockKey(ctx, tx, "note "+string(kind)+" "+value); err != nil {
			return err
		}
		list, err := Of(ctx, tx, kind, value)
		if err != nil || len(list) > 0 && list[0].Text == text && list[0].by(who) {
			return err
		}
		note := Note{Kind: kind, Value: value, Text: text, SetBy: who.Name, SetByID: who.UserID, At: models.At(tx.Now)}
		return tx.Query(ctx).Create(&note).Error
	})
}

// by reports whether an account has written the note.
func (n *Note) by(who models.Actor) bool {
	return n.SetByID != nil && who.UserID != nil && *n.SetByID == *who.UserID
}

// errNoteOfOthers refuses the removal of a colleague's note.
var errNoteOfOthers error = models.Refusal(models.Forbidden, "no-right", "another moderator has written this note")

// Remove deletes a note about a writer that the actor has written. It refuses with
// Forbidden (no-right) a note of others. A note that is gone already is no error.
func Remove(ctx context.Context, db *models.DB, who models.Actor, kind Kind, value string, id int64) error {
	return db.Write(ctx, func(tx *models.Tx) error {
		note, err := models.First[Note](tx.Lock(ctx).Where("id = ? AND kind = ? AND value = ?", id, kind, value))
		if err != nil || note == nil {
			return err
		}
		if !note.by(who) {
			return errNoteOfOthers
		}
		return tx.Query(ctx).Delete(&Note{}, id).Error
	})
}

// Noted is a writer with notes.
type Noted struct {
	Kind  Kind
	Value string
	Last  int64 // the number of the newest note
	Notes int
}

// List returns writers with notes, those with the newest note first. before is the
// Last of the page before, 0 for the first page.
func List(ctx context.Context, r models.Queryer, before int64, limit int) ([]Noted, error) {
	q := r.Query(ctx).Table("writer_notes").Select("kind, value, MAX(id) AS last, COUNT(*) AS notes").Group("kind, value")
	if before > 0 {
		q = q.Having("MAX(id) < ?", before)
	}
	var list []Noted
	return list, q.Order("MAX(id) DESC").Limit(limit).Scan(&list).Error
}

// Forget deletes the notes about browsers and addresses. It also deletes those about
// the account with the address owner, "" for none.
func Forget(ctx context.Context, tx *models.Tx, tokens, emails []string, owner string) error {
	for _, of := range []struct {
		kinds  []Kind
		values []string
	}{{[]Kind{Browser}, tokens}, {[]Kind{Email, Typed}, emails}} {
		if len(of.values) == 0 {
			continue
		}
		if err := tx.Query(ctx).Where("kind IN ? AND value IN ?", of.kinds, of.values).Delete(&Note{}).Error; err != nil {
			return err
		}
	}
	return tx.Query(ctx).Where("kind = ? AND value IN (SELECT CAST(id AS TEXT) FROM users WHERE email = ?)",
		Account, cmp.Or(owner, "no address")).Delete(&Note{}).Error
}

package library

import (
	"context"
	"strconv"
	"strings"
	"time"

	"broadsheet/models"
	"broadsheet/models/newsroom/pictures"
)

// errStale refuses a change that began with an older version of the picture.
var errStale = models.Refusal(models.Conflict, "picture-changed", "somebody has changed the picture in between")

// AnyVersion is the seen version of a change that replaces any version.
const AnyVersion = 0

// Changed is a picture after a change of its texts.
type Changed struct {
	*pictures.Picture
	// OldAlt is the alternative text before the change. Same lists the articles whose text
	// still has OldAlt for this picture; [UpdateAlt] changes such a text on request. Same
	// is empty if the alternative text has not changed.
	OldAlt string
	Same   []Use
}

// Change sets the texts, the focus and the end of the licence. seen is the version that
// the form began with. Change refuses with Invalid, NotFound and Conflict
// (picture-changed).
func Change(ctx context.Context, db *models.DB, by models.Actor, id int64, seen int, t Texts) (*Changed, error) {
	changed := &Changed{}
	err := db.Write(ctx, func(tx *models.Tx) (err error) {
		changed.Picture, err = alter(ctx, tx, by, id, seen, "changed", func(m *pictures.Picture) error {
			changed.OldAlt = m.Alt
			return t.put(m)
		})
		return err
	})
	if err != nil || changed.OldAlt == changed.Alt || changed.OldAlt == "" {
		return changed, err
	}
	changed.Same, err = usesWithAlt(ctx, db, changed.Picture, changed.OldAlt)
	return changed, err
}

// alter changes a picture's row under a lock.
func alter(
	ctx context.Context, tx *models.Tx, by models.Actor, id int64, seen int, verb string, change func(*pictures.Picture) error,
) (*pictures.Picture, error) {
	m, err := models.First[pictures.Picture](tx.Lock(ctx).Where("id = ?", id))
	switch {
	case err != nil:
		return nil, err
	case m == nil, !m.RemovedAt.IsZero() && verb != "restored":
		return nil, models.Errorf(models.NotFound, "there is no picture %d", id)
	case seen != AnyVersion && seen != m.Version:
		return nil, errStale
	}
	before := auditText(m)
	if err := change(m); err != nil {
		return nil, err
	}
	m.Version++
	return m, save(ctx, tx, by, m, verb, before)
}

// errUsed refuses the removal of a picture that is used.
var errUsed = models.Refusal(models.Conflict, "picture-used", "a story or an author uses this picture")

// Remove takes a picture that no article, draft or author uses out of the library. Visitors
// cannot see its file any more. The row stays, and the file for [KeptFor], see [Restore].
// Remove refuses with NotFound and Conflict (picture-used).
func Remove(ctx context.Context, db *models.DB, by models.Actor, id int64) error {
	return db.Write(ctx, func(tx *models.Tx) error {
		_, err := alter(ctx, tx, by, id, AnyVersion, "removed", func(m *pictures.Picture) error {
			uses, err := usesOf(ctx, tx, m)
			if err != nil {
				return err
			}
			var ofAuthor bool
			_, err = models.QueryRow(ctx, tx, []any{&ofAuthor}, "SELECT EXISTS (SELECT 1 FROM authors WHERE picture_id = ?)", m.ID)
			if err == nil && (ofAuthor || len(uses) > 0) {
				err = errUsed
			}
			m.RemovedAt = models.At(tx.Now)
			return err
		})
		return err
	})
}

// errGone refuses to restore a picture whose file may be deleted.
var errGone = models.Refusal(models.Conflict, "picture-gone", "the file of the picture was deleted after its removal")

// IsGone reports whether a removed picture cannot be restored any more.
func IsGone(m *pictures.Picture, now time.Time) bool {
	return !m.RemovedAt.IsZero() && now.Sub(m.RemovedAt.Time) >= KeptFor
}

// Restore puts a removed picture back into the library. After [KeptFor] it refuses with
// Conflict (picture-gone): then only a new upload of the same file brings it back.
func Restore(ctx context.Context, db *models.DB, by models.Actor, id int64) error {
	return db.Write(ctx, func(tx *models.Tx) error {
		_, err := alter(ctx, tx, by, id, AnyVersion, "restored", func(m *pictures.Picture) error {
			if IsGone(m, tx.Now) {
				return errGone
			}
			m.RemovedAt = models.Time{}
			return nil
		})
		return err
	})
}

// auditText returns the texts of a picture for the audit, one field a line.
func auditText(m *pictures.Picture) string {
	alt := m.Alt
	if m.Decorative {
		alt = "(decorative)"
	}
	lines := []string{
		"alt: " + alt, "caption: " + m.Caption, "credit: " + m.Credit, "licence end: " + m.LicenceEnd,
		"focus: " + strconv.Itoa(m.FocusX) + " " + strconv.Itoa(m.FocusY), "file: " + m.File,
	}
	return strings.Join(lines, "\n")
}

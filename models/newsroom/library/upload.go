package library

import (
	"cmp"
	"context"
	"errors"
	"io"
	"time"

	"broadsheet/models"
	"broadsheet/models/blob"
	"broadsheet/models/newsroom/pictures"
	"broadsheet/models/richtext"
	"broadsheet/models/settings"
)

// Upload is a new picture.
type Upload struct {
	Reader   io.Reader
	Filename string // as the client sent it; the extension does not matter
	Texts
}

// Uploaded is an accepted picture.
type Uploaded struct {
	*pictures.Picture
	// Known means that the library already had the same file. The picture then has its
	// stored texts, not those of the upload.
	Known bool
}

// Add stores a new picture. It takes an empty caption or credit from the metadata of the file,
// if they have it. It refuses with Invalid at the field file, with the code of a
// [blob.Refusal], or at the field of a text; and with Unavailable (disk-full). After an error
// the library has no new picture.
func Add(ctx context.Context, db *models.DB, store *blob.Variants, by models.Actor, u Upload) (Uploaded, error) {
	m := &pictures.Picture{FocusX: 50, FocusY: 50, Filename: filename(u.Filename), OwnerID: by.UserID}
	if err := u.put(m); err != nil {
		return Uploaded{}, err
	}
	p, err := store.Take(ctx, u.Reader, func(p *blob.Picture) (string, error) {
		m.Key = p.Key
		known, err := pictures.AtAddress(ctx, db, m.Key)
		if err == nil && known != nil && known.File != m.Key { // that picture has another file now
			m.Key += "-2"
		}
		return m.Key, err
	})
	if err != nil {
		return Uploaded{}, refuseFile(err)
	}
	describe(m, p)
	m.File = m.Key
	m.Caption = cmp.Or(m.Caption, proposed(p.Caption, MaxCaption))
	m.Credit = cmp.Or(m.Credit, proposed(p.Credit, MaxCredit))
	added, err := enter(ctx, db, by, m)
	if models.IsDuplicate(err) { // somebody has uploaded the same file at the same moment
		added, err = enter(ctx, db, by, m)
	}
	return added, err
}

// enter stores the row of a new picture, or returns the row with the same file.
func enter(ctx context.Context, db *models.DB, by models.Actor, m *pictures.Picture) (added Uploaded, err error) {
	added = Uploaded{Picture: m}
	err = db.Write(ctx, func(tx *models.Tx) error {
		known, err := models.First[pictures.Picture](tx.Lock(ctx).Where("key = ?", m.Key))
		switch {
		case err != nil:
			return err
		case known != nil && known.RemovedAt.IsZero():
			added = Uploaded{known, true}
			return nil
		case known != nil: // the removed picture comes back with new texts
			m.ID, m.CreatedAt, m.WPID, m.Version = known.ID, known.CreatedAt, known.WPID, known.Version+1
		default:
			m.ID, m.CreatedAt, m.Version = 0, models.At(tx.Now), 1
		}
		return save(ctx, tx, by, m, "uploaded", "")
	})
	return added, err
}

// describe writes the format, size and number of frames of a file to its row.
func describe(m *pictures.Picture, p *blob.Picture) {
	m.Format, m.Width, m.Height, m.Bytes, m.Frames = p.Format, p.Width, p.Height, p.Bytes, p.Frames
}

// proposed returns a text of a picture's metadata as one line of at most most characters.
func proposed(text string, most int) string { return richtext.Cut(richtext.PlainLine(text), most) }

// save writes a picture's row, and its entry in the audit.
func save(ctx context.Context, tx *models.Tx, by models.Actor, m *pictures.Picture, verb, before string) error {
	site, err := settings.Load(ctx, tx)
	if err != nil {
		return err
	}
	m.Hidden = !m.RemovedAt.IsZero() || hasEnded(m.LicenceEnd, today(tx.Now, site.TimeZone))
	if err := tx.Query(ctx).Save(m).Error; err != nil {
		return err
	}
	if err := touch(ctx, tx, m); err != nil {
		return err
	}
	on := models.Subject{Kind: models.PictureSubject, ID: m.ID, Name: m.Key}
	return models.Audit(ctx, tx, by, on, verb, before, auditText(m))
}

// today returns the date of an instant in a zone.
func today(now time.Time, zone *time.Location) string { return now.In(zone).Format(time.DateOnly) }

// hasEnded reports whether a licence has ended on a day.
func hasEnded(licenceEnd, day string) bool { return licenceEnd != "" && licenceEnd <= day }

// refuseFile returns the error that a form shows for a file.
func refuseFile(err error) error {
	if refusal, ok := errors.AsType[*blob.Refusal](err); ok {
		return models.InvalidFields(models.FieldError{Field: "file", Code: refusal.Code, Limit: refusal.Limit})
	}
	if blob.IsFull(err) {
		full := models.Refusal(models.Unavailable, "disk-full", "the disk of the server is full: the picture was not stored")
		full.Cause = err
		return full
	}
	return err
}

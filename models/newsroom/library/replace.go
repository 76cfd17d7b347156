package library

import (
	"context"
	"io"

	"broadsheet/models"
	"broadsheet/models/blob"
	"broadsheet/models/newsroom/pictures"
)

// Replace gives a picture another file. The picture keeps its number and its key, so each
// text with it, and each of its old addresses, shows the new file at the next request. The
// focus stays if the new file has the same proportions, or else moves to the middle. Replace
// refuses as [Add] does, and with NotFound.
func Replace(
	ctx context.Context, db *models.DB, store *blob.Variants, by models.Actor, id int64, name string, r io.Reader,
) (*pictures.Picture, error) {
	m, err := pictures.ByID(ctx, db, id)
	if err != nil {
		return nil, err
	}
	var file, old string
	p, err := store.Take(ctx, r, func(p *blob.Picture) (string, error) {
		file = pictures.NextFile(m.Key, p.Key)
		return file, nil
	})
	if err != nil {
		return nil, refuseFile(err)
	}
	err = db.Write(ctx, func(tx *models.Tx) (err error) {
		m, err = alter(ctx, tx, by, id, AnyVersion, "replaced", func(m *pictures.Picture) error {
			if !sameShape(m, p) {
				m.FocusX, m.FocusY = 50, 50
			}
			old = m.File
			m.File, m.Filename = file, filename(name)
			describe(m, p)
			return nil
		})
		return err
	})
	if err == nil && old != file {
		// KeptFor of the old file begins now. An error only lets it end earlier.
		_ = store.Mark(ctx, old)
	}
	return m, err
}

// sameShape reports whether a file has the proportions of a picture, within one percent.
func sameShape(m *pictures.Picture, p *blob.Picture) bool {
	a, b := m.Width*p.Height, p.Width*m.Height
	return max(a, b)-min(a, b) <= max(a, b)/100
}

package main

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"time"

	"broadsheet/models"
	"broadsheet/models/blob"
	"broadsheet/models/newsroom/library"
	"broadsheet/models/newsroom/pictures"
)

// libraryKinds are the acts on pictures.
var libraryKinds = []kind{
	{"an editor describes a picture", 4, (*walk).describePicture},
	{"a licence ends or begins again", 4, (*walk).setLicence},
	{"an editor replaces a picture", 3, (*walk).replacePicture},
	{"an editor adds, removes or restores a picture", 3, (*walk).addOrRemovePicture},
}

// photo returns a JPEG file that no other call returns.
func (w *walk) photo() []byte {
	w.photos++
	plane := image.NewGray(image.Rect(0, 0, 60+w.rng.IntN(3)*20, 40+w.photos%50))
	plane.SetGray(w.photos%60, 0, color.Gray{Y: uint8(w.photos)})
	var file bytes.Buffer
	w.check(jpeg.Encode(&file, plane, &jpeg.Options{Quality: 100}))
	return file.Bytes()
}

// openStore makes the store of the instance's pictures. The judge shows pages, and no files.
func (w *walk) openStore() {
	disk, err := blob.NewDisk(w.TempDir())
	w.check(err)
	w.store, err = blob.NewVariants(disk, blob.VariantsOptions{})
	w.check(err)
}

// addPicture puts a picture into the library.
func (w *walk) addPicture() int64 {
	added, err := library.Add(w.Context(), w.db(), w.store, walker, library.Upload{
		Reader: bytes.NewReader(w.photo()), Filename: "walk.jpg", Texts: library.Texts{Alt: fmt.Sprint("A picture of step ", w.number), Credit: "Nadia Farrow"},
	})
	w.check(err)
	return added.ID
}

// pictureRow returns a picture that was not removed, nil for none.
func (w *walk) pictureRow() *pictures.Picture {
	m, err := pictures.ByID(w.Context(), w.there, draw(w, w.pictures))
	w.allow(err)
	return m
}

func textsOf(m *pictures.Picture) library.Texts {
	return library.Texts{Alt: m.Alt, Decorative: m.Decorative, Caption: m.Caption, Credit: m.Credit, LicenceEnd: m.LicenceEnd}
}

// describePicture changes the texts of a picture. Half the time the stories that had the
// earlier words get the new ones.
func (w *walk) describePicture() {
	m := w.pictureRow()
	if m == nil {
		return
	}
	t := textsOf(m)
	switch w.rng.IntN(3) {
	case 0:
		t.Alt, t.Decorative = fmt.Sprint("Described at step ", w.number), false
	case 1:
		t.Caption, t.Credit = fmt.Sprint("Caption ", w.number), fmt.Sprint("Credit ", w.rng.IntN(4))
	default:
		t.FocusX, t.FocusY = new(w.rng.IntN(101)), new(w.rng.IntN(101))
	}
	changed, err := library.Change(w.Context(), w.db(), walker, m.ID, library.AnyVersion, t)
	if err != nil || w.rng.IntN(2) == 0 {
		w.allow(err)
		return
	}
	for _, use := range changed.Same {
		_, err := library.UpdateAlt(w.Context(), w.db(), walker, changed.Picture, changed.OldAlt, use.Article)
		w.allow(err)
	}
}

// setLicence gives a licence an end that has passed, that comes with midnight in one of the
// zones of the walk, that is far, or none.
func (w *walk) setLicence() {
	m := w.pictureRow()
	if m == nil {
		return
	}
	t := textsOf(m)
	t.LicenceEnd = draw(w, []string{"", "", "2020-01-01", "2099-01-01", time.Now().UTC().Format(time.DateOnly), time.Now().UTC().AddDate(0, 0, 1).Format(time.DateOnly)})
	_, err := library.Change(w.Context(), w.db(), walker, m.ID, library.AnyVersion, t)
	w.allow(err)
	if w.rng.IntN(3) == 0 {
		w.check(library.KeepLicences(w.Context(), w.db()))
	}
}

func (w *walk) replacePicture() {
	_, err := library.Replace(w.Context(), w.db(), w.store, walker, draw(w, w.pictures), "another.jpg", bytes.NewReader(w.photo()))
	w.allow(err)
}

func (w *walk) addOrRemovePicture() {
	if len(w.pictures) < 6 {
		w.pictures = append(w.pictures, w.addPicture())
		return
	}
	id := draw(w, w.pictures)
	err := library.Remove(w.Context(), w.db(), walker, id)
	if models.KindOf(err) == models.NotFound {
		err = library.Restore(w.Context(), w.db(), walker, id)
	}
	w.allow(err)
}

// illustrated returns a body with pictures of the library: one, or a gallery of two.
func (w *walk) illustrated() string {
	one := func() string {
		m := w.pictureRow()
		if m == nil {
			return ""
		}
		return fmt.Sprintf(`<figure><img src="/media/%s/640.jpg" alt=%q><figcaption>Seen at step %d.</figcaption></figure>`, m.Key, m.Alt, w.number)
	}
	if w.rng.IntN(2) == 0 {
		return "<p>With a picture.</p>" + one() + "<p>The end.</p>"
	}
	return `<p>With a gallery.</p><figure class="gallery">` + one() + one() + "</figure><p>The end.</p>"
}

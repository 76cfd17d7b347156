package library_test

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"slices"
	"strings"
	"testing"
	"time"

	"broadsheet/models"
	"broadsheet/models/blob"
	"broadsheet/models/modeltest"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/drafts"
	"broadsheet/models/newsroom/library"
	"broadsheet/models/newsroom/pictures"
	"broadsheet/models/newsroom/taxonomy"
	"broadsheet/models/richtext"
)

// newsroomTest is a database with a store of pictures.
type newsroomTest struct {
	*testing.T
	db       *models.DB
	clock    *modeltest.Clock
	disk     *blob.Disk
	variants *blob.Variants
}

// each runs a test on both databases.
func each(t *testing.T, test func(n *newsroomTest)) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		n := &newsroomTest{T: t, db: db, clock: clock}
		var err error
		n.disk, err = blob.NewDisk(t.TempDir())
		n.check(err)
		n.variants, err = blob.NewVariants(n.disk, blob.VariantsOptions{Now: clock.Now})
		n.check(err)
		test(n)
	})
}

func (n *newsroomTest) check(err error) {
	n.Helper()
	if err != nil {
		n.Fatal(err)
	}
}

var editor = models.Actor{Name: "Edna"}

// photo returns a JPEG of one colour.
func photo(width, height int, c color.Color) []byte {
	m := image.NewRGBA(image.Rect(0, 0, width, height))
	for y := range height {
		for x := range width {
			m.Set(x, y, c)
		}
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, m, nil); err != nil {
		panic(err)
	}
	return b.Bytes()
}

var (
	red  = color.RGBA{200, 20, 20, 255}
	blue = color.RGBA{20, 20, 200, 255}
)

func (n *newsroomTest) add(data []byte, texts library.Texts) library.Uploaded {
	n.Helper()
	m, err := library.Add(n.Context(), n.db, n.variants, editor, library.Upload{Reader: bytes.NewReader(data), Filename: `C:\photos\boat.JPG`, Texts: texts})
	n.check(err)
	return m
}

// story saves an article with a lead picture and a picture in its text.
func (n *newsroomTest) story(title string, lead *int64, body string, status newsroom.Status) *newsroom.Article {
	n.Helper()
	a, _, err := newsroom.Save(n.Context(), n.db, editor, newsroom.AnyVersion, newsroom.Manuscript{
		Title: title, Body: body, Format: richtext.HTML, PictureID: lead, Status: status, PublishedAt: n.clock.Now().Add(-time.Hour),
	})
	n.check(err)
	return a
}

// codes returns the refused fields of an error with their codes.
func codes(err error) (list []string) {
	if e, ok := err.(*models.Error); ok {
		for _, f := range e.Fields {
			list = append(list, f.Field+":"+f.Code)
		}
	}
	return list
}

func TestUploadKeepsTextsAndFile(t *testing.T) {
	each(t, func(n *newsroomTest) {
		x := 30
		m := n.add(photo(60, 40, red), library.Texts{Alt: " A  boat ", Caption: "At sea", Credit: "Ann", LicenceEnd: "2090-01-14", FocusX: &x})
		if m.Known || m.Alt != "A boat" || m.Caption != "At sea" || m.Credit != "Ann" || m.LicenceEnd != "2090-01-14" || m.Filename != "boat.JPG" ||
			m.FocusX != 30 || m.FocusY != 50 || m.Width != 60 || m.Height != 40 || m.Format != "jpeg" || m.File != m.Key || m.Hidden || m.Version != 1 {
			t := fmt.Sprintf("%+v", *m.Picture)
			n.Error(t)
		}
		again := n.add(photo(60, 40, red), library.Texts{Alt: "Other"})
		if !again.Known || again.ID != m.ID || again.Alt != "A boat" {
			n.Errorf("the same file again: %+v", again.Picture)
		}
		f, err := n.variants.OpenAs(n.Context(), m.File, 320, blob.WebP)
		n.check(err)
		n.check(f.Close())
	})
}

func TestRefusedUploadsStoreNothing(t *testing.T) {
	each(t, func(n *newsroomTest) {
		bad := 101
		for name, c := range map[string]struct {
			data  []byte
			texts library.Texts
			want  []string
		}{
			"text":  {[]byte("no picture"), library.Texts{}, []string{"file:not-picture"}},
			"large": {make([]byte, blob.MaxPictureBytes+1), library.Texts{}, []string{"file:picture-too-large"}},
			"texts": {photo(8, 8, red), library.Texts{Alt: strings.Repeat("a", 1001), LicenceEnd: "2027-02-30", FocusX: &bad}, []string{"alt:too-many-characters", "licence_end:impossible", "focus_x:not-percent"}},
		} {
			_, err := library.Add(n.Context(), n.db, n.variants, editor, library.Upload{Reader: bytes.NewReader(c.data), Texts: c.texts})
			if got := codes(err); !slices.Equal(got, c.want) {
				n.Errorf("%s: %v (%v)", name, got, err)
			}
		}
		if list, _, err := library.Search(n.Context(), n.db, models.At(n.clock.Now()), library.Query{}); err != nil || len(list) != 0 {
			n.Errorf("stored: %v (%v)", list, err)
		}
		if files, err := n.disk.List(n.Context(), "originals"); err != nil || len(files) != 0 {
			n.Errorf("files: %v (%v)", files, err)
		}
	})
}

func TestChangeRefusesWhatSomebodyElseChanged(t *testing.T) {
	each(t, func(n *newsroomTest) {
		m := n.add(photo(60, 40, red), library.Texts{Alt: "A boat", Credit: "Ann"})
		changed, err := library.Change(n.Context(), n.db, editor, m.ID, m.Version, library.Texts{Decorative: true, Alt: "x", Credit: "Ben"})
		n.check(err)
		if changed.Alt != "" || !changed.Decorative || changed.Credit != "Ben" || changed.OldAlt != "A boat" {
			n.Errorf("%+v", changed)
		}
		if _, err := library.Change(n.Context(), n.db, editor, m.ID, m.Version, library.Texts{}); models.KindOf(err) != models.Conflict {
			n.Errorf("a stale change: %v", err)
		}
		if _, err := library.Change(n.Context(), n.db, editor, 99, 0, library.Texts{}); models.KindOf(err) != models.NotFound {
			n.Errorf("no picture: %v", err)
		}
		trail, err := models.AuditTrail(n.Context(), n.db, models.Subject{Kind: models.PictureSubject, ID: m.ID}, 10)
		if err != nil || len(trail) != 2 || trail[0].Verb != "changed" || !strings.Contains(trail[0].Before, "alt: A boat") {
			n.Errorf("audit: %+v (%v)", trail, err)
		}
	})
}

// A change of the library's alternative text names the articles that have the old one.
func TestChangeReportsTextsWithTheOldAlternative(t *testing.T) {
	each(t, func(n *newsroomTest) {
		m := n.add(photo(60, 40, red), library.Texts{Alt: "A boat"})
		same := n.story("Same", nil, `<p>Text.</p><img src="/media/`+m.Key+`/640.jpg" alt="A boat">`, newsroom.Published)
		n.story("Own", nil, `<p>Text.</p><img src="/media/`+m.Key+`/640.jpg" alt="My boat">`, newsroom.Published)
		changed, err := library.Change(n.Context(), n.db, editor, m.ID, m.Version, library.Texts{Alt: "A red boat"})
		n.check(err)
		if len(changed.Same) != 1 || changed.Same[0].Article != same.ID || !changed.Same[0].Body {
			n.Errorf("%+v", changed.Same)
		}
		changed, err = library.Change(n.Context(), n.db, editor, m.ID, changed.Version, library.Texts{Alt: "A red boat", Credit: "Ann"})
		if err != nil || len(changed.Same) != 0 {
			n.Errorf("another field: %+v (%v)", changed, err)
		}
	})
}

func TestReplaceKeepsTheAddress(t *testing.T) {
	each(t, func(n *newsroomTest) {
		x := 10
		m := n.add(photo(60, 40, red), library.Texts{Alt: "A boat", FocusX: &x})
		at := func(file string) *pictures.Served {
			s, err := pictures.AtAddress(n.Context(), n.db, file)
			n.check(err)
			return s
		}
		r, err := library.Replace(n.Context(), n.db, n.variants, editor, m.ID, "new.jpg", bytes.NewReader(photo(120, 80, blue)))
		n.check(err)
		if r.ID != m.ID || r.Key != m.Key || r.File == m.File || r.Width != 120 || r.Alt != "A boat" || r.FocusX != 10 {
			n.Errorf("%+v", r)
		}
		second := r.File
		if s := at(m.Key); s == nil || s.File != second || s.Current || !s.Public {
			n.Errorf("the old address: %+v", s)
		}
		if s := at(second); s == nil || !s.Current {
			n.Errorf("the new address: %+v", s)
		}
		// The first file, uploaded again, is another picture.
		other := n.add(photo(60, 40, red), library.Texts{})
		if other.Known || other.ID == m.ID || other.File == m.Key {
			n.Errorf("the first file again: %+v", other.Picture)
		}
		r, err = library.Replace(n.Context(), n.db, n.variants, editor, m.ID, "tall.jpg", bytes.NewReader(photo(40, 90, blue)))
		n.check(err)
		if s := at(second); s == nil || s.File != r.File || s.Current || r.FocusX != 50 {
			n.Errorf("the second address: %+v", s)
		}
	})
}

func TestUsesAndRemoval(t *testing.T) {
	each(t, func(n *newsroomTest) {
		m := n.add(photo(60, 40, red), library.Texts{Alt: "A boat"})
		lead := n.story("Lead", &m.ID, "<p>Text.</p>", newsroom.Published)
		body := n.story("Body", nil, `<p>Text.</p><img src="/media/`+m.Key+`/640.jpg" alt="">`, newsroom.Published)
		live := n.story("Live", nil, "<p>Text.</p>", newsroom.Published)
		d, err := drafts.Open(n.Context(), n.db, live.ID)
		n.check(err)
		text := d.Text
		text.PictureID = &m.ID
		_, err = drafts.Save(n.Context(), n.db, editor, live.ID, d.Number, text, nil)
		n.check(err)
		uses, err := library.UsesIn(n.Context(), n.db, m.ID)
		n.check(err)
		var got []string
		for _, u := range uses {
			got = append(got, fmt.Sprint(u.Article, u.Lead, u.Body, u.Draft))
		}
		want := []string{fmt.Sprint(live.ID, false, false, true), fmt.Sprint(body.ID, false, true, false), fmt.Sprint(lead.ID, true, false, false)}
		if !slices.Equal(got, want) {
			n.Errorf("uses: %v, want %v", got, want)
		}
		if err := library.Remove(n.Context(), n.db, editor, m.ID); models.KindOf(err) != models.Conflict {
			n.Errorf("a used picture: %v", err)
		}
		portrait := n.add(photo(40, 40, blue), library.Texts{Alt: "Ann"})
		n.check(n.db.Write(n.Context(), func(tx *models.Tx) error {
			ann, err := taxonomy.EnsureAuthor(n.Context(), tx, "", "Ann")
			if err != nil {
				return err
			}
			return tx.Query(n.Context()).Exec("UPDATE authors SET picture_id = ? WHERE id = ?", portrait.ID, ann.ID).Error
		}))
		if err := library.Remove(n.Context(), n.db, editor, portrait.ID); models.KindOf(err) != models.Conflict {
			n.Errorf("the picture of an author: %v", err)
		}
		unused := n.add(photo(60, 40, blue), library.Texts{Alt: "Unused"})
		found, _, err := library.Search(n.Context(), n.db, models.At(n.clock.Now()), library.Query{Filter: library.Unused})
		n.check(err)
		if len(found) != 1 || found[0].ID != unused.ID {
			n.Errorf("unused: %+v", found)
		}
		byDraft := n.add(photo(60, 41, blue), library.Texts{Alt: "For a draft"})
		text.PictureID = &byDraft.ID
		_, err = drafts.Save(n.Context(), n.db, editor, live.ID, drafts.Newest, text, nil)
		n.check(err)
		found, _, err = library.Search(n.Context(), n.db, models.At(n.clock.Now()), library.Query{Filter: library.Unused})
		n.check(err)
		if len(found) != 1 || found[0].ID != unused.ID {
			n.Errorf("unused, with a picture of a draft: %+v", found)
		}
		n.check(library.Remove(n.Context(), n.db, editor, unused.ID))
		if s, err := pictures.AtAddress(n.Context(), n.db, unused.File); err != nil || s.Public {
			n.Errorf("a removed picture: %+v (%v)", s, err)
		}
		if _, err := pictures.ByID(n.Context(), n.db, unused.ID); models.KindOf(err) != models.NotFound {
			n.Errorf("a removed picture: %v", err)
		}
		back := n.add(photo(60, 40, blue), library.Texts{Alt: "Again"})
		if back.ID != unused.ID || back.Alt != "Again" || back.Hidden {
			n.Errorf("uploaded again: %+v", back.Picture)
		}
		n.check(library.Remove(n.Context(), n.db, editor, unused.ID))
		n.check(library.Restore(n.Context(), n.db, editor, unused.ID))
		if s, err := pictures.AtAddress(n.Context(), n.db, unused.File); err != nil || !s.Public {
			n.Errorf("a restored picture: %+v (%v)", s, err)
		}
	})
}

func TestSearchFindsByWordsAndFilters(t *testing.T) {
	each(t, func(n *newsroomTest) {
		boat := n.add(photo(60, 40, red), library.Texts{Alt: "A boat", Caption: "100% at sea", Credit: "Ann"})
		car := n.add(photo(60, 41, red), library.Texts{Caption: "École, Москва", Credit: "Ben", LicenceEnd: "2000-01-01"})
		line := n.add(photo(60, 42, red), library.Texts{Decorative: true})
		n.story("Lead", &boat.ID, "<p>Text.</p>", newsroom.Published)
		for _, c := range []struct {
			q    library.Query
			want []int64
		}{
			{library.Query{}, []int64{line.ID, car.ID, boat.ID}},
			{library.Query{Words: "SEA boat"}, []int64{boat.ID}},
			{library.Query{Words: "МОСКВА"}, []int64{car.ID}},
			{library.Query{Words: "москва"}, []int64{car.ID}},
			{library.Query{Words: "École"}, []int64{car.ID}},
			{library.Query{Words: "école"}, []int64{car.ID}},
			{library.Query{Words: "100%"}, []int64{boat.ID}},
			{library.Query{Words: "%"}, []int64{boat.ID}},
			{library.Query{Words: "boat.jpg", Limit: 2}, []int64{line.ID, car.ID}},
			{library.Query{Before: car.ID}, []int64{boat.ID}},
			{library.Query{Filter: library.NoAlt}, []int64{car.ID}},
			{library.Query{Filter: library.NoCredit}, []int64{line.ID}},
			{library.Query{Filter: library.EndedSoon}, []int64{car.ID}},
			{library.Query{Filter: library.Unused}, []int64{line.ID, car.ID}},
			{library.Query{Filter: library.RemovedOne}, nil},
			{library.Query{Owner: 5}, nil},
		} {
			list, next, err := library.Search(n.Context(), n.db, models.At(n.clock.Now()), c.q)
			n.check(err)
			var got []int64
			for _, m := range list {
				got = append(got, m.ID)
			}
			if !slices.Equal(got, c.want) || (next != 0) != (c.q.Limit == 2) {
				n.Errorf("%+v: %v, want %v; next %d", c.q, got, c.want, next)
			}
		}
	})
}

// A picture is hidden from the day on which its licence ends, and shown again when it is
// extended.
func TestLicenceEndHidesThePicture(t *testing.T) {
	each(t, func(n *newsroomTest) {
		ctx := context.Background()
		n.check(n.db.Write(ctx, func(tx *models.Tx) error {
			return tx.Query(ctx).Exec("INSERT INTO settings (key, value, updated_at) VALUES ('site.timezone', 'Pacific/Auckland', 0)").Error
		}))
		zone, err := time.LoadLocation("Pacific/Auckland")
		n.check(err)
		end := n.clock.Now().In(zone).AddDate(0, 0, 3)
		midnight := time.Date(end.Year(), end.Month(), end.Day(), 0, 0, 0, 0, zone)
		m := n.add(photo(60, 40, red), library.Texts{LicenceEnd: end.Format(time.DateOnly)})
		a := n.story("Lead", &m.ID, "<p>Text.</p>", newsroom.Published)
		visible := func(when string, want bool) {
			n.Helper()
			n.check(library.KeepLicences(ctx, n.db))
			s, err := pictures.AtAddress(ctx, n.db, m.File)
			n.check(err)
			site, err := newsroom.LoadSite(ctx, n.db)
			n.check(err)
			p, err := newsroom.LoadPageByID(ctx, n.db, site, a.ID)
			n.check(err)
			if s.Public != want || (p.Picture != nil) != want || !slices.Contains(p.DependsOn(), pictures.Tag(m.ID)) {
				n.Errorf("%s: public %t, on the page %t", when, s.Public, p.Picture != nil)
			}
		}
		visible("at first", true)
		n.clock.Advance(midnight.Sub(n.clock.Now()) - time.Second)
		visible("a second before", true)
		before, err := models.LastChangeID(ctx, n.db)
		n.check(err)
		n.clock.Advance(time.Second)
		visible("at midnight", false)
		if c, err := models.LastChange(ctx, n.db); err != nil || c.ID == before || !c.Touches(pictures.Tag(m.ID)) {
			n.Errorf("the change: %+v (%v)", c, err)
		}
		list, err := library.Licences(ctx, n.db, end.Format(time.DateOnly), 10)
		if err != nil || len(list) != 1 || list[0].ID != m.ID || len(list[0].Uses) != 1 || list[0].Uses[0].Article != a.ID {
			n.Errorf("the list: %+v (%v)", list, err)
		}
		stored, err := pictures.ByID(ctx, n.db, m.ID)
		n.check(err)
		_, err = library.Change(ctx, n.db, editor, m.ID, stored.Version, library.Texts{LicenceEnd: end.AddDate(1, 0, 0).Format(time.DateOnly)})
		n.check(err)
		visible("extended", true)
	})
}

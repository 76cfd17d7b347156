package models_test

import (
	"slices"
	"testing"
	"time"

	"broadsheet/models"
	"broadsheet/models/modeltest"
)

type Place struct {
	Row  int
	Seat *int64
}

// booking has the shapes of fields that the site's row types have.
type booking struct {
	ID        int64
	GUID      string `gorm:"column:guid"`
	CreatedAt models.Time
	Paid      bool
	Shown     string `gorm:"-"`
	hidden    string
	Place
	Front Place `gorm:"embedded;embeddedPrefix:front_"`
	Note  *string
}

var bookings = models.ColumnsOf[booking]()

func TestColumnsFollowTheFieldsOfARowType(t *testing.T) {
	t.Parallel()
	for got, want := range map[string]string{
		bookings.List(""):                                                                  "id, guid, created_at, paid, row, seat, front_row, front_seat, note",
		bookings.Only("paid", "id").List("b"):                                              "b.paid, b.id",
		bookings.Without("id", "note").Only("guid", "row").List(""):                        "guid, row",
		bookings.Without("id").Only("guid", "seat").Placeholders():                         "?, ?",
		bookings.Only("id", "note").Select(func(c string) string { return "1 AS b_" + c }): "1 AS b_id, 1 AS b_note",
	} {
		if got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	if all := bookings.List(""); all != "id, guid, created_at, paid, row, seat, front_row, front_seat, note" {
		t.Errorf("a part has changed the whole: %s", all)
	}
}

func TestColumnsRefuseAnUnknownNameAndAFieldThatCannotBeScanned(t *testing.T) {
	t.Parallel()
	type serialized struct {
		Words []string `gorm:"serializer:json"`
	}
	type pointer struct {
		*Place
	}
	for name, f := range map[string]func(){
		"only":       func() { bookings.Only("price") },
		"without":    func() { bookings.Without("price") },
		"serializer": func() { models.ColumnsOf[serialized]() },
		"pointer":    func() { models.ColumnsOf[pointer]() },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: no panic", name)
				}
			}()
			f()
		}()
	}
}

func TestARowIsStoredAndReadByItsColumns(t *testing.T) {
	modeltest.Each(t, func(t *testing.T, db *models.DB, _ *modeltest.Clock) {
		seat, note := int64(7), "by the aisle"
		full := booking{
			ID: 1, GUID: "g", CreatedAt: models.At(time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)), Paid: true, hidden: "h",
			Place: Place{Row: 2, Seat: &seat}, Front: Place{Row: 3}, Note: &note,
		}
		err := db.Write(t.Context(), func(tx *models.Tx) error {
			err := models.Exec(t.Context(), tx, `CREATE TABLE bookings (id BIGINT, guid TEXT, created_at BIGINT, paid BOOLEAN,
				row BIGINT, seat BIGINT, front_row BIGINT, front_seat BIGINT, note TEXT)`)
			for _, b := range []booking{full, {ID: 2}} {
				if err == nil {
					err = models.Exec(t.Context(), tx,
						"INSERT INTO bookings ("+bookings.List("")+") VALUES ("+bookings.Placeholders()+")", bookings.Values(&b)...)
				}
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		got, err := bookings.All(t.Context(), db, "SELECT "+bookings.List("b")+" FROM bookings b ORDER BY id")
		if err != nil {
			t.Fatal(err)
		}
		if len(got) != 2 || got[0].hidden != "" || *got[0].Seat != 7 || *got[0].Note != note || !got[0].CreatedAt.Equal(full.CreatedAt.Time) {
			t.Fatalf("%+v", got)
		}
		got[0].hidden, got[0].Seat, got[0].Note, got[0].CreatedAt = full.hidden, full.Seat, full.Note, full.CreatedAt
		if !slices.Equal(got, []booking{full, {ID: 2}}) {
			t.Errorf("%+v", got)
		}
		var b booking
		var five int
		found, err := models.QueryRow(t.Context(), db, bookings.Only("row").Fields(&b, &five), "SELECT row, 5 FROM bookings WHERE id = 1")
		if err != nil || !found || b.Row != 2 || five != 5 {
			t.Errorf("%v, row %d, %d, %v", found, b.Row, five, err)
		}
	})
}

// BenchmarkFields compares the targets of a row with those of a list by hand.
func BenchmarkFields(b *testing.B) {
	var row booking
	var list []any
	b.Run("columns", func(b *testing.B) {
		for b.Loop() {
			list = bookings.Fields(&row)
		}
	})
	b.Run("by hand", func(b *testing.B) {
		for b.Loop() {
			list = []any{
				&row.ID, &row.GUID, &row.CreatedAt, &row.Paid, &row.Row, &row.Seat, &row.Front.Row, &row.Front.Seat, &row.Note,
			}
		}
	})
	if len(list) != 9 {
		b.Error(len(list))
	}
}

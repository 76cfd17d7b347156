package writernotes_test

import (
	"os"
	"strings"
	"testing"

	"broadsheet/models"
	"broadsheet/models/discussion/writernotes"
	"broadsheet/models/modeltest"
)

func TestMain(m *testing.M) { os.Exit(modeltest.Main(m)) }

func TestRowsMatchTheirTables(t *testing.T) {
	modeltest.Each(t, func(t *testing.T, db *models.DB, _ *modeltest.Clock) {
		modeltest.MatchTables(t, db, writernotes.Rows...)
	})
}

func TestNotes(t *testing.T) {
	modeltest.Each(t, func(t *testing.T, db *models.DB, _ *modeltest.Clock) {
		ctx := t.Context()
		mona, otto := models.Actor{Name: "Mona", UserID: new(int64(1))}, models.Actor{Name: "Otto", UserID: new(int64(2))}
		add := func(who models.Actor, kind writernotes.Kind, value, text string) error {
			return writernotes.Add(ctx, db, who, kind, value, text)
		}
		for _, wrong := range []string{"", " \n ", strings.Repeat("a", writernotes.MaxTextBytes+1)} {
			if err := add(mona, writernotes.Browser, "b1", wrong); models.KindOf(err) != models.Invalid {
				t.Errorf("a note of %d bytes: %v", len(wrong), err)
			}
		}
		for range 2 { // a double click
			if err := add(mona, writernotes.Browser, "b1", " Polite on the telephone. "); err != nil {
				t.Fatal(err)
			}
		}
		for _, err := range []error{
			add(otto, writernotes.Browser, "b1", "Polite on the telephone."),
			add(otto, writernotes.Email, "a@mail.example", "Knows the harbour."),
			add(otto, writernotes.Typed, "a@mail.example", "Came with the import."),
			add(otto, writernotes.Email, "b@mail.example", "Another one."),
		} {
			if err != nil {
				t.Fatal(err)
			}
		}
		list, err := writernotes.Of(ctx, db, writernotes.Browser, "b1")
		if err != nil || len(list) != 2 || list[0].SetBy != "Otto" || list[1].Text != "Polite on the telephone." {
			t.Fatalf("%+v, %v", list, err)
		}
		if err := writernotes.Remove(ctx, db, mona, writernotes.Browser, "b1", list[0].ID); models.KindOf(err) != models.Forbidden {
			t.Errorf("a colleague's note was removed: %v", err)
		}
		// The number alone is not enough: the note must be about this writer.
		if err := writernotes.Remove(ctx, db, mona, writernotes.Browser, "b2", list[1].ID); err != nil {
			t.Error(err)
		}
		for range 2 {
			if err := writernotes.Remove(ctx, db, mona, writernotes.Browser, "b1", list[1].ID); err != nil {
				t.Error(err)
			}
		}
		noted, err := writernotes.List(ctx, db, 0, 3)
		if err != nil || len(noted) != 3 || noted[0].Value != "b@mail.example" {
			t.Fatalf("%+v, %v", noted, err)
		}
		if noted, err = writernotes.List(ctx, db, noted[2].Last, 3); err != nil || len(noted) != 1 || noted[0].Value != "b1" || noted[0].Notes != 1 {
			t.Errorf("the second page is %+v, %v", noted, err)
		}
		err = db.Write(ctx, func(tx *models.Tx) error {
			return writernotes.Forget(ctx, tx, []string{"b1"}, []string{"a@mail.example"}, "")
		})
		if err != nil {
			t.Fatal(err)
		}
		if noted, err = writernotes.List(ctx, db, 0, 9); err != nil || len(noted) != 1 || noted[0].Value != "b@mail.example" {
			t.Errorf("left are %+v, %v", noted, err)
		}
	})
}

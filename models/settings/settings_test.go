package settings_test

import (
	"os"
	"strings"
	"testing"
	"time"

	"broadsheet/models"
	"broadsheet/models/modeltest"
	"broadsheet/models/settings"
)

func TestMain(m *testing.M) { os.Exit(modeltest.Main(m)) }

func TestSnapshotReloadsAfterTouch(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, _ *modeltest.Clock) {
		s := models.NewSnapshot(db, settings.Load, "settings")
		if got, err := s.Get(t.Context()); err != nil || got.Name != "Broadsheet" {
			t.Fatalf("name %q, %v", got.Name, err)
		}
		err := db.Write(t.Context(), func(tx *models.Tx) error {
			return settings.Set(t.Context(), tx, "site.name", "The Larkmoor Courier")
		})
		if err != nil {
			t.Fatal(err)
		}
		if got, err := s.Get(t.Context()); err != nil || got.Name != "The Larkmoor Courier" {
			t.Fatalf("name %q, %v", got.Name, err)
		}
	})
}

func TestEverySettingRefusesBadValuesAndTakesItsDefault(t *testing.T) {
	t.Parallel()
	db := modeltest.SQLite(t, modeltest.NewClock())
	for _, d := range settings.Defs() {
		set := func(v string) error {
			return db.Write(t.Context(), func(tx *models.Tx) error { return settings.Set(t.Context(), tx, d.Key, v) })
		}
		if err := set(d.Default); err != nil {
			t.Errorf("%s refuses its default: %v", d.Key, err)
		}
		if err := set(strings.Repeat("%nonsense%", 500_000)); models.KindOf(err) != models.Invalid {
			t.Errorf("%s took nonsense: %v", d.Key, err)
		}
	}
	err := db.Write(t.Context(), func(tx *models.Tx) error { return settings.Set(t.Context(), tx, "no.such", "1") })
	if models.KindOf(err) != models.NotFound {
		t.Errorf("unknown key: %v", err)
	}
}

func TestSettingsTakeDigitsOfEveryScript(t *testing.T) {
	t.Parallel()
	s, err := settings.Check(settings.Default(), map[string]string{"comment.max-links": "١٢", "comment.flood": "３０", "comment.spam-hold": "١٫٥"})
	if err != nil || s.CommentMaxLinks != 12 || s.CommentFloodWindow != 30*time.Second || s.CommentSpamHold != 1.5 {
		t.Errorf("read as %d, %v and %v (%v)", s.CommentMaxLinks, s.CommentFloodWindow, s.CommentSpamHold, err)
	}
}

func TestRowsMatchTheirTables(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, _ *modeltest.Clock) {
		modeltest.MatchTables(t, db, settings.RowTypes...)
	})
}

package choices_test

import (
	"os"
	"testing"

	"broadsheet/models"
	"broadsheet/models/modeltest"
	"broadsheet/models/people/choices"
)

func TestMain(m *testing.M) { os.Exit(modeltest.Main(m)) }

func TestRowsMatchTheirTables(t *testing.T) {
	modeltest.Each(t, func(t *testing.T, db *models.DB, _ *modeltest.Clock) {
		modeltest.MatchTables(t, db, choices.Rows...)
	})
}

func TestAChoiceIsKeptForItsAccount(t *testing.T) {
	modeltest.Each(t, func(t *testing.T, db *models.DB, _ *modeltest.Clock) {
		ctx := t.Context()
		for _, value := range []string{choices.Compact, choices.Cards, choices.Compact} {
			if err := choices.Choose(ctx, db, 1, choices.List, value); err != nil {
				t.Fatal(err)
			}
		}
		mine, err := choices.Read(ctx, db, 1)
		if err != nil || !mine.Is(choices.List, choices.Compact) || !mine.Is(choices.Keys, choices.On) {
			t.Errorf("the account has %v, %v", mine, err)
		}
		others, err := choices.Read(ctx, db, 2)
		if err != nil || !others.Is(choices.List, choices.Cards) {
			t.Errorf("another account has %v, %v", others, err)
		}
		for _, wrong := range [][2]string{{choices.List, "wide"}, {"colour", "on"}, {"", ""}} {
			if err := choices.Choose(ctx, db, 1, wrong[0], wrong[1]); models.KindOf(err) != models.Invalid {
				t.Errorf("%v: %v", wrong, err)
			}
		}
	})
}

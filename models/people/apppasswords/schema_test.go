package apppasswords_test

import (
	"os"
	"testing"

	"broadsheet/models"
	"broadsheet/models/modeltest"
	"broadsheet/models/people/apppasswords"
)

func TestMain(m *testing.M) { os.Exit(modeltest.Main(m)) }

func TestRowsMatchTheirTables(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, _ *modeltest.Clock) {
		modeltest.MatchTables(t, db, apppasswords.Password{})
	})
}

package taxonomy_test

import (
	"os"
	"testing"

	"broadsheet/models"
	"broadsheet/models/modeltest"
	"broadsheet/models/newsroom/taxonomy"
)

func TestMain(m *testing.M) { os.Exit(modeltest.Main(m)) }

func TestRowsMatchTheirTables(t *testing.T) {
	modeltest.Each(t, func(t *testing.T, db *models.DB, _ *modeltest.Clock) {
		modeltest.MatchTables(t, db, taxonomy.Author{}, taxonomy.Category{}, taxonomy.Tag{})
		modeltest.MatchTables(t, db, taxonomy.RowTypes...)
	})
}

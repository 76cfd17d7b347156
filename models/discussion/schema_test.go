package discussion_test

import (
	"testing"

	"broadsheet/models"
	"broadsheet/models/discussion"
	"broadsheet/models/modeltest"
)

func TestRowsMatchTheirTables(t *testing.T) {
	modeltest.Each(t, func(t *testing.T, db *models.DB, _ *modeltest.Clock) {
		modeltest.MatchTables(t, db, discussion.Rows...)
	})
}

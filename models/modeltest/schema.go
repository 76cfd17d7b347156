package modeltest

import (
	"slices"
	"sync"
	"testing"

	"broadsheet/models"

	"gorm.io/gorm/schema"
)

// MatchTables fails the test if a row type and its table have different columns.
// GORM reports a field without a column only when it is used, and a column without
// a field not at all.
func MatchTables(t *testing.T, db *models.DB, rows ...any) {
	t.Helper()
	for _, row := range rows {
		s, err := schema.Parse(row, &sync.Map{}, schema.NamingStrategy{})
		if err != nil {
			t.Fatal(err)
		}
		found, err := db.Query(t.Context()).Raw("SELECT * FROM " + s.Table + " LIMIT 0").Rows()
		if err != nil {
			t.Errorf("%T: %v", row, err)
			continue
		}
		columns, err := found.Columns()
		found.Close()
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range s.DBNames {
			if !slices.Contains(columns, name) {
				t.Errorf("%T has %s, its table %s has not", row, name, s.Table)
			}
		}
		for _, name := range columns {
			if !slices.Contains(s.DBNames, name) {
				t.Errorf("the table %s has %s, %T has not", s.Table, name, row)
			}
		}
	}
}

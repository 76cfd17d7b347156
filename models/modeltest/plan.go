package modeltest

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"broadsheet/models"
)

// scans is a step of SQLite's plan that goes through a whole table, or a whole
// index of it.
var scans = regexp.MustCompile(`SCAN (\w+)`)

// NoScan fails the test for each recorded statement that SQLite would answer
// by going through all of a table named: its cost would grow with the site.
func NoScan(t *testing.T, db *models.DB, statements []string, tables ...string) {
	t.Helper()
	asked := 0
	for _, statement := range statements {
		switch verb := strings.Fields(statement + " ;")[0]; strings.ToUpper(verb) {
		case "SELECT", "UPDATE", "DELETE", "INSERT", "WITH":
		default:
			continue
		}
		var steps []struct{ Detail string }
		// What the parameters are makes no difference to these plans.
		args := make([]any, strings.Count(statement, "?"))
		if err := db.Query(t.Context()).Raw("EXPLAIN QUERY PLAN "+statement, args...).Scan(&steps).Error; err != nil {
			t.Errorf("%v, of %s", err, statement)
			continue
		}
		asked++
		for _, step := range steps {
			m := scans.FindStringSubmatch(step.Detail)
			for _, table := range tables {
				// One row from the end is read in order, and no further.
				last := strings.Contains(statement, " FROM "+table+" ORDER BY id DESC LIMIT 1") || strings.Contains(statement, " FROM `"+table+"` ORDER BY id DESC LIMIT 1")
				if m != nil && m[1] == table && !last && !strings.Contains(step.Detail, "VIRTUAL TABLE") {
					t.Errorf("%s in the plan of %s", step.Detail, fmt.Sprintf("%.400s", statement))
				}
			}
		}
	}
	if asked == 0 {
		t.Error("no statement was recorded")
	}
}

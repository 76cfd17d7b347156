package modeltest

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"broadsheet/models"
)

// scans matches a step of SQLite's query plan that scans a whole table or index.
var scans = regexp.MustCompile(`SCAN (\w+)`)

// NoScan fails the test for each recorded statement that scans one of the tables in
// SQLite: its cost would grow with the site.
func NoScan(t *testing.T, db *models.DB, statements []string, tables ...string) {
	t.Helper()
	explained := 0
	for _, statement := range statements {
		switch verb := strings.Fields(statement + " ;")[0]; strings.ToUpper(verb) {
		case "SELECT", "UPDATE", "DELETE", "INSERT", "WITH":
		default:
			continue
		}
		var steps []struct{ Detail string }
		// The values of the parameters do not change these plans.
		args := make([]any, strings.Count(statement, "?"))
		if err := db.Query(t.Context()).Raw("EXPLAIN QUERY PLAN "+statement, args...).Scan(&steps).Error; err != nil {
			t.Errorf("%v, of %s", err, statement)
			continue
		}
		explained++
		for _, step := range steps {
			m := scans.FindStringSubmatch(step.Detail)
			for _, table := range tables {
				allowed := readsLast(statement, table) || strings.Contains(step.Detail, "VIRTUAL TABLE") || readsReported(step.Detail)
				if m != nil && m[1] == table && !allowed {
					t.Errorf("%s in the plan of %s", step.Detail, fmt.Sprintf("%.400s", statement))
				}
			}
		}
	}
	if explained == 0 {
		t.Error("no statement was recorded")
	}
}

// readsLast reports whether a statement reads only the last row of a table.
// SQLite's plan calls that a scan.
func readsLast(statement, table string) bool {
	const order = " ORDER BY id DESC LIMIT 1"
	return strings.Contains(statement, " FROM "+table+order) || strings.Contains(statement, " FROM `"+table+"`"+order)
}

// readsReported reports whether a step of a plan reads an index that has reported
// comments alone. They are few, and a list of them is in the order of the index.
func readsReported(step string) bool { return strings.Contains(step, " INDEX comments_reported") }

package modeltest

import (
	"bytes"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"broadsheet/models"
)

// FindText returns the places of a database that hold a text, ignoring case:
// "table.column" for each such column, and for SQLite the kinds of files that hold
// its bytes, also in free pages and the log. It reads the list of tables from the
// database, so it also searches new tables.
func FindText(t testing.TB, db *models.DB, text string) (places []string) {
	t.Helper()
	text = strings.ToLower(text)
	list := "SELECT table_name || '.' || column_name FROM information_schema.columns WHERE table_schema = current_schema()"
	holds := `SELECT COUNT(*) FROM "%s" WHERE POSITION(CAST(? AS TEXT) IN LOWER(CAST("%s" AS TEXT))) > 0`
	if db.Dialect() == models.SQLite {
		// An index without contents cannot be read; its own tables have the text.
		list = `SELECT t.name || '.' || c.name FROM sqlite_master t, pragma_table_info(t.name) c
			WHERE t.type = 'table' AND t.sql NOT LIKE '%content=""%'`
		holds = `SELECT COUNT(*) FROM "%s" WHERE INSTR(LOWER(CAST("%s" AS TEXT)), ?) > 0`
		places = filesWith(t, db, text)
	}
	var columns []string
	if err := db.Query(t.Context()).Raw(list).Scan(&columns).Error; err != nil {
		t.Fatal(err)
	}
	for _, name := range columns {
		table, column, _ := strings.Cut(name, ".")
		var rows int
		if err := db.Query(t.Context()).Raw(fmt.Sprintf(holds, table, column), text).Scan(&rows).Error; err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if rows > 0 {
			places = append(places, name)
		}
	}
	slices.Sort(places)
	return places
}

// filesWith returns the kinds of SQLite files that hold a text.
func filesWith(t testing.TB, db *models.DB, text string) (kinds []string) {
	var path string
	if err := db.Query(t.Context()).Raw("SELECT file FROM pragma_database_list WHERE name = 'main'").Scan(&path).Error; err != nil {
		t.Fatal(err)
	}
	for suffix, kind := range map[string]string{"": "file", "-wal": "log"} {
		data, err := os.ReadFile(path + suffix)
		if err != nil && !os.IsNotExist(err) {
			t.Fatal(err)
		}
		if bytes.Contains(bytes.ToLower(data), []byte(text)) {
			kinds = append(kinds, kind)
		}
	}
	return kinds
}

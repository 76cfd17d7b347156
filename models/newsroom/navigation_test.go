package newsroom_test

import (
	"fmt"
	"strings"
	"testing"

	"broadsheet/models"
	"broadsheet/models/modeltest"
	"broadsheet/models/newsroom/taxonomy"
)

func change(t *testing.T, db *models.DB, work func(tx *models.Tx) error) {
	t.Helper()
	if err := db.Write(t.Context(), work); err != nil {
		t.Fatal(err)
	}
}

func paths(list []*taxonomy.Category) (paths []string) {
	for _, c := range list {
		paths = append(paths, c.Path)
	}
	return paths
}

func TestTheNavigationFitsOnOneLine(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("long name ", 5)
	for name, c := range map[string]struct {
		names []string
		want  int
	}{
		"few":             {[]string{"World", "Politics", "Sport"}, 3},
		"one too long":    {[]string{strings.Repeat("x", 200), "Sport"}, 1},
		"long ones":       {[]string{long + "1", long + "2", long + "3", "Sport", "Food"}, 3},
		"wide characters": {[]string{"政治政治政治政治政治", "経済経済経済経済経済", "社会社会社会社会社会", "国際国際国際国際国際", "文化文化文化文化文化", "科学科学科学科学科学"}, 5},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			db := modeltest.SQLite(t, modeltest.NewClock())
			for i, name := range c.names {
				change(t, db, func(tx *models.Tx) error {
					_, err := taxonomy.EnsureCategory(t.Context(), tx, fmt.Sprint("s", i), name)
					return err
				})
			}
			if got := paths(site(t, db).Nav); len(got) != c.want {
				t.Errorf("the navigation has %d categories, want %d: %v", len(got), c.want, got)
			}
		})
	}
}

package main

import (
	"maps"
	"strings"
	"testing"
	"testing/fstest"
)

// sound is a small tree in which nothing is wrong.
func sound() map[string]string {
	return map[string]string{
		"go.mod":                 "module broadsheet\n",
		".gitignore":             "/data/\n",
		"data/site.db":           "",
		"models/doc.go":          "// Package models is the kernel: db.go and table.go.\npackage models\n",
		"models/table.go":        "package models\nvar rows = []string{\n\t\"" + strings.Repeat("x", maxColumns) + "\",\n}\n",
		"models/db.go":           "package models\nimport (\"time\"; _ \"gorm.io/gorm\")\nvar clock = time.Now\n",
		"models/newsroom/doc.go": "// Package newsroom has the articles.\npackage newsroom\nimport _ \"broadsheet/models\"\n",
		"models/modeltest/doc.go": "// Package modeltest helps tests.\npackage modeltest\nimport (\"os\"; _ \"broadsheet/models/newsroom\")\n" +
			"var _ = os.Getenv(\"X\")\n",
		"views/doc.go":                 "// Package views has the pages.\npackage views\nimport _ \"broadsheet/models/newsroom\"\n",
		"views/html.go":                "package views\nimport \"html/template\"\nvar x = template.HTML(\"\")\nvar f = template.FuncMap{\"a\": 1}\n",
		"handlers/doc.go":              "// Package handlers answers: routes.go, session.go.\npackage handlers\nimport (\"os\"; _ \"broadsheet/views\")\nvar f, _ = os.Create(\"x\")\n",
		"handlers/routes.go":           "package handlers\nfunc routes() {" + strings.Repeat("\n", 150) + "}\n",
		"handlers/session.go":          "package handlers\nimport _ \"github.com/gorilla/sessions\"\n",
		"handlers/front_test.go":       "package handlers\nimport (\"flag\"; _ \"broadsheet/models/modeltest\")\nvar _ = flag.Bool\n",
		"cmd/broadsheet/doc.go":        "// Command broadsheet is the site.\npackage main\nimport (_ \"broadsheet/handlers\"; _ \"broadsheet/cmd/broadsheet/demo\")\n",
		"cmd/broadsheet/gallery.go":    "package main\nimport _ \"broadsheet/views/fixtures\"\n",
		"cmd/broadsheet/demo/doc.go":   "// Package demo is invented.\npackage demo\nimport _ \"github.com/goccy/go-yaml\"\n",
		"public/css/site.css":          "a{}\n",
		"public/vendor/editor.js":      strings.Repeat("\n", 700),
		"views/testdata/golden/x.html": strings.Repeat("\n", 700),
	}
}

func inspectFiles(files map[string]string) []string {
	tree := fstest.MapFS{}
	for name, content := range files {
		tree[name] = &fstest.MapFile{Data: []byte(content)}
	}
	return inspect(tree)
}

func TestASoundHousePasses(t *testing.T) {
	t.Parallel()
	for _, problem := range inspectFiles(sound()) {
		t.Error(problem)
	}
}

// TestSeededBreachesAreFound puts one file at a time where it must not be.
func TestSeededBreachesAreFound(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, content, want string }{
		{"models/x.go", "package models\nimport _ \"broadsheet/models/newsroom\"", "models must not import models/newsroom, which is no lower"},
		{"models/newsroom/x.go", "package newsroom\nimport _ \"broadsheet/models/discussion\"", "no lower"},
		{"models/newsroom/x_test.go", "package newsroom\nimport _ \"broadsheet/handlers\"", "no lower"},
		{"models/x.go", "package models\nimport _ \"broadsheet/models/terms\"", "may import only"},
		{"handlers/x.go", "package handlers\nimport _ \"broadsheet/handlers/jobs\"", "no lower"},
		{"handlers/x.go", "package handlers\nimport _ \"broadsheet/cmd/broadsheet/demo\"", "no lower"},
		{"handlers/x.go", "package handlers\nimport _ \"broadsheet/models/modeltest\"", "is for tests"},
		{"handlers/x.go", "package handlers\nimport _ \"broadsheet/views/fixtures\"", "is for tests"},
		{"handlers/webtest/doc.go", "// Package webtest.\npackage webtest\nimport _ \"broadsheet/models\"", "no lower"},
		{"handlers/utils/doc.go", "// Package utils.\npackage utils", "has no rank"},
		{"handlers/x.go", "package handlers\nimport _ \"broadsheet/handlers/utils\"", "has no rank"},
		{"handlers/x.go", "package handlers\nimport _ \"gorm.io/gorm/clause\"", "may be imported only in models/"},
		{"handlers/x_test.go", "package handlers\nimport _ \"database/sql\"", "may be imported only in models/"},
		{"views/x.go", "package views\nimport _ \"github.com/labstack/echo/v4\"", "only in handlers/"},
		{"handlers/x.go", "package handlers\nimport _ \"html/template\"", "only in views/"},
		{"models/x.go", "package models\nimport _ \"github.com/microcosm-cc/bluemonday\"", "only in models/richtext/"},
		{"handlers/x.go", "package handlers\nimport _ \"github.com/gorilla/sessions\"", "only in handlers/session.go"},
		{"handlers/x.go", "package handlers\nimport _ \"flag\"", "only in cmd/"},
		{"handlers/x.go", "package handlers\nimport \"os\"\nvar x = os.Getenv(\"X\")", "os.Getenv outside cmd"},
		{"cmd/broadsheet/demo/x.go", "package demo\nimport _ \"broadsheet/models\"", "may import only"},
		{"cmd/broadsheet/demo/x.go", "package demo\nimport _ \"gorm.io/gorm\"", "must not need gorm.io"},
		{"views/x.go", "package views\nfunc init() {}", "func init"},
		{"views/x_test.go", "package views\nfunc init() {}", "func init"},
		{"models/x.go", "package models\nimport \"time\"\nvar x = time.Now()", "time.Now under models"},
		{"models/x.go", "package models\nimport clock \"time\"\nvar x = clock.Since(y)", "time.Since under models"},
		{"models/x.go", "package models\nfunc f() { db.AutoMigrate() }", "AutoMigrate"},
		{"models/x.go", "package models\nfunc (a A) BeforeSave() {}", "GORM hook"},
		{"handlers/x.go", "package handlers\nfunc f() { db.Where(1) }", "Where asks the database"},
		{"cmd/broadsheet/x.go", "package main\nfunc f() { db.Query(ctx).Count() }", "Query asks the database"},
		{"views/x.go", "package views\nimport \"broadsheet/models\"\nvar x *models.DB", "must not reach the database"},
		{"views/x.go", "package views\nimport \"broadsheet/models\"\nvar x models.Queryer", "must not reach the database"},
		{"models/x.go", "package models\nfunc f() { tx.Touch(Tag, \"bans\") }", "literal cache tag"},
		{"models/x.go", "package models\nvar x = CacheTag(\"bans\")", "literal cache tag"},
		{"views/x.go", "package views\nimport \"html/template\"\nvar x = template.HTML(y)", "trust is granted"},
		{"handlers/x.go", "package handlers\nconst x = \"<p class='a'>text</p>\"", "markup in a Go string"},
		{"models/x.go", "package models\n// x is what nobody knows.\nvar x int", "in 100 comment lines"},
		{"models/x.go", "package models\nvar x = \"" + strings.Repeat("x", maxColumns) + "\"", "150 columns"},
		{"models/x.go", "package models\nvar x = []string{\"" + strings.Repeat("x", maxColumns) + "\"}", "columns, at most 140"},
		{"models/x.go", "package models", "models/doc.go: does not name x.go"},
		{"models/doc.go", "// Package models: db.go table.go gone.go\npackage models", "names gone.go, which is not there"},
		{"views/x.go", "package views\n" + strings.Repeat("\n", maxPackageLines), "lines of Go without tests"},
		{"handlers/x.go", "package handlers\nfunc f() {" + strings.Repeat("\n", 40) + "}", "has 41 lines, a function of handlers"},
		{"views/x.html", strings.Repeat("\n", 601), "has 601 lines"},
		{"views/x_test.go", "package views\n" + strings.Repeat("\n", 600), "has 601 lines"},
		{"views/x.go", "package views\nfunc f() {" + strings.Repeat("\n", 100) + "}", "has 101 lines"},
		{"views/x.go", "package views\nvar f = template.FuncMap{" + strings.Repeat("\"a\": 1,", 25) + "}", "26 functions"},
		{"views/x.go", "package views\nfunc {", "cannot be parsed"},
		{"models/people/user.go", "package people", "has no doc.go"},
		{"models/people/doc.go", "package people", "has no package comment"},
		{"scripts/x.sh", "", "scripts: does not belong on the top level"},
		{".github/x.yml", "", ".github: does not belong on the top level"},
	} {
		files := maps.Clone(sound())
		files[c.name] = c.content
		problems := inspectFiles(files)
		if !strings.Contains(strings.Join(problems, "\n"), c.want) {
			t.Errorf("%s\n%s\n\tgot  %q\n\twant … %s", c.name, c.content, problems, c.want)
		}
	}
}

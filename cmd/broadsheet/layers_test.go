package main

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// This test reads the whole source and fails where it leaves the plan of the
// house: which package may import which, where a library may be used, how long
// files, functions and lines may be, and how comments are written. It parses the
// source instead of asking the go command, so that no answer is cached.

// ranks is the order of the packages: a package may import only packages of a
// lower rank. A new package needs a line here, which is the moment to think
// about its place.
var ranks = map[string]int{
	"public": 1, "public/appicon": 0, "models/terms": 0, "models/blob": 0, "models/mail": 0, "models/migrations": 0,
	"models/newsroom/termchanges": 8, "models/newsroom/redirects": 4, "models/newsroom/termlist": 5, "views/termdesk": 0,
	"models/spam": 1, "models/heated": 1, "models/richtext": 1, "models/names": 1, "models": 1, "models/robots": 0, "models/robots/fetches": 2,
	"models/settings": 2, "models/queue": 2, "models/spam/training": 2,
	"models/newsroom/taxonomy": 2, "models/newsroom/pictures": 2, "models/newsroom/permalink": 3, "models/newsroom/relatedsets": 3, "models/newsroom/translations": 3, "models/newsroom/sitemapchanges": 3, "models/dates": 0, "models/jsonlines": 0,
	"models/newsroom/publictexts": 3, "models/newsroom/bylinepart": 0, "models/newsroom/history": 8, "models/newsroom/correctionlist": 5, "models/newsroom/followup": 5, "models/embeds": 0, "views/changes": 0,
	"models/people":           3,
	"models/people/emailform": 2, "models/people/bans": 3,
	"models/people/hashcost": 0, "models/people/commonpassword": 0, "models/people/asks": 4, "models/people/invitations": 4, "models/people/apppasswords": 4, "models/people/choices": 4, "models/worddiff": 1, "models/subsequence": 0, "models/subscription": 5,
	"models/newsroom/searchindex": 3, "models/newsroom/search": 5,
	"models/sharecard": 0, "models/newsroom/sharepicture": 5,
	"models/newsroom":       4,
	"models/newsroom/front": 6, "models/newsroom/frontplan": 5, "models/newsroom/frontpreview": 8, "models/newsroom/sitemap": 5, "models/newsroom/indexnow": 5, "models/newsroom/related": 5, "models/newsroom/shortlink": 5, "models/newsroom/articleimport": 5,
	"models/newsroom/collection": 5, "models/discussion/commentlist": 7, "views/rest": 0, "views/linkeddata": 0, "handlers/restparams": 0, "handlers/restbody": 1, "models/newsroom/stafflist": 9,
	"models/paragraphs": 2, "models/newsroom/drafts": 6, "models/newsroom/previews": 5, "models/newsroom/presence": 5, "models/newsroom/notes": 5, "models/newsroom/checklist": 5, "models/newsroom/linkcheck": 2, "models/newsroom/embargo": 8, "models/newsroom/storylist": 7, "models/newsroom/timetable": 7, "models/newsroom/toplist": 5, "models/newsroom/republish": 5, "models/newsroom/reads": 6, "models/discussion/heat": 7, "models/discussion/heatscores": 10,
	"models/discussion/decisionlog": 4, "models/discussion/threadblocks": 4, "models/discussion/spamcounts": 4, "models/discussion/pace": 4,
	"models/discussion/wordindex": 4, "models/discussion/arrivals": 4, "models/discussion/writernotes": 4, "models/discussion/writers": 10,
	"models/discussion":       6,
	"models/discussion/nudge": 7, "models/discussion/declinetexts": 7, "models/discussion/logbook": 7, "models/discussion/targets": 10,
	"models/digest":             7,
	"models/discussion/imports": 7, "models/discussion/learn": 7, "models/discussion/notify": 7, "models/discussion/react": 7,
	"models/discussion/thread": 8, "models/discussion/privacy": 8,
	"models/discussion/appeals":    10,
	"models/discussion/notices":    9,
	"models/discussion/complaints": 4, "models/discussion/commentrows": 4, "models/discussion/rerender": 7, "models/discussion/bystate": 7,
	"models/discussion/moderation": 9, "models/discussion/stories": 10, "models/synthetic": 7,
	"views/compiled": 0, "views/fold": 0, "views/charts": 0, "views/manual": 0, "views/sitemapxml": 0, "views/mailquote": 0, "views/direction": 0, "views/edit": 0, "views/authorize": 0, "views/moderate": 0, "public/encoding": 0,
	"models/discussion/transparency": 11,
	"models/richtext/absolute":       0, "models/feedstate": 3, "models/newsroom/whole": 5, "models/discussion/latest": 7,
	"handlers/feeds":          11,
	"views":                   10,
	"models/newsroom/library": 8,
	"handlers/pagecache":      11, "handlers/onewrite": 0, "handlers/agents": 0,
	"handlers": 12, "handlers/jobs": 12,
	"cmd/broadsheet/connlimit":       0,
	"cmd/broadsheet/digests":         12,
	"cmd/broadsheet/demo/illustrate": 13, "cmd/broadsheet/demo": 14, "cmd/broadsheet/filldemo": 15,
	"cmd/broadsheet": 16,
}

// helpers serve tests, and views/fixtures the gallery as well. Each may import
// packages up to the rank given.
var helpers = map[string]int{
	"models/modeltest": 6, "models/discussion/discussiontest": 6, "views/fixtures": 10, "views/fixtures/samplecharts": 0, "handlers/webtest": -1,
}

// narrow lists packages that may import fewer of ours than their rank allows.
var narrow = map[string][]string{
	"models":                         {"models/migrations"},
	"models/spam":                    {"models/terms"},
	"models/heated":                  {"models/terms"},
	"models/richtext":                {"models/terms"},
	"models/names":                   {"models/terms"},
	"models/discussion/decisionlog":  {"models"},
	"models/discussion/threadblocks": {"models"},
	"models/discussion/pace":         {"models"},
	"models/discussion/commentrows":  {"models"},
	"models/discussion/complaints":   {"models"},
	"models/discussion/wordindex":    {"models", "models/terms"},
	"models/discussion/spamcounts":   {"models", "models/spam"},
	"handlers/pagecache":             {"models", "public/encoding"},
	"cmd/broadsheet/demo":            {"cmd/broadsheet/demo/illustrate"},
	"cmd/broadsheet/demo/illustrate": {},
}

// walls lists libraries and the only places that may import them: folders with
// all below them, or single files. Tests are bound by them too, except where
// the library's name ends in "!".
var walls = map[string][]string{
	"gorm.io":                            {"models/"},
	"database/sql":                       {"models/"},
	"github.com/jackc/pgx":               {"models/"},
	"github.com/mattn/go-sqlite3":        {"models/"},
	"github.com/labstack/echo":           {"handlers/", "cmd/"},
	"html/template":                      {"views/"},
	"github.com/microcosm-cc/bluemonday": {"models/richtext/"},
	"github.com/blevesearch":             {"models/terms/"},
	"github.com/gorilla/sessions":        {"handlers/session.go", "handlers/session_test.go"},
	"github.com/go-webauthn":             {"models/people/", "models/modeltest/"},
	"github.com/pquerna/otp!":            {"models/people/"},
	"github.com/boombuler/barcode!":      {"handlers/present_account.go"},
	"flag!":                              {"cmd/"},
}

// demoMayUse is all that the demo newsroom needs beside the standard library.
var demoMayUse = []string{"golang.org/x/image", "github.com/goccy/go-yaml"}

// topLevel are the fixed folders and files, and the hidden files beside them.
var topLevel = []string{
	"cmd", "handlers", "models", "views", "public", "go.mod", "go.sum", "Dockerfile", "README.md", "LICENSE",
	".ci", ".readme", ".gitignore", ".dockerignore", ".editorconfig", ".git",
}

// Methods by which GORM asks and changes; outside models they mean that a
// query has escaped. Names that other types share are left out, and Query
// counts only with an argument, as in models.Queryer.
var queryVerbs = []string{
	"Where", "Create", "Exec", "Raw", "Preload", "Joins", "Updates", "UpdateColumn", "UpdateColumns", "Pluck", "Scopes",
	"FirstOrCreate", "FirstOrInit", "CreateInBatches", "Unscoped", "Association", "Clauses", "Transaction",
	"QueryRow", "QueryContext", "ExecContext", "QueryRowContext",
}

// hooks are methods that GORM calls on its own.
var hooks = regexp.MustCompile(`^(Before|After)(Save|Create|Update|Delete|Find)$`)

// markup is HTML, which belongs into a template.
var markup = regexp.MustCompile(`</?(?:html|head|body|div|span|p|a|ul|ol|li|h[1-6]|form|table|section|article)(?:\s[^>]*)?>`)

const (
	maxFileLines     = 600
	maxFunctionLines = 100
	maxFuncMap       = 25
)

func TestTheHouseIsInOrder(t *testing.T) {
	t.Parallel()
	for _, problem := range inspect(os.DirFS("../..")) {
		t.Error(problem)
	}
}

// inspection collects the problems of one tree.
type inspection struct {
	fsys     fs.FS
	problems []string
	packages map[string]bool // folders with Go files
	texts    map[string]*packageText
	funcMap  int
}

// inspect returns a line for every breach of the plan, each beginning with
// the place.
func inspect(fsys fs.FS) []string {
	in := &inspection{fsys: fsys, packages: map[string]bool{}, texts: map[string]*packageText{}}
	in.checkTopLevel()
	err := fs.WalkDir(fsys, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		hidden := len(entry.Name()) > 1 && strings.HasPrefix(entry.Name(), ".")
		if entry.IsDir() && (hidden || entry.Name() == "testdata" || name == "public/vendor") {
			return fs.SkipDir
		}
		folder, _, _ := strings.Cut(name, "/")
		if entry.IsDir() || !slices.Contains([]string{"cmd", "handlers", "models", "views", "public"}, folder) {
			return nil
		}
		return in.checkFile(name)
	})
	if err != nil {
		in.add("the tree", "cannot be read: %v", err)
	}
	for folder := range in.packages {
		in.checkDoc(folder)
	}
	in.checkTexts()
	if in.funcMap > maxFuncMap {
		in.add("views", "the templates have %d functions, at most %d", in.funcMap, maxFuncMap)
	}
	slices.Sort(in.problems)
	return in.problems
}

func (in *inspection) add(where, format string, args ...any) {
	in.problems = append(in.problems, where+": "+fmt.Sprintf(format, args...))
}

// checkTopLevel allows, besides the plan, what .gitignore names at the top:
// a built binary, a data directory.
func (in *inspection) checkTopLevel() {
	allowed := slices.Clone(topLevel)
	ignored, _ := fs.ReadFile(in.fsys, ".gitignore")
	for line := range strings.Lines(string(ignored)) {
		if name, ok := strings.CutPrefix(strings.TrimSpace(line), "/"); ok {
			allowed = append(allowed, strings.TrimSuffix(name, "/"))
		}
	}
	entries, err := fs.ReadDir(in.fsys, ".")
	if err != nil {
		in.add("the tree", "cannot be read: %v", err)
	}
	for _, entry := range entries {
		if !slices.Contains(allowed, entry.Name()) {
			in.add(entry.Name(), "does not belong on the top level")
		}
	}
}

// checkDoc requires a text for each package.
func (in *inspection) checkDoc(folder string) {
	src, err := fs.ReadFile(in.fsys, path.Join(folder, "doc.go"))
	if err != nil {
		in.add(folder, "has no doc.go")
		return
	}
	file, err := parser.ParseFile(token.NewFileSet(), "doc.go", src, parser.ParseComments|parser.PackageClauseOnly)
	if err != nil || file.Doc.Text() == "" {
		in.add(folder+"/doc.go", "has no package comment")
	}
}

func (in *inspection) checkFile(name string) error {
	kind := path.Ext(name)
	if !slices.Contains([]string{".go", ".html", ".css", ".js"}, kind) {
		return nil
	}
	src, err := fs.ReadFile(in.fsys, name)
	if err != nil {
		return err
	}
	if n := bytes.Count(src, []byte("\n")); n > maxFileLines {
		in.add(name, "has %d lines, at most %d", n, maxFileLines)
	}
	if kind != ".go" {
		return nil
	}
	files := token.NewFileSet()
	parsed, err := parser.ParseFile(files, name, src, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		in.add(name, "cannot be parsed: %v", err)
		return nil
	}
	f := &goFile{in: in, name: name, folder: path.Dir(name), files: files, ast: parsed, test: strings.HasSuffix(name, "_test.go")}
	if !f.test {
		in.packages[f.folder] = true
		f.checkText(src)
	}
	f.checkImports()
	f.checkCode()
	return nil
}

// goFile is one parsed file.
type goFile struct {
	in     *inspection
	name   string
	folder string
	files  *token.FileSet
	ast    *ast.File
	test   bool
	names  map[string]string // the imports' local names → paths
}

func (f *goFile) add(at token.Pos, format string, args ...any) {
	f.in.add(fmt.Sprintf("%s:%d", f.name, f.files.Position(at).Line), format, args...)
}

func (f *goFile) checkImports() {
	f.names = map[string]string{}
	_, known := ranks[f.folder]
	if _, helper := helpers[f.folder]; !known && !helper && !f.test {
		f.add(f.ast.Package, "the package %s has no rank in layers_test.go", f.folder)
	}
	for _, spec := range f.ast.Imports {
		target, _ := strconv.Unquote(spec.Path.Value)
		local := path.Base(target)
		if spec.Name != nil {
			local = spec.Name.Name
		}
		f.names[local] = target
		if ours, ok := strings.CutPrefix(target, "broadsheet/"); ok {
			f.checkOurs(spec, ours)
		}
		for library, places := range walls {
			library, freeInTests := strings.CutSuffix(library, "!")
			if within(target, library) && !(freeInTests && f.test) && !slices.ContainsFunc(places, f.isIn) {
				f.add(spec.Pos(), "%s may be imported only in %s", target, strings.Join(places, " and "))
			}
		}
		host, _, _ := strings.Cut(target, "/")
		foreign := strings.Contains(host, ".") && !slices.ContainsFunc(demoMayUse, func(p string) bool { return within(target, p) })
		if foreign && f.under("cmd/broadsheet/demo") && !f.test {
			f.add(spec.Pos(), "the demo newsroom must not need %s", target)
		}
	}
}

func within(target, library string) bool {
	return target == library || strings.HasPrefix(target, library+"/")
}

func (f *goFile) isIn(place string) bool {
	return f.name == place || strings.HasSuffix(place, "/") && strings.HasPrefix(f.name, place)
}

// checkOurs compares the ranks of this package and one it imports.
func (f *goFile) checkOurs(spec *ast.ImportSpec, target string) {
	if _, helper := helpers[target]; helper {
		gallery := target == "views/fixtures" && f.folder == "cmd/broadsheet"
		_, serves := helpers[f.folder]
		if !f.test && !gallery && !serves {
			f.add(spec.Pos(), "%s is for tests", target)
		}
		return
	}
	if f.test && target == "models/synthetic" {
		return // benchmarks below it may use made-up rows
	}
	theirs, known := ranks[target]
	if !known {
		f.add(spec.Pos(), "%s has no rank in layers_test.go", target)
		return
	}
	own, known := ranks[f.folder]
	if up, helper := helpers[f.folder]; helper {
		own, known = up+1, true
	}
	if f.test && target == f.folder {
		return // an external test of the package itself
	}
	may, limited := narrow[f.folder]
	switch {
	case known && theirs >= own:
		f.add(spec.Pos(), "%s must not import %s, which is no lower", f.folder, target)
	case limited && !f.test && !slices.Contains(may, target):
		f.add(spec.Pos(), "%s may import only %q of ours", f.folder, may)
	}
}

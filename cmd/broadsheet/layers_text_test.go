package main

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/token"
	"path"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// Limits of Go files that are no tests.
const (
	maxPackageLines = 3500
	maxHandlerLines = 40
	maxColumns      = 140 // with four columns for a tab
	maxOddComments  = 2.5 // in 100 comment lines of the whole tree
)

// oddWords make a sentence hard to read for an engineer whose first language is
// not English. A comment names its subject instead.
var oddWords = regexp.MustCompile(`(?i)\b(who|whom|whose|whoever|whatever|what|nobody|somebody|anybody|everybody|stands|stood)\b`)

// goFileNames finds the names of Go files in the text of a package.
var goFileNames = regexp.MustCompile(`\b[a-z0-9_]+\.go\b`)

// packageText is the size of a package without its tests, and its map.
type packageText struct {
	lines    int
	comments int // lines
	odd      int // comment lines that hold one of the odd words
	files    []string
	doc      string
	layout   []string // breaches of the limits
}

// text returns the text of the package in a folder.
func (in *inspection) text(folder string) *packageText {
	if in.texts[folder] == nil {
		in.texts[folder] = &packageText{}
	}
	return in.texts[folder]
}

func (p *packageText) add(where, format string, args ...any) {
	p.layout = append(p.layout, where+": "+fmt.Sprintf(format, args...))
}

// checkText looks at the layout and the comments of a file that is no test.
func (f *goFile) checkText(src []byte) {
	p := f.in.text(f.folder)
	p.lines += bytes.Count(src, []byte("\n"))
	p.files = append(p.files, path.Base(f.name))
	if path.Base(f.name) == "doc.go" {
		p.doc = f.ast.Doc.Text()
	}
	for _, group := range f.ast.Comments {
		for _, comment := range group.List {
			for line := range strings.SplitSeq(comment.Text, "\n") {
				if strings.HasPrefix(line, "//go:") {
					continue
				}
				p.comments++
				if oddWords.MatchString(line) {
					p.odd++
				}
			}
		}
	}
	rows := f.tableRows()
	number := 0
	for line := range strings.Lines(string(src)) {
		number++
		line = strings.ReplaceAll(strings.TrimSuffix(line, "\n"), "\t", "    ")
		if n := utf8.RuneCountInString(line); n > maxColumns && !rows[number] {
			p.add(fmt.Sprintf("%s:%d", f.name, number), "has %d columns, at most %d outside tables", n, maxColumns)
		}
	}
}

// tableRows returns the lines that are rows of a table: each is one whole
// element of a literal slice, array or map.
func (f *goFile) tableRows() map[int]bool {
	rows := map[int]bool{}
	line := func(at token.Pos) int { return f.files.Position(at).Line }
	list := func(kind ast.Expr) (element ast.Expr, ok bool) {
		switch kind := kind.(type) {
		case *ast.ArrayType:
			return kind.Elt, true
		case *ast.MapType:
			return kind.Value, true
		}
		return nil, false
	}
	var visit func(lit *ast.CompositeLit, kind ast.Expr)
	visit = func(lit *ast.CompositeLit, kind ast.Expr) {
		element, ok := list(kind)
		for i, row := range lit.Elts {
			before, after := lit.Lbrace, lit.Rbrace
			if i > 0 {
				before = lit.Elts[i-1].End()
			}
			if i+1 < len(lit.Elts) {
				after = lit.Elts[i+1].Pos()
			}
			first, last := line(row.Pos()), line(row.End())
			if ok && first == last && line(before) < first && line(after) > last {
				rows[first] = true
			}
			if pair, isPair := row.(*ast.KeyValueExpr); isPair {
				row = pair.Value
			}
			if inner, isLit := row.(*ast.CompositeLit); isLit && inner.Type == nil {
				visit(inner, element)
			}
		}
	}
	ast.Inspect(f.ast, func(n ast.Node) bool {
		if lit, ok := n.(*ast.CompositeLit); ok && lit.Type != nil {
			visit(lit, lit.Type)
		}
		return true
	})
	return rows
}

// checkTexts looks at the packages, when all files have been read.
func (in *inspection) checkTexts() {
	comments, odd := 0, 0
	var parts []string
	for folder, p := range in.texts {
		if p.lines > maxPackageLines && folder != "handlers" {
			p.add(folder, "has %d lines of Go without tests, at most %d: split it", p.lines, maxPackageLines)
		}
		p.checkMap(folder)
		in.problems = append(in.problems, p.layout...)
		comments, odd = comments+p.comments, odd+p.odd
		parts = append(parts, fmt.Sprintf("%s %d of %d", folder, p.odd, p.comments))
	}
	if float64(100*odd) > maxOddComments*float64(comments) {
		slices.Sort(parts)
		in.add("the tree", "%.1f in 100 comment lines hold a word such as who, what or nobody, at most %.1f: %s",
			float64(100*odd)/float64(comments), maxOddComments, strings.Join(parts, ", "))
	}
}

// checkMap compares a package's text with its files. A package of two files
// needs no map.
func (p *packageText) checkMap(folder string) {
	named := goFileNames.FindAllString(p.doc, -1)
	for _, name := range named {
		if !slices.Contains(p.files, name) && !strings.HasSuffix(name, "_test.go") {
			p.add(folder+"/doc.go", "names %s, which is not there", name)
		}
	}
	for _, name := range p.files {
		if p.doc != "" && len(p.files) > 2 && name != "doc.go" && !slices.Contains(named, name) {
			p.add(folder+"/doc.go", "does not name %s", name)
		}
	}
}

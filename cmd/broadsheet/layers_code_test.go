package main

import (
	"fmt"
	"go/ast"
	"go/token"
	"slices"
	"strconv"
	"strings"
)

// checkCode looks at functions, calls and literals.
func (f *goFile) checkCode() {
	for _, decl := range f.ast.Decls {
		if fn, ok := decl.(*ast.FuncDecl); ok {
			f.checkFunc(fn)
		}
	}
	ast.Inspect(f.ast, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CallExpr:
			f.checkCall(n)
			f.checkCacheTags(n)
		case *ast.SelectorExpr:
			f.checkSelector(n)
		case *ast.CompositeLit:
			if s, ok := n.Type.(*ast.SelectorExpr); ok && s.Sel.Name == "FuncMap" && !f.test {
				f.in.funcMap += len(n.Elts)
			}
		case *ast.ImportSpec:
			return false
		case *ast.BasicLit:
			f.checkLiteral(n)
		}
		return true
	})
}

func (f *goFile) checkFunc(fn *ast.FuncDecl) {
	name := fn.Name.Name
	if name == "init" && fn.Recv == nil {
		f.add(fn.Pos(), "func init hides an order of events; call it from where it is needed")
	}
	if f.under("models") && fn.Recv != nil && hooks.MatchString(name) {
		f.add(fn.Pos(), "%s is a GORM hook: it works behind the caller's back", name)
	}
	lines := f.files.Position(fn.End()).Line - f.files.Position(fn.Pos()).Line + 1
	if f.under("handlers") && !f.test && lines > maxHandlerLines && f.name != "handlers/routes.go" {
		where := fmt.Sprintf("%s:%d", f.name, f.files.Position(fn.Pos()).Line)
		f.in.text(f.folder).add(where, "%s has %d lines, a function of handlers at most %d", name, lines, maxHandlerLines)
	}
	if lines > maxFunctionLines && f.name != "handlers/routes.go" {
		f.add(fn.Pos(), "%s has %d lines, at most %d", name, lines, maxFunctionLines)
	}
}

// library returns the import path if x is the name of an imported package.
func (f *goFile) library(x ast.Expr) string {
	if id, ok := x.(*ast.Ident); ok {
		return f.names[id.Name]
	}
	return ""
}

func (f *goFile) checkCall(call *ast.CallExpr) {
	s, ok := call.Fun.(*ast.SelectorExpr)
	if !ok || f.test {
		return
	}
	library, name := f.library(s.X), s.Sel.Name
	helper := f.folder == "models/modeltest"
	switch {
	case f.under("models") && !helper && library == "time" && slices.Contains([]string{"Now", "Since", "Until"}, name):
		f.add(call.Pos(), "time.%s under models: take the time as a parameter", name)
	case f.under("models") && !helper && name == "AutoMigrate":
		f.add(call.Pos(), "the schema changes by migrations, not by AutoMigrate")
	case !f.under("models") && library == "" && (slices.Contains(queryVerbs, name) || name == "Query" && len(call.Args) > 0):
		f.add(call.Pos(), "%s asks the database outside models", name)
	case library == "html/template" && f.name != "views/html.go" &&
		slices.Contains([]string{"HTML", "HTMLAttr", "JS", "JSStr", "CSS", "URL", "Srcset"}, name):
		f.add(call.Pos(), "trust is granted in views/html.go only")
	}
}

// checkCacheTags keeps cache tags in constants: a misspelt literal would leave a
// page stale.
func (f *goFile) checkCacheTags(call *ast.CallExpr) {
	name := ""
	switch fn := call.Fun.(type) {
	case *ast.SelectorExpr:
		name = fn.Sel.Name
	case *ast.Ident:
		name = fn.Name
	}
	if f.test || !slices.Contains([]string{"Touch", "Touches", "NewSnapshot", "CacheTag"}, name) {
		return
	}
	for _, arg := range call.Args {
		if lit, ok := arg.(*ast.BasicLit); ok && lit.Kind == token.STRING {
			f.add(lit.Pos(), "%s is given a literal cache tag; use a constant", name)
		}
	}
}

func (f *goFile) checkSelector(s *ast.SelectorExpr) {
	if f.test {
		return
	}
	library, name := f.library(s.X), s.Sel.Name
	environment := slices.Contains([]string{"Getenv", "LookupEnv", "Environ", "ExpandEnv"}, name)
	switch {
	case library == "os" && environment && !f.under("cmd") && f.folder != "models/modeltest":
		f.add(s.Pos(), "os.%s outside cmd: take it as an option", name)
	case f.under("views") && library == "broadsheet/models" && slices.Contains([]string{"DB", "Tx", "Queryer"}, name):
		f.add(s.Pos(), "a view must not reach the database: models.%s", name)
	}
}

// checkLiteral keeps markup out of the strings of handlers and commands.
func (f *goFile) checkLiteral(lit *ast.BasicLit) {
	if lit.Kind != token.STRING || f.test || !f.under("handlers") && !f.under("cmd") || f.folder == "handlers/webtest" {
		return
	}
	text, err := strconv.Unquote(lit.Value)
	if err == nil && markup.MatchString(text) {
		f.add(lit.Pos(), "markup in a Go string; it belongs into a template")
	}
}

func (f *goFile) under(folder string) bool {
	return f.folder == folder || strings.HasPrefix(f.folder, folder+"/")
}

package compiled

import (
	"bytes"
	"errors"
	"fmt"
	"html/template"
	"io"
	"maps"
	"reflect"
	"sync"
	"text/template/parse"
)

// Set holds templates that call each other and the programs compiled from
// them. It is safe for use by several goroutines.
type Set struct {
	templates *template.Template
	funcs     template.FuncMap
	warn      func(template string, why error)

	mu       sync.RWMutex
	programs map[programKey]*program // nil for a template that cannot be compiled
}

type programKey struct {
	name string
	data reflect.Type // nil for a call without data
}

// program is a template compiled for one type of data.
type program struct {
	body  node
	slots int // variables, the first of which is $
}

// New makes a Set of templates that call each other. It lets html/template
// escape entry and the templates that entry calls; funcs are the functions
// that they were parsed with. It returns an error when html/template cannot
// escape a value in its place. Append calls warn once for each template that
// it cannot compile, with the reason.
func New(templates *template.Template, funcs template.FuncMap, entry string, warn func(template string, why error)) (*Set, error) {
	// html/template has no function that only escapes: executing a template
	// escapes it first. The execution itself then fails because it has no data.
	err := templates.ExecuteTemplate(io.Discard, entry, nil)
	var escaping *template.Error
	if errors.As(err, &escaping) {
		return nil, err
	}
	if templates.Lookup(entry) == nil {
		return nil, fmt.Errorf("there is no template %q", entry)
	}
	return &Set{templates: templates, funcs: funcs, warn: warn, programs: map[programKey]*program{}}, nil
}

// Append appends the output of a template to dst. data is a pointer to the
// template's data, so that nothing is copied. When the template cannot be
// compiled, html/template interprets it. On an error Append returns dst.
func (s *Set) Append(dst []byte, name string, data any) (out []byte, err error) {
	dot := reflect.ValueOf(data).Elem()
	p := s.program(name, dot.Type())
	if p == nil {
		return s.interpret(dst, name, data)
	}
	r := &run{out: dst}
	defer func() {
		if failed := recover(); failed != nil {
			f, ours := failed.(failure)
			if !ours {
				panic(failed)
			}
			out, err = dst, fmt.Errorf("%s: %w", name, f.error)
		}
	}()
	r.call(p, dot)
	return r.out, nil
}

// interpret appends the output of a template as html/template writes it.
func (s *Set) interpret(dst []byte, name string, data any) ([]byte, error) {
	out := bytes.NewBuffer(dst)
	if err := s.templates.ExecuteTemplate(out, name, data); err != nil {
		return dst, err
	}
	return out.Bytes(), nil
}

// program returns the compiled template for a type of data. The first call
// compiles it. It returns nil when the template cannot be compiled.
func (s *Set) program(name string, data reflect.Type) *program {
	key := programKey{name, data}
	s.mu.RLock()
	p, known := s.programs[key]
	s.mu.RUnlock()
	if known {
		return p
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if p, known = s.programs[key]; known {
		return p
	}
	made := map[programKey]*program{}
	p, err := s.compile(key, made)
	if err != nil {
		s.programs[key] = nil
		s.warn(name, err)
		return nil
	}
	maps.Copy(s.programs, made)
	return p
}

// compile compiles a template and the templates that it calls. It puts them
// into made at once, so that a template can call itself. The caller copies
// made into the set when all of them are compiled.
func (s *Set) compile(key programKey, made map[programKey]*program) (*program, error) {
	if p := s.programs[key]; p != nil {
		return p, nil
	}
	if p := made[key]; p != nil {
		return p, nil
	}
	t := s.templates.Lookup(key.name)
	if t == nil || t.Tree == nil {
		return nil, fmt.Errorf("there is no template %q", key.name)
	}
	p := &program{slots: 1}
	made[key] = p
	c := &compiler{set: s, made: made, program: p, scope: []variable{{"$", 0, key.data}}}
	body, err := c.list(t.Tree.Root, key.data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", key.name, err)
	}
	p.body = body
	return p, nil
}

// compiler compiles one template.
type compiler struct {
	set     *Set
	made    map[programKey]*program
	program *program
	scope   []variable // visible variables; the last one hides earlier ones
}

type variable struct {
	name string
	slot int
	typ  reflect.Type
}

// declare adds a variable and returns its slot.
func (c *compiler) declare(name string, typ reflect.Type) int {
	slot := c.program.slots
	c.program.slots++
	c.scope = append(c.scope, variable{name, slot, typ})
	return slot
}

func (c *compiler) lookup(name string) (variable, error) {
	for i := len(c.scope) - 1; i >= 0; i-- {
		if c.scope[i].name == name {
			return c.scope[i], nil
		}
	}
	return variable{}, fmt.Errorf("there is no variable %s", name)
}

// at adds the position of a node to an error.
func at(n parse.Node, err error) error { return fmt.Errorf("%s: %w", n, err) }

// run is one execution.
type run struct {
	out  []byte
	vars []reflect.Value
	base int // of the running program's variables
}

func (r *run) call(p *program, dot reflect.Value) {
	before := r.base
	r.base = len(r.vars)
	for range p.slots {
		r.vars = append(r.vars, reflect.Value{})
	}
	r.vars[r.base] = dot
	p.body(r, dot)
	r.vars = r.vars[:r.base]
	r.base = before
}

// failure is the panic value that ends an execution with an error.
type failure struct{ error }

func fail(err error) { panic(failure{err}) }

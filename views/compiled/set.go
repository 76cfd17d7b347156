package compiled

import (
	"errors"
	"fmt"
	"html/template"
	"io"
	"reflect"
	"sync"
	"text/template/parse"
)

// Set holds the templates that call each other, and the programs made of
// them. It may be used by many goroutines at once.
type Set struct {
	templates *template.Template
	funcs     template.FuncMap

	mu       sync.RWMutex
	programs map[programKey]*program
}

type programKey struct {
	name string
	data reflect.Type // nil for a call without data
}

// program is a template for one type of data.
type program struct {
	body  node
	slots int // variables, the first of which is $
}

// New takes templates that call each other and the functions they were parsed
// with, and has html/template escape them, beginning at entry. It fails where
// html/template finds a value in a place for which it knows no escaping.
func New(templates *template.Template, funcs template.FuncMap, entry string) (*Set, error) {
	// Escaping has no door of its own: it is the first thing that executing
	// does. That executing then fails for want of data is expected.
	err := templates.ExecuteTemplate(io.Discard, entry, nil)
	var escaping *template.Error
	if errors.As(err, &escaping) {
		return nil, err
	}
	if templates.Lookup(entry) == nil {
		return nil, fmt.Errorf("there is no template %q", entry)
	}
	return &Set{templates: templates, funcs: funcs, programs: map[programKey]*program{}}, nil
}

// Append writes the template's text for data behind dst. Data is passed as a
// pointer, so that nothing of it is copied; the template sees what it points
// to.
func (s *Set) Append(dst []byte, name string, data any) (out []byte, err error) {
	dot := reflect.ValueOf(data).Elem()
	p, err := s.program(name, dot.Type())
	if err != nil {
		return dst, err
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

// program returns the template for a type of data, compiled when it is first
// asked for.
func (s *Set) program(name string, data reflect.Type) (*program, error) {
	key := programKey{name, data}
	s.mu.RLock()
	p := s.programs[key]
	s.mu.RUnlock()
	if p != nil {
		return p, nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	made := map[programKey]*program{}
	p, err := s.compile(key, made)
	if err != nil {
		return nil, err
	}
	for key, one := range made {
		s.programs[key] = one
	}
	return p, nil
}

// compile makes a program and all that it calls. Those go into made at once,
// so that a template can call itself, and into the set only when all of them
// could be made.
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

// compiler turns one template into a program.
type compiler struct {
	set     *Set
	made    map[programKey]*program
	program *program
	scope   []variable // those that can be seen, the last one first
}

type variable struct {
	name string
	slot int
	typ  reflect.Type
}

// declare gives a variable its place.
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

// at says where something went wrong.
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

// failure ends an execution from within.
type failure struct{ error }

func fail(err error) { panic(failure{err}) }

package compiled

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"text/template/parse"
)

// expr is a compiled expression.
type expr struct {
	typ   reflect.Type // nil where it is known only when it runs
	value func(r *run, dot reflect.Value) reflect.Value
	text  func(r *run, dot reflect.Value) string // the same, where it is a text
}

// of makes an expression of a type.
func of(typ reflect.Type, value func(*run, reflect.Value) reflect.Value) expr {
	x := expr{typ: typ, value: value}
	if typ != nil && typ.Kind() == reflect.String {
		x.text = func(r *run, dot reflect.Value) string { return value(r, dot).String() }
	}
	return x
}

// ofText makes an expression of a function that returns a text.
func ofText(text func(*run, reflect.Value) string) expr {
	return expr{reflect.TypeFor[string](), func(r *run, dot reflect.Value) reflect.Value { return reflect.ValueOf(text(r, dot)) }, text}
}

func constant(v any) expr {
	value := reflect.ValueOf(v)
	return of(value.Type(), func(*run, reflect.Value) reflect.Value { return value })
}

// escaping is the prefix of the functions that html/template writes into a tree.
const escaping = "_html_template_"

// pipe compiles a pipeline. It also returns the names of the escaping functions for
// its value, separated by spaces.
func (c *compiler) pipe(p *parse.PipeNode, dot reflect.Type) (x expr, chain string, err error) {
	x, err = c.command(p.Cmds[0], dot)
	if err != nil {
		return x, "", err
	}
	var names []string
	for _, cmd := range p.Cmds[1:] {
		name, ok := cmd.Args[0].(*parse.IdentifierNode)
		if !ok || len(cmd.Args) != 1 || !strings.HasPrefix(name.Ident, escaping) {
			return x, "", errors.New("a value may be passed on to html/template's own functions only")
		}
		names = append(names, strings.TrimPrefix(name.Ident, escaping))
	}
	return x, strings.Join(names, " "), nil
}

func (c *compiler) command(cmd *parse.CommandNode, dot reflect.Type) (expr, error) {
	name, isFunction := cmd.Args[0].(*parse.IdentifierNode)
	if !isFunction {
		if len(cmd.Args) > 1 {
			return expr{}, errors.New("a method with arguments is not known")
		}
		return c.operand(cmd.Args[0], dot)
	}
	args := make([]expr, len(cmd.Args)-1)
	for i, arg := range cmd.Args[1:] {
		var err error
		if args[i], err = c.operand(arg, dot); err != nil {
			return expr{}, err
		}
	}
	return c.function(name.Ident, args)
}

func (c *compiler) operand(n parse.Node, dot reflect.Type) (expr, error) {
	switch n := n.(type) {
	case *parse.DotNode:
		return of(dot, func(_ *run, dot reflect.Value) reflect.Value { return dot }), nil
	case *parse.FieldNode:
		return fields(of(dot, func(_ *run, dot reflect.Value) reflect.Value { return dot }), n.Ident)
	case *parse.VariableNode:
		v, err := c.lookup(n.Ident[0])
		if err != nil {
			return expr{}, err
		}
		return fields(of(v.typ, func(r *run, _ reflect.Value) reflect.Value { return r.vars[r.base+v.slot] }), n.Ident[1:])
	case *parse.PipeNode:
		x, chain, err := c.pipe(n, dot)
		if err == nil && (chain != "" || len(n.Decl) != 0) {
			err = errors.New("this is not known within a pipeline")
		}
		return x, err
	case *parse.IdentifierNode:
		return c.function(n.Ident, nil)
	case *parse.StringNode:
		text := n.Text
		return ofText(func(*run, reflect.Value) string { return text }), nil
	case *parse.BoolNode:
		return constant(n.True), nil
	case *parse.NumberNode:
		if n.IsInt {
			return constant(int(n.Int64)), nil
		}
	}
	return expr{}, fmt.Errorf("%s (%T) is not known", n, n)
}

// fields compiles a chain of names: .Article.URL.
func fields(x expr, names []string) (expr, error) {
	for _, name := range names {
		var err error
		if x, err = member(x, name); err != nil {
			return x, err
		}
	}
	return x, nil
}

// member is a method or a field, found by its name once.
func member(x expr, name string) (expr, error) {
	if x.typ == nil {
		return x, fmt.Errorf("whether the value has .%s is known only when it runs", name)
	}
	if m, ok := x.typ.MethodByName(name); ok && x.typ.Kind() != reflect.Interface {
		return method(x, m)
	}
	owner, value := x.typ, x.value
	if owner.Kind() == reflect.Pointer {
		owner = owner.Elem()
		pointer := value
		value = func(r *run, dot reflect.Value) reflect.Value {
			v := pointer(r, dot)
			if v.IsNil() {
				fail(fmt.Errorf("nothing is there to take .%s of", name))
			}
			return v.Elem()
		}
	}
	if owner.Kind() == reflect.Struct {
		if f, ok := owner.FieldByName(name); ok && f.IsExported() {
			if len(f.Index) == 1 {
				at := f.Index[0]
				return of(f.Type, func(r *run, dot reflect.Value) reflect.Value { return value(r, dot).Field(at) }), nil
			}
			return of(f.Type, func(r *run, dot reflect.Value) reflect.Value { return value(r, dot).FieldByIndex(f.Index) }), nil
		}
	}
	return x, fmt.Errorf("%s has no .%s", x.typ, name)
}

// method calls a method without arguments, on a value or on the pointer that
// the value is.
func method(x expr, m reflect.Method) (expr, error) {
	if m.Type.NumIn() != 1 || m.Type.NumOut() != 1 {
		return x, fmt.Errorf("method .%s takes or returns too much", m.Name)
	}
	return of(m.Type.Out(0), func(r *run, dot reflect.Value) reflect.Value {
		return x.value(r, dot).Method(m.Index).Call(nil)[0]
	}), nil
}

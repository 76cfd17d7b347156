package compiled

import (
	"errors"
	"fmt"
	"reflect"
	"text/template/parse"
)

// node is a function that writes a part of a page.
type node func(r *run, dot reflect.Value)

// list compiles nodes in order. The scope of the variables that they declare ends
// with the list.
func (c *compiler) list(l *parse.ListNode, dot reflect.Type) (node, error) {
	if l == nil {
		return func(*run, reflect.Value) {}, nil
	}
	seen := len(c.scope)
	defer func() { c.scope = c.scope[:seen] }()
	var all []node
	for _, n := range l.Nodes {
		one, err := c.node(n, dot)
		if err != nil {
			return nil, err
		}
		if one != nil {
			all = append(all, one)
		}
	}
	if len(all) == 1 {
		return all[0], nil
	}
	return func(r *run, dot reflect.Value) {
		for _, one := range all {
			one(r, dot)
		}
	}, nil
}

func (c *compiler) node(n parse.Node, dot reflect.Type) (node, error) {
	switch n := n.(type) {
	case *parse.TextNode:
		text := n.Text
		return func(r *run, _ reflect.Value) { r.out = append(r.out, text...) }, nil
	case *parse.CommentNode:
		return nil, nil
	case *parse.ActionNode:
		return c.action(n, dot)
	case *parse.IfNode:
		return c.branch(&n.BranchNode, dot, false)
	case *parse.WithNode:
		return c.branch(&n.BranchNode, dot, true)
	case *parse.RangeNode:
		return c.loop(n, dot)
	case *parse.TemplateNode:
		return c.template(n, dot)
	default:
		return nil, at(n, fmt.Errorf("%T is not known", n))
	}
}

// action compiles writing a value, or assigning it to a variable.
func (c *compiler) action(n *parse.ActionNode, dot reflect.Type) (node, error) {
	x, chain, err := c.pipe(n.Pipe, dot)
	if err != nil {
		return nil, at(n, err)
	}
	if len(n.Pipe.Decl) == 0 {
		write, err := c.writer(x, chain)
		if err != nil {
			return nil, at(n, err)
		}
		return write, nil
	}
	if len(n.Pipe.Decl) != 1 || n.Pipe.IsAssign || chain != "" {
		return nil, at(n, errors.New("this assignment is not known"))
	}
	slot := c.declare(n.Pipe.Decl[0].Ident[0], x.typ)
	return func(r *run, dot reflect.Value) { r.vars[r.base+slot] = x.value(r, dot) }, nil
}

// branch compiles if, and with, which also moves the dot.
func (c *compiler) branch(n *parse.BranchNode, dot reflect.Type, moves bool) (node, error) {
	if len(n.Pipe.Decl) != 0 {
		return nil, at(n, errors.New("a variable of a condition is not known"))
	}
	x, chain, err := c.pipe(n.Pipe, dot)
	if err == nil && chain != "" {
		err = errors.New("a condition is not escaped")
	}
	if err != nil {
		return nil, at(n, err)
	}
	inner := dot
	if moves {
		inner = x.typ
	}
	yes, err := c.list(n.List, inner)
	if err != nil {
		return nil, err
	}
	no, err := c.list(n.ElseList, dot)
	if err != nil {
		return nil, err
	}
	if !moves {
		return func(r *run, dot reflect.Value) {
			if truth(x.value(r, dot)) {
				yes(r, dot)
			} else {
				no(r, dot)
			}
		}, nil
	}
	return func(r *run, dot reflect.Value) {
		if v := x.value(r, dot); truth(v) {
			yes(r, v)
		} else {
			no(r, dot)
		}
	}, nil
}

// loop compiles range over a slice.
func (c *compiler) loop(n *parse.RangeNode, dot reflect.Type) (node, error) {
	x, chain, err := c.pipe(n.Pipe, dot)
	if err == nil && (chain != "" || x.typ == nil || x.typ.Kind() != reflect.Slice) {
		err = errors.New("only slices can be gone through")
	}
	if err != nil {
		return nil, at(n, err)
	}
	seen := len(c.scope)
	index, item := -1, -1
	switch decl := n.Pipe.Decl; len(decl) {
	case 1:
		item = c.declare(decl[0].Ident[0], x.typ.Elem())
	case 2:
		index = c.declare(decl[0].Ident[0], reflect.TypeFor[int]())
		item = c.declare(decl[1].Ident[0], x.typ.Elem())
	}
	each, err := c.list(n.List, x.typ.Elem())
	if err != nil {
		return nil, err
	}
	c.scope = c.scope[:seen]
	none, err := c.list(n.ElseList, dot)
	if err != nil {
		return nil, err
	}
	return func(r *run, dot reflect.Value) {
		list := x.value(r, dot)
		if list.Len() == 0 {
			none(r, dot)
		}
		for i := range list.Len() {
			one := list.Index(i)
			if index >= 0 {
				r.vars[r.base+index] = reflect.ValueOf(i)
			}
			if item >= 0 {
				r.vars[r.base+item] = one
			}
			each(r, one)
		}
	}, nil
}

// template compiles a call of a template, which may be recursive.
func (c *compiler) template(n *parse.TemplateNode, dot reflect.Type) (node, error) {
	if n.Pipe == nil {
		p, err := c.set.compile(programKey{n.Name, nil}, c.made)
		if err != nil {
			return nil, at(n, err)
		}
		return func(r *run, _ reflect.Value) { r.call(p, reflect.Value{}) }, nil
	}
	x, chain, err := c.pipe(n.Pipe, dot)
	if err == nil && (chain != "" || x.typ == nil || len(n.Pipe.Decl) != 0) {
		err = errors.New("of this value too little is known to call a template with")
	}
	if err != nil {
		return nil, at(n, err)
	}
	p, err := c.set.compile(programKey{n.Name, x.typ}, c.made)
	if err != nil {
		return nil, at(n, err)
	}
	return func(r *run, dot reflect.Value) { r.call(p, x.value(r, dot)) }, nil
}

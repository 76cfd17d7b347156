package compiled

import (
	"errors"
	"fmt"
	"reflect"
	"time"
)

// function compiles a call: of text/template's own functions, or of one that
// the set was given.
func (c *compiler) function(name string, args []expr) (expr, error) {
	switch name {
	case "and", "or":
		return either(name == "or", args)
	case "not":
		if len(args) != 1 {
			return expr{}, errors.New("not takes one value")
		}
		return of(reflect.TypeFor[bool](), func(r *run, dot reflect.Value) reflect.Value {
			return reflect.ValueOf(!truth(args[0].value(r, dot)))
		}), nil
	case "eq", "ne", "lt", "le", "gt", "ge":
		return comparison(name, args)
	case "len":
		if len(args) != 1 || args[0].typ == nil || args[0].typ.Kind() != reflect.Slice {
			return expr{}, errors.New("only slices have a length here")
		}
		return of(reflect.TypeFor[int](), func(r *run, dot reflect.Value) reflect.Value {
			return reflect.ValueOf(args[0].value(r, dot).Len())
		}), nil
	case "print":
		return ofText(func(r *run, dot reflect.Value) string { return fmt.Sprint(anys(args, r, dot)...) }), nil
	}
	f, ok := c.set.funcs[name]
	if !ok {
		return expr{}, fmt.Errorf("there is no function %s", name)
	}
	if x, ok := direct(f, args); ok {
		return x, nil
	}
	return reflective(name, reflect.ValueOf(f), args)
}

// either is and, or: the first value that decides, else the last. Those behind
// it are not looked at.
func either(decides bool, args []expr) (expr, error) {
	if len(args) == 0 {
		return expr{}, errors.New("and, or need a value")
	}
	typ := args[0].typ
	for _, arg := range args {
		if arg.typ != typ {
			typ = nil
		}
	}
	return of(typ, func(r *run, dot reflect.Value) (v reflect.Value) {
		for _, arg := range args {
			if v = arg.value(r, dot); truth(v) == decides {
				return v
			}
		}
		return v
	}), nil
}

// comparison compares two values; eq compares the first with any of the rest.
func comparison(name string, args []expr) (expr, error) {
	if len(args) < 2 || len(args) > 2 && name != "eq" {
		return expr{}, fmt.Errorf("%s takes two values", name)
	}
	for _, arg := range args {
		if arg.typ == nil {
			return expr{}, fmt.Errorf("%s has to know what it compares", name)
		}
		if _, err := compare(name, reflect.Zero(args[0].typ), reflect.Zero(arg.typ)); err != nil {
			return expr{}, err
		}
	}
	return of(reflect.TypeFor[bool](), func(r *run, dot reflect.Value) reflect.Value {
		first := args[0].value(r, dot)
		for _, arg := range args[1:] {
			if yes, _ := compare(name, first, arg.value(r, dot)); yes {
				return reflect.ValueOf(true)
			}
		}
		return reflect.ValueOf(false)
	}), nil
}

func anys(args []expr, r *run, dot reflect.Value) []any {
	list := make([]any, len(args))
	for i, arg := range args {
		if v := arg.value(r, dot); v.IsValid() {
			list[i] = v.Interface()
		}
	}
	return list
}

// isTime reports whether an argument is a time or a pointer to one.
func isTime(x expr) bool {
	return x.typ == reflect.TypeFor[time.Time]() || x.typ == reflect.TypeFor[*time.Time]()
}

// timeOf reads a time without copying it to the heap where it lies in the
// page's data, as nearly all do.
func timeOf(v reflect.Value) time.Time {
	if v.Kind() == reflect.Pointer {
		if v.IsNil() {
			fail(errors.New("nothing is there to take the time of"))
		}
		return *v.Interface().(*time.Time)
	}
	if v.CanAddr() {
		return *v.Addr().Interface().(*time.Time)
	}
	return v.Interface().(time.Time)
}

func must(text string, err error) string {
	if err != nil {
		fail(err)
	}
	return text
}

// direct calls functions of the kinds that pages use by the hundred; all of
// them return texts.
func direct(f any, args []expr) (expr, bool) {
	is := func(i int, kind reflect.Kind) bool {
		return i < len(args) && args[i].typ != nil && args[i].typ.Kind() == kind
	}
	one := len(args) == 1
	switch f := f.(type) {
	case func(time.Time) string:
		return ofText(func(r *run, dot reflect.Value) string { return f(timeOf(args[0].value(r, dot))) }), one && isTime(args[0])
	case func(time.Time) (string, error):
		return ofText(func(r *run, dot reflect.Value) string { return must(f(timeOf(args[0].value(r, dot)))) }), one && isTime(args[0])
	case func(time.Time, time.Time) (string, error):
		return ofText(func(r *run, dot reflect.Value) string {
			return must(f(timeOf(args[0].value(r, dot)), timeOf(args[1].value(r, dot))))
		}), len(args) == 2 && isTime(args[0]) && isTime(args[1])
	case func(string) string:
		return ofText(func(r *run, dot reflect.Value) string { return f(args[0].text(r, dot)) }), one && is(0, reflect.String)
	case func(int) string:
		return ofText(func(r *run, dot reflect.Value) string { return f(int(args[0].value(r, dot).Int())) }), one && is(0, reflect.Int)
	case func(string, ...any) (string, error):
		return ofText(func(r *run, dot reflect.Value) string {
			return must(f(args[0].text(r, dot), anys(args[1:], r, dot)...))
		}), is(0, reflect.String)
	case func(string, int, ...any) (string, error):
		return ofText(func(r *run, dot reflect.Value) string {
			return must(f(args[0].text(r, dot), int(args[1].value(r, dot).Int()), anys(args[2:], r, dot)...))
		}), is(0, reflect.String) && is(1, reflect.Int)
	}
	return expr{}, false
}

// reflective calls any other function, which takes its arguments as they are.
func reflective(name string, f reflect.Value, args []expr) (expr, error) {
	typ := f.Type()
	if typ.IsVariadic() || typ.NumIn() != len(args) || typ.NumOut() != 1 {
		return expr{}, fmt.Errorf("a call of %s with %d values is not known", name, len(args))
	}
	for i, arg := range args {
		if arg.typ == nil || !arg.typ.AssignableTo(typ.In(i)) {
			return expr{}, fmt.Errorf("%s: value %d is a %v, not a %s", name, i+1, arg.typ, typ.In(i))
		}
	}
	return of(typ.Out(0), func(r *run, dot reflect.Value) reflect.Value {
		in := make([]reflect.Value, len(args))
		for i, arg := range args {
			in[i] = arg.value(r, dot)
		}
		return f.Call(in)[0]
	}), nil
}

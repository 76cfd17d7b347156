package compiled

import (
	"fmt"
	"reflect"
	"text/template"
)

// truth returns the truth value for if, with, and, or and not, as in text/template:
// a value is true if it is not empty.
func truth(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.String, reflect.Slice, reflect.Map, reflect.Array:
		return v.Len() > 0
	case reflect.Bool:
		return v.Bool()
	case reflect.Pointer:
		return !v.IsNil()
	case reflect.Struct:
		return true
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return v.Int() != 0
	case reflect.Invalid:
		return false
	default:
		yes, _ := template.IsTrue(v.Interface())
		return yes
	}
}

// compare is eq, ne, lt, le, gt and ge for whole numbers and texts.
func compare(name string, a, b reflect.Value) (bool, error) {
	var order int
	switch {
	case a.CanInt() && b.CanInt():
		order = sign(a.Int(), b.Int())
	case a.Kind() == reflect.String && b.Kind() == reflect.String:
		order = sign(a.String(), b.String())
	default:
		return false, fmt.Errorf("%s of %s and %s is not known", name, a.Kind(), b.Kind())
	}
	switch name {
	case "eq":
		return order == 0, nil
	case "ne":
		return order != 0, nil
	case "lt":
		return order < 0, nil
	case "le":
		return order <= 0, nil
	case "gt":
		return order > 0, nil
	default:
		return order >= 0, nil
	}
}

func sign[T int64 | string](a, b T) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	default:
		return 0
	}
}

package models

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync"

	"gorm.io/gorm/schema"
)

// Columns are columns of a row type, in a fixed order, with the fields that
// hold them. Lists of columns, scan targets and values come from the same
// order, so a query by hand and its struct cannot disagree.
type Columns[T any] struct {
	names []string
	paths [][]int // for reflect.Value.FieldByIndex, one for each name
}

// ColumnsOf returns all columns of T in the order of its fields, by GORM's
// rules for names, embedded structs and fields without a column. Call it once
// for each type, in a package variable. It panics where T is no row type that
// database/sql can scan by itself: with a GORM serializer or an embedded pointer.
func ColumnsOf[T any]() Columns[T] {
	s, err := schema.Parse(new(T), &sync.Map{}, schema.NamingStrategy{})
	if err != nil {
		panic(err)
	}
	var c Columns[T]
	for _, name := range s.DBNames {
		field := s.FieldsByDBName[name]
		path := field.StructField.Index
		if field.Serializer != nil || slices.ContainsFunc(path, func(i int) bool { return i < 0 }) {
			panic(fmt.Sprintf("models: column %s of %T cannot be scanned by itself", name, *new(T)))
		}
		c.names, c.paths = append(c.names, name), append(c.paths, path)
	}
	return c
}

// Only returns the columns with the given names, in the given order. It panics
// on a name that T does not have.
func (c Columns[T]) Only(names ...string) Columns[T] {
	var some Columns[T]
	for _, name := range names {
		i := c.index(name)
		some.names, some.paths = append(some.names, name), append(some.paths, c.paths[i])
	}
	return some
}

// Without returns the columns but those with the given names. It panics on a
// name that T does not have.
func (c Columns[T]) Without(names ...string) Columns[T] {
	for _, name := range names {
		i := c.index(name)
		c.names, c.paths = slices.Delete(slices.Clone(c.names), i, i+1), slices.Delete(slices.Clone(c.paths), i, i+1)
	}
	return c
}

func (c Columns[T]) index(name string) int {
	i := slices.Index(c.names, name)
	if i < 0 {
		panic(fmt.Sprintf("models: %T has no column %s", *new(T), name))
	}
	return i
}

// List returns the columns for a statement, separated by commas. alias is the
// table's name in the statement, "" for none.
func (c Columns[T]) List(alias string) string {
	if alias != "" {
		alias += "."
	}
	return c.Select(func(name string) string { return alias + name })
}

// Select returns an expression for each column, separated by commas.
func (c Columns[T]) Select(expression func(name string) string) string {
	list := make([]string, len(c.names))
	for i, name := range c.names {
		list[i] = expression(name)
	}
	return strings.Join(list, ", ")
}

// Placeholders returns a ? for each column, separated by commas.
func (c Columns[T]) Placeholders() string {
	return c.Select(func(string) string { return "?" })
}

// All runs a query with these columns and returns its rows. It sets up the scan
// targets once, not once for each row.
func (c Columns[T]) All(ctx context.Context, r Queryer, text string, args ...any) ([]T, error) {
	rows, err := QueryRows(ctx, r, text, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []T
	var row T
	for fields := c.Fields(&row); rows.Next(); {
		if err := rows.Scan(fields...); err != nil {
			return nil, err
		}
		list = append(list, row)
	}
	return list, rows.Err()
}

// Fields returns pointers to the fields of row in the order of the columns, to
// scan a result row into, and then the targets in more. A loop over rows may
// scan into the same row again and copy it, since a scan replaces pointers.
func (c Columns[T]) Fields(row *T, more ...any) []any {
	v := reflect.ValueOf(row).Elem()
	list := make([]any, 0, len(c.paths)+len(more))
	for _, path := range c.paths {
		list = append(list, v.FieldByIndex(path).Addr().Interface())
	}
	return append(list, more...)
}

// Values returns the values of row in the order of the columns, as arguments
// for a statement.
func (c Columns[T]) Values(row *T) []any {
	v := reflect.ValueOf(row).Elem()
	list := make([]any, 0, len(c.paths))
	for _, path := range c.paths {
		list = append(list, v.FieldByIndex(path).Interface())
	}
	return list
}

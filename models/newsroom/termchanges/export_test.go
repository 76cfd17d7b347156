package termchanges

// RowTypes are the types of rows that only this package uses.
var RowTypes = []any{termApart{}, Change{}, changedList{}}

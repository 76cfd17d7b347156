package taxonomy

// RowTypes are the types of rows that only this package uses.
var RowTypes = []any{termAddress{}, termName{}}

package presence

// RowTypes are the types of this package's tables.
var RowTypes = []any{row{}}

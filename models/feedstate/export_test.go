package feedstate

// RowTypes are the row types of the package.
var RowTypes = []any{Feed{}, address{}}

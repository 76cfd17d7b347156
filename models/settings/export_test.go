package settings

// RowTypes is a value of every row type of the package.
var RowTypes = []any{row{}}

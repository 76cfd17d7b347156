package frontplan

// Rows is a value of every row type of the package.
var Rows = []any{row{}}

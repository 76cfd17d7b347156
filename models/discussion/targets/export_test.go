package targets

// Rows has a value of every row type of the package.
var Rows = []any{state{}, recipient{}}

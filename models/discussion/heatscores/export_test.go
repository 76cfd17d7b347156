package heatscores

// Rows is a value of every row type of the package.
var Rows = []any{learned{}, scored{}}

package moderation

// Rows is a value of every row type of the package.
var Rows = []any{figure{}, moderatorFigure{}, arrival{}, heldSet{}, heldItem{}}

package moderation

// Rows is a value of every row type of the package.
var Rows = []any{claim{}, SavedFilter{}, SavedReply{}, figure{}, moderatorFigure{}, arrival{}, heldSet{}, heldItem{}}

// ScanLess makes a queue be gone through in shorter stretches.
func ScanLess(n int) { mostScanned = n }

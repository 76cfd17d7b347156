package moderation

// Rows has a value of every row type of the package.
var Rows = []any{claim{}, SavedFilter{}, SavedReply{}, figure{}, dayFigure{}, dayDecision{}, dayWait{}, waitFigure{}, figureZone{}, arrival{}, heldSet{}, heldItem{}}

// LimitScan sets the number of comments that one query scans for those in some
// categories, or sorts.
func LimitScan(n int) { mostScanned, mostSorted = n, n }

package wordindex

// Rows is a value of every row type of the package.
var Rows = []any{mark{}}

// SetNewestSample changes the size of the sample of [Query.Newest] and returns a function
// that restores it.
func SetNewestSample(n int) (restore func()) {
	before := newestSample
	newestSample = n
	return func() { newestSample = before }
}

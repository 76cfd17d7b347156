package logbook

// LimitWindow makes the windows of lists smaller.
func LimitWindow(n int) { window = n }

package blob

// Opened for the fuzz targets.
var (
	CountScans = countScans
	Render     = render
)

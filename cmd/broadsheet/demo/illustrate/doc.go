// Package illustrate draws the demo newsroom's pictures: flat landscapes in
// a few layers of muted colour, with one subject in front.
//
//	draw.go     Draw and the scenes by name
//	canvas.go   paths, gradients and grain
//	scenery.go  skies, hills, water, rows of houses
//	subjects.go objects in the foreground: ships, turbines, a table
//
// A picture depends on nothing but scene, seed and size.
package illustrate

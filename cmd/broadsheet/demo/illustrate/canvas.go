package illustrate

import (
	"image"
	"image/color"
	"image/draw"
	"math"
	"math/rand/v2"

	"golang.org/x/image/vector"
)

// point is a place on the canvas, in shares of its width and height.
type point struct{ x, y float64 }

// canvas is a picture being drawn.
type canvas struct {
	img    *image.RGBA
	random *rand.Rand
	raster vector.Rasterizer
	w, h   float64
	colors palette
}

// palette is the few colours of a picture, from far to near.
type palette struct {
	skyHigh, skyLow, sun, far, middle, near, dark, light color.RGBA
}

func rgb(hex uint32) color.RGBA {
	return color.RGBA{uint8(hex >> 16), uint8(hex >> 8), uint8(hex), 255}
}

var palettes = []palette{
	{rgb(0x8fb3c4), rgb(0xf3e3cb), rgb(0xfbf3e2), rgb(0x9fb6bd), rgb(0x5f8590), rgb(0x2f505c), rgb(0x182c35), rgb(0xf0d9a8)},
	{rgb(0xd98f6c), rgb(0xf6d9a9), rgb(0xfdf1d3), rgb(0xb98272), rgb(0x7d5560), rgb(0x4b3548), rgb(0x271d2c), rgb(0xf7c774)},
	{rgb(0xbcc9c2), rgb(0xeef0e4), rgb(0xffffff), rgb(0xa5b5a6), rgb(0x6f8a72), rgb(0x3d5a49), rgb(0x1f3129), rgb(0xe9d8a6)},
	{rgb(0x6c7a98), rgb(0xd8cbd0), rgb(0xf9eee4), rgb(0x8b8fa8), rgb(0x565d7c), rgb(0x333852), rgb(0x1b1e30), rgb(0xe8b98a)},
	{rgb(0xe8dcc0), rgb(0xf7f0de), rgb(0xfffaf0), rgb(0xd3b88a), rgb(0xb0875a), rgb(0x7a5638), rgb(0x3f2c1f), rgb(0xf5e3b5)},
}

// night is the palette of scenes after dark.
var night = palette{
	rgb(0x101a33), rgb(0x3d4a72), rgb(0xf1ead2), rgb(0x2b3558),
	rgb(0x1d2644), rgb(0x131a31), rgb(0x090d1b), rgb(0xf4cf7e),
}

// fill draws a polygon. Only the part of the canvas that it covers is gone
// through: most shapes are small.
func (c *canvas) fill(col color.Color, points ...point) {
	left, top, right, bottom := math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)
	for _, p := range points {
		left, right = min(left, p.x*c.w), max(right, p.x*c.w)
		top, bottom = min(top, p.y*c.h), max(bottom, p.y*c.h)
	}
	within := image.Rect(
		int(math.Floor(max(left, 0))), int(math.Floor(max(top, 0))),
		int(math.Ceil(min(right, c.w))), int(math.Ceil(min(bottom, c.h))),
	)
	if within.Intersect(c.img.Rect) != within || within.Empty() {
		return
	}
	c.raster.Reset(within.Dx(), within.Dy())
	for i, p := range points {
		x, y := float32(p.x*c.w)-float32(within.Min.X), float32(p.y*c.h)-float32(within.Min.Y)
		if i == 0 {
			c.raster.MoveTo(x, y)
		} else {
			c.raster.LineTo(x, y)
		}
	}
	c.raster.ClosePath()
	c.raster.Draw(c.img, within, image.NewUniform(col), image.Point{})
}

func (c *canvas) box(col color.Color, x, y, w, h float64) {
	c.fill(col, point{x, y}, point{x + w, y}, point{x + w, y + h}, point{x, y + h})
}

// disc draws a circle; r is a share of the height.
func (c *canvas) disc(col color.Color, x, y, r float64) {
	const corners = 48
	var points [corners]point
	for i := range points {
		sin, cos := math.Sincos(2 * math.Pi * float64(i) / corners)
		points[i] = point{x + cos*r*c.h/c.w, y + sin*r}
	}
	c.fill(col, points[:]...)
}

// line draws a stroke; width is a share of the height.
func (c *canvas) line(col color.Color, a, b point, width float64) {
	dx, dy := (b.x-a.x)*c.w, (b.y-a.y)*c.h
	length := math.Hypot(dx, dy)
	if length == 0 {
		return
	}
	nx, ny := -dy/length*width/2*c.h/c.w, dx/length*width/2
	c.fill(col, point{a.x + nx, a.y + ny}, point{b.x + nx, b.y + ny}, point{b.x - nx, b.y - ny}, point{a.x - nx, a.y - ny})
}

// gradient fills a band from one colour to another.
func (c *canvas) gradient(from, to color.RGBA, top, bottom float64) {
	y0, y1 := int(top*c.h), int(bottom*c.h)
	for y := y0; y < y1; y++ {
		col := mix(from, to, float64(y-y0)/float64(max(1, y1-y0)))
		draw.Draw(c.img, image.Rect(0, y, c.img.Rect.Dx(), y+1), image.NewUniform(col), image.Point{}, draw.Src)
	}
}

func mix(a, b color.RGBA, t float64) color.RGBA {
	part := func(x, y uint8) uint8 { return uint8(math.Round(float64(x) + (float64(y)-float64(x))*t)) }
	return color.RGBA{part(a.R, b.R), part(a.G, b.G), part(a.B, b.B), 255}
}

// alpha makes a colour see-through; share 1 is opaque.
func alpha(col color.RGBA, share float64) color.RGBA {
	part := func(x uint8) uint8 { return uint8(float64(x) * share) }
	return color.RGBA{part(col.R), part(col.G), part(col.B), uint8(255 * share)}
}

// grain roughens the flat areas a little, as newsprint does.
func (c *canvas) grain() {
	pix := c.img.Pix
	for i := 0; i+3 < len(pix); i += 4 {
		n := int(c.random.Uint32()&7) - 4
		pix[i+3] = 255 // laying see-through colours over others can round it down
		for k := range 3 {
			pix[i+k] = uint8(min(255, max(0, int(pix[i+k])+n)))
		}
	}
}

// between returns a number from a to b.
func (c *canvas) between(a, b float64) float64 { return a + c.random.Float64()*(b-a) }

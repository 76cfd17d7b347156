package sharecard

import (
	"image"
	"image/color"
	"slices"

	"github.com/go-text/typesetting/font"
	"github.com/go-text/typesetting/font/opentype"
	"github.com/go-text/typesetting/shaping"
	"golang.org/x/image/draw"
	"golang.org/x/image/math/fixed"
	"golang.org/x/image/vector"
)

// canvas is the picture that is being drawn.
// The packages that draw are fast only on the bare image.RGBA, so they get that.
type canvas struct{ *image.RGBA }

func newCanvas() canvas { return canvas{image.NewRGBA(image.Rect(0, 0, Width, Height))} }

func (c canvas) fill(r image.Rectangle, with color.Color) {
	draw.Draw(c.RGBA, r, image.NewUniform(with), image.Point{}, draw.Over)
}

// text draws a block with each line centred on x; top is where its ink begins.
func (c canvas) text(b *block, x, top int, with color.Color) {
	if b == nil {
		return
	}
	raster := vector.NewRasterizer(Width, Height)
	baseline := top + b.ascent
	for _, line := range b.lines {
		pen := fixed.I(x) - lineWidth(line)/2
		// Runs are stored in the order of reading.
		runs := slices.Clone(line)
		slices.SortStableFunc(runs, func(a, b shaping.Output) int { return int(a.VisualIndex - b.VisualIndex) })
		for i := range runs {
			pen = outline(raster, &runs[i], pen, fixed.I(baseline))
		}
		baseline += b.pitch
	}
	raster.Draw(c.RGBA, c.Bounds(), image.NewUniform(with), image.Point{})
}

// outline adds the outlines of a run to the raster, and returns the place after it.
func outline(raster *vector.Rasterizer, run *shaping.Output, x, y fixed.Int26_6) fixed.Int26_6 {
	scale := float32(run.Size) / 64 / float32(run.Face.Upem())
	for _, g := range run.Glyphs {
		if shape, ok := run.Face.GlyphData(g.GlyphID).(font.GlyphOutline); ok {
			left, base := float32(x+g.XOffset)/64, float32(y-g.YOffset)/64
			at := func(p opentype.SegmentPoint) (float32, float32) { return left + p.X*scale, base - p.Y*scale }
			addOutline(raster, shape, at)
		}
		x += g.Advance
	}
	return x
}

func addOutline(raster *vector.Rasterizer, shape font.GlyphOutline, at func(opentype.SegmentPoint) (float32, float32)) {
	for i, s := range shape.Segments {
		ax, ay := at(s.Args[0])
		bx, by := at(s.Args[1])
		cx, cy := at(s.Args[2])
		switch s.Op {
		case opentype.SegmentOpMoveTo:
			if i > 0 {
				raster.ClosePath()
			}
			raster.MoveTo(ax, ay)
		case opentype.SegmentOpLineTo:
			raster.LineTo(ax, ay)
		case opentype.SegmentOpQuadTo:
			raster.QuadTo(ax, ay, bx, by)
		case opentype.SegmentOpCubeTo:
			raster.CubeTo(ax, ay, bx, by, cx, cy)
		}
	}
	if len(shape.Segments) > 0 {
		raster.ClosePath()
	}
}

// picture covers the canvas with a picture, cropped so that its focus stays in view.
func (c canvas) picture(m image.Image, focusX, focusY int) {
	draw.CatmullRom.Scale(c.RGBA, c.Bounds(), m, crop(m.Bounds(), focusX, focusY), draw.Over, nil)
}

// crop returns the largest part of a picture with the canvas's shape, as near to the
// focus as the edges allow. The focus is in percent from the left and the top.
func crop(from image.Rectangle, focusX, focusY int) image.Rectangle {
	w, h := from.Dx(), from.Dy()
	if w*Height > h*Width {
		w = max(1, h*Width/Height)
	} else {
		h = max(1, w*Height/Width)
	}
	x := min(max(from.Dx()*focusX/100-w/2, 0), from.Dx()-w)
	y := min(max(from.Dy()*focusY/100-h/2, 0), from.Dy()-h)
	return image.Rect(0, 0, w, h).Add(from.Min).Add(image.Pt(x, y))
}

// shade darkens the canvas downwards: not at all at the first row, fully from the second
// on. depth is the part of black there, from 0 to 1.
func (c canvas) shade(begin, full int, depth float64) {
	for y := max(begin, 0); y < Height; y++ {
		part := 1.0
		if y < full {
			part = float64(y-begin) / float64(full-begin)
			part = part * part * (3 - 2*part)
		}
		c.fill(image.Rect(0, y, Width, y+1), color.NRGBA{12, 13, 16, uint8(255*depth*part + 0.5)})
	}
}

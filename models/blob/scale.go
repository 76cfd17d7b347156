package blob

import (
	"image"
	"image/draw"
	"math"
)

// The scaler makes pictures smaller with the Catmull-Rom filter, in whole numbers, one
// row at a time. Package golang.org/x/image/draw gives the same pixels to about one level
// (a test compares them), but it needs 32 bytes for each pixel of a strip as high as the
// source, and has no way to scale the planes of a JPEG apart from each other.

// Precision of the two passes, in bits. The sum of a pass stays below 2^31.
const (
	weightBits = 14
	rowBits    = 6 // of the rows between the passes, beside the 8 of a pixel
)

// taps are the source pixels of one target pixel.
type taps struct {
	first   int     // source pixel
	weights []int32 // their sum is 1 << weightBits
}

// tapsOf returns the taps of a row or column of target pixels. step is the number of
// source pixels for each target pixel. It is below 1 only for colour samples that
// become more.
func tapsOf(target, source int, step float64) (list []taps, most int) {
	list = make([]taps, target)
	width := max(step, 1)
	reach := 2 * width
	exact, all := make([]float64, 0, int(2*reach)+2), make([]int32, 0, target*(int(2*reach)+2))
	for i := range list {
		centre := (float64(i)+0.5)*step - 0.5
		first := min(max(0, int(math.Ceil(centre-reach))), source-1)
		last := max(min(source-1, int(math.Floor(centre+reach))), first)
		exact = exact[:0]
		sum := 0.0
		for x := first; x <= last; x++ {
			w := catmullRom(math.Abs(float64(x)-centre) / width)
			exact, sum = append(exact, w), sum+w
		}
		if sum == 0 { // beyond the last source pixel
			exact[0], sum = 1, 1
		}
		// The error of rounding is carried on, so that a flat colour stays as it is.
		begin, whole, carried := len(all), int32(0), 0.0
		for _, w := range exact {
			carried += w / sum * (1 << weightBits)
			all = append(all, int32(math.Round(carried))-whole)
			whole += all[len(all)-1]
		}
		list[i], most = taps{first, all[begin:]}, max(most, len(exact))
	}
	return list, most
}

// catmullRom is the cubic filter of Catmull and Rom (Mitchell and Netravali 1988 with
// B = 0, C = 1/2).
func catmullRom(x float64) float64 {
	switch {
	case x < 1:
		return (1.5*x-2.5)*x*x + 1
	case x < 2:
		return ((-0.5*x+2.5)*x-4)*x + 2
	}
	return 0
}

// raster is a rectangle of pixels with one channel or four.
type raster struct {
	width, height int
	channels      int
	row           func(y int) []uint8 // valid until the next call
}

// scaleRaster writes a smaller picture. stepX and stepY are the source pixels for each
// target pixel.
func scaleRaster(to, from raster, stepX, stepY float64) {
	columns, _ := tapsOf(to.width, from.width, stepX)
	lines, most := tapsOf(to.height, from.height, stepY)
	length := to.width * to.channels
	kept := make([][]int16, most) // row y is at y modulo most
	for i := range kept {
		kept[i] = make([]int16, length)
	}
	sums, next := make([]int32, length), 0
	for y, line := range lines {
		next = max(next, line.first)
		for ; next < line.first+len(line.weights); next++ {
			if from.channels == 1 {
				narrowOne(kept[next%most], from.row(next), columns)
			} else {
				narrowFour(kept[next%most], from.row(next), columns)
			}
		}
		sumRows(sums, kept, line)
		store(to.row(y), sums, to.channels)
	}
}

func narrowOne(to []int16, from []uint8, columns []taps) {
	for i, c := range columns {
		pixels, sum := from[c.first:c.first+len(c.weights)], int32(0)
		for k, w := range c.weights {
			sum += w * int32(pixels[k])
		}
		to[i] = int16((sum + 1<<(weightBits-rowBits-1)) >> (weightBits - rowBits))
	}
}

func narrowFour(to []int16, from []uint8, columns []taps) {
	const half, shift = 1 << (weightBits - rowBits - 1), weightBits - rowBits
	for i, c := range columns {
		pixels := from[4*c.first : 4*(c.first+len(c.weights))]
		var r, g, b, a int32
		for _, w := range c.weights {
			p := pixels[:4:4]
			r, g, b, a = r+w*int32(p[0]), g+w*int32(p[1]), b+w*int32(p[2]), a+w*int32(p[3])
			pixels = pixels[4:]
		}
		p := to[4*i : 4*i+4 : 4*i+4]
		p[0], p[1], p[2], p[3] = int16((r+half)>>shift), int16((g+half)>>shift), int16((b+half)>>shift), int16((a+half)>>shift)
	}
}

// sumRows adds the rows of a line by their weights, four at a time, which is quicker than
// one at a time because each sum is loaded and stored less often.
func sumRows(sums []int32, kept [][]int16, line taps) {
	clear(sums)
	var rows [4][]int16
	var w [4]int32
	for k := 0; k < len(line.weights); k += 4 {
		for i := range rows {
			rows[i], w[i] = kept[(line.first+min(k+i, len(line.weights)-1))%len(kept)], 0
			if k+i < len(line.weights) {
				w[i] = line.weights[k+i]
			}
		}
		a, b, c, d := rows[0][:len(sums)], rows[1][:len(sums)], rows[2][:len(sums)], rows[3][:len(sums)]
		for x := range sums {
			sums[x] += w[0]*int32(a[x]) + w[1]*int32(b[x]) + w[2]*int32(c[x]) + w[3]*int32(d[x])
		}
	}
}

// store writes a row of pixels. Colours multiplied by alpha may not exceed it.
func store(to []uint8, sums []int32, channels int) {
	const half, shift = 1 << (weightBits + rowBits - 1), weightBits + rowBits
	to = to[:len(sums)]
	for x, sum := range sums {
		to[x] = uint8(min(max((sum+half)>>shift, 0), 255))
	}
	if channels == 1 {
		return
	}
	for ; len(to) >= 4; to = to[4:] {
		p := to[:4:4]
		p[0], p[1], p[2] = min(p[0], p[3]), min(p[1], p[3]), min(p[2], p[3])
	}
}

// plane returns the raster of one plane of pixels.
func plane(pixels []uint8, stride, width, height int) raster {
	return raster{width, height, 1, func(y int) []uint8 { return pixels[y*stride : y*stride+width] }}
}

// rowsOf returns the raster of a picture that has the size in its header. Pixels outside
// src are transparent: an animation's first frame may be smaller.
func rowsOf(src image.Image, width, height int) raster {
	whole := image.Rect(0, 0, width, height)
	if m, ok := src.(*image.RGBA); ok && m.Rect == whole {
		return raster{width, height, 4, func(y int) []uint8 { return m.Pix[y*m.Stride : y*m.Stride+4*width] }}
	}
	strip := image.NewRGBA(image.Rect(0, 0, width, 1))
	within := src.Bounds().Intersect(whole)
	return raster{width, height, 4, func(y int) []uint8 {
		if within != whole {
			clear(strip.Pix)
		}
		if within.Min.Y <= y && y < within.Max.Y {
			draw.Draw(strip, image.Rect(within.Min.X, 0, within.Max.X, 1), src, image.Pt(within.Min.X, y), draw.Src)
		}
		return strip.Pix
	}}
}

// scale returns a picture, which has the size in its header, in a size that is not
// larger: planes of a photo stay planes, all else becomes RGBA.
func scale(src image.Image, from, to image.Point) image.Image {
	photo, isPhoto := src.(*image.YCbCr)
	if isPhoto && photo.Rect != (image.Rectangle{Max: from}) {
		isPhoto = false
	}
	if isPhoto && from == to {
		return photo
	}
	if isPhoto {
		return scalePhoto(photo, from, to)
	}
	out := image.NewRGBA(image.Rectangle{Max: to})
	rows := rowsOf(src, from.X, from.Y)
	if from == to {
		for y := range to.Y {
			copy(out.Pix[y*out.Stride:], rows.row(y))
		}
		return out
	}
	scaleRaster(rowsOf(out, to.X, to.Y), rows, ratio(from.X, to.X), ratio(from.Y, to.Y))
	return out
}

func ratio(from, to int) float64 { return float64(from) / float64(to) }

// scalePhoto scales brightness and colours apart. The result has a quarter of the colour
// samples, as the JPEG and the WebP that are made of it.
func scalePhoto(src *image.YCbCr, from, to image.Point) *image.YCbCr {
	out := image.NewYCbCr(image.Rectangle{Max: to}, image.YCbCrSubsampleRatio420)
	stepX, stepY := ratio(from.X, to.X), ratio(from.Y, to.Y)
	scaleRaster(plane(out.Y, out.YStride, to.X, to.Y), plane(src.Y, src.YStride, from.X, from.Y), stepX, stepY)
	across, down := samplesOf(src.SubsampleRatio)
	narrow, low := (from.X+across-1)/across, (from.Y+down-1)/down
	colourX, colourY := stepX*2/float64(across), stepY*2/float64(down)
	for _, p := range [][2][]uint8{{out.Cb, src.Cb}, {out.Cr, src.Cr}} {
		scaleRaster(plane(p[0], out.CStride, (to.X+1)/2, (to.Y+1)/2), plane(p[1], src.CStride, narrow, low), colourX, colourY)
	}
	return out
}

// samplesOf returns how many pixels share a colour sample, across and down.
func samplesOf(r image.YCbCrSubsampleRatio) (across, down int) {
	switch r {
	case image.YCbCrSubsampleRatio422:
		return 2, 1
	case image.YCbCrSubsampleRatio420:
		return 2, 2
	case image.YCbCrSubsampleRatio440:
		return 1, 2
	case image.YCbCrSubsampleRatio411:
		return 4, 1
	case image.YCbCrSubsampleRatio410:
		return 4, 2
	}
	return 1, 1
}

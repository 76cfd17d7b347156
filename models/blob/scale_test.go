package blob_test

import (
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"math"
	"math/rand/v2"
	"testing"

	"broadsheet/models/blob"

	reference "golang.org/x/image/draw"
)

// scene draws parts that are hard to scale: fine waves, hard edges, noise and flat colours.
func scene(width, height int) *image.RGBA {
	random := rand.New(rand.NewPCG(1, 2))
	m := image.NewRGBA(image.Rect(0, 0, width, height))
	for y := range height {
		for x := range width {
			wave := math.Sin(float64(x*x+y*y) / float64(3*width))
			c := color.RGBA{uint8(128 + 90*wave), uint8(x * 255 / width), uint8(y * 255 / height), 255}
			switch {
			case x < width/4 && (x/9+y/13)%2 == 0:
				c = color.RGBA{250, 250, 240, 255}
			case x > width*3/4 && y < height/3:
				c.R, c.G = uint8(random.UintN(256)), uint8(random.UintN(256))
			case x > width*3/4:
				c = color.RGBA{30, 90, 160, 255}
			}
			m.SetRGBA(x, y, c)
		}
	}
	return m
}

// asPhoto returns the planes of a picture.
func asPhoto(m *image.RGBA, ratio image.YCbCrSubsampleRatio) *image.YCbCr {
	out := image.NewYCbCr(m.Rect, ratio)
	for y := range m.Rect.Dy() {
		for x := range m.Rect.Dx() {
			c := m.RGBAAt(x, y)
			out.Y[out.YOffset(x, y)], out.Cb[out.COffset(x, y)], out.Cr[out.COffset(x, y)] = color.RGBToYCbCr(c.R, c.G, c.B)
		}
	}
	return out
}

// likeness returns the ratio of signal to noise (PSNR, in dB; above 40 the eye sees no
// difference) and the structural similarity (SSIM, 1 for the same picture, in squares of
// eight pixels) of the brightness of two pictures.
func likeness(t *testing.T, a, b image.Image) (psnr, ssim float64) {
	t.Helper()
	if a.Bounds() != b.Bounds() {
		t.Fatalf("%v and %v", a.Bounds(), b.Bounds())
	}
	greyA, greyB := image.NewGray(a.Bounds()), image.NewGray(a.Bounds())
	draw.Draw(greyA, a.Bounds(), a, image.Point{}, draw.Src)
	draw.Draw(greyB, a.Bounds(), b, image.Point{}, draw.Src)
	errors := 0.0
	for i := range greyA.Pix {
		d := float64(greyA.Pix[i]) - float64(greyB.Pix[i])
		errors += d * d
	}
	psnr = 10 * math.Log10(255*255/max(errors/float64(len(greyA.Pix)), 1e-9))
	squares := 0
	for top := 0; top+8 <= a.Bounds().Dy(); top += 4 {
		for left := 0; left+8 <= a.Bounds().Dx(); left += 4 {
			var sumA, sumB, squareA, squareB, both float64
			for i := range 64 {
				x, y := float64(greyA.GrayAt(left+i%8, top+i/8).Y), float64(greyB.GrayAt(left+i%8, top+i/8).Y)
				sumA, sumB, squareA, squareB, both = sumA+x, sumB+y, squareA+x*x, squareB+y*y, both+x*y
			}
			meanA, meanB := sumA/64, sumB/64
			varA, varB, cov := squareA/64-meanA*meanA, squareB/64-meanB*meanB, both/64-meanA*meanB
			const c1, c2 = 6.5025, 58.5225
			ssim += (2*meanA*meanB + c1) * (2*cov + c2) / ((meanA*meanA + meanB*meanB + c1) * (varA + varB + c2))
			squares++
		}
	}
	return psnr, ssim / float64(max(squares, 1))
}

// The scaler gives the pixels of the exact one, also where a width is made of the widest.
func TestLongScaledPicturesAreAsGoodAsTheReference(t *testing.T) {
	t.Parallel()
	drawn := scene(1201, 801)
	clear := image.NewNRGBA(drawn.Rect)
	for i := range clear.Pix {
		clear.Pix[i] = drawn.Pix[i]
		if i%4 == 3 {
			clear.Pix[i] = uint8(i / 4 % 1201 * 255 / 1201)
		}
	}
	grey := image.NewGray(drawn.Rect)
	draw.Draw(grey, drawn.Rect, drawn, image.Point{}, draw.Src)
	for name, m := range map[string]image.Image{
		"RGBA": drawn, "transparent": clear, "grey": grey,
		"4:4:4": asPhoto(drawn, image.YCbCrSubsampleRatio444), "4:2:0": asPhoto(drawn, image.YCbCrSubsampleRatio420),
		"4:2:2": asPhoto(drawn, image.YCbCrSubsampleRatio422), "4:4:0": asPhoto(drawn, image.YCbCrSubsampleRatio440),
		"4:1:1": asPhoto(drawn, image.YCbCrSubsampleRatio411), "4:1:0": asPhoto(drawn, image.YCbCrSubsampleRatio410),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, width := range []int{1200, 961, 640, 320, 37} {
				to := image.Pt(width, width*801/1201)
				want := image.NewRGBA(image.Rectangle{Max: to})
				reference.CatmullRom.Scale(want, want.Rect, m, m.Bounds(), draw.Src, nil)
				check := func(how string, got image.Image, leastPSNR, leastSSIM float64) {
					t.Helper()
					if psnr, ssim := likeness(t, got, want); psnr < leastPSNR || ssim < leastSSIM {
						t.Errorf("%d wide, %s: %.1f dB and %.4f, want %.0f dB and %.3f", width, how, psnr, ssim, leastPSNR, leastSSIM)
					}
				}
				check("scaled", blob.Scale(m, to), 38, 0.99)
				if width <= 640 {
					check("scaled twice", blob.Scale(blob.Scale(m, image.Pt(960, 640)), to), 32, 0.97)
				}
			}
		})
	}
}

// A flat colour stays as it is at every size, and no pixel is read outside the picture.
func TestFlatColoursStayWhenScaled(t *testing.T) {
	t.Parallel()
	for _, from := range []image.Point{{1, 1}, {1, 999}, {999, 1}, {2, 3}, {7, 5}, {640, 481}} {
		photo := image.NewYCbCr(image.Rectangle{Max: from}, image.YCbCrSubsampleRatio420)
		for _, p := range []struct {
			pixels []uint8
			value  uint8
		}{{photo.Y, 255}, {photo.Cb, 90}, {photo.Cr, 200}} {
			for i := range p.pixels {
				p.pixels[i] = p.value
			}
		}
		for _, m := range []image.Image{photo, image.NewUniform(color.RGBA{255, 0, 17, 255})} {
			source := m
			if m != photo {
				flat := image.NewRGBA(image.Rectangle{Max: from})
				draw.Draw(flat, flat.Rect, m, image.Point{}, draw.Src)
				source = flat
			}
			for width := 1; width <= from.X; width += max(1, from.X/17) {
				for _, height := range []int{1, (from.Y + 1) / 2, from.Y} {
					out := blob.Scale(source, image.Pt(width, height))
					if got, want := fmt.Sprint(out.At(width-1, height-1)), fmt.Sprint(source.At(0, 0)); got != want {
						t.Fatalf("%v to %d x %d: %s, want %s", from, width, height, got, want)
					}
				}
			}
		}
	}
}

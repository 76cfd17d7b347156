package blob_test

import (
	"bytes"
	"image"
	"math"
	"testing"

	"broadsheet/models/blob"
)

// BenchmarkFiveWidths renders a photo of 12 megapixels in all widths, as WebP and JPEG.
func BenchmarkFiveWidths(b *testing.B) {
	m := image.NewYCbCr(image.Rect(0, 0, 4000, 3000), image.YCbCrSubsampleRatio420)
	for i := range m.Y { // waves, about as dense as a landscape
		x, y := float64(i%4000), float64(i/4000)
		m.Y[i] = uint8(128 + 60*math.Sin(x/17+y/90) + 40*math.Sin(x*y/9000))
	}
	data := asJPEG(b, m)
	for name, format := range map[string]blob.Format{"WebP": blob.WebP, "JPEG": blob.Classic} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				m, err := blob.NewMaster(data)
				if err != nil {
					b.Fatal(err)
				}
				for _, width := range blob.Widths {
					var out bytes.Buffer
					if err := m.Write(&out, width, format); err != nil {
						b.Fatal(err)
					}
				}
			}
		})
	}
}

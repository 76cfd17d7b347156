package handlers

import (
	"fmt"
	"strings"

	"broadsheet/views"

	"github.com/boombuler/barcode/qr"
)

// groupByFour splits a secret into groups of four, so that it is easier to type.
func groupByFour(secret string) string {
	var parts []string
	for len(secret) > 4 {
		parts, secret = append(parts, secret[:4]), secret[4:]
	}
	return strings.Join(append(parts, secret), " ")
}

// quietZone is the width of the light border of a QR code, in modules (ISO/IEC
// 18004).
const quietZone = 4

// qrOf draws a text as a QR code: one SVG path of the dark modules, row by row.
func qrOf(text string) (views.QR, error) {
	code, err := qr.Encode(text, qr.M, qr.Auto)
	if err != nil {
		return views.QR{}, err
	}
	var path strings.Builder
	box := code.Bounds()
	for y := box.Min.Y; y < box.Max.Y; y++ {
		for x := box.Min.X; x < box.Max.X; x++ {
			begin := x
			for x < box.Max.X && isDark(code.At(x, y).RGBA()) {
				x++
			}
			if x > begin {
				fmt.Fprintf(&path, "M%d %dh%dv1h-%dz", begin-box.Min.X+quietZone, y-box.Min.Y+quietZone, x-begin, x-begin)
			}
		}
	}
	return views.QR{Size: box.Dx() + 2*quietZone, Path: path.String()}, nil
}

func isDark(r, _, _, _ uint32) bool { return r == 0 }

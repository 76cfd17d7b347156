package handlers_test

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
)

// pictureFile makes an uploaded file: "jpeg 400x300 1" is a picture of a size in a shade,
// "png" likewise, and everything else is the content itself.
func pictureFile(content string) ([]byte, error) {
	var kind string
	var width, height, shade int
	if n, _ := fmt.Sscanf(content, "%s %dx%d %d", &kind, &width, &height, &shade); n != 4 {
		return []byte(content), nil
	}
	drawn := image.NewGray(image.Rect(0, 0, width, height))
	for i := range drawn.Pix {
		drawn.Pix[i] = uint8(shade)
	}
	drawn.SetGray(0, 0, color.Gray{Y: uint8(255 - shade)})
	var b bytes.Buffer
	if kind == "png" {
		err := png.Encode(&b, drawn)
		return b.Bytes(), err
	}
	err := jpeg.Encode(&b, drawn, nil)
	return b.Bytes(), err
}

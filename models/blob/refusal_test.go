package blob_test

import (
	"bytes"
	"errors"
	"testing"

	"broadsheet/models/blob"
)

// The refusal of a file names its real type, whatever its name is.
func TestOtherKindsAreNamed(t *testing.T) {
	t.Parallel()
	box := func(brand string) []byte {
		return []byte("\x00\x00\x00\x18ftyp" + brand + "\x00\x00\x00\x00mif1heic")
	}
	photo := asJPEG(t, quarters(40, 24))
	for name, c := range map[string]struct {
		data []byte
		want error
	}{
		"HEIC":                  {box("heic"), blob.ErrHEIC},
		"HEIF of several":       {box("mif1"), blob.ErrHEIC},
		"AVIF":                  {box("avif"), blob.ErrAVIF},
		"a film":                {box("isom"), blob.ErrNoPicture},
		"TIFF":                  {[]byte("II*\x00\x08\x00\x00\x00"), blob.ErrPrint},
		"PDF":                   {[]byte("%PDF-1.7\n"), blob.ErrPrint},
		"Photoshop":             {[]byte("8BPS\x00\x01"), blob.ErrPrint},
		"SVG after a comment":   {[]byte("<?xml version=\"1.0\"?>\n<!-- a --><SVG xmlns=\"x\">"), blob.ErrDrawing},
		"SVG in UTF-16":         {[]byte("\xFF\xFE<\x00s\x00v\x00g\x00>\x00"), blob.ErrDrawing},
		"HTML":                  {[]byte("\n<!DOCTYPE html><title>x</title>"), blob.ErrPage},
		"a script":              {[]byte("<script>alert(1)</script>"), blob.ErrPage},
		"WebP that moves":       {[]byte("RIFF\x40\x00\x00\x00WEBPVP8X\x0a\x00\x00\x00\x02\x00\x00\x00\x0f\x00\x00\x0f\x00\x00ANIM"), blob.ErrMoving},
		"half a JPEG":           {photo[:len(photo)/2], blob.ErrIncomplete},
		"text":                  {[]byte("Hello"), blob.ErrNoPicture},
		"too much":              {make([]byte, blob.MaxPictureBytes+1), blob.ErrTooLarge},
		"a JPEG with SVG after": {join(photo, []byte("<svg onload=alert(1)>")), nil},
	} {
		_, _, err := blob.Inspect(bytes.NewReader(c.data))
		if c.want == nil && err != nil || c.want != nil && !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
}

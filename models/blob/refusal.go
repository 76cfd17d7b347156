package blob

import (
	"bytes"
	"fmt"
	"strings"
)

// Refusal is why a picture is refused.
type Refusal struct {
	Code  string // key of the interface message, after "error."
	Limit int    // the limit that was exceeded, in the unit of the message; 0 for none
	text  string
}

// Error returns the reason in English.
func (r *Refusal) Error() string { return r.text }

// The refusals.
var (
	ErrNoPicture  = &Refusal{"not-picture", 0, "this is not a picture: JPEG, PNG, GIF and WebP are taken"}
	ErrDrawing    = &Refusal{"picture-drawing", 0, "this is an SVG drawing, which can hold programs"}
	ErrPage       = &Refusal{"picture-page", 0, "this is a web page, not a picture"}
	ErrHEIC       = &Refusal{"picture-heic", 0, "this is a HEIC picture, which browsers cannot show: export it as JPEG"}
	ErrAVIF       = &Refusal{"picture-avif", 0, "this is an AVIF picture: export it as JPEG or PNG"}
	ErrPrint      = &Refusal{"picture-print", 0, "this is a TIFF, PDF or Photoshop file: export it as JPEG or PNG"}
	ErrMoving     = &Refusal{"picture-moving", 0, "this is a moving WebP picture: save it as GIF"}
	ErrIncomplete = &Refusal{"picture-incomplete", 0, "the picture is broken or incomplete"}
	ErrTooLarge   = &Refusal{
		"picture-too-large", MaxPictureBytes >> 20, fmt.Sprintf("the file is larger than %d MB", MaxPictureBytes>>20),
	}
	ErrTooWide = &Refusal{
		"picture-too-wide", MaxPicturePixel / 1_000_000,
		fmt.Sprintf("the picture has too many pixels: at most %d a side and %d million", MaxPictureSide, MaxPicturePixel/1_000_000),
	}
	ErrScans  = &Refusal{"picture-scans", 0, "the JPEG is built up in too many steps"}
	ErrFrames = &Refusal{
		"picture-frames", MaxMovingPixel / 1_000_000,
		fmt.Sprintf("the moving picture is too long: at most %d million pixels in all frames are taken", MaxMovingPixel/1_000_000),
	}
)

// sniffed is the length of a file's start that may show its type, in bytes.
const sniffed = 4096

// otherKind returns the refusal of a file that no decoder reads. It looks at the bytes
// only: names and extensions lie.
func otherKind(data []byte) *Refusal {
	if len(data) >= 12 && string(data[4:8]) == "ftyp" { // ISO/IEC 14496-12, 4.3
		brands := string(data[8:min(len(data), 64)])
		for brand, refusal := range map[string]*Refusal{"avi": ErrAVIF, "hei": ErrHEIC, "hev": ErrHEIC, "mif1": ErrHEIC, "msf1": ErrHEIC} {
			if strings.HasPrefix(brands, brand) {
				return refusal
			}
		}
		return ErrNoPicture
	}
	for start, refusal := range map[string]*Refusal{
		"II*\x00": ErrPrint, "MM\x00*": ErrPrint, "%PDF-": ErrPrint, "%!PS": ErrPrint, "8BPS": ErrPrint,
		"\xFF\xD8\xFF": ErrIncomplete, "\x89PNG\r\n\x1a\n": ErrIncomplete, "GIF87a": ErrIncomplete, "GIF89a": ErrIncomplete,
	} {
		if bytes.HasPrefix(data, []byte(start)) {
			return refusal
		}
	}
	if len(data) >= 12 && string(data[:4]) == "RIFF" && string(data[8:12]) == "WEBP" {
		if len(data) > 20 && string(data[12:16]) == "VP8X" && data[20]&2 != 0 {
			return ErrMoving
		}
		return ErrIncomplete
	}
	head := bytes.ToLower(data[:min(len(data), sniffed)])
	head = bytes.ReplaceAll(head, []byte{0}, nil) // UTF-16
	for _, mark := range []struct {
		text    string
		refusal *Refusal
	}{{"<svg", ErrDrawing}, {"<!doctype html", ErrPage}, {"<html", ErrPage}, {"<script", ErrPage}, {"<body", ErrPage}} {
		if bytes.Contains(head, []byte(mark.text)) {
			return mark.refusal
		}
	}
	return ErrNoPicture
}

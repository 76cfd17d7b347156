package blob

import (
	"bytes"
	"strings"

	"github.com/bep/imagemeta"
)

// Description holds the texts that a picture's file carries, for an editor to check.
type Description struct {
	Caption string
	Credit  string // who made it, or else the notice of copyright
}

// longestDescription is the most bytes of a text that are taken.
const longestDescription = 4000

// descriptions are the tags of texts, the best one first for each text. They stand in
// IPTC, XMP and EXIF under these names.
var descriptions = map[string]int{
	"Caption-Abstract": 1, "CaptionAbstract": 1, "Description": 2, "ImageDescription": 3,
	"Credit": 1, "By-line": 2, "Byline": 2, "Creator": 3, "Artist": 4, "CopyrightNotice": 5, "Rights": 6, "Copyright": 7,
}

// fromCamera are descriptions that cameras write into every picture.
var fromCamera = []string{"digital camera", "dcim", "default", "screenshot", "user comments", "processed with vsco"}

// describe reads the texts in a picture's metadata.
func describe(data []byte, format string) (d Description) {
	known, ok := metaFormats[format]
	if !ok {
		return d
	}
	sources := imagemeta.EXIF
	if format == "jpeg" { // elsewhere these may be compressed, without a limit
		sources |= imagemeta.IPTC | imagemeta.XMP
	}
	rankCaption, rankCredit := 99, 99
	_, _ = imagemeta.Decode(imagemeta.Options{
		R: bytes.NewReader(data), ImageFormat: known, Sources: sources,
		ShouldHandleTag: func(tag imagemeta.TagInfo) bool {
			return descriptions[tag.Tag] > 0 && (tag.Source != imagemeta.EXIF || tag.Namespace == "IFD0")
		},
		HandleTag: func(tag imagemeta.TagInfo) error {
			text, rank := textOf(tag.Value), descriptions[tag.Tag]
			if text == "" || rank == 0 {
				return nil
			}
			switch tag.Tag {
			case "Caption-Abstract", "CaptionAbstract", "Description", "ImageDescription":
				if rank < rankCaption && !isFromCamera(text) {
					d.Caption, rankCaption = text, rank
				}
			default:
				if rank < rankCredit {
					d.Credit, rankCredit = text, rank
				}
			}
			return nil
		},
	})
	return d
}

// textOf returns a tag's value as text, "" for one that is none.
func textOf(value any) string {
	var text string
	switch v := value.(type) {
	case string:
		text = v
	case []string:
		text = strings.Join(v, ", ")
	}
	text = strings.TrimSpace(strings.ToValidUTF8(text, "�"))
	if len(text) > longestDescription {
		return ""
	}
	return text
}

func isFromCamera(text string) bool {
	for _, words := range fromCamera {
		if strings.Contains(strings.ToLower(text), words) {
			return true
		}
	}
	return false
}

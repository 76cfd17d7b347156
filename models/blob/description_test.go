package blob_test

import (
	"bytes"
	"encoding/binary"
	"os"
	"strings"
	"testing"

	"broadsheet/models/blob"
)

// iptc returns a JPEG's segment with texts of IPTC's application record, by number.
func iptc(texts map[byte]string) []byte {
	var records []byte
	for _, number := range []byte{80, 110, 116, 120} {
		if text := texts[number]; text != "" {
			records = append(records, 0x1C, 2, number)
			records = append(binary.BigEndian.AppendUint16(records, uint16(len(text))), text...)
		}
	}
	block := append([]byte("Photoshop 3.0\x008BIM\x04\x04\x00\x00"), binary.BigEndian.AppendUint32(nil, uint32(len(records)))...)
	block = append(block, records...)
	if len(records)%2 == 1 {
		block = append(block, 0)
	}
	return segment(0xED, block)
}

// xmp returns a JPEG's segment with a description.
func xmp(description string) []byte {
	return segment(0xE1, []byte("http://ns.adobe.com/xap/1.0/\x00"+`<x:xmpmeta xmlns:x="adobe:ns:meta/">`+
		`<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description xmlns:dc="http://purl.org/dc/elements/1.1/">`+
		`<dc:description><rdf:Alt><rdf:li xml:lang="x-default">`+description+`</rdf:li></rdf:Alt></dc:description>`+
		`</rdf:Description></rdf:RDF></x:xmpmeta>`))
}

// Caption and credit in a picture's metadata are proposed, the better field first, and
// are in no variant.
func TestMetadataProposesTexts(t *testing.T) {
	t.Parallel()
	photo := asJPEG(t, quarters(40, 24))
	for name, c := range map[string]struct {
		segments [][]byte
		want     blob.Description
	}{
		"nothing":            {nil, blob.Description{}},
		"IPTC":               {[][]byte{iptc(map[byte]string{120: "A boat at sea", 110: "Ann/Wire", 80: "Ann"})}, blob.Description{Caption: "A boat at sea", Credit: "Ann/Wire"}},
		"author, copyright":  {[][]byte{iptc(map[byte]string{80: "Ann", 116: "(c) Wire"})}, blob.Description{Credit: "Ann"}},
		"copyright only":     {[][]byte{iptc(map[byte]string{116: "(c) Wire"})}, blob.Description{Credit: "(c) Wire"}},
		"XMP":                {[][]byte{xmp("A boat &amp; a car")}, blob.Description{Caption: "A boat & a car"}},
		"IPTC before XMP":    {[][]byte{xmp("From XMP"), iptc(map[byte]string{120: "From IPTC"})}, blob.Description{Caption: "From IPTC"}},
		"text of the camera": {[][]byte{iptc(map[byte]string{120: "OLYMPUS DIGITAL CAMERA"})}, blob.Description{}},
		"very long":          {[][]byte{iptc(map[byte]string{120: strings.Repeat("a", 5000)})}, blob.Description{}},
		"broken":             {[][]byte{segment(0xED, []byte("Photoshop 3.0\x008BIM\x04\x04\x00\x00\xFF\xFF\xFF\xFF\x1C\x02"))}, blob.Description{}},
	} {
		data := withSegments(photo, c.segments...)
		p, _, err := blob.Inspect(bytes.NewReader(data))
		if err != nil || p.Description != c.want {
			t.Errorf("%s: %+v (%v), want %+v", name, p, err, c.want)
			continue
		}
		for _, format := range []blob.Format{blob.Classic, blob.WebP} {
			if out := rendered(t, data, format); bytes.Contains(out, []byte("boat")) || bytes.Contains(out, []byte("Ann")) {
				t.Errorf("%s: the variant has the text", name)
			}
		}
	}
}

// The levels of a lossy WebP are those of video.
func TestLossyWebPKeepsItsColours(t *testing.T) {
	t.Parallel()
	var want [3]int
	for i, name := range []string{"testdata/rose.png", "testdata/rose.webp"} {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		got := mean(t, rendered(t, data, blob.Classic))
		if i == 0 {
			want = got
		} else if far(got, want) > 4 {
			t.Errorf("%v, want %v", got, want)
		}
	}
}

package appicon_test

import (
	"bytes"
	"encoding/binary"
	"image/color"
	"image/png"
	"testing"

	"broadsheet/public/appicon"
)

func TestInitials(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]rune{
		"Larkmoor Courier": 'L', "The Larkmoor Courier": 'L', "the daily": 'D', "ямал": 'Я', "Ωmega": 'Ω', "  “Élan”": 'É', "24 heures": '2',
		"صحيفة": 0, "新聞": 0, "සිළුමිණ": 0, "": 0, "!!": 0, "The ": 'T', "\xff": 0,
	} {
		if got := appicon.New(name, "#0b5567").Initial; got != want {
			t.Errorf("%q: %q, want %q", name, got, want)
		}
	}
}

func TestIcons(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"Courier", "新聞"} {
		icon := appicon.New(name, "#0b5567")
		for _, size := range []int{16, 180, 192, 512} {
			data, err := icon.PNG(size)
			if err != nil || len(data) > 20_000 {
				t.Fatalf("%d bytes, %v", len(data), err)
			}
			got, err := png.Decode(bytes.NewReader(data))
			if err != nil || got.Bounds().Dx() != size || got.Bounds().Dy() != size {
				t.Fatalf("%v: %v", got.Bounds(), err)
			}
			if c := color.RGBAModel.Convert(got.At(0, 0)); c != (color.RGBA{0x0b, 0x55, 0x67, 255}) {
				t.Errorf("the ground is %v", c)
			}
			white := 0
			for y := range size {
				for x := range size {
					if r, _, _, _ := got.At(x, y).RGBA(); r < 0x8000 {
						continue
					}
					white++
					// Launchers may cut everything outside the circle of 80 percent.
					if dx, dy := float64(x)-float64(size)/2, float64(y)-float64(size)/2; dx*dx+dy*dy > 0.40*0.40*float64(size*size) && size >= 180 {
						t.Fatalf("%s: something is drawn at %d, %d of %d", name, x, y, size)
					}
				}
			}
			if share := float64(white) / float64(size*size); share < 0.08 || share > 0.5 {
				t.Errorf("%s: %.2f of %d is drawn", name, share, size)
			}
		}
	}
	for _, size := range []int{-1, 0, 15, 1025} {
		if _, err := appicon.New("x", "").PNG(size); err == nil {
			t.Errorf("size %d is drawn", size)
		}
	}
}

func TestICO(t *testing.T) {
	t.Parallel()
	data, err := appicon.New("Courier", "#8c1c2b").ICO()
	if err != nil || !bytes.HasPrefix(data, []byte{0, 0, 1, 0, 3, 0}) {
		t.Fatalf("% x %v", data[:6], err)
	}
	for i, want := range []int{16, 32, 48} {
		entry := data[6+16*i:]
		length, offset := binary.LittleEndian.Uint32(entry[8:]), binary.LittleEndian.Uint32(entry[12:])
		picture, err := png.Decode(bytes.NewReader(data[offset : offset+length]))
		if err != nil || int(entry[0]) != want || picture.Bounds().Dx() != want {
			t.Errorf("entry %d: %v", i, err)
		}
	}
}

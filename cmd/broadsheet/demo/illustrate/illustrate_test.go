package illustrate

import (
	"bytes"
	"image/color"
	"testing"
)

// Every scene is a picture of its own: many colours, not the same as another
// scene or another seed, and the same again when asked again.
func TestScenes(t *testing.T) {
	t.Parallel()
	drawn := map[string][]byte{}
	for _, scene := range Scenes() {
		img, err := Draw(scene, 7, 240, 160)
		if err != nil {
			t.Fatal(err)
		}
		colours := map[color.Color]bool{}
		for y := range 160 {
			for x := range 240 {
				if _, _, _, a := img.At(x, y).RGBA(); a != 0xffff {
					t.Fatalf("%s is see-through at %d, %d", scene, x, y)
				}
				colours[img.At(x, y)] = true
			}
		}
		if len(colours) < 50 {
			t.Errorf("%s has %d colours", scene, len(colours))
		}
		again, _ := Draw(scene, 7, 240, 160)
		other, _ := Draw(scene, 8, 240, 160)
		if !bytes.Equal(img.Pix, again.Pix) {
			t.Errorf("%s came out differently the second time", scene)
		}
		if bytes.Equal(img.Pix, other.Pix) {
			t.Errorf("%s does not depend on the seed", scene)
		}
		for name, pix := range drawn {
			if bytes.Equal(pix, img.Pix) {
				t.Errorf("%s looks like %s", scene, name)
			}
		}
		drawn[scene] = img.Pix
	}
}

func TestDrawRefuses(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		scene         string
		width, height int
	}{{"no such scene", 10, 10}, {"harbour", 0, 10}, {"harbour", 10, -1}, {"harbour", maxSide + 1, 10}} {
		if _, err := Draw(c.scene, 1, c.width, c.height); err == nil {
			t.Errorf("%+v was drawn", c)
		}
	}
}

// BenchmarkDraw draws every scene at the size of the demo's originals.
func BenchmarkDraw(b *testing.B) {
	for b.Loop() {
		for _, scene := range Scenes() {
			if _, err := Draw(scene, 7, 1600, 1067); err != nil {
				b.Fatal(err)
			}
		}
	}
}

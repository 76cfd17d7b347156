package blob_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"image"
	"image/color"
	"image/gif"
	"io"
	"testing"

	"broadsheet/models/blob"
)

// comment is a GIF's block with a text.
const comment = "\x21\xFE\x0BTaken at my\x00"

// withComment puts a comment in front of the first frame of a GIF without a colour
// table for all frames.
func withComment(data []byte) []byte {
	at := 13
	if data[10]&0x80 != 0 {
		at += 3 << (data[10]&7 + 1)
	}
	return join(data[:at], []byte(comment), data[at:])
}

// A moving GIF keeps its frames, its loop and its transparency, and loses its
// comments and the data after its end.
func TestMovingPicturesKeepMoving(t *testing.T) {
	t.Parallel()
	g := &gif.GIF{LoopCount: 3}
	for i := range 5 {
		m := image.NewPaletted(image.Rect(0, 0, 40, 24), color.Palette{color.Transparent, color.RGBA{250, 0, 0, 255}, color.White})
		m.SetColorIndex(i, i, 1)
		g.Image, g.Delay, g.Disposal = append(g.Image, m), append(g.Delay, 7), append(g.Disposal, gif.DisposalBackground)
	}
	data := join(withComment(asGIF(t, g)), []byte("place: 59.91 N, 10.75 E"))
	p, _, err := blob.Inspect(bytes.NewReader(data))
	if err != nil || p.Frames != 5 || p.Format != "gif" {
		t.Fatalf("%+v (%v)", p, err)
	}
	disk, _ := newDisk(t)
	put(t, disk, blob.OriginalKey("x"), data)
	v := newVariants(t, disk, blob.VariantsOptions{})
	for range 2 { // the second time from the store
		f, err := v.OpenMoving(t.Context(), "x")
		if err != nil {
			t.Fatal(err)
		}
		served, err := io.ReadAll(f)
		if err != nil {
			t.Fatal(err)
		}
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(served, []byte("Taken")) || bytes.Contains(served, []byte("place")) {
			t.Error("the comment or the trailing text is served")
		}
		moving, err := gif.DecodeAll(bytes.NewReader(served))
		if err != nil {
			t.Fatal(err)
		}
		_, _, _, alpha := moving.Image[4].At(20, 20).RGBA()
		if len(moving.Image) != 5 || moving.LoopCount != 3 || moving.Delay[4] != 7 || moving.Disposal[4] != gif.DisposalBackground || alpha != 0 {
			t.Errorf("%d frames, %d loops, alpha %d", len(moving.Image), moving.LoopCount, alpha)
		}
	}
	still, _, err := image.Decode(bytes.NewReader(rendered(t, data, blob.Classic)))
	if err != nil {
		t.Fatal(err)
	}
	if _, _, _, alpha := still.At(20, 20).RGBA(); alpha != 0 {
		t.Errorf("the still variant has alpha %d", alpha)
	}
}

func TestMovingPicturesAreBounded(t *testing.T) {
	t.Parallel()
	// 200 frames of 900 x 900 are taken; the walk allocates nothing for them.
	frames := func(width, height uint16, n int) []byte {
		frame := manyFrames(t, paletted(4, 4), 1)
		body := frame[13+colours(frame) : len(frame)-1]
		head := bytes.Clone(frame[:13+colours(frame)])
		binary.LittleEndian.PutUint16(head[6:], width)
		binary.LittleEndian.PutUint16(head[8:], height)
		return join(head, bytes.Repeat(body, n), []byte{0x3B})
	}
	for name, c := range map[string]struct {
		data []byte
		want error
	}{
		"200 frames of 900 x 900": {frames(900, 900, 200), nil},
		"at the limit":            {frames(1000, 1000, blob.MaxMovingPixel/1_000_000), nil},
		"above the limit":         {frames(1000, 1000, blob.MaxMovingPixel/1_000_000+1), blob.ErrFrames},
		"most frames":             {frames(4, 4, blob.MaxFrames), nil},
		"too many frames":         {frames(4, 4, blob.MaxFrames+1), blob.ErrFrames},
		"a large still one":       {frames(7000, 7000, 1), nil},
	} {
		p, _, err := blob.Inspect(bytes.NewReader(c.data))
		if c.want == nil && err != nil || c.want != nil && !errors.Is(err, c.want) {
			t.Errorf("%s: %+v, %v", name, p, err)
		}
	}
}

func colours(data []byte) int {
	if data[10]&0x80 == 0 {
		return 0
	}
	return 3 << (data[10]&7 + 1)
}

func FuzzCleanGIF(f *testing.F) {
	moving := manyFrames(f, paletted(24, 16), 3)
	for _, data := range [][]byte{moving, withComment(moving), moving[:len(moving)-1], moving[:len(moving)/2], []byte("GIF89a"), nil} {
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		cleaned, frames, ok := blob.CleanGIF(data)
		if !ok {
			return
		}
		if len(cleaned) > len(data)+1 {
			t.Fatal("longer than before")
		}
		again, n, ok := blob.CleanGIF(cleaned)
		if !ok || n != frames || !bytes.Equal(again, cleaned) {
			t.Fatalf("cleaned again: %d frames, %t, was %d", n, ok, frames)
		}
	})
}

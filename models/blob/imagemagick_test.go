package blob_test

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/gif"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"broadsheet/models/blob"
)

// magick runs ImageMagick, which shares no code with the decoders of the site, and returns
// its output. The test is skipped where the tool is absent.
func magick(t testing.TB, input []byte, args ...string) []byte {
	t.Helper()
	out, err := tryMagick(t, input, args...)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func tryMagick(t testing.TB, input []byte, args ...string) ([]byte, error) {
	t.Helper()
	tool := ""
	for _, name := range []string{"convert", "magick"} {
		if found, err := exec.LookPath(name); tool == "" && err == nil {
			tool = found
		}
	}
	if tool == "" {
		t.Skip("ImageMagick is not installed: it has neither the command convert nor magick")
	}
	var out, wrong bytes.Buffer
	cmd := exec.CommandContext(t.Context(), tool, args...)
	cmd.Env = append(cmd.Environ(), "MAGICK_THREAD_LIMIT=1", "OMP_NUM_THREADS=1") // its threads spin while they wait
	cmd.Stdin, cmd.Stdout, cmd.Stderr = bytes.NewReader(input), &out, &wrong
	if err := cmd.Run(); err != nil || out.Len() == 0 {
		return nil, fmt.Errorf("%v: %w: %s", args, errors.Join(err, errors.New("no picture")), wrong.String())
	}
	return out.Bytes(), nil
}

// seenByBoth compares a picture as the site shows it with what ImageMagick makes of the
// file. least is the likeness in dB, most the distance of the mean colours of 255.
func seenByBoth(t *testing.T, data []byte, least float64, most int, args ...string) {
	t.Helper()
	args = append([]string{"-"}, args...)
	theirs := magick(t, data, append(args, "-auto-orient", "-colorspace", "sRGB", "-depth", "8", "-strip", "png:-")...)
	want, _ := decode(t, theirs)
	p, _, err := blob.Inspect(bytes.NewReader(data))
	if err != nil {
		t.Errorf("refused: %v", err)
		return
	}
	if got := image.Pt(p.Width, p.Height); got != want.Bounds().Size() {
		t.Errorf("it has %v pixels, ImageMagick sees %v", got, want.Bounds().Size())
		return
	}
	for _, format := range []blob.Format{blob.Classic, blob.WebP} {
		var out bytes.Buffer
		if err := blob.Render(&out, data, 640, format); err != nil {
			t.Error(err)
			continue
		}
		got, err := blob.Decode(out.Bytes())
		if err != nil {
			t.Error(err)
			continue
		}
		if psnr, _ := likeness(t, got, want); psnr < least {
			t.Errorf("%.1f dB beside ImageMagick's picture, want %.0f", psnr, least)
		}
		if d := far(mean(t, out.Bytes()), mean(t, theirs)); d > most {
			t.Errorf("the mean colour is %v, ImageMagick's is %v", mean(t, out.Bytes()), mean(t, theirs))
		}
	}
}

// smooth draws a picture that a lossy format keeps well. Each corner is different.
func smooth(width, height int) *image.RGBA {
	m := image.NewRGBA(image.Rect(0, 0, width, height))
	for y := range height {
		for x := range width {
			m.SetRGBA(x, y, color.RGBA{uint8(30 + x*200/width), uint8(220 - y*180/height), uint8(60 + (x+y)*120/(width+height)), 255})
		}
	}
	return m
}

// The pictures that people send are made by many programs. The site shows them as
// ImageMagick does.
func TestPicturesOfImageMagick(t *testing.T) {
	t.Parallel()
	drawn := smooth(300, 200)
	source := asPNG(t, drawn)
	made := func(args ...string) []byte { return magick(t, source, append([]string{"png:-"}, args...)...) }
	photo := made("-quality", "92", "jpeg:-")
	profiles := t.TempDir()
	standard := filepath.Join(profiles, "srgb.icc")
	if err := os.WriteFile(standard, sRGB(), 0o600); err != nil {
		t.Fatal(err)
	}
	cmyk := made("-colorspace", "CMYK", "-quality", "95", "jpeg:-")
	// The inks are stored as brightness, two colours and black (YCCK), as Photoshop does.
	if at := bytes.Index(cmyk, []byte("Adobe\x00\x64")); at < 0 || cmyk[at+11] != 2 {
		t.Errorf("ImageMagick wrote other inks: %x", cmyk[:64])
	}
	type file struct {
		data []byte
		args []string // of ImageMagick, to see it
	}
	files := map[string]file{
		"JPEG":                {photo, nil},
		"JPEG 4:2:0":          {made("-sampling-factor", "2x2,1x1,1x1", "-quality", "92", "jpeg:-"), nil},
		"JPEG 4:2:2":          {made("-sampling-factor", "2x1,1x1,1x1", "-quality", "92", "jpeg:-"), nil},
		"JPEG, odd size":      {made("-crop", "299x199+0+0", "+repage", "-sampling-factor", "2x2,1x1,1x1", "-quality", "92", "jpeg:-"), nil},
		"JPEG, grey":          {made("-colorspace", "Gray", "-quality", "92", "jpeg:-"), nil},
		"JPEG, progressive":   {made("-interlace", "Plane", "-quality", "92", "jpeg:-"), nil},
		"JPEG, four inks":     {cmyk, nil},
		"JPEG, press profile": {withProfile(cmyk, profile("CMYK", nil)), nil},
		"JPEG, Display P3":    {withProfile(photo, displayP3()), []string{"-profile", standard}},
		"JPEG, Adobe RGB":     {withProfile(photo, adobeRGB()), []string{"-profile", standard}},
		"PNG":                 {made("png24:-"), nil},
		"PNG, 16 bits":        {made("-depth", "16", "png48:-"), nil},
		"PNG, palette":        {made("-colors", "64", "png8:-"), nil},
		"PNG, interlaced":     {made("-interlace", "Line", "png24:-"), nil},
		"PNG, one bit":        {made("-monochrome", "-depth", "1", "png:-"), nil},
		"WebP":                {made("-quality", "92", "webp:-"), nil},
		"WebP, lossless":      {made("-define", "webp:lossless=true", "webp:-"), nil},
		"GIF":                 {made("gif:-"), nil},
	}
	for turn := 1; turn <= 8; turn++ {
		files[fmt.Sprint("JPEG, orientation ", turn)] = file{withSegments(photo, exif(uint16(turn))), nil}
		half := made("-sampling-factor", "2x2,1x1,1x1", "-quality", "92", "jpeg:-")
		files[fmt.Sprint("JPEG 4:2:0, orientation ", turn)] = file{withSegments(half, exif(uint16(turn))), nil}
	}
	for name, f := range files {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			least := 32.0
			if strings.Contains(name, "one bit") {
				least = 20 // noise of single pixels, in JPEG
			}
			seenByBoth(t, f.data, least, 3, f.args...)
		})
	}
}

// Transparent pictures of ImageMagick stay transparent.
func TestTransparentPicturesOfImageMagick(t *testing.T) {
	t.Parallel()
	source := asPNG(t, smooth(120, 80))
	for name, args := range map[string][]string{
		"grey with alpha": {"-colorspace", "Gray", "-alpha", "set", "-channel", "A", "-evaluate", "set", "50%", "png:-"},
		"colour, 16 bits": {"-alpha", "set", "-channel", "A", "-evaluate", "set", "50%", "-depth", "16", "png64:-"},
		"WebP":            {"-alpha", "set", "-channel", "A", "-evaluate", "set", "50%", "webp:-"},
	} {
		data := magick(t, source, append([]string{"png:-"}, args...)...)
		m, format := decode(t, rendered(t, data, blob.Classic))
		_, _, _, a := m.At(60, 40).RGBA()
		if format != "png" || a>>8 < 125 || a>>8 > 130 {
			t.Errorf("%s: %s with alpha %d", name, format, a>>8)
		}
	}
}

// A bad file is refused in words, whatever its name is.
func TestRefusedPicturesOfImageMagick(t *testing.T) {
	t.Parallel()
	source := asPNG(t, smooth(300, 200))
	made := func(args ...string) []byte { return magick(t, source, append([]string{"png:-"}, args...)...) }
	half := func(data []byte) []byte { return data[:len(data)/2] }
	heic, err := tryMagick(t, source, "png:-", "heic:-")
	if err != nil { // built without it
		heic = []byte("\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic")
	}
	photo := made("-quality", "92", "jpeg:-")
	arithmetic := bytes.Replace(photo, []byte{0xFF, 0xC0}, []byte{0xFF, 0xC9}, 1)
	for name, c := range map[string]struct {
		data []byte
		want error
	}{
		"HEIC":               {heic, blob.ErrHEIC},
		"TIFF":               {made("tiff:-"), blob.ErrPrint},
		"PDF":                {[]byte("%PDF-1.7\n"), blob.ErrPrint},
		"Photoshop":          {made("psd:-"), blob.ErrPrint},
		"BMP":                {made("bmp:-"), blob.ErrNoPicture},
		"half a JPEG":        {half(photo), blob.ErrIncomplete},
		"half a progressive": {half(made("-interlace", "Plane", "jpeg:-")), blob.ErrIncomplete},
		"half a PNG":         {half(made("png24:-")), blob.ErrIncomplete},
		"half a WebP":        {half(made("webp:-")), blob.ErrIncomplete},
		"half a GIF":         {half(made("gif:-")), blob.ErrIncomplete},
		"arithmetic JPEG":    {arithmetic, blob.ErrIncomplete},
		"SVG with a script":  {[]byte("\ufeff<?xml version=\"1.0\"?>\n<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>"), blob.ErrDrawing},
		"GIF that is a page": {[]byte("GIF89a\x01\x00\x01\x00\x00\x00\x00<html><script>alert(1)</script></html>"), blob.ErrIncomplete},
	} {
		if _, _, err := blob.Inspect(bytes.NewReader(c.data)); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
}

// A file that is a picture and a page at once is served as a picture only.
func TestPagesBehindAPictureAreNotServed(t *testing.T) {
	t.Parallel()
	const page = "<html><script>alert(1)</script></html>"
	moving := magick(t, nil, "-delay", "10", "-size", "60x40", "xc:red", "xc:blue", "-set", "comment", page, "gif:-")
	data := join(moving, []byte(page))
	if bytes.Count(data, []byte(page)) < 2 {
		t.Fatal("ImageMagick wrote no comment")
	}
	disk, _ := newDisk(t)
	v, key := newVariants(t, disk, blob.VariantsOptions{}), add(t, disk, data)
	f, err := v.OpenMoving(t.Context(), key)
	if err != nil {
		t.Fatal(err)
	}
	for name, served := range map[string][]byte{"the moving picture": drain(t, f), "a variant": open(t, v, key, 320)} {
		if bytes.Contains(served, []byte("<script")) {
			t.Errorf("%s has the page", name)
		}
	}
}

// No variant has the place of a photo, which cameras store in EXIF and XMP.
func TestPlacesAreInNoVariantForImageMagick(t *testing.T) {
	t.Parallel()
	const packet = `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description` +
		` xmlns:exif="http://ns.adobe.com/exif/1.0/" exif:GPSLatitude="52,22.43N secret"/></rdf:RDF></x:xmpmeta>`
	source := asPNG(t, smooth(300, 200))
	photo := withSegments(magick(t, source, "png:-", "jpeg:-"),
		exif(1), segment(0xE1, []byte("http://ns.adobe.com/xap/1.0/\x00"+packet)))
	drawing := withChunks(magick(t, source, "png:-", "png24:-"), chunk("eXIf", tiff(binary.LittleEndian, 1)),
		chunk("iTXt", []byte("XML:com.adobe.xmp\x00\x00\x00\x00\x00"+packet)))
	// ImageMagick carries the metadata over to WebP.
	webp := magick(t, photo, "jpeg:-", "webp:-")
	for name, data := range map[string][]byte{"JPEG": photo, "PNG": drawing, "WebP": webp} {
		if !bytes.Contains(data, []byte("secret")) {
			t.Fatalf("%s: there is no place to lose", name)
		}
		disk, _ := newDisk(t)
		v, key := newVariants(t, disk, blob.VariantsOptions{}), add(t, disk, data)
		for _, width := range blob.Widths {
			for _, format := range []blob.Format{blob.Classic, blob.WebP} {
				f, err := v.OpenAs(t.Context(), key, width, format)
				if err != nil {
					t.Fatal(err)
				}
				served := drain(t, f)
				said, err := tryMagick(t, served, "-", "-format", "[%[EXIF:*]%[profiles]]", "info:-")
				if bytes.Contains(served, []byte("secret")) || err != nil || strings.TrimSpace(string(said)) != "[]" {
					t.Errorf("%s, %d wide: ImageMagick reads %q (%v)", name, width, said, err)
				}
			}
		}
	}
}

// Not parallel: it measures the memory of the whole program.
func TestLargePicturesOfImageMagick(t *testing.T) {
	// 200 different frames, as raw grey pixels.
	const width, height, frames = 64, 48, 200
	raw := make([]byte, width*height*frames)
	for i := range raw {
		raw[i] = byte(i%width + 3*(i/(width*height)))
	}
	data := magick(t, raw, "-size", fmt.Sprintf("%dx%d", width, height), "-depth", "8", "-delay", "5", "-loop", "0", "gray:-", "gif:-")
	disk, _ := newDisk(t)
	v := newVariants(t, disk, blob.VariantsOptions{})
	var key string
	took := allocated(func() {
		p, _, err := blob.Inspect(bytes.NewReader(data))
		if err != nil || p.Frames != frames {
			t.Fatalf("%+v (%v)", p, err)
		}
		key = p.Key
	})
	// One frame is decoded. All of them would take 600 kB more.
	if limit := uint64(6*len(data) + 256<<10); took > limit {
		t.Errorf("%d bytes of memory for a file of %d", took, len(data))
	}
	put(t, disk, blob.OriginalKey(key), data)
	f, err := v.OpenMoving(t.Context(), key)
	if err != nil {
		t.Fatal(err)
	}
	moving, err := gif.DecodeAll(bytes.NewReader(drain(t, f)))
	if err != nil || len(moving.Image) != frames || moving.Delay[7] != 5 || moving.LoopCount != 0 {
		t.Errorf("served: %v, %v", moving, err)
	}

	// A true PNG of 144 million pixels, in some kilobytes.
	head := binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, 12_000), 12_000)
	var pixels bytes.Buffer
	z := zlib.NewWriter(&pixels)
	row := make([]byte, 1+12_000/8)
	for range 12_000 {
		_, _ = z.Write(row) // into memory
	}
	_ = z.Close()
	bomb := join([]byte("\x89PNG\r\n\x1a\n"), chunk("IHDR", append(head, 1, 0, 0, 0, 0)), chunk("IDAT", pixels.Bytes()), chunk("IEND", nil))
	if config, _, err := image.DecodeConfig(bytes.NewReader(bomb)); err != nil || config.Width != 12_000 || config.Height != 12_000 {
		t.Fatalf("%+v (%v)", config, err)
	}
	took = allocated(func() {
		if _, _, err := blob.Inspect(bytes.NewReader(bomb)); !errors.Is(err, blob.ErrTooWide) {
			t.Errorf("a PNG of 12,000 pixels a side: %v", err)
		}
	})
	if took > 1<<20 {
		t.Errorf("%d bytes of memory for a refusal", took)
	}
}

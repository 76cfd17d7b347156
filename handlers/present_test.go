package handlers

import (
	"testing"

	"broadsheet/models/newsroom/pictures"
)

func TestPictureOffersWidthsUpToItsOwn(t *testing.T) {
	t.Parallel()
	for width, want := range map[int][2]string{
		200:  {"/media/k/320.jpg", "/media/k/320.webp 200w"},
		320:  {"/media/k/320.jpg", "/media/k/320.webp 320w"},
		500:  {"/media/k/640.jpg", "/media/k/320.webp 320w, /media/k/640.webp 500w"},
		1600: {"/media/k/960.jpg", "/media/k/320.webp 320w, /media/k/640.webp 640w, /media/k/960.webp 960w, /media/k/1280.webp 1280w, /media/k/1920.webp 1600w"},
	} {
		p := presentPicture(&pictures.Picture{File: "k", Width: width, Height: 100, FocusX: 50, FocusY: 50}, "")
		if p.Src != want[0] || p.WebP != want[1] {
			t.Errorf("%d pixels wide: %s and %s, want %s and %s", width, p.Src, p.WebP, want[0], want[1])
		}
	}
}

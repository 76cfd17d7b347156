package pictures_test

import (
	"testing"

	"broadsheet/models/newsroom/pictures"
)

func TestWidthsAreOffered(t *testing.T) {
	t.Parallel()
	list := []pictures.InText{
		{ID: 1, Key: "still", Dressed: pictures.Dressed{File: "still.0123456789abcdef", Width: 700, Height: 350}},
		{ID: 2, Key: "moving", Dressed: pictures.Dressed{File: "moving", Width: 300, Height: 200, Moving: true}},
	}
	const still = "still.0123456789abcdef"
	for body, want := range map[string]string{
		`<p>a &amp; b</p>`: `<p>a &amp; b</p>`,
		`<p><img src="/media/` + still + `/640.jpg" alt="&#34;" width="640" height="320"/></p>`: `<p><picture><source type="image/webp" srcset="/media/` + still + `/320.webp 320w, /media/` + still + `/640.webp 640w, /media/` + still + `/960.webp 700w" sizes="(max-width: 640px) 100vw, 640px"><img src="/media/` + still + `/640.jpg" alt="&#34;" width="640" height="320" loading="lazy" decoding="async"/></picture></p>`,
		`<img src="media/moving/320.jpg" alt="" width="300" height="200" loading="eager"/>`:     `<picture><source media="(prefers-reduced-motion: no-preference)" type="image/gif" srcset="media/moving/moving.gif"><source type="image/webp" srcset="media/moving/320.webp 300w" sizes="(max-width: 300px) 100vw, 300px"><img src="media/moving/320.jpg" alt="" width="300" height="200" loading="eager"/></picture>`,
		`<img src="/media/moving/320.jpg" alt=""/>`:                                             `<img src="/media/moving/320.jpg" alt=""/>`,
		`<img src="/media/other/320.jpg" alt="" width="300"/>`:                                  `<img src="/media/other/320.jpg" alt="" width="300"/>`,
		`<img src="https://elsewhere.example/320.jpg" alt="" width="300"/>`:                     `<img src="https://elsewhere.example/320.jpg" alt="" width="300"/>`,
	} {
		if got := pictures.OfferWidths(body, list); got != want {
			t.Errorf("%s\nbecomes %s\nwant    %s", body, got, want)
		}
		if once := pictures.OfferWidths(body, list); pictures.OfferWidths(once, list) != once {
			t.Errorf("%s changes when it is offered again", body)
		}
	}
}

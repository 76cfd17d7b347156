package handlers_test

import (
	"bytes"
	"image"
	"image/jpeg"
	"net/http"
	"net/http/httptest"
	"testing"

	"broadsheet/models/blob"
	"broadsheet/models/modeltest"
)

// Each format has its own address, and what is no picture's has none.
func TestPictureFormats(t *testing.T) {
	t.Parallel()
	clock := modeltest.NewClock()
	s := newSite(t, modeltest.SQLite(t, clock), clock)
	var photo bytes.Buffer
	s.check(jpeg.Encode(&photo, image.NewGray(image.Rect(0, 0, 400, 300)), nil))
	p, data, err := blob.Inspect(&photo)
	s.check(err)
	s.check(s.store.Put(t.Context(), blob.OriginalKey(p.Key), bytes.NewReader(data)))
	h := s.handler()
	for file, want := range map[string]string{
		"320.jpg": "image/jpeg", "320.webp": "image/webp", "1920.webp": "image/webp",
		"321.webp": "", "320": "", "320.png": "", "0320.webp": "", "+320.jpg": "", "320.webp.jpg": "", "320.WEBP": "",
	} {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/media/"+p.Key+"/"+file, nil))
		got := w.Header().Get("Content-Type")
		if want == "" {
			if w.Code != http.StatusNotFound {
				t.Errorf("%s: %d", file, w.Code)
			}
			continue
		}
		if w.Code != http.StatusOK || got != want || http.DetectContentType(w.Body.Bytes()) != want ||
			w.Header().Get("Cache-Control") != "public, max-age=31536000, immutable" {
			t.Errorf("%s: %d, %v", file, w.Code, w.Header())
		}
	}
}

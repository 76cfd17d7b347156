package richtext

import (
	"strings"

	"golang.org/x/net/html"
)

// Image is a picture of this site that an article's HTML shows.
type Image struct {
	Picture string // as [Pictures] returns it
	Alt     string
}

// Images returns the pictures of this site that an article's HTML shows, in the order of the
// text, each use by itself.
func Images(body string) (list []Image) {
	if !strings.Contains(body, "<img") {
		return nil
	}
	z := html.NewTokenizer(strings.NewReader(body))
	for kind := z.Next(); kind != html.ErrorToken; kind = z.Next() {
		token := z.Token()
		if kind != html.StartTagToken && kind != html.SelfClosingTagToken || token.Data != "img" {
			continue
		}
		var image Image
		for _, a := range token.Attr {
			switch a.Key {
			case "src":
				image.Picture = pictureKey(a.Val)
			case "alt":
				image.Alt = a.Val
			}
		}
		if image.Picture != "" {
			list = append(list, image)
		}
	}
	return list
}

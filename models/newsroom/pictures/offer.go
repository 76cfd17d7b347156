package pictures

import (
	"fmt"
	"strconv"
	"strings"

	"broadsheet/models/blob"
	"broadsheet/models/richtext"

	"golang.org/x/net/html"
)

// OfferWidths returns a dressed text in which each picture of the list has a picture element:
// WebP in all widths, and for a moving picture the GIF, unless the reader's browser asks for
// less motion. A browser without WebP gets the file in the text.
func OfferWidths(body string, list []InText) string {
	if len(list) == 0 || !strings.Contains(body, "<img") {
		return body
	}
	var out strings.Builder
	inPicture := false
	for raw, t := range richtext.Tokens(body) {
		switch {
		case t.Data == "picture":
			inPicture = t.Type == html.StartTagToken
		case t.Data == "img" && len(t.Attr) > 0 && !inPicture:
			raw = offer(t, raw, list)
		}
		out.WriteString(raw)
	}
	return out.String()
}

// offer returns an img in a picture element, or raw for a picture that is not in the list.
func offer(t html.Token, raw string, list []InText) string {
	src, width, lazy := "", 0, false
	for _, a := range t.Attr {
		switch a.Key {
		case "src":
			src = a.Val
		case "width":
			width, _ = strconv.Atoi(a.Val) // 0 for no number
		case "loading":
			lazy = true
		}
	}
	file := richtext.PictureIn(src)
	folder, _, found := strings.Cut(src, file+"/")
	if file == "" || !found || width <= 0 {
		return raw
	}
	for i := range list {
		m := &list[i]
		if m.File != file || m.Width <= 0 {
			continue
		}
		if !lazy {
			t.Attr = append(t.Attr, html.Attribute{Key: "loading", Val: "lazy"}, html.Attribute{Key: "decoding", Val: "async"})
		}
		folder += file + "/"
		var set []string
		for i, w := range blob.Widths {
			if i > 0 && blob.Widths[i-1] >= m.Width {
				break
			}
			set = append(set, fmt.Sprintf("%s%d.webp %dw", folder, w, min(w, m.Width)))
		}
		return element(t, m.Moving, folder, strings.Join(set, ", "), fmt.Sprintf("(max-width: %dpx) 100vw, %[1]dpx", width))
	}
	return raw
}

// element returns a picture element with escaped values. It is not a template of package
// views, because it stands in the text of an article.
func element(img html.Token, moving bool, folder, set, sizes string) string {
	source := html.Token{Type: html.StartTagToken, Data: "source", Attr: []html.Attribute{
		{Key: "type", Val: "image/webp"}, {Key: "srcset", Val: set}, {Key: "sizes", Val: sizes},
	}}
	text := source.String() + img.String()
	if moving {
		source.Attr = []html.Attribute{
			{Key: "media", Val: "(prefers-reduced-motion: no-preference)"},
			{Key: "type", Val: "image/gif"},
			{Key: "srcset", Val: folder + "moving.gif"},
		}
		text = source.String() + text
	}
	picture := html.Token{Type: html.StartTagToken, Data: "picture"}
	end := html.Token{Type: html.EndTagToken, Data: "picture"}
	return picture.String() + text + end.String()
}

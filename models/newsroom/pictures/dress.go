package pictures

import (
	"strconv"
	"strings"

	"broadsheet/models/richtext"

	"golang.org/x/net/html"
)

// Dressed holds the columns of a picture that a body with the picture needs.
type Dressed struct {
	File          string // in the addresses of the picture's newest file
	Width, Height int    // pixels
	Hidden        bool   // visitors may not see it now
	Moving        bool
}

// DressPictures returns a rendered body as pages show it now. It gives a replaced picture the
// address of its new file, and each picture its size. It leaves out a hidden picture, with
// the figure, link or paragraph that holds nothing else. find returns the picture of a key
// or file, and false for an unknown one, which stays as it is. The stored body keeps hidden
// pictures, because a picture can be shown again.
func DressPictures(body string, find func(file string) (Dressed, bool)) string {
	d := dresser{find: find, open: []*holder{{}}}
	for raw, t := range richtext.Tokens(body) {
		switch t.Type {
		case html.StartTagToken, html.SelfClosingTagToken:
			d.start(t, raw)
		case html.EndTagToken:
			d.end(t.Data, raw)
		default:
			d.text(raw)
		}
	}
	for len(d.open) > 1 {
		d.close("")
	}
	return d.open[0].String()
}

// dresser holds the open elements that may have to be left out.
type dresser struct {
	find func(string) (Dressed, bool)
	open []*holder // the first is the body
}

// holder is a figure, link or paragraph, with the HTML of it that was read so far.
type holder struct {
	strings.Builder
	name    string
	caption bool // inside of the figure's caption
	hidden  bool // it held a hidden picture
	other   bool // it holds something that stays
}

// mayGo holds the elements that are left out with their only picture.
var mayGo = map[string]bool{"figure": true, "a": true, "p": true}

func (d *dresser) top() *holder { return d.open[len(d.open)-1] }

// keep marks the innermost element as holding something that stays, unless in a caption.
func (d *dresser) keep() {
	if h := d.top(); !h.caption {
		h.other = true
	}
}

func (d *dresser) text(raw string) {
	if strings.TrimSpace(raw) != "" {
		d.keep()
	}
	d.top().WriteString(raw)
}

func (d *dresser) start(t html.Token, raw string) {
	switch {
	case t.Data == "img":
		shown, changed, hidden := d.dress(&t)
		if hidden {
			d.top().hidden = true
			return
		}
		d.keep()
		if changed {
			raw = shown
		}
	case mayGo[t.Data] && t.Type == html.StartTagToken:
		if _, changed, _ := d.dress(&t); changed {
			raw = t.String()
		}
		d.open = append(d.open, &holder{name: t.Data})
	case t.Data == "figcaption" && d.top().name == "figure":
		d.top().caption = true
	default:
		d.keep()
	}
	d.top().WriteString(raw)
}

func (d *dresser) end(name, raw string) {
	if h := d.top(); name == "figcaption" && h.name == "figure" {
		h.caption = false
	}
	if mayGo[name] {
		for i := len(d.open) - 1; i > 0; i-- {
			if d.open[i].name == name {
				for len(d.open) > i+1 {
					d.close("")
				}
				d.close(raw)
				return
			}
		}
	}
	d.top().WriteString(raw)
}

// close ends the innermost element and adds it to the element around it. It leaves out an
// element that held only hidden pictures.
func (d *dresser) close(end string) {
	h := d.top()
	d.open = d.open[:len(d.open)-1]
	if h.hidden && !h.other {
		d.top().hidden = true
		return
	}
	if h.other {
		d.keep()
	}
	d.top().WriteString(h.String() + end)
}

// dress changes the addresses of a token, and the size of a picture.
func (d *dresser) dress(t *html.Token) (text string, changed, hidden bool) {
	for i, a := range t.Attr {
		if a.Key != "src" && a.Key != "href" {
			continue
		}
		old := richtext.PictureIn(a.Val)
		if old == "" {
			continue
		}
		m, known := d.find(old)
		if !known {
			continue
		}
		if hidden = m.Hidden && t.Data == "img"; hidden {
			return "", false, true
		}
		_, file, _ := strings.Cut(a.Val, "/"+old+"/")
		still := file == "moving.gif" && !m.Moving // the new file does not move
		if still {
			file = "960.jpg"
		}
		if m.File != old || still {
			t.Attr[i].Val, changed = "/media/"+m.File+"/"+file, true
		}
		if t.Data == "img" && m.Width > 0 && m.Height > 0 {
			changed = setSize(t, m, file) || changed
		}
	}
	return t.String(), changed, false
}

// setSize gives an img the width and height of its file, so that the text below does not move
// when the picture loads. A width in the text stays, with the height that fits it.
func setSize(t *html.Token, m Dressed, file string) bool {
	number, _, _ := strings.Cut(file, ".")
	width, err := strconv.Atoi(number)
	if err != nil || width <= 0 || width > m.Width {
		width = m.Width
	}
	at := map[string]int{}
	for i, a := range t.Attr {
		if a.Key == "width" || a.Key == "height" {
			at[a.Key] = i
		}
	}
	if i, ok := at["width"]; ok {
		if n, err := strconv.Atoi(t.Attr[i].Val); err == nil && n > 0 && n <= 1<<15 {
			width = n
		}
	}
	height := max(1, (width*m.Height+m.Width/2)/m.Width)
	changed := false
	for _, side := range []struct {
		name string
		n    int
	}{{"width", width}, {"height", height}} {
		name, n := side.name, side.n
		value := strconv.Itoa(n)
		i, ok := at[name]
		switch {
		case !ok:
			t.Attr, changed = append(t.Attr, html.Attribute{Key: name, Val: value}), true
		case t.Attr[i].Val != value:
			t.Attr[i].Val, changed = value, true
		}
	}
	return changed
}

package embeds

import (
	"html"
	"regexp"
	"strings"
)

// Part is a part of a body: HTML, or an embed with the plain paragraph in its place.
type Part struct {
	HTML  string
	Embed *Embed
}

// alone finds paragraphs that hold nothing but an address, as a link or bare.
var alone = regexp.MustCompile(`<p>\s*(?:<a href="([^"]*)"[^>]*>([^<]*)</a>|(https?://[^\s<]+))\s*</p>`)

// Split splits the HTML of a body at addresses of known services that stand alone in a
// paragraph. A link with words of its own stays a link. The parts joined are the body.
func Split(body string) (list []Part) {
	from := 0
	for _, at := range alone.FindAllStringSubmatchIndex(body, -1) {
		group := func(n int) string {
			if at[2*n] < 0 {
				return ""
			}
			return html.UnescapeString(body[at[2*n]:at[2*n+1]])
		}
		address := group(1) + group(3)
		if text := strings.TrimSpace(group(2)); at[2] >= 0 && text != address {
			continue
		}
		e, ok := Of(address)
		if !ok {
			continue
		}
		if at[0] > from {
			list = append(list, Part{HTML: body[from:at[0]]})
		}
		list = append(list, Part{HTML: body[at[0]:at[1]], Embed: &e})
		from = at[1]
	}
	if from < len(body) {
		list = append(list, Part{HTML: body[from:]})
	}
	return list
}

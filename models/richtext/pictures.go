package richtext

import (
	"net/url"
	"path"
	"regexp"
	"strings"
)

// Pictures returns the keys of the pictures of this site that an article's HTML
// shows or links to, each key once, in the order of the text. An address counts
// in any form that a browser resolves to /media/KEY/FILE on some page: relative,
// absolute, with percent escapes or dot segments. The host does not matter.
func Pictures(body string) []string {
	if !strings.Contains(body, "<img") && !strings.Contains(body, "<a ") {
		return nil
	}
	var keys []string
	seen := map[string]bool{}
	for _, t := range Tokens(body) {
		for _, a := range t.Attr {
			if a.Key != "src" && a.Key != "href" {
				continue
			}
			if key := PictureIn(a.Val); key != "" && !seen[key] {
				seen[key] = true
				keys = append(keys, key)
			}
		}
	}
	return keys
}

// MovePictures returns a rendered body in which the pictures of this site have
// addresses below a folder: folder + KEY/FILE. Everything else stays as it is.
func MovePictures(body, folder string) string {
	if !strings.Contains(body, "<img") && !strings.Contains(body, "<a ") {
		return body
	}
	var out strings.Builder
	for raw, token := range Tokens(body) {
		moved := false
		for i, a := range token.Attr {
			if key := PictureIn(a.Val); key != "" && (a.Key == "src" || a.Key == "href") {
				_, file, _ := strings.Cut(a.Val, "/"+key+"/")
				token.Attr[i].Val, moved = folder+key+"/"+file, true
			}
		}
		if moved {
			raw = token.String()
		}
		out.WriteString(raw)
	}
	return out.String()
}

// ReplaceAlt returns a body with another description of a picture of this site, in HTML or
// Markdown, and whether it had the old one. mine reports whether the file in an address is
// one of that picture.
func ReplaceAlt(source string, f Format, mine func(file string) bool, old, alt string) (string, bool) {
	switch f {
	case HTML:
		return replaceAltInHTML(source, mine, old, alt)
	case Markdown:
		return replaceAltInMarkdown(source, mine, old, alt)
	}
	return source, false
}

func replaceAltInHTML(source string, mine func(file string) bool, old, alt string) (string, bool) {
	var out strings.Builder
	changed := false
	for raw, token := range Tokens(source) {
		if token.Data == "img" && isOpening(token) {
			attr, at := attributeMap(token), -1
			for i, a := range token.Attr {
				if a.Key == "alt" {
					at = i
				}
			}
			if at >= 0 && strings.TrimSpace(attr["alt"]) == old && mine(PictureIn(attr["src"])) {
				token.Attr[at].Val, changed = alt, true
				raw = token.String()
			}
		}
		out.WriteString(raw)
	}
	return out.String(), changed
}

// markdownPicture matches a picture with its address on the same line.
var markdownPicture = regexp.MustCompile(`!\[((?:[^\]\\\n]|\\.)*)\]\(<?([^\s)>]+)`)

// markdownEscape matches a character of a description that has a backslash before it.
var markdownEscape = regexp.MustCompile(`\\([!-/:-@\[-` + "`" + `{-~])`)

// markdownSigns escapes the characters that mean something in a description.
var markdownSigns = strings.NewReplacer(`\`, `\\`, "[", `\[`, "]", `\]`, "*", `\*`, "_", `\_`, "`", "\\`", "<", `\<`)

// MarkdownAlt returns a description as Markdown writes it.
func MarkdownAlt(alt string) string { return markdownSigns.Replace(alt) }

func replaceAltInMarkdown(source string, mine func(file string) bool, old, alt string) (string, bool) {
	changed := false
	replaced := markdownPicture.ReplaceAllStringFunc(source, func(found string) string {
		parts := markdownPicture.FindStringSubmatch(found)
		if markdownEscape.ReplaceAllString(parts[1], "$1") != old || !mine(PictureIn(parts[2])) {
			return found
		}
		changed = true
		return "![" + MarkdownAlt(alt) + found[len("![")+len(parts[1]):]
	})
	return replaced, changed
}

// validPictureKey matches the keys that the store of pictures takes.
var validPictureKey = regexp.MustCompile(`^[a-z0-9][a-z0-9._-]{0,100}$`)

// IsPictureKey reports whether a picture can have the key.
func IsPictureKey(key string) bool { return validPictureKey.MatchString(key) }

// asBrowsersRead normalises an http or https address like a browser (WHATWG URL
// Standard, 4.4): it removes tabs and newlines, and a backslash becomes a slash.
var asBrowsersRead = strings.NewReplacer(`\`, "/", "\t", "", "\n", "", "\r", "")

// PictureIn returns the key in the address /media/KEY/FILE, "" for another
// address.
func PictureIn(address string) string {
	u, err := url.Parse(asBrowsersRead.Replace(strings.TrimSpace(address)))
	if err != nil {
		return ""
	}
	parts := strings.Split(path.Clean("/"+u.Path), "/")
	for i := range len(parts) - 2 {
		if strings.EqualFold(parts[i], "media") && IsPictureKey(parts[i+1]) {
			return parts[i+1]
		}
	}
	return ""
}

// ShownPicture is a picture of this site that a body shows.
type ShownPicture struct{ File, Alt string }

// ShownPictures returns the pictures of this site in the img elements of an article's
// HTML, in the order of the text, with the names in their addresses.
func ShownPictures(body string) (list []ShownPicture) {
	if !strings.Contains(body, "<img") {
		return nil
	}
	for _, t := range Tokens(body) {
		if t.Data != "img" {
			continue
		}
		var shown ShownPicture
		for _, a := range t.Attr {
			switch a.Key {
			case "src":
				shown.File = PictureIn(a.Val)
			case "alt":
				shown.Alt = a.Val
			}
		}
		if shown.File != "" {
			list = append(list, shown)
		}
	}
	return list
}

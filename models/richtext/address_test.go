package richtext_test

import (
	"reflect"
	"strings"
	"testing"

	"broadsheet/models/richtext"
)

func TestAddressesInText(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{ // the addresses, parted by spaces
		"plain https://a.example/x and http://b.example":    "https://a.example/x http://b.example",
		"Https://a.example HTTP://B.EXAMPLE hTTps://c.eu/D": "Https://a.example HTTP://B.EXAMPLE hTTps://c.eu/D",
		"see www.a.example/x, WWW.b.org and www.c.co.uk.":   "www.a.example/x WWW.b.org www.c.co.uk",

		// Letters of every script.
		"смотри https://ru.example/wiki/Утка, там":   "https://ru.example/wiki/Утка",
		"https://ja.example/記事/東京":                   "https://ja.example/記事/東京",
		"https://ja.example/wiki/マリー・キュリー":           "https://ja.example/wiki/マリー・キュリー",
		"https://ar.example/مقال/القاهرة وبعد":       "https://ar.example/مقال/القاهرة",
		"https://hi.example/समाचार/दिल्ली?q=नया#अंत": "https://hi.example/समाचार/दिल्ली?q=नया#अंत",
		"https://fa.example/می\u200cخواهم":           "https://fa.example/می\u200cخواهم",
		"https://bo.example/བོད་ཡིག":                 "https://bo.example/བོད་ཡིག",
		"https://bücher.example/ä":                   "https://bücher.example/ä",
		"https://новости.бг/x http://例え.テスト":         "https://новости.бг/x http://例え.テスト",
		"詳しくはhttps://ja.example/xを見て":                "https://ja.example/xを見て",
		"http://ja.exampleを参照":                       "http://ja.example",
		"www.ja.exampleです":                           "www.ja.example",

		// Punctuation of every script stays outside.
		"“https://a.example/x” ‘https://b.example/y’":     "https://a.example/x https://b.example/y",
		"„https://a.example/x“ «https://b.example/y»":     "https://a.example/x https://b.example/y",
		"「https://a.example/x」。（https://b.example/y）、":    "https://a.example/x https://b.example/y",
		"https://a.example/x。https://b.example/y，c":       "https://a.example/x https://b.example/y",
		"هل زرت https://a.example/x؟ أو https://b.eu/y،":  "https://a.example/x https://b.eu/y",
		"https://a.example/x؛ https://b.example/y۔":       "https://a.example/x https://b.example/y",
		"https://a.example/x। https://b.example/y…":       "https://a.example/x https://b.example/y",
		"https://a.example/x—said he. https://b.eu/2019–": "https://a.example/x https://b.eu/2019",
		"https://a.example/x! https://b.example/y?! z":    "https://a.example/x https://b.example/y",
		"**https://a.example/x** ~https://b.example/y~":   "https://a.example/x https://b.example/y",
		"https://a.example/x\u200b https://b.eu/y\u200f.": "https://a.example/x https://b.eu/y",
		"https://a.example/x\u00a0y https://b.eu/\u3000z": "https://a.example/x https://b.eu/",

		// Apostrophes and quotation marks.
		"https://a.example/Moore's_law and more":  "https://a.example/Moore's_law",
		"https://a.example/Moore’s_law and more":  "https://a.example/Moore’s_law",
		"'https://a.example/x' said":              "https://a.example/x",
		"\"https://a.example/x\", said":           "https://a.example/x",
		"https://a.example/the_'big'":             "https://a.example/the_'big'",
		"href=\"https://a.example/x\"class=\"y\"": "https://a.example/x",
		"'https://a.example/x','https://b.eu/y'":  "https://a.example/x https://b.eu/y",

		// Brackets.
		"(https://en.example/Foo_(bar)).":              "https://en.example/Foo_(bar)",
		"[https://a.example/x] {https://b.example/y}":  "https://a.example/x https://b.example/y",
		"https://a.example/x[1]{2}(3(4)) ":             "https://a.example/x[1]{2}(3(4))",
		"[a](https://a.example/x)[b](https://b.eu/y).": "https://a.example/x https://b.eu/y",
		"(see https://a.example/x(y)":                  "https://a.example/x(y)",
		"https://a.example/x(y]":                       "https://a.example/x(y",
		"https://a.example/((((":                       "https://a.example/",

		// Entities.
		"https://a.example/?a=1&currency=EUR&copy=2": "https://a.example/?a=1&currency=EUR&copy=2",
		"https://a.example/?a=1&sect;=2":             "https://a.example/?a=1&sect;=2",
		"&lt;https://a.example/x&gt; b":              "https://a.example/x",
		"&quot;https://a.example/x&quot;":            "https://a.example/x",
		"https://a.example/x&hellip; more":           "https://a.example/x",

		// Hosts.
		"http://localhost:8080/x http://192.0.2.1 http://[2001:db8::1]:80/x": "http://localhost:8080/x http://192.0.2.1 http://[2001:db8::1]:80/x",
		"https://user:secret@a.example/x":                                    "https://user:secret@a.example/x",
		"https://a-b--c.example/ https://a_b.c.example/":                     "https://a-b--c.example/ https://a_b.c.example/",
		"https://a.example: next https://a.example:443. end":                 "https://a.example https://a.example:443",
		"http://✪.example/1":                                                 "http://✪.example/1",
		"https://a.example,b https://a.example;":                             "https://a.example https://a.example",
		"https://a.example/100%":                                             "https://a.example/100%",

		"http://https://a.example http://a@b@c.example/": "https://a.example",

		// Emoji and symbols behind.
		"https://a.example😀 https://b.example™ https://c.eu❤\ufe0f":           "https://a.example https://b.example https://c.eu",
		"https://a.example/x😀 https://a.example/x👍🏽! (https://b.eu/y❤\ufe0f)": "https://a.example/x https://a.example/x https://b.eu/y",
		"https://a.example/😀 https://a.example/a😀b https://b.eu/?q=👩\u200d👧":  "https://a.example/😀 https://a.example/a😀b https://b.eu/?q=👩\u200d👧",
		"https://a.example/x～ https://a.example/x〜":                           "https://a.example/x https://a.example/x",

		// No addresses.
		"http:// https://. http://? http://# https://,":                               "",
		"http://.a.example http://-a.example http://a.example_":                       "",
		"http://a.example:99999/ http://a.example:0/ http://[2001:zz::]/ http://a..b": "",
		"xhttps://a.example _http://a.example 1http://a.example":                      "",
		"ftp://a.example mailto:a@a.example javascript://a.example":                   "",
		"awww.a.example me@www.a.example www. www.a www.1 www.a.1":                    "",
		"https://good.example\\@evil.example":                                         "https://good.example",
	} {
		var got []string
		for _, a := range richtext.Addresses(text) {
			got = append(got, a.Text)
		}
		if !reflect.DeepEqual(got, strings.Fields(want)) && len(got)+len(want) > 0 {
			t.Errorf("%q\n got %q\nwant %q", text, got, want)
		}
	}
}

func TestTargetsOfAddresses(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"Https://A.Example/Path":            "https://a.example/Path",
		"www.a.example/x":                   "http://www.a.example/x",
		"https://bücher.example/ä":          "https://xn--bcher-kva.example/%C3%A4",
		"http://новости.бг":                 "http://xn--b1amnebsh.xn--90ae",
		"http://✪.example/1":                "http://xn--2ci.example/1",
		"https://a.example/100%/50%25":      "https://a.example/100%25/50%25",
		"https://a.example/?q=ü|{x}":        "https://a.example/?q=%C3%BC%7C%7Bx%7D",
		"https://user:pw@a.example:8080/#ü": "https://user:pw@a.example:8080/#%C3%BC",
	} {
		if got := richtext.Addresses(text); len(got) != 1 || got[0].Target != want {
			t.Errorf("%q leads to %q, want %q", text, got, want)
		}
	}
}

func TestWebAddress(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string]string{
		"https://a.example/x?y=1#z": "https://a.example/x?y=1#z", "a.example": "https://a.example", " WWW.A.Example/Path ": "https://www.a.example/Path", "HTTP://a.example:8080": "http://a.example:8080",
		"bücher.example": "https://xn--bcher-kva.example", "https://ru.example/Утка": "https://ru.example/%D0%A3%D1%82%D0%BA%D0%B0", "https://a.example/x_(y)’s": "https://a.example/x_(y)%E2%80%99s", "http://192.0.2.1/x": "http://192.0.2.1/x",
		"a.example.": "https://a.example", "\u200ehttps://a.example\u200b\u00a0": "https://a.example", "http://a.example./x.": "http://a.example/x.", "http://a.example/\n": "http://a.example/",
	} {
		if got := richtext.WebAddress(typed); got != want {
			t.Errorf("%q is %q, want %q", typed, got, want)
		} else if again := richtext.WebAddress(got); again != got {
			t.Errorf("%q is %q the second time", got, again)
		}
	}
	for _, typed := range []string{
		"", "http://", "<script>alert(1)</script>", "https://<b>.example", "none", "n/a", "-", "localhost", "a.example b.example", "a.example/x y", "me@a.example", "https://me@a.example/", "javascript:alert(1)",
		"javascript://a.example/%0aalert(1)", "ftp://a.example", "mailto:me@a.example", "//a.example", "https://", "https://.example", "https://a..example", "https://a_b.example", "http://a.example:x", "http://a.example:99999", "http://a.example:0", "a.example..", ".", "//x", "e.g.", "data:x", "user@host", "http://[2001:db8::1]/",
		"1.5", "https://a.example\\@b.example", "a.example\"onclick=x", "http://http://a.example", "data:text/html,x", "https://a.example/\u202ex", "https://[::1]/", "a.example,b.example", "https://a.exampleです",
	} {
		if got := richtext.WebAddress(typed); got != "" {
			t.Errorf("%q counts as a web address: %q", typed, got)
		}
	}
}

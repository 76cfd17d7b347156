package embeds_test

import (
	"net/url"
	"strings"
	"testing"

	"broadsheet/models/embeds"
)

func TestKnownServices(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]string{
		"https://www.youtube.com/watch?v=dQw4w9WgXcQ":                      "https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ?rel=0",
		"https://m.youtube.com/watch?list=x&v=dQw4w9WgXcQ&t=42s":           "https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ?rel=0&start=42",
		"http://youtu.be/dQw4w9WgXcQ/":                                     "https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ?rel=0",
		"https://youtube.com/shorts/dQw4w9WgXcQ?feature=share":             "https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ?rel=0",
		"https://vimeo.com/76979871":                                       "https://player.vimeo.com/video/76979871?dnt=1",
		"https://vimeo.com/76979871/0a1b2c3d4e":                            "https://player.vimeo.com/video/76979871?dnt=1&h=0a1b2c3d4e",
		"https://x.com/harbour/status/1460323737035677698?s=20":            "https://platform.twitter.com/embed/Tweet.html?dnt=true&id=1460323737035677698",
		"https://twitter.com/harbour/status/20":                            "https://platform.twitter.com/embed/Tweet.html?dnt=true&id=20",
		"https://www.instagram.com/p/CaBcDeFgHiJ/":                         "https://www.instagram.com/p/CaBcDeFgHiJ/embed/",
		"https://www.instagram.com/harbour/reel/CaBcDeFgHiJ/":              "https://www.instagram.com/reel/CaBcDeFgHiJ/embed/",
		"https://www.tiktok.com/@harbour/video/6718335390845095173":        "https://www.tiktok.com/player/v1/6718335390845095173",
		"https://open.spotify.com/intl-de/track/4uLU6hMCjMI75M1A2tKUQC":    "https://open.spotify.com/embed/track/4uLU6hMCjMI75M1A2tKUQC",
		"https://datawrapper.dwcdn.net/aBc12/3/":                           "https://datawrapper.dwcdn.net/aBc12/3",
		"https://www.datawrapper.de/_/aBc12/":                              "https://datawrapper.dwcdn.net/aBc12/",
		"https://mastodon.example/@harbour/109300000000000000":             "https://mastodon.example/@harbour/109300000000000000/embed",
		"https://social.example/@harbour@other.example/109300000000000000": "https://social.example/@harbour@other.example/109300000000000000/embed",
		"https://www.youtube.com/watch?v=short":                            "",
		"https://www.youtube.com/@harbour":                                 "",
		"https://youtube.com.evil.example/watch?v=dQw4w9WgXcQ":             "",
		"https://me:pass@youtu.be/dQw4w9WgXcQ":                             "",
		"https://youtu.be:8443/dQw4w9WgXcQ":                                "",
		"https://127.0.0.1/@harbour/109300000000000000":                    "",
		"https://localhost/@harbour/109300000000000000":                    "",
		"javascript:alert(1)":                                              "",
		"https://news.example/2026/11/20/story/":                           "",
	} {
		e, ok := embeds.Of(address)
		if e.Frame != want || ok != (want != "") {
			t.Errorf("%s: %q, want %q", address, e.Frame, want)
		}
	}
}

func TestOnlyAnAddressAloneIsAnEmbed(t *testing.T) {
	t.Parallel()
	const film = "https://youtu.be/dQw4w9WgXcQ?a=1&amp;t=5"
	link := func(words string) string { return `<p><a href="` + film + `">` + words + "</a></p>" }
	follow := `<p><a href="` + film + `" rel="nofollow">` + film + "</a></p>"
	for body, want := range map[string]string{
		"<p>One</p>\n" + link(film) + "\n<p>Two</p>": "<p>One</p>\n|YouTube|\n<p>Two</p>",

		"<p>" + film + "</p>": "YouTube",

		follow + "<p>" + film + "</p>": "YouTube|YouTube",

		link("The film"): link("The film"),

		"<p>See " + film + "</p>": "<p>See " + film + "</p>",

		"<li>" + film + "</li>": "<li>" + film + "</li>",

		"<p>https://news.example/</p>": "<p>https://news.example/</p>",

		"": "",
	} {
		var got []string
		for _, part := range embeds.Split(body) {
			if part.Embed != nil {
				got = append(got, part.Embed.Service)
			} else {
				got = append(got, part.HTML)
			}
		}
		if strings.Join(got, "|") != want {
			t.Errorf("%s: %q, want %q", body, got, want)
		}
	}
}

func FuzzSplit(f *testing.F) {
	f.Add("<p>https://youtu.be/dQw4w9WgXcQ</p>", "https://mastodon.example/@a/109300000000000000")
	f.Add("<p><a href=\"https://x.com/a/status/1\">https://x.com/a/status/1</a></p>", "https://x.com/a/status/1#\"><script>")
	f.Fuzz(func(t *testing.T, body, address string) {
		joined := ""
		for _, part := range embeds.Split(body) {
			joined += part.HTML
		}
		if joined != body {
			t.Errorf("%q became %q", body, joined)
		}
		e, ok := embeds.Of(address)
		if !ok {
			return
		}
		u, err := url.Parse(e.Frame)
		if err != nil || u.Scheme != "https" || u.Host != e.Host || e.Host == "" || strings.ContainsAny(e.Frame, " \"'<>;,\n") || strings.ContainsAny(e.Host, ":;,'*") {
			t.Errorf("%q: %+v (%v)", address, e, err)
		}
	})
}

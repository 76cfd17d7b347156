package agents_test

import (
	"strings"
	"testing"

	"broadsheet/handlers/agents"
)

// The agents have the form of real ones; versions are made up.
var browsers = []string{
	"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36",
	"Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:144.0) Gecko/20100101 Firefox/144.0",
	"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Safari/605.1.15",
	"Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Mobile/15E148 Safari/604.1",
	"Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Mobile Safari/537.36",
	"Mozilla/5.0 (Linux; Android 11; CUBOT NOTE 20) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/110.0.0.0 Mobile Safari/537.36",
	"Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 [FBAN/FBIOS;FBAV/500.0;FBCR/www.tele]",
	"Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Snapchat/13.1 (like Safari/8619.1)",
	"Mozilla/5.0 (compatible; MSIE 10.0; Windows NT 6.1; Trident/6.0)",
	"Mozilla/5.0 (compatible; Konqueror/4.5; Linux) KHTML/4.5.4 (like Gecko)",
	"Opera/9.80 (Android; Opera Mini/36.2/119.132; U; id) Presto/2.12.423 Version/12.16",
	"Lynx/2.9.0dev.12 libwww-FM/2.14 SSL-MM/1.4.1 GNUTLS/3.7.8", "w3m/0.5.3+git20230121", "ELinks/0.16.1.1 (textmode; Linux; 80x24-2)", "Dillo/3.2.0",
}

var robots = []string{
	"", "-", "Mozilla/5.0", "Mozilla", strings.Repeat("Mozilla/5.0 (", 200),
	"Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
	"Mozilla/5.0 (Linux; Android 6.0.1; Nexus 5X) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Mobile Safari/537.36 (compatible; Googlebot/2.1)",
	"Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm) Chrome/116.0.0.0 Safari/537.36",
	"Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; ChatGPT-User/1.0)",
	"Mozilla/5.0 (compatible; Claude-User/1.0)", "Mozilla/5.0 (compatible; Yahoo! Slurp)", "DuckDuckBot/1.1",
	"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/141.0.0.0 Safari/537.36",
	"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_11_1) AppleWebKit/601.2.4 (KHTML, like Gecko) Version/9.0.1 Safari/601.2.4 facebookexternalhit/1.1 Facebot Twitterbot/1.0",
	"facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)", "WhatsApp/2.23.20.0", "TelegramBot (like TwitterBot)", "Slackbot-LinkExpanding 1.0",
	"Mozilla/5.0 (Windows NT 6.1; WOW64) SkypeUriPreview Preview/0.5", "Signal/7.1 Android", "Mastodon/4.4.0 (http.rb/5.2; +https://social.example/)",
	"curl/8.5.0", "Wget/1.21", "python-requests/2.31", "Go-http-client/1.1", "okhttp/4.12.0", "Java/17.0.1", "feedparser/6.0", "newsboat/2.32",
	"Mozilla/5.0 (compatible; CUBOT-crawler; http://crawl.example)",
}

func TestAgents(t *testing.T) {
	t.Parallel()
	for _, agent := range browsers {
		if agents.IsRobot(agent) {
			t.Errorf("a browser is taken for a robot: %s", agent)
		}
	}
	for _, agent := range robots {
		if !agents.IsRobot(agent) {
			t.Errorf("a robot is taken for a browser: %.100s", agent)
		}
	}
}

func FuzzIsRobot(f *testing.F) {
	for _, agent := range append(browsers, robots...) {
		f.Add(agent)
	}
	f.Fuzz(func(t *testing.T, agent string) {
		agents.IsRobot(agent)
		// Only robots give an address to ask about them.
		if named := agent + " http://crawl.example/"; !agents.IsRobot(named) {
			t.Errorf("%q is a browser", named)
		}
	})
}

func BenchmarkIsRobot(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		agents.IsRobot(browsers[0])
	}
}

package robots_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"broadsheet/models/robots"
)

func TestAgentsAreFoundByTheirHeaders(t *testing.T) {
	t.Parallel()
	for header, want := range map[string]string{
		"": "",
		"Mozilla/5.0 (X11; Linux x86_64; rv:144.0) Gecko/20100101 Firefox/144.0":                                                                  "",
		"Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.0 Mobile/15E148 Safari/604.1": "",
		"Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko); compatible; GPTBot/1.2; +https://openai.com/gptbot":                                  "GPTBot",
		"Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko); compatible; ChatGPT-User/1.0; +https://openai.com/bot":                               "ChatGPT-User",
		"Mozilla/5.0 (compatible; ClaudeBot/1.0; +claudebot@anthropic.com)":                                                                       "ClaudeBot",
		"Mozilla/5.0 (compatible; Claude-User/1.0; +Claude-User@anthropic.com)":                                                                   "Claude-User",
		"meta-externalagent/1.1 (+https://developers.facebook.com/docs/sharing/webmasters/crawler)":                                               "meta-externalagent",
		"CCBot/2.0 (https://commoncrawl.org/faq/)":                                                                                                "CCBot",
		"Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)":                                                                "Googlebot",
		"Mozilla/5.0 (Macintosh) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.4 Safari/605.1.15 (Applebot/0.1)":                            "Applebot",
		"SomethingNew-Crawler/0.1":          "bot",
		"curl/8.5.0":                        "curl",
		strings.Repeat("x", 600) + "GPTBot": "", // only the beginning is looked at
	} {
		got := ""
		if agent := robots.Find(header); agent != nil {
			got = agent.Name
		}
		if got != want {
			t.Errorf("%s: %q, want %q", header, got, want)
		}
	}
}

// A browser is never taken for a robot after many headers, and the memory is bounded.
func TestManyHeaders(t *testing.T) {
	t.Parallel()
	for i := range 20_000 {
		if agent := robots.Find(fmt.Sprintf("Browser/%d", i)); agent != nil {
			t.Fatalf("browser %d is %s", i, agent.Name)
		}
	}
	if robots.Find("x GPTBot/2").Family != robots.Training {
		t.Error("GPTBot is forgotten")
	}
}

func TestTheListIsInOrder(t *testing.T) {
	t.Parallel()
	if _, err := time.Parse(time.DateOnly, robots.ListDate); err != nil {
		t.Error(err)
	}
	seen := map[string]bool{}
	for i, a := range robots.Agents {
		name := strings.ToLower(a.Name)
		if seen[name] || strings.ContainsAny(name, " :#\n") {
			t.Errorf("%s is there twice or is no name for robots.txt", a.Name)
		}
		seen[name] = true
		for _, later := range robots.Agents[i+1:] {
			if !a.TokenOnly && !later.TokenOnly && a.Name != "bot" && strings.Contains(strings.ToLower(later.Name), name) {
				t.Errorf("%s hides %s", a.Name, later.Name)
			}
		}
		if robots.Named(a.Name) == nil {
			t.Errorf("%s is not found by its name", a.Name)
		}
	}
	denied := strings.Join(robots.Denied(robots.Training), " ")
	if !strings.Contains(denied, "GPTBot") || !strings.Contains(denied, "Google-Extended") || strings.Contains(denied, "Claude-User") {
		t.Errorf("training: %s", denied)
	}
}

func BenchmarkFind(b *testing.B) {
	const header = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36"
	for b.Loop() {
		robots.Find(header)
	}
}

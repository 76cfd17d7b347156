package handlers_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"broadsheet/handlers"
	"broadsheet/models"
	"broadsheet/models/modeltest"
	"broadsheet/models/robots"
	"broadsheet/models/robots/fetches"
)

// robotRules are the groups of a robots.txt by agent.
type robotRules struct {
	groups   map[string][]string
	sitemaps []string
}

// parseRobots reads a robots.txt as RFC 9309 says.
func parseRobots(t *testing.T, text string) robotRules {
	t.Helper()
	rules := robotRules{groups: map[string][]string{}}
	var agents []string
	inRules := false
	for line := range strings.Lines(text) {
		line, _, _ = strings.Cut(line, "#")
		name, value, found := strings.Cut(strings.TrimSpace(line), ": ")
		switch {
		case strings.TrimSpace(line) == "":
		case !found:
			t.Errorf("the line %q is none of robots.txt", line)
		case name == "User-agent":
			if inRules {
				agents, inRules = nil, false
			}
			agents = append(agents, value)
		case name == "Disallow":
			inRules = true
			for _, agent := range agents {
				rules.groups[agent] = append(rules.groups[agent], value)
			}
		case name == "Sitemap":
			rules.sitemaps = append(rules.sitemaps, value)
		default:
			t.Errorf("the line %q is unknown", line)
		}
	}
	return rules
}

func (r robotRules) closed(agent string) bool { return slices.Contains(r.groups[agent], "/") }

// robots.txt follows the settings at the next request.
func TestRobotsTxtFollowsTheSettings(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		s, h := smallSite(t, db, clock)
		rules := func() robotRules {
			t.Helper()
			w := get(t, h, "/robots.txt")
			if w.Code != http.StatusOK || w.Header().Get("Content-Type") != "text/plain; charset=utf-8" {
				t.Fatalf("%d %s", w.Code, w.Header().Get("Content-Type"))
			}
			return parseRobots(t, w.Body.String())
		}
		first := rules()
		for _, path := range []string{"/wp-admin/", "/desk/", "/desk$", "/search/", "/*?s=", "/*?replytocom=", "/preview/"} {
			if !slices.Contains(first.groups["*"], path) {
				t.Errorf("%s is open to robots", path)
			}
		}
		if want := []string{newsHost + "/wp-sitemap.xml", newsHost + "/news-sitemap.xml"}; !slices.Equal(first.sitemaps, want) {
			t.Errorf("sitemaps %q", first.sitemaps)
		}
		for _, family := range []robots.Family{robots.Training, robots.AISearch, robots.OnDemand} {
			for _, on := range []string{"false", "true"} {
				s.set("robots."+string(family), on)
				now := rules()
				for _, agent := range robots.Agents {
					if agent.Family == family && now.closed(agent.Name) != (on == "false") {
						t.Errorf("robots.%s is %s: %s closed %v", family, on, agent.Name, now.closed(agent.Name))
					}
				}
			}
		}
		if now := rules(); now.closed("Googlebot") || now.closed("*") {
			t.Error("search engines are closed out")
		}
	})
}

// asRobot asks with a User-Agent header.
func asRobot(t *testing.T, h http.Handler, agent, path string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil)
	r.Header.Set("User-Agent", agent)
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

// A denied robot gets nothing but robots.txt, from the cache neither, and what
// robots asked for is counted.
func TestDeniedRobotsAreTurnedAway(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		s, h := smallSite(t, db, clock)
		const training, demand = "Mozilla/5.0 (compatible; GPTBot/1.2)", "Mozilla/5.0 (compatible; Claude-User/1.0)"
		get(t, h, straitPath) // now it is cached
		for path, want := range map[string]int{straitPath: 403, "/": 403, "/robots.txt": 200, "/wp-sitemap.xml": 403} {
			w := asRobot(t, h, training, path)
			if w.Code != want {
				t.Errorf("%s for a denied robot: %d", path, w.Code)
			}
			if want == 403 && (w.Header().Get("Cache-Control") != "private, no-store" || w.Body.Len() > 200) {
				t.Errorf("%s: %q, %s", path, w.Header().Get("Cache-Control"), w.Body)
			}
		}
		for _, agent := range []string{demand, "Googlebot/2.1", "", "Mozilla/5.0 (X11; Linux x86_64; rv:144.0) Gecko/20100101 Firefox/144.0"} {
			if w := asRobot(t, h, agent, straitPath); w.Code != http.StatusOK {
				t.Errorf("%q: %d", agent, w.Code)
			}
		}
		s.set("robots.ai-training", "true")
		if w := asRobot(t, h, training, straitPath); w.Code != http.StatusOK {
			t.Errorf("an allowed robot: %d", w.Code)
		}
		s.set("robots.ai-on-demand", "false")
		if w := asRobot(t, h, demand, straitPath); w.Code != http.StatusForbidden {
			t.Errorf("a robot that is denied now: %d", w.Code)
		}
	})
}

// An AI robot that asks too fast gets 429 with Retry-After for pages that cost work.
// Cached pages, feeds, sitemaps and all other clients are free.
func TestThePaceOfAIRobots(t *testing.T) {
	t.Parallel()
	clock := modeltest.NewClock()
	s, _ := smallSite(t, modeltest.SQLite(t, clock), clock)
	h, flush := handlers.NewWithRobotFigures(t.Context(), s.options)
	const agent = "Mozilla/5.0 (compatible; OAI-SearchBot/1.0)"
	get(t, h, straitPath)
	var slowed *httptest.ResponseRecorder
	for i := range 100 {
		if w := asRobot(t, h, agent, fmt.Sprintf("/no-such-page-%d/", i)); w.Code == http.StatusTooManyRequests {
			slowed = w
		}
	}
	if slowed == nil || slowed.Header().Get("Retry-After") == "" {
		t.Fatal("a hundred expensive pages were not too many")
	}
	for path, want := range map[string]int{straitPath: 200, "/robots.txt": 200, "/wp-sitemap-posts-post-1.xml": 200} {
		if w := asRobot(t, h, agent, path); w.Code != want {
			t.Errorf("%s: %d", path, w.Code)
		}
	}
	for _, other := range []string{"Mozilla/5.0 (compatible; Claude-User/1.0)", "Googlebot/2.1", "Firefox/144.0"} {
		if w := asRobot(t, h, other, "/no-such-page/"); w.Code != http.StatusNotFound {
			t.Errorf("%s pays for another robot: %d", other, w.Code)
		}
	}
	asRobot(t, h, "GPTBot/1.2", "/")
	flush()
	rows := must(fetches.Since(t.Context(), s.db, clock.Now(), 1))
	got := map[string]fetches.Row{}
	for _, row := range rows {
		got[row.Agent] = row
	}
	search := got["OAI-SearchBot"]
	if search.Pages != 101 || search.Files != 2 || search.Slowed < 20 || got["GPTBot"].Denied != 1 || got["Googlebot"].Pages != 1 || len(got) != 4 {
		t.Errorf("%+v", rows)
	}
}

// The key of IndexNow is there while the setting is on, and stays the same.
func TestTheKeyOfIndexNow(t *testing.T) {
	t.Parallel()
	clock := modeltest.NewClock()
	s, h := smallSite(t, modeltest.SQLite(t, clock), clock)
	if w := get(t, h, "/indexnow.txt"); w.Code != http.StatusNotFound {
		t.Errorf("off: %d", w.Code)
	}
	s.set("robots.indexnow", "true")
	first := get(t, h, "/indexnow.txt")
	key := first.Body.String()
	if first.Code != http.StatusOK || len(key) != 32 || strings.Trim(key, "0123456789abcdef") != "" || get(t, s.handler(), "/indexnow.txt").Body.String() != key {
		t.Errorf("%d %q", first.Code, key)
	}
	s.set("robots.hidden", "true")
	if w := get(t, h, "/indexnow.txt"); w.Code != http.StatusNotFound {
		t.Errorf("hidden: %d", w.Code)
	}
}

// A sitemap is well-formed for a reader that is not ours.
func TestXmllintReadsTheSitemaps(t *testing.T) {
	t.Parallel()
	lint, err := exec.LookPath("xmllint")
	if err != nil {
		t.Skip("xmllint is not installed")
	}
	clock := modeltest.NewClock()
	_, h := smallSite(t, modeltest.SQLite(t, clock), clock)
	for _, path := range []string{"/wp-sitemap.xml", "/news-sitemap.xml", "/wp-sitemap-posts-post-1.xml", "/wp-sitemap-users-1.xml"} {
		cmd := exec.CommandContext(t.Context(), lint, "--noout", "--nonet", "-")
		cmd.Stdin = strings.NewReader(get(t, h, path).Body.String())
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("%s: %v\n%s", path, err, out)
		}
	}
}

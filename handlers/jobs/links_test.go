package jobs_test

import (
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"

	"broadsheet/handlers/jobs"
	"broadsheet/models"
	"broadsheet/models/modeltest"
	"broadsheet/models/newsroom/linkcheck"
)

func TestLinksAreAsked(t *testing.T) {
	t.Parallel()
	asked := make(chan string, 20)
	other := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked <- r.Method + " " + r.URL.Path
		switch r.URL.Path {
		case "/gone":
			w.WriteHeader(http.StatusGone)
		case "/head":
			if r.Method == http.MethodHead {
				w.WriteHeader(http.StatusMethodNotAllowed)
			}
		case "/to-us":
			http.Redirect(w, r, "http://127.0.0.1:1/secret", http.StatusFound)
		}
	}))
	t.Cleanup(other.Close)
	open := netip.MustParseAddrPort(strings.TrimPrefix(other.URL, "http://"))
	modeltest.Each(t, func(t *testing.T, db *models.DB, _ *modeltest.Clock) {
		l := jobs.NewLinkChecker(func(to netip.AddrPort) bool { return to == open })
		want := map[string]linkcheck.Result{
			other.URL + "/":           {Status: 200},
			other.URL + "/gone":       {Status: 410},
			other.URL + "/head":       {Status: 200},
			other.URL + "/to-us":      {Problem: linkcheck.Refused},
			"http://127.0.0.1:1/":     {Problem: linkcheck.Refused},
			"http://[::1]/":           {Problem: linkcheck.Refused},
			"http://169.254.169.254/": {Problem: linkcheck.Refused},
			"ftp://example.org/":      {Problem: linkcheck.Refused},
			"http://a:b@example.org/": {Problem: linkcheck.Refused},
		}
		var urls []string
		for url := range want {
			urls = append(urls, url)
		}
		if err := linkcheck.Ask(t.Context(), db, urls); err != nil {
			t.Fatal(err)
		}
		for range 2 { // it asks some at once
			if err := l.Run(t.Context(), db); err != nil {
				t.Fatal(err)
			}
		}
		known, err := linkcheck.Answers(t.Context(), db, urls)
		if err != nil {
			t.Fatal(err)
		}
		for url, w := range want {
			if got := known[url]; got.Status != w.Status || got.Problem != w.Problem {
				t.Errorf("%s: %d %q, want %d %q", url, got.Status, got.Problem, w.Status, w.Problem)
			}
		}
		if len(asked) == 0 {
			t.Error("the other site was never asked")
		}
		for len(asked) > 0 {
			<-asked
		}
	})
}

// No link may lead into a network that is not public, by whatever form of the address.
func TestOnlyPublicAddressesAreAsked(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]bool{
		"93.184.215.14:443": true, "93.184.215.14:80": true, "[2606:2800:21f:cb07:6820:80da:af6b:8b2c]:443": true,
		"93.184.215.14:22": false, "127.0.0.1:80": false, "10.1.2.3:80": false, "172.16.0.1:443": false, "192.168.1.1:80": false,
		"169.254.169.254:80": false, "100.64.0.1:80": false, "0.0.0.0:80": false, "224.0.0.1:80": false, "255.255.255.255:80": false,
		"[::1]:80": false, "[::]:80": false, "[fe80::1]:80": false, "[fd00::1]:443": false, "[::ffff:127.0.0.1]:80": false,
		"[::ffff:10.0.0.1]:80": false, "[64:ff9b::a00:1]:80": false, "[2002:a00:1::]:80": false, "198.18.0.1:80": false,
	} {
		if got := jobs.IsPublic(netip.MustParseAddrPort(address)); got != want {
			t.Errorf("%s: %v, want %v", address, got, want)
		}
	}
}

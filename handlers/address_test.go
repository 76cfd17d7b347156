package handlers_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"

	"broadsheet/handlers"
	"broadsheet/models"
	"broadsheet/models/modeltest"
)

// trustedHere are the proxies of the tests of addresses.
var trustedHere = []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24"), netip.MustParsePrefix("2001:db8:ffff::/48"), netip.MustParsePrefix("fe80::/10")}

// forwardedBy makes a request from a trusted proxy with header lines "Name: value".
func forwardedBy(peer string, lines ...string) *http.Request {
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	r.RemoteAddr = peer
	for _, line := range lines {
		name, value, _ := strings.Cut(line, ":")
		r.Header.Add(name, strings.TrimPrefix(value, " "))
	}
	return r
}

// Every form in which proxies write an address is read.
func TestForwardedAddressForms(t *testing.T) {
	t.Parallel()
	const v4, v6 = "203.0.113.7", "2001:db8::1"
	for value, want := range map[string]string{
		v4: v4, v4 + ":4711": v4, " \t" + v4 + " \t": v4, `"` + v4 + `"`: v4, `"` + v4 + `:4711"`: v4, `" ` + v4 + ` "`: v4,
		v6: v6, "[" + v6 + "]": v6, "[" + v6 + "]:443": v6, `"[` + v6 + `]:443"`: v6, `"[` + v6 + `]"`: v6,
		"2001:DB8:0:0:0:0:0:1": v6, "2001:db8:0:0:0:0:0:1:4711": v6, "2001:db8::1%eth0": v6, "[2001:db8::1%25eth0]:443": v6,
		"::ffff:" + v4: v4, "[::ffff:" + v4 + "]:80": v4, "::ffff:" + v4 + ":4711": v4, "::ffff:cb00:7107": v4,
		"for=" + v4: v4, `For="[` + v6 + `]:4711"`: v6, `"[2001:db8::\1]"`: v6, `"203.0.113.7:_port.x-1"`: v4, "[2001:db8::1]:_x": v6,
		// The proxies are passed over, from the right; the client writes the rest.
		"8.8.8.8, " + v4 + ", 192.0.2.8": v4, "nonsense, " + v4 + ":1, 192.0.2.8:443, [2001:db8:ffff::2]:80": v4,
		"unknown, " + v4: v4, v4 + ",": v4, ",, " + v4 + " ,, ,192.0.2.8,": v4, `"a, b", ` + v4: v4, `", ` + v4: v4,
		"192.0.2.9": "192.0.2.9", "192.0.2.9, 192.0.2.8": "192.0.2.9",
		strings.Repeat("1.1.1.1, ", 9000) + v4: v4,
	} {
		for _, peer := range []string{"192.0.2.7:1234", "[::ffff:192.0.2.7]:1234", "[2001:db8:ffff::9]:1", "[fe80::1%eth0]:1"} {
			if got, fault := handlers.ClientAddress(forwardedBy(peer, "X-Forwarded-For: "+value), trustedHere...); got.String() != want || fault {
				t.Errorf("%.60q from %s is %v (fault %v), want %s", value, peer, got, fault, want)
			}
		}
	}
	for value, want := range map[string]string{
		"for=" + v4: v4, "for=" + v4 + ":4711": v4, `for="` + v4 + `:4711"`: v4, `FOR="[` + v6 + `]:443";proto=https;by=203.0.113.43`: v6,
		`proto=https; for="[` + v6 + `]" ;host="a;b,c"`: v6, `for=8.8.8.8, for=` + v4 + `;by="x,y", for=192.0.2.8`: v4, `for="_hidden", for=` + v4: v4,
	} {
		if got, fault := handlers.ClientAddress(forwardedBy("192.0.2.7:1", "Forwarded: "+value), trustedHere...); got.String() != want || fault {
			t.Errorf("Forwarded: %q is %v (fault %v), want %s", value, got, fault, want)
		}
	}
	// Several lines are one list.
	lines := []string{"X-Forwarded-For: 8.8.8.8", "X-Forwarded-For: " + v4 + ":1", "X-Forwarded-For:", "X-Forwarded-For: 192.0.2.8, 192.0.2.9"}
	if got, fault := handlers.ClientAddress(forwardedBy("192.0.2.7:1", lines...), trustedHere...); got.String() != v4 || fault {
		t.Errorf("several lines give %v (fault %v)", got, fault)
	}
	lines = []string{"Forwarded: for=8.8.8.8", "Forwarded: for=" + v4 + ";proto=http", "Forwarded: for=192.0.2.8"}
	if got, fault := handlers.ClientAddress(forwardedBy("192.0.2.7:1", lines...), trustedHere...); got.String() != v4 || fault {
		t.Errorf("several lines of Forwarded give %v (fault %v)", got, fault)
	}
}

// An element that a trusted proxy wrote and that cannot be parsed gives no
// address. The proxy's own address gives none either. The operator is told.
func TestForwardedAddressesThatCannotBeRead(t *testing.T) {
	t.Parallel()
	for _, value := range []string{
		"unknown", "UNKNOWN", "_hidden", "nonsense", "203.0.113.7:", "203.0.113.7:70000", "203.0.113.7:http", "203.0.113", "203.0.113.07", "0xcb007107",
		"[2001:db8::1", "2001:db8::1]", "[2001:db8::1]443", "[]", "[203.0.113.7", "::", "0.0.0.0", "0.0.0.0:80", `""`, `"`, "-", "8.8.8.8, unknown", "203.0.113.7 198.51.100.1",
		"https://203.0.113.7/", "\xff\xfe", strings.Repeat("x", 60000), "203.0.113.7;proto=https", "localhost", "203.0.113.7/32", ",", "",
	} {
		got, fault := handlers.ClientAddress(forwardedBy("192.0.2.7:1", "X-Forwarded-For: "+value), trustedHere...)
		if got.IsValid() || !fault {
			t.Errorf("%.40q is %v (fault %v), want no address", value, got, fault)
		}
	}
	for _, value := range []string{"for=unknown", "for=_gazonk", "proto=https", "for=8.8.8.8, by=203.0.113.7", "for", "=", "203.0.113.7"} {
		if got, fault := handlers.ClientAddress(forwardedBy("192.0.2.7:1", "Forwarded: "+value), trustedHere...); got.IsValid() || !fault {
			t.Errorf("Forwarded: %q is %v (fault %v), want no address", value, got, fault)
		}
	}
	for _, c := range []struct {
		peer, want string
		fault      bool
		lines      []string
	}{
		{"192.0.2.7:1", "192.0.2.7", false, nil}, // a program beside the proxy
		{"192.0.2.7:1", "invalid IP", true, []string{"X-Real-IP: 203.0.113.7"}},
		{"192.0.2.7:1", "invalid IP", true, []string{"Via: 1.1 proxy"}},
		{"203.0.113.9:1", "203.0.113.9", true, []string{"X-Forwarded-For: 8.8.8.8"}},
		{"203.0.113.9:1", "203.0.113.9", true, []string{"Forwarded: for=8.8.8.8"}},
		{"203.0.113.9:1", "203.0.113.9", false, []string{"Via: 1.1 proxy"}},
		{"127.0.0.1:1", "127.0.0.1", true, []string{"X-Forwarded-For: unknown"}},
		{"192.0.2.7:1", "203.0.113.7", true, []string{"X-Forwarded-For: 203.0.113.7", "Forwarded: for=8.8.8.8"}},
		{"192.0.2.7:1", "203.0.113.7", false, []string{"X-Forwarded-For: 203.0.113.7", "Forwarded: for=203.0.113.7;proto=https"}},
		{"@", "invalid IP", false, []string{"X-Forwarded-For: 203.0.113.7"}},
	} {
		if got, fault := handlers.ClientAddress(forwardedBy(c.peer, c.lines...), trustedHere...); got.String() != c.want || fault != c.fault {
			t.Errorf("%s with %q is %v (fault %v)", c.peer, c.lines, got, fault)
		}
	}
	// The log names no reader.
	for value, want := range map[string]string{"203.0.113.7:x": "000.0.000.0:a", "unknown": "unknown", "\xffA<b": "aaaa", "für": "aaa"} {
		if got := handlers.UnreadableShape(forwardedBy("192.0.2.7:1", "X-Forwarded-For: "+value), trustedHere...); got != want {
			t.Errorf("%q is logged as %q, want %q", value, got, want)
		}
	}
}

// When the header of a proxy cannot be parsed, one visitor's attempts to sign in
// do not lock an editor out. The operator is told once, without any address.
func TestUnreadableForwardedAddressDoesNotLockEditorsOut(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		s := newDeskSite(t, db, clock)
		signIn := func(email, password string) int {
			r := httptest.NewRequest(http.MethodPost, "http://news.example/login", strings.NewReader("email="+email+"&password="+strings.ReplaceAll(password, " ", "+")))
			r.RemoteAddr = "192.0.2.7:4000"
			r.Header.Set("X-Forwarded-For", "unknown")
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			r.Header.Set("Sec-Fetch-Site", "same-origin")
			w := httptest.NewRecorder()
			s.handler.ServeHTTP(w, r)
			return w.Code
		}
		for i := range 70 {
			if code := signIn(fmt.Sprintf("nobody%d@courier.example", i), "guess"); code != http.StatusForbidden {
				t.Fatalf("guess %d is answered with %d", i, code)
			}
		}
		for range 12 {
			signIn("editor@courier.example", "guess")
		}
		if code := signIn("editor@courier.example", long); code != http.StatusSeeOther {
			t.Errorf("the editor's right password is answered with %d", code)
		}
		// A sign-in without an address makes no network known to the account: the limit of the account applies to each one.
		for range 120 {
			signIn("editor@courier.example", "guess")
		}
		if code := signIn("editor@courier.example", "guess"); code != http.StatusTooManyRequests {
			t.Errorf("guess 133 at one account is answered with %d", code)
		}
		var notices []models.Notice
		for patience := time.Now().Add(10 * time.Second); len(notices) == 0 && time.Now().Before(patience); {
			notices = must(models.Notices(t.Context(), db, clock.Now().Add(-time.Hour)))
		}
		if len(notices) != 1 || notices[0].Kind != models.ForwardedUnreadable || notices[0].Detail != "unknown" {
			t.Errorf("the notices are %+v", notices)
		}
	})
}

// FuzzForwarded reads any header. It never panics, never takes the proxy for
// the client, and reads the address that the proxy appended, however hostile
// the rest is.
func FuzzForwarded(f *testing.F) {
	for _, value := range []string{
		"203.0.113.7:4711", `for="[2001:db8::1]:443";proto=https`, "unknown, _x", `"a\"b, c`, "[::1%25lo]:80", "::ffff:1.2.3.4", ",,;=", "\x00\xff", `"`, "1:2:3:4:5:6:7:8:9", "for",
	} {
		f.Add(value)
	}
	f.Fuzz(func(t *testing.T, value string) {
		peer := netip.MustParsePrefix("192.0.2.7/32")
		request := func(name, value string) *http.Request {
			r := httptest.NewRequest(http.MethodGet, "/", nil)
			r.RemoteAddr = "192.0.2.7:1"
			r.Header[name] = []string{value}
			return r
		}
		for _, name := range []string{"X-Forwarded-For", "Forwarded"} {
			got, _ := handlers.ClientAddress(request(name, value), peer)
			if got.Zone() != "" || got.Is4In6() || got.IsUnspecified() {
				t.Errorf("%s: %q is %v", name, value, got)
			}
			if !got.IsValid() != (handlers.UnreadableShape(request(name, value), peer) != "") && strings.Trim(value, ", \t") != "" {
				t.Errorf("%s: %q is %v without a shape", name, value, got)
			}
		}
		if got, _ := handlers.ClientAddress(request("X-Forwarded-For", value+", 203.0.113.7:4711"), peer); strings.Count(value, `"`)%2 == 0 && !strings.Contains(value, `\`) && got.String() != "203.0.113.7" {
			t.Errorf("appended to %q is %v", value, got)
		}
	})
}

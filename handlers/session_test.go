package handlers

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"broadsheet/models"
)

func testKeys(letters ...byte) *models.Keyring {
	var keys [][]byte
	for _, l := range letters {
		keys = append(keys, bytes.Repeat([]byte{l}, models.MinSecretBytes))
	}
	return models.NewKeyring(keys[0], keys[1:]...)
}

// carry sends back the cookies that an answer has set, as a browser does.
func carry(t *testing.T, w *httptest.ResponseRecorder) *http.Request {
	t.Helper()
	r := httptest.NewRequest(http.MethodPost, "/", nil)
	for _, c := range w.Result().Cookies() {
		if c.MaxAge >= 0 {
			r.AddCookie(c)
		}
	}
	return r
}

// The cookie's name depends on TLS. A cookie from before the prefix is still
// read.
func TestTheCommenterCookieIsBoundToItsHost(t *testing.T) {
	t.Parallel()
	plain, secure := newCommenterCookies(testKeys('a'), false), newCommenterCookies(testKeys('a'), true)
	who := commenter{Token: "token", Remember: true, Author: "Anna", Email: "anna@example.org"}
	old := httptest.NewRecorder()
	if err := plain.set(old, httptest.NewRequest(http.MethodPost, "/", nil), who); err != nil {
		t.Fatal(err)
	}
	if name := old.Result().Cookies()[0].Name; name != "broadsheet_replier" {
		t.Errorf("without TLS the cookie is %q", name)
	}
	r := carry(t, old)
	if got := secure.get(r); got == nil || *got != who {
		t.Fatalf("the cookie from before is read as %+v", got)
	}
	w := httptest.NewRecorder()
	if err := secure.set(w, r, who); err != nil {
		t.Fatal(err)
	}
	ended := false
	for _, c := range w.Result().Cookies() {
		switch c.Name {
		case "broadsheet_replier":
			ended = c.MaxAge < 0
		case "__Host-broadsheet_replier":
			if !c.Secure || c.Path != "/" || c.Domain != "" || !c.HttpOnly {
				t.Errorf("the browser would refuse %s", c)
			}
		default:
			t.Errorf("a cookie %q", c.Name)
		}
	}
	if !ended {
		t.Error("the cookie without the prefix stays")
	}
	both := carry(t, w)
	stranger := httptest.NewRecorder()
	if err := plain.set(stranger, httptest.NewRequest(http.MethodPost, "/", nil), commenter{Token: "planted"}); err != nil {
		t.Fatal(err)
	}
	both.AddCookie(stranger.Result().Cookies()[0])
	if got := secure.get(both); got == nil || got.Token != "token" {
		t.Errorf("a planted cookie without the prefix wins: %+v", got)
	}
}

// After a change of the session key, cookies of the old key are read when that
// key is given, and otherwise not.
func TestAnOldSessionKeyIsStillRead(t *testing.T) {
	t.Parallel()
	now := time.Unix(1_800_000_000, 0)
	before := testKeys('a')
	w := httptest.NewRecorder()
	blank := httptest.NewRequest(http.MethodPost, "/", nil)
	made := newCommenterCookies(before, false)
	if err := made.set(w, blank, commenter{Token: "token"}); err != nil {
		t.Fatal(err)
	}
	if err := newDeskCookies(before, false).set(w, blank, "session"); err != nil {
		t.Fatal(err)
	}
	query := made.previewQuery(7, now)
	_, hash, _ := strings.Cut(query, "moderation-hash=")
	for what, c := range map[string]struct {
		keys  *models.Keyring
		reads bool
	}{"the same": {before, true}, "a new one with the old": {testKeys('b', 'a'), true}, "two new ones": {testKeys('c', 'b', 'a'), true}, "a new one alone": {testKeys('b'), false}} {
		r := carry(t, w) // a request caches the session that it has read
		rs, dc := newCommenterCookies(c.keys, false), newDeskCookies(c.keys, false)
		_, previews := rs.mayPreview("7", hash, now)
		for door, open := range map[string]bool{
			"commenter's cookie": rs.get(r) != nil, "desk cookie": dc.token(r) == "session", "preview link": previews,
			"key of an own comment": rs.isCommentKey(made.commentKey(7, "browser"), 7, "browser"),
			"stamp":                 rs.ageOfStamp(made.signTime(now), now.Add(time.Minute)) == time.Minute,
		} {
			if open != c.reads {
				t.Errorf("%s, read with %s: %v", door, what, open)
			}
		}
	}
}

// TestTokensIssuedBeforeTheSignerStillWork reads a comment's key, a stamp and a
// preview link as sites have issued them since their first version.
func TestTokensIssuedBeforeTheSignerStillWork(t *testing.T) {
	t.Parallel()
	now := time.Unix(1_800_000_000, 0)
	const (
		key   = "62ddf1f96cc969d89d114db49fa3580a"
		stamp = "1800000000000-e38aea0cb09893df2577fcd6db3b933d"
		hash  = "1800000600-db81bd40a3e25ed77e29767162e62057"
	)
	rs := newCommenterCookies(testKeys('b', 'a'), false)
	if !rs.isCommentKey(key, 7, "browser") || rs.isCommentKey(key, 8, "browser") || rs.isCommentKey(key, 7, "another") {
		t.Error("the key of an own comment")
	}
	if took := rs.ageOfStamp(stamp, now.Add(time.Minute)); took != time.Minute {
		t.Errorf("a stamp of a minute ago is %v old", took)
	}
	if id, ok := rs.mayPreview("7", hash, now); id != 7 || !ok {
		t.Errorf("the preview of comment 7: %d, %v", id, ok)
	}
	if _, ok := rs.mayPreview("8", hash, now); ok {
		t.Error("the link opens the preview of another comment")
	}
	present := newCommenterCookies(testKeys('a'), false)
	if made := present.commentKey(7, "browser"); made != key {
		t.Errorf("the key is now %q", made)
	}
	if made := present.signTime(now); made != stamp {
		t.Errorf("the stamp is now %q", made)
	}
	if made := present.previewQuery(7, now); made != "unapproved=7&moderation-hash="+hash {
		t.Errorf("the preview is now %q", made)
	}
}

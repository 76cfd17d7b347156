package handlers_test

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"broadsheet/handlers"
	"broadsheet/models/modeltest"
	"broadsheet/models/people"
)

// logBuffer is a log that several goroutines write.
type logBuffer struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (b *logBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.Write(p)
}

func (b *logBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.String()
}

// openParams are the query parameters that give no rights. A new parameter
// belongs here, or into the list of keys that the log masks.
var openParams = strings.Fields("s p paged after done do number next replytocom unapproved order n op before comment all moved c page_id cpage state q author article section network host reason from to claimed back")

// TestNoLogHoldsAKey asks each route that takes a key, with one that works and
// with one that was damaged on its way, and searches the log of all requests.
func TestNoLogHoldsAKey(t *testing.T) {
	t.Parallel()
	clock := modeltest.NewClock()
	s := newDeskSite(t, modeltest.SQLite(t, clock), clock)
	log := &logBuffer{}
	s.options.Log = slog.New(slog.NewTextHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	h := s.server().Handler
	links := people.NewLinks(s.options.Secret)
	keys := []string{
		links.Make(people.ForMail, "anna@example.org 7", clock.Now()), links.Make(people.ForProof, "anna@example.org 7", clock.Now()), links.Make(people.ForDigest, "7", clock.Now()), "damagedkeyzyxwvu",
		"1800000000-00112233445566778899aabbccddeeff", "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "00112233445566778899aabbccddeeff",
	}
	asked := 0
	for _, row := range handlers.Rows() {
		var paths []string
		base := strings.NewReplacer(":id", "7", ":number", "2", "*", "x", ":file", "x.png").Replace(row.Path)
		for _, key := range keys {
			if strings.Contains(row.Path, ":key") && !strings.HasPrefix(row.Path, "/media/") {
				paths = append(paths, strings.Replace(base, ":key", key, 1), strings.Replace(base, ":key", key, 1)+"?key="+key)
			}
			for _, param := range row.Params {
				if !slices.Contains(openParams, param) {
					paths = append(paths, strings.Replace(base, ":key", "k", 1)+"?a=b&"+param+"="+key)
				}
			}
		}
		for _, path := range paths {
			r := httptest.NewRequest(row.Method, "http://news.example"+path, strings.NewReader(url.Values{"key": {keys[0]}}.Encode()))
			r.RemoteAddr = fmt.Sprintf("10.7.%d.%d:4000", asked/250, asked%250)
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			r.Header.Set("Sec-Fetch-Site", "same-origin")
			h.ServeHTTP(httptest.NewRecorder(), r)
			asked++
		}
	}
	if asked < 60 {
		t.Fatalf("%d requests with keys: the table of routes was not read", asked)
	}
	text := log.String()
	if n := strings.Count(text, "msg=request"); n != asked {
		t.Errorf("%d of %d requests are in the log", n, asked)
	}
	for _, key := range keys {
		if at := strings.Index(text, key); at >= 0 {
			t.Errorf("the log holds a key: %s", text[max(0, at-200):at+len(key)])
		}
	}
}

// TestKeysAreMaskedInEveryPartOfALogLine logs keys in messages, errors, groups
// and stacks, as failures and panics do.
func TestKeysAreMaskedInEveryPartOfALogLine(t *testing.T) {
	t.Parallel()
	token := people.NewLinks([]byte(strings.Repeat("k", 32))).Make(people.ForMail, "7 abc", time.Unix(1_800_000_000, 0))
	failed := fmt.Errorf("render: %w", errors.New("GET /held/"+token+"/?do=approve: broken"))
	address, err := url.Parse("https://news.example/comments/mine/?key=" + token + "&done=x")
	if err != nil {
		t.Fatal(err)
	}
	var buf bytes.Buffer
	log := slog.New(handlers.MaskKeys(slog.NewTextHandler(&buf, nil)))
	log.Error("panic at /mail/"+token+"/stop/", "error", failed, "address", address, "stack", []string{"f(" + token + ")"}, slog.Group("request", "path", "/comments/proof/"+token))
	log.With("path", "/held/"+token).WithGroup("g").Info("job failed", "job", struct{ Link string }{token}, "status", http.StatusOK, "took", time.Second)
	if strings.Contains(buf.String(), token) || strings.Contains(buf.String(), token[:20]) {
		t.Errorf("the log holds a key: %s", buf.String())
	}
	for _, kept := range []string{"/held/***", "/mail/***/stop/", "key=***&done=x", "do=approve", "status=200", "took=1s", "render: "} {
		if !strings.Contains(buf.String(), kept) {
			t.Errorf("%q is not in the log: %s", kept, buf.String())
		}
	}
	buf.Reset()
	plain := []any{"path", "/2026/11/26/a-story-of-1234567/comment-page-2/?s=key", "error", "there is no article 4711", "id", "ABCDEFGHIJKL"}
	log.Info("request", plain...)
	for _, v := range plain {
		if !strings.Contains(buf.String(), fmt.Sprint(v)) {
			t.Errorf("%v was changed: %s", v, buf.String())
		}
	}
}

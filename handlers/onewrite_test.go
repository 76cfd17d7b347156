package handlers_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"

	"broadsheet/handlers/onewrite"
	"broadsheet/models/modeltest"
	"broadsheet/models/newsroom"
)

// An answer of any length over a real connection arrives whole and at once,
// cached or not, and so does the next answer on the same connection.
func TestAnswersOfAnyLengthArriveWhole(t *testing.T) {
	t.Parallel()
	clock := modeltest.NewClock()
	s := newSite(t, modeltest.SQLite(t, clock), clock)
	for i := range 60 {
		// The answers' lengths go past the server's buffer, and past twice that.
		text := strings.Repeat("abcdefg ", i*17)
		s.save(newsroom.Manuscript{Title: fmt.Sprint("Story ", i), Slug: fmt.Sprint("story-", i), Body: "x" + text, PublishedAt: clock.Now()})
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	s.check(err)
	server := &http.Server{Handler: s.handler(), ConnContext: onewrite.ConnContext}
	go server.Serve(onewrite.NewListener(listener))
	defer server.Close()
	conn, err := net.Dial("tcp", listener.Addr().String())
	s.check(err)
	defer conn.Close()
	in := bufio.NewReader(conn)
	ask := func(method, path, coding string) (*http.Response, string) {
		r, err := http.NewRequestWithContext(t.Context(), method, "http://news.example"+path, nil)
		s.check(err)
		if coding != "" {
			r.Header.Set("Accept-Encoding", coding)
		}
		s.check(r.Write(conn))
		answer, err := http.ReadResponse(in, r)
		s.check(err)
		body, err := io.ReadAll(answer.Body)
		s.check(err)
		return answer, string(body)
	}
	for i := range 60 {
		path := fmt.Sprintf("/2026/11/20/story-%d/", i)
		_, first := ask(http.MethodGet, path, "")
		for _, coding := range []string{"", "gzip", "br"} {
			answer, body := ask(http.MethodGet, path, coding)
			if answer.StatusCode != http.StatusOK || answer.ContentLength != int64(len(body)) || coding == "" && body != first {
				t.Fatalf("story %d in %q: %d, %d bytes of %d", i, coding, answer.StatusCode, len(body), answer.ContentLength)
			}
			if head, body := ask(http.MethodHead, path, coding); head.StatusCode != http.StatusOK || body != "" {
				t.Fatal(head.StatusCode)
			}
			if answer, _ := ask(http.MethodGet, "/no-such-page/", coding); answer.StatusCode != http.StatusNotFound {
				t.Fatal(answer.StatusCode)
			}
		}
	}
}

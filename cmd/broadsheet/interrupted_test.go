package main

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"broadsheet/models"
)

// interruptedSite is the real program on a real address, to be stopped in
// the middle of things.
type interruptedSite struct {
	*testing.T
	site
	dir, binary, data string
	article           string // its number
}

func newInterruptedSite(t *testing.T) *interruptedSite {
	t.Helper()
	dir := t.TempDir()
	s := &interruptedSite{T: t, dir: dir, binary: filepath.Join(dir, "broadsheet"), data: filepath.Join(dir, "data"), article: "1"}
	for _, args := range [][]string{
		{"go", "build", "-o", s.binary, "."},
		{s.binary, "seed", "--data", s.data, "--articles", "3", "--comments", "0"},
		{s.binary, "setting", "set", "--data", s.data, "comment.flood", "0"},
	} {
		if out, err := exec.Command(args[0], args[1:]...).CombinedOutput(); err != nil {
			t.Fatalf("%v: %v\n%s", args, err, out)
		}
	}
	s.begin()
	t.Cleanup(func() { s.kill() })
	return s
}

func (s *interruptedSite) begin() {
	s.Helper()
	if err := s.start(s.dir, s.binary, "--data", s.data); err != nil {
		s.Fatal(err)
	}
}

func (s *interruptedSite) form(text string) string {
	return url.Values{
		"comment_post_ID": {s.article}, "comment_parent": {"0"}, "author": {"Anna"}, "email": {"anna@example.org"}, "comment": {text},
	}.Encode()
}

// open sends a request's head and the beginning of its body, and keeps the
// rest.
func (s *interruptedSite) open(body string, first int) net.Conn {
	s.Helper()
	conn, err := net.Dial("tcp", strings.Trim(strings.TrimPrefix(s.url, "http://"), "/"))
	if err != nil {
		s.Fatal(err)
	}
	s.Cleanup(func() { conn.Close() })
	_, err = fmt.Fprintf(conn, "POST /wp-comments-post.php HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\n\r\n%s", len(body), body[:first])
	if err != nil {
		s.Fatal(err)
	}
	return conn
}

// stored returns how many comments say a text.
func (s *interruptedSite) stored(text string) (n int64) {
	s.Helper()
	db, err := models.Open(s.Context(), models.Options{DSN: filepath.Join(s.data, "broadsheet.db")})
	if err != nil {
		s.Fatal(err)
	}
	defer db.Close()
	if err := db.Query(s.Context()).Raw("SELECT COUNT(*) FROM comments WHERE text = ?", text).Scan(&n).Error; err != nil {
		s.Fatal(err)
	}
	return n
}

// post sends a whole form.
func (s *interruptedSite) post(text string) int {
	s.Helper()
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	resp, err := client.Post(s.url+"/wp-comments-post.php", "application/x-www-form-urlencoded", strings.NewReader(s.form(text)))
	if err != nil {
		s.Fatal(err)
	}
	resp.Body.Close()
	return resp.StatusCode
}

// A server that is told to stop while a form is on its way takes the rest of
// it, and answers.
func TestRunningFormIsAcceptedBeforeTheServerStops(t *testing.T) {
	t.Parallel()
	s := newInterruptedSite(t)
	text := "It was on its way when the server was told to stop."
	body := s.form(text)
	conn := s.open(body, len(body)/2)
	stopped := make(chan error, 1)
	// The request must be under way before the server is told: it has been
	// read as far as it goes once the next connection is answered.
	if resp, err := http.Get(s.url + "/healthz"); err != nil {
		t.Fatal(err)
	} else {
		resp.Body.Close()
	}
	go func() { stopped <- s.stop() }()
	for waited := time.Now(); ; {
		probe, err := net.Dial("tcp", conn.RemoteAddr().String())
		if err != nil {
			break // it accepts no new connection: it is stopping
		}
		probe.Close()
		if time.Since(waited) > patience {
			t.Fatal("it still takes connections")
		}
	}
	if _, err := io.WriteString(conn, body[len(body)/2:]); err != nil {
		t.Fatal(err)
	}
	resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != http.StatusSeeOther {
		t.Errorf("answered with %d", resp.StatusCode)
	}
	if err := <-stopped; err != nil {
		t.Error(err)
	}
	if n := s.stored(text); n != 1 {
		t.Errorf("stored %d times", n)
	}
}

// A server that dies with half a form has stored nothing; sent again after
// the restart, it is stored once, however often it is sent.
func TestAFormSentAgainAfterACrashIsStoredOnce(t *testing.T) {
	t.Parallel()
	s := newInterruptedSite(t)
	text := "The server died while this was being sent."
	body := s.form(text)
	conn := s.open(body, len(body)-1)
	s.kill()
	<-s.ended
	if _, err := http.ReadResponse(bufio.NewReader(conn), nil); err == nil {
		t.Error("a dead server answered")
	}
	if n := s.stored(text); n != 0 {
		t.Errorf("stored %d times", n)
	}
	s.begin()
	for range 3 {
		if status := s.post(text); status != http.StatusSeeOther {
			t.Errorf("answered with %d", status)
		}
	}
	if n := s.stored(text); n != 1 {
		t.Errorf("stored %d times", n)
	}
}

// Forms that arrive a byte at a time do not delay other requests, and a form
// that arrives at last is accepted.
func TestSlowBodiesDoNotDelayOthers(t *testing.T) {
	t.Parallel()
	s := newInterruptedSite(t)
	const slow = 100 // as many as one network may begin at once, and room for the quick ones
	text := "This one comes a byte at a time."
	body := s.form(text)
	var conns []net.Conn
	for range slow {
		conns = append(conns, s.open(body, 10))
	}
	for i := range 5 {
		if status := s.post(fmt.Sprintf("Quick one, number %d.", i)); status != http.StatusSeeOther {
			t.Errorf("answered with %d while %d slow ones hold the line", status, slow)
		}
	}
	for i := 10; i < len(body); i++ {
		if _, err := io.WriteString(conns[0], body[i:i+1]); err != nil {
			t.Fatal(err)
		}
	}
	resp, err := http.ReadResponse(bufio.NewReader(conns[0]), nil)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if n := s.stored(text); resp.StatusCode != http.StatusSeeOther || n != 1 {
		t.Errorf("answered with %d, stored %d times", resp.StatusCode, n)
	}
	for _, conn := range conns[1:] {
		conn.Close()
	}
	if n := s.stored(text); n != 1 {
		t.Errorf("half a form was stored: %d", n)
	}
}

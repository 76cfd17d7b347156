package main

import (
	"bufio"
	"errors"
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

// The program is killed while it sends digests. After the restart each subscriber has
// got the digest; only those whose mail was on its way at that moment have got it
// twice.
func TestDigestsSurviveAKill(t *testing.T) {
	t.Parallel()
	s := newInterruptedSite(t)
	if err := s.stop(); err != nil {
		t.Fatal(err)
	}
	const readers = 60
	csv := "email,frequency,sections,confirmed\n"
	for i := range readers {
		csv += fmt.Sprintf("r%02d@example.org,daily,*,2026-01-01T00:00:00Z\n", i)
	}
	command := func(input string, args ...string) {
		t.Helper()
		cmd := exec.Command(s.binary, append(args, "--data", s.data)...)
		cmd.Stdin = strings.NewReader(input)
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%v: %v\n%s", args, err, out)
		}
	}
	change := func(statement string, args ...any) {
		t.Helper()
		db, err := models.Open(t.Context(), models.Options{DSN: filepath.Join(s.data, "broadsheet.db")})
		if err == nil {
			err = db.Write(t.Context(), func(tx *models.Tx) error { return tx.Query(t.Context()).Exec(statement, args...).Error })
			err = errors.Join(err, db.Close())
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	command(csv, "digest", "import", "-", "--consent", "a test")
	command("", "setting", "set", "digest.hour", fmt.Sprint(time.Now().UTC().Hour()))
	change("DELETE FROM digest_issues")
	change("UPDATE articles SET published_at = ?", models.At(time.Now().Add(-time.Minute)))
	change("UPDATE listings SET published_at = ?", models.At(time.Now().Add(-time.Minute)))
	server, address := openMailServer(t)
	begin := func() {
		t.Helper()
		if err := s.start(s.dir, s.binary, "--data", s.data, "--smtp", address, "--mail-from", "news@courier.example"); err != nil {
			t.Fatal(err)
		}
	}
	await := func(mails int) {
		t.Helper()
		for waited := time.Now(); ; time.Sleep(5 * time.Millisecond) {
			server.mu.Lock()
			n := len(server.got)
			server.mu.Unlock()
			if n >= mails {
				return
			}
			if time.Since(waited) > patience {
				t.Fatalf("%d of %d mails", n, mails)
			}
		}
	}
	begin()
	await(readers / 3)
	s.kill()
	<-s.ended
	// The time of the leases passes.
	change("UPDATE jobs SET run_at = 0, held_until = NULL WHERE kind = 'digest'")
	change("UPDATE leases SET expires = 0")
	begin()
	await(readers)
	twice := 0
	for i := range readers {
		switch n := len(server.mails(fmt.Sprintf("r%02d@example.org", i))); n {
		case 1:
		case 2:
			twice++
		default:
			t.Errorf("reader %d got %d mails", i, n)
		}
	}
	if twice > 3 { // as many as are sent at the same time
		t.Errorf("%d readers got the digest twice", twice)
	}
}

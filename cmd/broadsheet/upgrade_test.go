package main

import (
	"compress/gzip"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"broadsheet/models"
	"broadsheet/models/modeltest"
	"broadsheet/models/settings"
)

// The files in testdata/upgrade are the demo site as an earlier version stored
// it, after a moderator had changed a rule and two articles' comments.

// upgradedSite is such a site, served by the present program.
type upgradedSite struct {
	*testing.T
	site
	binary, data string
	flags        []string
	client       *http.Client
}

func newUpgradedSite(t *testing.T) *upgradedSite {
	t.Helper()
	jar, err := cookiejar.New(nil)
	s := &upgradedSite{T: t, data: filepath.Join(t.TempDir(), "data"), client: &http.Client{Jar: jar, Timeout: patience}}
	s.client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	s.check(err)
	s.check(os.Mkdir(s.data, 0o700))
	s.flags = []string{"--data", s.data}
	// The test binary runs as the program under this name, see TestMain.
	self, err := os.Executable()
	s.check(err)
	s.binary = filepath.Join(t.TempDir(), "broadsheet")
	s.check(os.Symlink(self, s.binary))
	return s
}

func (s *upgradedSite) check(err error) {
	s.Helper()
	if err != nil {
		s.Fatal(err)
	}
}

// put copies a file of the fixture into the data directory.
func (s *upgradedSite) put(fixture, name string) {
	s.Helper()
	s.check(os.WriteFile(filepath.Join(s.data, name), s.fixture(fixture), 0o600))
}

func (s *upgradedSite) fixture(name string) []byte {
	s.Helper()
	file, err := os.Open(filepath.Join("testdata", "upgrade", name))
	s.check(err)
	defer file.Close()
	var from io.Reader = file
	if strings.HasSuffix(name, ".gz") {
		from, err = gzip.NewReader(file)
		s.check(err)
	}
	data, err := io.ReadAll(from)
	s.check(err)
	return data
}

// command runs a command of the program and returns its output.
func (s *upgradedSite) command(stdin string, args ...string) string {
	s.Helper()
	cmd := exec.Command(s.binary, append(args, s.flags...)...)
	cmd.Stdin = strings.NewReader(stdin)
	out, err := cmd.CombinedOutput()
	if err != nil {
		s.Fatalf("%v: %v\n%s", args, err, out)
	}
	return string(out)
}

// want fetches a page and checks its status and that it holds all texts.
func (s *upgradedSite) want(path string, status int, texts ...string) {
	s.Helper()
	answer, err := s.client.Get(strings.TrimSuffix(s.url, "/") + path)
	s.check(err)
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	s.check(err)
	if answer.StatusCode != status {
		s.Errorf("GET %s: %s, want %d", path, answer.Status, status)
	}
	for _, text := range texts {
		if !strings.Contains(string(body), text) {
			s.Errorf("GET %s: no %q", path, text)
		}
	}
}

func (s *upgradedSite) signIn() {
	s.Helper()
	const email, password = "administrator@larkmoor.example", "three pilots and a ladder"
	s.command(password+"\n", "people", "passwd", email, "--password-stdin")
	answer, err := s.client.PostForm(strings.TrimSuffix(s.url, "/")+"/login", url.Values{"email": {email}, "password": {password}})
	s.check(err)
	answer.Body.Close()
	if answer.StatusCode != http.StatusSeeOther {
		s.Fatalf("signing in: %s", answer.Status)
	}
}

// answersAsBefore checks what readers and moderators saw of the site before.
func (s *upgradedSite) answersAsBefore() {
	s.Helper()
	s.want("/", http.StatusOK, "The Larkmoor Courier", "Council agrees 2.8bn budget at ten to five in the morning")
	s.want("/category/world-news/middle-east/", http.StatusOK, "Ceasefire talks open in Tel Marwan")
	s.want("/?p=9", http.StatusMovedPermanently)
	s.want("/wp-sitemap.xml", http.StatusOK, "/wp-sitemap-posts-post-1.xml", "/wp-sitemap-users-1.xml", "/wp-sitemap-taxonomies-post_tag-1.xml")
	s.want("/wp-sitemap-posts-post-1.xml", http.StatusOK, "/2026/11/05/forty-one-pianos-adrift/")
	s.want("/2026/11/05/forty-one-pianos-adrift/", http.StatusOK, "Forty-one pianos adrift", `id="comment-`)
	s.want("/2026/10/20/harbour-tunnel-boring-machine-stops/", http.StatusGone, "Taken back: the figures were wrong.")
	s.want("/2026/10/27/silent-film-found-behind-the-chapel-organ/", http.StatusNotFound)
	s.want("/2026/10/28/marl-seat-decided-by-a-drawn-teaspoon/", http.StatusNotFound)
	for id, status := range map[int]int{5: http.StatusGone, 6: http.StatusNotFound, 7: http.StatusNotFound} {
		s.want(fmt.Sprintf("/?p=%d", id), status)
	}
	s.want("/desk/rules", http.StatusOK, "An editor", "comment.max-links")
	s.want("/desk/comments/article/3", http.StatusOK, "An editor")
	s.want("/desk/comments/article/4", http.StatusOK, "An editor")
}

// logsAsBefore checks the entries in the history of settings.
func (s *upgradedSite) logsAsBefore(dsn string) {
	s.Helper()
	db, err := models.Open(s.Context(), models.Options{DSN: dsn})
	s.check(err)
	defer db.Close()
	list, err := settings.Changes(s.Context(), db, "")
	s.check(err)
	var lines []string
	for _, c := range list {
		lines = append(lines, fmt.Sprintf("%s: %s, %q to %q", c.Actor, c.SubjectName, c.Before, c.After))
	}
	for _, want := range []string{
		`command line: site.timezone, "UTC" to "Europe/Oslo"`,
		`command line: site.name, "Broadsheet" to "The Larkmoor Courier"`,
		`command line: site.tagline, "" to "News from the harbour and beyond"`,
		`An editor: comment.max-links, "2" to "3"`,
	} {
		if !slices.Contains(lines, want) {
			s.Errorf("the history of settings lacks %s: %q", want, lines)
		}
	}
}

func (s *upgradedSite) upgrade(dsn string) {
	s.Helper()
	s.command("", "migrate", "up")
	s.command("", "doctor")
	steps := s.command("", "migrate", "status")
	if strings.Contains(steps, "missing") {
		s.Errorf("after migrate up:\n%s", steps)
	}
	// The second start finds nothing to migrate.
	for range 2 {
		s.check(s.start(s.data, s.binary, s.flags...))
		s.Cleanup(s.kill)
		s.signIn()
		s.answersAsBefore()
		s.check(s.stop())
		if again := s.command("", "migrate", "status"); again != steps {
			s.Errorf("a start has changed the steps:\n%s\n%s", steps, again)
		}
	}
	s.command("", "doctor")
	s.logsAsBefore(dsn)
}

func TestADatabaseOfAnEarlierVersionOpensMigratesAndServes(t *testing.T) {
	t.Parallel()
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		s := newUpgradedSite(t)
		s.put("sqlite.db.gz", "broadsheet.db")
		s.put("session.key", "session.key")
		s.put("log.head", "log.head")
		s.upgrade(filepath.Join(s.data, "broadsheet.db"))
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		s := newUpgradedSite(t)
		dsn := modeltest.Postgres(t)
		modeltest.RunScript(t, dsn, string(s.fixture("postgres.sql.gz")))
		s.put("session-postgres.key", "session.key")
		s.put("log-postgres.head", "log.head")
		s.flags = append(s.flags, "--database", dsn)
		s.upgrade(dsn)
	})
}

package main

import (
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"broadsheet/models"
	"broadsheet/models/discussion"
	"broadsheet/models/modeltest"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/taxonomy"
	"broadsheet/models/settings"
)

// newsboat is a feed reader with a cache of its own for one feed.
type newsboat struct {
	*testing.T
	dir, program string
}

func newNewsboat(t *testing.T, feed string) *newsboat {
	t.Helper()
	program, err := exec.LookPath("newsboat")
	if err != nil {
		t.Skip("newsboat is not installed; .ci/check installs it")
	}
	n := &newsboat{T: t, dir: t.TempDir(), program: program}
	for name, text := range map[string]string{"urls": feed + "\n", "config": "reload-threads 1\nmax-items 0\n"} {
		if err := os.WriteFile(filepath.Join(n.dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return n
}

// unread loads the feed anew and returns how many items the reader has not seen. It
// never marks one as read, so the number grows with each item that it takes for new.
func (n *newsboat) unread() (count int) {
	n.Helper()
	for _, command := range []string{"reload", "print-unread"} {
		run := exec.CommandContext(n.Context(), n.program, "-u", "urls", "-c", "cache.db", "-C", "config", "-x", command)
		run.Dir, run.Env = n.dir, append(os.Environ(), "HOME="+n.dir, "LC_ALL=C.UTF-8")
		out, err := run.CombinedOutput()
		if err != nil {
			n.Fatalf("newsboat -x %s: %v\n%s", command, err, out)
		}
		_, _ = fmt.Sscan(strings.TrimSpace(string(out)), &count)
	}
	return count
}

// Newsboat reads the feeds, and takes no article for new that was edited, renamed or
// moved. Comments keep their identity too.
func TestNewsboatShowsNothingTwice(t *testing.T) {
	t.Parallel()
	clock := modeltest.NewClock()
	s := newMailSite(t, modeltest.SQLite(t, clock), clock)
	story := func(i int, title, slug string) int64 {
		a, _, err := newsroom.Save(t.Context(), s.db, models.ActorCommand, newsroom.AnyVersion, newsroom.Manuscript{
			ID: 0, Title: title, Slug: slug, Body: "Text & <more>.", Categories: []taxonomy.CategoryRef{{Path: "world"}},
			PublishedAt: clock.Now().Add(-time.Duration(i+2) * time.Hour),
		})
		s.check(err)
		return a.ID
	}
	var ids []int64
	for i := range 5 {
		ids = append(ids, story(i, fmt.Sprint("Story number ", i), fmt.Sprint("story-number-", i)))
	}
	who := s.browser()
	for i := range 3 {
		clock.Advance(time.Minute)
		s.decide(discussion.DoApprove, s.say(who, fmt.Sprint("Reader", i), 0, fmt.Sprint("Thought number ", i), false), "")
	}
	want := map[string]int{"/feed/": 6, "/feed/atom/": 6, "/feed/rdf/": 6, "/category/world/feed/": 5, "/comments/feed/": 3, "/comments/feed/atom/": 3}
	readers := map[string]*newsboat{}
	for path, n := range want {
		readers[path] = newNewsboat(t, s.server.URL+path)
		if got := readers[path].unread(); got != n {
			t.Errorf("newsboat finds %d items in %s, want %d", got, path, n)
		}
	}
	clock.Advance(time.Hour)
	for i, id := range ids {
		_, _, err := newsroom.Save(t.Context(), s.db, models.ActorCommand, newsroom.AnyVersion, newsroom.Manuscript{
			ID: id, Title: fmt.Sprint("Other title ", i), Slug: fmt.Sprint("other-", i), Body: "Other text.",
			Categories: []taxonomy.CategoryRef{{Path: "world"}},
		})
		s.check(err)
	}
	s.check(s.db.Write(t.Context(), func(tx *models.Tx) error {
		return settings.Set(t.Context(), tx, "article.permalinks", "/archives/%post_id%")
	}))
	for path, n := range want {
		if got := readers[path].unread(); got != n {
			t.Errorf("newsboat takes %d items of %s for new after the move", got-n, path)
		}
	}
	resp, err := http.Get(s.server.URL + "/feed/")
	s.check(err)
	resp.Body.Close()
	story(-2, "Really new", "really-new")
	for _, path := range []string{"/feed/", "/feed/atom/", "/feed/rdf/"} {
		if got := readers[path].unread(); got != want[path]+1 {
			t.Errorf("newsboat finds %d items in %s after a new one, want %d", got, path, want[path]+1)
		}
	}
}

//go:build browser

package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"broadsheet/models"
	"broadsheet/models/newsroom/drafts"
)

const (
	kills      = 20
	mostLost   = 10 * time.Second // what a crash may take from a writer
	perBrowser = 4                // kills of one browser
)

// killSite is a site whose server is killed and started again at the same address.
type killSite struct {
	*testing.T
	site
	dir, binary, data string
	db                *models.DB // beside the server, to read what it has stored
}

func newKillSite(t *testing.T) *killSite {
	t.Helper()
	dir := t.TempDir()
	s := &killSite{T: t, dir: dir, binary: filepath.Join(dir, "broadsheet"), data: filepath.Join(dir, "data")}
	s.env = []string{"HOME=" + dir, "PATH=" + os.Getenv("PATH"), "TMPDIR=" + dir}
	if out, err := exec.Command("go", "build", "-o", s.binary, ".").CombinedOutput(); err != nil {
		t.Fatalf("building: %v\n%s", err, out)
	}
	if err := s.start(dir, s.binary, "--data", s.data); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.kill() })
	db, err := models.Open(t.Context(), models.Options{DSN: filepath.Join(s.data, "broadsheet.db")})
	if err != nil {
		t.Fatal(err)
	}
	s.db = db
	t.Cleanup(func() { _ = db.Close() })
	return s
}

// again kills the server and starts it at the same address, so that open pages find it.
func (s *killSite) again() {
	s.Helper()
	at, err := url.Parse(s.url)
	if err != nil {
		s.Fatal(err)
	}
	s.kill()
	<-s.ended
	if err := s.run(s.dir, s.binary, "serve", "--addr", at.Host, "--data", s.data); err != nil {
		s.Fatal(err)
	}
}

// typed is a word and the moment in which it was typed.
type typed struct {
	word string
	at   time.Time
}

// typist writes a story, a word at a time, in a browser of its own.
type typist struct {
	*killSite
	name, profile, path string
	story               int64
	ctx                 context.Context
	stop                func()

	mu    sync.Mutex
	words []typed
	next  int
	slow  time.Duration // the longest that the browser took for a word
}

func (s *killSite) newTypist(name string) *typist {
	s.Helper()
	cmd := exec.Command(s.binary, "people", "add", "--name", name, "--email", name+"@courier.example", "--role", "editor", "--password-stdin", "--data", s.data)
	cmd.Env, cmd.Stdin = s.env, strings.NewReader(deskPassword)
	if out, err := cmd.CombinedOutput(); err != nil {
		s.Fatalf("%v\n%s", err, out)
	}
	w := &typist{killSite: s, name: name, profile: filepath.Join(s.dir, name)}
	w.openBrowser()
	w.open("/desk/articles/new")
	tb := w.tab()
	tb.do(
		chromedp.SendKeys("#title", "A story by "+name),
		chromedp.Click(`.edit-moves [value="save"]`), chromedp.WaitVisible(`#edit-saved time`),
	)
	w.path = value(tb, chromedp.Evaluate[string](`location.pathname`))
	if _, err := fmt.Sscanf(w.path, "/desk/articles/%d", &w.story); err != nil {
		s.Fatalf("the story is at %s", w.path)
	}
	return w
}

func (w *typist) tab() *tab { return &tab{t: w.T, ctx: w.ctx} }

// openBrowser starts Chromium with the profile of the typist.
func (w *typist) openBrowser() {
	w.Helper()
	// A killed browser leaves the lock of its profile.
	for _, name := range []string{"SingletonLock", "SingletonCookie", "SingletonSocket"} {
		_ = os.Remove(filepath.Join(w.profile, name))
	}
	// The window is larger than the emulated page: Chromium draws no frame for a change outside
	// of the window, so a measurement of the paint would wait for another change.
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.NoSandbox, chromedp.DisableGPU, chromedp.UserDataDir(w.profile),
		chromedp.WindowSize(1400, 1000))
	if path := os.Getenv("BROADSHEET_CHROMIUM"); path != "" {
		options = append(options, chromedp.ExecPath(path))
	}
	allocator, end := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, leave := chromedp.NewContext(allocator)
	w.ctx, w.stop = ctx, func() { leave(); end() }
	w.Cleanup(w.stop)
	if err := chromedp.Do(ctx); err != nil {
		w.Fatalf("starting Chromium: %v", err)
	}
}

// open opens a form. A killed browser may have lost the session.
func (w *typist) open(path string) {
	w.Helper()
	tb := w.tab()
	tb.do(chromedp.Navigate(w.url + path))
	if value(tb, chromedp.Evaluate[bool](`document.getElementById("password") !== null`)) {
		tb.do(chromedp.SendKeys("#email", w.name+"@courier.example"), chromedp.SendKeys("#password", deskPassword), chromedp.KeyEvent("\r"))
	}
	tb.do(chromedp.WaitVisible(`#story-form`))
}

// openStory opens the story and puts the cursor behind the text.
func (w *typist) openStory() {
	w.Helper()
	w.open(w.path)
	// A click may hit the offer of the text that the killed browser kept, which moves the
	// surface down.
	tb := w.tab()
	tb.do(chromedp.WaitVisible(".rich-text"))
	tb.runs(`document.querySelector(".rich-text").focus()`)
	tb.wait(`document.activeElement.matches(".rich-text")`)
	tb.do(chromedp.KeyEvent(kb.End, chromedp.KeyModifiers(chromedp.ModifierCtrl)))
}

// keepTyping types a word every 200 ms until the time is over.
func (w *typist) keepTyping(until time.Time) error {
	tick := time.NewTicker(200 * time.Millisecond)
	defer tick.Stop()
	for time.Now().Before(until) {
		w.next++
		word := fmt.Sprintf("%s-%d-", w.name, w.next)
		begin := time.Now()
		if err := chromedp.Do(w.ctx, command(input.InsertText, input.InsertTextParams{Text: word + " "})); err != nil {
			return err
		}
		w.slow = max(w.slow, time.Since(begin))
		w.mu.Lock()
		w.words = append(w.words, typed{word, time.Now()})
		w.mu.Unlock()
		<-tick.C
	}
	return nil
}

// lacks returns the words that were typed before a moment and that the server has not.
func (w *typist) lacks(before time.Time) (missing []string) {
	w.Helper()
	d, err := drafts.Open(w.Context(), w.db, w.story)
	if err != nil {
		w.Fatal(err)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, one := range w.words {
		if one.at.Before(before) && !strings.Contains(d.Text.Body, one.word) {
			missing = append(missing, one.word)
		}
	}
	return missing
}

// The server is killed twenty times while two editors type. Nothing is lost: what the
// server did not store is still in the pages, and they send it again by themselves.
func TestBrowserTypingSurvivesKillsOfTheServer(t *testing.T) {
	t.Parallel()
	s := newKillSite(t)
	writers := []*typist{s.newTypist("Ada"), s.newTypist("Bo")}
	random := rand.New(rand.NewPCG(14, 20))
	var typing sync.WaitGroup
	stop := make(chan struct{})
	for _, w := range writers {
		w.openStory()
		typing.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
					if err := w.keepTyping(time.Now().Add(time.Second)); err != nil {
						t.Error(err)
						return
					}
				}
			}
		})
	}
	for range kills {
		<-time.After(500*time.Millisecond + time.Duration(random.IntN(2000))*time.Millisecond)
		s.again()
	}
	close(stop)
	typing.Wait()
	end := time.Now()
	for _, w := range writers {
		missing := w.lacks(end)
		for len(missing) > 0 && time.Since(end) < patience {
			<-time.After(100 * time.Millisecond)
			missing = w.lacks(end)
		}
		if len(missing) > 0 {
			t.Errorf("of %d words of %s the server lacks %v", len(w.words), w.name, missing)
		}
		if len(w.words) < 50 {
			t.Errorf("%s typed %d words only", w.name, len(w.words))
		}
		t.Logf("%s: %d words, all there %v after the last", w.name, len(w.words), time.Since(end).Round(time.Millisecond))
	}
}

// Five browsers are killed four times each while their editors type. At most the last
// ten seconds are lost.
func TestBrowserTypingSurvivesKillsOfTheBrowser(t *testing.T) {
	t.Parallel()
	s := newKillSite(t)
	var writers []*typist
	for _, name := range []string{"Cleo", "Dana", "Enzo", "Fay", "Gus"} {
		writers = append(writers, s.newTypist(name))
	}
	oldest := make([]time.Duration, len(writers))
	var all sync.WaitGroup
	for i, w := range writers {
		all.Go(func() {
			random := rand.New(rand.NewPCG(14, uint64(i)))
			for range perBrowser {
				w.openStory()
				if err := w.keepTyping(time.Now().Add(mostLost + time.Duration(random.IntN(7000))*time.Millisecond)); err != nil {
					t.Error(err)
					return
				}
				process := chromedp.FromContext(w.ctx).Browser.Process()
				killed := time.Now()
				if err := process.Kill(); err != nil {
					t.Error(err)
				}
				w.stop()
				// On a busy machine the keys, the timers and the answers are all late.
				most := mostLost + 4*w.slow
				if missing := w.lacks(killed.Add(-most)); len(missing) > 0 {
					t.Errorf("%s lost %v, which were typed more than %v before the browser was killed", w.name, missing, most)
				}
				for _, one := range w.words {
					if slices.Contains(w.lacks(killed), one.word) {
						oldest[i] = max(oldest[i], killed.Sub(one.at))
						break
					}
				}
				// A lost word is not searched for again.
				lost := w.lacks(killed)
				w.words = slices.DeleteFunc(w.words, func(one typed) bool { return slices.Contains(lost, one.word) })
				w.openBrowser()
			}
		})
	}
	all.Wait()
	t.Logf("the oldest word that was lost was typed before the kill by %v", oldest)
}

//go:build browser

package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"broadsheet/models"
	"broadsheet/models/discussion"

	"github.com/chromedp/chromedp"
)

// notePresses notes each key in the page: the comments of the card that it decides; whether
// the card has left and the next one has the focus when the key's event ends; and, in
// milliseconds after the event, when the page was drawn so and when the answer of the
// server was shown.
const notePresses = `(() => {
	window.presses = [];
	addEventListener("keydown", (event) => {
		const frame = document.activeElement.closest(".card-frame");
		if (!frame || !"asd".includes(event.key)) return;
		const press = { key: event.key, comments: new FormData(frame.querySelector(".card-form")).getAll("comment").join(), drawn: 0, answered: 0 };
		presses.push(press);
		const after = () => performance.now() - event.timeStamp;
		const left = () => frame.matches(".leaving") || !frame.isConnected;
		const next = () => document.querySelector(".card-frame:not(.leaving)");
		const moved = () => !next() || document.activeElement.matches(".card") && !frame.contains(document.activeElement);
		queueMicrotask(() => setTimeout(() => { press.atOnce = left() && moved(); }));
		const look = () => {
			if (!press.drawn && left() && moved()) setTimeout(() => { press.drawn = after(); });
			if (!frame.isConnected) press.answered = after();
			else requestAnimationFrame(look);
		};
		requestAnimationFrame(look);
	}, true);
})()`

// press is what notePresses notes about a key.
type press struct {
	Key, Comments   string
	AtOnce          bool
	Drawn, Answered float64
}

// actionOfKey has the state that each key leads to.
var actionOfKey = map[string]discussion.State{"a": discussion.Approved, "s": discussion.Spam, "d": discussion.Trashed}

// A moderator clears a queue by keyboard, and each key shows its effect at once. The test
// makes 20,000 comments, of which 200 are held. BROADSHEET_BENCH_DESK is another database,
// made by "seed": the file broadsheet.db of a data directory or an address of PostgreSQL,
// which the decisions change. BROADSHEET_BENCH_PACE is the time from one key to the next,
// "1.2s" for that of a human. The test prints the times, and asserts none: machines are
// shared.
func TestBrowserDeskPace(t *testing.T) {
	pace, err := time.ParseDuration(cmp.Or(os.Getenv("BROADSHEET_BENCH_PACE"), "100ms"))
	if err != nil {
		t.Fatal(err)
	}
	b, db, decisions := newPaceBench(t)
	tb := b.newTab(t)
	tb.do(emulate(1280, "light"))
	tb.signIn(b, "pace@courier.example")
	tb.runs(notePresses)
	before, held := totalsOf(t, db), tb.held()
	if before[discussion.Held] != held {
		t.Fatalf("the page says that %d wait, want %d", held, before[discussion.Held])
	}
	ticks, begin := time.NewTicker(pace), time.Now()
	defer ticks.Stop()
	for i := range decisions {
		tb.wait(`document.activeElement.matches(".card")`)
		tb.do(chromedp.KeyEvent(string("aaasaad"[i%7])))
		tb.wait(fmt.Sprintf("presses.length === %d && presses.at(-1).drawn > 0", i+1))
		<-ticks.C
	}
	took := time.Since(begin)
	tb.wait("presses.every((one) => one.answered > 0)")

	var presses []press
	if err := json.Unmarshal([]byte(value(tb, chromedp.Evaluate[string]("JSON.stringify(presses)"))), &presses); err != nil {
		t.Fatal(err)
	}
	var drawn, answered []float64
	want := maps.Clone(before)
	for i, one := range presses {
		drawn, answered = append(drawn, one.Drawn), append(answered, one.Answered)
		if !one.AtOnce {
			t.Errorf("key %d, %q on %s, shows nothing before the answer", i, one.Key, one.Comments)
		}
		to := actionOfKey[one.Key]
		for _, id := range commentIDs(t, one.Comments) {
			want[discussion.Held]--
			want[to]++
			if c, err := discussion.ByID(t.Context(), db, id); err != nil || c.State != to {
				t.Errorf("comment %d, decided with %q, is %+v (%v)", id, one.Key, c, err)
			}
		}
	}
	if now := totalsOf(t, db); !maps.Equal(now, want) {
		t.Errorf("the site has %v comments, want %v", now, want)
	}
	// Answers to quick keys may overtake each other. The page's next question, for new
	// comments, brings the numbers.
	tb.runs(`document.dispatchEvent(new Event("visibilitychange"))`)
	tb.wait(fmt.Sprintf(`document.querySelector('[data-queue="hold"] .count').textContent.replace(/\D/g, "") === "%d"`, want[discussion.Held]))
	t.Logf("%s, %d held among %d comments: %d decisions, %.1f a minute", db.Dialect(), before[discussion.Held],
		before[discussion.Held]+before[discussion.Approved]+before[discussion.Spam]+before[discussion.Trashed],
		len(presses), float64(len(presses))/took.Minutes())
	t.Logf("from the key to the drawn page: %s; to the answer of the server: %s", spread(drawn), spread(answered))
}

// newPaceBench starts a site with held comments and a moderator, and returns its database
// and the number of decisions.
func newPaceBench(t *testing.T) (b *bench, db *models.DB, decisions int) {
	t.Helper()
	dir := t.TempDir()
	b = &bench{binary: filepath.Join(dir, "broadsheet"), data: filepath.Join(dir, "site")}
	commands := [][]string{{"go", "build", "-o", b.binary, "."}}
	dsn := os.Getenv("BROADSHEET_BENCH_DESK")
	decisions = 100
	switch {
	case dsn == "":
		decisions = 40
		commands = append(commands, []string{
			b.binary, "seed", "--data", b.data, "--articles", "100", "--comments", "20000", "--held", "200", "--words", "50", "--no-pictures",
		})
		dsn = filepath.Join(b.data, "broadsheet.db")
	case models.DialectOf(dsn) == models.SQLite:
		b.data = filepath.Dir(dsn)
	}
	args := []string{"--data", b.data}
	if models.DialectOf(dsn) == models.Postgres {
		args = append(args, "--database", dsn)
	}
	for _, command := range commands {
		if out, err := exec.Command(command[0], command[1:]...).CombinedOutput(); err != nil {
			t.Fatalf("%v: %v\n%s", command, err, out)
		}
	}
	b.site = &site{env: []string{"HOME=" + dir, "PATH=" + os.Getenv("PATH"), "TMPDIR=" + dir}}
	b.gallery = b.site
	if err := b.site.start(dir, b.binary, args...); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := b.site.stop(); err != nil {
			t.Errorf("stopping: %v", err)
		}
	})
	b.paceAccount(t, args)
	db, err := models.Open(t.Context(), models.Options{DSN: dsn})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	b.browser = startBrowser(t)
	return b, db, decisions
}

// paceAccount adds the moderator, or sets the password if a former run has added it.
func (b *bench) paceAccount(t *testing.T, args []string) {
	t.Helper()
	for _, command := range [][]string{
		{"people", "add", "--name", "Paula Pace", "--email", "pace@courier.example", "--role", "moderator", "--password-stdin"},
		{"people", "passwd", "pace@courier.example", "--password-stdin"},
	} {
		cmd := exec.Command(b.binary, append(command, args...)...)
		cmd.Env, cmd.Stdin = b.site.env, strings.NewReader(deskPassword)
		out, err := cmd.CombinedOutput()
		if err == nil {
			return
		}
		t.Logf("%v: %v %s", command, err, out)
	}
	t.Fatal("there is no account for the test")
}

// commentIDs returns the numbers of the comments that a form names, such as 7.2,9.1.
func commentIDs(t *testing.T, names string) (ids []int64) {
	t.Helper()
	for name := range strings.SplitSeq(names, ",") {
		number, _, _ := strings.Cut(name, ".")
		id, err := strconv.ParseInt(number, 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, id)
	}
	return ids
}

func totalsOf(t *testing.T, db *models.DB) map[discussion.State]int {
	t.Helper()
	totals, err := discussion.Totals(t.Context(), db)
	if err != nil {
		t.Fatal(err)
	}
	return totals
}

// spread describes times in milliseconds.
func spread(list []float64) string {
	slices.Sort(list)
	at := func(share float64) float64 { return list[min(len(list)-1, int(float64(len(list))*share))] }
	return fmt.Sprintf("p50 %.0f ms, p95 %.0f ms, most %.0f ms", at(0.5), at(0.95), list[len(list)-1])
}

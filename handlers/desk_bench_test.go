package handlers_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"broadsheet/models"
	"broadsheet/models/discussion"
	"broadsheet/models/modeltest"
	"broadsheet/models/people"
	"broadsheet/models/synthetic"
)

// BenchmarkDeskPages measures the pages and decisions of the desk through the whole
// server and prints a table. It runs on the database BROADSHEET_BENCH_DESK, a file or an
// address, which "seed --staff 6 --index" has made, and adds an account to it. Without
// one it makes 20,000 comments. Run it with -benchtime=1x: each row is one address with
// several values, so that no request repeats the one before. The benchmark prints the
// time as it passes, and the processor time of the whole process, which other programs
// disturb less. The processor time of PostgreSQL's processes is added if it runs on the
// same Linux machine.
func BenchmarkDeskPages(b *testing.B) {
	d := newDeskBench(b)
	for b.Loop() {
		d.header()
		for _, row := range d.rows() {
			d.measure(row.name, row.addresses, row.most)
		}
		d.decisions()
	}
}

// deskBench sends the requests of one moderator.
type deskBench struct {
	*deskSite
	cookie *http.Cookie
	held   []heldRow
	served []string // files that tell the processor time of the database's processes
	figures
}

// figures are measurements of one row of the table.
type figures struct{ wall, cpu []time.Duration }

type heldRow struct {
	ID, ArticleID, Version int64
	Author, Network        string
}

type deskRow struct {
	name      string
	addresses []string
	most      int // requests
}

func newDeskBench(b *testing.B) *deskBench {
	b.Helper()
	dsn := os.Getenv("BROADSHEET_BENCH_DESK")
	fresh := dsn == ""
	if fresh {
		dsn = filepath.Join(b.TempDir(), "desk.db")
	}
	db, err := models.Open(b.Context(), models.Options{DSN: dsn})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { db.Close() })
	s := newSite(b, db, modeltest.NewClock())
	d := &deskBench{deskSite: &deskSite{testSite: s, users: map[people.Role]*people.User{}}}
	if fresh {
		s.check(synthetic.AddArticles(b.Context(), db, synthetic.Articles{Count: 200, Seed: 1, Words: 50}))
		s.check(synthetic.AddComments(b.Context(), db, synthetic.Comments{Count: 20_000, Held: 2_000, Seed: 1}))
	}
	s.check(discussion.IndexComments(b.Context(), db))
	u, err := people.ByEmail(b.Context(), db, "bench@example.org")
	if err != nil {
		u, err = people.CreateAccount(b.Context(), db, models.ActorShell,
			people.NewAccount{Name: "Bench", Email: "bench@example.org", Role: people.Administrator})
		s.check(err)
	}
	d.users[people.Administrator] = u
	s.check(db.Query(b.Context()).Raw(`SELECT id, article_id, version, author, network FROM comments
		WHERE state = 'hold' AND network <> '' ORDER BY created_at LIMIT 400`).Scan(&d.held).Error)
	d.handler = s.server().Handler
	d.cookie = d.deskSite.cookie(people.Administrator)
	return d
}

// values returns the values of a query.
func (d *deskBench) values(query string, args ...any) (list []string) {
	d.Helper()
	d.check(d.db.Query(d.Context()).Raw(query, args...).Scan(&list).Error)
	return list
}

// rows returns the addresses of the desk that are measured.
func (d *deskBench) rows() (rows []deskRow) {
	const repeats = 20
	queue := func(state, param string, values ...string) {
		row := deskRow{name: state + " " + param, most: repeats}
		for _, v := range values {
			row.addresses = append(row.addresses, "/desk/comments?state="+state+"&"+param+"="+url.QueryEscape(v))
		}
		rows = append(rows, row)
	}
	sections := d.values("SELECT path FROM categories ORDER BY own_stories DESC, id")
	sections = slices.Concat(sections[:3], sections[len(sections)/2:len(sections)/2+3], sections[len(sections)-3:])
	articles := d.values("SELECT CAST(id AS TEXT) FROM articles ORDER BY comments_approve DESC LIMIT 5")
	authors := d.values("SELECT author FROM comments WHERE email <> '' GROUP BY author ORDER BY COUNT(*) DESC LIMIT 10")
	emails := d.values("SELECT email FROM comments WHERE email <> '' GROUP BY email ORDER BY COUNT(*) DESC LIMIT 10")
	networks := d.values("SELECT network FROM comments WHERE network <> '' GROUP BY network ORDER BY COUNT(*) DESC LIMIT 10")
	hosts := d.values("SELECT value FROM comment_marks WHERE kind = 'host' GROUP BY value ORDER BY COUNT(*) DESC LIMIT 10")
	var texts []string
	d.check(d.db.Query(d.Context()).Raw("SELECT text FROM comments WHERE state = 'approve' ORDER BY id LIMIT 40").Scan(&texts).Error)
	var words, rare, pairs []string
	count := map[string]int{}
	for _, text := range texts {
		fields := strings.FieldsFunc(text, func(r rune) bool { return r == ' ' || r == '.' || r == '\n' })
		for i, word := range fields {
			count[strings.ToLower(word)]++
			if i%7 == 3 {
				pairs = append(pairs, fields[i-1]+" "+word)
			}
		}
	}
	for word, n := range count {
		if n > 8 {
			words = append(words, word)
		} else if n == 1 && len(word) > 5 {
			rare = append(rare, word)
		}
	}
	slices.Sort(words)
	slices.Sort(rare)
	slices.Sort(pairs)
	like := d.values("SELECT CAST(id AS TEXT) FROM comments WHERE state IN ('hold', 'spam') AND similar_a IS NOT NULL ORDER BY id LIMIT 20")
	day := func(back int) string { return d.db.Now().AddDate(0, 0, -back).Format(time.DateOnly) }
	states := []string{"hold", "approve", "spam", "trash", "all", "any", "reported", "mine"}
	for _, state := range states {
		queue(state, "x", "1")
	}
	var nexts []string
	for i := 20; i < min(len(d.held), 400); i += 20 {
		nexts = append(nexts, strconv.FormatInt(d.held[i].ID, 10))
	}
	queue("hold", "after", nexts...)
	for _, state := range []string{"hold", "approve", "any"} {
		queue(state, "section", sections...)
		queue(state, "article", articles...)
		queue(state, "author", authors...)
		queue(state, "author", emails...)
		queue(state, "network", networks...)
		queue(state, "host", hosts...)
		queue(state, "reason", "first-comment", "links", "hold-words")
		queue(state, "from", day(10), day(15), day(2))
		queue(state, "to", day(3), day(10), day(18))
		queue(state, "like", like...)
		queue(state, "q", words[:min(10, len(words))]...)
		queue(state, "q", rare[:min(10, len(rare))]...)
		queue(state, "q", pairs[:min(10, len(pairs))]...)
	}
	queue("spam", "section", sections...)
	queue("reported", "section", sections...)
	for _, address := range []string{"/desk/writers", "/desk/articles", "/desk/figures", "/desk/log", "/desk/bans"} {
		rows = append(rows, deskRow{address, []string{address}, repeats})
	}
	var writers []string
	for i := range min(20, len(d.held)) {
		writers = append(writers, fmt.Sprint("/desk/writers/of/", d.held[i].ID))
	}
	rows = append(rows, deskRow{"a writer's page", writers, repeats})
	var cards []string
	for i := range min(20, len(d.held)) {
		cards = append(cards, fmt.Sprint("/desk/comments/", d.held[i].ID))
	}
	return append(rows, deskRow{"a comment's page", cards, repeats})
}

func (d *deskBench) header() {
	fmt.Printf("\n%-34s %9s %9s %9s %9s %5s %7s\n", d.db.Dialect(), "p50 ms", "p95 ms", "cpu p50", "cpu p95", "SQL", "cards")
}

// ask sends a request and returns the answer with the number of statements. It follows
// redirects.
func (d *deskBench) ask(method, path string, form url.Values) (w *httptest.ResponseRecorder, statements int64) {
	for range 3 {
		ctx, n := models.CountStatements(context.Background())
		r := httptest.NewRequest(method, d.options.BaseURL.String()+path, strings.NewReader(form.Encode())).WithContext(ctx)
		d.said++
		r.RemoteAddr = fmt.Sprintf("10.%d.%d.1:4000", d.said/250, d.said%250)
		r.AddCookie(d.cookie)
		if method == http.MethodPost {
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			r.Header.Set("Sec-Fetch-Site", "same-origin")
			r.Header.Set("Accept", "application/json")
		}
		before, cpu := time.Now(), d.processorTime()
		w = httptest.NewRecorder()
		d.handler.ServeHTTP(w, r)
		d.wall, d.cpu = append(d.wall, time.Since(before)), append(d.cpu, d.processorTime()-cpu)
		statements = n.Load()
		if w.Code != http.StatusSeeOther && w.Code != http.StatusMovedPermanently && w.Code != http.StatusPermanentRedirect {
			break
		}
		path = strings.TrimPrefix(w.Header().Get("Location"), d.options.BaseURL.String())
	}
	return w, statements
}

// processorTime returns the processor time of the process and of the database's.
func (d *deskBench) processorTime() time.Duration {
	var u syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u) // zeros on failure
	sum := time.Duration(u.Utime.Nano() + u.Stime.Nano())
	for _, file := range d.served {
		if text, err := os.ReadFile(file); err == nil {
			onProcessor, _, _ := strings.Cut(string(text), " ")
			ns, _ := strconv.ParseInt(onProcessor, 10, 64)
			sum += time.Duration(ns)
		}
	}
	return sum
}

// findServed finds the processes that serve the connections to PostgreSQL.
func (d *deskBench) findServed() {
	if d.db.Dialect() != models.Postgres {
		return
	}
	d.served = nil
	for _, pid := range d.values("SELECT CAST(pid AS TEXT) FROM pg_stat_activity WHERE datname = current_database()") {
		d.served = append(d.served, "/proc/"+pid+"/schedstat")
	}
}

func (d *deskBench) measure(name string, addresses []string, most int) {
	if len(addresses) == 0 {
		return
	}
	d.ask(http.MethodGet, addresses[0], nil) // prepares statements
	d.findServed()
	d.figures = figures{}
	var statements int64
	cards := 0
	for i := range most {
		w, n := d.ask(http.MethodGet, addresses[i%len(addresses)], nil)
		statements = max(statements, n)
		if w.Code != http.StatusOK {
			fmt.Printf("%-34s answers %d\n", addresses[i%len(addresses)], w.Code)
			return
		}
		cards = max(cards, strings.Count(w.Body.String(), `class="card-frame`))
	}
	d.print(name, statements, cards)
}

func (d *deskBench) print(name string, statements int64, cards int) {
	ms := func(list []time.Duration, share float64) float64 {
		slices.Sort(list)
		return list[min(len(list)-1, int(float64(len(list))*share))].Seconds() * 1000
	}
	mark := ""
	if ms(d.cpu, 0.95) > 50 {
		mark = " !"
	}
	fmt.Printf("%-34s %9.1f %9.1f %9.1f %9.1f %5d %7d%s\n", name, ms(d.wall, 0.5), ms(d.wall, 0.95), ms(d.cpu, 0.5), ms(d.cpu, 0.95), statements, cards, mark)
}

// decisions measures approvals, and undoing them.
func (d *deskBench) decisions() {
	var undo []string
	d.findServed()
	d.figures = figures{}
	var most int64
	for i := range min(30, len(d.held)) {
		c := d.held[i]
		w, n := d.ask(http.MethodPost, "/desk/comments/decide", url.Values{
			"do": {"approve"}, "comment": {fmt.Sprintf("%d.%d", c.ID, c.Version)}, "state": {"hold"},
		})
		most = max(most, n)
		if _, op, ok := strings.Cut(w.Body.String(), `"operation":"`); ok {
			op, _, _ = strings.Cut(op, `"`)
			undo = append(undo, op)
		} else {
			fmt.Println("a decision answers", w.Code, w.Body)
		}
	}
	d.print("decide: approve one", most, 0)
	d.figures, most = figures{}, 0
	for _, op := range undo {
		w, n := d.ask(http.MethodPost, "/desk/undo", url.Values{"operation": {op}})
		most = max(most, n)
		if w.Code != http.StatusOK {
			fmt.Println("undo answers", w.Code, w.Body)
		}
	}
	d.print("undo", most, 0)
	for i := range d.held {
		d.held[i].Version += 2
	}
}

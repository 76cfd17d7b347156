package redirects_test

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"broadsheet/models"
	"broadsheet/models/modeltest"
	"broadsheet/models/newsroom/redirects"
)

func TestMain(m *testing.M) { os.Exit(modeltest.Main(m)) }

var (
	editor = models.Actor{Name: "Edith"}
	inside = redirects.Rules{Host: "paper.example"}
	admin  = redirects.Rules{Host: "paper.example", Outside: true}
)

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func all(t *testing.T, db *models.DB) string {
	t.Helper()
	list, _, err := redirects.List(t.Context(), db, redirects.Filter{})
	check(t, err)
	var b strings.Builder
	for _, one := range list {
		fmt.Fprintf(&b, "%s>%s %d\n", one.Path, one.Target, one.Status)
	}
	return b.String()
}

func TestRowsMatchTheirTables(t *testing.T) {
	modeltest.Each(t, func(t *testing.T, db *models.DB, _ *modeltest.Clock) {
		modeltest.MatchTables(t, db, redirects.Redirect{})
	})
}

func TestLinesOfFiles(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"/old/,/new/":        "/old/ /new/ 301",
		"/old;/new;302":      "/old /new 302",
		"/old\t/new\t308":    "/old /new 301",
		"/old /new":          "/old /new 301",
		`"/o,ld","/new"`:     "/o,ld /new 301",
		"/old,,410":          "/old  410",
		"/old,/new,gone":     "/old /new 410",
		"/old,/new,418":      "redirect-status",
		"/old,/new,soon":     "redirect-line",
		"/old":               "redirect-line",
		"Redirect /old /new": "/old /new 302",
		"Redirect 301 /old https://paper.example/x": "/old https://paper.example/x 301",
		"Redirect gone /old":                        "/old  410",
		"RedirectPermanent /old /new":               "/old /new 301",
		"RedirectMatch 301 ^/a(.*) /b$1":            "redirect-pattern",
		`RewriteRule ^old\.html$ /new/ [R=301,L]`:   "/old.html /new/ 301",
		"RewriteRule ^old/?$ /new/ [R,L]":           "/old /new/ 302",
		"RewriteRule ^(.*)$ /new/$1 [R=301]":        "redirect-pattern",
		"RewriteRule ^old$ - [G]":                   "/old  410",
		"rewrite ^/old/?$ /new/ permanent;":         "/old /new/ 301",
		"rewrite ^/a(b|c)$ /new permanent;":         "redirect-pattern",
		"location = /old { return 301 /new; }":      "/old /new 301",
		"location ~ /old { return 301 /new; }":      "redirect-pattern",
		"RewriteEngine On":                          "redirect-line",
	} {
		lines := redirects.Parse(text)
		if len(lines) != 1 {
			t.Errorf("%q: %d lines", text, len(lines))
			continue
		}
		l := lines[0]
		got := fmt.Sprint(l.From, " ", l.To, " ", l.Status)
		if l.Bad != "" {
			got = l.Bad
		}
		if got != want {
			t.Errorf("%q is read as %q, want %q", text, got, want)
		}
	}
	if lines := redirects.Parse("\ufeffold,new\r\n\r\n# a remark\r\n/a,/b\r\n"); len(lines) != 1 || lines[0].Number != 4 {
		t.Errorf("head, remark and empty lines: %+v", lines)
	}
}

func TestRedirectsLeadToTheirEnd(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, _ *modeltest.Clock) {
		put := func(from, to string, status int) redirects.Step {
			t.Helper()
			step, err := redirects.Put(t.Context(), db, editor, inside, from, to, status)
			check(t, err)
			return step
		}
		put("/b/", "/c/", 301)
		if step := put("https://paper.example/a/", "/b/", 301); !step.Shorter || step.Target != "/c/" {
			t.Errorf("a chain is stored as %+v", step)
		}
		put("/c", "https://PAPER.example//d/e#part", 301)
		if got, want := all(t, db), "/a>/d/e 301\n/b>/d/e 301\n/c>/d/e 301\n"; got != want {
			t.Errorf("stored\n%swant\n%s", got, want)
		}
		for _, path := range []string{"/a", "/a/"} {
			target, permanent, err := redirects.Find(t.Context(), db, path)
			if err != nil || target != "/d/e" || !permanent {
				t.Errorf("%s leads to %q %v (%v)", path, target, permanent, err)
			}
		}
		for _, c := range []struct{ from, to, want string }{
			{"/d/e/", "/a", "to redirect-loop"},
			{"/x", "/x/", "to redirect-loop"},
			{"/x", "https://elsewhere.example/", "to redirect-outside"},
			{"/x", "//elsewhere.example/", "to redirect-target"},
			{"/x", "javascript:alert(1)", "to redirect-target"},
			{"/x", "/\\elsewhere.example", "to redirect-target"},
			{"/x", "", "to redirect-target"},
			{"x", "/y", "from redirect-path"},
			{"https://elsewhere.example/x", "/y", "from redirect-path"},
			{"/x?p=1", "/y", "from redirect-query"},
			{"/desk/x", "/y", "from redirect-reserved"},
			{"/", "/y", "from redirect-reserved"},
			{"/" + strings.Repeat("x", redirects.MaxAddress), "/y", "from redirect-long"},
		} {
			_, err := redirects.Put(t.Context(), db, editor, inside, c.from, c.to, 301)
			e, _ := errors.AsType[*models.Error](err)
			if e == nil || len(e.Fields) != 1 || e.Fields[0].Field+" "+e.Fields[0].Code != c.want {
				t.Errorf("%s to %s: %v, want %s", c.from, c.to, err, c.want)
			}
		}
		if _, err := redirects.Put(t.Context(), db, editor, admin, "/x", "https://elsewhere.example/", 302); err != nil {
			t.Error(err)
		}
		put("/gone", "", redirects.Gone)
		if _, _, err := redirects.Find(t.Context(), db, "/gone/"); models.KindOf(err) != models.Gone {
			t.Errorf("an address that is gone: %v", err)
		}
		n, err := redirects.Remove(t.Context(), db, editor, []string{"/a", "/b", "/nothing"})
		if err != nil || n != 2 {
			t.Errorf("%d removed (%v)", n, err)
		}
	})
}

func TestAFileIsTriedAndImported(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, _ *modeltest.Clock) {
		for _, pair := range [][2]string{{"/kept", "/k"}, {"/replaced", "/r"}, {"/follows", "/one"}} {
			_, err := redirects.Put(t.Context(), db, editor, inside, pair[0], pair[1], 301)
			check(t, err)
		}
		before := all(t, db)
		lines := redirects.Parse("old,new\n/one,/two\n/two,/three/\n/kept,/k\n/replaced,/other\n/l1,/l2\n/l2,/l1\n/one,/else\nRedirectMatch a b\n/caf\u00e9,/cafe\n")
		plan, err := redirects.Check(t.Context(), db, inside, lines)
		check(t, err)
		if plan.Adding != 4 || plan.Replacing != 1 || plan.Kept != 1 || plan.Refuse != 3 || plan.Repointed() != 1 || all(t, db) != before {
			t.Errorf("the plan is %+v", plan)
		}
		_, err = redirects.Import(t.Context(), db, editor, inside, lines)
		check(t, err)
		want := "/caf%C3%A9>/cafe 301\n/follows>/three/ 301\n/kept>/k 301\n/l1>/l2 301\n/one>/three/ 301\n/replaced>/other 301\n/two>/three/ 301\n"
		if got := all(t, db); got != want {
			t.Errorf("stored\n%swant\n%s", got, want)
		}
		again, err := redirects.Import(t.Context(), db, editor, inside, redirects.Parse("/one,/two\n/two,/three/\n"))
		if err != nil || again.Kept != 2 {
			t.Errorf("a second time: %+v (%v)", again, err)
		}
		list, next, err := redirects.List(t.Context(), db, redirects.Filter{Words: "KEPT"})
		if err != nil || next != "" || len(list) > 1 {
			t.Errorf("found %v %q (%v)", list, next, err)
		}
	})
}

// However a file is written: what is stored has no loops, no chains and no way out.
func FuzzFile(f *testing.F) {
	f.Add("/a,/b\n/b,/a\n/c,https://elsewhere.example/")
	f.Add("Redirect 301 /a /b\nrewrite ^/x$ /y permanent;\nlocation = /q { return 410; }")
	f.Add("\ufeff\"a\nb\",//evil\t/\\evil")
	f.Add("/%2e%2e/a,/%zz\n/a//b,http://PAPER.example:/c")
	db := modeltest.SQLite(f, modeltest.NewClock())
	f.Fuzz(func(t *testing.T, file string) {
		plan, err := redirects.Check(t.Context(), db, inside, redirects.Parse(file))
		if err != nil {
			t.Fatal(err)
		}
		sources := map[string]bool{}
		for _, s := range plan.Steps {
			if s.Change != redirects.Refused {
				sources[s.Redirect.Path] = true
			}
		}
		for _, s := range plan.Steps {
			if s.Change == redirects.Refused {
				continue
			}
			r := s.Redirect
			target, _, _ := strings.Cut(r.Target, "?")
			if !strings.HasPrefix(r.Path, "/") || strings.HasPrefix(r.Path, "//") || strings.HasSuffix(r.Path, "/") ||
				r.Status != redirects.Gone && (!strings.HasPrefix(r.Target, "/") || strings.HasPrefix(r.Target, "//") || strings.Contains(r.Target, `\`)) ||
				r.Status != redirects.Gone && sources[strings.TrimRight(target, "/")] {
				t.Errorf("%q is stored as %+v", s.Text, r)
			}
		}
	})
}

// The largest file, in the order that makes the longest chains, is tried in time.
func TestALargeFileIsTriedInTime(t *testing.T) {
	t.Parallel()
	db := modeltest.SQLite(t, modeltest.NewClock())
	var b strings.Builder
	for i := range redirects.MaxLines {
		fmt.Fprintf(&b, "/%d,/%d\n", i, (i+1)%1000+i/1000*1000)
	}
	begin := time.Now()
	plan, err := redirects.Check(t.Context(), db, inside, redirects.Parse(b.String()))
	check(t, err)
	if took := time.Since(begin); took > 20*time.Second || plan.Refuse < redirects.MaxLines/1000 {
		t.Errorf("took %v, %d refused", took, plan.Refuse)
	}
	t.Logf("%d lines in %v, %d refused", len(plan.Steps), time.Since(begin), plan.Refuse)
}

// The uses of a redirect are counted, and written together once a minute.
func TestUsesAreCounted(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		for _, from := range []string{"/old", "/older"} {
			_, err := redirects.Put(t.Context(), db, editor, inside, from, "/new/", redirects.Permanent)
			check(t, err)
		}
		var hits redirects.Hits
		used := func() string {
			t.Helper()
			list, _, err := redirects.List(t.Context(), db, redirects.Filter{})
			check(t, err)
			return fmt.Sprint(list[0].Hits, list[0].UsedAt.IsZero(), list[1].Hits, list[1].UsedAt.IsZero())
		}
		for range 3 {
			check(t, hits.Add(t.Context(), db, "/old/"))
		}
		if got := used(); got != "0 true 0 true" {
			t.Errorf("each use writes: %s", got)
		}
		clock.Advance(time.Minute)
		check(t, hits.Add(t.Context(), db, "/old"))
		if got := used(); got != "4 false 0 true" {
			t.Errorf("after a minute: %s", got)
		}
		_, err := redirects.Put(t.Context(), db, editor, inside, "/old", "/newer/", redirects.Permanent)
		if check(t, err); used() != "4 false 0 true" {
			t.Errorf("after another target: %s", used())
		}
	})
}

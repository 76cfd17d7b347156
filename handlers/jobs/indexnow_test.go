package jobs_test

import (
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"broadsheet/handlers/jobs"
	"broadsheet/models"
	"broadsheet/models/modeltest"
	"broadsheet/models/newsroom"
	"broadsheet/models/settings"
)

// searchEngine is an endpoint of IndexNow.
type searchEngine struct {
	*httptest.Server
	status int
	calls  int
	told   []string
	last   struct {
		Host, Key, KeyLocation string
		URLList                []string
	}
}

func newSearchEngine(t *testing.T) *searchEngine {
	e := &searchEngine{status: http.StatusOK}
	e.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		e.calls++
		if err := json.NewDecoder(r.Body).Decode(&e.last); err != nil {
			t.Error(err)
		}
		if e.status < 300 {
			e.told = append(e.told, e.last.URLList...)
		}
		w.WriteHeader(e.status)
	}))
	t.Cleanup(e.Close)
	return e
}

// desk changes articles and settings.
type desk struct {
	*testing.T
	db *models.DB
}

func (d desk) check(err error) {
	d.Helper()
	if err != nil {
		d.Fatal(err)
	}
}

func (d desk) set(key, value string) {
	d.Helper()
	d.check(d.db.Write(d.Context(), func(tx *models.Tx) error { return settings.Set(d.Context(), tx, key, value) }))
}

func (d desk) save(m newsroom.Manuscript) *newsroom.Article {
	d.Helper()
	a, _, err := newsroom.Save(d.Context(), d.db, models.ActorCommand, newsroom.AnyVersion, m)
	d.check(err)
	return a
}

func (d desk) withdraw(id int64) {
	d.Helper()
	d.check(d.db.Write(d.Context(), func(tx *models.Tx) error {
		return newsroom.MoveStatus(d.Context(), tx, models.ActorCommand, id, newsroom.Withdrawn, "", nil)
	}))
}

func (d desk) address(a *newsroom.Article) string {
	d.Helper()
	site, err := newsroom.LoadSite(d.Context(), d.db)
	d.check(err)
	return "https://news.example" + site.ArticlePath(a)
}

// Each article that changed is told once, and nothing of a draft, an old import or a
// hidden site. An endpoint that fails is asked again.
func TestIndexNow(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		d := desk{t, db}
		engine := newSearchEngine(t)
		base := &url.URL{Scheme: "https", Host: "news.example"}
		n := &jobs.IndexNow{DB: db, BaseURL: base, Key: "0123456789abcdef", Endpoint: engine.URL, Log: slog.New(slog.NewTextHandler(io.Discard, nil))}
		tell := func() error { clock.Advance(2 * time.Minute); return n.Task().Run(t.Context(), db) }
		told := func(want ...string) {
			t.Helper()
			if err := tell(); err != nil {
				t.Fatal(err)
			}
			slices.Sort(engine.told)
			if !slices.Equal(engine.told, want) {
				t.Errorf("told %q, want %q", engine.told, want)
			}
			engine.told = nil
		}
		d.save(newsroom.Manuscript{Title: "Before", Body: "Text."})
		told() // off
		if engine.calls != 0 {
			t.Fatal("the setting is off")
		}
		d.set("robots.indexnow", "true")
		told() // begins here
		one := d.save(newsroom.Manuscript{Title: "One", Body: "Text."})
		for _, body := range []string{"Again.", "And again."} {
			d.save(newsroom.Manuscript{ID: one.ID, Title: "One", Body: body, Slug: one.Slug})
		}
		draft := d.save(newsroom.Manuscript{Title: "Draft", Body: "Text.", Status: newsroom.Draft, PublishedAt: clock.Now().Add(-time.Hour)})
		d.save(newsroom.Manuscript{Title: "Imported", Body: "Text.", PublishedAt: clock.Now().Add(-1000 * time.Hour)})
		told(d.address(one))
		if engine.last.Host != "news.example" || engine.last.Key != n.Key || engine.last.KeyLocation != "https://news.example/indexnow.txt" {
			t.Errorf("%+v", engine.last)
		}
		told() // nothing new
		d.withdraw(one.ID)
		d.save(newsroom.Manuscript{ID: draft.ID, Title: "Draft", Body: "More.", Status: newsroom.Draft})
		told(d.address(one))

		// An endpoint that is down is asked again later, less often each time.
		engine.status = http.StatusServiceUnavailable
		two := d.save(newsroom.Manuscript{Title: "Two", Body: "Text."})
		before := engine.calls
		for range 20 {
			_ = tell()
		}
		if tries := engine.calls - before; tries < 2 || tries > 6 {
			t.Errorf("%d tries in 40 minutes", tries)
		}
		engine.status = http.StatusAccepted
		clock.Advance(3 * time.Hour)
		told(d.address(two))

		// A refusal for good is given up.
		engine.status = http.StatusUnprocessableEntity
		d.save(newsroom.Manuscript{Title: "Three", Body: "Text."})
		told()
		engine.status = http.StatusOK
		told()

		d.set("robots.hidden", "true")
		d.save(newsroom.Manuscript{Title: "Hidden", Body: "Text."})
		told()
		d.set("robots.hidden", "false")
		told()
		if strings.Contains(strings.Join(engine.told, " "), "hidden") {
			t.Error("what happened while the site was hidden is told")
		}
	})
}

// A redirect is not followed, so that an answer cannot choose the address of a request.
func TestIndexNowFollowsNoRedirect(t *testing.T) {
	t.Parallel()
	clock := modeltest.NewClock()
	d := desk{t, modeltest.SQLite(t, clock)}
	other := newSearchEngine(t)
	engine := httptest.NewServer(http.RedirectHandler(other.URL, http.StatusTemporaryRedirect))
	t.Cleanup(engine.Close)
	n := &jobs.IndexNow{
		DB: d.db, BaseURL: &url.URL{Scheme: "https", Host: "news.example"}, Key: "0123456789abcdef", Endpoint: engine.URL,
		Log: slog.New(slog.NewTextHandler(io.Discard, nil)),
	}
	d.set("robots.indexnow", "true")
	for range 2 {
		clock.Advance(2 * time.Minute)
		d.check(n.Task().Run(t.Context(), d.db))
		d.save(newsroom.Manuscript{Title: "One", Body: "Text."})
	}
	clock.Advance(time.Minute)
	d.check(n.Task().Run(t.Context(), d.db))
	if other.calls != 0 {
		t.Errorf("%d calls went to the address of a redirect", other.calls)
	}
}

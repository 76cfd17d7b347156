package handlers_test

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/netip"
	"net/url"
	"os"
	"path"
	"strconv"
	"strings"
	"testing"
	"time"

	"broadsheet/handlers"
	"broadsheet/handlers/webtest"
	"broadsheet/models"
	"broadsheet/models/blob"
	"broadsheet/models/discussion"
	"broadsheet/models/discussion/heat"
	"broadsheet/models/discussion/moderation"
	"broadsheet/models/modeltest"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/reads"
	"broadsheet/models/newsroom/taxonomy"
	"broadsheet/models/people"
	"broadsheet/models/richtext"
	"broadsheet/models/settings"
	"broadsheet/public"
	"broadsheet/views"
)

func TestMain(m *testing.M) { os.Exit(modeltest.Main(m)) }

// testSite is a small site on a real database.
type testSite struct {
	testing.TB
	db      *models.DB
	clock   *modeltest.Clock
	options handlers.Options
	store   blob.Store
	ids     map[string]int64 // articles by slug
	said    int              // comments by the say command
}

func newSite(t testing.TB, db *models.DB, clock *modeltest.Clock) *testSite {
	t.Helper()
	s := &testSite{TB: t, db: db, clock: clock, ids: map[string]int64{}}
	assets, err := public.New()
	s.check(err)
	renderer, err := views.New(assets, views.Options{})
	s.check(err)
	store, err := blob.NewDisk(t.TempDir())
	s.check(err)
	s.store = store
	pictures, err := blob.NewVariants(store, blob.VariantsOptions{})
	s.check(err)
	s.options = handlers.Options{
		DB: db, Views: renderer, Assets: assets, Pictures: pictures, Secret: []byte("a secret of more than thirty-two bytes"),
		BaseURL: &url.URL{Scheme: "http", Host: "news.example"}, Log: slog.New(slog.NewTextHandler(io.Discard, nil)),
		TrustedProxies: []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24")}, Cache: handlers.CacheOptions{Bytes: 32 << 20},
	}
	return s
}

func (s *testSite) check(err error) {
	s.Helper()
	if err != nil {
		s.Fatal(err)
	}
}

func (s *testSite) set(key, value string) {
	s.Helper()
	s.check(s.db.Write(s.Context(), func(tx *models.Tx) error { return settings.Set(s.Context(), tx, key, value) }))
}

func (s *testSite) save(d newsroom.Manuscript) *newsroom.Article {
	s.Helper()
	a, _, err := newsroom.Save(s.Context(), s.db, models.ActorCommand, newsroom.AnyVersion, d)
	s.check(err)
	s.ids[a.Slug] = a.ID
	return a
}

// fill saves the articles that the scripts use. All are dated before the
// clock's Friday noon, 20 November 2026.
func (s *testSite) fill() {
	s.Helper()
	s.set("site.name", "The Larkmoor Courier")
	s.set("comment.flood", "0")
	middleEast := taxonomy.CategoryRef{Path: "world-news/middle-east", Names: []string{"World News", "Middle East"}}
	world := taxonomy.CategoryRef{Path: "world-news", Names: []string{"World News"}}
	hours := func(n int) time.Time { return s.clock.Now().Add(time.Duration(-n) * time.Hour) }
	nadia := []newsroom.AuthorRef{{Name: "Nadia Farrow"}}

	s.save(newsroom.Manuscript{
		Title: "Pilots walk out in the strait", Standfirst: "Ships wait outside.", Body: "The pilots left.\n\nNobody knows for how long.", Format: richtext.Markdown,
		Categories: []taxonomy.CategoryRef{middleEast, world}, Tags: []string{"Shipping"}, Authors: nadia, PublishedAt: hours(50),
	})
	s.save(newsroom.Manuscript{
		Title: "Strait opens again", Standfirst: "A deal after nine days.", Format: richtext.Markdown,
		Body:       "The strait is open.\n\nIt closed when [the pilots walked out](/2026/11/18/pilots-walk-out-in-the-strait/).\n\n/2026/11/18/pilots-walk-out-in-the-strait/\n\n## What now\n\nTrade goes on.",
		Categories: []taxonomy.CategoryRef{middleEast, world}, Tags: []string{"Shipping", "Ceasefire talks"},
		Authors: append(nadia, newsroom.AuthorRef{Name: "Samir Qadri"}), PublishedAt: hours(5), RevisedAt: hours(4),
		Corrections: []newsroom.Correction{{Kind: newsroom.Correct, At: models.At(hours(3)), Text: "An earlier version had the wrong day."}},
	})
	s.save(newsroom.Manuscript{
		Title: "Ferries run late", Body: "Fog.", Categories: []taxonomy.CategoryRef{middleEast}, PublishedAt: hours(30), Comments: newsroom.CommentsClosed,
	})
	s.save(newsroom.Manuscript{
		Title: "مضيق الصبرا يفتح من جديد", Language: "ar", Body: "فتح المضيق أبوابه من جديد بعد تسعة أيام.",
		Categories: []taxonomy.CategoryRef{middleEast}, PublishedAt: hours(7),
	})
	gone := s.save(newsroom.Manuscript{Title: "A story that was wrong", Body: "Wrong.", PublishedAt: hours(60)})
	s.check(discussion.SetArticleStatus(s.Context(), s.db, models.ActorCommand, gone.ID, newsroom.Withdrawn, "The figures could not be confirmed."))
	s.save(newsroom.Manuscript{Title: "Not yet written", Status: newsroom.Draft, Body: "Secret."})
	s.save(newsroom.Manuscript{Title: "Tomorrow's news", Body: "Secret.", PublishedAt: hours(-24)})
	for i := range 45 {
		s.save(newsroom.Manuscript{
			Title: fmt.Sprintf("Regatta, day %d", i+1), Standfirst: "Boats.", Body: "They rowed.",
			Categories: []taxonomy.CategoryRef{{Path: "sport/rowing", Names: []string{"Sport", "Rowing"}}}, PublishedAt: hours(100 + 20*i),
		})
	}
}

// server returns the site and the commands of its scripts.
func (s *testSite) server() webtest.Server {
	s.Helper()
	h, err := handlers.New(s.Context(), s.options)
	s.check(err)
	number := func(v string) int64 {
		n, err := strconv.ParseInt(v, 10, 64)
		s.check(err)
		return n
	}
	return webtest.Server{Handler: h, URL: s.options.BaseURL.String(), File: pictureFile, Commands: map[string]func(args ...string) error{
		"decide": func(args ...string) error {
			var seen []discussion.Versioned
			for _, id := range args[1:] {
				seen = append(seen, discussion.Versioned{ID: number(id)})
			}
			_, _, err := discussion.Decide(s.Context(), s.db, models.Actor{Name: "script"}, seen, discussion.Verdict{Action: discussion.Action(args[0])})
			return err
		},
		// decline REASON ID WORDS declines a comment, with words for its commenter.
		"decline": func(args ...string) error {
			verdict := discussion.Verdict{Action: discussion.DoTrash, Reason: args[0], Words: args[2]}
			_, _, err := discussion.Decide(s.Context(), s.db, models.Actor{Name: "script"}, []discussion.Versioned{{ID: number(args[1])}}, verdict)
			return err
		},
		// say PARENT TEXT posts a comment under the strait's article and approves it.
		"say": func(args ...string) error {
			s.clock.Advance(time.Minute)
			s.said++
			c, err := discussion.Post(s.Context(), s.db, must(newsroom.LoadSite(s.Context(), s.db)), discussion.Submission{
				ArticleID: s.ids["strait-opens-again"], ParentID: number(args[0]), Author: "Reader", Email: "reader@example.org", Text: args[1],
				IP: netip.AddrFrom4([4]byte{10, 3, byte(s.said), 1}), NewToken: fmt.Sprint("say", s.said),
			})
			if err == nil {
				_, _, err = discussion.Decide(s.Context(), s.db, models.Actor{Name: "script"}, []discussion.Versioned{{ID: c.ID}}, discussion.Verdict{Action: discussion.DoApprove})
			}
			return err
		},
		// write NAME TEXT posts a comment under the strait's article, as NAME's browser.
		"write": func(args ...string) error {
			s.clock.Advance(time.Minute)
			s.said++
			_, err := discussion.Post(s.Context(), s.db, must(newsroom.LoadSite(s.Context(), s.db)), discussion.Submission{
				ArticleID: s.ids["strait-opens-again"], Author: args[0], Email: args[0] + "@example.org", Text: args[1],
				IP: netip.AddrFrom4([4]byte{10, 4, byte(s.said), 1}), NewToken: args[0],
			})
			return err
		},
		// remove ID removes a comment as its commenter.
		"remove": func(args ...string) error {
			return discussion.RemoveOwn(s.Context(), s.db, must(newsroom.LoadSite(s.Context(), s.db)), number(args[0]))
		},
		"index": func(...string) error { return discussion.IndexComments(s.Context(), s.db) },
		// flood N posts N comments at once, each from another browser.
		"flood": func(args ...string) error {
			site := must(newsroom.LoadSite(s.Context(), s.db))
			for range number(args[0]) {
				s.said++
				_, err := discussion.Post(s.Context(), s.db, site, discussion.Submission{
					ArticleID: s.ids["strait-opens-again"], Author: "Reader", Email: "reader@example.org", Text: fmt.Sprint("Shout ", s.said),
					IP: netip.AddrFrom4([4]byte{10, 4, byte(s.said), 1}), NewToken: fmt.Sprint("flood", s.said),
				})
				if err != nil {
					return err
				}
			}
			return nil
		},
		// add-account NAME EMAIL ROLE PASSWORD makes an account.
		"add-account": func(args ...string) error {
			role, err := people.ParseRole(args[2])
			if err == nil {
				_, err = people.CreateAccount(s.Context(), s.db, models.ActorShell, people.NewAccount{Name: args[0], Email: args[1], Role: role, Password: args[3]})
			}
			return err
		},
		"no-jobs": s.noJobs,
		"read":    s.readArticle,
		"rank":    s.rankArticles,
		// count-figures runs the periodic task that counts figures.
		"count-figures": func(...string) error { return moderation.CountFigures(s.Context(), s.db) },
		"clock": func(args ...string) error {
			d, err := time.ParseDuration(args[0])
			s.clock.Advance(d)
			return err
		},
		"set": func(args ...string) error {
			s.set(args[0], args[1])
			return nil
		},
		"require": s.require,
		"close": func(args ...string) error {
			return s.db.Write(s.Context(), func(tx *models.Tx) error {
				tx.Touch(newsroom.ArticleTag(s.ids[args[0]]))
				return tx.Query(s.Context()).Exec("UPDATE articles SET comment_status = 'closed' WHERE slug = ?", args[0]).Error
			})
		},
	}}
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// TestScripts runs every script in testdata, each on a fresh site, on both
// databases.
func TestScripts(t *testing.T) {
	t.Parallel()
	for name, open := range map[string]func(testing.TB, *modeltest.Clock) *models.DB{
		"sqlite": modeltest.SQLite, "postgres": modeltest.OnPostgres,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			webtest.Run(t, "testdata/*.txt", func(t *testing.T) webtest.Server {
				clock := modeltest.NewClock()
				s := newSite(t, open(t, clock), clock)
				s.fill()
				s.options.Mail = path.Base(t.Name()) == "digest" // all other scripts visit a site without mail
				return s.server()
			})
		})
	}
}

// readArticle is the command read SLUG N: N readers of an article, each with a repeat
// and a robot.
func (s *testSite) readArticle(args ...string) error {
	n, err := strconv.Atoi(args[1])
	s.check(err)
	counter := reads.NewCounter()
	tally := counter.Tally(s.ids[args[0]])
	for i := range 2 * n {
		tally.Read(netip.AddrFrom4([4]byte{10, 5, byte(i / 2), byte(i)}), s.clock.Now())
		tally.Add(reads.Robot)
	}
	return counter.Flush(s.Context(), s.db)
}

// noJobs is the command no-jobs KIND: it fails if jobs of a kind wait.
func (s *testSite) noJobs(args ...string) error {
	var n int
	_, err := models.QueryRow(s.Context(), s.db, []any{&n}, "SELECT COUNT(*) FROM jobs WHERE kind = ?", args[0])
	if err == nil && n > 0 {
		err = fmt.Errorf("%d jobs of the kind %s wait", n, args[0])
	}
	return err
}

// rankArticles is the command rank: the tasks that make the rankings of articles.
func (s *testSite) rankArticles(...string) error {
	return errors.Join(reads.Rank(s.Context(), s.db), heat.RankDay(s.Context(), s.db), heat.RankWeek(s.Context(), s.db))
}

// require is the command require CATEGORY CHECK…: what articles of a category must have.
func (s *testSite) require(args ...string) error {
	return s.db.Write(s.Context(), func(tx *models.Tx) error {
		tx.Touch(taxonomy.CategoriesTag)
		return models.Exec(s.Context(), tx, "UPDATE categories SET required = ? WHERE path = ?", strings.Join(args[1:], " "), args[0])
	})
}

package frontpreview_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"testing"
	"time"

	"broadsheet/models"
	"broadsheet/models/modeltest"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/drafts"
	"broadsheet/models/newsroom/front"
	"broadsheet/models/newsroom/frontplan"
	"broadsheet/models/newsroom/frontpreview"
	"broadsheet/models/newsroom/taxonomy"
	"broadsheet/models/newsroom/timetable"
	"broadsheet/models/richtext"
)

func TestMain(m *testing.M) { os.Exit(modeltest.Main(m)) }

var edith = models.Actor{UserID: new(int64(7)), Name: "Edith"}

// paper is a newsroom whose plans are drawn at random.
type paper struct {
	*testing.T
	db    *models.DB
	clock *modeltest.Clock
	rng   *rand.Rand
	live  []int64
}

func (p *paper) check(err error) {
	p.Helper()
	if err != nil {
		p.Fatal(err)
	}
}

func (p *paper) save(m newsroom.Manuscript) int64 {
	p.Helper()
	m.Format, m.Body = richtext.HTML, "<p>Text.</p>"
	m.Categories = []taxonomy.CategoryRef{{Path: fmt.Sprint("section", p.rng.IntN(3))}}
	a, _, err := newsroom.Save(p.Context(), p.db, edith, newsroom.AnyVersion, m)
	p.check(err)
	return a.ID
}

func (p *paper) site() *newsroom.Site {
	s, err := newsroom.LoadSite(p.Context(), p.db)
	p.check(err)
	return s
}

// soon returns a whole minute of the next two hours.
func (p *paper) soon() models.Time {
	return models.At(p.clock.Now().Add(time.Duration(1+p.rng.IntN(120)) * time.Minute))
}

// shown describes a front page and its breaking line, headlines included.
func shown(f *front.Page, line *frontplan.Line) string {
	var b strings.Builder
	list := func(name string, teasers []newsroom.Teaser) {
		b.WriteString(name + ":")
		for _, t := range teasers {
			fmt.Fprintf(&b, " %d %q", t.ID, t.Title)
		}
		b.WriteString("\n")
	}
	if f.Lead != nil {
		list("lead", []newsroom.Teaser{*f.Lead})
	}
	list("second", f.Second)
	list("latest", f.Latest)
	for _, block := range f.Blocks {
		list(block.Category.Path, block.Teasers)
	}
	if line != nil {
		b.WriteString("line: " + line.Text)
	}
	return b.String()
}

// served is the front page that readers get now.
func (p *paper) served() string {
	p.Helper()
	f, err := front.Load(p.Context(), p.db, p.site(), models.At(p.clock.Now()))
	p.check(err)
	plan, err := frontplan.Current(p.Context(), p.db)
	p.check(err)
	return shown(f, plan.LineAt(p.clock.Now()))
}

func (p *paper) preview(at time.Time) string {
	p.Helper()
	v, err := frontpreview.At(p.Context(), p.db, p.site(), at)
	p.check(err)
	return shown(v.Page, v.Line)
}

// fill makes articles, and plans for the next two hours of every kind.
func (p *paper) fill() {
	for i := range 16 {
		p.live = append(p.live, p.save(newsroom.Manuscript{
			Title: fmt.Sprint("Live ", i), Status: newsroom.Published, PublishedAt: p.clock.Now().Add(-time.Duration(i+1) * 5 * time.Hour),
		}))
	}
	for i := range 4 {
		id := p.save(newsroom.Manuscript{Title: fmt.Sprint("Scheduled ", i), Status: newsroom.Scheduled, PublishedAt: p.soon().Time})
		p.live = append(p.live, id)
	}
	for _, id := range p.live[:3] {
		p.check(timetable.Set(p.Context(), p.db, edith, timetable.Plan{ArticleID: id, Act: timetable.Withdraw, At: p.soon(), Note: "Wrong."}))
	}
	for _, id := range p.live[3:6] {
		d, err := drafts.Open(p.Context(), p.db, id)
		p.check(err)
		text := d.Text
		text.Title += ", as of later"
		stored, err := drafts.Save(p.Context(), p.db, edith, id, d.Number, text, nil)
		p.check(err)
		p.check(timetable.Set(p.Context(), p.db, edith, timetable.Plan{
			ArticleID: id, Act: timetable.Update, At: p.soon(), Number: stored.Number, Base: max(1, d.Number),
		}))
	}
	p.arrange()
}

// spot returns a place of the upper part or of a block.
func (p *paper) spot() frontplan.Spot {
	s := frontplan.Slot(p.rng.IntN(frontplan.Places))
	if all := p.site().Categories.NamedChildren(0); p.rng.IntN(2) == 0 {
		s.Section = all[p.rng.IntN(len(all))].ID
	}
	return s
}

func (p *paper) arrange() {
	_, err := frontplan.Set(p.Context(), p.db, edith, frontplan.AnyVersion, frontplan.Arrange,
		func(a *frontplan.Arrangement, now time.Time) error {
			set := map[frontplan.Spot]frontplan.Pin{}
			for range 2 * frontplan.Places {
				if p.rng.IntN(2) == 0 {
					set[p.spot()] = frontplan.Pin{Article: p.live[p.rng.IntN(len(p.live))]}
				}
			}
			a.SetPlaces(set, now)
			for range 3 {
				from := p.soon()
				a.Pins = append(a.Pins, frontplan.Pin{
					Spot: p.spot(), Article: p.live[p.rng.IntN(len(p.live))], From: from,
					Until: models.At(from.Add(time.Duration(1+p.rng.IntN(60)) * time.Minute)),
				})
			}
			if len(a.Lines) > 4 {
				a.Lines = nil
			}
			from := p.soon()
			return a.SetLine(frontplan.Line{
				Text: fmt.Sprint("Line of ", from), From: from, Until: models.At(from.Add(time.Duration(1+p.rng.IntN(60)) * time.Minute)),
			}, now)
		})
	p.check(err)
}

// TestAPreviewIsThePageOfThatMinute: each minute's page, seen before, is the page that is
// served when the clock gets there. Afterwards the past shows it again, but for headlines
// that have changed since.
func TestAPreviewIsThePageOfThatMinute(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		seed := uint64(time.Now().UnixNano())
		t.Logf("seed %d", seed)
		p := &paper{T: t, db: db, clock: clock, rng: rand.New(rand.NewPCG(seed, 3))}
		p.fill()
		before := p.served()
		foreseen := map[time.Time]string{}
		for minute := 7; minute <= 126; minute += 7 {
			at := clock.Now().Add(time.Duration(minute) * time.Minute)
			foreseen[at] = p.preview(at)
		}
		if now := p.served(); now != before {
			t.Fatalf("a preview has changed the page:\n%s\nwas\n%s", now, before)
		}
		distinct := map[string]bool{}
		seen := map[time.Time]string{clock.Now(): before}
		for range 18 {
			clock.Advance(7 * time.Minute)
			if _, err := timetable.Run(t.Context(), db); err != nil {
				t.Fatal(err)
			}
			got := p.served()
			if want := foreseen[clock.Now()]; got != want {
				t.Fatalf("at %v\n%s\nwas foreseen as\n%s", clock.Now(), got, want)
			}
			distinct[got], seen[clock.Now()] = true, got
		}
		if len(distinct) < 5 {
			t.Errorf("only %d different pages: the test sees nothing", len(distinct))
		}
		plain := strings.NewReplacer(", as of later", "")
		for at, page := range seen {
			if got := p.preview(at); plain.Replace(got) != plain.Replace(page) {
				t.Errorf("the page of %v\n%s\nis shown afterwards as\n%s", at, page, got)
			}
		}
	})
}

func TestFarTimesAreRefused(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		p := &paper{T: t, db: db, clock: clock}
		for _, away := range []time.Duration{-frontpreview.MaxBack - time.Second, frontpreview.MaxAhead + time.Second} {
			if _, err := frontpreview.At(t.Context(), db, p.site(), clock.Now().Add(away)); models.KindOf(err) != models.Invalid {
				t.Errorf("%v away: %v", away, err)
			}
		}
		for _, away := range []time.Duration{-frontpreview.MaxBack, frontpreview.MaxAhead} {
			if _, err := frontpreview.At(t.Context(), db, p.site(), clock.Now().Add(away)); err != nil {
				t.Errorf("%v away: %v", away, err)
			}
		}
	})
}

package front_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"broadsheet/models"
	"broadsheet/models/modeltest"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/front"
	"broadsheet/models/newsroom/frontplan"
	"broadsheet/models/newsroom/pictures"
)

// facts are the oracle's knowledge of an article: it uses no query of the program.
type facts struct {
	id       int64
	at       time.Time
	pictured bool
	public   bool
	category int
}

// oracle says which articles stand on the lead, in the second rank and in the latest list.
type oracle struct {
	articles []*facts
	pins     []frontplan.Pin
}

// top returns the articles of the upper part, for a site with fewer articles than the
// pool holds.
func (o *oracle) top(now time.Time) (lead int64, second, latest []int64) {
	public := map[int64]*facts{}
	var newest []*facts
	for _, a := range o.articles {
		if a.public {
			public[a.id] = a
			newest = append(newest, a)
		}
	}
	slices.SortFunc(newest, func(a, b *facts) int {
		if a.at.Equal(b.at) {
			return int(b.id - a.id)
		}
		return b.at.Compare(a.at)
	})
	used := map[int64]bool{}
	held := map[int]int64{}
	for place := range frontplan.Places {
		began := time.Time{}
		for _, p := range o.pins {
			begun := p.From.IsZero() || !now.Before(p.From.Time)
			over := !p.Until.IsZero() && !now.Before(p.Until.Time)
			if p.Place == place && begun && !over && public[p.Article] != nil && !used[p.Article] && !p.From.Before(began) {
				held[place], began = p.Article, p.From.Time
			}
		}
		used[held[place]] = true
	}
	pick := func(pictured bool) int64 {
		for _, a := range newest {
			if !used[a.id] && (a.pictured || !pictured) {
				used[a.id] = true
				return a.id
			}
		}
		return 0
	}
	next := func() int64 {
		if id := pick(true); id != 0 {
			return id
		}
		return pick(false)
	}
	if lead = held[0]; lead == 0 {
		lead = next()
	}
	left, free := 0, 0
	for _, a := range newest {
		if !used[a.id] {
			left++
		}
	}
	for place := 1; place < frontplan.Places; place++ {
		if held[place] == 0 {
			free++
		}
	}
	if left > free && left < free+3 { // three stay for the latest list
		free = max(0, min(free, left-3))
	}
	for place := 1; place < frontplan.Places; place++ {
		id := held[place]
		if id == 0 && free > 0 {
			id, free = next(), free-1
		}
		if id != 0 {
			second = append(second, id)
		}
	}
	if lead == 0 && len(second) > 0 {
		lead, second = second[0], second[1:]
	}
	for range 8 {
		if id := pick(false); id != 0 {
			latest = append(latest, id)
		}
	}
	return lead, second, latest
}

func ids(teasers []newsroom.Teaser) (list []int64) {
	for _, t := range teasers {
		list = append(list, t.ID)
	}
	return list
}

// TestPinsAgainstAnOracle takes random steps: pins with times, withdrawals, articles that
// come back, and time that passes. After each step the front page has what the oracle
// says, and no article twice.
func TestPinsAgainstAnOracle(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		seed := uint64(time.Now().UnixNano())
		t.Logf("seed %d", seed)
		rng := rand.New(rand.NewPCG(seed, 1))
		o := fillForOracle(t, db, clock, rng)
		for step := range 60 {
			switch rng.IntN(4) {
			case 0:
				a := o.articles[rng.IntN(len(o.articles))]
				to := newsroom.Withdrawn
				if !a.public {
					to = newsroom.Published
				}
				a.public = !a.public
				change(t, db, func(tx *models.Tx) error {
					return newsroom.MoveStatus(t.Context(), tx, models.ActorCommand, a.id, to, "", nil)
				})
			case 1:
				clock.Advance(time.Duration(rng.IntN(40)) * time.Minute)
			default:
				o.pin(t, db, clock, rng)
			}
			o.compare(t, db, clock, step)
		}
	})
}

func fillForOracle(t *testing.T, db *models.DB, clock *modeltest.Clock, rng *rand.Rand) *oracle {
	t.Helper()
	o := &oracle{}
	picture := savePicture(t, db)
	for i := range 5 + rng.IntN(14) {
		a := &facts{at: clock.Now().Add(-time.Duration(i*i) * time.Hour), pictured: rng.IntN(2) == 0, public: true, category: rng.IntN(3)}
		m := newsroom.Manuscript{
			Title: fmt.Sprint("Article ", i), Body: "Text.", PublishedAt: a.at, Categories: category(fmt.Sprint("s", a.category)),
		}
		if a.pictured {
			m.PictureID = &picture
		}
		a.id = save(t, db, m).ID
		o.articles = append(o.articles, a)
	}
	return o
}

// pin sets some places at random, now or later, with an end or without one.
func (o *oracle) pin(t *testing.T, db *models.DB, clock *modeltest.Clock, rng *rand.Rand) {
	t.Helper()
	set := map[int]frontplan.Pin{}
	for place := range frontplan.Places {
		if rng.IntN(3) > 0 {
			continue
		}
		p := frontplan.Pin{}
		if rng.IntN(4) > 0 {
			p.Article = o.articles[rng.IntN(len(o.articles))].id
			if rng.IntN(3) == 0 {
				p.From = models.At(clock.Now().Add(time.Duration(rng.IntN(60)) * time.Minute))
			}
			if rng.IntN(2) == 0 {
				p.Until = models.At(clock.Now().Add(time.Duration(60+rng.IntN(90)) * time.Minute))
			}
		}
		set[place] = p
	}
	v, err := frontplan.Set(t.Context(), db, models.ActorCommand, frontplan.AnyVersion, frontplan.Arrange,
		func(a *frontplan.Arrangement, now time.Time) error {
			if len(a.Pins) > 20 {
				a.Pins = nil
			}
			a.SetPlaces(set, now)
			return nil
		})
	if err != nil {
		t.Fatal(err)
	}
	o.pins = v.Pins
}

func (o *oracle) compare(t *testing.T, db *models.DB, clock *modeltest.Clock, step int) {
	t.Helper()
	f := load(t, db, clock)
	lead, second, latest := o.top(clock.Now())
	var got int64
	if f.Lead != nil {
		got = f.Lead.ID
	}
	if got != lead || !slices.Equal(ids(f.Second), second) || !slices.Equal(ids(f.Latest), latest) {
		t.Fatalf("step %d: lead %d, second %v, latest %v; want %d, %v, %v of pins %+v",
			step, got, ids(f.Second), ids(f.Latest), lead, second, latest, o.pins)
	}
	all := append(append([]int64{got}, ids(f.Second)...), ids(f.Latest)...)
	for _, b := range f.Blocks {
		all = append(all, ids(b.Teasers)...)
	}
	slices.Sort(all)
	if len(slices.Compact(slices.Clone(all))) != len(all) {
		t.Fatalf("step %d: an article is twice on the page: %v", step, all)
	}
}

// TestAPinnedArticleIsNowhereElse: pins win wherever they stand, also an old article that
// is in no list of the page.
func TestAPinnedArticleIsNowhereElse(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		var newest []int64
		for i := range 60 {
			newest = append(newest, save(t, db, newsroom.Manuscript{
				Title: fmt.Sprint("Article ", i), Body: "Text.", PublishedAt: clock.Now().Add(-time.Duration(i) * time.Hour), Categories: category("s"),
			}).ID)
		}
		set := map[int]frontplan.Pin{0: {Article: newest[59]}, 3: {Article: newest[0]}, 4: {Article: newest[20]}}
		_, err := frontplan.Set(t.Context(), db, models.ActorCommand, 0, frontplan.Arrange, func(a *frontplan.Arrangement, now time.Time) error {
			a.SetPlaces(set, now)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		f := load(t, db, clock)
		if f.Lead.ID != newest[59] || !slices.Equal(ids(f.Second), []int64{newest[1], newest[2], newest[0], newest[20]}) || f.Latest[0].ID != newest[3] {
			t.Errorf("lead %d, second %v, latest %v", f.Lead.ID, ids(f.Second), ids(f.Latest))
		}
		if f.Pinned != [frontplan.Places]int64{newest[59], 0, 0, newest[0], newest[20]} {
			t.Errorf("pinned %v", f.Pinned)
		}
		pinned, err := front.Pinned(t.Context(), db, models.At(clock.Now()))
		if err != nil || !slices.Equal(pinned, []int64{newest[59], newest[0], newest[20]}) {
			t.Errorf("pinned %v, %v", pinned, err)
		}
	})
}

func savePicture(t *testing.T, db *models.DB) (id int64) {
	t.Helper()
	change(t, db, func(tx *models.Tx) error {
		p, err := pictures.Add(t.Context(), tx, pictures.Picture{Key: "picture", Format: "jpeg", Width: 800, Height: 600, Alt: "A picture"})
		if err == nil {
			id = p.ID
		}
		return err
	})
	return id
}

package front_test

import (
	"fmt"
	"maps"
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
	"broadsheet/models/newsroom/taxonomy"
)

// facts are the oracle's knowledge of an article: it uses no query of the program.
type facts struct {
	id       int64
	at       time.Time
	pictured bool
	public   bool
	category int
}

// oracle says which articles stand on the lead, in the second rank, in the latest list and in
// the blocks.
type oracle struct {
	articles []*facts
	pins     []frontplan.Pin
	sections []int64 // the categories of the facts
}

// wanted is the front page that the oracle says.
type wanted struct {
	lead           int64
	second, latest []int64
	blocks         map[int64][]int64 // by section
}

// spots are all places of the page, from the top.
func (o *oracle) spots() (list []frontplan.Spot) {
	for _, section := range append([]int64{0}, o.sections...) {
		for place := range 5 {
			list = append(list, frontplan.Spot{Section: section, Place: place})
		}
	}
	return list
}

// page returns the front page of a site with fewer articles than the pool holds.
func (o *oracle) page(now time.Time) (w wanted) {
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
	held := map[frontplan.Spot]int64{}
	for _, spot := range o.spots() {
		began := time.Time{}
		for _, p := range o.pins {
			begun := p.From.IsZero() || !now.Before(p.From.Time)
			over := !p.Until.IsZero() && !now.Before(p.Until.Time)
			if p.Spot == spot && begun && !over && public[p.Article] != nil && !used[p.Article] && !p.From.Before(began) {
				held[spot], began = p.Article, p.From.Time
			}
		}
		used[held[spot]] = true
	}
	o.top(&w, newest, used, held)
	w.blocks = map[int64][]int64{}
	for i, section := range o.sections {
		if block := o.block(i, newest, public, used, held); len(block) > 0 {
			w.blocks[section] = block
		}
	}
	return w
}

// block returns the articles of a section's block.
func (o *oracle) block(category int, newest []*facts, public map[int64]*facts, used map[int64]bool, held map[frontplan.Spot]int64) (block []int64) {
	var filled []int // places of the block that are not pinned
	for place := range 5 {
		id := held[frontplan.Spot{Section: o.sections[category], Place: place}]
		for _, a := range newest {
			if id == 0 && a.category == category && !used[a.id] {
				id, used[a.id] = a.id, true
				filled = append(filled, len(block))
			}
		}
		if id != 0 {
			block = append(block, id)
		}
	}
	if len(filled) == 0 || filled[0] != 0 {
		return block
	}
	for _, i := range filled {
		if public[block[i]].pictured && public[block[0]].at.Sub(public[block[i]].at) <= 7*24*time.Hour {
			first := []int64{block[i]}
			for _, j := range filled {
				if j != i {
					first = append(first, block[j])
				}
			}
			for n, j := range filled {
				block[j] = first[n]
			}
			break
		}
	}
	return block
}

// top fills the upper part.
func (o *oracle) top(w *wanted, newest []*facts, used map[int64]bool, held map[frontplan.Spot]int64) {
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
	lead := held[frontplan.Slot(0)]
	if lead == 0 {
		lead = next()
	}
	left, free := 0, 0
	for _, a := range newest {
		if !used[a.id] {
			left++
		}
	}
	for place := 1; place < frontplan.Places; place++ {
		if held[frontplan.Slot(place)] == 0 {
			free++
		}
	}
	if left > free && left < free+3 { // three stay for the latest list
		free = max(0, min(free, left-3))
	}
	for place := 1; place < frontplan.Places; place++ {
		id := held[frontplan.Slot(place)]
		if id == 0 && free > 0 {
			id, free = next(), free-1
		}
		if id != 0 {
			w.second = append(w.second, id)
		}
	}
	if lead == 0 && len(w.second) > 0 {
		lead, w.second = w.second[0], w.second[1:]
	}
	w.lead = lead
	for range 8 {
		if id := pick(false); id != 0 {
			w.latest = append(w.latest, id)
		}
	}
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
	for i := range 3 { // a category may have no article of its own
		if s := site(t, db).Categories.ByPath(fmt.Sprint("s", i)); s != nil {
			o.sections = append(o.sections, s.ID)
		} else {
			change(t, db, func(tx *models.Tx) error {
				made, err := taxonomy.EnsureCategory(t.Context(), tx, fmt.Sprint("s", i), fmt.Sprint("s", i))
				if err == nil {
					o.sections = append(o.sections, made.ID)
				}
				return err
			})
		}
	}
	return o
}

// pin sets some places at random, now or later, with an end or without one.
func (o *oracle) pin(t *testing.T, db *models.DB, clock *modeltest.Clock, rng *rand.Rand) {
	t.Helper()
	set := map[frontplan.Spot]frontplan.Pin{}
	for _, spot := range o.spots() {
		if rng.IntN(4) > 0 {
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
		set[spot] = p
	}
	v, err := frontplan.Set(t.Context(), db, models.ActorCommand, frontplan.AnyVersion, frontplan.Arrange,
		func(a *frontplan.Arrangement, now time.Time) error {
			if len(a.Pins) > 30 {
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
	w := o.page(clock.Now())
	var got int64
	if f.Lead != nil {
		got = f.Lead.ID
	}
	blocks := map[int64][]int64{}
	for _, b := range f.Blocks {
		blocks[b.Category.ID] = ids(b.Teasers)
	}
	if got != w.lead || !slices.Equal(ids(f.Second), w.second) || !slices.Equal(ids(f.Latest), w.latest) {
		t.Fatalf("step %d: lead %d, second %v, latest %v; want %+v of pins %+v", step, got, ids(f.Second), ids(f.Latest), w, o.pins)
	}
	if !maps.EqualFunc(blocks, w.blocks, slices.Equal[[]int64]) {
		t.Fatalf("step %d: blocks %v, want %v of pins %+v", step, blocks, w.blocks, o.pins)
	}
	all := append(append([]int64{got}, ids(f.Second)...), ids(f.Latest)...)
	for _, block := range blocks {
		all = append(all, block...)
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
		set := map[frontplan.Spot]frontplan.Pin{
			frontplan.Slot(0): {Article: newest[59]}, frontplan.Slot(3): {Article: newest[0]}, frontplan.Slot(4): {Article: newest[20]},
		}
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
		if !maps.Equal(f.Pinned, map[frontplan.Spot]int64{
			frontplan.Slot(0): newest[59], frontplan.Slot(3): newest[0], frontplan.Slot(4): newest[20],
		}) {
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

// TestAPinnedBlockStaysAmongManySections: the program chooses blocks by fresh stories, and does
// not choose away a block that an editor has arranged. A pin of a block that is not on the page
// holds its story back from nothing.
func TestAPinnedBlockStaysAmongManySections(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		fillCategories(t, db, clock)
		s := site(t, db)
		f := load(t, db, clock)
		old, fresh := s.Categories.ByPath("old0"), f.Latest[0].ID
		if slices.Contains(blockPaths(f), "old0") || slices.Contains(paths(f.Sections), "old0") {
			t.Fatalf("blocks %v", blockPaths(f))
		}
		set := func(spot frontplan.Spot, article int64) {
			change(t, db, func(tx *models.Tx) error {
				_, err := frontplan.Change(t.Context(), tx, models.ActorCommand, frontplan.AnyVersion, frontplan.Arrange,
					func(a *frontplan.Arrangement, now time.Time) error {
						a.Pins = nil
						a.SetPlaces(map[frontplan.Spot]frontplan.Pin{spot: {Article: article}}, now)
						return nil
					})
				return err
			})
		}
		set(frontplan.Spot{Section: old.ID, Place: 1}, fresh)
		f = load(t, db, clock)
		i := slices.Index(blockPaths(f), "old0")
		if len(f.Blocks) != 12 || i < 0 || f.Blocks[i].Teasers[1].ID != fresh || !slices.Contains(paths(f.Sections), "old0") {
			t.Errorf("blocks %v", blockPaths(f))
		}
		if slices.Contains(ids(f.Latest), fresh) {
			t.Error("the pinned article is twice on the page")
		}

		// The setting leaves the section out.
		if err := setCategories(t, db, "front.sections", "s29,s28"); err != nil {
			t.Fatal(err)
		}
		f = load(t, db, clock)
		if !slices.Equal(blockPaths(f), []string{"s29", "s28"}) || !slices.Contains(ids(f.Latest), fresh) || f.Sections[2].ID != old.ID {
			t.Errorf("blocks %v, latest %v", blockPaths(f), ids(f.Latest))
		}
	})
}

// TestAllStoriesInOneBlock pins all stories of a small site in one block. The front page then
// has no lead.
func TestAllStoriesInOneBlock(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		a := save(t, db, newsroom.Manuscript{Title: "The only one", Body: "Text.", Categories: category("s")})
		change(t, db, func(tx *models.Tx) error {
			_, err := frontplan.Change(t.Context(), tx, models.ActorCommand, frontplan.AnyVersion, frontplan.Arrange,
				func(p *frontplan.Arrangement, now time.Time) error {
					p.Place(frontplan.Spot{Section: *a.MainCategoryID, Place: 3}, a.ID, models.Time{}, now)
					return nil
				})
			return err
		})
		f := load(t, db, clock)
		if f.Lead != nil || len(f.Blocks) != 1 || f.Blocks[0].Teasers[0].ID != a.ID || !slices.Equal(f.Blocks[0].Places, []int{3}) {
			t.Errorf("lead %v, blocks %+v", f.Lead, f.Blocks)
		}
	})
}

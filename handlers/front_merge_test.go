package handlers

import (
	"fmt"
	"math/rand/v2"
	"net/url"
	"slices"
	"strconv"
	"testing"
	"time"

	"broadsheet/models"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/frontplan"
)

// mergeCase draws front pages and forms at random.
type mergeCase struct {
	*testing.T
	rng  *rand.Rand
	site *newsroom.Site
	now  time.Time
}

func (m *mergeCase) spot() frontplan.Spot {
	return frontplan.Spot{Section: int64(m.rng.IntN(3)), Place: m.rng.IntN(3)}
}

func (m *mergeCase) later() models.Time {
	return models.At(m.now.Add(time.Duration(1+m.rng.IntN(40)) * time.Minute))
}

// edit changes some places, timed changes and the line of an arrangement.
func (m *mergeCase) edit(v frontplan.Version) *frontplan.Version {
	v.Number++
	v.Pins, v.Lines = slices.Clone(v.Pins), slices.Clone(v.Lines)
	for range m.rng.IntN(3) {
		p := frontplan.Pin{Article: int64(m.rng.IntN(6))}
		if m.rng.IntN(2) == 0 {
			p.Until = m.later()
		}
		v.SetPlaces(map[frontplan.Spot]frontplan.Pin{m.spot(): p}, m.now)
	}
	for range m.rng.IntN(3) {
		others := v.Others(m.now)
		if len(others) > 0 && m.rng.IntN(2) == 0 {
			gone := others[m.rng.IntN(len(others))]
			v.Pins = slices.DeleteFunc(v.Pins, func(p frontplan.Pin) bool { return p == gone })
		}
		if m.rng.IntN(3) > 0 {
			if p := (frontplan.Pin{Spot: m.spot(), Article: 1 + m.rng.Int64N(5), From: m.later()}); !slices.Contains(v.Pins, p) {
				v.Pins = append(v.Pins, p)
			}
		}
	}
	switch m.rng.IntN(3) {
	case 0:
		v.EndLine(m.now)
	case 1:
		l := frontplan.Line{
			Text: fmt.Sprint("Line ", m.rng.IntN(3)), Link: []string{"", "/a/", "/b/"}[m.rng.IntN(3)],
			Level: frontplan.Levels[m.rng.IntN(3)], Until: m.later(),
		}
		if err := v.SetLine(l, m.now); err != nil {
			m.Fatal(err)
		}
	}
	return &v
}

// form returns the form that began with base, after the changes of an editor. A browser sends
// the fields of all places.
func (m *mergeCase) form(base, mine *frontplan.Version) *frontForm {
	values := storedFront(m.site, mine, m.now)
	values.Set("version", strconv.FormatInt(base.Number, 10))
	for section := range int64(3) {
		for place := range 5 {
			story, _, until, i := placeFields(frontplan.Spot{Section: section, Place: place})
			setAt(values, story, i, valueAt(values, story, i))
			setAt(values, until, i, valueAt(values, until, i))
		}
	}
	for name, value := range map[string]string{"plan_place": "0", "plan_article": "", "plan_from": "", "plan_until": ""} { // the empty row
		values.Add(name, value)
	}
	f := &frontForm{storyForm: storyForm{Values: values, site: m.site}}
	f.begin(base, m.now)
	return f
}

// TestMergesOfTheFrontPageLoseNothing draws a version and the changes of two editors. Of every
// place, row and field, the merged form has the change of the only one who changed it; it has
// mine and asks where both have changed it in different ways, and nothing else is asked.
func TestMergesOfTheFrontPageLoseNothing(t *testing.T) {
	t.Parallel()
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	m := &mergeCase{T: t, rng: rand.New(rand.NewPCG(seed, 5)), site: &newsroom.Site{}, now: time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)}
	m.site.TimeZone = time.UTC
	asked := 0
	for range 4000 {
		base := m.edit(*m.edit(frontplan.Version{}))
		mine, theirs := m.edit(*base), m.edit(*base)
		f := m.form(base, mine)
		f.version = theirs
		sent := f.Values
		f.rebase(m.now)
		asks := f.asks(m.now)
		asked += len(asks)
		m.comparePlaces(f, sent, storedFront(m.site, base, m.now), asks)
		m.comparePlans(f, mine, base, theirs, asks)
		m.compareLine(f, sent, storedFront(m.site, base, m.now), asks)
		if t.Failed() {
			t.Fatalf("base %+v\nmine %+v\ntheirs %+v\nmerged %v\nasks %v", base.Arrangement, mine.Arrangement, theirs.Arrangement, f.Values, asks)
		}
	}
	if asked < 1000 {
		t.Errorf("only %d questions: the test sees nothing", asked)
	}
}

func (m *mergeCase) comparePlaces(f *frontForm, mine, base url.Values, asks map[string]bool) {
	for _, spot := range sentSpots(mine) {
		story, _, _, _ := placeFields(spot)
		changed, theirs := !samePlace(mine, base, spot), !samePlace(f.stored, base, spot)
		want := f.stored
		if changed {
			want = mine
		}
		if !samePlace(f.Values, want, spot) {
			m.Errorf("%s is not that of the editor who changed it", placeID(story, spot))
		}
		if both := changed && theirs && !samePlace(mine, f.stored, spot); asks[placeID(story, spot)] != both {
			m.Errorf("%s is asked: %v, want %v", placeID(story, spot), !both, both)
		}
	}
}

// comparePlans goes by sets of rows, in another way than the merge.
func (m *mergeCase) comparePlans(f *frontForm, mine, base, theirs *frontplan.Version, asks map[string]bool) {
	rows := func(v *frontplan.Version) []planRow { return planRows(storedFront(m.site, v, m.now)) }
	was, my, their, merged := rows(base), rows(mine), rows(theirs), planRows(f.Values)
	for _, r := range my {
		if !slices.Contains(was, r) && !slices.Contains(merged, r) {
			m.Errorf("my row %v is lost", r)
		}
	}
	for i, r := range their {
		if !slices.Contains(was, r) && !slices.Contains(merged, r) && !asks[idOf("plan_article", i)] {
			m.Errorf("the colleague's row %v is lost, and it is not asked about", r)
		}
	}
	for _, r := range merged {
		if r.article != "" && slices.Contains(was, r) && (!slices.Contains(my, r) || !slices.Contains(their, r)) {
			m.Errorf("row %v was removed and is back", r)
		}
	}
}

func (m *mergeCase) compareLine(f *frontForm, mine, base url.Values, asks map[string]bool) {
	differs := func(a, b url.Values) bool {
		return slices.ContainsFunc(lineFields, func(name string) bool { return lineValue(a, name) != lineValue(b, name) })
	}
	changed, theirs := differs(mine, base), differs(f.stored, base)
	asking := slices.ContainsFunc(lineFields, func(name string) bool { return asks[name] })
	switch {
	case !changed && (differs(f.Values, f.stored) || asking):
		m.Error("the line of the only editor who changed it is not in the form")
	case changed && !theirs && (differs(f.Values, mine) || asking):
		m.Error("my line is not in the form")
	case !asking && changed && theirs:
		for _, name := range lineFields {
			own := lineValue(mine, name) != lineValue(base, name)
			if own && lineValue(f.Values, name) != lineValue(mine, name) {
				m.Errorf("my %s is lost, and nothing is asked", name)
			}
			if !own && lineValue(f.Values, name) != lineValue(f.stored, name) && lineValue(f.stored, "breaking") != "" {
				m.Errorf("the colleague's %s is lost, and nothing is asked", name)
			}
		}
	}
}

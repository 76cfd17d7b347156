package frontplan_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"broadsheet/models"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/frontplan"
	"broadsheet/models/newsroom/taxonomy"
)

func (d *desk) section(path string) (id int64) {
	d.Helper()
	d.check(d.db.Write(d.Context(), func(tx *models.Tx) error {
		c, err := taxonomy.EnsureCategory(d.Context(), tx, path, path)
		if err == nil {
			id = c.ID
		}
		return err
	}))
	return id
}

func block(section int64, place int) frontplan.Spot {
	return frontplan.Spot{Section: section, Place: place}
}

// TestPinsLeaveASectionThatIsRemoved: they move to the section that takes its place, or go,
// and an earlier version comes back without them.
func TestPinsLeaveASectionThatIsRemoved(t *testing.T) {
	each(t, func(d *desk) {
		one, two, three := d.article("One"), d.article("Two"), d.article("Three")
		world, sport := d.section("world"), d.section("sport")
		later := models.At(d.db.Now().Add(time.Hour))
		v, err := d.set(0, func(a *frontplan.Arrangement, now time.Time) error {
			a.SetPlaces(map[frontplan.Spot]frontplan.Pin{
				block(world, 0): {Article: one}, block(world, 1): {Article: two}, block(sport, 1): {Article: three}, frontplan.Slot(0): {Article: two},
			}, now)
			a.Pins = append(a.Pins, frontplan.Pin{Spot: block(world, 4), Article: three, From: later})
			return nil
		})
		d.check(err)
		if !slices.Equal(v.Sections(), []int64{world, sport}) {
			t.Errorf("sections %v", v.Sections())
		}
		leave := func(from, into int64) {
			t.Helper()
			d.check(d.db.Write(d.Context(), func(tx *models.Tx) error {
				if err := frontplan.LeaveSection(d.Context(), tx, edith, from, into); err != nil {
					return err
				}
				return tx.Query(d.Context()).Exec("DELETE FROM categories WHERE id = ?", from).Error
			}))
		}
		held := func(spot frontplan.Spot, at models.Time) int64 {
			if p := d.current().Holder(spot, at.Time); p != nil {
				return p.Article
			}
			return 0
		}
		leave(world, sport)
		now := models.At(d.db.Now())
		if held(block(sport, 0), now) != one || held(block(sport, 1), now) != three || held(block(sport, 4), later) != three || held(frontplan.Slot(0), now) != two {
			t.Errorf("after the merge: %+v", d.current().Pins)
		}
		if v := d.current(); v.Act != frontplan.Section || !slices.Equal(v.Sections(), []int64{sport}) {
			t.Errorf("after the merge: %+v", v)
		}
		back, err := frontplan.Return(d.Context(), d.db, edith, 2, 1, frontplan.Restore)
		if err != nil || !slices.Equal(back.Sections(), []int64{sport}) || back.Holder(frontplan.Slot(0), d.db.Now()).Article != two {
			t.Errorf("the earlier version: %+v, %v", back, err)
		}
		leave(sport, 0)
		if v := d.current(); len(v.Sections()) != 0 || v.Holder(frontplan.Slot(0), d.db.Now()) == nil {
			t.Errorf("after the removal: %+v", v.Pins)
		}
	})
}

// TestPlacesThatDoNotExistAreRefused: no such section, and no such place of a block.
func TestPlacesThatDoNotExistAreRefused(t *testing.T) {
	each(t, func(d *desk) {
		one, world := d.article("One"), d.section("world")
		for spot, field := range map[frontplan.Spot]string{
			block(4711, 0): "block_4711-1", block(world, frontplan.BlockPlaces): "block_", {Place: frontplan.Places}: "slot-5", {Place: -1}: "lead",
		} {
			_, err := d.set(frontplan.AnyVersion, func(a *frontplan.Arrangement, _ time.Time) error {
				a.Pins = append(a.Pins, frontplan.Pin{Spot: spot, Article: one})
				return nil
			})
			if models.KindOf(err) != models.Invalid || !strings.Contains(err.Error(), field) || !strings.Contains(err.Error(), "no-place") {
				t.Errorf("%+v: %v", spot, err)
			}
		}
	})
}

// TestPinsOfOlderVersionsAreOfTheUpperPart reads stored pins without a section: they stay pins of
// the lead and the slots.
func TestPinsOfOlderVersionsAreOfTheUpperPart(t *testing.T) {
	t.Parallel()
	var a frontplan.Arrangement
	if err := json.Unmarshal([]byte(`{"pins":[{"place":2,"article":7}]}`), &a); err != nil || a.Pins[0].Spot != frontplan.Slot(2) {
		t.Errorf("%+v, %v", a, err)
	}
	text, err := json.Marshal(frontplan.Pin{Spot: frontplan.Slot(2), Article: 7})
	if err != nil || string(text) != `{"place":2,"article":7}` {
		t.Errorf("%s, %v", text, err)
	}
}

// TestSectionsOfferTheirNewestStories, each at most as many as asked for.
func TestSectionsOfferTheirNewestStories(t *testing.T) {
	each(t, func(d *desk) {
		save := func(section string, age time.Duration) int64 {
			a, _, err := newsroom.Save(d.Context(), d.db, edith, newsroom.AnyVersion, newsroom.Manuscript{
				Title: section, Body: "Text.", Categories: []taxonomy.CategoryRef{{Path: section}}, PublishedAt: d.db.Now().Add(-age),
			})
			d.check(err)
			return a.ID
		}
		save("world", 3*time.Hour)
		second, first, match := save("world", 2*time.Hour), save("world", time.Hour), save("sport", time.Minute)
		world, sport := d.section("world"), d.section("sport")
		by, err := frontplan.OfSections(d.Context(), d.db, []int64{world, sport}, 2)
		d.check(err)
		if len(by[world]) != 2 || by[world][0].ID != first || by[world][1].ID != second || len(by[sport]) != 1 || by[sport][0].ID != match {
			t.Errorf("offered %+v", by)
		}
	})
}

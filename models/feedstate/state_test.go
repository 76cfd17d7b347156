package feedstate_test

import (
	"os"
	"slices"
	"testing"
	"time"

	"broadsheet/models"
	"broadsheet/models/feedstate"
	"broadsheet/models/modeltest"
	"broadsheet/models/settings"
)

func TestMain(m *testing.M) { os.Exit(modeltest.Main(m)) }

func TestRowsMatchTheirTables(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, _ *modeltest.Clock) {
		modeltest.MatchTables(t, db, feedstate.RowTypes...)
	})
}

func record(t *testing.T, db *models.DB, name string, c feedstate.Content, told bool) *feedstate.Feed {
	t.Helper()
	f, err := feedstate.Record(t.Context(), db, name, c, told)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// The id of a site's feeds stays.
func TestTheSiteHasOneID(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, _ *modeltest.Clock) {
		id, err := feedstate.ID(t.Context(), db)
		again, _ := feedstate.ID(t.Context(), db)
		if err != nil || len(id) != 32 || again != id {
			t.Errorf("%q, then %q (%v)", id, again, err)
		}
	})
}

// The time of a change is the newest instant of the content where that moves the time
// forward. Otherwise it is the last write. It never goes back and is never ahead.
func TestTheTimeOfAChange(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		write := func() time.Time {
			clock.Advance(time.Hour)
			if err := db.Write(t.Context(), func(tx *models.Tx) error {
				return settings.Set(t.Context(), tx, "site.name", clock.Now().String())
			}); err != nil {
				t.Fatal(err)
			}
			return clock.Now()
		}
		newest := clock.Now().Add(-time.Hour)
		expect := func(step, digest string, newest, want time.Time) {
			t.Helper()
			clock.Advance(time.Minute)
			f := record(t, db, "stories", feedstate.Content{Digest: digest, Newest: newest}, true)
			if !f.ChangedAt.Equal(want) || f.Digest != digest {
				t.Errorf("%s: %s changed at %v, want %v", step, f.Digest, f.ChangedAt, want)
			}
			if stored, err := feedstate.Load(t.Context(), db, "stories"); err != nil || !stored.ChangedAt.Equal(want) {
				t.Errorf("%s: %v is stored (%v), want %v", step, stored, err, want)
			}
		}
		expect("the first", "a", newest, newest)
		expect("the same", "a", newest, newest)
		removed := write()
		expect("an item is removed", "b", newest.Add(-time.Hour), removed)
		expect("an old item comes back", "a", newest, clock.Now().Add(time.Minute))
		write()
		added := clock.Now().Add(time.Second)
		expect("an item is added", "c", added, added)
		last := write()
		expect("an instant ahead of now", "d", clock.Now().Add(time.Hour), last)
	})
}

// Another feed at an address, whether it has a state already or not, never has an older
// time than the one before it. Feeds without an address do not touch each other.
func TestTheTimeAtAnAddressNeverGoesBack(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		hours := func(n int) time.Time { return clock.Now().Add(time.Duration(n) * time.Hour) }
		at := func(name, digest, address string, newest time.Time) time.Time {
			t.Helper()
			return record(t, db, name, feedstate.Content{Digest: digest, Newest: newest, Address: address}, true).ChangedAt.Time
		}
		first := at("tag:1", "a", "/tag/x/", hours(-1))
		if other := at("tag:2", "b", "/tag/y/", hours(-9)); !other.Equal(hours(-9)) {
			t.Errorf("a feed of its own changed at %v", other)
		}
		clock.Advance(time.Minute)
		taken := at("tag:2", "c", "/tag/x/", hours(-8))
		if !taken.After(first) {
			t.Errorf("the address changed at %v, then at %v", first, taken)
		}
		clock.Advance(time.Minute)
		if third := at("tag:3", "d", "/tag/x/", hours(-100)); !third.After(taken) {
			t.Errorf("the address changed at %v, then at %v", taken, third)
		}
		if left := at("tag:1", "e", "", hours(-7)); !left.After(first) {
			t.Errorf("the feed changed at %v, then at %v", first, left)
		}
		if search := at("search:1", "f", "", hours(-200)); !search.Equal(hours(-200)) {
			t.Errorf("a feed without an address changed at %v", search)
		}
	})
}

// The hub is not told of a feed that is seen for the first time, unless that is news.
func TestWhatTheHubKnows(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, _ *modeltest.Clock) {
		untold := func() (names []string) {
			t.Helper()
			list, err := feedstate.Untold(t.Context(), db, 10)
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range list {
				names = append(names, f.Name)
			}
			return names
		}
		expect := func(step string, want ...string) {
			t.Helper()
			if got := untold(); !slices.Equal(got, want) {
				t.Errorf("%s: the hub does not know %q, want %q", step, got, want)
			}
		}
		record(t, db, "tag:1", feedstate.Content{Digest: "a", News: "a"}, true)
		expect("seen by a reader")
		record(t, db, "tag:2", feedstate.Content{Digest: "a", News: "a"}, false)
		expect("seen after a change", "tag:2")
		record(t, db, "tag:1", feedstate.Content{Digest: "b", News: "a"}, true)
		expect("other counts only", "tag:2")
		record(t, db, "tag:1", feedstate.Content{Digest: "c", News: "c"}, true)
		expect("other content", "tag:1", "tag:2")
		record(t, db, "tag:1", feedstate.Content{Digest: "a", News: "a"}, true)
		expect("there and back", "tag:2")
		record(t, db, "tag:1", feedstate.Content{Digest: "d", News: "d"}, true)
		if err := db.Write(t.Context(), func(tx *models.Tx) error { return feedstate.Tell(t.Context(), tx, "tag:2", "a") }); err != nil {
			t.Fatal(err)
		}
		expect("told of one", "tag:1")
		if err := db.Write(t.Context(), func(tx *models.Tx) error { return feedstate.TellAll(t.Context(), tx) }); err != nil {
			t.Fatal(err)
		}
		expect("told of all")
	})
}

// The feeds of searches are left out of the walk over all feeds.
func TestTheWalkOverAllFeeds(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, _ *modeltest.Clock) {
		for _, name := range []string{"tag:1", "search:7", "author:3", "stories", feedstate.SearchPrefix + "9000"} {
			record(t, db, name, feedstate.Content{Digest: "a"}, true)
		}
		var got []string
		for last := ""; ; last = got[len(got)-1] {
			names, err := feedstate.After(t.Context(), db, last, 2)
			if err != nil {
				t.Fatal(err)
			}
			if got = append(got, names...); len(names) < 2 {
				break
			}
		}
		if want := []string{"author:3", "stories", "tag:1"}; !slices.Equal(got, want) {
			t.Errorf("the feeds are %q, want %q", got, want)
		}
	})
}

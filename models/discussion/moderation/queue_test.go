package moderation_test

import (
	"fmt"
	"net/netip"
	"slices"
	"sync"
	"testing"
	"time"

	"broadsheet/models"
	"broadsheet/models/discussion"
	"broadsheet/models/discussion/moderation"
	"broadsheet/models/discussion/privacy"
	"broadsheet/models/modeltest"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/taxonomy"
	"broadsheet/models/people"
	"broadsheet/models/people/bans"
	"broadsheet/models/settings"
)

// floor is a site with a moderator.
type floor struct {
	*testing.T
	db        *models.DB
	clock     *modeltest.Clock
	mona      *people.User
	n         int
	numbering sync.Mutex // post may run in several goroutines
}

func onFloor(t *testing.T, test func(d *floor)) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		d := &floor{T: t, db: db, clock: clock}
		d.mona = d.hire("Mona")
		test(d)
	})
}

func (d *floor) hire(name string) *people.User {
	d.Helper()
	u, err := people.CreateAccount(d.Context(), d.db, models.ActorShell, people.NewAccount{Name: name, Email: name + "@courier.example", Role: people.Moderator})
	d.check(err)
	return u
}

func (d *floor) check(err error) {
	d.Helper()
	if err != nil {
		d.Fatal(err)
	}
}

func (d *floor) article(section string) int64 {
	d.Helper()
	d.n++
	a, _, err := newsroom.Save(d.Context(), d.db, models.ActorCommand, newsroom.AnyVersion, newsroom.Manuscript{
		Title: fmt.Sprint("Story ", d.n), Body: "Text.", Categories: []taxonomy.CategoryRef{{Path: section}},
	})
	d.check(err)
	return a.ID
}

// post posts a comment; change may alter the submission first.
func (d *floor) post(article int64, text string, change ...func(*discussion.Submission)) *discussion.Comment {
	d.Helper()
	d.numbering.Lock()
	d.n++
	n := d.n
	d.numbering.Unlock()
	d.clock.Advance(time.Second)
	in := discussion.Submission{
		ArticleID: article, Author: fmt.Sprint("Reader ", n), Email: fmt.Sprintf("r%d@example.org", n), Text: text,
		IP: netip.AddrFrom4([4]byte{10, byte(n / 250), byte(n % 250), 7}), Token: fmt.Sprint("token", n),
	}
	for _, fn := range change {
		fn(&in)
	}
	site, err := newsroom.LoadSite(d.Context(), d.db)
	d.check(err)
	c, err := discussion.Post(d.Context(), d.db, site, in)
	d.check(err)
	return c
}

func (d *floor) decide(action discussion.Action, ids ...int64) {
	d.Helper()
	var seen []discussion.Versioned
	for _, id := range ids {
		seen = append(seen, discussion.Versioned{ID: id})
	}
	_, _, err := discussion.Decide(d.Context(), d.db, models.Actor{Name: d.mona.Name, UserID: &d.mona.ID}, seen, discussion.Verdict{Undoable: true, Action: action})
	d.check(err)
}

// found returns the IDs of the cards on all pages of a filter.
func (d *floor) found(f moderation.Filter) (ids []int64) {
	d.Helper()
	for {
		page, err := moderation.NextPage(d.Context(), d.db, f)
		d.check(err)
		for _, c := range page.Cards {
			if slices.Contains(ids, c.ID) {
				d.Errorf("%+v lists %d twice", f, c.ID)
			}
			ids = append(ids, c.ID)
		}
		if f.After = page.Next; page.Next == 0 {
			return ids
		}
	}
}

func TestQueuesListEachCommentOnce(t *testing.T) {
	onFloor(t, func(d *floor) {
		article := d.article("world")
		var posted []int64
		for i := range 2*moderation.PageSize + 5 {
			posted = append(posted, d.post(article, fmt.Sprint("Waiting, ", i)).ID)
		}
		if got := d.found(moderation.Filter{Queue: moderation.Held}); !slices.Equal(got, posted) {
			d.Errorf("held: %v", got)
		}
		d.decide(discussion.DoApprove, posted[3:9]...)
		reversed := slices.Clone(posted)
		slices.Reverse(reversed)
		if got := d.found(moderation.Filter{Queue: moderation.All}); !slices.Equal(got, reversed) {
			d.Errorf("all: %v", got)
		}
		// A filter finds the few comments of a category among many others.
		other := d.article("sport")
		few := []int64{d.post(other, "A goal.").ID}
		for i := range moderation.PageSize {
			d.post(article, fmt.Sprint("Waiting still, ", i))
		}
		few = append(few, d.post(other, "Another goal.").ID)
		site, err := newsroom.LoadSite(d.Context(), d.db)
		d.check(err)
		sport := []int64{site.Categories.ByPath("sport").ID}
		if got := d.found(moderation.Filter{Queue: moderation.Held, Within: moderation.InCategories(sport)}); !slices.Equal(got, few) {
			d.Errorf("in a category: %v, want %v", got, few)
		}
		slices.Reverse(few)
		if got := d.found(moderation.Filter{Queue: moderation.All, Categories: sport}); !slices.Equal(got, few) {
			d.Errorf("in a category, all: %v, want %v", got, few)
		}
		counts, err := moderation.Counts(d.Context(), d.db, nil)
		if err != nil || counts[moderation.Held] != len(posted)-6+moderation.PageSize+2 || counts[moderation.Approved] != 6 || counts[moderation.All] != len(posted)+moderation.PageSize+2 || counts[moderation.Spam] != 0 {
			d.Errorf("%v (%v)", counts, err)
		}
	})
}

func TestFiltersFindMatchingComments(t *testing.T) {
	onFloor(t, func(d *floor) {
		world, sport := d.article("world/middle-east"), d.article("sport")
		ferry := d.post(world, "The Ferry to Łódź was late; café closed.")
		link := d.post(sport, "See https://www.cheap.example/pills and https://other.example now")
		arabic := d.post(world, "العبّارة تأخرت كثيرًا اليوم")
		chinese := d.post(sport, "北京天气很好")
		anna := d.post(sport, "Nothing much.", func(in *discussion.Submission) { in.Author, in.Email = "Anna Öberg", "anna@example.org" })
		d.decide(discussion.DoApprove, anna.ID)
		d.check(discussion.IndexComments(d.Context(), d.db))
		at := func(c *discussion.Comment) time.Time { return c.CreatedAt.Time }
		section := func(path string) []int64 {
			site, err := newsroom.LoadSite(d.Context(), d.db)
			d.check(err)
			return []int64{site.Categories.ByPath(path).ID}
		}
		for name, c := range map[string]struct {
			filter moderation.Filter
			want   []*discussion.Comment
		}{
			"a word in any case":           {moderation.Filter{Queue: moderation.All, Text: "FERRY"}, []*discussion.Comment{ferry}},
			"without its accents":          {moderation.Filter{Queue: moderation.Held, Text: "lodz cafe"}, []*discussion.Comment{ferry}},
			"its beginning":                {moderation.Filter{Queue: moderation.Held, Text: "ferr*"}, []*discussion.Comment{ferry}},
			"a part of a word":             {moderation.Filter{Queue: moderation.Held, Text: "ferr"}, nil},
			"a short beginning":            {moderation.Filter{Queue: moderation.Held, Text: "fe*"}, nil},
			"another form of a word":       {moderation.Filter{Queue: moderation.Held, Text: "ferries"}, []*discussion.Comment{ferry}},
			"a phrase":                     {moderation.Filter{Queue: moderation.Held, Text: `"was late"`}, []*discussion.Comment{ferry}},
			"a phrase in another order":    {moderation.Filter{Queue: moderation.Held, Text: `"late was"`}, nil},
			"without a word":               {moderation.Filter{Queue: moderation.Held, Text: "was -pills"}, []*discussion.Comment{ferry}},
			"without the word":             {moderation.Filter{Queue: moderation.Held, Text: "late -łódź"}, nil},
			"without a phrase":             {moderation.Filter{Queue: moderation.Held, Text: `late -"was late"`}, nil},
			"only without":                 {moderation.Filter{Queue: moderation.Held, Text: "-pills"}, nil},
			"an open quotation mark":       {moderation.Filter{Queue: moderation.Held, Text: `"late`}, []*discussion.Comment{ferry}},
			"a field of a query language":  {moderation.Filter{Queue: moderation.Held, Text: "words:late"}, nil},
			"NEAR":                         {moderation.Filter{Queue: moderation.Held, Text: "ferry NEAR late"}, nil},
			"one sign":                     {moderation.Filter{Queue: moderation.Held, Text: "京"}, []*discussion.Comment{chinese}},
			"letters of a PDF":             {moderation.Filter{Queue: moderation.Held, Text: "ﺍﻟﻌﺒﺎﺭﺓ"}, []*discussion.Comment{arabic}},
			"both words":                   {moderation.Filter{Queue: moderation.Held, Text: "ferry pills"}, nil},
			"nothing that is a word":       {moderation.Filter{Queue: moderation.Held, Text: `"*' \ -`}, nil},
			"an operator":                  {moderation.Filter{Queue: moderation.Held, Text: "ferry OR pills"}, nil},
			"arabic without vowels":        {moderation.Filter{Queue: moderation.Held, Text: "العبارة"}, []*discussion.Comment{arabic}},
			"chinese inside of a sentence": {moderation.Filter{Queue: moderation.Held, Text: "天气"}, []*discussion.Comment{chinese}},
			"of another state":             {moderation.Filter{Queue: moderation.Spam, Text: "ferry"}, nil},
			"a name":                       {moderation.Filter{Queue: moderation.All, Author: "oberg"}, []*discussion.Comment{anna}},
			"an address":                   {moderation.Filter{Queue: moderation.Approved, Author: "Anna@example.org"}, []*discussion.Comment{anna}},
			"an article":                   {moderation.Filter{Queue: moderation.Held, Article: world}, []*discussion.Comment{ferry, arabic}},
			"a category":                   {moderation.Filter{Queue: moderation.Held, Categories: section("sport")}, []*discussion.Comment{link, chinese}},
			"the scope":                    {moderation.Filter{Queue: moderation.All, Within: moderation.InCategories(section("world/middle-east"))}, []*discussion.Comment{arabic, ferry}},
			"an empty list of categories":  {moderation.Filter{Queue: moderation.All, Within: &moderation.Limits{}}, nil},
			"a network":                    {moderation.Filter{Queue: moderation.Held, Network: link.Network}, []*discussion.Comment{link}},
			"where it links to":            {moderation.Filter{Queue: moderation.Held, Host: "cheap.example"}, []*discussion.Comment{link}},
			"a rule":                       {moderation.Filter{Queue: moderation.Held, Rule: "links"}, []*discussion.Comment{link}},
			"a time":                       {moderation.Filter{Queue: moderation.Held, From: at(link), To: at(chinese)}, []*discussion.Comment{link, arabic}},
			"several":                      {moderation.Filter{Queue: moderation.Held, Text: "pills", Host: "other.example", Article: sport, Rule: "first-comment"}, []*discussion.Comment{link}},
		} {
			var want []int64
			for _, c := range c.want {
				want = append(want, c.ID)
			}
			if got := d.found(c.filter); !slices.Equal(got, want) {
				d.Errorf("%s: found %v, want %v", name, got, want)
			}
			if n, err := moderation.Count(d.Context(), d.db, c.filter); err != nil || n != len(want) {
				d.Errorf("%s: counted %d, want %d (%v)", name, n, len(want), err)
			}
			if seen, err := moderation.Matching(d.Context(), d.db, c.filter); err != nil || len(seen) != len(want) {
				d.Errorf("%s: %v, want %v (%v)", name, seen, want, err)
			}
		}
	})
}

func TestTheWordIndexFollowsEditsAndErasure(t *testing.T) {
	onFloor(t, func(d *floor) {
		article := d.article("world")
		find := func(text string) []int64 {
			d.Helper()
			return d.found(moderation.Filter{Queue: moderation.Held, Text: text})
		}
		c := d.post(article, "An albatross.")
		gone := d.post(article, "A penguin.", func(in *discussion.Submission) { in.Token = "hers" })
		d.check(discussion.IndexComments(d.Context(), d.db))
		d.check(discussion.IndexComments(d.Context(), d.db)) // nothing twice
		d.check(discussion.Rewrite(d.Context(), d.db, models.Actor{Name: "Mona"}, c.ID, c.Version, "A pelican."))
		if got := find("albatross"); got != nil {
			d.Errorf("the old text is found: %v", got)
		}
		if got := find("pelican"); !slices.Equal(got, []int64{c.ID}) {
			d.Errorf("the new text is not found: %v", got)
		}
		if _, err := privacy.Erase(d.Context(), d.db, privacy.Commenter{Token: "hers"}); err != nil {
			d.Fatal(err)
		}
		if got := d.found(moderation.Filter{Queue: moderation.Trash, Text: "penguin"}); got != nil {
			d.Errorf("the text of %d is found after it was erased: %v", gone.ID, got)
		}
		late := d.post(article, "A cormorant.")
		if complete, err := discussion.IndexForSearch(d.Context(), d.db); !complete || err != nil {
			d.Errorf("a search does not wait for the newest comment: %v", err)
		}
		if got := find("cormorant"); !slices.Equal(got, []int64{late.ID}) {
			d.Errorf("a later comment: %v", got)
		}
	})
}

const offer = "Dear friends, our shop sells the very best watches at half the price this week only"

func TestNearDuplicatesShareACard(t *testing.T) {
	onFloor(t, func(d *floor) {
		article := d.article("world")
		d.decide(discussion.DoApprove, d.post(article, "Before anything else.").ID)
		var alike []int64
		first := d.post(article, offer)
		for i := range 30 {
			other := d.post(d.article("sport"), offer)
			if i%10 == 0 {
				d.post(article, fmt.Sprint("Something else: ", i))
			}
			alike = append(alike, other.ID)
		}
		// The rules have marked some of them as spam.
		d.decide(discussion.DoHold, append(alike, first.ID)...)
		page, err := moderation.NextPage(d.Context(), d.db, moderation.Filter{Queue: moderation.Held})
		d.check(err)
		var group *moderation.Card
		for i, c := range page.Cards {
			if c.ID == first.ID {
				group = &page.Cards[i]
			} else if slices.Contains(alike, c.ID) {
				d.Errorf("%d has a card of its own", c.ID)
			}
		}
		if group == nil || len(group.Alike) != len(alike) {
			d.Fatalf("%+v", page.Cards)
		}
		if got := d.found(moderation.Filter{Queue: moderation.Held}); len(got) != 4 {
			d.Errorf("cards: %v", got)
		}
		seen := append([]discussion.Versioned{{ID: first.ID, Version: page.Cards[0].Version}}, group.Alike...)
		_, results, err := discussion.Decide(d.Context(), d.db, models.Actor{Name: "Mona"}, seen[1:], discussion.Verdict{Undoable: true, Action: discussion.DoSpam})
		if err != nil || slices.ContainsFunc(results, func(r discussion.DecisionResult) bool { return !r.Done() }) {
			d.Errorf("%+v (%v)", results, err)
		}
		around, err := moderation.SurroundingsOf(d.Context(), d.db, nil, &group.Comment)
		if err != nil || around.Alike[discussion.Spam] != len(alike) {
			d.Errorf("%+v (%v)", around, err)
		}
	})
}

func TestSurroundingsOfAComment(t *testing.T) {
	onFloor(t, func(d *floor) {
		article := d.article("world")
		anna := func(in *discussion.Submission) { in.Email, in.Author, in.Token = "anna@example.org", "Anna", "annas" }
		near := func(in *discussion.Submission) { in.IP = netip.MustParseAddr("203.0.113.9") }
		d.check(d.db.Write(d.Context(), func(tx *models.Tx) error { return settings.Set(d.Context(), tx, "comment.flood", "0") }))
		var hers []*discussion.Comment
		for i := range 14 {
			hers = append(hers, d.post(article, fmt.Sprint("Anna says, ", i), anna, near))
		}
		neighbour := d.post(article, "From next door.", near)
		d.decide(discussion.DoApprove, hers[0].ID, hers[1].ID)
		d.decide(discussion.DoSpam, hers[2].ID)
		answer := d.post(article, "To Anna.", func(in *discussion.Submission) { in.ParentID = hers[0].ID })
		a, err := moderation.SurroundingsOf(d.Context(), d.db, nil, hers[0])
		if err != nil || len(a.ByCommenter) != 10 || a.ByCommenter[0].ID != hers[13].ID || a.Totals[discussion.Approved] != 1 || a.Totals[discussion.Spam] != 1 || a.Totals[discussion.Held] != 11 {
			d.Errorf("writer: %d, %v (%v)", len(a.ByCommenter), a.Totals, err)
		}
		if len(a.FromNetwork) != 10 || a.FromNetwork[0].ID != neighbour.ID || a.Replies != 1 {
			d.Errorf("network: %d, %d answers", len(a.FromNetwork), a.Replies)
		}
		around, err := moderation.ContextOf(d.Context(), d.db, []*discussion.Comment{answer, hers[0]})
		if err != nil || around.Parents[hers[0].ID].Author != "Anna" || around.Articles[article].Title == "" || len(around.Parents) != 1 {
			d.Errorf("%+v (%v)", around, err)
		}
	})
}

func TestAClaimedCommentIsHiddenFromOthers(t *testing.T) {
	onFloor(t, func(d *floor) {
		otto := d.hire("Otto")
		article := d.article("world")
		a, b := d.post(article, "The first."), d.post(article, "The second.")
		d.check(moderation.Claim(d.Context(), d.db, nil, d.mona.ID, []int64{a.ID}))
		d.check(moderation.Claim(d.Context(), d.db, nil, otto.ID, []int64{a.ID, b.ID})) // the first stays Mona's
		see := func(u *people.User, all bool) []int64 {
			d.Helper()
			return d.found(moderation.Filter{Queue: moderation.Held, UserID: u.ID, WithClaimed: all})
		}
		if got := see(d.mona, false); !slices.Equal(got, []int64{a.ID}) {
			d.Errorf("Mona gets %v", got)
		}
		if got := see(otto, false); !slices.Equal(got, []int64{b.ID}) {
			d.Errorf("Otto gets %v", got)
		}
		if got := see(otto, true); !slices.Equal(got, []int64{a.ID, b.ID}) {
			d.Errorf("Otto, who asks for all, gets %v", got)
		}
		if n, err := moderation.ClaimedByOthers(d.Context(), d.db, nil, otto.ID, d.clock.Now()); n != 1 || err != nil {
			d.Errorf("%d (%v)", n, err)
		}
		d.clock.Advance(moderation.ClaimFor)
		if got := see(otto, false); !slices.Equal(got, []int64{a.ID, b.ID}) {
			d.Errorf("after two minutes Otto gets %v", got)
		}
		d.check(moderation.Claim(d.Context(), d.db, nil, otto.ID, []int64{a.ID}))
		d.check(moderation.PruneClaims(d.Context(), d.db))
		if got := see(d.mona, false); !slices.Equal(got, []int64{b.ID}) {
			d.Errorf("a claim was pruned before its end: Mona gets %v", got)
		}
	})
}

func TestSavedFiltersAndReplies(t *testing.T) {
	onFloor(t, func(d *floor) {
		otto := d.hire("Otto")
		d.check(moderation.SaveFilter(d.Context(), d.db, d.mona.ID, " Links  today ", "state=hold&reason=links"))
		d.check(moderation.SaveFilter(d.Context(), d.db, d.mona.ID, "Links today", "state=spam"))
		d.check(moderation.SaveFilter(d.Context(), d.db, otto.ID, "Links today", "state=trash"))
		hers, err := moderation.SavedFilters(d.Context(), d.db, d.mona.ID)
		if err != nil || len(hers) != 1 || hers[0].Query != "state=spam" {
			d.Fatalf("%+v (%v)", hers, err)
		}
		d.check(moderation.DropFilter(d.Context(), d.db, otto.ID, hers[0].ID)) // not his
		if hers, err = moderation.SavedFilters(d.Context(), d.db, d.mona.ID); len(hers) != 1 || err != nil {
			d.Errorf("Otto has dropped Mona's filter (%v)", err)
		}
		if err := moderation.SaveReply(d.Context(), d.db, "", "text"); models.KindOf(err) != models.Invalid {
			d.Errorf("a reply without a name: %v", err)
		}
		d.check(moderation.SaveReply(d.Context(), d.db, "Off topic", "Please stay with the story."))
		replies, err := moderation.SavedReplies(d.Context(), d.db)
		if err != nil || len(replies) != 1 {
			d.Fatalf("%+v (%v)", replies, err)
		}
		d.check(moderation.DropReply(d.Context(), d.db, replies[0].ID))
		for i := range 60 {
			err = moderation.SaveReply(d.Context(), d.db, fmt.Sprint("Number ", i), "Text.")
		}
		if models.KindOf(err) != models.Conflict {
			d.Errorf("beyond the limit: %v", err)
		}
	})
}

// A scope holds the articles of its categories and of the categories below them. An
// unlimited scope holds all articles.
func TestAScopeHoldsItsCategories(t *testing.T) {
	onFloor(t, func(d *floor) {
		middleEast, sport := d.article("world/middle-east"), d.article("sport")
		a, b := d.post(middleEast, "One."), d.post(sport, "Two.")
		site, err := newsroom.LoadSite(d.Context(), d.db)
		d.check(err)
		op, _, err := discussion.Decide(d.Context(), d.db, models.Actor{Name: "test"}, []discussion.Versioned{{ID: a.ID}, {ID: b.ID}}, discussion.Verdict{Undoable: true, Action: discussion.DoSpam})
		d.check(err)
		world := moderation.InCategories(site.Categories.Below(site.Categories.ByPath("world").ID))
		for _, test := range []struct {
			scope   moderation.Scope
			kept    []int64
			waiting map[moderation.QueueName]int
		}{
			{nil, []int64{b.ID, a.ID, 999}, map[moderation.QueueName]int{moderation.Spam: 2}},
			{world, []int64{a.ID}, map[moderation.QueueName]int{moderation.Spam: 1}},
			{&moderation.Limits{}, nil, map[moderation.QueueName]int{}},
		} {
			scope := test.scope
			if got, err := scope.Filter(d.Context(), d.db, []int64{b.ID, a.ID, 999}); err != nil || !slices.Equal(got, test.kept) {
				d.Errorf("%v holds %v (%v)", scope, got, err)
			}
			counts, err := moderation.Counts(d.Context(), d.db, scope)
			if err != nil || counts[moderation.Spam] != test.waiting[moderation.Spam] || counts[moderation.All] != 0 {
				d.Errorf("%v counts %v (%v)", scope, counts, err)
			}
			all := scope == nil
			for what, err := range map[string]error{
				"a comment in sport": scope.Comments(d.Context(), d.db, []int64{a.ID, b.ID}), "an article in sport": scope.Article(d.Context(), d.db, sport),
				"a decision of both": scope.Operation(d.Context(), d.db, op), "a network": scope.Ban(d.Context(), d.db, bans.TargetNetwork, a.Network),
				"the site": scope.SiteWide(), "a stranger's email": scope.Ban(d.Context(), d.db, bans.TargetEmail, "nobody@example.org"),
			} {
				if (models.KindOf(err) == models.Forbidden) == all || all && err != nil {
					d.Errorf("%v, %s: %v", scope, what, err)
				}
			}
		}
		for what, err := range map[string]error{
			"the own article": world.Article(d.Context(), d.db, middleEast), "the own comment": world.Comments(d.Context(), d.db, []int64{a.ID}),
			"the own writer": world.Ban(d.Context(), d.db, bans.TargetEmail, a.Email),
		} {
			if err != nil {
				d.Errorf("%s: %v", what, err)
			}
		}
	})
}

// No combination of queue and filter scans all comments.
func TestFiltersDoNotScanAllComments(t *testing.T) {
	t.Parallel()
	clock := modeltest.NewClock()
	d := &floor{T: t, db: modeltest.SQLite(t, clock), clock: clock}
	d.mona = d.hire("Mona")
	article := d.article("world")
	c := d.post(article, offer+" at https://cheap.example/")
	d.check(discussion.IndexComments(d.Context(), d.db))
	filters := []moderation.Filter{
		{},
		{Text: "watches"},
		{Author: "Reader"},
		{Author: c.Email},
		{Article: article},
		{Categories: []int64{1}},
		{Within: moderation.InCategories([]int64{1})},
		{Network: c.Network},
		{Host: "cheap.example"},
		{Rule: "first-comment"},
		{From: clock.Now().Add(-time.Hour), To: clock.Now()},
		{Text: "watches", Article: article, Within: moderation.InCategories([]int64{1})},
	}
	ctx, recorded := models.RecordStatements(d.Context())
	for _, f := range filters {
		for _, f.Queue = range moderation.QueueNames {
			for _, f.After = range []int64{0, c.ID} {
				f.UserID = d.mona.ID
				if _, err := moderation.NextPage(ctx, d.db, f); err != nil {
					t.Fatal(err)
				}
			}
			f.After = 0
			if _, err := moderation.Matching(ctx, d.db, f); err != nil {
				t.Fatal(err)
			}
			if _, err := moderation.Count(ctx, d.db, f); err != nil {
				t.Fatal(err)
			}
		}
	}
	_, err := moderation.SurroundingsOf(ctx, d.db, nil, c)
	d.check(err)
	_, err = moderation.Counts(ctx, d.db, nil)
	d.check(err)
	_, _, err = discussion.Decide(ctx, d.db, models.Actor{Name: "Mona", UserID: &d.mona.ID}, []discussion.Versioned{{ID: c.ID}}, discussion.Verdict{Undoable: true, Action: discussion.DoApprove})
	d.check(err)
	op, err := discussion.OperationOf(ctx, d.db, d.mona.ID, "", clock.Now())
	d.check(err)
	_, err = discussion.Undo(ctx, d.db, models.Actor{Name: "Mona"}, op.ID)
	d.check(err)
	modeltest.NoScan(t, d.db, recorded(), "comments", "comment_log", "undo_rows", "reports", "articles", "article_categories", "claims", "comment_marks")
}

// A page has a next page only if that page has a card. There is none after the last
// comment, and none if all later comments are near-duplicates of cards on this page.
func TestTheLastPageHasNoNextPage(t *testing.T) {
	onFloor(t, func(d *floor) {
		article := d.article("world")
		last := func(f moderation.Filter) (pages int) {
			for {
				page, err := moderation.NextPage(d.Context(), d.db, f)
				d.check(err)
				if pages++; len(page.Cards) == 0 && pages > 1 {
					d.Errorf("%+v: page %d is empty", f, pages)
				}
				if f.After = page.Next; f.After == 0 {
					return pages
				}
			}
		}
		for range moderation.PageSize {
			d.post(article, "Short "+fmt.Sprint(d.n))
		}
		if got := last(moderation.Filter{Queue: moderation.Held}); got != 1 {
			d.Errorf("%d pages of one page", got)
		}
		for i := range 3 * moderation.PageSize {
			d.post(article, fmt.Sprintf("Dear friends, our shop sells the very best watches at half the price, this week only, ask for number %d", i))
		}
		for _, f := range []moderation.Filter{
			{Queue: moderation.Held}, {Queue: moderation.All}, {Queue: moderation.Held, Author: "Reader"}, {Queue: moderation.Held, Article: article},
		} {
			last(f)
		}
	})
}

// The near-duplicates of a comment can be listed, counted and decided by themselves.
func TestNearDuplicatesCanBeListed(t *testing.T) {
	onFloor(t, func(d *floor) {
		article := d.article("world")
		var alike []int64
		for i := range 5 {
			alike = append(alike, d.post(article, fmt.Sprintf("Dear friends, our shop sells the very best watches at half the price, this week only, ask for number %d", i)).ID)
			d.post(article, fmt.Sprint("Something else altogether, number ", i))
		}
		for _, of := range alike {
			if got := d.found(moderation.Filter{Queue: moderation.Held, SimilarTo: of}); !slices.Equal(got, alike) {
				d.Errorf("similar to %d: %v, want %v", of, got, alike)
			}
		}
		f := moderation.Filter{Queue: moderation.Held, SimilarTo: alike[2]}
		n, err := moderation.Count(d.Context(), d.db, f)
		d.check(err)
		seen, err := moderation.Matching(d.Context(), d.db, f)
		d.check(err)
		if n != len(alike) || len(seen) != len(alike) || !f.Narrowed() {
			d.Errorf("%d are counted, %v match", n, seen)
		}
		c, err := discussion.ByID(d.Context(), d.db, alike[0])
		d.check(err)
		around, err := moderation.SurroundingsOf(d.Context(), d.db, nil, c)
		d.check(err)
		if around.Alike[discussion.Held] != len(alike)-1 {
			d.Errorf("around: %v", around.Alike)
		}
		if got := d.found(moderation.Filter{Queue: moderation.Held, SimilarTo: 1 << 40}); len(got) != 0 {
			d.Errorf("similar to a comment that does not exist: %v", got)
		}
	})
}

// A rule's filter finds the comments that the rule asked to hold, or to treat
// worse. It does not find the comments that the rule let pass.
func TestARulesFilterFindsItsHeldComments(t *testing.T) {
	onFloor(t, func(d *floor) {
		article := d.article("world")
		d.set("comment.spam-spam", "20")
		d.set("comment.spam-hold", "20")
		passed := d.post(article, "The harbour wall was promised last spring, and nothing has been built. Why?")
		d.set("comment.spam-hold", "0.2")
		held := d.post(article, "Buy cheap watches, best price, free bonus casino pills, click http://casino.example/ and http://pills.example/ now!!!")
		d.check(discussion.IndexComments(d.Context(), d.db))
		if len(passed.Reasons) == 0 || len(held.Reasons) == 0 {
			d.Fatalf("%v, %v", passed.Reasons, held.Reasons)
		}
		if got := d.found(moderation.Filter{Queue: moderation.Held, Rule: discussion.SpamScoreRule}); !slices.Equal(got, []int64{held.ID}) {
			d.Errorf("found %v, want %d alone", got, held.ID)
		}
	})
}

func (d *floor) set(key, value string) {
	d.Helper()
	d.check(d.db.Write(d.Context(), func(tx *models.Tx) error { return settings.Set(d.Context(), tx, key, value) }))
}

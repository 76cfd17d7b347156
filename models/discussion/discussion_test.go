package discussion_test

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"broadsheet/models"
	"broadsheet/models/discussion"
	"broadsheet/models/discussion/imports"
	"broadsheet/models/discussion/learn"
	"broadsheet/models/discussion/react"
	"broadsheet/models/discussion/thread"
	"broadsheet/models/modeltest"
	"broadsheet/models/newsroom"
)

func TestMain(m *testing.M) { os.Exit(modeltest.Main(m)) }

type desk struct {
	*testing.T
	db    *models.DB
	clock *modeltest.Clock
	n     int
}

// article makes a published article.
func (d *desk) article() *newsroom.Article {
	d.Helper()
	d.n++
	a, _, err := newsroom.Save(d.Context(), d.db, models.ActorCommand, newsroom.AnyVersion, newsroom.Manuscript{Title: fmt.Sprint("Article ", d.n), Body: "Text."})
	if err != nil {
		d.Fatal(err)
	}
	return a
}

// submission makes a submission that nobody could object to.
func (d *desk) submission(article int64) discussion.Submission {
	d.n++
	return discussion.Submission{
		ArticleID: article, Author: "Marguerite", Email: fmt.Sprintf("m%d@example.org", d.n), Text: fmt.Sprint("Well said, number ", d.n),
		IP: netip.MustParseAddr(fmt.Sprintf("10.%d.%d.7", d.n/250, d.n%250)), Token: fmt.Sprint("token", d.n),
	}
}

func (d *desk) post(in discussion.Submission) (*discussion.Comment, error) {
	d.Helper()
	site, err := newsroom.LoadSite(d.Context(), d.db)
	if err != nil {
		d.Fatal(err)
	}
	return discussion.Post(d.Context(), d.db, site, in)
}

func (d *desk) mustPost(in discussion.Submission) *discussion.Comment {
	d.Helper()
	c, err := d.post(in)
	if err != nil {
		d.Fatal(err)
	}
	return c
}

func (d *desk) decide(action discussion.Action, ids ...int64) []discussion.DecisionResult {
	d.Helper()
	var seen []discussion.Versioned
	for _, id := range ids {
		seen = append(seen, discussion.Versioned{ID: id})
	}
	_, results, err := discussion.Decide(d.Context(), d.db, models.Actor{Name: "test"}, seen, discussion.Verdict{Action: action})
	if err != nil {
		d.Fatal(err)
	}
	return results
}

func (d *desk) set(key, value string) {
	d.Helper()
	err := d.db.Write(d.Context(), func(tx *models.Tx) error { return models.SetSetting(d.Context(), tx, key, value) })
	if err != nil {
		d.Fatal(err)
	}
}

func each(t *testing.T, test func(d *desk)) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		test(&desk{T: t, db: db, clock: clock})
	})
}

func TestRefusalsComeInOrder(t *testing.T) {
	each(t, func(d *desk) {
		open, closed := d.article(), d.article()
		d.set("comment.flood", "0")
		held := d.mustPost(d.submission(open.ID))
		approved := d.mustPost(d.submission(open.ID))
		d.decide(discussion.DoApprove, approved.ID)
		draft, _, err := newsroom.Save(d.Context(), d.db, models.ActorCommand, newsroom.AnyVersion, newsroom.Manuscript{Title: "Draft", Status: newsroom.Draft})
		if err != nil {
			d.Fatal(err)
		}
		if _, _, err := newsroom.Save(d.Context(), d.db, models.ActorCommand, newsroom.AnyVersion, newsroom.Manuscript{ID: closed.ID, Title: "Closed", Comments: newsroom.CommentsClosed}); err != nil {
			d.Fatal(err)
		}
		long := func(n int) string { return strings.Repeat("x", n) }
		for name, c := range map[string]struct {
			change func(*discussion.Submission)
			kind   models.Kind
			code   string // or the field
		}{
			"parent missing":          {func(s *discussion.Submission) { s.ParentID = 1 << 40 }, models.Forbidden, "parent-gone"},
			"parent held":             {func(s *discussion.Submission) { s.ParentID = held.ID }, models.Forbidden, "parent-gone"},
			"parent elsewhere":        {func(s *discussion.Submission) { s.ParentID, s.ArticleID = approved.ID, closed.ID }, models.Forbidden, "parent-gone"},
			"article unknown":         {func(s *discussion.Submission) { s.ArticleID = 1 << 40 }, models.NotFound, ""},
			"article a draft":         {func(s *discussion.Submission) { s.ArticleID = draft.ID }, models.NotFound, ""},
			"closed, and empty too":   {func(s *discussion.Submission) { s.ArticleID, s.Text = closed.ID, "" }, models.Forbidden, "closed"},
			"name missing":            {func(s *discussion.Submission) { s.Author = " \u200b " }, models.Invalid, "author"},
			"email missing":           {func(s *discussion.Submission) { s.Email = "" }, models.Invalid, "email"},
			"email wrong":             {func(s *discussion.Submission) { s.Email = "nobody@nowhere" }, models.Invalid, "email"},
			"text blank":              {func(s *discussion.Submission) { s.Text = " \n\u200b\u00a0" }, models.Invalid, "comment"},
			"text one byte too long":  {func(s *discussion.Submission) { s.Text = long(discussion.MaxTextBytes + 1) }, models.Invalid, "comment"},
			"name one too long":       {func(s *discussion.Submission) { s.Author = long(discussion.MaxAuthor + 1) }, models.Invalid, "author"},
			"Thai name one too long":  {func(s *discussion.Submission) { s.Author = strings.Repeat("ก", discussion.MaxAuthor+1) }, models.Invalid, "author"},
			"name of fillers":         {func(s *discussion.Submission) { s.Author = "\u3164\u2800" }, models.Invalid, "author"},
			"text of tags alone":      {func(s *discussion.Submission) { s.Text = "<b></b><script>alert(1)</script><br>" }, models.Invalid, "comment"},
			"text of fillers":         {func(s *discussion.Submission) { s.Text = "\u3164 \u115f\n<i>\u2800</i>" }, models.Invalid, "comment"},
			"website of markup":       {func(s *discussion.Submission) { s.URL = "<script>alert(1)</script>" }, models.Invalid, "url"},
			"website of one word":     {func(s *discussion.Submission) { s.URL = "none" }, models.Invalid, "url"},
			"website of a script":     {func(s *discussion.Submission) { s.URL = "javascript:alert(1)" }, models.Invalid, "url"},
			"website of an email":     {func(s *discussion.Submission) { s.URL = "me@mail.example" }, models.Invalid, "url"},
			"url one byte too long":   {func(s *discussion.Submission) { s.URL = "http://e.org/" + long(discussion.MaxURLBytes) }, models.Invalid, "url"},
			"email one byte too long": {func(s *discussion.Submission) { s.Email = long(discussion.MaxEmailBytes-11) + "@example.org" }, models.Invalid, "email"},
		} {
			in := d.submission(open.ID)
			c.change(&in)
			_, err := d.post(in)
			e, _ := err.(*models.Error)
			if models.KindOf(err) != c.kind {
				d.Errorf("%s: %v", name, err)
				continue
			}
			if c.kind == models.Invalid && (len(e.Fields) != 1 || e.Fields[0].Field != c.code) || c.kind == models.Forbidden && e.Code != c.code {
				d.Errorf("%s: %v, want %s", name, err, c.code)
			}
		}
		thai := d.submission(open.ID)
		thai.Author, thai.URL, thai.Text = strings.Repeat("ก", discussion.MaxAuthor), "http://", "If x<y then all is lost"
		if c, err := d.post(thai); err != nil || c.Author != thai.Author || c.URL != "" || c.HTML != "<p>If x&lt;y then all is lost</p>" {
			d.Errorf("%+v: %v", c, err)
		}
		at := d.submission(open.ID)
		at.Text, at.Author, at.Email = long(discussion.MaxTextBytes), long(discussion.MaxAuthor), long(discussion.MaxEmailBytes-12)+"@example.org"
		if _, err := d.post(at); err != nil {
			d.Errorf("at the limits: %v", err)
		}
		d.recount()
	})
}

func TestOneClickOneComment(t *testing.T) {
	each(t, func(d *desk) {
		a := d.article()
		in := d.submission(a.ID)
		var wg sync.WaitGroup
		ids := make([]int64, 8)
		for i := range ids {
			wg.Go(func() {
				if c, err := d.post(in); err != nil {
					d.Error(err)
				} else {
					ids[i] = c.ID
				}
			})
		}
		wg.Wait()
		for _, id := range ids {
			if id != ids[0] {
				d.Fatalf("parallel posts of one comment made %v", ids)
			}
		}
		d.clock.Advance(11 * time.Minute)
		if _, err := d.post(in); models.KindOf(err) != models.Conflict {
			d.Errorf("the same again after eleven minutes: %v", err)
		}
		d.decide(discussion.DoTrash, ids[0])
		if c, err := d.post(in); err != nil || c.ID == ids[0] {
			d.Errorf("the same again once the first is in the trash: %v", err)
		}
		d.recount()
	})
}

func TestFloodIsToldWhenToTryAgain(t *testing.T) {
	each(t, func(d *desk) {
		a := d.article()
		first := d.submission(a.ID)
		d.mustPost(first)
		d.clock.Advance(5 * time.Second)
		second := d.submission(a.ID)
		second.IP = first.IP
		_, err := d.post(second)
		e, ok := err.(*models.Error)
		if !ok || e.Kind != models.TooMany || e.RetryAfter != 10*time.Second {
			d.Fatalf("%v", err)
		}
		third := d.submission(a.ID)
		third.Email = first.Email
		if _, err := d.post(third); models.KindOf(err) != models.TooMany {
			d.Errorf("same email, other address: %v", err)
		}
		d.clock.Advance(10 * time.Second)
		d.mustPost(second)
	})
}

// A machine has all addresses of its /64, so they wait together. Neighbours in
// the same /48, and neighbours of an IPv4 address, do not wait for it.
func TestAFloodIsCountedByTheSmallestNetwork(t *testing.T) {
	each(t, func(d *desk) {
		a := d.article()
		for _, c := range []struct {
			what, first, second string
			waits               bool
		}{
			{"the same /64", "2001:db8:1:2::7", "2001:db8:1:2:aaaa:bbbb:cccc:dddd", true},
			{"the same /64, from its beginning", "2001:db8:7::", "2001:db8:7::1", true},
			{"another /64 of the /48", "2001:db8:4:2::7", "2001:db8:4:3::7", false},
			{"an IPv4 address and its mapped form", "192.0.2.7", "::ffff:192.0.2.7", true},
			{"an IPv4 address beside", "198.51.100.7", "198.51.100.8", false},
		} {
			d.clock.Advance(time.Minute)
			in := d.submission(a.ID)
			in.IP = netip.MustParseAddr(c.first)
			d.mustPost(in)
			in = d.submission(a.ID)
			in.IP = netip.MustParseAddr(c.second)
			_, err := d.post(in)
			if c.waits != (models.KindOf(err) == models.TooMany) || !c.waits && err != nil {
				d.Errorf("%s: %v", c.what, err)
			}
		}
	})
}

// Trust belongs to the browser whose comment was approved; typing somebody's
// name and email does not borrow it.
func TestTrustIsNotTyped(t *testing.T) {
	each(t, func(d *desk) {
		a := d.article()
		in := d.submission(a.ID)
		first := d.mustPost(in)
		if first.State != discussion.Held || first.Reasons[0].Rule != "first-comment" {
			d.Fatalf("first comment: %s %v", first.State, first.Reasons)
		}
		d.decide(discussion.DoApprove, first.ID)
		d.clock.Advance(time.Minute)
		in.Text = "Again"
		if c := d.mustPost(in); c.State != discussion.Approved {
			d.Errorf("the same browser: %s %v", c.State, c.Reasons)
		}
		d.clock.Advance(time.Minute)
		in.Text, in.Token = "Me too", "another browser"
		if c := d.mustPost(in); c.State != discussion.Held {
			d.Errorf("another browser with the same name and email: %s", c.State)
		}
		d.clock.Advance(time.Minute)
		in = d.submission(a.ID)
		in.Text = "See https://a.example and https://b.example"
		if c := d.mustPost(in); c.State != discussion.Held || c.Reasons[0].Rule != "links" {
			d.Errorf("two links: %s %v", c.State, c.Reasons)
		}
	})
}

func TestEveryStateAndAction(t *testing.T) {
	t.Parallel()
	states := append(discussion.States, discussion.ArticleTrashed)
	for _, from := range states {
		for _, was := range append(states, "") {
			for _, action := range discussion.Actions {
				to, ok := discussion.Next(from, was, action)
				wantOK := from != discussion.ArticleTrashed && (action != discussion.DoRestore || from == discussion.Spam || from == discussion.Trashed)
				if ok != wantOK {
					t.Errorf("%s (was %q), %s: allowed %v", from, was, action, ok)
				}
				if !ok {
					continue
				}
				want := discussion.State(action)
				if action == discussion.DoRestore {
					want = discussion.Held
					if was == discussion.Approved || was == discussion.Spam && from == discussion.Trashed {
						want = was
					}
				}
				if to != want {
					t.Errorf("%s (was %q), %s: leads to %s, want %s", from, was, action, to, want)
				}
			}
		}
	}
}

// recount compares every kept count with a fresh one.
func (d *desk) recount() {
	d.Helper()
	for name, query := range map[string]string{
		"articles by state": `SELECT COUNT(*) FROM articles a WHERE
			comments_approve <> (SELECT COUNT(*) FROM comments c WHERE c.article_id = a.id AND state = 'approve') OR
			comments_hold <> (SELECT COUNT(*) FROM comments c WHERE c.article_id = a.id AND state = 'hold') OR
			comments_spam <> (SELECT COUNT(*) FROM comments c WHERE c.article_id = a.id AND state = 'spam') OR
			comments_trash <> (SELECT COUNT(*) FROM comments c WHERE c.article_id = a.id AND state = 'trash')`,
		"threads of articles": `SELECT COUNT(*) FROM articles a WHERE threads <>
			(SELECT COUNT(*) FROM comments c WHERE c.article_id = a.id AND depth = 0 AND thread_shown > 0)`,
		"shown in threads": `SELECT COUNT(*) FROM comments r WHERE depth = 0 AND thread_shown <>
			(SELECT COUNT(*) FROM comments c WHERE (c.id = r.id OR c.root_id = r.id) AND c.state = 'approve')`,
		"stretches of threads": `SELECT COUNT(*) FROM articles a WHERE threads > 1000 AND threads <>
			(SELECT COALESCE(SUM(b.threads), 0) FROM thread_blocks b WHERE b.article_id = a.id)`,
		"shown in replies": `SELECT COUNT(*) FROM comments WHERE depth > 0 AND thread_shown <> 0`,
		"totals":           `SELECT COUNT(*) FROM comment_totals t WHERE state <> 'log' AND comments <> (SELECT COUNT(*) FROM comments c WHERE c.state = t.state)`,
		"recommendations":  `SELECT COUNT(*) FROM comments c WHERE recommends <> (SELECT COUNT(*) FROM recommendations r WHERE r.comment_id = c.id)`,
		"lessons": `SELECT COUNT(*) FROM spam_features WHERE feature = 0 AND (spam <> (SELECT COUNT(*) FROM comments WHERE learned = 'spam') OR
			ham <> (SELECT COUNT(*) FROM comments WHERE learned = 'ham'))`,
		"places": `SELECT COUNT(*) FROM comments c JOIN comments p ON p.id = c.parent_id WHERE c.depth <> p.depth + 1 OR
			c.root_id <> CASE WHEN p.root_id = 0 THEN p.id ELSE p.root_id END`,
	} {
		var wrong int
		if err := d.db.Query(d.Context()).Raw(query).Scan(&wrong).Error; err != nil || wrong != 0 {
			d.Errorf("%s: %d wrong (%v)", name, wrong, err)
		}
	}
}

// meddle does what readers and writers do to a comment. It may be refused.
func (d *desk) meddle(random *rand.Rand, site *newsroom.Site, id int64) {
	d.Helper()
	var err error
	switch random.IntN(5) {
	case 0:
		_, err = discussion.Edit(d.Context(), d.db, site, id, d.reread(id).Version, fmt.Sprint("Edited ", random.IntN(1e9)), discussion.Submission{})
	case 1:
		err = discussion.RemoveOwn(d.Context(), d.db, site, id)
	case 2:
		_, err = react.Recommend(d.Context(), d.db, site, id, reader(random.IntN(200)))
	case 3:
		_, err = react.Report(d.Context(), d.db, site, id, reader(random.IntN(200)), "abuse", "")
	case 4:
		d.clock.Advance(time.Minute)
		err = learn.Decisions(d.Context(), d.db)
	}
	switch models.KindOf(err) {
	case models.Forbidden, models.NotFound, models.Conflict, models.TooMany:
	default:
		if err != nil {
			d.Fatal(err)
		}
	}
}

func TestCountsSurviveRandomDecisions(t *testing.T) {
	each(t, func(d *desk) {
		d.set("comment.flood", "0")
		random := rand.New(rand.NewPCG(1, 2))
		articles := []*newsroom.Article{d.article(), d.article()}
		actions := 10_000
		if testing.Short() {
			actions = 500
		}
		site := d.site()
		var ids []int64
		for range actions {
			if len(ids) > 5 && random.IntN(5) == 0 {
				d.meddle(random, site, ids[max(0, len(ids)-20)+random.IntN(min(20, len(ids)))])
				continue
			}
			if len(ids) > 5 && random.IntN(3) > 0 {
				action := discussion.Actions[random.IntN(len(discussion.Actions))]
				d.decide(action, ids[random.IntN(len(ids))], ids[random.IntN(len(ids))])
				continue
			}
			in := d.submission(articles[random.IntN(2)].ID)
			if len(ids) > 0 {
				if c, err := discussion.ByID(d.Context(), d.db, ids[random.IntN(len(ids))]); err == nil && c.State == discussion.Approved {
					in.ArticleID, in.ParentID = c.ArticleID, c.ID
				}
			}
			ids = append(ids, d.mustPost(in).ID)
		}
		d.recount()
	})
}

func TestDecisionOnAnOldVersionChangesNothing(t *testing.T) {
	each(t, func(d *desk) {
		c := d.mustPost(d.submission(d.article().ID))
		d.decide(discussion.DoSpam, c.ID)
		_, results, err := discussion.Decide(d.Context(), d.db, models.Actor{Name: "late"},
			[]discussion.Versioned{{ID: c.ID, Version: c.Version}, {ID: 1 << 40, Version: 1}}, discussion.Verdict{Action: discussion.DoApprove})
		if err != nil || !results[0].Conflict || results[0].To != discussion.Spam || !results[1].Missing {
			d.Fatalf("%+v %v", results, err)
		}
		d.recount()
	})
}

// shape draws a thread as nested ids.
func shape(nodes []*thread.Node) string {
	var b strings.Builder
	for _, n := range nodes {
		fmt.Fprint(&b, n.ID)
		if n.Gone {
			b.WriteByte('x')
		}
		if n.InReplyTo != nil {
			fmt.Fprintf(&b, "@%d", n.InReplyTo.ID)
		}
		if len(n.Replies) > 0 {
			b.WriteString("(" + shape(n.Replies) + ")")
		}
		b.WriteByte(' ')
	}
	return strings.TrimSpace(b.String())
}

func TestThreadsAreFiveDeepThenFlat(t *testing.T) {
	each(t, func(d *desk) {
		d.set("comment.flood", "0")
		d.set("comment.previously-approved", "false")
		a := d.article()
		var ids []int64
		parent := int64(0)
		for range 8 {
			in := d.submission(a.ID)
			in.ParentID = parent
			c := d.mustPost(in)
			parent = c.ID
			ids = append(ids, c.ID)
			d.clock.Advance(time.Minute)
		}
		draw := func() string {
			row, err := newsroom.ByID(d.Context(), d.db, a.ID)
			if err != nil {
				d.Fatal(err)
			}
			p, err := thread.Load(d.Context(), d.db, firstPage(row))
			if err != nil {
				d.Fatal(err)
			}
			return shape(p.Threads)
		}
		if got, want := draw(), "1(2(3(4(5 6@5 7@6 8@7))))"; got != want {
			d.Errorf("threads %s, want %s", got, want)
		}
		d.decide(discussion.DoTrash, ids[1])
		if got, want := draw(), "1(2x(3(4(5 6@5 7@6 8@7))))"; got != want {
			d.Errorf("without 2: %s, want %s", got, want)
		}
		d.decide(discussion.DoTrash, ids[0])
		if got, want := draw(), "1x(2x(3(4(5 6@5 7@6 8@7))))"; got != want {
			d.Errorf("without 1: %s, want %s", got, want)
		}
		d.decide(discussion.DoSpam, ids[2:]...)
		if got := draw(); got != "" {
			d.Errorf("all gone: %s", got)
		}
		d.decide(discussion.DoRestore, ids...)
		if got, want := draw(), "1(2(3(4(5 6@5 7@6 8@7))))"; got != want {
			d.Errorf("restored: %s, want %s", got, want)
		}
		d.recount()
	})
}

func TestImportedThreadsComeInAnyOrder(t *testing.T) {
	each(t, func(d *desk) {
		if _, _, err := newsroom.Save(d.Context(), d.db, models.ActorCommand, newsroom.AnyVersion, newsroom.Manuscript{Source: "paper", SourceID: "a1", Title: "Imported"}); err != nil {
			d.Fatal(err)
		}
		rows := strings.Join([]string{
			`{"id":"3","article_id":"a1","parent":"2","author":"C","text":"third","date":"2026-11-01T10:02:00Z"}`,
			`{"id":"2","article_id":"a1","parent":"1","author":"B","text":"second","date":"2026-11-01T10:01:00Z"}`,
			`{"id":"1","article_id":"a1","author":"","text":"first","date":"2026-11-01T10:00:00Z"}`,
			`{"id":"4","article_id":"a1","parent":"5","text":"a cycle","date":"2026-11-01T11:00:00Z"}`,
			`{"id":"5","article_id":"a1","parent":"4","text":"of two","date":"2026-11-01T11:01:00Z"}`,
			`{"id":"6","article_id":"a1","parent":"never","text":"no parent","state":"hold"}`,
			`{"id":"7","article_id":"elsewhere","text":"lost"}`,
			`{"id":"8","article_id":"a1","text":"   "}`,
			`{"id":"9","article_id":"a1","text":"x","state":"pending"}`,
			`not json`,
			`{"id":"10\u0000","article_id":"a1","text":"a NUL in the id"}`,
			`{"id":"11","article_id":"a1","parent":"1\u0000","text":"and in the parent"}`,
			`{"id":"12","article_id":"a1\u0000","text":"and in the article"}`,
			`{"id":"13","source":"x\u0000","article_id":"a1","text":"and in the source"}`,
		}, "\n")
		for run := range 2 {
			var refused []int
			im := imports.Importer{DB: d.db, Reject: func(line int, _ error) { refused = append(refused, line) }}
			report, err := im.Run(d.Context(), strings.NewReader(rows))
			if err != nil || report.Created+report.Unchanged != 6 || report.Rejected != 8 || (run == 1) != (report.Unchanged == 6) {
				d.Fatalf("run %d: %+v, refused %v, %v", run+1, report, refused, err)
			}
		}
		a, err := newsroom.ByID(d.Context(), d.db, 1)
		if err != nil || a.CommentsApprove != 5 || a.CommentsHold != 1 {
			d.Fatalf("%+v %v", a, err)
		}
		p, err := thread.Load(d.Context(), d.db, firstPage(a))
		if got := shape(p.Threads); err != nil || got != "3(2(1)) 5(4)" && got != "3(2(1)) 4(5)" {
			// ids follow the order of the file: 1 is the third row's
			d.Logf("shape %s", got)
		}
		byText := map[string]*discussion.Comment{}
		list, err := discussion.Queue{Limit: 100}.List(d.Context(), d.db)
		if err != nil {
			d.Fatal(err)
		}
		for i := range list {
			byText[list[i].Text] = &list[i]
		}
		if byText["third"].ParentID != byText["second"].ID || byText["second"].ParentID != byText["first"].ID || byText["first"].Author != discussion.Anonymous {
			d.Errorf("the thread was not put together: %+v", list)
		}
		d.recount()
	})
}

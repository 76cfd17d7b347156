package handlers_test

import (
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"testing"

	"broadsheet/handlers"
	"broadsheet/models"
	"broadsheet/models/discussion"
	"broadsheet/models/discussion/appeals"
	"broadsheet/models/discussion/moderation"
	"broadsheet/models/discussion/writernotes"
	"broadsheet/models/discussion/writers"
	"broadsheet/models/modeltest"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/taxonomy"
	"broadsheet/models/people"
	"broadsheet/models/people/bans"
)

// foreignMark is part of the text, the name and the address of a comment outside
// the limited moderator's categories, and of the headline above it.
const foreignMark = "Xenolith"

// limitedSite has a moderator limited to one category, a comment there and one
// elsewhere, both from one browser and one network.
type limitedSite struct {
	*deskSite
	own, foreign               *discussion.Comment
	ownArticle, foreignArticle int64
	draft                      int64
	ownOp, foreignOp, mixedOp  string
	ban, networkBan, ownerBan  int64
	ownAppeal, foreignAppeal   int64
	ownToken, ownEmailAlone    string
	foreignNetwork, foreignTok string
}

func newLimitedSite(t *testing.T, db *models.DB, clock *modeltest.Clock) *limitedSite {
	t.Helper()
	s := &limitedSite{deskSite: newDeskSite(t, db, clock)}
	s.fillLimited(t, clock)
	return s
}

// fillLimited makes the site's moderator look after one category and the site's author
// after one article of it.
func (s *limitedSite) fillLimited(t *testing.T, clock *modeltest.Clock) {
	t.Helper()
	db := s.db
	ctx := t.Context()
	s.foreignArticle = s.save(newsroom.Manuscript{Title: foreignMark + " found", Body: "Text.", Categories: []taxonomy.CategoryRef{{Path: "science"}}, PublishedAt: clock.Now().Add(-1e9)}).ID
	s.draft = s.save(newsroom.Manuscript{Title: foreignMark + " draft", Body: "Text.", Status: newsroom.Draft, Categories: []taxonomy.CategoryRef{{Path: "sport/rowing"}}}).ID
	s.ownArticle = s.ids["regatta-day-1"]
	site := must(newsroom.LoadSite(ctx, db))
	s.check(people.SetCategoryLimit(ctx, db, models.ActorShell, s.users[people.Moderator].ID, []int64{site.Categories.ByPath("sport").ID}, "sport"))
	post := func(article int64, name, token, text string) *discussion.Comment {
		s.said++
		c, err := discussion.Post(ctx, db, site, discussion.Submission{
			ArticleID: article, Author: name, Email: name + "@example.org", Text: text, IP: netip.MustParseAddr("198.51.100.7"), Token: token,
		})
		s.check(err)
		return c
	}
	rule := func(action discussion.Action, list ...*discussion.Comment) string {
		var seen []discussion.Versioned
		for _, c := range list {
			seen = append(seen, discussion.Versioned{ID: c.ID})
		}
		op, _, err := discussion.Decide(ctx, db, s.actor(people.Editor), seen, discussion.Verdict{Undoable: true, Action: action})
		s.check(err)
		return op
	}
	s.own, s.foreign = post(s.ownArticle, "rower", "shared", "A word about oars."), post(s.foreignArticle, foreignMark, "shared", foreignMark+" is a word about stones.")
	s.ownAppeal, s.foreignAppeal = s.appeal(post(s.ownArticle, "pleader", "pleader", "A word about rows.")), s.appeal(post(s.foreignArticle, "plea", "plea", foreignMark+", too."))
	apart := post(s.ownArticle, "apart", "apart", "Another word about oars.")
	s.ownEmailAlone, s.ownToken, s.foreignTok, s.foreignNetwork = apart.Email, apart.TokenHash, s.foreign.TokenHash, s.foreign.Network
	s.ownOp, s.foreignOp = rule(discussion.DoSpam, apart), rule(discussion.DoSpam, post(s.foreignArticle, "other", "other", foreignMark+" again."))
	s.mixedOp = rule(discussion.DoSpam, post(s.foreignArticle, "third", "third", foreignMark+" once more."), post(s.ownArticle, "fourth", "fourth", "Oars once more."))
	s.check(moderation.Claim(ctx, db, nil, s.users[people.Editor].ID, []int64{s.foreign.ID}))
	editor := s.users[people.Editor]
	ban := func(mark bans.Target, value string) int64 {
		b, err := bans.Add(ctx, db, models.Actor{Name: editor.Name, UserID: &editor.ID}, bans.Guard{}, bans.Ban{Kind: bans.HeldBack, Target: mark, Value: value, Reason: foreignMark}, true)
		s.check(err)
		return b.ID
	}
	s.ban, s.networkBan = ban(bans.TargetEmail, "banned@xenolith.example"), ban(bans.TargetNetwork, "203.0.113.0/24")
	s.ownerBan = ban(bans.TargetEmail, s.ownEmailAlone)
	s.check(discussion.IndexComments(ctx, db))
	s.writes("some-author", s.ownArticle)
}

// appeal lets an editor decline a comment, and files an appeal.
func (s *limitedSite) appeal(c *discussion.Comment) int64 {
	_, _, err := discussion.Decide(s.Context(), s.db, s.actor(people.Editor), []discussion.Versioned{{ID: c.ID}}, discussion.Verdict{Action: discussion.DoTrash})
	s.check(err)
	a, err := appeals.File(s.Context(), s.db, c.ID, "Why, "+c.Author+"?")
	s.check(err)
	return a.ID
}

// foreignOnly is the stored form of the token of a browser that wrote in the foreign
// category only.
var foreignOnly = discussion.HashToken("other")

// writer returns the last part of the address of a browser's page.
func (s *limitedSite) writer(tokenHash string) string {
	return must(writers.Writer{Kind: writernotes.Browser, Value: tokenHash}.Address(models.NewKeyring(s.options.Secret)))
}

func (s *limitedSite) actor(role people.Role) models.Actor {
	return models.Actor{Name: s.users[role].Name, UserID: &s.users[role].ID}
}

// limitedAsk is one request of a limited moderator. want is "no right", "no
// page", "in", or "blind": an answer that shows nothing of the foreign comment.
type limitedAsk struct{ params, query, form, want string }

// limitedRoutes has an entry for every row of the desk that moderators may open.
// A row without one fails the test: add the answer that a moderator of some
// categories must get.
func (s *limitedSite) limitedRoutes() map[string][]limitedAsk {
	own, foreign, none := fmt.Sprint(s.own.ID), fmt.Sprint(s.foreign.ID), "99999"
	version := func(c *discussion.Comment) string { return fmt.Sprintf("%d.%d", c.ID, c.Version) }
	ban := func(comment, target, do string) string {
		form := url.Values{"comment": {comment}, "target": {target}, "kind": {"hold"}, "days": {"7"}, "reason": {"x"}, "do": {do}, "seen": {target}, "move": {"trash"}}
		return form.Encode()
	}
	rows := map[string][]limitedAsk{
		"queue": {
			{query: "state=hold&claimed=all", want: "blind"},
			{query: "state=all", want: "blind"},
			{query: "state=spam", want: "blind"},
			{query: "state=reported", want: "blind"},
			{query: "state=hold&article=" + fmt.Sprint(s.foreignArticle), want: "blind"},
			{query: "state=all&section=science", want: "blind"},
			{query: "state=all&q=stones", want: "blind"},
			{query: "state=all&network=" + url.QueryEscape(s.foreignNetwork), want: "blind"},
		},
		"decide": {
			{form: "do=approve&comment=" + version(s.foreign), want: "no right"},
			{form: "do=approve&comment=" + version(s.own) + "&comment=" + version(s.foreign), want: "no right"},
			{form: "do=approve&comment=" + none + ".1", want: "no right"},
			{form: "do=spam&all=matching&state=hold&article=" + fmt.Sprint(s.foreignArticle), want: "in"},
		},
		"authorize program":  {{query: "app_name=Notes", want: "blind"}},
		"post authorization": {{form: "do=nothing", want: "in"}},
		"undo": {
			{form: "operation=" + s.foreignOp, want: "no right"}, {form: "operation=" + s.mixedOp, want: "no right"}, {form: "operation=" + s.ownOp, want: "in"},
		},
		"card":         {{params: foreign, want: "no right"}, {params: own, want: "blind"}},
		"change text":  {{params: foreign, form: "comment=x&version=1", want: "no right"}, {params: own, form: "comment=Oars.&version=" + fmt.Sprint(s.own.Version), want: "in"}},
		"answer":       {{params: foreign, form: "comment=x&version=1", want: "no right"}},
		"new comments": {{query: "since=0", want: "blind"}},
		"choose":       {{form: "name=list&value=compact", want: "in"}},
		"saved filters": {
			{form: "state=hold&article=" + fmt.Sprint(s.foreignArticle) + "&name=Mine", want: "in"},
		},
		"saved replies":              {{want: "in"}},
		"post reasons for declining": {{form: "reason-spam=x", want: "no right"}},
		"post saved reply":           {{form: "name=x&text=y", want: "no right"}, {form: "do=drop&reply=1", want: "no right"}},
		"bans":                       {{want: "blind"}, {query: "all=yes", want: "blind"}},
		"ban": {
			{query: "comment=" + foreign, want: "no right"}, {query: "comment=" + none, want: "no page"}, {query: "comment=" + own, want: "in"},
		},
		"set ban": {
			{form: ban(foreign, "token "+s.foreignTok, "look"), want: "no right"},
			{form: ban(foreign, "token "+s.foreignTok, "set"), want: "no right"},
			{form: ban("", "email "+s.foreign.Email, "look"), want: "no right"},
			{form: ban("", "email "+s.foreign.Email, "set"), want: "no right"},
			// The browser has written in both categories, so a ban would reach beyond.
			{form: ban(own, "token "+s.foreignTok, "look"), want: "no right"},
			{form: ban(own, "token "+s.foreignTok, "set"), want: "no right"},
			{form: ban(own, "domain example.org", "set"), want: "no right"},
			{form: ban(own, "address "+s.foreignNetwork, "look"), want: "no right"},
			// An editor has banned that address already.
			{form: ban("", "email "+s.ownEmailAlone, "set"), want: "no right"},
			{form: ban("", "token "+s.ownToken, "look"), want: "in"},
		},
		"end ban": {
			{form: "ban=" + fmt.Sprint(s.ban), want: "no right"},
			{form: "ban=" + fmt.Sprint(s.networkBan), want: "no right"},
			{form: "ban=" + fmt.Sprint(s.ownerBan), want: "no right"},
			{form: "ban=" + none, want: "no right"},
		},
		"appeals": {{want: "blind"}},
		"answer appeal": {
			{params: fmt.Sprint(s.foreignAppeal), form: "do=reversed&version=2", want: "no right"},
			{params: fmt.Sprint(s.foreignAppeal), form: "do=upheld&version=2", want: "no right"},
			{params: fmt.Sprint(s.ownAppeal), form: "do=upheld&version=2", want: "in"},
			{params: none, form: "do=upheld&version=2", want: "no page"},
		},
		"figures":           {{want: "blind"}},
		"log":               {{want: "blind"}, {query: "comment=" + foreign, want: "blind"}, {query: "writer=" + foreign, want: "blind"}},
		"export log":        {{want: "blind"}, {query: "format=csv", want: "blind"}},
		"figures of robots": {{want: "blind"}},
		"closing": {
			{params: fmt.Sprint(s.foreignArticle), want: "no right"}, {params: fmt.Sprint(s.draft), want: "no page"}, {params: fmt.Sprint(s.ownArticle), want: "in"}, {params: none, want: "no page"},
		},
		"open and close": {
			{params: fmt.Sprint(s.foreignArticle), form: "state=closed&slow=0", want: "no right"},
			{params: fmt.Sprint(s.draft), form: "state=closed&slow=0", want: "no page"},
			{params: fmt.Sprint(s.ownArticle), form: "state=closed&slow=0", want: "in"},
		},
		"articles": {
			{want: "blind"},
			{query: "s=found", want: "blind"},
			{query: "status=held", want: "blind"},
			{query: "category=science", want: "blind"},
			{query: "id=" + fmt.Sprint(s.foreignArticle), want: "blind"},
		},
		"find articles":                   {{query: "s=x", want: "in"}},
		"hold everything":                 {{form: "do=start", want: "no right"}, {form: "do=end", want: "no right"}},
		"mail about held comments":        {{want: "blind"}},
		"choose mail about held comments": {{form: "wish=now", want: "in"}},
		"WordPress comment":               {{query: "c=" + foreign + "&action=approve", want: "no right"}, {query: "c=" + own, want: "in"}},
		"WordPress comments":              {{query: "comment_status=all", want: "in"}},
	}
	maps.Copy(rows, s.limitedWriters(own, foreign, none))
	return rows
}

// limitedWriters has the entries for the pages of writers.
func (s *limitedSite) limitedWriters(own, foreign, none string) map[string][]limitedAsk {
	return map[string][]limitedAsk{
		"writers": {
			{want: "blind"},
			{query: "list=banned", want: "blind"},
			{query: "list=marked", want: "blind"},
			{query: "list=noted", want: "blind"},
			{query: "q=" + foreignMark[:4], want: "blind"},
			{query: "q=" + url.QueryEscape(s.foreignNetwork), want: "blind"},
		},
		"writer of a comment": {{params: foreign, want: "no right"}, {params: none, want: "no page"}, {params: own, want: "in"}},
		"writer": {
			{params: s.writer(s.foreignTok), want: "blind"},
			{params: s.writer(s.ownToken), want: "blind"},
			{params: s.writer(foreignOnly), want: "no page"},
			{params: "browser-00", want: "no page"},
			{params: "account-99999", want: "no page"},
		},
		"note about a writer": {
			{params: s.writer(foreignOnly), form: "text=x", want: "no page"}, {params: s.writer(s.ownToken), form: "text=x", want: "in"},
		},
		"mark a writer": {
			{params: s.writer(foreignOnly), form: "mark=trust&days=7", want: "no right"},
			// The browser has written in both categories, so trust would reach beyond.
			{params: s.writer(s.foreignTok), form: "mark=trust&days=7", want: "no right"},
			{params: s.writer(s.ownToken), form: "mark=hold&days=7", want: "in"},
		},
		"change a field": {
			{params: foreign, form: "field=name&value=x&version=1", want: "no right"},
			{params: own, form: "field=name&value=rower&version=" + fmt.Sprint(s.own.Version), want: "in"},
		},
	}
}

// limitedOutcome names the kind of answer that a limited moderator got.
func limitedOutcome(w *httptest.ResponseRecorder, asked limitedAsk) string {
	shown := w.Body.String()
	switch got := outcome(w); {
	case strings.Contains(shown, foreignMark):
		return "shows a foreign comment"
	case w.Code == http.StatusForbidden && got == "no right":
		return "no right"
	case w.Code == http.StatusNotFound:
		return "no page"
	case got == "in" && w.Code < 400:
		return map[bool]string{true: "blind", false: "in"}[asked.want == "blind"]
	default:
		return fmt.Sprintf("%s, %d", got, w.Code)
	}
}

// A moderator of some categories and the author of an article ask every row of the
// desk for a comment or an article of others. The answers show no such comment, and
// none changes.
func TestALimitedModeratorOrAuthorSeesAndDecidesOnlyTheOwn(t *testing.T) {
	t.Parallel()
	for _, role := range []people.Role{people.Moderator, people.AuthorRole} {
		t.Run(string(role), func(t *testing.T) {
			t.Parallel()
			modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
				newLimitedSite(t, db, clock).asksForOthers(t, role)
			})
		})
	}
}

func (s *limitedSite) asksForOthers(t *testing.T, role people.Role) {
	db := s.db
	before := *must(discussion.ByID(t.Context(), db, s.foreign.ID))
	known, cookie := s.limitedRoutes(), s.cookie(role)
	for _, row := range handlers.Rows() {
		if row.Entry == handlers.Anyone || row.Entry == handlers.SignedIn || !row.Entry.Admits(people.Moderator.May) {
			continue
		}
		if !row.Entry.Admits(role.May) {
			delete(known, row.Name)
			continue
		}
		asks := known[row.Name]
		if len(asks) == 0 {
			t.Errorf("%s %s (%q) does not stand in limitedRoutes", row.Method, row.Path, row.Name)
		}
		for _, asked := range asks {
			w := s.ask(row, deskRoute{params: asked.params, form: asked.form}, cookie, func(r *http.Request) { r.URL.RawQuery = asked.query })
			if got := limitedOutcome(w, asked); got != asked.want {
				t.Errorf("%s %s %+v: %s", row.Method, row.Path, asked, got)
			}
		}
		delete(known, row.Name)
	}
	for name := range known {
		t.Errorf("limitedRoutes has %q, the table has not", name)
	}
	after := *must(discussion.ByID(t.Context(), db, s.foreign.ID))
	if after.State != before.State || after.Text != before.Text || after.Version != before.Version {
		t.Errorf("the foreign comment is now %+v", after)
	}
	if a := must(newsroom.ByID(t.Context(), db, s.foreignArticle)); a.CommentStatus != newsroom.CommentsOpen {
		t.Errorf("the foreign story is %s", a.CommentStatus)
	}
}

// An author sees the comments under the own stories without the writers' addresses, and
// learns of none by a filter.
func TestAnAuthorSeesNoAddresses(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		s := newLimitedSite(t, db, clock)
		cookie := s.cookie(people.AuthorRole)
		show := func(path, query string) string {
			t.Helper()
			w := s.ask(handlers.Route{Method: http.MethodGet, Path: path}, deskRoute{}, cookie, func(r *http.Request) { r.URL.RawQuery = query })
			if w.Code != http.StatusOK {
				t.Fatalf("%s: %d", path, w.Code)
			}
			return w.Body.String()
		}
		card := fmt.Sprintf("/desk/comments/%d", s.own.ID)
		for _, page := range []string{
			show("/desk/comments", "state=hold"), show("/desk/comments", "state=hold&network=203.0.113.0/24"),
			show("/desk/comments", "state=hold&author=nobody@example.org"), show(card, ""),
		} {
			if !strings.Contains(page, "A word about oars.") {
				t.Error("the comment under the own story is missing")
			}
			for _, secret := range []string{s.own.Email, "198.51.100", s.own.Agent, "/desk/bans/new", "/desk/hold-hour", "/desk/figures"} {
				if secret != "" && strings.Contains(page, secret) {
					t.Errorf("a page of an author has %q", secret)
				}
			}
		}
		other := s.ask(handlers.Route{Method: http.MethodGet, Path: card}, deskRoute{}, s.cookie(people.Contributor))
		if outcome(other) != "no right" {
			t.Errorf("a contributor: %s", outcome(other))
		}
		w := s.ask(handlers.Route{Method: http.MethodPost, Path: card + "/answer"}, deskRoute{form: fmt.Sprintf("comment=Thank+you.&version=%d", s.own.Version)}, cookie)
		if w.Code != http.StatusSeeOther {
			t.Errorf("the answer: %d", w.Code)
		}
		if c := must(discussion.ByID(t.Context(), db, s.own.ID)); c.State != discussion.Approved {
			t.Errorf("the answered comment is %s", c.State)
		}
	})
}

// The tabs of the queue and the answers to the desk's script count comments of
// the moderator's own categories.
func TestCountsOfALimitedModerator(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		s := newLimitedSite(t, db, clock)
		row := handlers.Route{Method: http.MethodPost, Path: "/desk/comments/decide"}
		w := s.ask(row, deskRoute{form: fmt.Sprintf("do=approve&comment=%d.%d", s.own.ID, s.own.Version)}, s.cookie(people.Moderator), func(r *http.Request) { r.Header.Set("Accept", "application/json") })
		// Of the own category there are one approved comment now and two in spam.
		for _, want := range []string{`"hold":0`, `"approve":1`, `"spam":2`} {
			if !strings.Contains(w.Body.String(), want) {
				t.Errorf("%s is missing in %s", want, w.Body)
			}
		}
		claims := s.ask(handlers.Route{Method: http.MethodGet, Path: "/desk/comments"}, deskRoute{}, s.cookie(people.Moderator))
		if strings.Contains(claims.Body.String(), "claimed=all") {
			t.Error("a colleague's claim elsewhere is counted")
		}
	})
}

// In other categories a limited moderator is an ordinary commenter: the rules
// apply. In the moderator's own category the comment is public at once.
func TestALimitedModeratorIsAnOrdinaryCommenterInOtherCategories(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		s := newLimitedSite(t, db, clock)
		for _, test := range []struct {
			article int64
			want    discussion.State
		}{{s.foreignArticle, discussion.Held}, {s.ownArticle, discussion.Approved}} {
			article, want := test.article, test.want
			text := fmt.Sprint("A word of mine under story ", article)
			w := s.ask(handlers.Route{Method: http.MethodPost, Path: "/wp-comments-post.php"}, deskRoute{form: url.Values{"comment_post_ID": {fmt.Sprint(article)}, "comment": {text}}.Encode()}, s.cookie(people.Moderator))
			var state discussion.State
			s.check(db.Query(t.Context()).Raw("SELECT state FROM comments WHERE text = ?", text).Scan(&state).Error)
			if w.Code != http.StatusSeeOther || state != want {
				t.Errorf("story %d: %d, %s, want %s", article, w.Code, state, want)
			}
		}
	})
}

package handlers_test

import (
	"bytes"
	"fmt"
	"image"
	"image/jpeg"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"broadsheet/handlers"
	"broadsheet/models"
	"broadsheet/models/blob"
	"broadsheet/models/discussion"
	"broadsheet/models/modeltest"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/drafts"
	"broadsheet/models/newsroom/embargo"
	"broadsheet/models/newsroom/notes"
	"broadsheet/models/newsroom/previews"
	"broadsheet/models/newsroom/search"
	"broadsheet/models/newsroom/timetable"
	"broadsheet/models/people"
	"broadsheet/models/richtext"
)

// hiddenMark is in every text of the hidden stories: headline, body, tag, byline, note.
const hiddenMark = "quennellmark"

// sameForAll are rows that show nothing of a story, or whose answer differs at every request.
var sameForAll = []string{
	"health", "ready", "asset", "app icon", "first administrator",
	"share picture", // its address has a digest of the article: TestSharePicturesOfArticlesThatAreNotPublic
}

// hiddenSite is a site before and after stories that are not public.
type hiddenSite struct {
	*deskSite
	ids     []int64 // that the hidden stories will have
	paths   []string
	files   []string // pictures of the hidden stories
	cookies map[string]*http.Cookie
}

// hiddenKinds are the ways in which a story is not public.
var hiddenKinds = []string{"draft", "review", "scheduled", "embargoed", "embargoed and scheduled", "trashed"}

func hiddenTitle(kind string) string { return "Story " + kind + " " + hiddenMark }

func hiddenSlug(kind string) string {
	return "story-" + strings.ReplaceAll(kind, " ", "-") + "-" + hiddenMark
}

// hide makes a story of every kind, with pictures, a preview, versions, notes and a plan. A
// public story gets a draft that waits for its time, with all of these, too.
func (s *hiddenSite) hide(live *newsroom.Article) {
	s.Helper()
	editor := models.Actor{UserID: &s.users[people.Editor].ID, Name: "Some editor"}
	ctx, at := s.Context(), s.clock.Now().Add(time.Hour)
	text := func(title string, n int) newsroom.Manuscript {
		lead, inside := s.picture(2*n), s.picture(2*n+1)
		return newsroom.Manuscript{
			Title: title, Format: richtext.HTML, PictureID: &lead.ID, Tags: []string{hiddenMark}, Standfirst: hiddenMark,
			Body:    `<p>` + hiddenMark + ` in the text.</p><img src="/media/` + inside.Key + `/640.jpg" alt="">`,
			Authors: []newsroom.AuthorRef{{Name: "Author " + hiddenMark}},
		}
	}
	for i, kind := range hiddenKinds {
		m := text(hiddenTitle(kind), i+1)
		m.Slug = hiddenSlug(kind)
		id, stored, err := drafts.Create(ctx, s.db, editor, m)
		s.check(err)
		if id != s.ids[i] {
			s.Fatalf("the story got number %d, want %d: the walk before asked for another one", id, s.ids[i])
		}
		m.Standfirst += " again"
		_, err = drafts.Save(ctx, s.db, editor, id, stored.Number, m, nil)
		s.check(err)
		s.about(editor, id)
		if strings.HasPrefix(kind, "embargoed") {
			s.check(embargo.Set(ctx, s.db, editor, id, models.At(at)))
		}
		switch kind {
		case "review":
			_, err = drafts.Show(ctx, s.db, editor, id, drafts.Move{To: newsroom.InReview})
		case "scheduled", "embargoed and scheduled":
			_, err = drafts.Show(ctx, s.db, editor, id, drafts.Move{To: newsroom.Scheduled, At: at})
		case "trashed":
			err = discussion.SetArticleStatus(ctx, s.db, editor, id, newsroom.Trashed, "")
		}
		s.check(err)
	}
	d, err := drafts.Open(ctx, s.db, live.ID)
	s.check(err)
	stored, err := drafts.Save(ctx, s.db, editor, live.ID, d.Number, text(hiddenTitle("changed"), len(hiddenKinds)+1), nil)
	s.check(err)
	s.check(timetable.Set(ctx, s.db, editor, timetable.Plan{
		ArticleID: live.ID, Act: timetable.Update, At: models.At(at), Number: stored.Number, Base: 1,
	}))
	s.about(editor, live.ID)
	s.settle()
}

// about adds the editors' notes on a story.
func (s *hiddenSite) about(editor models.Actor, id int64) {
	_, err := notes.Add(s.Context(), s.db, editor, notes.Note{ArticleID: id, Text: hiddenMark})
	s.check(err)
	_, err = previews.Make(s.Context(), s.db, editor, id)
	s.check(err)
}

// settle runs the periodic work that public pages depend on.
func (s *hiddenSite) settle() {
	_, err := timetable.Run(s.Context(), s.db)
	s.check(err)
	s.check(search.Keep(s.Context(), s.db))
	s.check(s.rankArticles())
}

// walk returns the addresses of a row. An address with a number is asked for with those of
// hidden stories, one with a list by words of theirs.
func (s *hiddenSite) walk(t *testing.T, row handlers.Route) (list []string) {
	paths := []string{row.Path}
	fill := func(part string, values ...string) {
		if !strings.Contains(paths[0], part) {
			return
		}
		var filled []string
		for _, p := range paths {
			for _, v := range values {
				filled = append(filled, strings.Replace(p, part, v, 1))
			}
		}
		paths = filled
	}
	var numbers []string
	for _, id := range s.ids {
		numbers = append(numbers, fmt.Sprint(id))
	}
	for _, part := range regexp.MustCompile(`:\w+|\*`).FindAllString(row.Path, -1) {
		switch {
		case part == ":id":
			fill(part, numbers...)
		case part == ":number":
			fill(part, "1", "2", numbers[0])
		case part == ":format":
			fill(part, "atom", "json", "rss2")
		case part == ":part":
			fill(part, "1.xml", "articles-1.xml", "categories.xml", "tags.xml", "authors.xml", "2026-11.xml", hiddenMark+".xml")
		case row.Name == "picture", row.Name == "picture of a preview":
			fill(":key", s.files...)
			fill(":picture", s.files...)
			fill(":file", "640.jpg")
		case part == ":name":
			fill(part, "post", "category", "publish", "draft")
		case part == ":key":
			fill(part, "1-0123456789abcdef0123456789abcdef", numbers[0])
		case row.Name == "address":
			return s.addresses()
		case part == "*":
			fill(part, hiddenMark+"/", "author-"+hiddenMark+"/", "world-news/", "1/", numbers[0]+"/", "search/"+hiddenMark+"/")
		default:
			t.Errorf("%s has the parameter %s: the walk does not know what to ask for", row.Path, part)
		}
	}
	all := strings.Join(numbers, ",")
	queries := map[string][]string{
		"s": {hiddenMark}, "search": {hiddenMark}, "slug": {hiddenMark, hiddenSlug("draft")}, "q": {hiddenMark},
		"include": {all}, "post": {all}, "p": numbers, "parent": numbers[:1], "replytocom": numbers[:1], "after": numbers[:1],
		"author": {hiddenMark, "1"}, "category": {hiddenMark, "1"}, "feed": {"rss2", "atom"},
		"order": {"newest"}, "orderby": {"modified", "title"},
		"status": {"draft", "any"}, "context": {"edit"}, "_embed": {"1"},
	}
	for _, p := range slices.Clone(paths[:min(2, len(paths))]) {
		for _, param := range row.Params {
			for _, value := range queries[param] {
				paths = append(paths, p+"?"+param+"="+value)
			}
		}
	}
	if row.Name == "oEmbed" {
		for _, p := range s.paths {
			paths = append(paths, row.Path+"?url="+url.QueryEscape(s.options.BaseURL.String()+p))
		}
	}
	return paths
}

// addresses are those of stories, hidden and public, of lists and of their feeds.
func (s *hiddenSite) addresses() (list []string) {
	bases := append(slices.Clone(s.paths),
		"/2026/11/20/strait-opens-again/", "/2026/11/18/pilots-walk-out-in-the-strait/", "/2026/", "/2026/11/", "/2026/11/20/",
		"/2026/11/21/",
		"/"+hiddenMark+"/", "/"+hiddenSlug("draft")+"/")
	for i, b := range bases {
		list = append(list, b, b+"feed/")
		if i < 2 || i >= len(s.paths) {
			list = append(list, b+"feed/atom/", b+"feed/json/", b+"page/2/", b+"comment-page-1/", b+"embed/", b+"changes/", b+"republish/")
		}
	}
	return list
}

// answer is all that a reader can tell two answers apart by.
func answer(w *httptest.ResponseRecorder) string {
	h := w.Header().Clone()
	h.Del("Date")
	h.Del("X-Request-Id")
	h.Del("Server-Timing")
	var b strings.Builder
	fmt.Fprintln(&b, w.Code)
	_ = h.WriteSubset(&b, map[string]bool{"Set-Cookie": true})
	b.Write(w.Body.Bytes())
	return b.String()
}

// look asks for every public address as a stranger, as a replier and as an author of other
// stories.
func (s *hiddenSite) look(t *testing.T) map[string]string {
	seen := map[string]string{}
	for _, row := range handlers.Rows() {
		if row.Method != http.MethodGet || slices.Contains(sameForAll, row.Name) {
			continue
		}
		public := row.Entry == handlers.Anyone
		if !public && !strings.Contains(row.Path, ":id") {
			continue // the lists of the desk have a test of their own
		}
		for i, path := range s.walk(t, row) {
			for who, cookie := range s.cookies {
				if !public && who != "author" || public && who != "stranger" && i > 2 {
					continue // pages for a stranger are the ones that a cache shares
				}
				asked := row
				asked.Path = path
				w := s.ask(asked, deskRoute{}, cookie)
				if w.Code >= 500 {
					t.Errorf("%s, %s: %d", path, who, w.Code)
				}
				seen[who+" "+path] = answer(w)
			}
		}
	}
	return seen
}

// Nothing that a stranger, a replier or another author can ask for tells that there is a
// story which is not public: not a byte, not a date, not an ETag.
func TestNothingTellsOfAStoryThatIsNotPublic(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		s := &hiddenSite{deskSite: newDeskSite(t, db, clock)}
		live := must(newsroom.ByID(t.Context(), db, s.ids0("strait-opens-again")))
		var last int64
		_, err := models.QueryRow(t.Context(), db, []any{&last}, "SELECT MAX(id) FROM articles")
		s.check(err)
		for i, kind := range hiddenKinds {
			s.ids = append(s.ids, last+int64(i)+1)
			for _, day := range []string{"2026/11/20", "2026/11/21"} {
				s.paths = append(s.paths, "/"+day+"/"+hiddenSlug(kind)+"/")
			}
		}
		// A picture of the waiting text of a live story is as public as one without a story: no page
		// shows its key, which nobody can guess.
		for n := 2; n < 2*len(hiddenKinds)+2; n++ {
			s.files = append(s.files, s.pictureKey(n))
		}
		s.cookies = map[string]*http.Cookie{"stranger": nil, "replier": s.replier(live.ID), "author": s.cookie(people.AuthorRole)}
		s.settle()
		before := s.look(t)
		if again := s.look(t); len(again) == 0 {
			t.Fatal("nothing was asked for")
		} else {
			for what := range before {
				if before[what] != again[what] {
					t.Errorf("%s answers otherwise when nothing has happened:\n%s", what, firstDifference(before[what], again[what]))
					delete(before, what)
				}
			}
		}
		s.hide(live)
		after, wrong := s.look(t), 0
		for what, was := range before {
			switch is := after[what]; {
			case is == was:
			case wrong < 20:
				t.Errorf("%s has changed:\n%s", what, firstDifference(was, is))
				fallthrough
			default:
				wrong++
			}
		}
		t.Logf("%d answers compared, %d differ", len(before), wrong)
		s.desk(t)
	})
}

// desk looks at the lists of the desk as an author of other stories: they may differ, and have
// nothing of the hidden ones.
func (s *hiddenSite) desk(t *testing.T) {
	for _, row := range handlers.Rows() {
		known := deskRoutes[row.Name]
		numbered, help := strings.ContainsAny(row.Path, ":*"), strings.Contains(row.Path, "help")
		if row.Method != http.MethodGet || row.Entry == handlers.Anyone || numbered || help {
			continue
		}
		w := s.ask(row, known, s.cookies["author"])
		if body := w.Body.String(); strings.Contains(body, hiddenMark) {
			t.Errorf("%s shows another author a hidden story: %s", row.Path, around(body, hiddenMark))
		}
	}
}

func around(body, mark string) string {
	i := strings.Index(body, mark)
	return body[max(0, i-150):min(len(body), i+80)]
}

// firstDifference returns the places where two answers begin to differ.
func firstDifference(a, b string) string {
	i := 0
	for i < len(a) && i < len(b) && a[i] == b[i] {
		i++
	}
	cut := func(s string) string { return s[max(0, i-80):min(len(s), i+120)] }
	return "was " + cut(a) + "\nis  " + cut(b)
}

// replier returns the cookie of a browser that has written a comment.
func (s *hiddenSite) replier(article int64) *http.Cookie {
	s.Helper()
	row := handlers.Route{Method: http.MethodPost, Path: "/wp-comments-post.php"}
	form := fmt.Sprintf("comment_post_ID=%d&author=Anna&email=anna@example.org&comment=A+comment+that+waits.", article)
	w := s.ask(row, deskRoute{form: form}, nil)
	for _, c := range w.Result().Cookies() {
		if w.Code == http.StatusSeeOther || w.Code == http.StatusFound {
			return c
		}
	}
	s.Fatalf("the comment was answered with %d and %v", w.Code, w.Header())
	return nil
}

// pictureKey returns the key that picture(n) will have.
func (s *hiddenSite) pictureKey(n int) string {
	s.Helper()
	var photo bytes.Buffer
	s.check(jpeg.Encode(&photo, image.NewGray(image.Rect(0, 0, 400, 300+n)), nil))
	p, _, err := blob.Inspect(&photo)
	s.check(err)
	return p.Key
}

// ids0 returns the number of an article of the site by its slug.
func (s *hiddenSite) ids0(slug string) int64 { return s.testSite.ids[slug] }

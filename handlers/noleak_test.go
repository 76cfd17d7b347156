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
	"broadsheet/models/people/apppasswords"
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
	live    int64   // a public story that will have a draft; 0 for none
	paths   []string
	files   []string // pictures of the hidden stories
	cookies map[string]*http.Cookie
	// password is the application password of a contributor.
	password string
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
	if s.live != 0 && (row.Entry != handlers.Anyone || strings.HasPrefix(row.Path, restBase)) { // its draft waits
		numbers = append(numbers, fmt.Sprint(s.live))
	}
	for _, part := range regexp.MustCompile(`:\w+|\*`).FindAllString(row.Path, -1) {
		switch {
		case part == ":id":
			fill(part, numbers...)
		case part == ":number":
			fill(part, "1", "2", numbers[0])
		case part == ":user_id":
			fill(part, "1", "me")
		case part == ":uuid":
			fill(part, "01234567-89ab-4cde-8f01-23456789abcd")
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
	if row.Name == "REST posts" { // as a program looks for what it may not see
		for _, words := range []string{"search=" + hiddenMark, "include=" + all, "slug=" + hiddenSlug("draft"), "per_page=100"} {
			paths = append(paths, row.Path+"?status=any&context=edit&"+words, row.Path+"?status=draft,pending,future,private,trash&context=edit&"+words)
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

// visitors makes the visitors that use a browser: a stranger, a commenter, the author of
// another story, and a moderator of another category.
func (s *hiddenSite) visitors(article int64) {
	s.cookies = map[string]*http.Cookie{
		"stranger": nil, "replier": s.replier(article), "author": s.cookie(people.AuthorRole), "moderator": s.cookie(people.Moderator),
	}
	secret, err := apppasswords.Make(s.Context(), s.db, s.users[people.Contributor], "program")
	s.check(err)
	s.password = secret
	other := must(newsroom.LoadSite(s.Context(), s.db)).Categories.All()[0]
	s.check(people.SetCategoryLimit(s.Context(), s.db, models.ActorShell, s.users[people.Moderator].ID, []int64{other.ID}, "a test"))
}

// asProgram sends a request as a contributor's program.
func (s *hiddenSite) asProgram(r *http.Request) {
	r.SetBasicAuth(s.users[people.Contributor].Email, s.password)
}

// look asks for every public address as each of the visitors, and for the desk's pages of a
// story as those who have a desk.
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
				onDesk := who == "author" || who == "moderator"
				if !public && !onDesk || public && who != "stranger" && i > 2 {
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
			if public && strings.HasPrefix(path, restBase) {
				asked := row
				asked.Path = path
				seen["program "+path] = answer(s.ask(asked, deskRoute{}, nil, s.asProgram))
			}
		}
	}
	return seen
}

// Nothing that a stranger, a replier or another author can ask for tells that there is a
// story which is not public: not a byte, not a date, not an ETag.
func TestLongNothingTellsOfAStoryThatIsNotPublic(t *testing.T) {
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
		for n := 2; n < 2*len(hiddenKinds)+4; n++ { // those of the waiting draft of a live story as well
			s.files = append(s.files, s.pictureKey(n))
		}
		s.live = live.ID
		s.visitors(live.ID)
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
		compareAnswers(t, before, s.look(t))
		s.desk(t)
	})
}

// sharedByWriters is the list of tags as programs see it: all who may write share one list,
// so that nobody makes a tag a second time.
const sharedByWriters = "program " + restBase + "/tags"

// compareAnswers fails for each answer that has changed.
func compareAnswers(t *testing.T, before, after map[string]string) {
	t.Helper()
	wrong := 0
	for what, was := range before {
		switch is := after[what]; {
		case is == was, strings.HasPrefix(what, sharedByWriters):
		case wrong < 20:
			t.Errorf("%s has changed:\n%s", what, firstDifference(was, is))
			fallthrough
		default:
			wrong++
		}
	}
	t.Logf("%d answers compared, %d differ", len(before), wrong)
}

// pastKinds are the ways in which a story is not public any more.
var pastKinds = []string{"withdrawn", "once public and trashed", "once public and a draft"}

// datesInside are the parts of a page that tell when something has changed last. They move
// forward with each change, also with one that was taken back, and so does Last-Modified.
var (
	datesInside = regexp.MustCompile(`<(lastmod|updated|lastBuildDate|dc:date|pubDate)>[^<]*`)
	lastChanged = regexp.MustCompile(`Last-Modified: [^\n]*\n`)
	etags       = regexp.MustCompile(`Etag: [^\n]*\n`)
)

// withoutDates removes the dates of the last change from an answer, and the ETag of an
// answer that has such a date inside.
func withoutDates(answer string) string {
	answer = lastChanged.ReplaceAllString(answer, "")
	if datesInside.MatchString(answer) {
		answer = etags.ReplaceAllString(datesInside.ReplaceAllString(answer, ""), "")
	}
	return answer
}

// Of a story that was public, a withdrawn one answers at its own address that it was
// withdrawn, with the note and the date. Nothing else tells that it was there, but for the
// dates of the lists that have had it: other pages have the same bytes as before it.
func TestLongNothingTellsOfAStoryThatWasPublic(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		s := &hiddenSite{deskSite: newDeskSite(t, db, clock)}
		var last int64
		_, err := models.QueryRow(t.Context(), db, []any{&last}, "SELECT MAX(id) FROM articles")
		s.check(err)
		published := clock.Now().Add(-time.Hour)
		for i, kind := range pastKinds {
			s.ids = append(s.ids, last+int64(i)+1)
			s.paths = append(s.paths, "/"+published.UTC().Format("2006/01/02")+"/"+hiddenSlug(kind)+"/")
			s.files = append(s.files, s.pictureKey(2*i+2), s.pictureKey(2*i+3))
		}
		s.visitors(s.ids0("strait-opens-again"))
		s.settle()
		before := s.look(t)
		s.publishAndTakeBack(t, published)
		after, withdrawn := s.look(t), 0
		for what, is := range after {
			before[what], after[what] = withoutDates(before[what]), withoutDates(is)
			_, address, _ := strings.Cut(what, " ")
			if !strings.Contains(address, fmt.Sprint(s.ids[0])) && !strings.Contains(address, hiddenSlug(pastKinds[0])) {
				continue
			}
			// These are addresses of the withdrawn story.
			for _, word := range []string{"Story withdrawn", hiddenMark + " in the text", "Author " + hiddenMark, s.files[0], s.files[1]} {
				if strings.Contains(is, word) {
					t.Errorf("%s shows %q of the withdrawn story: %s", what, word, around(is, word))
				}
			}
			if strings.HasPrefix(is, "410\n") {
				withdrawn++
				delete(before, what)
			} else if strings.HasPrefix(is, "403\n") && strings.Contains(address, "/desk/") {
				delete(before, what) // the desk refuses a story that it knows
			}
			if what == "stranger "+s.paths[0] && !strings.Contains(is, "A note to readers.") {
				t.Errorf("%s has no note: %s", what, is)
			}
		}
		if withdrawn == 0 {
			t.Error("no address says that the story was withdrawn")
		}
		compareAnswers(t, before, after)
		s.desk(t)
	})
}

// publishAndTakeBack publishes a story of each of the pastKinds, lets pages show it, and takes
// it back.
func (s *hiddenSite) publishAndTakeBack(t *testing.T, published time.Time) {
	s.Helper()
	editor := models.Actor{UserID: &s.users[people.Editor].ID, Name: "Some editor"}
	for i, kind := range pastKinds {
		lead, inside := s.picture(2*i+2), s.picture(2*i+3)
		a := s.save(newsroom.Manuscript{
			Title: hiddenTitle(kind), Slug: hiddenSlug(kind), Format: richtext.HTML, PictureID: &lead.ID, Tags: []string{hiddenMark}, Standfirst: hiddenMark,
			Body:    `<p>` + hiddenMark + ` in the text.</p><img src="/media/` + inside.Key + `/640.jpg" alt="">`,
			Authors: []newsroom.AuthorRef{{Name: "Author " + hiddenMark}}, PublishedAt: published,
		})
		if a.ID != s.ids[i] || must(newsroom.LoadSite(s.Context(), s.db)).ArticlePath(a) != s.paths[i] {
			s.Fatalf("the story is %d, want %d", a.ID, s.ids[i])
		}
		s.about(editor, a.ID)
	}
	s.settle()
	if shown := s.look(t)["stranger "+s.paths[0]]; !strings.Contains(shown, hiddenMark+" in the text") {
		s.Fatalf("the story was not public: %s", shown)
	}
	for i, to := range []newsroom.Status{newsroom.Withdrawn, newsroom.Trashed, newsroom.Draft} {
		s.check(discussion.SetArticleStatus(s.Context(), s.db, editor, s.ids[i], to, "A note to readers."))
	}
	s.settle()
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

// A link to a preview that does not work tells nothing, not even that there was one: a
// forged, a revoked and an old link, and one of a story that was taken away, get the answer
// of a link that never was. A link shows the pictures of its own story only.
func TestPreviewsThatDoNotWorkAnswerAlike(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		s := newDeskSite(t, db, clock)
		signer := previews.Signer(models.NewKeyring(s.options.Secret))
		made := func(n int) (link, file string, id int64) {
			t.Helper()
			m := s.picture(n)
			a := s.save(newsroom.Manuscript{Title: fmt.Sprint("Hidden ", n, " ", hiddenMark), Body: hiddenMark, PictureID: &m.ID, Status: newsroom.Draft})
			p, err := previews.Make(t.Context(), db, models.ActorCommand, a.ID)
			s.check(err)
			return "/preview/" + p.Key(signer) + "/", m.Key, a.ID
		}
		one, first, id := made(1)
		two, second, _ := made(2)
		three, third, trashed := made(3)
		ask := func(path string) string {
			return answer(s.ask(handlers.Route{Method: http.MethodGet, Path: path}, deskRoute{}, nil))
		}
		const never = "0123456789abcdef0123456789abcdef"
		number := func(link string) string { return strings.SplitN(strings.TrimPrefix(link, "/preview/"), "-", 2)[0] }
		alike := func(what, link, file string) {
			t.Helper()
			for below, want := range map[string]string{"": ask("/preview/999-" + never + "/"), "media/" + file + "/320.jpg": ask("/preview/999-" + never + "/media/" + file + "/320.jpg")} {
				if got := ask(link + below); got != want || !strings.HasPrefix(got, "404\n") || strings.Contains(got, hiddenMark) {
					t.Errorf("%s, /%s answers otherwise:\n%s", what, below, firstDifference(want, got))
				}
			}
		}
		for link, file := range map[string]string{one: first, two: second, three: third} {
			if got := ask(link); !strings.HasPrefix(got, "200\n") || !strings.Contains(got, hiddenMark) || !strings.HasPrefix(ask(link+"media/"+file+"/320.jpg"), "200\n") {
				t.Fatalf("a link that works answers %.200s", got)
			}
		}
		if got := ask(one + "media/" + second + "/320.jpg"); !strings.HasPrefix(got, "404\n") {
			t.Errorf("the link of one story shows the picture of another: %.100s", got)
		}
		alike("a forged link", "/preview/"+number(one)+"-"+never+"/", first)
		alike("the signature of another link", strings.Replace(two, number(two)+"-", number(one)+"-", 1), first)
		s.check(previews.Revoke(t.Context(), db, models.ActorCommand, id))
		alike("a revoked link", one, first)
		s.check(discussion.SetArticleStatus(t.Context(), db, models.ActorCommand, trashed, newsroom.Trashed, ""))
		alike("the link of a story in the trash", three, third)
		clock.Advance(previews.Lasts)
		alike("an old link", two, second)
	})
}

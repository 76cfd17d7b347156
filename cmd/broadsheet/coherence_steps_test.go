package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"broadsheet/models"
	"broadsheet/models/discussion"
	"broadsheet/models/discussion/bystate"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/pictures"
	"broadsheet/models/newsroom/related"
	"broadsheet/models/newsroom/taxonomy"
	"broadsheet/models/settings"
)

// kind is a kind of step: its name, how often it is taken, and its function.
type kind struct {
	name  string
	often int
	do    func(*walk)
}

var kinds = slices.Concat(
	siteKinds, frontKinds, deskKinds, staffKinds, readKinds, editKinds, termKinds, libraryKinds, quietKinds, restKinds,
)

// siteKinds are the acts of readers, editors and commands, and the passing of
// time.
var siteKinds = []kind{
	{"reply", 14, (*walk).reply},
	{"answer", 8, (*walk).answer},
	{"own edit", 4, (*walk).editOwn},
	{"own removal", 2, (*walk).removeOwn},
	{"forget me", 1, (*walk).forgetMe},
	{"recommend", 5, (*walk).recommend},
	{"report", 3, (*walk).reportComment},
	{"decide", 14, (*walk).decide},
	{"decide and undo", 4, (*walk).undo},
	{"headline", 6, (*walk).headline},
	{"another section", 5, (*walk).anotherCategory},
	{"link to a story", 4, (*walk).link},
	{"slug", 3, (*walk).slug},
	{"translation", 4, (*walk).translation},
	{"date", 3, (*walk).date},
	{"status", 6, (*walk).status},
	{"schedule", 2, (*walk).schedule},
	{"rename a section", 2, (*walk).renameCategory},
	{"rename an author", 2, (*walk).renameAuthor},
	{"picture", 3, (*walk).picture},
	{"setting", 5, (*walk).setting},
	{"weights", 1, (*walk).weights},
	{"comments close", 2, (*walk).closeComments},
	{"command: decide", 1, (*walk).commandDecide},
	{"command: setting", 1, (*walk).commandSetting},
	{"command: article import", 1, (*walk).commandImport},
	{"command: comment import", 1, (*walk).commandComments},
	{"command: publish", 1, (*walk).commandPublish},
}

// faults change pages without touching a cache tag.
var faults = []kind{
	{"a headline without its tag", 0, func(w *walk) {
		w.forgetful("UPDATE articles SET title = 'Nobody was told' WHERE id = ?", w.articles[0])
	}},
	{"a count without its tag", 0, func(w *walk) {
		w.forgetful("UPDATE articles SET comments_approve = comments_approve + 1 WHERE id = ?", w.articles[0])
	}},
	{"a section's name without its tag", 0, func(w *walk) { w.forgetful("UPDATE categories SET name = 'Nobody was told' WHERE slug = ?", "world") }},
	{"a comment without its tag", 0, func(w *walk) {
		w.forgetful("UPDATE comments SET html = '<p>Nobody was told</p>' WHERE article_id = ? AND state = 'approve'", w.articles[0])
	}},
	{"a ranking without its tag", 0, func(w *walk) {
		w.forgetful("INSERT INTO top_lists (list, place, article_id) VALUES ('read-day', 99, ?)", w.articles[0])
	}},
	{"an author without its tag", 0, func(w *walk) { w.forgetful("UPDATE authors SET name = 'Nobody Told' WHERE slug = ?", "nadia-farrow") }},
}

func (w *walk) forgetful(statement string, arg any) {
	w.check(w.there.Write(w.Context(), func(tx *models.Tx) error { return tx.Query(w.Context()).Exec(statement, arg).Error }))
}

// db is the handle that a step writes with: the instance's own or another's.
func (w *walk) db() *models.DB {
	if w.rng.IntN(2) == 0 {
		return w.here
	}
	return w.there
}

func (w *walk) write(fn func(*models.Tx) error) { w.check(w.db().Write(w.Context(), fn)) }

var sections = []string{"world", "world/east", "sport", "arts"}

// fill makes the small newsroom that is walked through.
func (w *walk) fill() {
	for key, value := range map[string]string{
		"comment.flood": "0", "comment.previously-approved": "false", "comment.spam-score": "false", "comment.threads": "3", "list.stories": "4", "comment.report-hide": "2",
	} {
		w.check(w.there.Write(w.Context(), func(tx *models.Tx) error { return settings.Set(w.Context(), tx, key, value) }))
	}
	for range 2 {
		w.pictures = append(w.pictures, w.addPicture())
	}
	for i := range 6 {
		m := w.manuscript(i)
		m.ID, m.PublishedAt = 0, time.Now().Add(-time.Duration(i+1)*30*time.Hour)
		a, _, err := newsroom.Save(w.Context(), w.there, models.ActorCommand, newsroom.AnyVersion, m)
		w.check(err)
		w.articles = append(w.articles, a.ID)
	}
	site := w.loadSite()
	for i := range 12 {
		_, err := discussion.Post(w.Context(), w.there, site, discussion.Submission{
			ArticleID: w.articles[i/8], Author: fmt.Sprint("Reader ", i), Email: fmt.Sprintf("r%d@example.org", i), Text: fmt.Sprint("Thought ", i), NewToken: fmt.Sprint("t", i),
		})
		w.check(err)
	}
	now := time.Now().Add(-30 * time.Hour)
	w.paths = []string{
		"/", "/page/2/", "/sections/", "/category/world/", "/category/world/east/", "/category/sport/", "/tag/shipping/", "/author/nadia-farrow/", "/?s=story", "/search/nobody/",
		"/?s=text&category=world&order=newest", "/?s=nadia+farrow&paged=2", "/search/shipping/page/2/", "/?s=version&author=nadia-farrow",
		"/comment/1/thread/", now.UTC().Format("/2006/01/"), now.UTC().Format("/2006/"),
		"/robots.txt", "/wp-sitemap.xml", "/wp-sitemap-posts-page-1.xml", "/wp-sitemap-posts-post-1.xml", "/wp-sitemap-taxonomies-category-1.xml",
		"/wp-sitemap-taxonomies-post_tag-1.xml", "/wp-sitemap-users-1.xml", "/news-sitemap.xml",
		"/most-read/", "/most-read/week/", "/corrections/", "/corrections/page/2/",
		"/manifest.webmanifest", "/sw.js", "/offline/",
		"/wp-json/", "/wp-json/wp/v2/posts", "/wp-json/wp/v2/posts?_embed=1&per_page=100", "/wp-json/wp/v2/posts?orderby=modified",
		"/wp-json/wp/v2/posts?orderby=title&order=asc", "/wp-json/wp/v2/posts?categories=1", "/wp-json/wp/v2/posts?tags=1&author=1",
		"/wp-json/wp/v2/posts/2?_embed=1", "/wp-json/wp/v2/posts?slug=story-1", "/wp-json/wp/v2/comments", "/wp-json/wp/v2/comments?post=1",
		"/wp-json/wp/v2/comments/1?_embed=1", "/wp-json/wp/v2/categories", "/wp-json/wp/v2/categories/1", "/wp-json/wp/v2/tags",
		"/wp-json/wp/v2/tags?post=2", "/wp-json/wp/v2/tags/1", "/wp-json/wp/v2/users", "/wp-json/wp/v2/users/1", "/wp-json/wp/v2/media",
		"/wp-json/wp/v2/media/1", "/wp-json/wp/v2/search", "/wp-json/wp/v2/posts?sticky=true", "/wp-json/wp/v2/posts?sticky=false",
	}
}

// manuscript returns the i-th article, in its present form if it exists.
func (w *walk) manuscript(i int) newsroom.Manuscript {
	m := newsroom.Manuscript{
		Title: fmt.Sprintf("Story %d, version %d", i, w.number), Slug: fmt.Sprint("story-", i), Standfirst: "In short.", Body: fmt.Sprintf("Text %d.", w.number),
		Categories: []taxonomy.CategoryRef{{Path: sections[i%len(sections)]}}, Tags: []string{"Shipping", fmt.Sprint("Tag ", i%3)},
		Authors: []newsroom.AuthorRef{{Name: "Nadia Farrow"}},
	}
	if i%2 == 0 {
		m.PictureID = &w.pictures[i/2%2]
	}
	if i < len(w.articles) {
		a := w.row(w.articles[i])
		m.ID, m.Slug, m.Status, m.StatusNote = a.ID, a.Slug, a.Status, a.StatusNote
	}
	return m
}

// one returns the place of an article.
func (w *walk) one() int { return w.rng.IntN(len(w.articles)) }

func (w *walk) row(id int64) *newsroom.Article {
	a, err := newsroom.ByID(w.Context(), w.there, id)
	w.check(err)
	return a
}

func (w *walk) loadSite() *newsroom.Site {
	s, err := newsroom.LoadSite(w.Context(), w.there)
	w.check(err)
	return s
}

func (w *walk) save(change func(i int, m *newsroom.Manuscript)) {
	i := w.one()
	m := w.manuscript(i)
	change(i, &m)
	_, _, err := newsroom.Save(w.Context(), w.db(), models.ActorCommand, newsroom.AnyVersion, m)
	w.allow(err)
}

func (w *walk) headline() { w.save(func(int, *newsroom.Manuscript) {}) }

// translation moves an article into one of two groups of translations, or out of both.
func (w *walk) translation() {
	w.save(func(_ int, m *newsroom.Manuscript) {
		m.TranslationKey = new([]string{"", "strait", "harbour"}[w.rng.IntN(3)])
		m.Language = []string{"", "ar", "fr", "si"}[w.rng.IntN(4)]
	})
}

func (w *walk) anotherCategory() {
	w.save(func(_ int, m *newsroom.Manuscript) {
		path := sections[w.rng.IntN(len(sections))]
		if w.rng.IntN(8) == 0 {
			path = fmt.Sprint("new/section-", w.rng.IntN(3)) // made by this
		}
		m.Categories = []taxonomy.CategoryRef{{Path: path}, {Path: sections[w.rng.IntN(len(sections))]}}
		m.Tags = []string{fmt.Sprint("Tag ", w.rng.IntN(4))}
	})
}

func (w *walk) link() {
	target := w.row(w.articles[w.one()])
	path := w.loadSite().ArticlePath(target)
	w.save(func(_ int, m *newsroom.Manuscript) {
		m.Body = fmt.Sprintf("See [this](%s).\n\n%s\n\nStep %d.", path, path, w.number)
	})
}

func (w *walk) slug() {
	w.save(func(i int, m *newsroom.Manuscript) { m.Slug = fmt.Sprintf("story-%d-%d", i, w.rng.IntN(3)) })
}

func (w *walk) date() {
	w.save(func(_ int, m *newsroom.Manuscript) {
		m.PublishedAt = time.Now().Add(-time.Duration(1+w.rng.IntN(400)) * time.Hour)
	})
}

func (w *walk) schedule() {
	w.save(func(_ int, m *newsroom.Manuscript) {
		m.PublishedAt, m.Status = time.Now().Add(time.Second/2), newsroom.Published
	})
}

func (w *walk) closeComments() {
	w.save(func(_ int, m *newsroom.Manuscript) {
		m.Comments = []newsroom.CommentStatus{newsroom.CommentsOpen, newsroom.CommentsClosed}[w.rng.IntN(2)]
	})
}

func (w *walk) status() {
	a := w.row(w.articles[w.one()])
	to := newsroom.Published
	if a.Status == newsroom.Published {
		to = []newsroom.Status{newsroom.Withdrawn, newsroom.Draft, newsroom.Trashed}[w.rng.IntN(3)]
	}
	w.allow(discussion.SetArticleStatus(w.Context(), w.db(), models.ActorCommand, a.ID, to, "A note."))
}

// allow accepts a refusal by the models and fails for any other error.
func (w *walk) allow(err error) {
	w.Helper()
	if _, ok := errors.AsType[*models.Error](err); ok && models.KindOf(err) != models.Internal {
		w.refused++
		return
	}
	w.check(err)
}

func (w *walk) renameCategory() {
	all := w.loadSite().Categories.All()
	c := all[w.rng.IntN(len(all))]
	w.write(func(tx *models.Tx) error {
		return taxonomy.DescribeCategory(w.Context(), tx, c.ID, fmt.Sprintf("%s %d", c.Slug, w.number), "About it.", w.rng.IntN(5))
	})
}

func (w *walk) renameAuthor() {
	a := draw(w, w.authors()).Author
	a.Name, a.Role = fmt.Sprint("Nadia Farrow ", w.number), fmt.Sprint("reporter ", w.rng.IntN(9))
	w.write(func(tx *models.Tx) error { return taxonomy.DescribeAuthor(w.Context(), tx, a) })
}

func (w *walk) picture() {
	m := w.pictureRow()
	if m == nil {
		return
	}
	w.write(func(tx *models.Tx) error {
		_, err := pictures.Add(w.Context(), tx, pictures.Picture{
			Key: m.Key, Format: "jpeg", Width: 800, Height: 600, Alt: fmt.Sprint("A picture, ", w.number), FocusX: 10, FocusY: w.rng.IntN(99),
		})
		return err
	})
}

func (w *walk) aSetting() (key, value string) {
	list := [][2]string{
		{"site.name", fmt.Sprint("The Paper ", w.number)},
		{"site.tagline", fmt.Sprint("Line ", w.number)},
		{"list.stories", "3"},
		{"list.stories", "4"},
		{"comment.threads", "3"},
		{"comment.threads", "2"},
		{"related.stories", "2"},
		{"related.stories", "4"},
		{"front.most-read", "false"},
		{"correction.place", "top"},
		{"correction.place", "foot"},
		{"article.changes", "false"},
		{"article.changes", "true"},
		{"article.old-after", "1"},
		{"article.old-after", "365"},
		{"republish.open", "true"},
		{"republish.open", "false"},
		{"republish.terms", fmt.Sprint("Terms ", w.number)},
		{"front.most-read", "true"},
		{"comment.recommend", "false"},
		{"comment.recommend", "true"},
		{"site.language", "ar"},
		{"site.language", "en"},
		{"site.timezone", "Asia/Tokyo"},
		{"site.timezone", "UTC"},
		{"comment.hold-all", "true"},
		{"comment.hold-all", "false"},
		{"comment.close-after", "5"},
		{"comment.close-after", "0"},
		{"comment.depth", "2"},
		{"comment.depth", "5"},
		{"site.accent", "sea"},
		{"site.accent", "crimson"},
		{"site.about", fmt.Sprint("About the paper, step ", w.number)},
		{"feed.stories", "5"},
		{"feed.full-text", "true"},
		{"feed.full-text", "false"},
		{"nav.sections", w.somePaths()},
		{"nav.sections", ""},
		{"front.sections", w.somePaths()},
		{"front.sections", ""},
		{"comment.who", "everyone"},
		{"comment.who", "everyone"},
		{"comment.who", "verified"},
		{"comment.who", "staff"},
		{"comment.who", "closed"},
	}
	pick := list[w.rng.IntN(len(list))]
	return pick[0], pick[1]
}

func (w *walk) setting() {
	key, value := w.aSetting()
	w.write(func(tx *models.Tx) error { return settings.Set(w.Context(), tx, key, value) })
}

func (w *walk) weights() { w.check(related.RecomputeWeights(w.Context(), w.db())) }

// ownWriting is a comment and the browser that wrote it.
type ownWriting struct {
	id      int64
	cookies []*http.Cookie
}

// post sends a form to the instance, from a network of its own.
func (w *walk) post(path string, form url.Values, cookies []*http.Cookie) *httptest.ResponseRecorder {
	r := httptest.NewRequestWithContext(w.Context(), http.MethodPost, path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.RemoteAddr = w.network() + ":1"
	for _, c := range cookies {
		r.AddCookie(c)
	}
	answer := httptest.NewRecorder()
	w.site.ServeHTTP(answer, r)
	switch {
	case answer.Code >= 500:
		w.Fatalf("step %d: %s: %d %s", w.number, path, answer.Code, answer.Body)
	case answer.Code >= 400:
		w.refused++
	}
	return answer
}

var commentAnchor = regexp.MustCompile(`#comment-(\d+)$`)

func (w *walk) say(parent int64, article int64) {
	answer := w.post("/wp-comments-post.php", url.Values{
		"comment_post_ID": {strconv.FormatInt(article, 10)}, "comment_parent": {strconv.FormatInt(parent, 10)},
		"author": {fmt.Sprint("Writer ", w.number)}, "email": {fmt.Sprintf("w%d@example.org", w.number)}, "comment": {fmt.Sprintf("What I think at step %d.", w.number)},
	}, nil)
	if m := commentAnchor.FindStringSubmatch(answer.Header().Get("Location")); m != nil {
		id, err := strconv.ParseInt(m[1], 10, 64)
		w.check(err)
		w.written = append(w.written, ownWriting{id, answer.Result().Cookies()})
	}
}

func (w *walk) reply() {
	i := 0
	if w.rng.IntN(2) == 0 {
		i = w.one()
	}
	w.say(0, w.articles[i])
}

func (w *walk) answer() {
	if c := w.comment(discussion.Approved); c != nil {
		w.say(c.ID, c.ArticleID)
	}
}

// comment draws one of the newest comments, in a state or any; nil for none.
func (w *walk) comment(state discussion.State) *discussion.Comment {
	list, err := bystate.Queue{State: state, Limit: 40}.List(w.Context(), w.there)
	w.check(err)
	if len(list) == 0 {
		return nil
	}
	return &list[w.rng.IntN(len(list))]
}

func (w *walk) own() *ownWriting {
	if len(w.written) == 0 {
		return nil
	}
	return &w.written[len(w.written)-1-w.rng.IntN(min(5, len(w.written)))]
}

func (w *walk) editOwn() {
	if own := w.own(); own != nil {
		c, err := discussion.ByID(w.Context(), w.there, own.id)
		if models.KindOf(err) == models.NotFound {
			return // deleted with all comments of its writer
		}
		w.check(err)
		w.post(fmt.Sprintf("/comment/%d/edit/", own.id), url.Values{"version": {strconv.Itoa(c.Version)}, "comment": {fmt.Sprintf("Better said at step %d.", w.number)}}, own.cookies)
	}
}

func (w *walk) removeOwn() {
	if own := w.own(); own != nil {
		w.post(fmt.Sprintf("/comment/%d/remove/", own.id), nil, own.cookies)
	}
}

func (w *walk) forgetMe() {
	if own := w.own(); own != nil {
		w.post("/comments/mine/", url.Values{"do": {[]string{"anonymise", "remove"}[w.rng.IntN(2)]}}, own.cookies)
	}
}

func (w *walk) recommend() {
	if c := w.comment(discussion.Approved); c != nil {
		w.post(fmt.Sprintf("/comment/%d/recommend/", c.ID), nil, nil)
	}
}

func (w *walk) reportComment() {
	if c := w.comment(discussion.Approved); c != nil {
		w.post(fmt.Sprintf("/comment/%d/report/", c.ID), url.Values{"reason": {"abuse"}}, nil)
	}
}

var actions = []discussion.Action{discussion.DoApprove, discussion.DoApprove, discussion.DoHold, discussion.DoSpam, discussion.DoTrash}

func (w *walk) seen() (seen []discussion.Versioned) {
	for range 1 + w.rng.IntN(4) {
		if c := w.comment(""); c != nil {
			seen = append(seen, discussion.Versioned{ID: c.ID})
		}
	}
	return seen
}

var walker = models.Actor{Name: "walk"}

func (w *walk) decide() {
	_, _, err := discussion.Decide(w.Context(), w.db(), walker, w.seen(), discussion.Verdict{Action: actions[w.rng.IntN(len(actions))]})
	w.check(err)
}

func (w *walk) undo() {
	op, _, err := discussion.Decide(w.Context(), w.db(), walker, w.seen(), discussion.Verdict{Undoable: true, Action: actions[w.rng.IntN(len(actions))]})
	w.check(err)
	w.compare("a decision")
	if op != "" {
		_, err = discussion.Undo(w.Context(), w.db(), walker, op)
		w.allow(err) // of a decision that changed nothing there is nothing to take back
	}
}

// command runs the program beside the instance.
func (w *walk) command(args ...string) {
	cmd := exec.Command(w.binary, append(args, "--data", w.dir, "--database", w.dsn)...)
	if out, err := cmd.CombinedOutput(); err != nil {
		w.Fatalf("step %d: %v: %v\n%s", w.number, args, err, out)
	}
}

// toldOf fails unless the instance has seen a command's changes when the command returns. tag
// must be a tag that no periodic task touches.
func (w *walk) toldOf(tag models.CacheTag) {
	var unheard []models.Change
	w.check(w.there.Query(w.Context()).Where("id > ?", w.here.Seen()).Find(&unheard).Error)
	for _, c := range unheard {
		if c.Touches(tag) {
			w.Errorf("step %d: a command has returned before its change %d was heard of", w.number, c.ID)
		}
	}
}

func (w *walk) commandDecide() {
	if c := w.comment(""); c != nil && c.State != discussion.Trashed && c.State != discussion.ArticleTrashed && !c.Gone() {
		w.command("comment", "decide", []string{"approve", "hold"}[w.rng.IntN(2)], strconv.FormatInt(c.ID, 10))
		w.toldOf(discussion.CommentsTag)
	}
}

func (w *walk) commandSetting() {
	key, value := w.aSetting()
	w.command("setting", "set", key, value)
	w.toldOf(models.SettingsTag)
}

// file writes rows for a command to read.
func (w *walk) file(name string, rows ...any) string {
	var text strings.Builder
	for _, row := range rows {
		line, err := json.Marshal(row)
		w.check(err)
		text.Write(append(line, '\n'))
	}
	path := filepath.Join(w.dir, name)
	w.check(os.WriteFile(path, []byte(text.String()), 0o600))
	return path
}

func (w *walk) commandImport() {
	w.command("article", "import", w.file("articles.jsonl", map[string]any{
		"id": fmt.Sprint("import", w.rng.IntN(3)), "title": fmt.Sprint("Story from elsewhere ", w.number), "body": "Text.", "body_format": "markdown",
		"date": time.Now().Add(-time.Duration(w.rng.IntN(200)) * time.Hour).UTC().Format(time.RFC3339), "categories": []string{"world"}, "tags": []string{"Shipping"}, "authors": []string{"Nadia Farrow"},
	}))
}

func (w *walk) commandComments() {
	w.commandImport()
	var rows []any
	for i := range 3 {
		rows = append(rows, map[string]any{
			"id": fmt.Sprint("c", w.rng.IntN(9)), "article_id": "import0", "author": "Imported", "text": fmt.Sprint("Imported at step ", w.number, ", ", i), "parent": fmt.Sprint("c", w.rng.IntN(9)),
		})
	}
	w.command("article", "import", w.file("articles.jsonl", map[string]any{"id": "import0", "title": "Story from elsewhere", "body": "Text.", "body_format": "markdown"}))
	w.command("comment", "import", w.file("comments.jsonl", rows...))
}

func (w *walk) commandPublish() {
	path := filepath.Join(w.dir, "story.md")
	text := fmt.Sprintf("---\ntitle: A story from a file %d\nslug: from-a-file\ncategories: [sport]\nauthors: [Nadia Farrow]\n---\nText %d.\n", w.number, w.number)
	w.check(os.WriteFile(path, []byte(text), 0o600))
	w.command("article", "publish", path)
}

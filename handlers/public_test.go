package handlers_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"testing"
	"time"

	"broadsheet/handlers"
	"broadsheet/models"
	"broadsheet/models/discussion"
	"broadsheet/models/modeltest"
	"broadsheet/models/newsroom"
	"broadsheet/models/people"
	"broadsheet/models/richtext"
)

// numbered are the rows for readers that take the number of an article or a
// comment, or a key of one, in the address or the form, with one request each.
// {id} is the comment's number, {story} the article's number, {key} the
// comment's own key, {lead} and {inside} the keys of the article's pictures. A
// row with such a parameter that is not in this list fails the test.
var numbered = map[string][]struct{ path, form string }{
	"front":                    {{path: "/?p={story}"}},
	"comment":                  {{path: "/comment/{id}/"}},
	"thread":                   {{path: "/comment/{id}/thread/"}, {path: "/comment/{id}/thread/?after=1"}},
	"replies feed":             {{path: "/comment/{id}/feed/"}},
	"replies feed in a format": {{path: "/comment/{id}/feed/atom/"}, {path: "/comment/{id}/feed/json/"}},
	"comment status":           {{path: "/comment/{id}/status/?key={key}"}},
	"write again":              {{path: "/comment/{id}/again/?key={key}"}, {path: "/comment/{id}/again/"}},
	"appeal":                   {{"/comment/{id}/appeal/", "appeal=Why.&key={key}"}},
	"edit comment":             {{path: "/comment/{id}/edit/?key={key}"}},
	"post edit":                {{"/comment/{id}/edit/", "comment=Changed&version=2&key={key}"}},
	"remove comment":           {{"/comment/{id}/remove/", "key={key}"}},
	"recommend":                {{"/comment/{id}/recommend/", "x=y"}},
	"report":                   {{path: "/comment/{id}/report/"}},
	"post report":              {{"/comment/{id}/report/", "reason=spam"}},
	"receipt of a report":      nil, // shows nothing of the comment
	"comment count":            {{path: "/comments/count/{story}/"}},
	"post comment":             {{"/wp-comments-post.php", "comment_post_ID={story}&author=A&email=a@example.org&comment=Hello."}, {"/wp-comments-post.php", "comment_post_ID={story}&comment_parent={id}&author=A&email=a@example.org&comment=Hello.&preview=1"}},
	"ask for proof":            {{"/comments/proof/", "comment_post_ID={story}&email=a@example.org"}},
	"address":                  {{path: "{path}"}, {path: "{path}?replytocom={id}"}, {path: "{path}comment-page-2/"}},
	"picture":                  {{path: "/media/{lead}/320.jpg"}, {path: "/media/{lead}/1920.webp"}, {path: "/media/{inside}/640.jpg"}, {path: "/media/{inside}/960.webp"}},
	"proof":                    nil, // TestLinksNameNoArticleThatIsNotPublic
	"prove":                    nil,
	"mail":                     nil,
	"choose mail":              nil,
	"stop mail":                nil,
	"stop mail by one click":   nil,
	"held set":                 nil, // for moderators, see moderation.Knows
	"decide held set":          nil,
	"news":                     nil, // a page's number

	"REST post":                {{path: "/wp-json/wp/v2/posts/{story}"}, {path: "/wp-json/wp/v2/posts/{story}?_embed"}},
	"REST posts":               {{path: "/wp-json/wp/v2/posts?include={story}"}, {path: "/wp-json/wp/v2/posts?include={story}&orderby=title"}},
	"REST revisions":           nil, // no visitor reads one: TestProgramReadsVersions
	"REST revision":            nil, // no visitor reads one: TestProgramReadsVersions
	"REST autosaves":           nil, // no visitor reads one: TestProgramReadsVersions
	"REST autosave":            nil, // no visitor reads one: TestProgramReadsVersions
	"REST page":                {{path: "/wp-json/wp/v2/pages/{story}"}},
	"REST comment":             {{path: "/wp-json/wp/v2/comments/{id}"}, {path: "/wp-json/wp/v2/comments/{id}?_embed"}},
	"REST comments":            {{path: "/wp-json/wp/v2/comments?post={story}"}, {path: "/wp-json/wp/v2/comments?include={id}"}, {path: "/wp-json/wp/v2/comments?post={story}&parent=0"}},
	"REST media":               {{path: "/wp-json/wp/v2/media?parent={story}"}, {path: "/wp-json/wp/v2/media?slug={lead},{inside}"}},
	"REST one media":           nil, // TestRESTShowsNoNumberThatIsNotPublic
	"REST search":              {{path: "/wp-json/wp/v2/search?include={story}"}},
	"REST categories":          {{path: "/wp-json/wp/v2/categories?post={story}"}},
	"REST category":            nil, // the tree is public
	"REST tags":                {{path: "/wp-json/wp/v2/tags?post={story}"}},
	"REST tag":                 nil, // TestRESTShowsNoNumberThatIsNotPublic
	"REST user":                nil,
	"picture of a preview":     nil,
	"preview":                  nil, // its key is signed: TestALinkEnds, and the script "writing"
	"subscription":             nil, // a reader's own
	"change subscription":      nil,
	"stop digest":              nil,
	"stop digest by one click": nil,
}

// articleIn puts an article with a public comment into a status, under another
// headline.
func (s *testSite) articleIn(status newsroom.Status, n int) (article int64, comment *discussion.Comment, path string) {
	s.Helper()
	lead, inside := s.picture(2*n), s.picture(2*n+1)
	a := s.save(newsroom.Manuscript{
		Title: fmt.Sprint("Story of the kind ", n), PublishedAt: s.clock.Now().Add(-time.Hour), PictureID: &lead.ID,
		Format: richtext.HTML, Body: `<p>Text.</p><img src="/media/` + inside.Key + `/640.jpg" alt="">`,
	})
	site := must(newsroom.LoadSite(s.Context(), s.db))
	c, err := discussion.Post(s.Context(), s.db, site, discussion.Submission{
		ArticleID: a.ID, Author: "Reader", Email: "reader@example.org", Text: foreignMark + " in a comment.", IP: netip.AddrFrom4([4]byte{10, 9, byte(n), 1}), Token: "own token",
	})
	s.check(err)
	_, _, err = discussion.Decide(s.Context(), s.db, models.Actor{Name: "test"}, []discussion.Versioned{{ID: c.ID}}, discussion.Verdict{Action: discussion.DoApprove})
	s.check(err)
	s.check(s.db.Write(s.Context(), func(tx *models.Tx) error {
		tx.Touch(newsroom.ArticleTag(a.ID))
		return tx.Query(s.Context()).Exec("UPDATE articles SET status = ?, title = ? WHERE id = ?", status, foreignMark+" headline", a.ID).Error
	}))
	return a.ID, c, site.ArticlePath(a)
}

// Each request that names a comment or an article by number gets the same answer
// for an article of any status that is not public. The answer does not hold the
// comment or the new headline.
func TestArticlesThatAreNotPublicAllAnswerAlike(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		s, _ := smallSite(t, db, clock)
		s.options.Mail = true
		h := s.handler()
		statuses := []struct {
			status newsroom.Status
			want   int
		}{
			{newsroom.Draft, http.StatusNotFound}, {newsroom.Scheduled, http.StatusNotFound}, {newsroom.Withdrawn, http.StatusGone}, {newsroom.Trashed, http.StatusNotFound}, {"", http.StatusNotFound},
		}
		for i, test := range statuses {
			article, comment, path := s.articleIn(test.status, i)
			id, lead, inside := comment.ID, s.picture(2*i).Key, s.picture(2*i+1).Key
			if test.status == "" { // unknown
				article, id, path = 99999, 99999, "/2026/11/20/unknown-altogether/"
				lead, inside = unknownPicture, unknownPicture
			}
			fill := strings.NewReplacer("{path}", path, "{story}", fmt.Sprint(article), "{id}", fmt.Sprint(id), "{key}", handlers.OwnKey(s.options.Secret, comment), "{lead}", lead, "{inside}", inside)
			for _, row := range handlers.Rows() {
				asks, known := numbered[row.Name]
				if row.Entry != handlers.Anyone {
					continue
				}
				if strings.HasPrefix(row.Name, "REST ") && row.Method != http.MethodGet {
					continue // for programs alone: TestProgramHasTheRightsOfItsRole
				}
				if !known && (strings.Contains(row.Path, ":id") || strings.Contains(row.Path, ":key") || strings.Contains(row.Path, ":number")) {
					t.Errorf("%s %s (%q) takes a number and does not stand in numbered", row.Method, row.Path, row.Name)
				}
				for _, asked := range asks {
					s.said++
					r := httptest.NewRequest(row.Method, "http://news.example"+fill.Replace(asked.path), strings.NewReader(fill.Replace(asked.form)))
					r.RemoteAddr = fmt.Sprintf("10.8.%d.%d:4000", s.said/250, s.said%250)
					if row.Method == http.MethodPost {
						r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
						r.Header.Set("Sec-Fetch-Site", "same-origin")
					}
					w := httptest.NewRecorder()
					h.ServeHTTP(w, r)
					want := test.want
					list := strings.HasPrefix(row.Name, "REST") && strings.HasSuffix(row.Path, "s") || row.Name == "REST media" || row.Name == "REST search"
					switch {
					case list:
						want = http.StatusOK
						if got := w.Body.String(); got != "[]" {
							t.Errorf("%q, %s lists %s", test.status, asked.path, got)
						}
					case strings.HasPrefix(row.Name, "REST"):
						want = http.StatusNotFound // a withdrawn article has no answer of its own there
					case row.Name == "picture":
						want = http.StatusNotFound // of a withdrawn article, too: no page shows it
					case strings.Contains(asked.form, "comment_parent") && test.status == "":
						want = http.StatusForbidden // the parent is asked first
					case strings.Contains(asked.form, "comment_post_ID"):
						want = http.StatusNotFound // for new comments all such articles are the same
					}
					if w.Code != want {
						t.Errorf("%q, %s %s: %d, want %d", test.status, row.Method, asked.path, w.Code, want)
					}
					if strings.Contains(w.Body.String(), foreignMark) {
						t.Errorf("%q, %s %s shows the comment or the headline", test.status, row.Method, asked.path)
					}
				}
			}
			if test.status == "" {
				continue
			}
			after := must(discussion.ByID(t.Context(), db, comment.ID))
			if after.State != discussion.Approved || after.Recommends != 0 || after.Reports != 0 || after.Text != comment.Text {
				t.Errorf("%q: the comment is now %+v", test.status, after)
			}
		}
	})
}

// The commenter still sees the own text on the page of own comments and on the
// page about mail. Both omit the headline of an article that is not public.
func TestLinksNameNoArticleThatIsNotPublic(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		s, _ := smallSite(t, db, clock)
		s.options.Mail = true
		h := s.handler()
		article, comment, path := s.articleIn(newsroom.Withdrawn, 1)
		s.check(db.Write(t.Context(), func(tx *models.Tx) error {
			return tx.Query(t.Context()).Create(&discussion.Follow{CommentID: comment.ID, Email: comment.Email, CreatedAt: models.At(tx.Now)}).Error
		}))
		links := people.NewLinks(s.options.Secret)
		key := func(p people.Purpose, subject string) string {
			return url.PathEscape(links.Make(p, subject, clock.Now()))
		}
		for name, address := range map[string]string{
			"own comments": "/comments/mine/?key=" + key(people.ForComments, comment.Email),
			"export":       "/comments/mine/export/?key=" + key(people.ForComments, comment.Email),
			"mail":         "/mail/" + key(people.ForMail, fmt.Sprintf("%s %d", comment.Email, comment.ID)) + "/",
			"proof":        "/comments/proof/" + key(people.ForProof, fmt.Sprintf("%s %d", comment.Email, article)) + "/",
		} {
			w := get(t, h, address)
			body := w.Body.String()
			if w.Code != http.StatusOK || strings.Contains(body, foreignMark+" headline") || strings.Contains(body, path) {
				t.Errorf("%s: %d, names the story: %s", name, w.Code, body)
			}
			if name != "proof" && !strings.Contains(body, foreignMark+" in a comment.") {
				t.Errorf("%s: the own text is missing", name)
			}
		}
	})
}

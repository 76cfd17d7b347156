package handlers_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"testing"

	"broadsheet/models"
	"broadsheet/models/modeltest"
	"broadsheet/models/newsroom"
	"broadsheet/models/people"
)

// A browser gets a token for a recommendation or a proof, too. Programs collect
// such tokens without writing, so in slow mode a browser with one of them waits
// as a browser without any does: for the comments of its whole network.
func TestATokenWithoutACommentHasNoLimitsOfItsOwn(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		s := newDeskSite(t, db, clock)
		s.options.Mail = true
		s.handler = s.server().Handler
		s.set("comment.flood", "0")
		s.set("comment.previously-approved", "false") // comments are public at once
		strait, talked := s.ids["strait-opens-again"], s.ids["regatta-day-1"]
		n := 0
		post := func(d *deskBrowser, article int64) int {
			n++
			return d.send(http.MethodPost, "/wp-comments-post.php", url.Values{
				"comment_post_ID": {fmt.Sprint(article)}, "author": {fmt.Sprint("Reader ", n)}, "email": {fmt.Sprintf("reader%d@example.org", n)}, "comment": {fmt.Sprint("Word number ", n)},
			}).Code
		}
		s.check(newsroom.SetCommentPolicy(t.Context(), db, models.Actor{Name: "test"}, strait, newsroom.CommentPolicy{Status: newsroom.CommentsOpen, Slow: 60}))
		if code := post(s.newBrowser("198.51.100.1"), strait); code != http.StatusSeeOther {
			t.Fatalf("the first comment is answered with %d", code)
		}
		proof := people.NewLinks(s.options.Secret).Make(people.ForProof, "proven@example.org "+strconv.FormatInt(strait, 10), clock.Now())
		for name, test := range map[string]struct {
			path string
			want int
		}{
			"no token":       {"", http.StatusTooManyRequests},
			"recommendation": {"/comment/1/recommend/", http.StatusTooManyRequests},
			"proof":          {"/comments/proof/" + proof + "/", http.StatusTooManyRequests},
			"comment":        {"comment", http.StatusSeeOther},
		} {
			n++
			d := s.newBrowser(fmt.Sprint("198.51.100.", 10+n))
			switch test.path {
			case "":
			case "comment":
				post(d, talked)
			default:
				if w := d.send(http.MethodGet, test.path, nil); len(w.Result().Cookies()) > 0 {
					t.Errorf("%s: a GET sets a cookie", name)
				}
				d.send(http.MethodPost, test.path, url.Values{"yes": {"1"}})
			}
			if (len(d.cookies) > 0) != (test.path != "") {
				t.Errorf("%s: %d cookies", name, len(d.cookies))
			}
			if code := post(d, strait); code != test.want {
				t.Errorf("%s: the comment is answered with %d, want %d", name, code, test.want)
			}
		}
		// The first comment makes the token the browser's own.
		d := s.newBrowser("198.51.101.1")
		d.send(http.MethodPost, "/comment/1/recommend/", nil)
		before := ""
		for _, c := range d.cookies {
			before = c.Value
		}
		if code := post(d, talked); code != http.StatusSeeOther || before == "" {
			t.Fatalf("a reader who recommended cannot write: %d, %q", code, before)
		}
		var tokens int
		s.check(db.Query(t.Context()).Raw("SELECT COUNT(*) FROM comments c JOIN recommendations r ON r.token_hash = c.token_hash WHERE c.article_id = ?", talked).Scan(&tokens).Error)
		if tokens != 1 {
			t.Errorf("%d comments carry the token of the recommendation", tokens)
		}
	})
}

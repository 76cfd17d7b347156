package handlers_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"broadsheet/handlers"
	"broadsheet/models"
	"broadsheet/models/modeltest"
	"broadsheet/models/people"
)

// anyInput are values that none of the site's forms and links send.
var anyInput = []string{
	"\xff", "a\x00b", "\xed\xa0\x80", "-1", "0", "99999999999999999999", "9223372036854775807", "-9223372036854775808",
	"0000-01-01", "99999-12-31", "2026-02-31", "'\"\\", "%", "%zz", "../..", "::/0", "0.0.0.0/0", strings.Repeat("x", 3000), strings.Repeat("\u0301", 500),
	"1e999", "NaN", "\u202e\ufeff", "a b & | ! ( ) :* NEAR/", "*", "", "🙂",
}

// formFields are the names of fields in any form of the site.
var formFields = []string{
	"comment_post_ID", "comment_parent", "author", "email", "url", "comment", "preview", "stamp", "took", "reason", "note", "key", "code", "password", "old", "new",
	"name", "role", "sections", "q", "state", "network", "host", "from", "to", "after", "article", "section", "id", "version", "operation", "filter", "reply", "text", "ban", "mark",
	"value", "kind", "until", "days", "wish", "number", "passkey", "answer", "next", "recovery", "who", "slow", "close", "pick", "redirect_to", "n", "hold", "discard", "words",
}

// anyDeeds are values of the field "do", so that forms go past their first question.
var anyDeeds = []string{"", "try", "save", "look", "set", "drop", "keep", "approve", "role", "sections", "end", "remove", "report", "rename", "end-others"}

// manyParams is the number of parameters from which a row gets each value of one
// parameter once: the stranger and the administrator take turns. Both send all
// parameters together.
const manyParams = 4

// TestLongAnyInputIsAnswered sends every value in every parameter of every row of
// the table of routes, and in all fields of its form, as a stranger and as an
// administrator. It fails when an answer is a server error (5xx).
func TestLongAnyInputIsAnswered(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		s := newDeskSite(t, db, clock)
		(&browser{t: t, h: s.handler}).reply(s.ids["strait-opens-again"], "Anna", "The tide turned at noon.")
		n := 0
		send := func(row handlers.Route, u *url.URL, form url.Values, cookie *http.Cookie) {
			r := httptest.NewRequest(row.Method, s.options.BaseURL.String()+"/", strings.NewReader(form.Encode()))
			r.URL.Path, r.URL.RawPath, r.URL.RawQuery = u.Path, u.RawPath, u.RawQuery
			r.RequestURI = u.RequestURI()
			n++
			r.RemoteAddr = fmt.Sprintf("10.%d.%d.1:4000", n/250%250, n%250)
			r.Header.Set("User-Agent", "agent \xff\x00")
			r.Header.Set("Referer", s.options.BaseURL.String()+"/\xff?a=%00")
			r.Header.Set("Accept-Language", "\xff")
			if row.Method == http.MethodPost {
				r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
				r.Header.Set("Sec-Fetch-Site", "same-origin")
			}
			if cookie != nil {
				r.AddCookie(cookie)
			}
			w := httptest.NewRecorder()
			s.handler.ServeHTTP(w, r)
			if w.Code >= 500 {
				t.Errorf("%s %s %.200q with %.200q answers %d", row.Method, row.Path, u.String(), form.Encode(), w.Code)
			}
		}
		for _, row := range handlers.Rows() {
			if row.Name == "sign out" {
				continue // the session is needed
			}
			administrator := s.cookie(people.Administrator)
			for i, value := range anyInput {
				if row.Method == http.MethodPost {
					administrator = s.cookie(people.Administrator) // the last form may have ended the sign-in
				}
				for turn, cookie := range []*http.Cookie{nil, administrator} {
					if cookie == nil && row.Entry != handlers.Anyone && i > 2 {
						continue // the sign-in is the same for all
					}
					plain := anyPath(row.Path, "1")
					query := url.Values{"unknown": {value}}
					for j, param := range row.Params {
						query.Set(param, value)
						if row.Entry == handlers.Anyone && len(row.Params) >= manyParams && (i+j)%2 != turn {
							continue
						}
						one := url.Values{param: {value}}
						send(row, &url.URL{Path: plain, RawQuery: one.Encode()}, nil, cookie)
					}
					send(row, &url.URL{Path: plain, RawQuery: query.Encode()}, nil, cookie)
					send(row, &url.URL{Path: plain, RawQuery: "s=" + strings.ReplaceAll(value, " ", "+")}, nil, cookie) // as it is
					if plain != row.Path {
						send(row, &url.URL{Path: anyPath(row.Path, value)}, nil, cookie)
						send(row, &url.URL{Path: anyPath(row.Path, value), RawPath: anyPath(row.Path, url.PathEscape(value))}, nil, cookie)
					}
					if row.Method != http.MethodPost {
						continue
					}
					form := url.Values{"do": {anyDeeds[i%len(anyDeeds)]}, value: {value}}
					for _, field := range formFields {
						form.Set(field, value)
					}
					send(row, &url.URL{Path: plain}, form, cookie)
					form.Set("do", value)
					send(row, &url.URL{Path: anyPath(row.Path, value)}, form, cookie)
				}
			}
		}
	})
}

// anyPath puts a value for each parameter of a path.
func anyPath(pattern, value string) string {
	parts := strings.Split(pattern, "/")
	for i, part := range parts {
		if strings.HasPrefix(part, ":") || part == "*" {
			parts[i] = value
		}
	}
	return strings.Join(parts, "/")
}

// A request with a broken cookie of this site gets the same answer as a request
// without the cookie, and never a server error (5xx).
func TestBrokenCookiesAreAnswered(t *testing.T) {
	t.Parallel()
	clock := modeltest.NewClock()
	s := newDeskSite(t, modeltest.SQLite(t, clock), clock)
	commenter := &browser{t: t, h: s.handler}
	commenter.reply(s.ids["strait-opens-again"], "Anna", "The tide turned at noon.")
	signed := commenter.cookies[0].Value
	desk := s.cookie(people.Administrator).Value
	values := []string{"", "=", "x", "\"", "\"" + signed, signed + "\"", signed[1:], signed[:len(signed)/2], signed + signed, strings.ToUpper(signed), desk, "%ff%00", "\xff\xfe", strings.Repeat("A", 8000), "|||", "null", signed + "; " + commenter.cookies[0].Name + "=x"}
	for _, row := range handlers.Rows() {
		if row.Method != http.MethodGet {
			continue
		}
		for _, name := range []string{commenter.cookies[0].Name, "broadsheet_desk", "__Host-broadsheet_desk", "broadsheet_replier", "__Host-broadsheet_replier"} {
			for i, value := range values {
				r := httptest.NewRequest(http.MethodGet, s.options.BaseURL.String()+anyPath(row.Path, "1"), nil)
				r.RemoteAddr = fmt.Sprintf("10.9.%d.1:4000", i)
				r.Header["Cookie"] = []string{name + "=" + value}
				w := httptest.NewRecorder()
				s.handler.ServeHTTP(w, r)
				if w.Code >= 500 {
					t.Errorf("%s with %s=%.30q answers %d", row.Path, name, value, w.Code)
				}
			}
		}
	}
}

// A name with thousands of spaces and a name of the greatest length are stored
// in the form that is shown. Browsers accept the cookie that remembers them, and
// the site reads them back from it.
func TestRememberedFieldsFitTheirCookie(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		s, h := smallSite(t, db, clock)
		for i, c := range []struct{ author, want string }{
			{"Bob" + strings.Repeat(" ", 4000), "Bob"},
			{strings.Repeat("\t ", 3000) + "Bob \n Smith", "Bob Smith"},
			{strings.Repeat("ü", 245), strings.Repeat("ü", 245)},
			{strings.Repeat("🙂", 245), strings.Repeat("🙂", 245)},
		} {
			b := &browser{t: t, h: h}
			form := url.Values{
				"comment_post_ID": {fmt.Sprint(s.ids["strait-opens"])}, "author": {c.author}, "email": {strings.Repeat("e", 80) + "@example.org" + strings.Repeat(" ", 4000)},
				"url": {"https://example.org/" + strings.Repeat("u", 170) + strings.Repeat(" ", 3000)}, "comment": {fmt.Sprint("Number ", i)}, "wp-comment-cookies-consent": {"yes"},
			}
			w := b.do(http.MethodPost, "/wp-comments-post.php", form.Encode())
			if w.Code != http.StatusSeeOther || len(w.Result().Cookies()) == 0 {
				t.Errorf("%.10q is answered with %d and no cookie", c.author, w.Code)
				continue
			}
			for _, line := range w.Header().Values("Set-Cookie") {
				if len(line) > 4096 {
					t.Errorf("%.10q: a cookie of %d bytes", c.author, len(line))
				}
			}
			if page := b.get(straitPath); page.Code != http.StatusOK || !strings.Contains(page.Body.String(), `value="`+c.want+`"`) {
				t.Errorf("%.10q is not remembered (%d)", c.author, page.Code)
			}
		}
	})
}

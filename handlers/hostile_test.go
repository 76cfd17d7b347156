package handlers_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"broadsheet/models"
	"broadsheet/models/discussion"
	"broadsheet/models/discussion/bystate"
	"broadsheet/models/modeltest"
	"broadsheet/models/richtext"
	"broadsheet/public"

	"golang.org/x/net/html"
)

// hostile are texts that try to inject script, of the kinds in the collections
// of OWASP and DOMPurify, and texts that break pages in other ways.
var hostile = []string{
	`<script>alert(1)</script>`, `"><script>alert(1)</script>`, `'"><img src=x onerror=alert(1)>`, `<svg/onload=alert(1)>`, `<a href="javascript:alert(1)">x</a>`,
	`<a href=" java` + "\t" + `script:alert(1)">x</a>`, `<a href="&#106;avascript:alert(1)">x</a>`, `<a href="data:text/html,<script>alert(1)</script>">x</a>`,
	`<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">`, `</textarea><script>alert(1)</script>`,
	`</form><form action="http://evil.example/">`, `</ol></section><h1>Owned</h1>`, `<b><i><u>` + strings.Repeat("<em>", 400), `<noscript><p title="</noscript><img src=x onerror=alert(1)>">`,
	"<img src=x onerror\x00=alert(1)>", "\u202Egnp.exe\u202C \u2066x", "Z\u0351\u036b\u0343\u036a\u0302a\u0352\u036bl\u0346g\u0301o", "&#xD800;&#0;&#x110000;", "{{.}} ${x} <%= 1 %>", "<!--", "]]>", "<base href=//evil.example/>",
	`<meta http-equiv=refresh content=0>`, `<input name=comment_post_ID value=9>`, `<a href="http://x" onmouseover="a()" style="position:fixed" id="submit" class="masthead">x</a>`, strings.Repeat("W", 3000),
	"broken \xff\xfe\x80 bytes", "half a pair \xed\xa0\x80", "a NUL \x00 between",
}

// Hostile text in any field is shown as text in its own place, on the page that
// refuses it, previews it, edits it or shows the comment.
func TestLongHostileFieldsStayInTheirPlace(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) { sendHostileFields(t, newSite(t, db, clock)) })
}

func sendHostileFields(t *testing.T, s *testSite) {
	s.fill()
	s.set("comment.previously-approved", "false")
	s.set("comment.max-links", "0")
	h := s.handler()
	send := func(n int, form url.Values, path string) *httptest.ResponseRecorder {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, path, strings.NewReader(form.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.RemoteAddr = fmt.Sprintf("10.7.%d.1:4000", n)
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		return w
	}
	n := 0
	for _, evil := range hostile {
		for _, field := range []string{"author", "email", "url", "comment", "comment_parent", "stamp", "took"} {
			for _, button := range []string{"post", "preview"} {
				n++
				form := url.Values{"comment_post_ID": {"2"}, "author": {"Ann"}, "email": {"ann@example.org"}, "comment": {fmt.Sprint("Number ", n)}}
				form.Set(field, evil)
				if button == "preview" {
					form.Set("preview", "yes")
				}
				w := send(n%250, form, "/wp-comments-post.php")
				switch {
				case w.Code == http.StatusSeeOther:
				case w.Code == http.StatusOK || w.Code == 422 || w.Code == 403 || w.Code == 409 || w.Code == 429:
					checkPage(t, w.Body.String(), field+": "+evil)
				default:
					t.Fatalf("%s of %s %.80q answered %d", button, field, evil, w.Code)
				}
			}
		}
		w := send(n%250, url.Values{"reason": {evil}, "note": {evil}}, "/comment/1/report/")
		if w.Code != http.StatusUnprocessableEntity {
			t.Errorf("a report for the reason %.40q answered %d", evil, w.Code)
		}
		checkPage(t, w.Body.String(), "report: "+evil)
	}
	checkPage(t, get(t, h, "/2026/11/20/strait-opens-again/").Body.String(), "the article")
	list, err := bystate.Queue{Limit: 500}.List(t.Context(), s.db)
	s.check(err)
	for _, c := range list {
		if strings.ContainsAny(c.Author, "\u202e\u2066\n\t\x00") || richtext.TooLong(c.Author, discussion.MaxAuthor) {
			t.Errorf("name %q", c.Author)
		}
		if c.State == discussion.Approved {
			checkPage(t, get(t, h, fmt.Sprintf("/comment/%d/thread/", c.ID)).Body.String(), fmt.Sprint("thread of ", c.ID))
		}
	}
	if len(list) < len(hostile) {
		t.Errorf("only %d comments were taken", len(list))
	}
}

var ownScript = regexp.MustCompile(`^/assets/`)

// checkPage parses a page as a browser would. It fails when the page holds
// script or style that is not the site's own, or when its frame is broken.
func checkPage(t *testing.T, page, what string) {
	t.Helper()
	if !utf8.ValidString(page) || strings.Contains(page, "\x00") {
		t.Errorf("%.60q: bytes that are no text", what)
	}
	doc, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	assets, err := public.New()
	if err != nil {
		t.Fatal(err)
	}
	counts := map[string]int{}
	for n := range doc.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		counts[n.Data]++
		for _, a := range n.Attr {
			value := strings.ToLower(strings.Join(strings.Fields(a.Val), ""))
			switch {
			case strings.HasPrefix(a.Key, "on"), a.Key == "style", a.Key == "srcdoc":
				t.Errorf("%.60q: attribute %s of %s", what, a.Key, n.Data)
			case (a.Key == "href" || a.Key == "src" || a.Key == "action" || a.Key == "formaction") && (strings.HasPrefix(value, "javascript:") || strings.HasPrefix(value, "data:") || strings.Contains(value, "evil.example")):
				t.Errorf("%.60q: %s=%q", what, a.Key, a.Val)
			case n.Data == "script" && a.Key == "src" && !ownScript.MatchString(a.Val):
				t.Errorf("%.60q: script from %q", what, a.Val)
			case a.Key == "id" && a.Val == "submit" && n.Data != "button":
				t.Errorf("%.60q: a false button", what)
			}
		}
		if n.Data == "style" && (n.Parent.Data != "head" || n.FirstChild == nil || n.FirstChild.Data != assets.FirstStyle() && n.FirstChild.Data != assets.StoryStyle()) {
			t.Errorf("%.60q: a style that is not the site's own", what)
		}
		if n.Data == "script" && n.FirstChild != nil {
			for _, a := range n.Attr {
				if a.Key == "type" && a.Val != "application/ld+json" {
					t.Errorf("%.60q: script in the page", what)
				}
			}
			if len(n.Attr) == 0 {
				t.Errorf("%.60q: script in the page", what)
			}
		}
	}
	for tag, most := range map[string]int{"main": 1, "h1": 1, "footer": 1, "base": 0, "iframe": 0, "object": 0, "svg": 0, "math": 0, "style": 1} {
		if counts[tag] > most {
			t.Errorf("%.60q: %d × %s", what, counts[tag], tag)
		}
	}
	if counts["main"] != 1 || counts["footer"] != 1 {
		t.Errorf("%.60q: the frame is broken: %v", what, counts)
	}
}

// A body far beyond the limit is refused without being read.
func TestHugeBodiesAreNotRead(t *testing.T) {
	t.Parallel()
	clock := modeltest.NewClock()
	s := newSite(t, modeltest.SQLite(t, clock), clock)
	s.fill()
	h := s.handler()
	for name, length := range map[string]int64{"announced": 100 << 20, "unannounced": -1} {
		body := &endless{}
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/wp-comments-post.php", body)
		r.ContentLength = length
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if w.Code != http.StatusRequestEntityTooLarge || body.read > 1<<20 {
			t.Errorf("%s: %d after %d bytes", name, w.Code, body.read)
		}
	}
}

// endless is a body without an end.
type endless struct{ read int }

func (e *endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 'x'
	}
	e.read += len(p)
	return len(p), nil
}

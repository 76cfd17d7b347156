package handlers_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"broadsheet/handlers"
	"broadsheet/models"
	"broadsheet/models/modeltest"
	"broadsheet/models/newsroom"
	"broadsheet/models/richtext"
)

const restBase = "/wp-json/wp/v2"

// restSite is a site with a client of its REST interface.
type restSite struct {
	*testSite
	h     http.Handler
	asked int
}

func newRESTSite(t testing.TB, db *models.DB, clock *modeltest.Clock) *restSite {
	s := newSite(t, db, clock)
	s.fill()
	h, err := handlers.New(t.Context(), s.options)
	s.check(err)
	return &restSite{testSite: s, h: h}
}

// get asks for a path from a network of its own.
func (s *restSite) get(path string) *httptest.ResponseRecorder { return s.send(http.MethodGet, path) }

func (s *restSite) send(method, path string) *httptest.ResponseRecorder {
	s.asked++
	r := httptest.NewRequestWithContext(s.Context(), method, "http://news.example/", nil)
	u, err := r.URL.Parse(path)
	s.check(err)
	r.URL, r.RequestURI = u, path
	r.RemoteAddr = fmt.Sprintf("10.%d.%d.1:4000", s.asked/250%250, s.asked%250)
	w := httptest.NewRecorder()
	s.h.ServeHTTP(w, r)
	return w
}

// read decodes the answer of a path.
func read[T any](s *restSite, path string) (v T) {
	s.Helper()
	w := s.get(path)
	if w.Code != http.StatusOK {
		s.Fatalf("%s: %d %s", path, w.Code, w.Body)
	}
	if err := json.Unmarshal(w.Body.Bytes(), &v); err != nil {
		s.Fatalf("%s: %v in %s", path, err, w.Body)
	}
	return v
}

func idsAt(s *restSite, path string) string {
	s.Helper()
	var ids []string
	for _, one := range read[[]struct{ ID int64 }](s, path) {
		ids = append(ids, fmt.Sprint(one.ID))
	}
	return strings.Join(ids, " ")
}

func TestRESTPostHasTheFieldsOfWordPress(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		s := newRESTSite(t, db, clock)
		s.set("site.timezone", "America/New_York")
		picture := s.picture(1)
		a := s.save(newsroom.Manuscript{
			Title: `Tea & "biscuits" <b>`, Standfirst: "A & B.", Body: "See [the ferries](/2026/11/19/ferries-run-late/).", Format: richtext.Markdown,
			Tags: []string{"Tea"}, Authors: []newsroom.AuthorRef{{Name: "Nadia Farrow"}, {Name: "Samir Qadri"}}, PictureID: &picture.ID,
			PublishedAt: clock.Now().Add(-10 * time.Hour), RevisedAt: clock.Now().Add(-time.Hour), Comments: newsroom.CommentsClosed,
		})
		post := read[map[string]any](s, fmt.Sprintf("%s/posts/%d", restBase, a.ID))
		uncategorized := read[[]struct{ ID int64 }](s, restBase+"/categories?slug=uncategorized")
		for field, want := range map[string]any{
			"id": float64(a.ID), "date": "2026-11-19T21:00:00", "date_gmt": "2026-11-20T02:00:00", "modified": "2026-11-20T06:00:00",
			"modified_gmt": "2026-11-20T11:00:00", "slug": "tea-biscuits-b", "status": "publish", "type": "post",
			"link": "http://news.example/2026/11/19/tea-biscuits-b/", "title": map[string]any{"rendered": "Tea &amp; &#34;biscuits&#34; &lt;b&gt;"},
			"excerpt": map[string]any{"rendered": "<p>A &amp; B.</p>\n", "protected": false}, "featured_media": float64(picture.ID),
			"comment_status": "closed", "ping_status": "closed", "sticky": false, "template": "", "format": "standard", "meta": map[string]any{},
			"categories": []any{float64(uncategorized[0].ID)}, "author": float64(1), "coauthors": []any{float64(1), float64(2)},
			"class_list": []any{
				fmt.Sprintf("post-%d", a.ID), "post", "type-post", "status-publish", "format-standard", "has-post-thumbnail", "hentry",
				"category-uncategorized", "tag-tea",
			},
		} {
			if got := fmt.Sprint(post[field]); got != fmt.Sprint(want) {
				t.Errorf("%s is %s, want %v", field, got, want)
			}
		}
		content := post["content"].(map[string]any)["rendered"].(string)
		if !strings.Contains(content, `href="http://news.example/2026/11/19/ferries-run-late/"`) {
			t.Errorf("the text has an address that is not absolute: %s", content)
		}
		w := s.get(restBase + "/posts?per_page=5&page=2&utm_source=x")
		for name, want := range map[string]string{
			"Content-Type": "application/json; charset=utf-8", "X-WP-Total": "50", "X-WP-TotalPages": "10", "Allow": "GET",
			"Access-Control-Allow-Origin": "*", "X-Robots-Tag": "noindex",
		} {
			if got := w.Header().Get(name); got != want {
				t.Errorf("%s: %q, want %q", name, got, want)
			}
		}
		links := strings.Join(w.Header().Values("Link"), ", ")
		want := `<http://news.example/wp-json/wp/v2/posts?page=1&per_page=5>; rel="prev", ` +
			`<http://news.example/wp-json/wp/v2/posts?page=3&per_page=5>; rel="next", <http://news.example/wp-json/>; rel="https://api.w.org/"`
		if links != want {
			t.Errorf("Link: %s\nwant %s", links, want)
		}
		if again := s.get(restBase + "/posts?per_page=5&page=2"); again.Header().Get("X-WP-Total") != "50" || again.Header().Get("ETag") == "" {
			t.Error("the stored answer lost its headers")
		}
	})
}

// The errors have WordPress's codes and statuses.
func TestRESTErrors(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		s := newRESTSite(t, db, clock)
		for ask, want := range map[string]string{
			"GET /posts/999999":              "404 rest_post_invalid_id",
			"GET /posts/0":                   "404 rest_no_route",
			"GET /posts/x":                   "404 rest_no_route",
			"GET /posts/1/revisions":         "401 rest_cannot_read",
			"GET /nothing":                   "404 rest_no_route",
			"GET /pages/1":                   "404 rest_post_invalid_id",
			"GET /media/1":                   "404 rest_post_invalid_id",
			"GET /comments/1":                "404 rest_comment_invalid_id",
			"GET /categories/999":            "404 rest_term_invalid",
			"GET /tags/999":                  "404 rest_term_invalid",
			"GET /users/999":                 "404 rest_user_invalid_id",
			"GET /users/me":                  "401 rest_not_logged_in",
			"GET /settings":                  "401 rest_forbidden",
			"GET /types/x":                   "404 rest_type_invalid",
			"GET /taxonomies/x":              "404 rest_taxonomy_invalid",
			"GET /statuses/draft":            "404 rest_status_invalid",
			"GET /posts?page=99":             "400 rest_post_invalid_page_number",
			"GET /search?page=99":            "400 rest_search_invalid_page_number",
			"GET /posts?per_page=101":        "400 rest_invalid_param",
			"GET /posts?status=draft":        "400 rest_invalid_param",
			"GET /posts?orderby=relevance":   "400 rest_no_search_term_defined",
			"GET /posts?orderby=include":     "400 rest_orderby_include_missing_include",
			"GET /posts?context=edit":        "401 rest_forbidden_context",
			"GET /comments?status=hold":      "401 rest_forbidden_param",
			"GET /comments?author_email=a@b": "401 rest_forbidden_param",
			"GET /users?roles=administrator": "401 rest_forbidden_param",
			"POST /posts":                    "401 rest_cannot_create",
			"POST /posts/1":                  "401 rest_cannot_edit",
			"PUT /posts/999999":              "401 rest_cannot_edit",
			"PATCH /tags/1":                  "401 rest_cannot_update",
			"DELETE /posts/1":                "401 rest_cannot_delete",
			"POST /comments":                 "401 rest_comment_login_required",
			"POST /users":                    "401 rest_cannot_create_user",
			"POST /nothing":                  "404 rest_no_route",
			"DELETE /posts":                  "404 rest_no_route",
		} {
			method, path, _ := strings.Cut(ask, " ")
			w := s.send(method, restBase+path)
			var problem struct {
				Code, Message string
				Data          struct{ Status int }
			}
			if err := json.Unmarshal(w.Body.Bytes(), &problem); err != nil {
				t.Errorf("%s: %v in %s", ask, err, w.Body)
				continue
			}
			if got := fmt.Sprintf("%d %s", w.Code, problem.Code); got != want || problem.Data.Status != w.Code || problem.Message == "" {
				t.Errorf("%s: %s, want %s: %s", ask, got, want, w.Body)
			}
			if h := w.Header(); h.Get("Access-Control-Allow-Origin") != "*" || h.Get("Cache-Control") != "no-store" || h.Get("Content-Type") != "application/json; charset=utf-8" {
				t.Errorf("%s: headers %v", ask, h)
			}
		}
		body := s.get(restBase + "/posts?per_page=0&orderby=x").Body.String()
		want := `{"code":"rest_invalid_param","message":"Invalid parameter(s): per_page, orderby","data":{"status":400,"params":` +
			`{"orderby":"orderby is not one of author, date, id, include, modified, parent, relevance, slug, include_slugs, and title.",` +
			`"per_page":"per_page must be between 1 (inclusive) and 100 (inclusive)"},"details":{"orderby":{"code":"rest_not_in_enum",` +
			`"message":"orderby is not one of author, date, id, include, modified, parent, relevance, slug, include_slugs, and title.","data":null},` +
			`"per_page":{"code":"rest_out_of_bounds","message":"per_page must be between 1 (inclusive) and 100 (inclusive)","data":null}}}}`
		if body != want {
			t.Errorf("invalid parameters:\n got %s\nwant %s", body, want)
		}
		enveloped := read[struct {
			Body   struct{ Code string }
			Status int
		}](s, restBase+"/posts/999999?_envelope")
		if enveloped.Status != http.StatusNotFound || enveloped.Body.Code != "rest_post_invalid_id" {
			t.Errorf("the envelope of an error: %+v", enveloped)
		}
	})
}

// No number of the REST interface leads to an article that is not public, to the
// terms, authors and pictures that only such articles have, or to their
// existence.
func TestRESTShowsNoNumberThatIsNotPublic(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		s := newRESTSite(t, db, clock)
		picture := s.picture(1)
		for _, status := range []newsroom.Status{newsroom.Draft, newsroom.Scheduled, newsroom.InReview} {
			s.save(newsroom.Manuscript{
				Title: "Embargo " + string(status), Body: "Embargo.", Status: status, PublishedAt: clock.Now().Add(time.Hour),
				Tags: []string{"Embargo"}, Authors: []newsroom.AuthorRef{{Name: "Embargo Author"}}, PictureID: &picture.ID,
			})
		}
		missing := map[string]string{}
		for _, collection := range []string{"posts", "tags", "users", "media", "categories", "comments"} {
			missing[collection] = s.get(restBase + "/" + collection + "/987654").Body.String()
			public := " " + idsAt(s, restBase+"/"+collection+"?per_page=100&orderby=id") + " "
			for id := 1; id < 65; id++ {
				w := s.get(fmt.Sprintf("%s/%s/%d", restBase, collection, id))
				listed := strings.Contains(public, fmt.Sprintf(" %d ", id))
				if listed != (w.Code == http.StatusOK) {
					t.Errorf("%s/%d: listed %t, answer %d", collection, id, listed, w.Code)
				}
				if !listed && w.Body.String() != missing[collection] {
					t.Errorf("%s/%d: %s", collection, id, w.Body)
				}
				if strings.Contains(strings.ToLower(w.Body.String()), "embargo") {
					t.Errorf("%s/%d shows it", collection, id)
				}
			}
		}
		for _, path := range []string{
			"/posts?per_page=100&_embed", "/posts?slug=embargo-draft", "/posts?search=embargo", "/search?search=embargo", "/tags?slug=embargo",
			"/search?search=embargo&type=term", "/users?search=embargo", "/media", "/tags?search=embargo", "/categories?per_page=100",
		} {
			if body := s.get(restBase + path).Body.String(); strings.Contains(strings.ToLower(body), "embargo") {
				t.Errorf("%s shows it: %s", path, body)
			}
		}
	})
}

// Spellings of one question share one stored answer, and questions without number
// are not stored.
func TestRESTStoresOneAnswerOfAQuestion(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		site := newSite(t, db, clock)
		site.fill()
		h, stored, err := handlers.NewCounted(t.Context(), site.options)
		site.check(err)
		s := &restSite{testSite: site, h: h}
		for i, spellings := range [][]string{
			{"/posts", "/posts?page=1&per_page=10", "/posts?orderby=date&order=desc&nothing=5", "/posts?status=publish&context=view&_fields="},
			{"/posts?include=3,1,2", "/posts?include[]=2&include[]=3&include[]=1", "/posts?include=1,1,2,3&include=1 2 3"},
			{"/posts?_fields=id,slug", "/posts?_fields=slug,id,nothing,title.nothing", "/posts?_fields[]=id&_fields[]=slug"},
			{"/posts?_embed", "/posts?_embed=1", "/posts?_embed=true"},
		} {
			first := s.get(restBase + spellings[0]).Body.String()
			for _, path := range spellings[1:] {
				if got := s.get(restBase + path); got.Body.String() != first {
					t.Errorf("%s differs from %s: %s", path, spellings[0], got.Body)
				}
			}
			if n := stored(); n != i+1 {
				t.Errorf("after %s %d answers are stored", spellings[0], n)
			}
		}
		before := stored()
		for _, path := range []string{
			"/posts?search=strait", "/posts?after=2026-11-01T00:00:00", "/posts?exclude=1", "/posts?offset=3", "/posts?include=99999",
			"/posts?author=77", "/posts?page=99", "/posts/99999", "/comments?post=1", "/posts?per_page=0",
		} {
			s.get(restBase + path)
		}
		if n := stored(); n != before {
			t.Errorf("%d more answers are stored", n-before)
		}
	})
}

// The statements of an answer do not grow with its entries.
func TestRESTListTakesFewStatements(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		s := newSite(t, db, clock)
		s.options.Cache.Bytes = 0
		s.fill()
		h, err := handlers.New(t.Context(), s.options)
		s.check(err)
		for path, most := range map[string]int64{
			"/posts?per_page=100&_embed": 16, "/posts?per_page=5&page=4": 17, "/posts?categories=1&tags=1&orderby=title": 17,
			"/comments?per_page=100&_embed": 12, "/tags?per_page=100": 8, "/media?per_page=100": 8,
		} {
			ctx, n := models.CountStatements(t.Context())
			w := httptest.NewRecorder()
			h.ServeHTTP(w, httptest.NewRequestWithContext(ctx, http.MethodGet, restBase+path, nil))
			if w.Code != http.StatusOK || n.Load() > most {
				t.Errorf("%s: %d, %d statements, at most %d", path, w.Code, n.Load(), most)
			}
		}
	})
}

// FuzzREST sends any query to the collections. None is a server error, and each
// answer is JSON.
func FuzzREST(f *testing.F) {
	clock := modeltest.NewClock()
	s := newRESTSite(f, modeltest.SQLite(f, clock), clock)
	for _, seed := range []string{
		"per_page=100&_embed&_fields=id,title.rendered", "categories[terms]=1,2&categories[operator]=AND&tags=1&tax_relation=OR", "search=%00\xff%22(NEAR",
		"after=2026-11-01T00:00:00%2B99:99&before=9999-12-31T23:59:59", "include=-1,9223372036854775807&orderby=include", "offset=9223372036854775807",
		"page=9223372036854775807&per_page=100", "slug=%ff&orderby=include_slugs", "_envelope&context=embed&_fields=-", "post=1&parent=0&type=term",
	} {
		for i := range 8 {
			f.Add(uint8(i), seed)
		}
	}
	paths := []string{"/posts", "/comments", "/categories", "/tags", "/users", "/media", "/search", "/posts/1"}
	f.Fuzz(func(t *testing.T, which uint8, query string) {
		s.asked++
		r := httptest.NewRequest(http.MethodGet, restBase+paths[int(which)%len(paths)], nil)
		r.URL.RawQuery = query
		r.RemoteAddr = fmt.Sprintf("10.%d.%d.1:4000", s.asked/250%250, s.asked%250)
		w := httptest.NewRecorder()
		s.h.ServeHTTP(w, r)
		if w.Code >= 500 || !json.Valid(w.Body.Bytes()) {
			t.Errorf("%s?%q: %d %.300s", r.URL.Path, query, w.Code, w.Body)
		}
	})
}

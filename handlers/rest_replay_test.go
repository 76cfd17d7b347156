package handlers_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/textproto"
	"net/url"
	"strings"
	"testing"
	"time"

	"broadsheet/models"
	"broadsheet/models/modeltest"
	"broadsheet/models/people"
)

// wire sends requests over a connection, byte for byte as programs send them.
type wire struct {
	*testing.T
	base, user, password string
}

// newWire starts a server for the site. The password has WordPress's spaces, or none.
func newWire(t *testing.T, s *programSite, role people.Role, spaces bool) *wire {
	server := httptest.NewServer(s.handler)
	t.Cleanup(server.Close)
	w := &wire{t, server.URL, s.users[role].Email, s.passwords[role]}
	if !spaces {
		w.password = strings.ReplaceAll(w.password, " ", "")
	}
	return w
}

// send sends a request and decodes the answer into v, unless v is nil. header has pairs of
// names and values.
func (w *wire) send(method, path string, body io.Reader, want int, v any, header ...string) http.Header {
	w.Helper()
	r, err := http.NewRequestWithContext(w.Context(), method, w.base+path, body)
	if err != nil {
		w.Fatal(err)
	}
	r.SetBasicAuth(w.user, w.password)
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		w.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode != want {
		w.Fatalf("%s %s: %d, want %d: %v %.600s", method, path, answer.StatusCode, want, err, text)
	}
	if v != nil {
		if err := json.Unmarshal(text, v); err != nil {
			w.Fatalf("%s %s: %v in %.600s", method, path, err, text)
		}
	}
	return answer.Header
}

// json sends JSON as apps do, with the character set in its type.
func (w *wire) json(method, path, body string, want int, v any, header ...string) http.Header {
	w.Helper()
	return w.send(method, path, strings.NewReader(body), want, v, append(header, "Content-Type", "application/json; charset=utf-8")...)
}

// upload is a form with a picture and its texts, whose file has a name in UTF-8.
func (w *wire) upload(name string, fields map[string]string) (*bytes.Buffer, string) {
	w.Helper()
	var b bytes.Buffer
	form := multipart.NewWriter(&b)
	for field, value := range fields {
		if err := form.WriteField(field, value); err != nil {
			w.Fatal(err)
		}
	}
	head := textproto.MIMEHeader{"Content-Type": {"image/jpeg"}}
	head.Set("Content-Disposition", `form-data; name="file"; filename="`+name+`"`)
	part, err := form.CreatePart(head)
	if err == nil {
		_, err = part.Write(pngOf(64))
	}
	if err == nil {
		err = form.Close()
	}
	if err != nil {
		w.Fatal(err)
	}
	return &b, form.FormDataContentType()
}

type wirePost struct {
	ID           int64
	Status, Link string
	DateGMT      string `json:"date_gmt"`
	Title        struct{ Raw, Rendered string }
	Content      struct {
		Raw, Rendered string
		Protected     bool
	}
	Sticky        bool
	Categories    []int64
	Tags          []int64
	FeaturedMedia int64 `json:"featured_media"`
	Embedded      struct {
		Media  []struct{ ID int64 }      `json:"wp:featuredmedia"`
		Terms  [][]struct{ Name string } `json:"wp:term"`
		Author []struct{ ID int64 }
	} `json:"_embedded"`
	Code, Message string
}

// readForms reads what a writing app needs for its forms: the index, the account and the lists.
func (w *wire) readForms() {
	w.Helper()
	var index struct {
		Namespaces     []string
		Routes         map[string]struct{ Methods []string }
		Authentication map[string]struct {
			Endpoints struct{ Authorization string }
		}
	}
	if link := w.send("HEAD", "/", nil, 200, nil).Get("Link"); !strings.Contains(link, `/wp-json/>; rel="https://api.w.org/"`) {
		w.Errorf("the front page says %q", link)
	}
	w.send("GET", "/wp-json/", nil, 200, &index)
	if index.Authentication["application-passwords"].Endpoints.Authorization == "" || len(index.Routes["/batch/v1"].Methods) != 1 ||
		fmt.Sprint(index.Routes["/wp/v2/posts"].Methods) != "[GET POST]" {
		w.Errorf("the index is %+v", index)
	}
	var me struct {
		ID    int64
		Roles []string
	}
	if w.send("GET", restBase+"/users/me?context=edit", nil, 200, &me); me.ID < 1 || me.Roles[0] != "editor" {
		w.Errorf("the account is %+v", me)
	}
	for _, path := range []string{
		"/types", "/types/post?context=edit", "/taxonomies", "/statuses?context=edit", "/tags?per_page=100", "/media?per_page=40&media_type=image",
		"/categories?per_page=100&_fields=id,name,parent&orderby=name", "/users?who=authors&per_page=100", "/comments?status=hold&context=edit",
		"/pages?status=publish,draft&context=edit", "/users/me/application-passwords",
	} {
		w.send("GET", restBase+path, nil, 200, nil)
	}
	var kind struct {
		Labels struct {
			SingularName string `json:"singular_name"`
		}
		Supports map[string]bool
	}
	if w.send("GET", restBase+"/types/post?context=edit", nil, 200, &kind); kind.Labels.SingularName != "Post" || !kind.Supports["excerpt"] {
		w.Errorf("the type is %+v", kind)
	}
}

// TestReplayOfAWritingApp replays the requests of a writing app on a phone. It finds the
// interface, reads the account and the lists for its forms, and uploads a picture as a form.
// It saves and publishes a story, updates it without PUT, and trashes it.
func TestReplayOfAWritingApp(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		w := newWire(t, newProgramSite(t, db, clock), people.Editor, true)
		w.readForms()
		var media struct {
			ID      int64
			AltText string `json:"alt_text"`
			Caption struct{ Raw string }
		}
		body, form := w.upload("Gärten am Fluß – 花園.jpg", map[string]string{"title": "x", "alt_text": "Ein Garten", "caption": "Gärten & Fluß"})
		w.send("POST", restBase+"/media", body, 201, &media, "Content-Type", form)
		if media.AltText != "Ein Garten" || media.Caption.Raw != "Gärten & Fluß" {
			t.Errorf("the picture is %+v", media)
		}
		var post wirePost
		head := w.json("POST", restBase+"/posts?_fields=id,link,status", fmt.Sprintf(
			`{"title":"Ärger","content":"<!-- wp:paragraph -->\n<p>Eins.</p>\n<!-- /wp:paragraph -->","status":"draft","featured_media":%d,"password":"","meta":[],"sticky":false,"format":"standard"}`,
			media.ID), 201, &post)
		path := fmt.Sprintf("%s/posts/%d", restBase, post.ID)
		if post.Status != "draft" || post.Title.Raw != "" || !strings.HasSuffix(head.Get("Location"), path) {
			t.Errorf("the draft is %+v at %s", post, head.Get("Location"))
		}
		w.json("POST", path+"/autosaves", `{"title":"Ärger","content":"<p>Eins, zwei.</p>"}`, 200, nil)
		w.send("GET", path+"/autosaves", nil, 200, nil)
		w.send("GET", path+"/revisions?context=edit", nil, 200, nil)
		w.json("POST", path, `{"content":"<p>Eins, zwei.</p>"}`, 200, nil, "X-HTTP-Method-Override", "PUT")
		w.json("POST", path+"?_method=PATCH", `{"status":"publish","excerpt":{"raw":"Kurz."}}`, 200, &post)
		if post.Status != "publish" || !strings.Contains(post.Content.Raw, "zwei") || post.Content.Protected {
			t.Errorf("published: %+v", post)
		}
		var list []wirePost
		w.send("GET", restBase+"/posts?status=publish,draft&context=edit&_embed=wp:featuredmedia,wp:term,author&orderby=date&search=%C3%84rger", nil, 200, &list)
		if len(list) != 1 || len(list[0].Embedded.Media) != 1 || len(list[0].Embedded.Author) != 1 {
			t.Errorf("the list is %+v", list)
		}
		var raw []struct {
			Password *string
			Template string                       `json:"permalink_template"`
			Slug     string                       `json:"generated_slug"`
			Links    map[string][]json.RawMessage `json:"_links"`
		}
		w.send("GET", restBase+"/posts?include="+fmt.Sprint(post.ID)+"&context=edit", nil, 200, &raw)
		if raw[0].Password == nil || raw[0].Slug != "arger" || !strings.HasSuffix(raw[0].Template, "/%postname%/") || raw[0].Links["wp:action-sticky"] == nil {
			t.Errorf("for editing: %+v", raw)
		}
		var envelope struct {
			Status  int
			Headers map[string]string
			Body    []wirePost
		}
		if w.send("GET", restBase+"/posts?_envelope&per_page=1&context=edit", nil, 200, &envelope); envelope.Status != 200 || envelope.Headers["X-WP-Total"] == "" {
			t.Errorf("the envelope is %+v", envelope)
		}
		if w.json("POST", restBase+"/posts?_envelope", `{}`, 200, &struct{ Status *int }{&envelope.Status}); envelope.Status != 400 {
			t.Errorf("the envelope of a refusal has the status %d", envelope.Status)
		}
		if w.send("POST", path+"?_method=DELETE", nil, 200, &post); post.Status != "trash" {
			t.Errorf("trashed: %+v", post)
		}
		if w.send("GET", path+"?_method=DELETE&force=true", nil, 200, &post); post.Status != "trash" {
			t.Errorf("a GET deletes: %+v", post)
		}
	})
}

// TestReplayOfAWire replays the requests of an importer that has the address in the parameter
// rest_route. It sends forms with lists, raw files, dates in the past, a repeat and a batch.
func TestReplayOfAWire(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		w := newWire(t, newProgramSite(t, db, clock), people.Editor, false)
		route := func(path string) string { return "/?rest_route=/wp/v2" + path }
		var options struct {
			Methods   []string
			Endpoints []struct {
				Methods []string
				Args    map[string]struct{ Type string }
			}
			Schema struct {
				Title      string
				Properties map[string]struct{ Type string }
			}
		}
		if allow := w.send("OPTIONS", route("/posts"), nil, 200, &options).Get("Allow"); allow != "GET, POST" {
			t.Errorf("Allow is %q", allow)
		}
		if options.Schema.Title != "post" || options.Schema.Properties["categories"].Type != "array" || len(options.Endpoints) != 2 ||
			options.Endpoints[1].Args["date_gmt"].Type != "string" || options.Endpoints[1].Args["sticky"].Type != "boolean" {
			t.Errorf("the description is %+v", options)
		}
		names := []string{
			`attachment; filename="quay.jpg"`, `attachment; filename*=UTF-8''%D9%85%D9%8A%D9%86%D8%A7%D8%A1.jpg`, `attachment; filename="Kürze.jpg"`,
			`attachment; filename=two words.jpg`, `attachment; filename=мост.jpg`, `inline; filename='it.jpg'`,
		}
		var pictures []int64
		for i, name := range names {
			var media struct{ ID int64 }
			w.send("POST", route("/media")+"&alt_text=A+quay", bytes.NewReader(pngOf(40+i)), 201, &media,
				"Content-Type", "image/jpeg", "Content-Disposition", name)
			pictures = append(pictures, media.ID)
		}
		for _, name := range []string{"", "attachment", "attachment; filename=", `attachment; filename=""`} {
			var e restEntry
			w.send("POST", restBase+"/media", bytes.NewReader(pngOf(40)), 400, &e, "Content-Type", "image/jpeg", "Content-Disposition", name)
			if e.Code != "rest_upload_no_content_disposition" {
				t.Errorf("%q: %+v", name, e)
			}
		}
		past := clock.Now().Add(-48 * time.Hour).UTC().Format("2006-01-02T15:04:05")
		form := url.Values{
			"title": {"Wire & tide"}, "content": {"<p>From the wire.</p>"}, "status": {"publish"}, "date_gmt": {past}, "slug": {"wire-1"},
			"categories[]": {"1", "2"}, "tags": {"1,2"}, "featured_media": {fmt.Sprint(pictures[0])}, "meta[source]": {"Agency"}, "sticky": {"0"},
			"password": {""}, "comment_status": {"closed"}, "ping_status": {"closed"},
		}
		const encoded = "application/x-www-form-urlencoded; charset=UTF-8"
		var post wirePost
		for i, path := range []string{route("/posts"), "/index.php" + route("/posts")[1:], restBase + "/posts/", "/index.php" + restBase + "/posts"} {
			form.Set("slug", fmt.Sprint("wire-", i))
			w.send("POST", path, strings.NewReader(form.Encode()), 201, &post, "Content-Type", encoded)
			if post.Status != "publish" || post.DateGMT != past || len(post.Categories) != 2 || len(post.Tags) != 2 || post.FeaturedMedia != pictures[0] ||
				post.Title.Raw != "Wire & tide" {
				t.Errorf("%s: %+v", path, post)
			}
		}
		one := fmt.Sprintf("/posts/%d", post.ID)
		w.send("POST", route(one)+"&_method=PUT", strings.NewReader("title=Changed"), 200, &post, "Content-Type", encoded)
		if w.send("PUT", restBase+one+"/", strings.NewReader(`{"title":"Again"}`), 200, &post, "Content-Type", "application/json"); post.Title.Raw != "Again" {
			t.Errorf("changed: %+v", post)
		}
		var list []wirePost
		w.send("GET", route("/posts")+"&slug=wire-3&status=any&context=edit", nil, 200, &list)
		if len(list) != 1 || list[0].ID != post.ID {
			t.Errorf("found by its slug: %+v", list)
		}
		if total := w.send("HEAD", restBase+"/posts?status=publish&search=wire&per_page=1", nil, 200, nil).Get("X-WP-Total"); total != "4" {
			t.Errorf("X-WP-Total is %s", total)
		}
		var refused restEntry
		w.json("POST", restBase+one, `{"password":"secret"}`, 400, &refused)
		if refused.Code != "rest_invalid_param" || !strings.Contains(fmt.Sprint(refused.Data.Params), "password") {
			t.Errorf("a password: %+v", refused)
		}
		w.send("DELETE", restBase+one+"/revisions/1/", nil, 501, nil)
		w.send("GET", "/index.php"+restBase+one+"/revisions/?context=edit", nil, 200, nil)
		w.send("DELETE", restBase+one+"/?force=true", nil, 200, nil)
		var batch batchAnswer
		w.json("POST", "/?rest_route=/batch/v1", fmt.Sprintf(`{"requests":[{"path":"/wp/v2/tags","body":{"name":"Ferries"}},{"method":"DELETE","path":"/wp/v2%s"}]}`, one), 207, &batch)
		if batch.statuses() != "201, 410 rest_already_trashed" {
			t.Errorf("the batch: %s", batch.statuses())
		}
	})
}

package handlers_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"image"
	"image/png"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"

	"broadsheet/models"
	"broadsheet/models/discussion"
	"broadsheet/models/modeltest"
	"broadsheet/models/newsroom"
	"broadsheet/models/people"
)

func pngOf(side int) []byte {
	var b bytes.Buffer
	picture := image.NewGray(image.Rect(0, 0, side, side))
	for i := range picture.Pix {
		picture.Pix[i] = byte(i * side)
	}
	_ = png.Encode(&b, picture) // into memory
	return b.Bytes()
}

// upload sends a file as the body, with its name in a header.
func (s *programSite) upload(role people.Role, name, disposition string, data []byte) *httptest.ResponseRecorder {
	r := httptest.NewRequestWithContext(s.Context(), http.MethodPost, restBase+"/media", bytes.NewReader(data))
	r.Header.Set("Content-Type", "image/png")
	if disposition != "" {
		r.Header.Set("Content-Disposition", fmt.Sprintf("%s; filename=%q", disposition, name))
	}
	r.SetBasicAuth(s.users[role].Email, s.passwords[role])
	w := httptest.NewRecorder()
	s.handler.ServeHTTP(w, r)
	return w
}

func decode(t *testing.T, w *httptest.ResponseRecorder) (e restEntry) {
	t.Helper()
	if err := json.Unmarshal(w.Body.Bytes(), &e); err != nil {
		t.Fatalf("%v in %s", err, w.Body)
	}
	return e
}

// A program uploads pictures, as the body and in a form, describes them, leads a story with
// one and removes one that nothing uses.
func TestProgramUploadsPictures(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		s := newProgramSite(t, db, clock)
		author := people.AuthorRole
		w := s.upload(author, "harbour.png", "attachment", pngOf(64))
		first := decode(t, w)
		if w.Code != http.StatusCreated || first.ID == 0 || w.Header().Get("Location") != fmt.Sprintf("http://news.example%s/media/%d", restBase, first.ID) {
			t.Fatalf("%d %v %s", w.Code, w.Header(), w.Body)
		}
		var body bytes.Buffer
		form := multipart.NewWriter(&body)
		s.check(form.WriteField("alt_text", "A <b>harbour</b> &amp; boats"))
		part, err := form.CreateFormFile("file", "boats.png")
		s.check(err)
		_, err = part.Write(pngOf(65))
		s.check(err)
		s.check(form.WriteField("caption", "Boats."))
		s.check(form.Close())
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, restBase+"/media", &body)
		r.Header.Set("Content-Type", form.FormDataContentType())
		r.SetBasicAuth(s.users[author].Email, s.passwords[author])
		w = httptest.NewRecorder()
		s.handler.ServeHTTP(w, r)
		if w.Code != http.StatusCreated || !strings.Contains(w.Body.String(), `"alt_text":"A harbour & boats"`) || !strings.Contains(w.Body.String(), "Boats.") {
			t.Errorf("a form: %d %s", w.Code, w.Body)
		}
		second := decode(t, w)
		path := fmt.Sprintf("/media/%d", first.ID)
		s.call(author, http.MethodPost, path, `{"alt_text":"The harbour","caption":{"raw":"At noon."}}`, 200)
		if got := s.sendAs(author, http.MethodGet, path+"?context=edit", ""); !strings.Contains(got.Body.String(), `"raw":"At noon."`) {
			t.Errorf("its texts are %s", got.Body)
		}
		if got := s.page(restBase + path); got.Code != http.StatusNotFound {
			t.Errorf("a visitor sees an unused picture: %d", got.Code)
		}
		w = s.upload(people.Contributor, "own.png", "attachment", pngOf(66))
		own := fmt.Sprintf("/media/%d", decode(t, w).ID)
		if w.Code != http.StatusCreated {
			t.Fatalf("a contributor: %d %s", w.Code, w.Body)
		}
		s.call(people.Contributor, http.MethodPost, own, `{"alt_text":"A pier"}`, 200)
		if w := s.sendAs(author, http.MethodPost, own, `{"alt_text":"A boat"}`); w.Code != http.StatusForbidden {
			t.Errorf("an author changes a contributor's picture: %d %s", w.Code, w.Body)
		}
		story := s.call(author, http.MethodPost, "/posts", fmt.Sprintf(`{"title":"Harbour","content":"x","status":"publish","featured_media":%d}`, first.ID), 201)
		if story.FeaturedMedia != first.ID || s.page(restBase+path).Code != http.StatusOK {
			t.Errorf("the story is %+v", story)
		}
		if list := s.list(author, "/media?include="+fmt.Sprint(first.ID, ",", second.ID)); list != fmt.Sprint(second.ID, " ", first.ID) {
			t.Errorf("the list has %s", list)
		}
		for _, one := range []struct {
			role               people.Role
			method, path, want string
		}{
			{author, "DELETE", path, "501 rest_trash_not_supported"},
			{author, "DELETE", path + "?force=true", "409 rest_conflict"},
			{people.Contributor, "DELETE", path + "?force=true", "403 rest_cannot_delete"},
			{people.Contributor, "POST", path, "403 rest_cannot_edit"},
			{people.Moderator, "POST", path, "403 rest_cannot_edit"},
			{people.Subscriber, "POST", path, "401 rest_cannot_edit"},
			{author, "DELETE", fmt.Sprintf("/media/%d?force=true", second.ID), "200"},
			{author, "DELETE", fmt.Sprintf("/media/%d?force=true", second.ID), "404 rest_post_invalid_id"},
		} {
			w := s.sendAs(one.role, one.method, one.path, "")
			if got := strings.TrimSpace(fmt.Sprint(w.Code, " ", decode(t, w).Code)); got != one.want {
				t.Errorf("%s %s by %s: %s, want %s: %s", one.method, one.path, one.role, got, one.want, w.Body)
			}
		}
		for name, one := range map[string]struct {
			w    *httptest.ResponseRecorder
			want string
		}{
			"a moderator":    {s.upload(people.Moderator, "x.png", "attachment", pngOf(8)), "403 rest_cannot_create"},
			"no name":        {s.upload(author, "", "", pngOf(8)), "400 rest_upload_no_content_disposition"},
			"no data":        {s.upload(author, "x.png", "attachment", nil), "400 rest_upload_no_data"},
			"no picture":     {s.upload(author, "x.png", "attachment", []byte("hello")), "400 rest_invalid_param"},
			"a script":       {s.upload(author, "x.svg", "attachment", []byte(`<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>`)), "400 rest_invalid_param"},
			"a file too big": {s.upload(author, "x.png", "attachment", make([]byte, 21<<20)), "413 rest_upload_file_too_big"},
		} {
			if got := fmt.Sprint(one.w.Code, " ", decode(t, one.w).Code); got != one.want {
				t.Errorf("%s: %s, want %s: %s", name, got, one.want, one.w.Body)
			}
		}
	})
}

// A program of a moderator decides and answers comments; one of a contributor does not.
func TestProgramModerates(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		s := newProgramSite(t, db, clock)
		site, err := newsroom.LoadSite(t.Context(), db)
		s.check(err)
		posted, err := discussion.Post(t.Context(), db, site, discussion.Submission{
			ArticleID: 1, Author: "Reader", Email: "reader@example.org", Text: "Held words.", IP: netip.MustParseAddr("192.0.2.7"), Token: "a token",
		})
		s.check(err)
		moderator, path := people.Moderator, fmt.Sprintf("/comments/%d", posted.ID)
		status := func() string {
			t.Helper()
			c, err := discussion.ByID(t.Context(), db, posted.ID)
			s.check(err)
			return string(c.State)
		}
		for _, to := range []string{"hold", "approved", "spam", "trash", "hold"} {
			if e := s.call(moderator, http.MethodPost, path, `{"status":"`+to+`"}`, 200); e.Status != to {
				t.Errorf("to %s: %+v, %s", to, e, status())
			}
		}
		if list := s.list(moderator, "/comments?status=hold&post=1"); !strings.Contains(" "+list+" ", fmt.Sprint(" ", posted.ID, " ")) {
			t.Errorf("held are %s", list)
		}
		w := s.sendAs(moderator, http.MethodGet, path+"?context=edit", "")
		if !strings.Contains(w.Body.String(), "reader@example.org") || !strings.Contains(w.Body.String(), `"raw":"Held words."`) {
			t.Errorf("a moderator sees %s", w.Body)
		}
		answer := s.call(moderator, http.MethodPost, "/comments", fmt.Sprintf(`{"post":1,"parent":%d,"content":"An answer."}`, posted.ID), 201)
		if answer.Status != "approved" || status() != "approve" {
			t.Errorf("the answer is %+v, its parent %s", answer, status())
		}
		s.call(moderator, http.MethodPost, path, `{"content":"Other words."}`, 200)
		if w := s.page(restBase + path); !strings.Contains(w.Body.String(), "Other words.") || strings.Contains(w.Body.String(), "reader@example.org") {
			t.Errorf("a visitor sees %s", w.Body)
		}
		for _, one := range []struct {
			role                     people.Role
			method, path, body, want string
		}{
			{people.Contributor, "POST", path, `{"status":"spam"}`, "403 rest_cannot_edit"},
			{people.AuthorRole, "POST", path, `{"status":"spam"}`, "403 rest_cannot_edit"},
			{people.Subscriber, "POST", path, `{"status":"spam"}`, "401 rest_cannot_edit"},
			{people.Contributor, "GET", "/comments?status=hold", "", "403 rest_forbidden_context"},
			{people.Subscriber, "POST", "/comments", `{"post":1,"content":"x"}`, "401 rest_comment_login_required"},
			{moderator, "POST", path, `{"status":"nothing"}`, "400 rest_invalid_param"},
			{moderator, "POST", path, `{"content":""}`, "400 rest_comment_content_invalid"},
			{moderator, "POST", "/comments", `{"content":"x"}`, "403 rest_comment_invalid_post_id"},
			{moderator, "POST", "/comments/987654", `{"status":"spam"}`, "404 rest_comment_invalid_id"},
			{moderator, "DELETE", path, "", "200"},
			{moderator, "DELETE", path, "", "410 rest_already_trashed"},
			{moderator, "DELETE", path + "?force=true", "", "403 rest_cannot_delete"},
			{people.Editor, "DELETE", path + "?force=true", "", "200"},
			{people.Contributor, "POST", "/comments", `{"post":1,"content":"From a contributor."}`, "201"},
		} {
			w := s.sendAs(one.role, one.method, one.path, one.body)
			if got := strings.TrimSpace(fmt.Sprint(w.Code, " ", decode(t, w).Code)); got != one.want {
				t.Errorf("%s %s %s by %s: %s, want %s: %s", one.method, one.path, one.body, one.role, got, one.want, w.Body)
			}
		}
	})
}

// A program finds its own account, makes terms, and reads the settings if it may.
func TestProgramKnowsItsAccountAndTerms(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		s := newProgramSite(t, db, clock)
		me := s.call(people.AuthorRole, http.MethodGet, "/users/me?context=edit", "", 200)
		if me.ID == 0 || me.Name != "Some author" {
			t.Errorf("the account is %+v", me)
		}
		w := s.sendAs(people.AuthorRole, http.MethodGet, "/users/me?context=edit", "")
		for _, part := range []string{`"email":"author@courier.example"`, `"roles":["author"]`, `"publish_posts":true`} {
			if !strings.Contains(w.Body.String(), part) {
				t.Errorf("the account has no %s: %s", part, w.Body)
			}
		}
		if strings.Contains(w.Body.String(), "edit_others_posts") {
			t.Error("an author may edit the posts of others")
		}
		story := s.call(people.AuthorRole, http.MethodPost, "/posts", fmt.Sprintf(`{"title":"Mine","author":%d}`, me.ID), 201)
		if story.Author != me.ID {
			t.Errorf("the author of the story is %d, not %d", story.Author, me.ID)
		}
		if other := s.call(people.AuthorRole, http.MethodPost, "/posts", `{"title":"Mine too"}`, 201); other.Author != me.ID {
			t.Errorf("without a field it is %d, not %d", other.Author, me.ID)
		}

		tag := s.call(people.AuthorRole, http.MethodPost, "/tags", `{"name":"Fresh topic"}`, 201)
		if again := s.call(people.Editor, http.MethodPost, "/tags", `{"name":"fresh TOPIC"}`, 400); again.Code != "term_exists" || again.Data.TermID != tag.ID {
			t.Errorf("twice: %+v", again)
		}
		if list := s.list(people.AuthorRole, "/tags?search=fresh"); list != fmt.Sprint(tag.ID) {
			t.Errorf("the tags are %s", list)
		}
		if w := s.page(restBase + "/tags?search=fresh"); strings.Contains(w.Body.String(), "Fresh") {
			t.Error("visitors see a tag without articles")
		}
		category := s.call(people.Editor, http.MethodPost, "/categories", `{"name":"Harbours","parent":1,"description":"Ships."}`, 201)
		if again := s.call(people.Editor, http.MethodPost, "/categories", `{"name":"harbours","parent":1}`, 400); again.Code != "term_exists" || again.Data.TermID != category.ID {
			t.Errorf("twice: %+v", again)
		}
		used := s.call(people.Editor, http.MethodPost, "/posts", fmt.Sprintf(`{"title":"In it","categories":[%d],"tags":[%d]}`, category.ID, tag.ID), 201)
		if fmt.Sprint(used.Categories, used.Tags) != fmt.Sprintf("[%d] [%d]", category.ID, tag.ID) {
			t.Errorf("the story has %v %v", used.Categories, used.Tags)
		}
		for _, one := range []struct {
			role                     people.Role
			method, path, body, want string
		}{
			{people.Contributor, "POST", "/tags", `{"name":"x"}`, "403 rest_cannot_create"},
			{people.AuthorRole, "POST", "/categories", `{"name":"x"}`, "403 rest_cannot_create"},
			{people.Editor, "POST", "/categories", `{"name":"x","parent":98765}`, "400 rest_term_invalid"},
			{people.Editor, "POST", "/categories", `{}`, "400 rest_missing_callback_param"},
			{people.Editor, "POST", "/tags", `{"name":"..."}`, "400 rest_invalid_param"},
			{people.Editor, "GET", "/settings", "", "403 rest_forbidden"},
			{people.Subscriber, "GET", "/settings", "", "401 rest_forbidden"},
			{people.Administrator, "GET", "/settings?_fields=url", "", "200"},
			{people.Subscriber, "GET", "/users/me", "", "401 rest_not_logged_in"},
			{people.Moderator, "GET", "/users/me", "", "200"},
			{people.Editor, "GET", "/statuses/draft", "", "200"},
			{people.Subscriber, "GET", "/statuses/draft", "", "404 rest_status_invalid"},
		} {
			w := s.sendAs(one.role, one.method, one.path, one.body)
			if got := strings.TrimSpace(fmt.Sprint(w.Code, " ", decode(t, w).Code)); got != one.want {
				t.Errorf("%s %s %s by %s: %s, want %s: %s", one.method, one.path, one.body, one.role, got, one.want, w.Body)
			}
		}
		allow := s.sendAs(people.Contributor, http.MethodOptions, "/posts", "")
		if got := allow.Header().Get("Allow"); allow.Code != http.StatusOK || got != "GET, POST" || !strings.Contains(allow.Body.String(), `"methods":["GET","POST"]`) {
			t.Errorf("OPTIONS: %d, Allow %q, %s", allow.Code, got, allow.Body)
		}
		if got := s.sendAs(people.Subscriber, http.MethodOptions, "/posts", "").Header().Get("Allow"); got != "GET" {
			t.Errorf("a visitor may %q", got)
		}
	})
}

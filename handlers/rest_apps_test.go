package handlers_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"broadsheet/models"
	"broadsheet/models/modeltest"
	"broadsheet/models/newsroom"
	"broadsheet/models/people"
)

type restApp struct {
	UUID     string
	AppID    string `json:"app_id"`
	Name     string
	Created  string
	LastUsed *string `json:"last_used"`
	Password string
	Deleted  bool
	Count    int
	Previous struct{ UUID string }
}

// app sends a request of a program and decodes the application password in its answer.
func (s *programSite) app(role people.Role, method, path, body string, want int) (a restApp) {
	s.Helper()
	w := s.sendAs(role, method, path, body)
	if err := json.Unmarshal(w.Body.Bytes(), &a); err != nil || w.Code != want {
		s.Fatalf("%s %s: %d, want %d: %v %s", method, path, w.Code, want, err, w.Body)
	}
	return a
}

// A program looks after the application passwords of its account.
func TestProgramManagesItsPasswords(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		s := newProgramSite(t, db, clock)
		role := people.AuthorRole
		const all = "/users/me/application-passwords"
		own := s.app(role, http.MethodGet, all+"/introspect", "", 200)
		if own.Name != "program" || own.UUID == "" || own.Password != "" {
			t.Errorf("its own: %+v", own)
		}
		made := s.app(role, http.MethodPost, all, `{"name":"Widget","app_id":"8f14e45f-ceea-467f-9b3e-2b3e5c5d6a7b"}`, 201)
		if len(made.Password) != 29 || made.AppID != "8f14e45f-ceea-467f-9b3e-2b3e5c5d6a7b" || made.LastUsed != nil {
			t.Errorf("made: %+v", made)
		}
		first := s.passwords[role]
		s.passwords[role] = made.Password
		if used := s.app(role, http.MethodGet, all+"/introspect", "", 200); used.UUID != made.UUID || used.LastUsed == nil {
			t.Errorf("the new one: %+v", used)
		}
		if renamed := s.app(role, http.MethodPut, all+"/"+made.UUID, `{"name":"Clock"}`, 200); renamed.Name != "Clock" {
			t.Errorf("renamed: %+v", renamed)
		}
		s.passwords[role] = first
		var list []restApp
		s.check(json.Unmarshal(s.sendAs(role, http.MethodGet, all, "").Body.Bytes(), &list))
		if len(list) != 2 || list[1].Name != "Clock" || list[1].Password != "" {
			t.Errorf("the list: %+v", list)
		}
		me := s.call(role, http.MethodGet, "/users/me", "", 200).ID
		other := s.call(people.Editor, http.MethodGet, "/users/me", "", 200).ID
		s.app(role, http.MethodGet, fmt.Sprintf("/users/%d/application-passwords/%s", me, made.UUID), "", 200)
		for _, one := range []struct {
			role                     people.Role
			method, path, body, want string
		}{
			{people.Subscriber, "GET", all, "", "401 rest_cannot_list_application_passwords"},
			{people.Subscriber, "GET", all + "/introspect", "", "401 rest_cannot_introspect_app_password_for_non_authenticated_user"},
			{people.Subscriber, "GET", all + "/" + made.UUID, "", "401 rest_cannot_read_application_password"},
			{people.Subscriber, "POST", all, `{"name":"x"}`, "401 rest_cannot_create_application_passwords"},
			{people.Subscriber, "PUT", all + "/" + made.UUID, `{"name":"x"}`, "401 rest_cannot_edit_application_password"},
			{people.Subscriber, "DELETE", all, "", "401 rest_cannot_delete_application_passwords"},
			{people.Subscriber, "DELETE", all + "/" + made.UUID, "", "401 rest_cannot_delete_application_password"},
			{role, "GET", fmt.Sprintf("/users/%d/application-passwords", other), "", "403 rest_cannot_list_application_passwords"},
			{role, "DELETE", fmt.Sprintf("/users/%d/application-passwords", other), "", "403 rest_cannot_delete_application_passwords"},
			{people.Administrator, "POST", fmt.Sprintf("/users/%d/application-passwords", me), `{"name":"x"}`, "403 rest_cannot_create_application_passwords"},
			{people.Editor, "GET", all + "/" + made.UUID, "", "404 rest_application_password_not_found"},
			{people.Editor, "DELETE", all + "/" + made.UUID, "", "404 rest_application_password_not_found"},
			{role, "POST", all, `{}`, "400 rest_missing_callback_param"},
			{role, "POST", all, `{"name":" "}`, "400 rest_invalid_param"},
			{role, "POST", all, `{"name":"x","app_id":"1"}`, "400 rest_invalid_param"},
			{role, "POST", "/users/you/application-passwords", `{"name":"x"}`, "404 rest_no_route"},
		} {
			w := s.sendAs(one.role, one.method, one.path, one.body)
			if got := fmt.Sprint(w.Code, " ", decode(t, w).Code); got != one.want {
				t.Errorf("%s %s %s by %s: %s, want %s: %s", one.method, one.path, one.body, one.role, got, one.want, w.Body)
			}
		}
		if gone := s.app(role, http.MethodDelete, all+"/"+made.UUID, "", 200); !gone.Deleted || gone.Previous.UUID != made.UUID {
			t.Errorf("ended: %+v", gone)
		}
		s.app(role, http.MethodPost, all, `{"name":"Another"}`, 201)
		if gone := s.app(role, http.MethodDelete, all, "", 200); !gone.Deleted || gone.Count != 2 {
			t.Errorf("all ended: %+v", gone)
		}
		if e := s.call(role, http.MethodGet, "/posts", "", 401); e.Code != "incorrect_password" {
			t.Errorf("after that: %+v", e)
		}
	})
}

// TestProgramReadsVersions also stores an autosave, which readers must not see.
func TestProgramReadsVersions(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		s := newProgramSite(t, db, clock)
		editor := people.Editor
		made := s.call(editor, http.MethodPost, "/posts", `{"title":"One","content":"<p>First.</p>","excerpt":"Short.","status":"publish"}`, 201)
		path := fmt.Sprintf("/posts/%d", made.ID)
		clock.Advance(time.Minute)
		s.call(editor, http.MethodPost, path, `{"title":"Two & more"}`, 200)
		clock.Advance(time.Minute)
		kept := s.call(editor, http.MethodPost, path+"/autosaves", `{"content":"<p>Second.</p>"}`, 200)
		if kept.Content.Raw != "<p>Second.</p>" || kept.Title.Raw != "Two & more" && kept.Title.Raw != "Two &amp; more" {
			t.Errorf("kept: %+v", kept)
		}
		if got := s.page(strings.TrimPrefix(made.Link, "http://news.example")); !strings.Contains(got.Body.String(), "First.") || strings.Contains(got.Body.String(), "Second.") {
			t.Error("readers see the autosave")
		}
		w := s.sendAs(editor, http.MethodGet, path+"/revisions?context=edit", "")
		var list []restEntry
		s.check(json.Unmarshal(w.Body.Bytes(), &list))
		if len(list) < 2 || w.Header().Get("X-WP-Total") != fmt.Sprint(len(list)) || list[0].Title.Rendered != "Two &amp; more" || list[0].Parent != made.ID ||
			list[len(list)-1].Title.Raw != "One" || list[len(list)-1].Excerpt.Raw != "Short." {
			t.Errorf("the list: %s", w.Body)
		}
		one := fmt.Sprintf("%s/revisions/%d", path, list[len(list)-1].ID)
		if got := s.call(editor, http.MethodGet, one, "", 200); got.Title.Rendered != "One" || got.Title.Raw != "" {
			t.Errorf("one: %+v", got)
		}
		var autosaves []restEntry
		s.check(json.Unmarshal(s.sendAs(editor, http.MethodGet, path+"/autosaves", "").Body.Bytes(), &autosaves))
		if len(autosaves) != 1 || autosaves[0].ID != kept.ID {
			t.Errorf("the autosaves: %+v", autosaves)
		}
		draft := s.save(newsroom.Manuscript{Title: "Draft of others", Body: "Secret words.", Status: newsroom.Draft}).ID
		foreign := fmt.Sprintf("/posts/%d/revisions", draft)
		for _, row := range []struct {
			role                     people.Role
			method, path, body, want string
		}{
			{people.Subscriber, "GET", path + "/revisions", "", "401 rest_cannot_read"},
			{people.Subscriber, "GET", foreign, "", "401 rest_cannot_read"},
			{people.Subscriber, "GET", "/posts/987654/revisions", "", "401 rest_cannot_read"},
			{people.Subscriber, "POST", path + "/autosaves", `{"title":"x"}`, "401 rest_cannot_edit"},
			{people.Subscriber, "DELETE", one + "?force=true", "", "401 rest_cannot_delete"},
			{people.Moderator, "GET", path + "/revisions", "", "403 rest_cannot_read"},
			{people.AuthorRole, "GET", path + "/revisions", "", "403 rest_cannot_read"},
			{people.AuthorRole, "GET", foreign, "", "404 rest_post_invalid_parent"},
			{people.AuthorRole, "POST", path + "/autosaves", `{"title":"x"}`, "403 rest_cannot_read"},
			{editor, "GET", "/posts/987654/revisions", "", "404 rest_post_invalid_parent"},
			{editor, "GET", path + "/revisions/987654", "", "404 rest_post_invalid_id"},
			{editor, "GET", path + "/revisions?page=9", "", "400 rest_revision_invalid_page_number"},
			{editor, "DELETE", one, "", "501 rest_trash_not_supported"},
			{editor, "DELETE", one + "?force=true", "", "403 rest_cannot_delete"},
			{editor, "POST", path + "/autosaves", `{"title":{"x":1}}`, "400 rest_invalid_param"},
		} {
			w := s.sendAs(row.role, row.method, row.path, row.body)
			if got := fmt.Sprint(w.Code, " ", decode(t, w).Code); got != row.want {
				t.Errorf("%s %s by %s: %s, want %s: %s", row.method, row.path, row.role, got, row.want, w.Body)
			}
		}
	})
}

package handlers_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"broadsheet/models"
	"broadsheet/models/modeltest"
	"broadsheet/models/people"
)

// TestProgramRenamesItsAccount: the own name may be changed by "me" and by the number of the
// own author, and nothing else of any account.
func TestProgramRenamesItsAccount(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		s := newProgramSite(t, db, clock)
		role := people.AuthorRole
		me := s.call(role, http.MethodGet, "/users/me", "", 200)
		email := s.users[role].Email
		if e := s.call(role, http.MethodPut, "/users/me", `{"name":"Ada &amp; Co","email":"`+strings.ToUpper(email)+`","description":"x"}`, 200); e.Name != "Ada &amp; Co" {
			t.Errorf("renamed: %+v", e)
		}
		u, err := people.ByEmail(t.Context(), db, email)
		if s.check(err); u.Name != "Ada & Co" {
			t.Errorf("the account has the name %q", u.Name)
		}
		if e := s.call(role, http.MethodGet, "/users/me", "", 200); e.Name != "Ada &amp; Co" {
			t.Errorf("read again: %+v, before it was %+v", e, me)
		}
		for body, want := range map[string]string{
			`{"name":""}`: "400 rest_invalid_param", `{"name":["x"]}`: "400 rest_invalid_param", `{"email":"other@example.org"}`: "400 rest_invalid_param",
			`{"password":"a long new password"}`: "400 rest_invalid_param", `{"name":"` + s.users[people.Editor].Name + `"}`: "409 rest_conflict",
		} {
			var e restEntry
			w := s.sendAs(role, http.MethodPost, "/users/me", body)
			s.check(json.Unmarshal(w.Body.Bytes(), &e))
			if got := fmt.Sprint(w.Code, " ", e.Code); got != want {
				t.Errorf("%s: %s, want %s", body, got, want)
			}
		}
		for path, want := range map[string]int{"/users/987654": 404, "/users/x": 404} {
			s.call(role, http.MethodPost, path, `{"name":"x"}`, want)
		}
		other := s.call(people.Editor, http.MethodGet, "/users/me", "", 200).ID
		if e := s.call(role, http.MethodPost, fmt.Sprint("/users/", other), `{"name":"x"}`, 403); e.Code != "rest_cannot_edit" {
			t.Errorf("another account: %+v", e)
		}
	})
}

// TestEditorsProgramFindsAllAuthors: the author of a draft alone is found by who may write in
// other names, and by the author's own program.
func TestEditorsProgramFindsAllAuthors(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		s := newProgramSite(t, db, clock)
		own := s.call(people.AuthorRole, http.MethodPost, "/posts", `{"title":"Draft"}`, 201).Author
		path := fmt.Sprint("/users/", own)
		if w := s.page(restBase + path); w.Code != http.StatusNotFound {
			t.Errorf("visitors read the author of a draft: %d", w.Code)
		}
		s.call(people.Contributor, http.MethodGet, path, "", 404)
		for _, role := range []people.Role{people.AuthorRole, people.Editor, people.Administrator} {
			if e := s.call(role, http.MethodGet, path, "", 200); e.ID != own {
				t.Errorf("%s reads %+v", role, e)
			}
		}
		if list := s.list(people.Editor, fmt.Sprint("/users?who=authors&include=", own)); list != fmt.Sprint(own) {
			t.Errorf("the editor lists %q", list)
		}
	})
}

// TestAdministratorsProgramChangesSettings: four settings, at once, with the checks of the desk.
func TestAdministratorsProgramChangesSettings(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		s := newProgramSite(t, db, clock)
		var now struct{ Title, Description, Timezone, Language string }
		send := func(body string, want int) {
			t.Helper()
			w := s.sendAs(people.Administrator, http.MethodPost, "/settings", body)
			if err := json.Unmarshal(w.Body.Bytes(), &now); err != nil || w.Code != want {
				t.Fatalf("%s: %d, want %d: %s", body, w.Code, want, w.Body)
			}
		}
		send(`{"title":"Tide &amp; Times","description":"Since today","timezone":"Asia/Amman","posts_per_page":7}`, 200)
		if now.Title != "Tide & Times" || now.Description != "Since today" || now.Timezone != "Asia/Amman" {
			t.Errorf("the answer has %+v", now)
		}
		if got := s.page("/").Body.String(); !strings.Contains(got, "Tide &amp; Times") {
			t.Error("the front page has the old name")
		}
		for _, body := range []string{`{"timezone":"Nowhere/Else"}`, `{"title":""}`, `{"title":{"x":1}}`, `{"language":"xx"}`} {
			send(body, 400)
		}
		if send(`{}`, 200); now.Title != "Tide & Times" || now.Timezone != "Asia/Amman" || now.Language != "en" {
			t.Errorf("after what was refused: %+v", now)
		}
	})
}

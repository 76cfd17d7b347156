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

// TestProgramWritesRolesOfAByline sets the roles of authors through the field coauthor_roles.
// Readers see the roles, and a program without this field does not change them.
func TestProgramWritesRolesOfAByline(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		s := newProgramSite(t, db, clock)
		editor := people.Editor
		var ids []int64
		for _, role := range []people.Role{people.AuthorRole, people.Editor, people.Administrator} {
			ids = append(ids, s.call(role, http.MethodGet, "/users/me", "", 200).ID)
		}
		made := s.call(editor, http.MethodPost, "/posts", fmt.Sprintf(
			`{"title":"Three","content":"x","status":"publish","coauthors":[%d,%d,%d],"coauthor_roles":["","with","<b>photos</b>"]}`, ids[0], ids[1], ids[2]), 201)
		if fmt.Sprint(made.Coauthors, made.Roles) != fmt.Sprint(ids, []string{"", "with", "photos"}) {
			t.Fatalf("made with %v %q", made.Coauthors, made.Roles)
		}
		path := fmt.Sprint("/posts/", made.ID)
		if got := s.page(strings.TrimPrefix(made.Link, "http://news.example")).Body.String(); !strings.Contains(got, "photos") {
			t.Error("readers do not see the role")
		}
		for body, want := range map[string]string{
			fmt.Sprintf(`{"coauthors":[%d,%d]}`, ids[2], ids[0]):                                     `["photos" ""]`,
			fmt.Sprintf(`{"coauthors":[%d,%d],"coauthor_roles":["","translation"]}`, ids[0], ids[2]): `["" "translation"]`,
			`{"title":"Changed"}`:                `["" "with" "photos"]`,
			fmt.Sprintf(`{"author":%d}`, ids[0]): `["" "with" "photos"]`,
			`{"coauthor_roles":["text"]}`:        `["text" "with" "photos"]`,
			`{"coauthor_roles":null}`:            `["" "with" "photos"]`,
		} {
			if got := s.call(editor, http.MethodPost, path, body, 200); fmt.Sprintf("%q", got.Roles) != want {
				t.Errorf("%s: %q, want %s", body, got.Roles, want)
			}
			s.call(editor, http.MethodPost, path, fmt.Sprintf(
				`{"coauthors":[%d,%d,%d],"coauthor_roles":["","with","photos"]}`, ids[0], ids[1], ids[2]), 200)
		}
		for _, body := range []string{
			`{"coauthor_roles":["a","b","c","d"]}`, `{"coauthor_roles":[1]}`, `{"coauthor_roles":"photos"}`,
			`{"coauthor_roles":["` + strings.Repeat("long ", 100) + `"]}`,
		} {
			w := s.sendAs(editor, http.MethodPost, path, body)
			var e restEntry
			s.check(json.Unmarshal(w.Body.Bytes(), &e))
			if params, _ := e.Data.Params.(map[string]any); w.Code != 400 || len(params) != 1 {
				t.Errorf("%.40s: %d %s", body, w.Code, w.Body)
			}
		}
		// A list in a form.
		r := strings.NewReader(fmt.Sprintf("title=Form&coauthors[]=%d&coauthors[]=%d&coauthor_roles[]=&coauthor_roles[]=photos", ids[0], ids[1]))
		var post restEntry
		newWire(t, s, editor, true).send("POST", restBase+"/posts", r, 201, &post, "Content-Type", "application/x-www-form-urlencoded")
		if fmt.Sprintf("%q", post.Roles) != `["" "photos"]` {
			t.Errorf("by a form: %q", post.Roles)
		}
	})
}

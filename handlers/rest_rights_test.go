package handlers_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"broadsheet/handlers"
	"broadsheet/models"
	"broadsheet/models/modeltest"
	"broadsheet/models/newsroom"
	"broadsheet/models/people"
)

// restRefusals has the codes by which the interface refuses a write: to a visitor with 401, to
// the program of a moderator, who may write nothing, with 403. "" in place of the second code
// means that a moderator may, or that the entry decides.
var restRefusals = map[string][2]string{
	"REST autosave":                    {"rest_cannot_edit", "rest_cannot_edit"},
	"REST batch":                       {"", ""},
	"REST change settings":             {"rest_forbidden", "rest_forbidden"},
	"REST create application password": {"rest_cannot_create_application_passwords", "rest_cannot_create_application_passwords"},
	"REST create category":             {"rest_cannot_create", "rest_cannot_create"},
	"REST create comment":              {"rest_comment_login_required", ""},
	"REST create page":                 {"rest_cannot_create", "rest_cannot_create"},
	"REST create post":                 {"rest_cannot_create", "rest_cannot_create"},
	"REST create tag":                  {"rest_cannot_create", "rest_cannot_create"},
	"REST create user":                 {"rest_cannot_create_user", "rest_cannot_create_user"},
	"REST delete category":             {"rest_cannot_delete", "rest_cannot_delete"},
	"REST delete comment":              {"rest_cannot_delete", ""},
	"REST delete media":                {"rest_cannot_delete", "rest_cannot_delete"},
	"REST delete page":                 {"rest_cannot_delete", "rest_cannot_delete"},
	"REST delete post":                 {"rest_cannot_delete", "rest_cannot_delete"},
	"REST delete revision":             {"rest_cannot_delete", "rest_cannot_delete"},
	"REST delete tag":                  {"rest_cannot_delete", "rest_cannot_delete"},
	"REST delete user":                 {"rest_user_cannot_delete", "rest_user_cannot_delete"},
	"REST end application password":    {"rest_cannot_delete_application_password", "rest_cannot_delete_application_password"},
	"REST end application passwords":   {"rest_cannot_delete_application_passwords", "rest_cannot_delete_application_passwords"},
	"REST rename application password": {"rest_cannot_edit_application_password", "rest_cannot_edit_application_password"},
	"REST update category":             {"rest_cannot_update", "rest_cannot_update"},
	"REST update comment":              {"rest_cannot_edit", ""},
	"REST update media":                {"rest_cannot_edit", "rest_cannot_edit"},
	"REST update page":                 {"rest_cannot_edit", "rest_cannot_edit"},
	"REST update post":                 {"rest_cannot_edit", "rest_cannot_edit"},
	"REST update tag":                  {"rest_cannot_update", "rest_cannot_update"},
	"REST update user":                 {"rest_cannot_edit", "rest_cannot_edit"},
	"REST upload media":                {"rest_cannot_create", "rest_cannot_create"},
}

// TestRefusalOfEveryWrite: a visitor gets 401 and a program without the right 403, as WordPress
// decides, at every address that is written to.
func TestRefusalOfEveryWrite(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		s := newProgramSite(t, db, clock)
		story := s.save(newsroom.Manuscript{Title: "Public", Body: "Known words.", PublishedAt: clock.Now()}).ID
		seen := map[string]bool{}
		for _, row := range handlers.Rows() {
			if !strings.HasPrefix(row.Path, "/wp-json/") || slices.Contains([]string{http.MethodGet, http.MethodOptions}, row.Method) {
				continue
			}
			name, _, _ := strings.Cut(row.Name, " by ")
			seen[name] = true
			id := "1"
			if strings.Contains(row.Path, "/posts/") {
				id = fmt.Sprint(story)
			}
			path := strings.NewReplacer(":id", id, ":number", "1", ":user_id", "1", ":uuid", "none").Replace(row.Path)
			got := [2]string{}
			for i, role := range []people.Role{people.Subscriber, people.Moderator} {
				w := s.sendTo(role, row.Method, path, `{"name":"x","post":1,"content":"x"}`)
				var e restEntry
				if err := json.Unmarshal(w.Body.Bytes(), &e); err != nil {
					t.Fatalf("%s %s: %v in %s", row.Method, path, err, w.Body)
				}
				if w.Code == []int{401, 403}[i] {
					got[i] = e.Code
				}
			}
			if want := restRefusals[name]; got != want {
				t.Errorf("%s %s (%q) is refused with %q, want %q", row.Method, path, name, got, want)
			}
		}
		for name := range restRefusals {
			if !seen[name] {
				t.Errorf("the table of routes has no %q", name)
			}
		}
	})
}

// TestAbsentAddresses: addresses of WordPress that this site does not have answer like unknown
// ones, even to an administrator, so that an app goes on without them.
func TestAbsentAddresses(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		s := newProgramSite(t, db, clock)
		for _, path := range []string{
			"/blocks", "/block-types", "/block-renderer/core/latest-posts", "/menus", "/menu-items", "/menu-locations", "/navigation", "/templates",
			"/template-parts", "/global-styles/1", "/font-families", "/themes?status=active", "/plugins", "/sidebars", "/widgets", "/widget-types",
			"/media/1/edit", "/media/1/post-process", "/posts/1/nothing", "/nothing",
		} {
			for _, method := range []string{http.MethodGet, http.MethodPost, http.MethodDelete} {
				if e := s.call(people.Administrator, method, path, "", 404); e.Code != "rest_no_route" {
					t.Errorf("%s %s: %+v", method, path, e)
				}
			}
		}
	})
}

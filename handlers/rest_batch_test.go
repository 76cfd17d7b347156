package handlers_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"broadsheet/models"
	"broadsheet/models/modeltest"
	"broadsheet/models/people"
)

// batchAnswer is the answer to a batch.
type batchAnswer struct {
	Failed    string
	Responses []*struct {
		Status  int
		Headers map[string]string
		Body    restEntry
	}
}

// statuses returns the status and the code of each answer.
func (b batchAnswer) statuses() string {
	var list []string
	for _, r := range b.Responses {
		if r == nil {
			list = append(list, "null")
			continue
		}
		list = append(list, strings.TrimSpace(fmt.Sprint(r.Status, " ", r.Body.Code)))
	}
	return strings.Join(list, ", ")
}

func (s *programSite) batch(role people.Role, body string, want int) (b batchAnswer) {
	s.Helper()
	w := s.sendTo(role, http.MethodPost, "/wp-json/batch/v1", body)
	if err := json.Unmarshal(w.Body.Bytes(), &b); err != nil || w.Code != want {
		s.Fatalf("the batch of %s: %d, want %d: %v %.500s", role, w.Code, want, err, w.Body)
	}
	return b
}

// TestBatch: each request of a batch has the answer that it would have alone, in order. One
// that fails, or whose path cannot be read, changes nothing for the others.
func TestBatch(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		s := newProgramSite(t, db, clock)
		own := s.call(people.AuthorRole, http.MethodPost, "/posts", `{"title":"Own"}`, 201)
		b := s.batch(people.AuthorRole, fmt.Sprintf(`{"validation":"normal","requests":[
			{"path":"http://:"},
			{"path":"/wp/v2/posts","body":{"title":"First","content":"x"},"headers":{"X-Note":["a","b"],"Authorization":"Basic eDp5"}},
			{"path":"///"},
			{"method":"PUT","path":"/wp/v2/posts/%d/?_fields=id,title","body":{"title":"Changed"}},
			{"method":"PATCH","path":"/wp/v2/posts/987654","body":{"title":"x"}},
			{"path":"/wp/v2/categories","body":{"name":"Not mine"}},
			{"path":"/wp/v2/tags","body":{}},
			{"path":"/wp/v2/posts","body":{"title":"x","sticky":"perhaps"}},
			{"path":"/wp/v2/posts?context=nothing","body":{"title":"x"}},
			{"method":"DELETE","path":"/wp/v2/posts/%d?_envelope=1"}]}`, own.ID, own.ID), 207)
		want := "400 parse_path_failed, 201, 404 rest_no_route, 200, 404 rest_post_invalid_id, 403 rest_cannot_create, " +
			"400 rest_missing_callback_param, 400 rest_invalid_param, 400 rest_invalid_param, 200"
		if got := b.statuses(); got != want || b.Failed != "" {
			t.Fatalf("the answers are\n%s, want\n%s", got, want)
		}
		made, changed := b.Responses[1], b.Responses[3]
		if made.Body.Title.Raw != "First" || !strings.HasSuffix(made.Headers["Location"], fmt.Sprint("/posts/", made.Body.ID)) || made.Headers["Allow"] == "" {
			t.Errorf("the new post: %+v", made)
		}
		if changed.Body.Title.Raw != "Changed" || changed.Body.Status != "" || b.Responses[9].Body.Status != "trash" {
			t.Errorf("changed: %+v, trashed: %+v", changed, b.Responses[9])
		}
		// A visitor and a wrong password.
		if got := s.batch(people.Subscriber, `{"requests":[{"path":"/wp/v2/posts","body":{"title":"x"}}]}`, 207).statuses(); got != "401 rest_cannot_create" {
			t.Errorf("a visitor: %s", got)
		}
		s.passwords[people.AuthorRole] = "wrong"
		if w := s.sendTo(people.AuthorRole, http.MethodPost, "/wp-json/batch/v1", `{"requests":[]}`); w.Code != http.StatusUnauthorized {
			t.Errorf("a wrong password: %d", w.Code)
		}
	})
}

// TestBatchThatMustBeValid: with require-all-validate one wrong request stops all, and says
// which one it was.
func TestBatchThatMustBeValid(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		s := newProgramSite(t, db, clock)
		tag := func(name, field string) string {
			return `{"path":"/wp/v2/tags","body":{"` + field + `":"` + name + `"}}`
		}
		body := func(requests ...string) string {
			return `{"validation":"require-all-validate","requests":[` + strings.Join(requests, ",") + `]}`
		}
		b := s.batch(people.Editor, body(tag("Ferries", "name"), tag("Tides", "slug"), `{"path":"/wp/v2/media","body":{}}`), 207)
		if got := b.statuses(); got != "null, 400 rest_missing_callback_param, 400 rest_batch_not_allowed" || b.Failed != "validation" {
			t.Errorf("failed %q: %s", b.Failed, got)
		}
		if list := s.list(people.Editor, "/tags?search=ferries"); list != "" {
			t.Errorf("tags %s were made", list)
		}
		if b = s.batch(people.Editor, body(tag("Ferries", "name"), tag("Tides", "name")), 207); b.statuses() != "201, 201" || b.Failed != "" {
			t.Errorf("all are valid: %+v", b)
		}
	})
}

// TestBatchRefusesBadInput sends bodies that are not a batch, which are refused as a whole, and
// requests to addresses that a batch may not reach.
func TestBatchRefusesBadInput(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		s := newProgramSite(t, db, clock)
		post := `{"path":"/wp/v2/posts","body":{"title":"x"}}`
		for body, want := range map[string]string{
			`{`:                                    "400 rest_invalid_json",
			`[]`:                                   "400 rest_invalid_json",
			``:                                     "400 rest_missing_callback_param",
			`{}`:                                   "400 rest_missing_callback_param",
			`{"requests":null}`:                    "400 rest_missing_callback_param",
			`{"requests":{"path":"/wp/v2/posts"}}`: "400 rest_invalid_param requests is not of type array.",
			`{"requests":"x"}`:                     "400 rest_invalid_param requests is not of type array.",
			`{"requests":[1]}`:                     "400 rest_invalid_param requests[0] is not of type object.",
			`{"requests":[{}]}`:                    "400 rest_invalid_param path is a required property of requests[0].",
			`{"requests":[{"path":7}]}`:            "400 rest_invalid_param requests[0][path] is not of type string.",
			`{"requests":[` + post + `,{"path":"/wp/v2/posts","method":"GET"}]}`:                              "400 rest_invalid_param requests[1][method] is not one of POST, PUT, PATCH, and DELETE.",
			`{"requests":[{"path":"/wp/v2/posts","method":"TRACE\r\nX: y"}]}`:                                 "400 rest_invalid_param requests[0][method] is not one of POST, PUT, PATCH, and DELETE.",
			`{"requests":[{"path":"/wp/v2/posts","body":"x"}]}`:                                               "400 rest_invalid_param requests[0][body] is not of type object.",
			`{"requests":[{"path":"/wp/v2/posts","headers":{"X":{"y":"z"}}}]}`:                                "400 rest_invalid_param requests[0][headers] is not of type object.",
			`{"requests":[` + post + `],"validation":"perhaps"}`:                                              "400 rest_invalid_param validation is not one of require-all-validate and normal.",
			`{"requests":[` + strings.Repeat(post+",", 25) + post + `]}`:                                      "400 rest_invalid_param requests must contain at most 25 items.",
			`{"requests":[{"path":"/wp/v2/posts","body":{"content":"` + strings.Repeat("x", 17<<20) + `"}}]}`: "413 rest_upload_file_too_big",
		} {
			w := s.sendTo(people.Editor, http.MethodPost, "/wp-json/batch/v1", body)
			var e struct {
				Code string
				Data struct{ Params any }
			}
			s.check(json.Unmarshal(w.Body.Bytes(), &e))
			got := fmt.Sprint(w.Code, " ", e.Code)
			if params, ok := e.Data.Params.(map[string]any); ok {
				for _, message := range params {
					got += " " + fmt.Sprint(message)
				}
			}
			if got != want {
				t.Errorf("%.70s: %s, want %s", body, got, want)
			}
		}
		for path, want := range map[string]string{
			"/batch/v1": "400 rest_batch_not_allowed", "/batch/v1/": "400 rest_batch_not_allowed", "/wp/v2/media": "400 rest_batch_not_allowed",
			"/wp/v2/comments": "400 rest_batch_not_allowed", "/wp/v2/settings": "400 rest_batch_not_allowed",
			"/wp/v2/users/me/application-passwords": "400 rest_batch_not_allowed", "/wp/v2/posts/1/autosaves": "400 rest_batch_not_allowed",
			"/wp/v2/nothing": "404 rest_no_route", "/wp/v2/types": "404 rest_no_route", "/desk/settings": "404 rest_no_route", "/": "404 rest_no_route", "": "404 rest_no_route",
			"/wp-json/wp/v2/posts": "404 rest_no_route", "/wp/v2/posts/x": "404 rest_no_route", "/wp/v2/tags/../posts": "404 rest_no_route",
			"/wp/v2/%70osts": "404 rest_no_route", "/wp/v2/posts/1%2f..%2f2": "404 rest_no_route", "wp/v2/posts": "404 rest_no_route",
			"https://news.example/wp/v2/posts": "400 parse_path_failed", "//evil.example/wp/v2/posts": "400 parse_path_failed",
			"/wp/v2/posts\r\nHost: evil.example": "400 parse_path_failed", "javascript:x": "400 parse_path_failed",
		} {
			quoted, err := json.Marshal(path)
			s.check(err)
			if got := s.batch(people.Editor, `{"requests":[{"path":`+string(quoted)+`,"body":{"title":"x","name":"x"}}]}`, 207).statuses(); got != want {
				t.Errorf("%q: %s, want %s", path, got, want)
			}
		}
		if b := s.batch(people.Editor, `{"requests":[{"path":"/wp/v2/posts","body":{"title":"Big","content":"`+strings.Repeat("word ", 1<<20)+`"}},{"path":"/wp/v2/tags","body":[]}]}`, 207); b.statuses() != "201, 400 rest_missing_callback_param" {
			t.Errorf("a body of 5 MB: %s", b.statuses())
		}
		if b := s.batch(people.Editor, `{"requests":[]}`, 207); len(b.Responses) != 0 || b.Responses == nil {
			t.Errorf("an empty batch: %+v", b)
		}
	})
}

// TestBatchCountsEachRequest: a batch is no way around the limit of requests.
func TestBatchCountsEachRequest(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		s := newProgramSite(t, db, clock)
		body := `{"requests":[` + strings.Repeat(`{"path":"/wp/v2/posts","body":{"title":"x"}},`, 24) + `{"path":"/wp/v2/posts"}]}`
		limited := 0
		for range 24 {
			r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/wp-json/batch/v1", strings.NewReader(body))
			r.Header.Set("Content-Type", "application/json")
			w := httptest.NewRecorder()
			s.handler.ServeHTTP(w, r)
			var b batchAnswer
			if w.Code == http.StatusMultiStatus {
				s.check(json.Unmarshal(w.Body.Bytes(), &b))
				limited += strings.Count(b.statuses(), "429 rest_too_many_requests")
			}
		}
		if limited == 0 {
			t.Error("600 requests in 24 batches were all answered")
		}
	})
}

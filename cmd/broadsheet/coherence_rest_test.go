package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"time"

	"broadsheet/models/people"
	"broadsheet/models/people/apppasswords"
)

// restKinds are the acts of programs by WordPress's REST interface.
var restKinds = []kind{
	{"REST: a post is created", 2, (*walk).restCreate},
	{"REST: a post is updated", 5, (*walk).restUpdate},
	{"REST: a post is trashed and restored", 2, (*walk).restTrash},
	{"REST: a comment", 4, (*walk).restComment},
	{"REST: a term", 1, (*walk).restTerm},
	{"REST: a picture", 3, (*walk).restPicture},
}

// send sends a request of a program with the editor's application password.
func (w *walk) send(method, path, kind string, body []byte) *httptest.ResponseRecorder {
	w.Helper()
	if w.secret == "" {
		w.signedEditor()
		u, err := people.ByEmail(w.Context(), w.there, editorEmail)
		w.check(err)
		w.secret, err = apppasswords.Make(w.Context(), w.there, u, "walk")
		w.check(err)
	}
	r := httptest.NewRequestWithContext(w.Context(), method, "/wp-json/wp/v2"+path, bytes.NewReader(body))
	r.RemoteAddr = w.network() + ":1"
	r.SetBasicAuth(editorEmail, w.secret)
	r.Header.Set("Content-Type", kind)
	if kind != "application/json" {
		r.Header.Set("Content-Disposition", `attachment; filename="walk.jpg"`)
	}
	answer := httptest.NewRecorder()
	w.site.ServeHTTP(answer, r)
	switch {
	case answer.Code >= 500, answer.Code == http.StatusUnauthorized:
		w.Fatalf("step %d: %s %s: %d %s", w.number, method, path, answer.Code, answer.Body)
	case answer.Code >= 400:
		w.refused++
	}
	return answer
}

// rest sends JSON and returns the number of the entry in the answer, 0 for a refusal.
func (w *walk) rest(method, path string, fields map[string]any) int64 {
	w.Helper()
	body, err := json.Marshal(fields)
	w.check(err)
	answer := w.send(method, path, "application/json", body)
	if answer.Code >= 300 {
		return 0
	}
	var entry struct{ ID int64 }
	w.check(json.Unmarshal(answer.Body.Bytes(), &entry))
	return entry.ID
}

// restFields returns some fields of a post.
func (w *walk) restFields() map[string]any {
	switch w.rng.IntN(7) {
	case 0:
		return map[string]any{"title": fmt.Sprint("A headline by a program, step ", w.number)}
	case 1:
		return map[string]any{"content": w.illustrated(), "excerpt": fmt.Sprint("In short, step ", w.number)}
	case 2:
		return map[string]any{"categories": []int64{draw(w, w.categories()).ID, draw(w, w.categories()).ID}}
	case 3:
		if tags := w.tags(); len(tags) > 0 {
			return map[string]any{"tags": []int64{draw(w, tags).ID}, "slug": fmt.Sprint("by-program-", w.rng.IntN(5))}
		}
		return map[string]any{"comment_status": draw(w, []string{"open", "closed"})}
	case 4:
		return map[string]any{"featured_media": draw(w, w.pictures), "comment_status": draw(w, []string{"open", "closed"})}
	case 5:
		return map[string]any{"sticky": w.rng.IntN(2) == 0}
	}
	return map[string]any{"status": draw(w, []string{"draft", "publish", "pending", "private", "future"}), "date_gmt": time.Now().Add(-time.Duration(w.rng.IntN(90)) * time.Hour).UTC().Format("2006-01-02T15:04:05")}
}

func (w *walk) restCreate() {
	fields := w.restFields()
	fields["title"] = fmt.Sprint("A post of step ", w.number)
	fields["status"] = draw(w, []string{"publish", "publish", "draft", "future"})
	if fields["status"] == "future" {
		fields["date_gmt"] = time.Now().Add(2 * time.Second).UTC().Format("2006-01-02T15:04:05")
	}
	if id := w.rest(http.MethodPost, "/posts", fields); id != 0 && len(w.articles) < most {
		w.articles = append(w.articles, id)
	}
}

func (w *walk) restUpdate() {
	w.rest(http.MethodPost, fmt.Sprint("/posts/", w.articles[w.one()]), w.restFields())
}

func (w *walk) restTrash() {
	path := fmt.Sprint("/posts/", w.articles[w.one()])
	w.rest(http.MethodDelete, path, nil)
	w.compare("a program trashed a post")
	w.rest(http.MethodPost, path, map[string]any{"status": "publish"})
}

func (w *walk) restComment() {
	c := w.comment("")
	switch {
	case c == nil || w.rng.IntN(3) == 0:
		w.rest(http.MethodPost, "/comments", map[string]any{"post": w.articles[w.one()], "content": fmt.Sprint("A program says at step ", w.number)})
	case w.rng.IntN(4) == 0:
		w.rest(http.MethodDelete, fmt.Sprint("/comments/", c.ID), nil)
	case w.rng.IntN(2) == 0:
		w.rest(http.MethodPost, fmt.Sprint("/comments/", c.ID), map[string]any{"content": fmt.Sprint("Better said by a program at step ", w.number)})
	default:
		w.rest(http.MethodPost, fmt.Sprint("/comments/", c.ID), map[string]any{"status": draw(w, []string{"approved", "hold", "spam", "trash"})})
	}
}

func (w *walk) restTerm() {
	if w.rng.IntN(3) > 0 || len(w.categories()) > 12 {
		w.rest(http.MethodPost, "/tags", map[string]any{"name": fmt.Sprint("Tag of a program ", w.rng.IntN(4)), "description": "What it is."})
		return
	}
	w.rest(http.MethodPost, "/categories", map[string]any{"name": fmt.Sprint("Section of a program ", w.rng.IntN(3)), "parent": draw(w, w.categories()).ID})
}

func (w *walk) restPicture() {
	path := fmt.Sprint("/media/", draw(w, w.pictures))
	switch w.rng.IntN(5) {
	case 0:
		w.send(http.MethodPost, "/media", "image/jpeg", w.photo())
	case 1:
		w.rest(http.MethodDelete, path+"?force=true", nil)
	default:
		w.rest(http.MethodPost, path, map[string]any{"alt_text": fmt.Sprint("Described by a program at step ", w.number), "caption": fmt.Sprint("Caption ", w.number)})
	}
}

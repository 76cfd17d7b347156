package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"time"

	"broadsheet/models"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/drafts"
	"broadsheet/models/people"

	"golang.org/x/net/html"
)

// editorEmail is the mail address of the editor's account.
const editorEmail = "edda@example.org"

// editKinds are the acts of an editor, by the forms of the desk.
var editKinds = []kind{
	{"an editor saves a draft", 6, func(w *walk) { w.editStory("save") }},
	{"an editor publishes a draft of a live story", 6, func(w *walk) { w.editStory("save"); w.editStory("update") }},
	{"an editor publishes", 4, func(w *walk) { w.editStory("publish") }},
	{"an editor withdraws", 2, func(w *walk) { w.editStory("withdraw") }},
	{"an editor trashes and restores", 2, func(w *walk) { w.editStory("trash"); w.editStory("restore") }},
	{"an editor plans", 4, (*walk).planStory},
	{"the form saves by itself", 4, (*walk).autosaveStory},
	{"an editor restores a version", 3, (*walk).restoreVersion},
	{"an editor makes a preview", 1, (*walk).previewStory},
	{"an editor writes a new story", 2, (*walk).newStory},
}

// asEditor fetches a page of the desk with the session of an editor.
func (w *walk) asEditor(path string) *httptest.ResponseRecorder {
	w.Helper()
	r := httptest.NewRequestWithContext(w.Context(), http.MethodGet, path, nil)
	r.RemoteAddr = w.network() + ":1"
	for _, c := range w.signedEditor() {
		r.AddCookie(c)
	}
	answer := httptest.NewRecorder()
	w.site.ServeHTTP(answer, r)
	return answer
}

// byEditor posts a form with the session of an editor.
func (w *walk) byEditor(path string, form url.Values) *httptest.ResponseRecorder {
	w.Helper()
	return w.post(path, form, w.signedEditor())
}

func (w *walk) signedEditor() []*http.Cookie {
	w.Helper()
	if w.editor == nil {
		account := people.NewAccount{Name: "Edda Form", Email: editorEmail, Role: people.Editor, Password: "a password of some length"}
		_, err := people.CreateAccount(w.Context(), w.there, models.ActorShell, account)
		w.check(err)
		w.editor = w.post("/login", url.Values{"email": {account.Email}, "password": {account.Password}}, nil).Result().Cookies()
	}
	return w.editor
}

// filledForm returns the fields of a form as a browser would send them without a button.
func filledForm(page, id string) url.Values {
	root, err := html.Parse(strings.NewReader(page))
	if err != nil {
		return nil
	}
	attribute := func(n *html.Node, name string) (string, bool) {
		for _, a := range n.Attr {
			if a.Key == name {
				return a.Val, true
			}
		}
		return "", false
	}
	var form *html.Node
	for n := range root.Descendants() {
		if got, _ := attribute(n, "id"); n.Data == "form" && got == id {
			form = n
		}
	}
	if form == nil {
		return nil
	}
	values := url.Values{}
	for n := range form.Descendants() {
		name, named := attribute(n, "name")
		if _, off := attribute(n, "disabled"); !named || off {
			continue
		}
		value, _ := attribute(n, "value")
		switch n.Data {
		case "input":
			kind, _ := attribute(n, "type")
			if _, checked := attribute(n, "checked"); (kind == "checkbox" || kind == "radio") && !checked || kind == "submit" || kind == "file" {
				continue
			}
			values.Add(name, value)
		case "textarea":
			if n.FirstChild != nil {
				value = n.FirstChild.Data
			}
			values.Add(name, value)
		case "select":
			for o := range n.Descendants() {
				if _, chosen := attribute(o, "selected"); o.Data == "option" && chosen {
					value, _ = attribute(o, "value")
				}
			}
			values.Add(name, value)
		}
	}
	return values
}

// storyForm returns the path of an article's form and its filled fields.
func (w *walk) storyForm() (path string, form url.Values) {
	w.Helper()
	path = fmt.Sprintf("/desk/articles/%d", w.articles[w.one()])
	page := w.asEditor(path)
	if form = filledForm(page.Body.String(), "story-form"); page.Code != http.StatusOK || form == nil {
		w.Fatalf("step %d: the form of %s: %d", w.number, path, page.Code)
	}
	return path, form
}

// edited changes a part of a form.
func (w *walk) edited(form url.Values) url.Values {
	switch w.rng.IntN(4) {
	case 0:
		form.Set("correction_text", fmt.Sprint("It was ", w.number))
		form.Set("correction_place", []string{"", "top", "foot"}[w.rng.IntN(3)])
	case 1:
		form.Set("minor", "true")
	}
	switch w.rng.IntN(7) {
	case 5:
		form.Set("follow_up", strconv.FormatInt(w.articles[w.one()], 10))
	case 6:
		form.Set("format", "html")
		form.Set("body", w.illustrated())
	case 0:
		form.Set("title", fmt.Sprintf("Headline of step %d", w.number))
	case 1:
		form.Set("standfirst", fmt.Sprintf("Standfirst of step %d.", w.number))
	case 2:
		form.Set("tags", fmt.Sprintf("walk, tag %d", w.rng.IntN(5)))
	case 3:
		form.Set("byline", fmt.Sprintf("Writer %d\nWriter %d", w.rng.IntN(3), 3+w.rng.IntN(3)))
	default:
		body := fmt.Sprintf("Paragraph of step %d.", w.number)
		if form.Get("format") == "html" {
			body = "<p>" + body + "</p>"
		}
		form.Set("body", form.Get("body")+"\n\n"+body)
	}
	return form
}

// editStory changes an article in the form and presses a button. A move that its status
// does not allow is refused; nobody may change a text in the trash.
func (w *walk) editStory(action string) {
	path, form := w.storyForm()
	form = w.edited(form)
	form.Set("action", action)
	form.Set("note", "A note of the editor.")
	answer := w.byEditor(path, form)
	switch answer.Code {
	case http.StatusSeeOther, http.StatusConflict, http.StatusUnprocessableEntity, http.StatusForbidden:
	default:
		w.Errorf("step %d: %s of %s answers %d", w.number, action, path, answer.Code)
	}
}

// planStory sets a time that comes within a few steps: for a publication, an edit of a
// live story or a withdrawal.
func (w *walk) planStory() {
	path, form := w.storyForm()
	form = w.edited(form)
	soon := time.Now().UTC().Add(time.Duration(1+w.rng.IntN(2)) * time.Second).Format("2006-01-02T15:04:05")
	form.Set([]string{"publish_at", "apply_at", "withdraw_at"}[w.rng.IntN(3)], soon)
	form.Set("action", "schedule")
	w.byEditor(path, form)
}

func (w *walk) autosaveStory() {
	path, form := w.storyForm()
	w.byEditor(path+"/autosave", w.edited(form))
}

func (w *walk) restoreVersion() {
	id := w.articles[w.one()]
	d, err := drafts.Open(w.Context(), w.here, id)
	w.check(err)
	number := 1 + w.rng.IntN(max(1, d.Number))
	w.byEditor(fmt.Sprintf("/desk/articles/%d/versions/%d/restore", id, number), nil)
}

func (w *walk) previewStory() {
	path, _ := w.storyForm()
	answer := w.byEditor(path+"/preview", nil)
	if to := answer.Header().Get("Location"); strings.HasPrefix(to, "/preview/") {
		w.asEditor(to)
	}
}

// newStory writes a story and publishes it. The walk compares its page from then on.
func (w *walk) newStory() {
	form := filledForm(w.asEditor("/desk/articles/new").Body.String(), "story-form")
	if form == nil {
		w.Fatalf("step %d: there is no form for a new story", w.number)
	}
	form.Set("title", fmt.Sprintf("A new story of step %d", w.number))
	form.Set("body", "Its first paragraph.")
	form.Set("format", "markdown")
	form.Set("action", "publish")
	answer := w.byEditor("/desk/articles", form)
	var id int64
	if _, err := fmt.Sscanf(answer.Header().Get("Location"), "/desk/articles/%d", &id); err != nil || len(w.articles) >= most {
		return
	}
	if rows, err := newsroom.ByIDs(w.Context(), w.here, []int64{id}); err == nil && rows[id] != nil && rows[id].Status == newsroom.Published {
		w.articles = append(w.articles, id)
	}
}

package main

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"

	"broadsheet/models"
	"broadsheet/models/people"
)

// staffKinds are the acts of the staff on public pages. The additions for the staff may be only
// in pages that are rendered for them, never in the pages that the walk compares.
var staffKinds = []kind{
	{"a moderator looks at a story", 4, (*walk).staffLook},
	{"a moderator decides on the story", 8, (*walk).staffDecide},
	{"a moderator closes a story on its page", 3, (*walk).staffClose},
}

// moderator signs in with the form and returns the session's cookies.
func (w *walk) moderator() []*http.Cookie {
	if w.session != nil {
		return w.session
	}
	account := people.NewAccount{Name: "Lene Page", Email: "page@example.org", Role: people.Moderator, Password: "a password of some length"}
	_, err := people.CreateAccount(w.Context(), w.there, models.ActorShell, account)
	w.check(err)
	answer := w.post("/login", url.Values{"email": {account.Email}, "password": {account.Password}}, nil)
	if w.session = answer.Result().Cookies(); len(w.session) == 0 {
		w.Fatalf("the moderator cannot sign in: %d", answer.Code)
	}
	return w.session
}

// asStaff fetches a page with the session.
func (w *walk) asStaff(path string) (status int, body string) {
	r := httptest.NewRequestWithContext(w.Context(), http.MethodGet, path, nil)
	r.RemoteAddr = w.network() + ":1"
	for _, c := range w.moderator() {
		r.AddCookie(c)
	}
	answer := httptest.NewRecorder()
	w.site.ServeHTTP(answer, r)
	h := answer.Header()
	page := answer.Code == http.StatusOK
	if page && (h.Get("Cache-Control") != "private, no-store" || h.Get("Set-Cookie") != "" || !strings.Contains(answer.Body.String(), `id="staffbar"`)) {
		w.Errorf("step %d: %s for the staff: %v", w.number, path, h)
	}
	return answer.Code, answer.Body.String()
}

// staffPage opens the page of an article, and fails if that changes what a visitor gets.
func (w *walk) staffPage() (path, page string) {
	path = w.loadSite().ArticlePath(w.row(w.articles[w.rng.IntN(2)]))
	w.settle()
	before := w.fetchHere(path)
	status, page := w.asStaff(path)
	if after := w.fetchHere(path); after != before && after != w.fetchJudge(path) {
		w.Errorf("step %d: %s has changed by a look of the staff", w.number, path)
		w.differences++
	}
	for _, part := range []string{"staffbar", "staff-actions", "staff-hold"} {
		if strings.Contains(before, part) {
			w.Errorf("step %d: %s shows a visitor %q", w.number, path, part)
			w.differences++
		}
	}
	if status != http.StatusOK {
		page = ""
	}
	return path, page
}

func (w *walk) staffLook() {
	w.staffPage()
	w.asStaff("/")
}

var staffForm = regexp.MustCompile(`name="comment" value="(\d+\.\d+)"><input type="hidden" name="back" value="([^"]+)"`)

// staffDecide presses a button beside a comment, and follows to the comment. Now and then
// it undoes that with the bar.
func (w *walk) staffDecide() {
	_, page := w.staffPage()
	forms := staffForm.FindAllStringSubmatch(page, -1)
	if len(forms) == 0 {
		return
	}
	form := forms[w.rng.IntN(len(forms))]
	do := []string{"approve", "approve", "hold", "spam", "trash"}[w.rng.IntN(5)]
	answer := w.post("/desk/comments/decide", url.Values{"comment": {form[1]}, "do": {do}, "back": {form[2]}}, w.moderator())
	to, _, _ := strings.Cut(answer.Header().Get("Location"), "#")
	if _, page = w.asStaff(to); w.rng.IntN(3) > 0 {
		return
	}
	if undo := regexp.MustCompile(`name="operation" value="([^"]+)"`).FindStringSubmatch(page); undo != nil {
		w.post("/desk/undo", url.Values{"operation": {undo[1]}, "back": {form[2]}}, w.moderator())
	}
}

var closingForm = regexp.MustCompile(`action="(/desk/comments/article/\d+)" method="post"><input type="hidden" name="state" value="(\w+)"><input type="hidden" name="slow" value="(\d+)"`)

func (w *walk) staffClose() {
	path, page := w.staffPage()
	if form := closingForm.FindStringSubmatch(page); form != nil {
		w.post(form[1], url.Values{"state": {form[2]}, "slow": {form[3]}, "back": {path}}, w.moderator())
	}
}

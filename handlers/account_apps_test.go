package handlers_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"broadsheet/models"
	"broadsheet/models/modeltest"
	"broadsheet/models/people"
	"broadsheet/models/people/apppasswords"
)

var shownAppPassword = regexp.MustCompile(`<code id="app-password" dir="ltr">((?:[A-Z2-7]{4} ){5}[A-Z2-7]{4})</code>`)

// makeAppPassword makes an application password by the page of the account.
func (d *deskBrowser) makeAppPassword(name string) string {
	d.Helper()
	w := d.send(http.MethodPost, accountPath, url.Values{"do": {"app-password"}, "name": {name}, "old": {long}})
	m := shownAppPassword.FindStringSubmatch(w.Body.String())
	if w.Code != http.StatusOK || m == nil {
		d.Fatalf("making a password: %d %s", w.Code, w.Body)
	}
	return m[1]
}

// The account's page makes, lists and ends application passwords. It needs the account's
// own password, and shows the new one once.
func TestAccountPageMakesAppPasswords(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, _ *modeltest.Clock) {
		s := newDeskSite(t, db, modeltest.NewClock())
		d := s.newBrowser("10.0.0.1")
		d.signIn("author@courier.example", long)
		post := func(values ...string) url.Values {
			form := url.Values{}
			for i := 0; i < len(values); i += 2 {
				form.Set(values[i], values[i+1])
			}
			return form
		}
		expect(t, "a wrong password", d.send(http.MethodPost, accountPath, post("do", "app-password", "name", "My <phone>", "old", "guess")),
			http.StatusForbidden, `value="My &lt;phone&gt;"`)
		expect(t, "no name", d.send(http.MethodPost, accountPath, post("do", "app-password", "name", " ", "old", long)),
			http.StatusUnprocessableEntity, "one line of 1 to 100 characters")
		if list, err := apppasswords.Of(t.Context(), db, s.users[people.AuthorRole].ID); err != nil || len(list) > 0 {
			t.Fatalf("refused forms made %v, %v", list, err)
		}
		secret := d.makeAppPassword("My <phone>")
		d.makeAppPassword("Weather wire")
		page := d.send(http.MethodGet, accountPath, nil).Body.String()
		if strings.Contains(page, secret) || !strings.Contains(page, "My &lt;phone&gt;") || !strings.Contains(page, "not used yet") {
			t.Errorf("the page shows it again, or does not list it: %s", page)
		}
		list, err := apppasswords.Of(t.Context(), db, s.users[people.AuthorRole].ID)
		s.check(err)
		colleague := s.newBrowser("10.0.1.1")
		colleague.signIn("editor@courier.example", long)
		id := strconv.FormatInt(list[0].ID, 10)
		expect(t, "somebody else ends it", colleague.send(http.MethodPost, accountPath, post("do", "app-password-end", "app", id)), http.StatusSeeOther, "")
		if u, _, err := apppasswords.Check(t.Context(), db, "author@courier.example", secret, "x"); err != nil || u == nil {
			t.Errorf("somebody else has ended it: %v", err)
		}
		expect(t, "ending one", d.send(http.MethodPost, accountPath, post("do", "app-password-end", "app", id)), http.StatusSeeOther, "done=app-password-end")
		if u, _, err := apppasswords.Check(t.Context(), db, "author@courier.example", secret, "x"); err != nil || u != nil {
			t.Errorf("it lives on: %v", err)
		}
		expect(t, "ending all", d.send(http.MethodPost, accountPath, post("do", "app-passwords-end")), http.StatusSeeOther, "done=app-passwords-end")
		if list, err := apppasswords.Of(t.Context(), db, s.users[people.AuthorRole].ID); err != nil || len(list) > 0 {
			t.Errorf("left are %v, %v", list, err)
		}

		reader := s.newBrowser("10.0.2.1")
		reader.signIn("subscriber@courier.example", long)
		if page := reader.send(http.MethodGet, accountPath, nil).Body.String(); strings.Contains(page, "app-password") {
			t.Error("a subscriber is offered application passwords")
		}
		w := reader.send(http.MethodPost, accountPath, post("do", "app-password", "name", "phone", "old", long))
		if w.Code != http.StatusForbidden || strings.Contains(w.Body.String(), `id="app-password"`) {
			t.Errorf("a subscriber gets %d %s", w.Code, w.Body)
		}
	})
}

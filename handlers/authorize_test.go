package handlers_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"broadsheet/models"
	"broadsheet/models/modeltest"
	"broadsheet/models/people"
	"broadsheet/models/people/apppasswords"
)

const authorizePath = "/wp-admin/authorize-application.php"

// A program sends its user to the page, and gets a password at its own address once the
// person has given the own password.
func TestAProgramAsksForItsPassword(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, _ *modeltest.Clock) {
		s := newDeskSite(t, db, modeltest.NewClock())
		d := s.newBrowser("10.0.0.1")
		ask := url.Values{
			"app_name": {"Field <notes>"}, "app_id": {"8f14e45f-ceea-467f-9b3e-2b3e5c5d6a7b"},
			"success_url": {"https://notes.example/done?from=paper"}, "reject_url": {"fieldnotes://no"},
		}
		asked := authorizePath + "?" + ask.Encode()
		w := d.send(http.MethodGet, asked, nil)
		if to := w.Header().Get("Location"); w.Code != http.StatusSeeOther || !strings.Contains(to, "/login?next=%2Fwp-admin%2Fauthorize-application.php%3Fapp_id") {
			t.Errorf("before the sign-in: %d %s", w.Code, to)
		}
		d.signIn("author@courier.example", long)
		w = d.send(http.MethodGet, asked, nil)
		expect(t, "the page", w, http.StatusOK, `value="Field &lt;notes&gt;"`)
		if policy := w.Header().Get("Content-Security-Policy"); !strings.Contains(policy, "form-action 'self' fieldnotes: https://notes.example;") ||
			!strings.Contains(policy, "frame-ancestors 'none'") || !strings.Contains(w.Body.String(), "<strong>notes.example</strong>") {
			t.Errorf("the policy is %q", policy)
		}
		passwords := func() []apppasswords.Password {
			list, err := apppasswords.Of(t.Context(), db, s.users[people.AuthorRole].ID)
			s.check(err)
			return list
		}
		answer := func(do, old string) url.Values {
			form := url.Values{"do": {do}, "old": {old}}
			for name, values := range ask {
				form[name] = values
			}
			return form
		}
		expect(t, "a wrong password", d.send(http.MethodPost, authorizePath, answer("approve", "guess")), http.StatusForbidden, "success_url")
		expect(t, "no", d.send(http.MethodPost, authorizePath, answer("reject", "")), http.StatusSeeOther, "fieldnotes://no")
		if len(passwords()) > 0 {
			t.Fatalf("made %+v", passwords())
		}
		w = d.send(http.MethodPost, authorizePath, answer("approve", long))
		to, err := url.Parse(w.Header().Get("Location"))
		s.check(err)
		got := to.Query()
		if w.Code != http.StatusSeeOther || to.Host != "notes.example" || got.Get("from") != "paper" || got.Get("site_url") != "http://news.example" ||
			got.Get("user_login") != "author@courier.example" || w.Header().Get("Referrer-Policy") != "no-referrer" ||
			!strings.Contains(w.Header().Get("Cache-Control"), "no-store") {
			t.Errorf("%d %s %v", w.Code, to, w.Header())
		}
		u, p, err := apppasswords.Check(t.Context(), db, got.Get("user_login"), got.Get("password"), "x")
		if s.check(err); u == nil || p.Name != "Field <notes>" && p.Name != "Field" || p.AppID != ask.Get("app_id") {
			t.Errorf("the password is of %+v %+v", u, p)
		}
		// Without an address the page shows the password.
		ask.Del("success_url")
		ask.Del("reject_url")
		if w := d.send(http.MethodPost, authorizePath, answer("approve", long)); w.Code != http.StatusOK || shownAppPassword.FindString(w.Body.String()) == "" {
			t.Errorf("shown: %d %s", w.Code, w.Body)
		}
		expect(t, "no, without an address", d.send(http.MethodPost, authorizePath, answer("reject", "")), http.StatusSeeOther, accountPath)
		// Another site cannot send the form, and a reader has no right to it.
		made := len(passwords())
		r := httptest.NewRequest(http.MethodPost, authorizePath, strings.NewReader(answer("approve", long).Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Sec-Fetch-Site", "cross-site")
		for _, cookie := range d.cookies {
			r.AddCookie(cookie)
		}
		w = httptest.NewRecorder()
		if s.handler.ServeHTTP(w, r); w.Code != http.StatusForbidden || len(passwords()) != made {
			t.Errorf("from another site: %d", w.Code)
		}
		reader := s.newBrowser("10.0.0.2")
		reader.signIn("subscriber@courier.example", long)
		expect(t, "a reader", reader.send(http.MethodPost, authorizePath, answer("approve", long)), http.StatusForbidden, "")
	})
}

// An address that a browser would run, open in the clear or take for another one is refused,
// before and after the form.
func TestAProgramWithAHostileAddressGetsNothing(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, _ *modeltest.Clock) {
		s := newDeskSite(t, db, modeltest.NewClock())
		d := s.newBrowser("10.0.0.1")
		d.signIn("editor@courier.example", long)
		for i, address := range []string{
			"javascript:alert(1)", "JavaScript://x/%0aalert(1)", "data:text/html,x", "data://text/html,x", "http://evil.example/", "HTTP://evil.example",
			"//evil.example/", "/desk/", "evil.example", "https:evil.example", "https:///x", "https://", "https://a@evil.example/", "https://evil.example'; script-src *//",
			"https://evil.example\\@news.example/", "https://ev il.example/", "vbscript://x", "file:///etc/passwd", "blob:https://x/y", "mailto:a@example.org", "mailto://a@example.org",
			"intent://x#Intent;end", " https://evil.example", "app:open", "a;b://x", "https://evil.example:99999999/", "ws://evil.example", "https://é.example/",
			"https://evil.example/" + strings.Repeat("x", 2000), "://x", "https://[::1]:443/", "about:blank", "tel://1",
		} {
			d.address = fmt.Sprintf("10.0.%d.1", i+1) // no rate limit refuses it
			for _, field := range []string{"success_url", "reject_url"} {
				w := d.send(http.MethodGet, authorizePath+"?"+url.Values{field: {address}, "app_name": {"x"}}.Encode(), nil)
				if w.Code != http.StatusUnprocessableEntity || strings.Contains(w.Body.String(), `name="old"`) || strings.Contains(w.Header().Get("Content-Security-Policy"), "evil") {
					t.Errorf("%s %q: %d, %s", field, address, w.Code, w.Header().Get("Content-Security-Policy"))
				}
				for _, do := range []string{"approve", "reject"} {
					w := d.send(http.MethodPost, authorizePath, url.Values{field: {address}, "app_name": {"x"}, "old": {long}, "do": {do}})
					if w.Code != http.StatusUnprocessableEntity || w.Header().Get("Location") != "" {
						t.Errorf("%s %q, %s: %d to %s", field, address, do, w.Code, w.Header().Get("Location"))
					}
				}
			}
		}
		expect(t, "a number that is no UUID", d.send(http.MethodGet, authorizePath+"?app_id=1", nil), http.StatusUnprocessableEntity, "UUID")
		if list, err := apppasswords.Of(t.Context(), db, s.users[people.Editor].ID); err != nil || len(list) > 0 {
			t.Errorf("made %+v, %v", list, err)
		}
	})
}

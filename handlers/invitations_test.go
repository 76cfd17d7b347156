package handlers_test

import (
	"fmt"
	"html"
	"net/http"
	"net/url"
	"regexp"
	"sync"
	"testing"
	"time"

	"broadsheet/models"
	"broadsheet/models/modeltest"
	"broadsheet/models/people"
	"broadsheet/models/people/invitations"
)

var invitationLink = regexp.MustCompile(`/login/invitation/\?key=([^<"]+)`)

// An invitation leads to an account once. It ends when it is revoked, sent again or
// too old.
func TestInvitations(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		s := newDeskSite(t, db, clock)
		boss := s.newBrowser("10.0.0.1")
		boss.signIn("administrator@courier.example", long)
		post := func(fields url.Values) string {
			t.Helper()
			fields.Set("old", long)
			w := boss.send(http.MethodPost, "/desk/people", fields)
			found := invitationLink.FindStringSubmatch(w.Body.String())
			if found == nil {
				t.Fatalf("%d without a link: %s", w.Code, w.Body)
			}
			return html.UnescapeString(found[1])
		}
		look := func(key string) int {
			return s.newBrowser("10.0.9.1").send(http.MethodGet, "/login/invitation/?key="+key, nil).Code
		}
		odile := url.Values{"do": {"add"}, "name": {"Odile"}, "email": {"odile@courier.example"}, "role": {"moderator"}}
		first := post(odile)
		expect(t, "twice", boss.send(http.MethodPost, "/desk/people", odile), http.StatusConflict, "open invitation")
		open, err := invitations.List(t.Context(), db)
		s.check(err)
		if len(open) != 1 {
			t.Fatalf("%d invitations", len(open))
		}
		id := fmt.Sprint(open[0].ID)
		second := post(url.Values{"do": {"again"}, "invitation": {id}})
		if look(first) != http.StatusGone || look(second) != http.StatusOK {
			t.Errorf("the link before answers %d, the new one %d", look(first), look(second))
		}
		clock.Advance(invitations.Lifetime + time.Second)
		boss.signIn("administrator@courier.example", long)
		if got := look(second); got != http.StatusGone {
			t.Errorf("too late it answers %d", got)
		}
		key := post(url.Values{"do": {"again"}, "invitation": {id}})
		d := s.newBrowser("10.0.3.1")
		expect(t, "a short password", d.send(http.MethodPost, "/login/invitation/", url.Values{"key": {key}, "name": {"Odile"}, "password": {"short"}}), http.StatusUnprocessableEntity, "ten characters")
		expect(t, "no password", d.send(http.MethodPost, "/login/invitation/", url.Values{"key": {key}, "name": {"Odile"}}), http.StatusUnprocessableEntity, "ten characters")

		// Two clicks at once make one account.
		links := people.NewLinks(s.options.Secret)
		subject, _, ok := links.Read(people.ForInvite, key, clock.Now())
		if !ok {
			t.Fatal("the key is not read")
		}
		var all sync.WaitGroup
		errs := make([]error, 2)
		for i := range errs {
			all.Go(func() { _, errs[i] = invitations.Accept(t.Context(), db, subject, "Odile Tanaka", long) })
		}
		all.Wait()
		if (errs[0] == nil) == (errs[1] == nil) {
			t.Errorf("two clicks: %v", errs)
		}
		expect(t, "used", d.send(http.MethodPost, "/login/invitation/", url.Values{"key": {key}, "name": {"Odile"}, "password": {long}}), http.StatusGone, "")
		if u, err := people.ByEmail(t.Context(), db, "odile@courier.example"); err != nil || u.Role != people.Moderator || u.Name != "Odile Tanaka" {
			t.Errorf("%+v, %v", u, err)
		}
		expect(t, "an account has the address", boss.send(http.MethodPost, "/desk/people", odile), http.StatusConflict, "exists already")

		ole := post(url.Values{"do": {"add"}, "name": {"Ole"}, "email": {"ole@courier.example"}, "role": {"editor"}})
		expect(t, "listed", boss.send(http.MethodGet, "/desk/people", nil), http.StatusOK, "ole@courier.example")
		expect(t, "revoked", boss.send(http.MethodPost, "/desk/people", url.Values{"do": {"revoke"}, "invitation": {"2"}}), http.StatusSeeOther, "done=revoke")
		if got := look(ole); got != http.StatusGone {
			t.Errorf("revoked it answers %d", got)
		}
		eva := post(url.Values{"do": {"add"}, "name": {"Eva"}, "email": {"eva@courier.example"}, "role": {"author"}})
		expect(t, "accepted", d.send(http.MethodPost, "/login/invitation/", url.Values{"key": {eva}, "name": {"Eva"}, "password": {long}}), http.StatusSeeOther, "/desk")
		if !d.in() {
			t.Error("not signed in")
		}
	})
}

package handlers_test

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"broadsheet/models"
	"broadsheet/models/modeltest"
	"broadsheet/models/people"
	"broadsheet/public"
	"broadsheet/views"
)

// An administrator sees where a person is signed in, and ends one session or all.
func TestSessionsOfAPerson(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		s := newDeskSite(t, db, clock)
		boss, home, away := s.newBrowser("10.0.0.1"), s.newBrowser("10.0.1.1"), s.newBrowser("10.0.2.1")
		boss.signIn("administrator@courier.example", long)
		moderator := s.users[people.Moderator].ID
		path := fmt.Sprintf("/desk/people/%d/", moderator)
		expect(t, "before", boss.send(http.MethodGet, path, nil), http.StatusOK, "Nowhere.")
		for _, d := range []*deskBrowser{home, away} {
			d.signIn("moderator@courier.example", long)
		}
		expect(t, "counted", boss.send(http.MethodGet, "/desk/people", nil), http.StatusOK, "2 browsers signed in")
		page := boss.send(http.MethodGet, path, nil).Body.String()
		ids := regexp.MustCompile(`name="session" value="([0-9a-f]{64})"`).FindAllStringSubmatch(page, -1)
		if len(ids) != 2 || !strings.Contains(page, "10.0.1.0/24") || strings.Contains(page, "10.0.1.1") {
			t.Fatalf("%d sessions: %s", len(ids), page)
		}
		end := url.Values{"do": {"session"}, "session": {ids[0][1]}}
		expect(t, "of another account", boss.send(http.MethodPost, fmt.Sprintf("/desk/people/%d/", s.users[people.Editor].ID), end), http.StatusSeeOther, "")
		if !home.in() || !away.in() {
			t.Error("the session of another account was ended")
		}
		for range 2 {
			expect(t, "one", boss.send(http.MethodPost, path, end), http.StatusSeeOther, "done=session")
		}
		if home.in() == away.in() || !boss.in() {
			t.Error("not one session was ended")
		}
		expect(t, "said and logged", boss.send(http.MethodGet, path+"?done=session", nil), http.StatusOK, "one browser signed out")
		expect(t, "all", boss.send(http.MethodPost, path, url.Values{"do": {"out"}}), http.StatusSeeOther, "done=out")
		if home.in() || away.in() {
			t.Error("not all sessions were ended")
		}
		expect(t, "one's own", boss.send(http.MethodPost, fmt.Sprintf("/desk/people/%d/", s.users[people.Administrator].ID), end), http.StatusConflict, "")

		// The page stays short however many there are.
		for range 60 {
			_, err := people.SignIn(t.Context(), db, must(people.ByID(t.Context(), db, moderator)), "10.9.0.0/24", "curl/8.5.0")
			s.check(err)
		}
		page = boss.send(http.MethodGet, path, nil).Body.String()
		if n := strings.Count(page, `value="session"`); n != 50 || !strings.Contains(page, "10 more browsers") {
			t.Errorf("of 60 sessions the page lists %d", n)
		}
	})
}

// What a role may do is said in words, in every language: the words of each right are
// in the sentence of the roles that have it, and in no other.
func TestTheWordsOfARoleAreItsRights(t *testing.T) {
	t.Parallel()
	renderer := must(views.New(must(public.New()), views.Options{}))
	// "All comments" are decided by who has Moderating; the comments under own stories
	// by who has ModeratingOwn without it.
	words := map[people.Right][2]string{
		people.Writing:               {`(?i)writes (drafts|and publishes)|changes and publishes`, `يكتب مسودات|يكتب مقالاته|يغيّر كل المقالات`},
		people.Publishing:            {`publishes`, `وينشرها`},
		people.Uploading:             {`pictures`, `الصور|بالصور`},
		people.ModeratingOwn:         {`comments under own stories|decides all comments`, `بالتعليقات على مقالاته|في كل التعليقات`},
		people.Editing:               {`all stories`, `كل المقالات`},
		people.RawHTML:               {`any HTML`, `لا تُنقّى`},
		people.ManagingCategories:    {`sections, tags`, `بالأقسام والوسوم`},
		people.Moderating:            {`(?i)decides (all )?comments`, `يبتّ في`},
		people.ChangingRules:         {`rules for comments`, `قواعد التعليقات`},
		people.Auditing:              {`reads the log`, `يقرأ السجل`},
		people.Managing:              {`invites people, gives roles`, `يدعو الأشخاص ويمنح الأدوار`},
		people.Setting:               {`settings`, `الإعدادات`},
		people.ImportingAndExporting: {`imports and exports`, `ويستورد الموقع ويصدّره`},
	}
	for i, language := range []string{"en", "ar"} {
		for _, role := range people.Roles {
			says := renderer.Text(language, "role.may."+string(role))
			if role == people.Administrator { // "everything that an editor may, and also"
				says += renderer.Text(language, "role.may."+string(people.Editor))
			}
			for _, right := range people.Rights {
				word := words[right][i]
				if word == "" || regexp.MustCompile(word).MatchString(says) != role.May(right) {
					t.Errorf("%s, %s: the right to %s is %v, but it says %q", language, role, right, role.May(right), says)
				}
			}
		}
	}
}

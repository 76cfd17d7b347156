package main

import (
	"fmt"
	"html"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"broadsheet/handlers/jobs"
	"broadsheet/models"
	"broadsheet/models/discussion"
	"broadsheet/models/discussion/moderation"
	"broadsheet/models/people"
	"broadsheet/models/settings"
)

func (s *mailSite) hire(name string, role people.Role, wish people.MailPreference) *people.User {
	s.Helper()
	u, err := people.CreateAccount(s.Context(), s.db, models.ActorShell, people.NewAccount{Name: name, Email: strings.ToLower(name) + "@courier.example", Role: role})
	s.check(err)
	s.check(people.SetMailPreference(s.Context(), s.db, u.ID, wish))
	return u
}

// tick lets time pass, as the periodic tasks do, and sends the mail that is
// due.
func (s *mailSite) tick(d time.Duration) {
	s.Helper()
	s.clock.Advance(d)
	for _, task := range jobs.MailTasks() {
		s.check(task.Run(s.Context(), s.db))
	}
	s.wait(0)
}

func (s *mailSite) stateOf(id int64) discussion.State {
	s.Helper()
	c, err := discussion.ByID(s.Context(), s.db, id)
	s.check(err)
	return c.State
}

func TestHeldCommentsAreDecidedFromTheMail(t *testing.T) {
	t.Parallel()
	eachMailSite(t, func(s *mailSite) {
		mona := s.hire("Mona", people.Moderator, people.MailAtOnce)
		s.say(s.browser(), "Before", 0, "From before anybody listened.", false)
		s.tick(time.Minute)
		s.nothing()
		id := s.say(s.browser(), "Anna", 0, "I was there.\n\n<b>Truly</b>.", false)
		s.tick(time.Minute)
		m := s.next("mona@courier.example")
		if !strings.HasPrefix(m.Subject, "[Broadsheet] Held: Strait opens") {
			s.Errorf("subject %q", m.Subject)
		}
		for _, part := range []string{"Anna", "anna@example.org", "127.0.0.", "I was there.", "first comment from this browser", "Strait opens <again>", "In total 2 comments are held", "/desk/mail", "\nApprove: " + s.server.URL, "\nSpam: " + s.server.URL, "?do=trash\n"} {
			if !strings.Contains(m.Text, part) {
				s.Errorf("the mail lacks %q:\n%s", part, m.Text)
			}
		}
		written, err := discussion.ByID(s.Context(), s.db, id)
		s.check(err)
		if left := strings.ReplaceAll(m.Text+m.HTML, s.server.URL, ""); written.IP == "" || strings.Contains(left, written.IP) {
			s.Errorf("the mail has the writer's address %q and not the network alone:\n%s", written.IP, left)
		}
		if !strings.Contains(m.Text, "\n> I was there.\n>\n> Truly.\n") {
			s.Errorf("the comment's lines are not marked:\n%s", m.Text)
		}
		if strings.Contains(m.HTML, "<again>") || m.Unsubscribe != "" {
			s.Errorf("%s", m.HTML)
		}
		link := s.link(m, "/held/")
		// Opening the page decides nothing, by any method and at any time.
		scanner := s.browser()
		for _, do := range []string{"?do=approve", "?do=spam", "?do=trash", ""} {
			page, _, _ := strings.Cut(link, "?")
			status, body := s.get(scanner, page+do)
			_, action, asks := strings.Cut(do, "=")
			if status != http.StatusOK || !strings.Contains(body, "You decide as Mona") || strings.Contains(body, "ask-question") != asks || asks && !strings.Contains(body, `name="all" value="`+action+`"`) {
				s.Errorf("%d %s", status, body)
			}
			resp, err := scanner.Head(page + do)
			s.check(err)
			resp.Body.Close()
		}
		if s.stateOf(id) != discussion.Held {
			s.Fatal("a link was enough")
		}
		// A form from another site is refused.
		page, _, _ := strings.Cut(link, "?")
		req, err := http.NewRequestWithContext(s.Context(), http.MethodPost, page, strings.NewReader(url.Values{fmt.Sprint("c", id): {"trash"}}.Encode()))
		s.check(err)
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		req.Header.Set("Sec-Fetch-Site", "cross-site")
		resp, err := scanner.Do(req)
		s.check(err)
		resp.Body.Close()
		if resp.StatusCode != http.StatusForbidden || s.stateOf(id) != discussion.Held {
			s.Errorf("from elsewhere: %d", resp.StatusCode)
		}
		// Nothing chosen.
		if status, _ := s.send(scanner, page); status != http.StatusUnprocessableEntity {
			s.Errorf("nothing chosen: %d", status)
		}
		if status, _ := s.send(scanner, page, fmt.Sprint("c", id), "approve"); status != http.StatusOK || s.stateOf(id) != discussion.Approved {
			s.Errorf("%d, %s", status, s.stateOf(id))
		}
		// Replayed.
		if status, _ := s.send(scanner, page, fmt.Sprint("c", id), "trash"); status != http.StatusGone || s.stateOf(id) != discussion.Approved {
			s.Errorf("replayed: %d", status)
		}
		// Forged, cut short, or made for something else.
		token := strings.TrimSuffix(strings.TrimPrefix(page, s.server.URL+"/held/"), "/")
		other := s.post.Links.Make(people.ForComments, "mona@courier.example", s.clock.Now())
		for name, forged := range map[string]string{"cut short": token[:len(token)-3], "of another kind": other, "made up": "abc.def.ghi"} {
			if status, _ := s.get(scanner, "/held/"+forged+"/"); status != http.StatusNotFound {
				s.Errorf("%s: %d", name, status)
			}
			if status, _ := s.send(scanner, "/held/"+forged+"/", fmt.Sprint("c", id), "trash"); status != http.StatusNotFound || s.stateOf(id) != discussion.Approved {
				s.Errorf("%s: %d", name, status)
			}
		}
		// Demoted.
		next := s.say(s.browser(), "Ben", 0, "And I.", false)
		s.tick(time.Minute)
		page, _, _ = strings.Cut(s.link(s.next("mona@courier.example"), "/held/"), "?")
		s.check(people.SetRole(s.Context(), s.db, models.ActorShell, mona.ID, people.AuthorRole))
		if status, _ := s.send(scanner, page, fmt.Sprint("c", next), "approve"); status != http.StatusForbidden || s.stateOf(next) != discussion.Held {
			s.Errorf("demoted: %d", status)
		}
		s.say(s.browser(), "Cleo", 0, "And I, too.", false)
		s.tick(time.Minute)
		if m := s.next("mona@courier.example"); !strings.HasPrefix(m.ID, "security.") {
			s.Errorf("beside the news of her role, she got %q", m.Subject)
		}
		s.nothing()
	})
}

func TestADigestOffersToDecideManyComments(t *testing.T) {
	t.Parallel()
	eachMailSite(t, func(s *mailSite) {
		s.hire("Otto", people.Editor, people.MailDigest)
		s.say(s.browser(), "Before", 0, "From before anybody listened.", false)
		s.tick(time.Minute)
		var ids []int64
		for i := range 4 {
			ids = append(ids, s.say(s.browser(), fmt.Sprint("Reader", i), 0, fmt.Sprint("Thought number ", i), false))
		}
		s.tick(time.Minute)
		m := s.next("otto@courier.example")
		if !strings.Contains(m.Subject, "4 held comments") {
			s.Errorf("subject %q", m.Subject)
		}
		more := s.say(s.browser(), "Late", 0, "A late thought.", false)
		s.tick(time.Minute)
		s.nothing() // the next digest comes in a quarter of an hour
		page := s.link(m, "/held/")
		s.decide(discussion.DoTrash, ids[3], "") // another moderator is quicker
		fields := []string{fmt.Sprint("c", ids[0]), "approve", fmt.Sprint("c", ids[1]), "spam", fmt.Sprint("c", ids[3]), "approve", fmt.Sprint("c", more), "approve"}
		who := s.browser()
		form := url.Values{}
		for i := 0; i < len(fields); i += 2 {
			form.Set(fields[i], fields[i+1])
		}
		resp, err := who.PostForm(page, form)
		s.check(err)
		resp.Body.Close()
		for id, want := range map[int64]discussion.State{ids[0]: discussion.Approved, ids[1]: discussion.Spam, ids[2]: discussion.Held, ids[3]: discussion.Trashed, more: discussion.Held} {
			if got := s.stateOf(id); got != want {
				s.Errorf("comment %d is %s, want %s", id, got, want)
			}
		}
		_, body := s.get(who, page)
		if !strings.Contains(body, "<bdi>test") && !strings.Contains(body, "test has decided") {
			s.Errorf("the page does not say who was quicker:\n%s", body)
		}
		s.tick(moderation.DigestEvery)
		if m := s.next("otto@courier.example"); !strings.Contains(m.Text, "A late thought.") || strings.Contains(m.Text, "Thought number") {
			s.Errorf("%s", m.Text)
		}
		s.clock.Advance(moderation.HeldLinkAge)
		if status, _ := s.get(who, page); status != http.StatusGone {
			s.Errorf("a day later: %d", status)
		}
		if status, _ := s.send(who, page, fmt.Sprint("c", ids[2]), "approve"); status != http.StatusGone || s.stateOf(ids[2]) != discussion.Held {
			s.Errorf("a day later: %d", status)
		}
	})
}

// Near-duplicate comments appear once in the digest and are decided together.
// One choice decides all remaining comments.
func TestDigestGroupsSimilarComments(t *testing.T) {
	t.Parallel()
	eachMailSite(t, func(s *mailSite) {
		s.hire("Otto", people.Editor, people.MailDigest)
		s.say(s.browser(), "Before", 0, "From before anybody listened.", false)
		s.tick(time.Minute)
		var alike, others []int64
		for i := range 6 {
			alike = append(alike, s.say(s.browser(), fmt.Sprint("Seller", i), 0, fmt.Sprintf("Dear friends, our shop sells the very best watches at half the price, this week only, ask for number %d", i), false))
			if i < 2 {
				others = append(others, s.say(s.browser(), fmt.Sprint("Reader", i), 0, fmt.Sprint("A thought of its own, number ", i, ", about the ferry"), false))
			}
		}
		s.tick(time.Minute)
		m := s.next("otto@courier.example")
		if strings.Count(m.Text, "the very best watches") != 1 || !strings.Contains(m.Text, "And 5 similar comments") || !strings.Contains(m.Text, "first comment from this browser") ||
			!strings.Contains(m.Text, "\nAll as spam: "+s.server.URL+"/held/") || !strings.Contains(m.HTML, "And 5 similar comments") || !strings.Contains(m.HTML, ">Approve all</a>") {
			s.Errorf("the mail says:\n%s", m.Text)
		}
		page, who := s.link(m, "/held/"), s.browser()
		_, body := s.get(who, page)
		with := fmt.Sprint("with", alike[0])
		if strings.Count(body, `class="held-item"`) != 3 || strings.Count(body, `name="`+with+`"`) != 6 || strings.Count(body, `name="all"`) != 3 {
			s.Errorf("the page shows:\n%s", body)
		}
		// Without a tick the last one is left as it is.
		form := offered(body)
		left := alike[5]
		form[with] = slices.DeleteFunc(form[with], func(id string) bool { return id == fmt.Sprint(left) })
		form.Set(fmt.Sprint("c", alike[0]), "spam")
		form.Set("all", "approve")
		if said := s.press(who, page, form); !strings.Contains(said, "2 comments approved. 5 comments marked as spam.") || !strings.Contains(said, "1 comment waits.") && strings.Count(said, `class="held-item"`) != 1 {
			s.Errorf("after the decision the page says:\n%s", said)
		}
		if got := s.stateOf(left); got != discussion.Held {
			s.Errorf("comment %d is %s, and it had no tick", left, got)
		}
		for _, id := range alike[:5] {
			if got := s.stateOf(id); got != discussion.Spam {
				s.Errorf("comment %d is %s", id, got)
			}
		}
		for _, id := range others {
			if got := s.stateOf(id); got != discussion.Approved {
				s.Errorf("comment %d is %s", id, got)
			}
		}
	})
}

var hiddenOrTicked = regexp.MustCompile(`<input type="(?:hidden|checkbox)" name="(with\d+)" value="(\d+)"`)

// offered returns the fields with which a page of a mail names its comments.
func offered(page string) url.Values {
	form := url.Values{}
	for _, m := range hiddenOrTicked.FindAllStringSubmatch(page, -1) {
		form.Add(m[1], m[2])
	}
	return form
}

// press sends a form and returns the page that answers it.
func (s *mailSite) press(who *http.Client, address string, form url.Values) string {
	s.Helper()
	resp, err := who.PostForm(address, form)
	s.check(err)
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	s.check(err)
	return string(body)
}

// Two moderators press at the same time: one decides, and the other learns the name of
// the first and the decision. The first can undo it at the desk.
func TestTwoModeratorsDecideTheSameMailOnce(t *testing.T) {
	t.Parallel()
	eachMailSite(t, func(s *mailSite) {
		names := []string{"Mona", "Otto"}
		var actors []models.Actor
		for _, name := range names {
			actors = append(actors, s.hire(name, people.Editor, people.MailDigest).Actor())
		}
		s.say(s.browser(), "Before", 0, "From before anybody listened.", false)
		s.tick(time.Minute)
		ids := []int64{s.say(s.browser(), "Reader", 0, "A thought of its own about the ferry", false)}
		for i := range 3 {
			ids = append(ids, s.say(s.browser(), fmt.Sprint("Seller", i), 0, fmt.Sprintf("Dear friends, our shop sells the very best watches at half the price, this week only, ask for number %d", i), false))
		}
		s.tick(time.Minute)
		pages := map[string]string{}
		for _, m := range s.outbox.Sent()[s.read:] {
			pages[m.To] = s.link(m, "/held/")
		}
		type pressed struct {
			who  int
			page string
		}
		said, ready := make(chan pressed), make(chan struct{})
		for i, action := range []string{"spam", "approve"} {
			page := pages[strings.ToLower(names[i])+"@courier.example"]
			who := s.browser()
			_, body := s.get(who, page+"?do="+action)
			if !strings.Contains(body, map[string]string{"spam": "Mark all 4 comments as spam?", "approve": "Approve all 4 comments?"}[action]) {
				s.Fatalf("the page asks nothing:\n%s", body)
			}
			form := offered(body)
			form.Set("all", action)
			go func() {
				<-ready
				said <- pressed{i, s.press(who, page, form)}
			}()
		}
		close(ready)
		answers := map[int]string{}
		for range 2 {
			answer := <-said
			answers[answer.who] = html.UnescapeString(answer.page)
		}
		first, state, done := 0, discussion.Spam, "4 comments marked as spam."
		if s.stateOf(ids[0]) == discussion.Approved {
			first, state, done = 1, discussion.Approved, "4 comments approved."
		}
		for _, id := range ids {
			if got := s.stateOf(id); got != state {
				s.Errorf("comment %d is %s, want %s", id, got, state)
			}
		}
		undo := regexp.MustCompile(`href="(/desk/comments\?[^"]*op=(\w+)[^"]*)"`).FindStringSubmatch(answers[first])
		if !strings.Contains(answers[first], done) || undo == nil {
			s.Fatalf("the first is told:\n%s", answers[first])
		}
		other := answers[1-first]
		if !strings.Contains(other, "4 comments have changed since then and were left as they are.") || strings.Contains(other, "op=") || strings.Count(other, names[first]+" has decided this:") != 4 {
			s.Errorf("the second is told:\n%s", other)
		}
		undone, err := discussion.Undo(s.Context(), s.db, actors[first], undo[2])
		if err != nil || undone.Restored != 4 {
			s.Errorf("undone: %+v, %v", undone, err)
		}
	})
}

// Near-duplicates share a mail also where each comment gets a mail of its own at once,
// and the mail has the words of the site's language.
func TestNearDuplicatesShareAMail(t *testing.T) {
	t.Parallel()
	eachMailSite(t, func(s *mailSite) {
		s.hire("Mona", people.Moderator, people.MailAtOnce)
		s.say(s.browser(), "Before", 0, "From before anybody listened.", false)
		s.tick(time.Minute)
		s.check(s.db.Write(s.Context(), func(tx *models.Tx) error { return settings.Set(s.Context(), tx, "site.language", "ar") }))
		var ids []int64
		for i := range 3 {
			ids = append(ids, s.say(s.browser(), fmt.Sprint("Seller", i), 0, fmt.Sprintf("Dear friends, our shop sells the very best watches at half the price, this week only, ask for number %d", i), false))
		}
		s.tick(time.Minute)
		m := s.next("mona@courier.example")
		for _, part := range []string{"وتعليقان مشابهان", "أول تعليق من هذا المتصفح", "الكل مزعج: " + s.server.URL, "انشر الكل: "} {
			if !strings.Contains(m.Text, part) {
				s.Errorf("the mail lacks %q:\n%s", part, m.Text)
			}
		}
		if !strings.Contains(m.HTML, `dir="rtl"`) || !strings.Contains(m.HTML, ">الكل مزعج</a>") {
			s.Errorf("the HTML of the mail:\n%s", m.HTML)
		}
		page, _, _ := strings.Cut(s.link(m, "/held/"), "?")
		who := s.browser()
		_, body := s.get(who, page+"?do=spam")
		if !strings.Contains(body, "أتعدّ 3 تعليقات كلها مزعجة؟") {
			s.Errorf("the page asks:\n%s", body)
		}
		form := offered(body)
		form.Set("all", "spam")
		if said := s.press(who, page, form); !strings.Contains(said, "عُدّ مزعجًا 3 تعليقات.") {
			s.Errorf("the page says:\n%s", said)
		}
		for _, id := range ids {
			if got := s.stateOf(id); got != discussion.Spam {
				s.Errorf("comment %d is %s", id, got)
			}
		}
	})
}

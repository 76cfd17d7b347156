//go:build browser

package main

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"broadsheet/models/discussion"
	"broadsheet/models/modeltest"
	"broadsheet/models/people"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// decideFromMail follows a link of a mail about held comments without script: the page
// asks once, one button decides all, the page says so, and leads to the desk.
func (b *bench) decideFromMail(t *testing.T) {
	clock := modeltest.NewClock()
	s := newMailSite(t, modeltest.SQLite(t, clock), clock)
	s.hire("Mona", people.Moderator, people.MailDigest)
	s.say(s.browser(), "Before", 0, "From before anybody listened.", false)
	s.tick(time.Minute)
	var ids []int64
	for i := range 3 {
		ids = append(ids, s.say(s.browser(), fmt.Sprint("Seller", i), 0,
			fmt.Sprintf("Dear friends, our shop sells the very best watches at half the price, this week only, ask for number %d", i), false))
	}
	other := s.say(s.browser(), "Reader", 0, "A thought of its own about the ferry", false)
	s.tick(time.Minute)
	page := s.link(s.next("mona@courier.example"), "/held/")
	axe := axeSource(t)
	local := *b
	local.site = &site{url: s.server.URL}
	tb := local.newTab(t)
	tb.do(emulate(360, "dark"), chromedp.Navigate(page+"?do=spam"))
	tb.checkAccess("a question of a mail", axe)
	tb.checkLayout("a question of a mail")
	tb.do(command(emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true}))
	// One by one: the reader's comment is published, of the others one stays.
	tb.do(chromedp.Navigate(page + "?do=spam"))
	tb.click(".held-every a.button")
	tb.do(chromedp.Click(chromedp.CSS(".held-item summary")))
	tb.do(chromedp.Click(chromedp.CSS(fmt.Sprintf(`.held-fold input[value="%d"]`, ids[2]))))
	tb.do(chromedp.Click(chromedp.CSS(fmt.Sprintf(`input[name="c%d"][value="approve"]`, other))))
	tb.click(`.held-every button[value="spam"]`)
	for id, want := range map[int64]discussion.State{
		ids[0]: discussion.Spam, ids[1]: discussion.Spam, ids[2]: discussion.Held, other: discussion.Approved,
	} {
		if got := s.stateOf(id); got != want {
			t.Errorf("comment %d is %s, want %s", id, got, want)
		}
	}
	tb.checkSource("the result", "Approved. 2 comments marked as spam.")
	tb.checkSource("the one without a tick", `name="all" value="trash"`)
	tb.click(`.form-note a[href*="op="]`)
	if at := value(tb, chromedp.Location()); !strings.Contains(at, "/login") || !strings.Contains(at, "op%3D") {
		t.Errorf("undoing leads to %s", at)
	}
}

// renameOnTheCard corrects the name and the website with the forms of the card, without
// script.
func (b *bench) renameOnTheCard(t *testing.T) {
	b.run(t, deskPassword, "people", "add", "--name", "Ruth", "--email", "ruth@courier.example", "--role", "moderator", "--password-stdin")
	b.hold(t, "renamed", 1)
	tb := b.newTab(t)
	tb.do(emulate(360, "light"), command(emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true}))
	tb.signIn(b, "ruth@courier.example")
	for _, change := range [][2]string{{"name-", "Salma of the harbour"}, {"site-", "https://salma.example/"}} {
		field := `.card-own input[id^="` + change[0] + `"]`
		tb.do(chromedp.Click(chromedp.CSS(".card-frame .card-edit summary")))
		tb.do(chromedp.SetValue(chromedp.CSS(field), change[1]))
		tb.click(`.card-own:has(input[id^="` + change[0] + `"]) button`)
		tb.checkSource("the message", "The comment is changed.")
		if source := tb.source(); !strings.Contains(source, `value="`+change[1]+`"`) {
			t.Errorf("the card has not %q", change[1])
		}
	}
}

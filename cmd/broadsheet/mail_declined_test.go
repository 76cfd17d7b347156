package main

import (
	"fmt"
	"html"
	"mime"
	"net/http"
	"net/netip"
	"strings"
	"testing"
	"time"

	"broadsheet/models"
	"broadsheet/models/discussion"
	"broadsheet/models/discussion/appeals"
	"broadsheet/models/discussion/declinetexts"
	"broadsheet/models/discussion/react"
	"broadsheet/models/newsroom"
	"broadsheet/models/people"
	"broadsheet/models/settings"
)

// declined is what the mails about a decision say in a language.
type declined struct {
	house            string // the newsroom's own sentence
	standard         string // of the reason
	subject          string // of the first mail
	appeal, upheld   string // the subject and the sentence of the mail about the appeal
	notice, noticeOn string // those of the mail to the sender of a notice
}

// The whole way of a declined comment and of a notice, in both languages, through a real
// mail server: the reason with the newsroom's own sentence in the mail and on the page,
// the answer to the appeal, and the answer to the notice.
func TestDeclinedCommentsThroughAMailServer(t *testing.T) {
	for language, want := range map[string]declined{
		"en": {
			"Each thread stays with its story & its people.", "nothing to do with the story.", "was not published",
			"Your appeal about", "The decision stays", "Your report number 1", "The comment was removed. Ground: against the law.",
		},
		"ar": {
			"كل نقاش يبقى مع خبره.", "لا صلة له بالخبر.", "لم يُنشر تعليقك", "اعتراضك بشأن", "بقي القرار", "بلاغك رقم 1", "حُجب التعليق. السبب: مخالف للقانون.",
		},
	} {
		t.Run(language, func(t *testing.T) {
			eachDigestSite(t, func(s *digestSite) {
				s.check(s.db.Write(s.Context(), func(tx *models.Tx) error {
					return settings.Set(s.Context(), tx, "site.language", language)
				}))
				s.declineAndAnswer(language, want)
			})
		})
	}
}

func (s *digestSite) declineAndAnswer(language string, want declined) {
	s.Helper()
	mona, otto := s.hire("Mona", people.Moderator, people.MailNever), s.hire("Otto", people.Editor, people.MailNever)
	s.check(declinetexts.Save(s.Context(), s.db, otto.Actor(), language, map[string]string{"irrelevant": want.house, "spam": "Another one."}))
	s.check(declinetexts.Save(s.Context(), s.db, otto.Actor(), "de", map[string]string{"irrelevant": "Nicht hier."}))
	s.check(people.ConfirmMail(s.Context(), s.db, "anna@example.org", false))
	anna := s.browser()
	id := s.say(anna, "Anna", 0, "The ferry is late.", true)
	decline := func(comment int64, reason string) {
		_, _, err := discussion.Decide(s.Context(), s.db, mona.Actor(), []discussion.Versioned{{ID: comment}},
			discussion.Verdict{Action: discussion.DoTrash, Reason: reason, Undoable: true})
		s.check(err)
		s.clock.Advance(discussion.MailPause + time.Minute)
		s.run()
	}
	decline(id, "irrelevant")
	status := fmt.Sprintf("/comment/%d/status/", id)
	link := s.lastMail("anna@example.org", 1, want.subject, want.standard+" "+want.house, status)
	code, page := s.get(s.browser(), link)
	if page = html.UnescapeString(page); code != http.StatusOK || !strings.Contains(page, want.standard+" <bdi>"+want.house+"</bdi>") || strings.Contains(page, "Another one.") {
		s.Errorf("%d, the page of the comment says:\n%s", code, page)
	}

	// The answer to an appeal.
	if code, _ := s.send(anna, fmt.Sprintf("/comment/%d/appeal/", id), "appeal", "It crosses the strait."); code != http.StatusSeeOther {
		s.Fatalf("the appeal was answered with %d", code)
	}
	c, err := discussion.ByID(s.Context(), s.db, id)
	s.check(err)
	waiting, err := appeals.Waiting(s.Context(), s.db, nil)
	s.check(err)
	if len(waiting) != 1 {
		s.Fatalf("%d appeals wait", len(waiting))
	}
	_, err = appeals.Decide(s.Context(), s.db, otto, waiting[0].ID, appeals.Ruling{Outcome: appeals.Upheld, Version: c.Version, Words: "Looked <again>."})
	s.check(err)
	s.clock.Advance(discussion.MailPause + time.Minute)
	s.run()
	s.lastMail("anna@example.org", 2, want.appeal, want.upheld, status)

	// A notice by a reader whose address is proven.
	other := s.say(s.browser(), "Zoe", 0, "So it is.", false)
	s.decide(discussion.DoApprove, other, "")
	site, err := newsroom.LoadSite(s.Context(), s.db)
	s.check(err)
	visitor := react.Visitor{IP: netip.MustParseAddr("10.7.0.1"), Token: "rita", Verified: "rita@example.org"}
	_, err = react.Report(s.Context(), s.db, site, other, visitor, react.Complaint{
		Reason: "illegal", Note: "Why.", Law: "threat", Name: "Rita", Email: "rita@example.org", GoodFaith: true,
	})
	s.check(err)
	s.clock.Advance(time.Minute)
	decline(other, "illegal")
	receipt := s.lastMail("rita@example.org", 1, want.notice, want.noticeOn, "/comments/report/")
	if code, page := s.get(s.browser(), receipt); code != http.StatusOK || strings.Contains(page, "So it is.") {
		s.Errorf("%d, the page of the notice says:\n%s", code, page)
	}
}

// lastMail checks the last of that many mails to an address: its subject, and both of its
// forms. It returns the address in it that begins with a path.
func (s *digestSite) lastMail(to string, many int, subject, says, path string) string {
	s.Helper()
	mails := s.server.mails(to)
	if len(mails) != many {
		s.Fatalf("%d mails to %s, want %d", len(mails), to, many)
	}
	header, text, htmlText := s.parts(mails[many-1])
	got, err := new(mime.WordDecoder).DecodeHeader(header.Get("Subject"))
	s.check(err)
	if !strings.Contains(got, subject) || !strings.Contains(text, says) || !strings.Contains(html.UnescapeString(htmlText), says) {
		s.Errorf("the mail %q to %s lacks %q or %q:\n%s\n%s", got, to, subject, says, text, htmlText)
	}
	for _, address := range anAddress.FindAllString(text, -1) {
		if strings.HasPrefix(address, s.mailSite.server.URL+path) {
			return address
		}
	}
	s.Fatalf("no link to %s in\n%s", path, text)
	return ""
}

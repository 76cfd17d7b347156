package mail

import (
	"fmt"
	"net/mail"
	"strings"

	gomail "github.com/wneessen/go-mail"
)

// Message is a mail to one person.
type Message struct {
	// ID is the part of the Message-ID before the @. The same message sent
	// again after a lost answer keeps it, so that a mailbox can drop the
	// double.
	ID      string
	To      string // an addr-spec such as name@example.org
	Name    string // of the sender, shown before the address
	Subject string // one line
	Text    string // plain
	HTML    string // the same for those who prefer it; may be empty
	// Unsubscribe is the address that stops such mails with one POST (RFC
	// 8058); "" for a mail that somebody asked for just now.
	Unsubscribe string
}

// compose puts a message into its form on the wire. wide reports whether an
// address in it needs SMTPUTF8.
func (m Message) compose(from mail.Address) (msg *gomail.Msg, wide bool, err error) {
	if strings.ContainsAny(m.Subject+m.To+m.Name+m.ID+m.Unsubscribe, "\r\n") {
		return nil, false, permanent{fmt.Errorf("a header of mail %q would have two lines", m.ID)}
	}
	to, wideTo, err := wireAddress(m.To)
	if err != nil {
		return nil, false, permanent{err}
	}
	var wideFrom bool
	if from.Address, wideFrom, err = wireAddress(from.Address); err != nil {
		return nil, false, permanent{err}
	}
	msg = gomail.NewMsg(gomail.WithNoDefaultUserAgent())
	from.Name = m.Name
	msg.FromMailAddress(&from)
	if err := msg.To(to); err != nil {
		return nil, false, permanent{err}
	}
	_, domain, _ := strings.Cut(from.Address, "@")
	msg.Subject(m.Subject)
	msg.SetDate()
	msg.SetMessageIDWithValue(m.ID + "@" + domain)
	// Nobody's holiday notice should answer.
	msg.SetGenHeader("Auto-Submitted", "auto-generated")
	if m.Unsubscribe != "" {
		msg.SetGenHeaderPreformatted(gomail.HeaderListUnsubscribe, "<"+m.Unsubscribe+">")
		msg.SetListUnsubscribePost()
	}
	msg.SetBodyString(gomail.TypeTextPlain, m.Text)
	if m.HTML != "" {
		msg.AddAlternativeString(gomail.TypeTextHTML, m.HTML)
	}
	return msg, wideTo || wideFrom, nil
}

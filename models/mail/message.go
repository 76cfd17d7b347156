package mail

import (
	"fmt"
	"net/mail"
	"strings"

	gomail "github.com/wneessen/go-mail"
)

// Message is a mail to one person.
type Message struct {
	// ID is the part of the Message-ID before the @. A second try to send the
	// message has the same ID, so that a mailbox can drop the duplicate.
	ID      string
	To      string // an addr-spec such as name@example.org
	Name    string // of the sender, shown before the address
	Subject string // one line
	Text    string // plain
	HTML    string // the same text as HTML; may be empty
	// Unsubscribe is the address that stops such mails with one POST (RFC 8058),
	// "" for a mail that the recipient has just requested.
	Unsubscribe string
	// List identifies the mailing list of a mail to many (RFC 2919), such as
	// digest.news.example; "" for a mail to one person.
	List string
}

// compose returns a message in its form on the wire. wide reports whether an address
// in it needs SMTPUTF8.
func (m Message) compose(from mail.Address) (msg *gomail.Msg, wide bool, err error) {
	if strings.ContainsAny(m.Subject+m.To+m.Name+m.ID+m.Unsubscribe+m.List, "\r\n") {
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
	// It keeps automatic replies away (RFC 3834).
	msg.SetGenHeader("Auto-Submitted", "auto-generated")
	if m.Unsubscribe != "" {
		msg.SetGenHeaderPreformatted(gomail.HeaderListUnsubscribe, "<"+m.Unsubscribe+">")
		msg.SetListUnsubscribePost()
	}
	if m.List != "" {
		msg.SetGenHeaderPreformatted("List-Id", "<"+m.List+">")
		msg.SetBulk()
	}
	msg.SetBodyString(gomail.TypeTextPlain, m.Text)
	if m.HTML != "" {
		msg.AddAlternativeString(gomail.TypeTextHTML, m.HTML)
	}
	return msg, wideTo || wideFrom, nil
}

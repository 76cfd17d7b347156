package main

import (
	"io"
	"net"
	"strings"
	"sync"
	"testing"

	"github.com/emersion/go-smtp"
)

// postOffice is a mail server without TLS that keeps the mail it receives.
type postOffice struct {
	mu     sync.Mutex
	got    []string
	refuse bool // the sender
}

func (p *postOffice) NewSession(*smtp.Conn) (smtp.Session, error) { return p, nil }
func (p *postOffice) Rcpt(string, *smtp.RcptOptions) error        { return nil }
func (p *postOffice) Reset()                                      {}
func (p *postOffice) Logout() error                               { return nil }

func (p *postOffice) Mail(string, *smtp.MailOptions) error {
	if p.refuse {
		return &smtp.SMTPError{Code: 550, Message: "this sender may not send here"}
	}
	return nil
}

func (p *postOffice) Data(r io.Reader) error {
	data, err := io.ReadAll(r)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.got = append(p.got, string(data))
	return err
}

// open starts the server and returns its address.
func (p *postOffice) open(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := smtp.NewServer(p)
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(listener) }()
	t.Cleanup(func() {
		server.Close()
		<-ended
	})
	return listener.Addr().String()
}

// The doctor reports a mail server that would refuse every mail. With --mail-to
// it sends a mail.
func TestTheDoctorTriesMail(t *testing.T) {
	t.Parallel()
	open, refusing := &postOffice{}, &postOffice{refuse: true}
	at, refusal := open.open(t), refusing.open(t)
	for name, c := range map[string]struct {
		cmd    doctorCmd
		wrong  bool
		says   string
		advice string
	}{
		"no STARTTLS":         {doctorCmd{SMTP: "smtp://" + at}, true, "takes no mail", "?tls=none"},
		"TLS on a plain port": {doctorCmd{SMTP: "smtps://" + at}, true, "takes no mail", "TLS"},
		"sender refused":      {doctorCmd{SMTP: "smtp://" + refusal + "?tls=none"}, true, "may not send here", "mail server"},
		"fine":                {doctorCmd{SMTP: "smtp://" + at + "?tls=none"}, false, "would take a mail", ""},
		"sent":                {doctorCmd{SMTP: "smtp://" + at + "?tls=none", MailTo: "ida@courier.example"}, false, "has taken a mail to ida@courier.example", ""},
		"sent to nowhere":     {doctorCmd{SMTP: "smtp://" + at + "?tls=none", MailTo: "nowhere"}, true, "refuses a mail to nowhere", ""},
	} {
		c.cmd.MailFrom = "desk@courier.example"
		f := c.cmd.lookAtMail(&app{ctx: t.Context()})
		if f.wrong != c.wrong || !strings.Contains(f.says, c.says) || !strings.Contains(f.advice, c.advice) || f.wrong != (f.advice != "") {
			t.Errorf("%s: %+v", name, f)
		}
	}
	open.mu.Lock()
	defer open.mu.Unlock()
	if len(open.got) != 1 || !strings.Contains(open.got[0], "broadsheet doctor") {
		t.Errorf("%d mails arrived", len(open.got))
	}
}

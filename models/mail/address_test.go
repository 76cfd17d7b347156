package mail

import (
	"bytes"
	"mime"
	"net/mail"
	"slices"
	"strings"
	"testing"
)

// TestOnlyAnAddressThatNeedsItAsksForSMTPUTF8 sends to addresses in several
// letters, through a server that offers SMTPUTF8 and one that does not.
func TestOnlyAnAddressThatNeedsItAsksForSMTPUTF8(t *testing.T) {
	t.Parallel()
	for what, c := range map[string]struct {
		from, to         string
		wireFrom, wireTo string
		wide             bool
	}{
		"ASCII":                      {"news@paper.example", "anna@example.org", "news@paper.example", "anna@example.org", false},
		"a domain in other letters":  {"news@paper.example", "anna@bücher.example", "news@paper.example", "anna@xn--bcher-kva.example", false},
		"an Arabic domain":           {"news@paper.example", "anna@مثال.example", "news@paper.example", "anna@xn--mgbh0fb.example", false},
		"its ASCII form":             {"news@paper.example", "anna@xn--bcher-kva.example", "news@paper.example", "anna@xn--bcher-kva.example", false},
		"a sender in other letters":  {"news@zürich.example", "anna@example.org", "news@xn--zrich-kva.example", "anna@example.org", false},
		"a mailbox in other letters": {"news@paper.example", "jörg@bücher.example", "news@paper.example", "jörg@xn--bcher-kva.example", true},
		"a Chinese mailbox":          {"news@paper.example", "用户@example.org", "news@paper.example", "用户@example.org", true},
		"a sender's mailbox":         {"müller@paper.example", "anna@example.org", "müller@paper.example", "anna@example.org", true},
	} {
		for _, offered := range []bool{true, false} {
			srv := &server{wide: offered}
			port, _ := start(t, srv, false, false)
			s, err := newSMTP("smtp://localhost:"+port+"?tls=none", c.from, nil)
			if err != nil {
				t.Fatal(err)
			}
			m := message
			m.To = c.to
			err = s.Send(t.Context(), m)
			if c.wide && !offered {
				if err == nil || !IsPermanent(err) || !strings.Contains(err.Error(), "SMTPUTF8") || len(srv.lines) != 0 {
					t.Errorf("%s, without SMTPUTF8: %v, permanent %v; the server heard %q", what, err, IsPermanent(err), srv.lines)
				}
				continue
			}
			if err != nil {
				t.Errorf("%s, offered %v: %v", what, offered, err)
				continue
			}
			asked := "false"
			if c.wide {
				asked = "true"
			}
			if want := []string{"from " + c.wireFrom + ", SMTPUTF8 " + asked, "to " + c.wireTo}; !slices.Equal(srv.lines, want) {
				t.Errorf("%s, offered %v: the server heard %q, want %q", what, offered, srv.lines, want)
			}
			got, err := mail.ReadMessage(bytes.NewReader(srv.got[0]))
			if err != nil {
				t.Fatal(err)
			}
			if head, _, _ := bytes.Cut(srv.got[0], []byte("\r\n\r\n")); !c.wide && !isASCII(string(head)) {
				t.Errorf("%s: the headers have other letters: %q", what, head)
			}
			for header, want := range map[string]string{"To": c.wireTo, "From": c.wireFrom} {
				if list, err := got.Header.AddressList(header); err != nil || len(list) != 1 || list[0].Address != want {
					t.Errorf("%s: %s is %q (%v), want %s", what, header, got.Header.Get(header), err, want)
				}
			}
		}
	}
}

// FuzzHeaders builds the headers of mails from any text. No text adds a header
// or a line to one.
func FuzzHeaders(f *testing.F) {
	for _, s := range [][3]string{
		{"anna@example.org", "Subject", "The Courier"},
		{"jörg@bücher.example", "ماذا؟", "Évening"},
		{"a@b.c\r\nBcc: d@e.f", "x", "y"},
		{"a@b.c", "x\nBcc: d@e.f", "y"},
		{"a@b.c", "x", "y\rBcc: d@e.f"},
		{"a@b.c, d@e.f", "x", "y"},
		{"\"a\"@b.c", "x\u2028y", "z\x00"},
		{"a@b.c>", "=?utf-8?q?=0D=0ABcc:_d@e.f?=", "<d@e.f>"},
	} {
		f.Add(s[0], s[1], s[2])
	}
	known := strings.Fields("From To Subject Date Message-Id Mime-Version Content-Type Auto-Submitted List-Unsubscribe List-Unsubscribe-Post")
	f.Fuzz(func(t *testing.T, to, subject, name string) {
		m := Message{ID: "reply.7", To: to, Name: name, Subject: subject, Text: "Hello.", HTML: "<p>Hello.</p>", Unsubscribe: "https://paper.example/x"}
		msg, _, err := m.compose(mail.Address{Address: "news@paper.example"})
		if err != nil {
			if !IsPermanent(err) {
				t.Fatalf("%q: another try would meet the same: %v", to, err)
			}
			return
		}
		var b bytes.Buffer
		if _, err := msg.WriteTo(&b); err != nil {
			return
		}
		got, err := mail.ReadMessage(&b)
		if err != nil {
			t.Fatalf("%q, %q, %q: %v", to, subject, name, err)
		}
		for header, values := range got.Header {
			if !slices.Contains(known, header) || len(values) != 1 {
				t.Fatalf("%q, %q, %q: a header %s: %q", to, subject, name, header, values)
			}
		}
		parser := mail.AddressParser{WordDecoder: new(mime.WordDecoder)}
		if list, err := parser.ParseList(got.Header.Get("To")); err == nil && len(list) != 1 {
			t.Fatalf("%q is mailed to %d", to, len(list))
		}
	})
}

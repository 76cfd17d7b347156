package mail

import (
	"crypto/tls"
	"testing"

	"github.com/emersion/go-smtp"
)

// Check fails where Send would fail, and for the same reason; it sends
// nothing.
func TestCheckFailsLikeSend(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		secure, fromTheStart bool
		address              func(port string) string
		trusted              bool
		ok                   bool
	}{
		"STARTTLS":                 {true, false, func(p string) string { return "smtp://localhost:" + p }, true, true},
		"TLS from the start":       {true, true, func(p string) string { return "smtps://localhost:" + p }, true, true},
		"signed in":                {true, false, func(p string) string { return "smtp://mona:right@localhost:" + p }, true, true},
		"no TLS, as said":          {false, false, func(p string) string { return "smtp://localhost:" + p + "?tls=none" }, true, true},
		"no STARTTLS offered":      {false, false, func(p string) string { return "smtp://localhost:" + p }, true, false},
		"wrong password":           {true, false, func(p string) string { return "smtp://mona:wrong@localhost:" + p }, true, false},
		"unknown certificate":      {true, false, func(p string) string { return "smtp://localhost:" + p }, false, false},
		"TLS against a plain port": {false, false, func(p string) string { return "smtps://localhost:" + p }, true, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := &server{refuse: map[string]*smtp.SMTPError{}}
			port, roots := start(t, s, c.secure, c.fromTheStart)
			if !c.trusted || roots == nil {
				roots = &tls.Config{}
			}
			sender, err := newSMTP(c.address(port), "desk@courier.example", roots)
			if err != nil {
				t.Fatal(err)
			}
			checked := sender.Check(t.Context())
			sent := sender.Send(t.Context(), Message{ID: "1", To: "mona@courier.example", Subject: "A test", Text: "Text."})
			if (checked == nil) != c.ok || (sent == nil) != c.ok {
				t.Errorf("checked: %v; sent: %v", checked, sent)
			}
			s.mu.Lock()
			defer s.mu.Unlock()
			if c.ok && len(s.got) != 1 {
				t.Errorf("%d messages arrived, want the one that was sent", len(s.got))
			}
		})
	}
}

package mail

import (
	"testing"

	"github.com/emersion/go-smtp"
)

// The meaning of a refusal is told from the answers of a real server.
func TestRefusalsOfARealServer(t *testing.T) {
	t.Parallel()
	answer := func(code int, a, b, c int) *smtp.SMTPError {
		return &smtp.SMTPError{Code: code, EnhancedCode: smtp.EnhancedCode{a, b, c}, Message: "no"}
	}
	srv := &server{refuse: map[string]*smtp.SMTPError{
		"gone@example.org": answer(550, 5, 1, 1), "nullmx@example.org": answer(556, 5, 1, 10), "full@example.org": answer(552, 5, 2, 2),
		"policy@example.org": answer(550, 5, 7, 1), "later@example.org": answer(450, 4, 2, 1),
		"plain@example.org": {Code: 550, EnhancedCode: smtp.NoEnhancedCode, Message: "no"},
	}}
	port, _ := start(t, srv, false, false)
	from := sender(t, "smtp://localhost:"+port+"?tls=none", nil)
	for to, want := range map[string]struct {
		dead, policy, permanent bool
		text                    string
	}{
		"gone@example.org":   {true, false, true, "5.1.1"},
		"nullmx@example.org": {true, false, true, "5.1.10"},
		"full@example.org":   {false, false, true, "5.2.2"},
		"policy@example.org": {false, true, true, "5.7.1"},
		"later@example.org":  {false, false, false, "4.2.1"},
		"plain@example.org":  {false, false, true, "550"},
	} {
		m := message
		m.To = to
		err := from.Send(t.Context(), m)
		r, ok := RefusalOf(err)
		if !ok || r.Dead() != want.dead || r.Policy() != want.policy || IsPermanent(err) != want.permanent || r.Text() != want.text {
			t.Errorf("%s: %+v of %v, want %+v", to, r, err, want)
		}
	}
	srv.mu.Lock()
	srv.drop = true
	srv.mu.Unlock()
	if r, ok := RefusalOf(from.Send(t.Context(), message)); ok {
		t.Errorf("a broken connection is the refusal %+v", r)
	}
}

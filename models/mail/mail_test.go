package mail

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"fmt"
	"io"
	"math/big"
	"mime"
	"net"
	"net/mail"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

// server is a real SMTP server that stores messages and refuses the recipients that
// a test names.
type server struct {
	mu     sync.Mutex
	got    [][]byte
	users  []string
	refuse map[string]*smtp.SMTPError // by recipient
	drop   bool                       // hang up instead of answering DATA
	wide   bool                       // offer SMTPUTF8
	lines  []string                   // of the envelopes
}

func (s *server) NewSession(c *smtp.Conn) (smtp.Session, error) { return &session{s, c}, nil }

type session struct {
	*server
	conn *smtp.Conn
}

func (s *session) AuthMechanisms() []string { return []string{sasl.Plain} }

func (s *session) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		if password != "right" {
			return smtp.ErrAuthFailed
		}
		s.mu.Lock()
		defer s.mu.Unlock()
		s.users = append(s.users, user)
		return nil
	}), nil
}

func (s *session) Mail(from string, options *smtp.MailOptions) error {
	s.note(fmt.Sprintf("from %s, SMTPUTF8 %v", from, options.UTF8))
	return nil
}

func (s *session) Reset()        {}
func (s *session) Logout() error { return nil }

func (s *server) note(line string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.lines = append(s.lines, line)
}

func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.note("to " + to)
	s.mu.Lock()
	defer s.mu.Unlock()
	if refusal := s.refuse[to]; refusal != nil {
		return refusal
	}
	return nil
}

func (s *session) Data(r io.Reader) error {
	data, err := io.ReadAll(r)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.drop {
		return errors.Join(err, s.conn.Conn().Close())
	}
	s.got = append(s.got, data)
	return err
}

// start runs the server on a free port, with TLS offered or from the start.
func start(t *testing.T, s *server, secure, fromTheStart bool) (port string, roots *tls.Config) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	srv := smtp.NewServer(s)
	srv.Domain, srv.EnableSMTPUTF8 = "localhost", s.wide
	srv.AllowInsecureAuth = true // the client must be the one to refuse
	if secure {
		certificate, pool := selfSigned(t)
		srv.TLSConfig = &tls.Config{Certificates: []tls.Certificate{certificate}}
		roots = &tls.Config{RootCAs: pool}
	}
	if fromTheStart {
		listener = tls.NewListener(listener, srv.TLSConfig)
	}
	ended := make(chan error, 1)
	go func() { ended <- srv.Serve(listener) }()
	t.Cleanup(func() {
		srv.Close()
		<-ended
	})
	_, port, _ = net.SplitHostPort(listener.Addr().String())
	return port, roots
}

func selfSigned(t *testing.T) (tls.Certificate, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "localhost"}, DNSNames: []string{"localhost"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(parsed)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, pool
}

func sender(t *testing.T, address string, roots *tls.Config) *SMTP {
	t.Helper()
	s, err := newSMTP(address, "news@paper.example", roots)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

var message = Message{
	ID: "reply.7", To: "anna@example.org", Name: "The Courier, évening", Subject: "Ben’s answer: ماذا؟",
	Text: "Hello,\n.\nthis is a line that begins with a dot, and this one is " + strings.Repeat("very ", 300) + "long.\nشكرًا\n", HTML: "<p>Hello</p>",
	Unsubscribe: "https://paper.example/mail/key/stop/",
}

func TestAMessageArrivesWithAllItsParts(t *testing.T) {
	t.Parallel()
	for name, way := range map[string]struct {
		secure, fromTheStart bool
		address              string
	}{
		"STARTTLS": {true, false, "smtp://desk:right@localhost:"},
		"TLS":      {true, true, "smtps://desk:right@localhost:"},
		"plain":    {false, false, "smtp://localhost:"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv := &server{}
			port, roots := start(t, srv, way.secure, way.fromTheStart)
			address := way.address + port
			if !way.secure {
				address += "?tls=none"
			}
			if err := sender(t, address, roots).Send(t.Context(), message); err != nil {
				t.Fatal(err)
			}
			if len(srv.got) != 1 || way.secure != (len(srv.users) == 1) {
				t.Fatalf("%d messages, signed in as %q", len(srv.got), srv.users)
			}
			m, err := mail.ReadMessage(bytes.NewReader(srv.got[0]))
			if err != nil {
				t.Fatal(err)
			}
			subject, err := new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject"))
			if err != nil || subject != message.Subject {
				t.Errorf("subject %q (%v)", subject, err)
			}
			from, err := m.Header.AddressList("From")
			if err != nil || from[0].Address != "news@paper.example" || from[0].Name != message.Name {
				t.Errorf("from %v (%v)", from, err)
			}
			for name, want := range map[string]string{
				"Message-Id": "<reply.7@paper.example>", "List-Unsubscribe": "<" + message.Unsubscribe + ">",
				"List-Unsubscribe-Post": "List-Unsubscribe=One-Click", "Auto-Submitted": "auto-generated",
			} {
				if got := m.Header.Get(name); got != want {
					t.Errorf("%s is %q, not %q", name, got, want)
				}
			}
			if text := part(t, m, "text/plain"); strings.ReplaceAll(text, "\r\n", "\n") != message.Text {
				t.Errorf("the text became %q", text)
			}
			if html := part(t, m, "text/html"); strings.TrimSpace(html) != message.HTML {
				t.Errorf("the HTML became %q", html)
			}
		})
	}
}

func TestPermanentAndTemporaryRefusals(t *testing.T) {
	t.Parallel()
	srv := &server{refuse: map[string]*smtp.SMTPError{
		"gone@example.org": {Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "no such mailbox"},
		"busy@example.org": {Code: 451, EnhancedCode: smtp.EnhancedCode{4, 3, 0}, Message: "try later"},
	}}
	port, roots := start(t, srv, true, false)
	for to, permanent := range map[string]bool{"gone@example.org": true, "busy@example.org": false, "not an address": true} {
		m := message
		m.To = to
		err := sender(t, "smtp://desk:right@localhost:"+port, roots).Send(t.Context(), m)
		if err == nil || IsPermanent(err) != permanent {
			t.Errorf("%s: %v, permanent: %v", to, err, IsPermanent(err))
		}
	}
	for what, address := range map[string]string{
		"a wrong password":    "smtp://desk:wrong@localhost:" + port,
		"nobody there":        "smtp://localhost:1",
		"no trust in the TLS": "smtp://desk:right@127.0.0.1:" + port, // the certificate is localhost's
	} {
		if err := sender(t, address, roots).Send(t.Context(), message); err == nil || IsPermanent(err) {
			t.Errorf("%s: %v; another try may succeed", what, err)
		}
	}
	plain, _ := start(t, &server{}, false, false)
	if err := sender(t, "smtp://desk:right@localhost:"+plain, roots).Send(t.Context(), message); err == nil {
		t.Error("the password went to a server without TLS")
	}
	srv.mu.Lock()
	srv.drop = true
	srv.mu.Unlock()
	if err := sender(t, "smtp://desk:right@localhost:"+port, roots).Send(t.Context(), message); err == nil || IsPermanent(err) {
		t.Errorf("hung up on: %v", err)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if err := sender(t, "smtp://localhost:"+port, roots).Send(ended, message); err == nil {
		t.Error("sent with an ended context")
	}
}

func TestHeadersHaveOneLine(t *testing.T) {
	t.Parallel()
	for _, change := range []func(*Message){
		func(m *Message) { m.Subject = "Hello\r\nBcc: everybody@example.org" },
		func(m *Message) { m.To = "anna@example.org\nBcc: everybody@example.org" },
		func(m *Message) { m.Name = "Courier\nBcc: everybody@example.org" },
	} {
		m := message
		change(&m)
		if _, _, err := m.compose(mail.Address{Address: "news@paper.example"}); !IsPermanent(err) {
			t.Errorf("%+v: %v", m, err)
		}
	}
}

func TestNewSMTPRefusesBadServers(t *testing.T) {
	t.Parallel()
	for _, bad := range [][2]string{
		{"", "news@paper.example"},
		{"mail.example:25", "news@paper.example"},
		{"https://mail.example", "news@paper.example"},
		{"smtp://user:pw@mail.example?tls=none", "news@paper.example"},
		{"smtp://mail.example:99999", "news@paper.example"},
		{"smtp://mail.example", ""},
		{"smtp://mail.example", "News <news@paper.example>"},
		{"smtp://mail.example/path", "news@paper.example"},
	} {
		if _, err := NewSMTP(bad[0], bad[1]); err == nil {
			t.Errorf("%q, %q was taken", bad[0], bad[1])
		}
	}
}

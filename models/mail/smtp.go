package mail

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net/mail"
	"net/url"
	"slices"
	"strconv"
	"time"

	gomail "github.com/wneessen/go-mail"
)

// Sender sends mail. There are two: [SMTP] and [Outbox].
type Sender interface {
	// Send passes a message on for delivery. Another try is useless after an error
	// that [IsPermanent]; after any other error a later try may succeed.
	Send(ctx context.Context, m Message) error
}

// permanent is an error that another try would repeat.
type permanent struct{ error }

func (p permanent) Unwrap() error { return p.error }

// IsPermanent reports whether another try to send the message would fail too.
func IsPermanent(err error) bool {
	_, ok := errors.AsType[permanent](err)
	return ok
}

// sendTime bounds one SMTP session.
const sendTime = 45 * time.Second

// SMTP sends through one server, with one session for each message.
type SMTP struct {
	host    string
	from    mail.Address
	options []gomail.Option
}

// NewSMTP returns a sender for a server and a sender's address, such as
// news@example.org. The server is one of
//
//	smtp://user:password@host[:587]   plain, then TLS by STARTTLS, which must be offered
//	smtps://user:password@host[:465]  TLS from the beginning
//	smtp://host[:587]?tls=none        no TLS: only for a server on the same machine
//
// It refuses a user without TLS, which would send the password in the clear.
func NewSMTP(address, from string) (*SMTP, error) { return newSMTP(address, from, nil) }

// newSMTP also takes the TLS configuration, nil for the system's root certificates.
func newSMTP(address, from string, config *tls.Config) (*SMTP, error) {
	u, err := url.Parse(address)
	if err != nil || u.Hostname() == "" || (u.Scheme != "smtp" && u.Scheme != "smtps") || (u.Path != "" && u.Path != "/") {
		return nil, fmt.Errorf("a mail server is given as smtp://user:password@host:587 or smtps://user:password@host:465")
	}
	s := &SMTP{host: u.Hostname()}
	if parsed, err := mail.ParseAddress(from); err != nil || parsed.Name != "" {
		return nil, fmt.Errorf("%q is not the address of a sender, such as news@example.org", from)
	} else {
		s.from = *parsed
	}
	port, plain := 587, u.Query().Get("tls") == "none"
	s.options = append(s.options, gomail.WithTimeout(sendTime), gomail.WithoutNoop())
	switch {
	case u.Scheme == "smtps":
		port = 465
		s.options = append(s.options, gomail.WithSSL())
	case plain:
		s.options = append(s.options, gomail.WithTLSPolicy(gomail.NoTLS))
	default:
		s.options = append(s.options, gomail.WithTLSPolicy(gomail.TLSMandatory))
	}
	if given := u.Port(); given != "" {
		if port, err = strconv.Atoi(given); err != nil || port < 1 || port > 65535 {
			return nil, fmt.Errorf("%q is not a port", given)
		}
	}
	s.options = append(s.options, gomail.WithPort(port))
	if config != nil {
		config = config.Clone()
		config.ServerName = s.host
		s.options = append(s.options, gomail.WithTLSConfig(config))
	}
	if user := u.User.Username(); user != "" {
		if plain {
			return nil, fmt.Errorf("a mail server without TLS gets no password")
		}
		password, _ := u.User.Password()
		s.options = append(s.options,
			gomail.WithSMTPAuth(gomail.SMTPAuthAutoDiscover), gomail.WithUsername(user), gomail.WithPassword(password))
	}
	_, err = gomail.NewClient(s.host, s.options...)
	return s, err
}

// Send implements [Sender].
func (s *SMTP) Send(ctx context.Context, m Message) error {
	msg, wide, err := m.compose(s.from)
	if err != nil {
		return err
	}
	options := s.options
	if !wide {
		options = append(slices.Clip(options), gomail.WithoutSMTPUTF8())
	}
	client, err := gomail.NewClient(s.host, options...)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, sendTime)
	defer cancel()
	err = deliver(ctx, client, msg, wide)
	if msg.IsDelivered() {
		return nil // an error after the delivery has no effect
	}
	// 5xx is permanent (RFC 5321, 4.2.1). A refused sign-in is not: the mail waits
	// until the operator has fixed it.
	if refused, ok := errors.AsType[*gomail.SendError](err); ok && refused.ErrorCode() >= 500 && !refused.IsTemp() {
		return permanent{err}
	}
	return err
}

// errNarrow is the error for an address that the server does not support.
var errNarrow = errors.New("the address has letters before the @ that this mail server does not take: it offers no SMTPUTF8 (RFC 6531)")

// deliver sends a message in one session. A message that needs SMTPUTF8 fails
// permanently on a server without it.
func deliver(ctx context.Context, client *gomail.Client, msg *gomail.Msg, wide bool) (err error) {
	conn, err := client.DialToSMTPClientWithContext(ctx)
	if err != nil {
		return fmt.Errorf("dial failed: %w", err)
	}
	defer func() { err = errors.Join(err, client.CloseWithSMTPClient(conn)) }()
	if offered, _ := conn.Extension("SMTPUTF8"); wide && !offered {
		return permanent{errNarrow}
	}
	return client.SendWithSMTPClient(conn, msg)
}

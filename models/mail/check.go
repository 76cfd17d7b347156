package mail

import (
	"context"
	"fmt"

	gomail "github.com/wneessen/go-mail"
)

// Check talks to the server like [SMTP.Send] up to the sender's address: TLS, the
// sign-in and MAIL FROM. It sends no message. Its error is the one of every mail.
func (s *SMTP) Check(ctx context.Context) error {
	client, err := gomail.NewClient(s.host, s.options...)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, sendTime)
	defer cancel()
	conn, err := client.DialToSMTPClientWithContext(ctx)
	if err != nil {
		return err
	}
	err = conn.Mail(s.from.Address)
	if err != nil {
		err = fmt.Errorf("the server refuses the sender %s: %w", s.from.Address, err)
	}
	_ = client.CloseWithSMTPClient(conn) // no message was sent, so the error has no effect
	return err
}

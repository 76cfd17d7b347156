package mail

import (
	"context"
	"fmt"

	gomail "github.com/wneessen/go-mail"
)

// Check has the same conversation with the server as [SMTP.Send], up to the
// sender's address: TLS, the sign-in and MAIL FROM. It sends no message. Its
// error is the one that every mail would meet.
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
	_ = client.CloseWithSMTPClient(conn) // nothing was sent that could be lost
	return err
}

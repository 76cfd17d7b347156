package mail

import (
	"errors"
	"slices"
	"strconv"
	"strings"

	gomail "github.com/wneessen/go-mail"
)

// Refusal is a mail server's answer to a message that it does not take.
type Refusal struct {
	Code      int    // reply code (RFC 5321, 4.2), such as 550
	Status    string // enhanced status code (RFC 3463), such as 5.1.1; "" if the server sent none
	Recipient bool   // the server refused the recipient, not the sender or the content
}

// RefusalOf returns the refusal in an error of [Sender]. ok is false for a failure
// without an answer of the server, such as a broken connection.
func RefusalOf(err error) (r Refusal, ok bool) {
	if known, ok := errors.AsType[Refusal](err); ok {
		return known, true
	}
	refused, ok := errors.AsType[*gomail.SendError](err)
	if !ok || refused.ErrorCode() < 400 {
		return Refusal{}, false
	}
	return Refusal{refused.ErrorCode(), refused.EnhancedStatusCode(), refused.Reason == gomail.ErrSMTPRcptTo}, true
}

// Error implements error, so that tests can let an [Outbox] refuse a message.
func (r Refusal) Error() string { return "refused: " + r.Text() }

// Text returns the status, or the reply code where there is none.
func (r Refusal) Text() string {
	if r.Status != "" {
		return r.Status
	}
	return strconv.Itoa(r.Code)
}

// deadStatuses say that the mailbox or its domain does not exist, or that the mailbox is
// disabled (RFC 3463, 3.2 and 3.3; RFC 7505 for 5.1.10).
var deadStatuses = []string{"5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1"}

// DeadStatus reports whether an enhanced status code says that an address will
// never take mail.
func DeadStatus(status string) bool { return slices.Contains(deadStatuses, status) }

// Dead reports whether the address will never take mail.
func (r Refusal) Dead() bool { return r.Recipient && r.Code >= 500 && DeadStatus(r.Status) }

// Policy reports whether the server refuses the sender or the content: its answer
// says nothing about the address. So it is with each status 5.7.x, and with each
// permanent refusal after the recipient was accepted.
func (r Refusal) Policy() bool {
	return r.Code >= 500 && (!r.Recipient || strings.HasPrefix(r.Status, "5.7."))
}

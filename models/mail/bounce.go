package mail

import (
	"bufio"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/mail"
	"net/textproto"
	"strings"
)

// maxBounceBytes is how much of a delivery report is read.
const maxBounceBytes = 4 << 20

// maxBounceParts is how many parts of a report are looked at. RFC 3462 has three.
const maxBounceParts = 8

// Bounce is a delivery report (RFC 3464): a mail server tells that it could not
// deliver a message that another one had accepted.
type Bounce struct {
	ID     string // of the message that came back: the part of its Message-ID before the @
	Action string // such as failed or delayed
	Status string // enhanced status code, such as 5.1.1
}

// Failed reports whether the message will not be delivered.
func (b Bounce) Failed() bool { return b.Action == "failed" && strings.HasPrefix(b.Status, "5.") }

// errNoReport is the error for a mail that is no delivery report.
var errNoReport = errors.New("this is not a delivery report (RFC 3464)")

// ReadBounce reads a delivery report. It reads at most 4 MB, and returns
// an error for any other mail.
func ReadBounce(r io.Reader) (b Bounce, err error) {
	m, err := mail.ReadMessage(bufio.NewReader(io.LimitReader(r, maxBounceBytes)))
	if err != nil {
		return b, errNoReport
	}
	kind, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/report" || params["boundary"] == "" {
		return b, errNoReport
	}
	parts := multipart.NewReader(m.Body, params["boundary"])
	for range maxBounceParts {
		part, err := parts.NextPart()
		if err != nil {
			break // the end, or a report that was cut off
		}
		switch kind, _, _ := mime.ParseMediaType(part.Header.Get("Content-Type")); kind {
		case "message/delivery-status", "message/global-delivery-status":
			b.Action, b.Status = readStatus(part)
		case "message/rfc822", "text/rfc822-headers", "message/global", "message/global-headers":
			b.ID = readMessageID(part)
		}
	}
	if b.Action == "" {
		return Bounce{}, errNoReport
	}
	return b, nil
}

// readStatus returns the fields of the first recipient. Our messages have one.
func readStatus(r io.Reader) (action, status string) {
	lines := textproto.NewReader(bufio.NewReader(r))
	for range maxBounceParts {
		fields, err := lines.ReadMIMEHeader()
		if fields.Get("Action") != "" || err != nil && len(fields) == 0 {
			status, _, _ = strings.Cut(strings.TrimSpace(fields.Get("Status")), " ")
			return strings.ToLower(strings.TrimSpace(fields.Get("Action"))), status
		}
	}
	return "", ""
}

// readMessageID returns the part of the Message-ID before the @, "" for none. The
// message may be cut off.
func readMessageID(r io.Reader) string {
	fields, _ := textproto.NewReader(bufio.NewReader(r)).ReadMIMEHeader()
	id, _, found := strings.Cut(strings.Trim(strings.TrimSpace(fields.Get("Message-Id")), "<>"), "@")
	if !found {
		return ""
	}
	return id
}

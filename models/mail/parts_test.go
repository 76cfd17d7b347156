package mail

import (
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"strings"
	"testing"
)

// part returns one form of a message's text, decoded.
func part(t *testing.T, m *mail.Message, kind string) string {
	t.Helper()
	_, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil {
		t.Fatal(err)
	}
	data, err := io.ReadAll(m.Body)
	if err != nil {
		t.Fatal(err)
	}
	m.Body = strings.NewReader(string(data)) // to be read again
	parts := multipart.NewReader(strings.NewReader(string(data)), params["boundary"])
	for {
		p, err := parts.NextRawPart()
		if err != nil {
			t.Fatalf("no part %s: %v", kind, err)
		}
		if !strings.HasPrefix(p.Header.Get("Content-Type"), kind) {
			continue
		}
		text, err := io.ReadAll(quotedprintable.NewReader(p))
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
}

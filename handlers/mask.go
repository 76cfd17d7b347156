package handlers

import (
	"context"
	"fmt"
	"log/slog"
	"regexp"
)

// Mailed addresses hold keys that act for a reader or an account. A person with
// access to the log must not be able to use them.

// masked replaces a key in the log.
const masked = "***"

var (
	// keyPaths are path prefixes. The path segment after one of them is a key.
	keyPaths = []string{"/comments/proof/", "/comments/report/", "/mail/", "/held/", "/digest/", "/preview/"}
	// keyParams are the query parameters that hold keys.
	keyParams = []string{"key", "moderation-hash"}
	// keyShapes are the forms of all keys that this site makes. They are masked
	// in any place: a signed token (body, time and signature), 26 characters of
	// crypto/rand.Text, and the 128 bits of a preview link or an own comment.
	keyShapes = `[\w-]{2,}\.[0-9a-z]{5,8}\.[\w-]{16,}|\b[A-Z2-7]{26}\b|\b(?:[0-9]+-)?[0-9a-f]{32}\b`

	keyPattern = keyMatcher()
)

// keyMatcher compiles one pattern for all keys. The first group of a match is
// kept, the rest is masked.
func keyMatcher() *regexp.Regexp {
	alternatives := ""
	for _, path := range keyPaths {
		alternatives += regexp.QuoteMeta(path) + "|"
	}
	for _, param := range keyParams {
		alternatives += `[?&;]` + regexp.QuoteMeta(param) + "=|"
	}
	return regexp.MustCompile(`((?:` + alternatives[:len(alternatives)-1] + `))[^/&;\s"'#?<>]+|` + keyShapes)
}

// maskKeys returns a text of the log with each key in it masked.
func maskKeys(s string) string {
	return keyPattern.ReplaceAllString(s, "${1}"+masked)
}

// MaskKeys returns a handler that masks the keys of this site in messages and
// attributes, and hands the records on to next.
func MaskKeys(next slog.Handler) slog.Handler {
	if m, ok := next.(masker); ok {
		return m
	}
	return masker{next}
}

type masker struct{ next slog.Handler }

func (m masker) Enabled(ctx context.Context, level slog.Level) bool {
	return m.next.Enabled(ctx, level)
}

func (m masker) Handle(ctx context.Context, r slog.Record) error {
	clean := slog.NewRecord(r.Time, r.Level, maskKeys(r.Message), r.PC)
	r.Attrs(func(a slog.Attr) bool {
		clean.AddAttrs(maskAttr(a))
		return true
	})
	return m.next.Handle(ctx, clean)
}

func (m masker) WithAttrs(attrs []slog.Attr) slog.Handler {
	clean := make([]slog.Attr, len(attrs))
	for i, a := range attrs {
		clean[i] = maskAttr(a)
	}
	return masker{m.next.WithAttrs(clean)}
}

func (m masker) WithGroup(name string) slog.Handler { return masker{m.next.WithGroup(name)} }

func maskAttr(a slog.Attr) slog.Attr {
	v := a.Value.Resolve()
	switch v.Kind() {
	case slog.KindString:
		v = slog.StringValue(maskKeys(v.String()))
	case slog.KindGroup:
		var clean []slog.Attr
		for _, inner := range v.Group() {
			clean = append(clean, maskAttr(inner))
		}
		v = slog.GroupValue(clean...)
	case slog.KindAny:
		text := fmt.Sprintf("%+v", v.Any())
		if clean := maskKeys(text); clean != text {
			v = slog.StringValue(clean)
		}
	}
	return slog.Attr{Key: a.Key, Value: v}
}

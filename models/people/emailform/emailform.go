package emailform

import (
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"broadsheet/models"
	"broadsheet/models/terms"

	"golang.org/x/net/idna"
	"golang.org/x/text/unicode/norm"
)

// Longest is the longest address in its stored form, in bytes.
const Longest = 100

// maxTypedEmail is the longest typed address that is parsed, in bytes.
const maxTypedEmail = 1000

// mailDomains turns a domain into its ASCII form by the lookup rules of IDNA
// 2008 (RFC 5891, 5) after the mapping of Unicode Technical Standard 46.
var mailDomains = idna.New(
	idna.MapForLookup(), idna.Transitional(false), idna.BidiRule(), idna.StrictDomainName(true), idna.VerifyDNSLength(true),
)

var errNoAddress = errors.New("not the address of a mailbox")

// Normalize returns the one stored form of an email address. All code
// that takes an address uses it, so that each way to type an address finds the
// same rows. It returns an Invalid error with the code email-wrong for a text
// that is not the address of a mailbox.
//
// The stored form is an addr-spec of RFC 5322 without comments, quotes and
// address literals, at most [Longest] long:
//
//   - Spaces around it, one pair of angle brackets around it and invisible
//     characters are left out.
//   - Full-width forms become ASCII characters.
//   - The local part is lower case, in Unicode's form NFC (RFC 6532, 3.1).
//   - The domain is lower case, without a dot at its end; a name in other
//     letters is in its ASCII form, such as xn--bcher-kva.example.
func Normalize(typed string) (string, error) {
	email, err := normalizeEmail(typed)
	if err != nil {
		text := fmt.Sprintf("%.100q is not an email address such as name@example.org", typed)
		return "", models.Refusal(models.Invalid, "email-wrong", text)
	}
	return email, nil
}

// Of returns the stored form of an address from an old row, cookie or
// link. It returns a text that [Normalize] refuses in lower case, so that
// rows older than the rule are still found.
func Of(stored string) string {
	email, err := normalizeEmail(stored)
	if err != nil {
		return strings.ToLower(strings.TrimSpace(stored))
	}
	return email
}

func normalizeEmail(typed string) (string, error) {
	if len(typed) > maxTypedEmail || !utf8.ValidString(typed) {
		return "", errNoAddress
	}
	s := strings.TrimFunc(strings.Map(toHalfWidth, typed), isBlank)
	if inner, ok := strings.CutPrefix(s, "<"); ok {
		if s, ok = strings.CutSuffix(inner, ">"); !ok {
			return "", errNoAddress
		}
		s = strings.TrimFunc(s, isBlank)
	}
	at := strings.LastIndexByte(s, '@')
	if at < 0 {
		return "", errNoAddress
	}
	local, err := normalizeLocalPart(s[:at])
	if err != nil {
		return "", err
	}
	domain, err := Domain(s[at+1:])
	if err != nil || len(local)+1+len(domain) > Longest {
		return "", errNoAddress
	}
	return local + "@" + domain, nil
}

// toHalfWidth maps the full-width and small forms of the characters of an address
// to ASCII.
func toHalfWidth(r rune) rune {
	switch {
	case r >= '！' && r <= '～':
		return r - '！' + '!'
	case r == '﹫':
		return '@'
	case r == '。' || r == '｡' || r == '﹒':
		return '.'
	case r == '﹣':
		return '-'
	}
	return r
}

// isBlank reports whether a character is a space or invisible.
func isBlank(r rune) bool { return unicode.IsSpace(r) || terms.Invisible(r) }

// dropUnseen removes invisible characters, except those in kept.
func dropUnseen(s, kept string) string {
	return strings.Map(func(r rune) rune {
		if terms.Invisible(r) && !strings.ContainsRune(kept, r) {
			return -1
		}
		return r
	}, s)
}

// joiners are the two format characters that a domain name can hold.
const joiners = "\u200c\u200d"

// asciiAtoms are the ASCII characters that a local part may hold beside
// letters and digits: atext in RFC 5322, 3.2.3, and the dot between atoms.
const asciiAtoms = "!#$%&'*+-/=?^_`{|}~."

// normalizeLocalPart returns the stored form of the part before the @.
func normalizeLocalPart(s string) (string, error) {
	s = strings.ToLower(norm.NFC.String(dropUnseen(s, "")))
	s = norm.NFC.String(s) // only the lower-case letter may have a composed form
	if s == "" || strings.HasPrefix(s, ".") || strings.HasSuffix(s, ".") || strings.Contains(s, "..") {
		return "", errNoAddress
	}
	for i, r := range s {
		switch {
		case r < utf8.RuneSelf:
			if (r < 'a' || r > 'z') && (r < '0' || r > '9') && !strings.ContainsRune(asciiAtoms, r) {
				return "", errNoAddress
			}
		case !unicode.IsGraphic(r) || unicode.IsSpace(r) || unicode.Is(unicode.Z, r) || i == 0 && unicode.Is(unicode.M, r):
			return "", errNoAddress
		}
	}
	return s, nil
}

// Domain returns the ASCII form of a domain with at least two labels.
func Domain(s string) (string, error) {
	s = strings.TrimSuffix(dropUnseen(s, joiners), ".")
	ascii, err := mailDomains.ToASCII(s)
	if err != nil {
		// The joiners are part of some Persian and Indian names. In other names they
		// are left out like all invisible characters.
		ascii, err = mailDomains.ToASCII(strings.TrimSuffix(dropUnseen(s, ""), "."))
	}
	if err != nil {
		return "", err
	}
	dot := strings.LastIndexByte(ascii, '.')
	if dot < 1 || strings.HasSuffix(ascii, ".") || strings.Trim(ascii[dot+1:], "0123456789") == "" {
		return "", errNoAddress // one label, or an IP address
	}
	return ascii, nil
}

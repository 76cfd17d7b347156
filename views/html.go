package views

import (
	"html/template"
	"strings"

	"broadsheet/public"
)

// SafeHTML is HTML that was sanitised before it was stored.
type SafeHTML = template.HTML

// TrustRichtext marks HTML that richtext has sanitised as safe to print. It
// is the only function that may do so.
func TrustRichtext(sanitised string) SafeHTML { return template.HTML(sanitised) }

// OTPAddress lets a link lead to the program that makes one-time passwords.
// It returns "" for any other address.
func OTPAddress(address string) template.URL {
	if !strings.HasPrefix(address, "otpauth://totp/") {
		return ""
	}
	return template.URL(address)
}

// trustStyle marks our own style for the first screen as safe to print.
func trustStyle(assets *public.Assets, listsBelow bool) template.CSS {
	if listsBelow {
		return template.CSS(assets.StoryStyle())
	}
	return template.CSS(assets.FirstStyle())
}

// The marks around the parts for one visitor.
const (
	personalBegin template.HTML = "<!--personal-->"
	personalEnd   template.HTML = "<!--/personal-->"
)

// PersonalMarks returns the marks before and after the parts of a page for one
// visitor.
func PersonalMarks() (begin, end string) { return string(personalBegin), string(personalEnd) }

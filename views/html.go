package views

import "html/template"

// SafeHTML is HTML that was sanitised before it was stored.
type SafeHTML = template.HTML

// TrustRichtext marks HTML that richtext has sanitised as safe to print. It
// is the only door: nothing else may be trusted.
func TrustRichtext(sanitised string) SafeHTML { return template.HTML(sanitised) }

// The marks around what only one reader may see.
const (
	personalBegin template.HTML = "<!--personal-->"
	personalEnd   template.HTML = "<!--/personal-->"
)

// PersonalMarks returns what stands before and behind the parts of a page that
// only one reader may see.
func PersonalMarks() (begin, end string) { return string(personalBegin), string(personalEnd) }

package views

import (
	"html/template"

	"broadsheet/public"
)

// SafeHTML is HTML that was sanitised before it was stored.
type SafeHTML = template.HTML

// TrustRichtext marks HTML that richtext has sanitised as safe to print. It
// is the only door: nothing else may be trusted.
func TrustRichtext(sanitised string) SafeHTML { return template.HTML(sanitised) }

// trustStyle marks our own style for the first screen as safe to print.
func trustStyle(assets *public.Assets) template.CSS { return template.CSS(assets.FirstStyle()) }

// The marks around what only one reader may see.
const (
	personalBegin template.HTML = "<!--personal-->"
	personalEnd   template.HTML = "<!--/personal-->"
)

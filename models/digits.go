package models

import (
	"strings"
	"unicode"
)

// PlainDigits returns s with the decimal digits of every script as ASCII
// digits, and with the Arabic decimal mark as a point. Keyboards for Arabic,
// Persian, Bengali or Japanese type such digits into fields for numbers. It
// uses Unicode's category Nd: its characters come in runs of ten, from zero to
// nine (The Unicode Standard, 4.6).
func PlainDigits(s string) string {
	return strings.Map(func(r rune) rune {
		if r < 0x80 {
			return r
		}
		if r == '\u066b' {
			return '.'
		}
		if n, ok := digit(r); ok {
			return '0' + n
		}
		return r
	}, s)
}

// digit returns the value of a decimal digit. ok is false for another
// character.
func digit(r rune) (value rune, ok bool) {
	for _, run := range unicode.Nd.R16 {
		if r >= rune(run.Lo) && r <= rune(run.Hi) {
			return (r - rune(run.Lo)) % 10, true
		}
	}
	for _, run := range unicode.Nd.R32 {
		if r >= rune(run.Lo) && r <= rune(run.Hi) {
			return (r - rune(run.Lo)) % 10, true
		}
	}
	return 0, false
}

package models_test

import (
	"testing"
	"unicode"

	"broadsheet/models"
)

func TestPlainDigitsReadsEveryScript(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string]string{
		"": "", "0123456789": "0123456789", "٠١٢٣٤٥٦٧٨٩": "0123456789", "۰۱۲۳۴۵۶۷۸۹": "0123456789", "０１２３４５６７８９": "0123456789",
		"০১২৩৪৫৬৭৮৯": "0123456789", "०१२३४५६७८९": "0123456789", "๐๑๒๓๔๕๖๗๘๙": "0123456789", "𝟎𝟗𝟘𝟡𝟶𝟿": "090909", "٠٫٥": "0.5", "twelve ½ ²": "twelve ½ ²", "一二": "一二",
	} {
		if got := models.PlainDigits(typed); got != want {
			t.Errorf("%q is read as %q, want %q", typed, got, want)
		}
	}
	// The method depends on runs of ten in the table.
	for _, run := range unicode.Nd.R16 {
		if (run.Hi-run.Lo+1)%10 != 0 || run.Stride != 1 {
			t.Errorf("the digits from %U to %U are no runs of ten", run.Lo, run.Hi)
		}
	}
	for _, run := range unicode.Nd.R32 {
		if (run.Hi-run.Lo+1)%10 != 0 || run.Stride != 1 {
			t.Errorf("the digits from %U to %U are no runs of ten", run.Lo, run.Hi)
		}
	}
}

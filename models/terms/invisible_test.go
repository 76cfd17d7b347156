package terms_test

import (
	"strings"
	"testing"

	"broadsheet/models/terms"
)

// invisible are characters without a glyph, some of each kind.
const invisible = "\u00AD\u034F\u061C\u115F\u1160\u17B4\u17B5\u180B\u180E\u180F\u200B\u200C\u200D\u200E\u200F\u202A\u202E\u2060\u2061\u2064\u2065\u2066\u206F" +
	"\u2800\u3164\uFE00\uFE0F\uFEFF\uFFA0\uFFF0\U0001BCA0\U0001D173\U000E0001\U000E0041\U000E007F\U000E0100\U000E01EF\U000E0FFF"

func TestInvisibleCharactersAreFoldedAway(t *testing.T) {
	t.Parallel()
	for _, r := range invisible {
		text := string(r)
		if !terms.Invisible(r) {
			t.Errorf("%U counts as visible", r)
		}
		for name, got := range map[string]string{
			"Fold": terms.Fold("Cas" + text + "per" + text), "Skeleton": terms.Skeleton(text + "Cas" + text + "per"),
		} {
			if got != "casper" {
				t.Errorf("%s with %U is %q", name, r, got)
			}
		}
		if got := terms.Skeleton("e" + text + "\u0301"); got != "e" {
			t.Errorf("an accent behind %U stays: %q", r, got)
		}
	}
	for _, r := range "aß 。\u00A0\u3000\u0301か゛\u0940\u0E31\u200A\u0600\t\n-" {
		if terms.Invisible(r) {
			t.Errorf("%U counts as invisible", r)
		}
	}
}

func TestSkeletonReadsLettersInFrames(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"ⓒⓐⓢⓟⓔⓡ", "🅒🅐🅢🅟🅔🅡", "🅲🅰🆂🅿🅴🆁", "🄲🄰🅂🄿🄴🅁", "c\u20DDa\u20DDs\u0336per", "𝒞𝒶𝓈𝓅𝑒𝓇", "ᴄᴀѕᴘᴇʀ"} {
		if got := terms.Skeleton(text); !strings.EqualFold(got, "casper") {
			t.Errorf("skeleton of %q is %q", text, got)
		}
	}
}

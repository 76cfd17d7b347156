package taxonomy_test

import (
	"strings"
	"testing"

	"broadsheet/models/newsroom/taxonomy"
)

func TestSlug(t *testing.T) {
	t.Parallel()
	for title, want := range map[string]string{
		"Top MP urges immediate withdrawal!": "top-mp-urges-immediate-withdrawal",
		"  --Already--slugged--  ":           "already-slugged",
		"Łódź, café & Straße":                "lodz-cafe-strasse",
		"Don’t panic":                        "dont-panic",
		"سلام دنیا":                          "سلام-دنیا",
		"සල්ගල වන සෙනසුන":                    "සල්ගල-වන-සෙනසුන",
		"第49回衆議院議員総選挙が執行":                    "第49回衆議院議員総選挙が執行",
		"!!!": "",
		"Un\u00adbreak\u200bable \u2060news\ufeff": "unbreakable-news",
		"می\u200cخواهم بدانم":                      "میخواهم-بدانم",
		"\u3164\u115f\u2800":                       "",
		"Sears <S> up":                             "sears-s-up",
	} {
		if got := taxonomy.Slug(title); got != want {
			t.Errorf("Slug(%q) = %q, want %q", title, got, want)
		}
		if again := taxonomy.Slug(taxonomy.Slug(title)); again != want {
			t.Errorf("Slug is not idempotent for %q: %q", title, again)
		}
	}
	if got := taxonomy.Slug(strings.Repeat("long word ", 100)); len(got) > taxonomy.MaxSlugBytes || strings.HasSuffix(got, "-") {
		t.Errorf("a long title gives %d bytes: %q", len(got), got)
	}
}

func FuzzSlug(f *testing.F) {
	f.Add("Łódź, café")
	f.Add("\xff\xfe broken")
	f.Add("İstanbul 第49回 සල්ගල")
	f.Fuzz(func(t *testing.T, title string) {
		slug := taxonomy.Slug(title)
		if strings.ContainsAny(slug, " /?#%&<>\"'\x00") || strings.Contains(slug, "--") || len(slug) > taxonomy.MaxSlugBytes {
			t.Errorf("Slug(%q) = %q", title, slug)
		}
	})
}

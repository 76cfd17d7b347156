package views

import (
	"regexp"
	"strings"
	"testing"
)

// acts are the decisions on comments, with the part that their words have in common: on
// the buttons, in the receipts, in the lists and in the log.
var acts = []struct {
	name    string
	english string
	arabic  string // without vowel marks
	keys    []string
}{
	{"approve", "approv", "نشر", []string{"do.approve", "done.approve", "log.act.approve"}},
	{"published", "publish", "نشور", []string{"queue.approve", "state.approve"}},
	{"hold", "h[eo]ld", "حجو?ز", []string{"do.hold", "done.hold", "log.act.hold", "queue.hold", "state.hold"}},
	{"spam", "spam", "مزعج", []string{"do.spam", "done.spam", "log.act.spam", "queue.spam", "state.spam", "reason.spam"}},
	{"trash", "trash", "همل", []string{"do.trash", "done.trash", "log.act.trash", "queue.trash", "state.trash"}},
	{"restore", "restor", "سترجع", []string{"do.restore", "done.restore"}},
	{"decline", "declin", "رفض", []string{"do.decline", "done.decline", "log.act.trash"}},
}

// One act has one word, wherever the desk names it.
func TestOneActHasOneWord(t *testing.T) {
	t.Parallel()
	all, err := loadCatalogues()
	if err != nil {
		t.Fatal(err)
	}
	marks := regexp.MustCompile("[\u064b-\u0652]")
	for _, act := range acts {
		for language, stem := range map[string]string{"en": act.english, "ar": act.arabic} {
			word := regexp.MustCompile("(?i)" + stem)
			for _, key := range act.keys {
				forms := all[language].messages[key]
				if len(forms) == 0 {
					t.Errorf("%s: there is no message %s", language, key)
				}
				for form, text := range forms {
					if form != "zero" && !word.MatchString(marks.ReplaceAllString(text, "")) {
						t.Errorf("%s: %s does not name the act %q: %q", language, key, act.name, text)
					}
				}
			}
		}
	}
}

// A story has one word in Arabic, in the paper and at the desk.
func TestArabicHasOneWordForAStory(t *testing.T) {
	t.Parallel()
	all, err := loadCatalogues()
	if err != nil {
		t.Fatal(err)
	}
	other := regexp.MustCompile("(^|[\\s\"(])(و|ب|ل|ال|لل)*قصة|قصص")
	for key, forms := range all["ar"].messages {
		for _, text := range forms {
			if other.MatchString(text) || strings.Contains(text, "القصّة") {
				t.Errorf("%s: a story is خبر elsewhere: %q", key, text)
			}
		}
	}
}

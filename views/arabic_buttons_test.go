package views

import (
	"io/fs"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// verbalNouns are the Arabic nouns of the acts that buttons carry out. A button has the
// imperative instead.
var verbalNouns = strings.Fields(`حفظ نشر إرسال نقل سحب إعادة استعادة جدولة إلغاء إزالة حذف إضافة إنشاء إنهاء اختيار استعمال وضع مقارنة
	كتابة رد إخفاء إظهار تغيير معاينة عرض بحث البحث النشر استبدال رفع استيراد تجربة إدراج إبقاء دمج متابعة`)

// The buttons of the editors' pages have one form in Arabic, as those of the moderators.
func TestArabicButtonsOfEditorsAreImperatives(t *testing.T) {
	t.Parallel()
	all, err := loadCatalogues()
	if err != nil {
		t.Fatal(err)
	}
	button := regexp.MustCompile(`(?s)<(button|summary)\b([^>]*)>(.*?)</(?:button|summary)>`)
	key := regexp.MustCompile(`\{\{t "((?:edit|front|media|terms|redirects|rich|choose)\.[^"]+)"`)
	var keys []string
	for name := range all["ar"].messages {
		if strings.HasPrefix(name, "edit.do.") {
			keys = append(keys, name)
		}
	}
	err = fs.WalkDir(templateFiles, ".", func(path string, _ fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, ".html") {
			return err
		}
		data, err := fs.ReadFile(templateFiles, path)
		for _, b := range button.FindAllSubmatch(data, -1) {
			for _, k := range key.FindAllSubmatch(slices.Concat(b[2], b[3]), -1) {
				keys = append(keys, string(k[1]))
			}
		}
		return err
	})
	if err != nil || len(keys) < 80 {
		t.Fatalf("%d buttons, %v", len(keys), err)
	}
	for _, k := range keys {
		for _, text := range all["ar"].messages[k] {
			if first := strings.Fields(strings.TrimRight(text, "…"))[0]; slices.Contains(verbalNouns, first) {
				t.Errorf("%s: %q begins with a noun", k, text)
			}
		}
	}
}

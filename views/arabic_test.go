package views

import (
	"regexp"
	"strings"
	"testing"
)

// latinInArabic are the words in Latin letters that Arabic messages may hold.
var latinInArabic = map[string]bool{
	"name@example.org": true, "https": true, "example.org": true, "broadsheet": true, "doctor": true, "TLS": true,
	"IPv4": true, "IPv6": true, "auto": true, "en": true, "ar": true, "IndexNow": true, "WebSub": true, "robots.txt": true,
	"Asia/Amman": true, "hub.example/": true, "year": true, "monthnum": true, "day": true, "postname": true, "post_id": true,
	"JPEG": true, "PNG": true, "GIF": true, "WebP": true, "HEIC": true, "AVIF": true, "SVG": true, "TIFF": true, "PDF": true, "Photoshop": true,
}

// Arabic messages hold words in Latin letters only for names, examples and terms
// without another form.
func TestArabicMessagesAreArabic(t *testing.T) {
	t.Parallel()
	all, err := loadCatalogues()
	if err != nil {
		t.Fatal(err)
	}
	placeholder, word := regexp.MustCompile(`\{\w+\}`), regexp.MustCompile(`[A-Za-z]{2,}[\w.@/-]*`)
	for key, forms := range all["ar"].messages {
		for _, text := range forms {
			for _, found := range word.FindAllString(placeholder.ReplaceAllString(text, ""), -1) {
				if !latinInArabic[strings.TrimRight(found, ".")] {
					t.Errorf("%s: %q in %q", key, found, text)
				}
			}
		}
	}
}

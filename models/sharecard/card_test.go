package sharecard

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"io/fs"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/go-text/typesetting/di"
	"github.com/go-text/typesetting/shaping"
)

// repeated returns the first n characters of a text that is repeated.
func repeated(text string, n int) string {
	r := []rune(strings.Repeat(text+" ", n))
	return string(r[:n])
}

// headlines are invented headlines in the scripts that the fonts cover.
var headlines = map[string]struct {
	language, text string
	right          bool
}{
	"Latin":      {"en", "Council votes to reopen the harbour after nine winters, and asks who will pay for the dredging", false},
	"Vietnamese": {"vi", "Thành phố mở lại cảng sau chín mùa đông và hỏi ai sẽ trả tiền nạo vét", false},
	"Greek":      {"el", "Το δημοτικό συμβούλιο ψήφισε να ανοίξει ξανά το λιμάνι μετά από εννέα χειμώνες", false},
	"Cyrillic":   {"ru", "Городской совет проголосовал за открытие гавани после девяти зим", false},
	"Arabic":     {"ar", "صوّت المجلس البلدي على إعادة فتح الميناء بعد تسعة فصول شتاء", true},
	"Persian":    {"fa", "شورای شهر به بازگشایی بندر پس از نُه زمستان رأی داد و پرسید چه کسی هزینه می\u200cپردازد", true},
	"Hebrew":     {"he", "העירייה הצביעה בעד פתיחת הנמל מחדש אחרי תשעה חורפים", true},
	"Sinhala":    {"si", "ශීත සෘතු නවයකට පසු වරාය නැවත විවෘත කිරීමට නගර සභාව ඡන්දය දුන්නේය", false},
	"Devanagari": {"hi", "नगर परिषद ने नौ सर्दियों के बाद बंदरगाह फिर खोलने के पक्ष में मतदान किया", false},
	"Thai":       {"th", "สภาเมืองลงมติเปิดท่าเรืออีกครั้งหลังจากผ่านไปเก้าฤดูหนาวและถามว่าใครจะเป็นผู้จ่าย", false},
	"Chinese":    {"zh-Hans", "市议会投票决定在九个冬天之后重新开放港口，并询问谁来支付疏浚费用", false},
	"Taiwanese":  {"zh-Hant", "市議會投票決定在九個冬天之後重新開放港口，並詢問誰來支付疏濬費用", false},
	"Japanese":   {"ja", "港の再開を市議会が可決、浚渫の費用は誰が払うのかという問いは残る", false},
	"Korean":     {"ko", "시의회, 아홉 번의 겨울 만에 항구를 다시 열기로 의결하고 준설 비용을 물었다", false},
	"Tamil":      {"ta", "ஒன்பது குளிர்காலங்களுக்குப் பிறகு துறைமுகத்தைத் திறக்க நகர சபை வாக்களித்தது", false},
	"Bengali":    {"bn", "নয়টি শীতের পর বন্দর আবার খোলার পক্ষে নগর পরিষদ ভোট দিয়েছে", false},
	"Georgian":   {"ka", "საკრებულომ ცხრა ზამთრის შემდეგ ნავსადგურის გახსნას დაუჭირა მხარი", false},
	"Armenian":   {"hy", "Քաղաքային խորհուրդը քվեարկեց նավահանգիստը վերաբացելու օգտին", false},
	"Amharic":    {"am", "የከተማው ምክር ቤት ወደቡን እንደገና ለመክፈት ድምጽ ሰጠ", false},
	"mixed":      {"ar", "قال «Reuters» إن 41 سفينة عبرت المضيق في 2027", true},
}

// Every script is set with its letters, within the box, in 20 and in 160 characters.
func TestEveryScriptIsSetInsideItsBox(t *testing.T) {
	t.Parallel()
	for script, h := range headlines {
		for _, n := range []int{20, 160} {
			s := &setter{fonts: fonts{}}
			st := style{
				font: serifFont, language: h.language, right: h.right, width: measureWidth, height: 270, sizes: headlineSizes[2:], leading: 1.16,
			}
			b, err := s.set(repeated(h.text, n), st)
			if err != nil || b == nil {
				t.Errorf("%s, %d characters: nothing is set (%v)", script, n, err)
				continue
			}
			if b.height() > st.height || slices.ContainsFunc(b.lines, wider(st.width)) {
				t.Errorf("%s, %d characters: the text leaves its box", script, n)
			}
			if n == 20 && b.size < 50 {
				t.Errorf("%s: a short headline is only %d pixels high", script, b.size)
			}
			if n == 160 && b.cut {
				t.Errorf("%s: a headline of 160 characters is cut", script)
			}
			for _, line := range b.lines {
				if slices.ContainsFunc(line, missesGlyph) {
					t.Errorf("%s shows a box in place of a letter", script)
				}
			}
		}
	}
}

// Arabic letters join: each has another form than alone.
func TestLettersJoin(t *testing.T) {
	t.Parallel()
	glyphs := func(text string) (list []uint32) {
		s := &setter{fonts: fonts{}}
		b, err := s.set(text, style{font: serifFont, language: "ar", right: true, width: 5000, height: 500, sizes: []int{40}, leading: 1.2})
		if err != nil || b == nil {
			t.Fatal(text, err)
		}
		for _, run := range b.lines[0] {
			for _, g := range run.Glyphs {
				list = append(list, uint32(g.GlyphID))
			}
		}
		return list
	}
	alone, joined := glyphs("ع"), glyphs("ععع")
	if len(joined) < 3 || slices.Contains(joined, alone[0]) {
		t.Errorf("alone %v, joined %v", alone, joined)
	}
}

// A text in two directions is drawn in its visual order.
func TestDirectionsMix(t *testing.T) {
	t.Parallel()
	s := &setter{fonts: fonts{}}
	b, err := s.set("שלום abc", style{font: serifFont, language: "he", right: true, width: 5000, height: 500, sizes: []int{40}, leading: 1.2})
	if err != nil || b == nil || len(b.lines) != 1 {
		t.Fatal(b, err)
	}
	first := slices.MinFunc(b.lines[0], func(a, b shaping.Output) int { return int(a.VisualIndex - b.VisualIndex) })
	if first.Direction.Progression() != di.FromTopLeft || first.Runes.Offset == 0 {
		t.Errorf("the leftmost run begins at character %d", first.Runes.Offset)
	}
}

// Signs that no font has are left out: signs one by one, a text with unknown letters as a whole.
func TestUnknownLetters(t *testing.T) {
	t.Parallel()
	set := func(text string) (string, bool) {
		s := &setter{fonts: fonts{}}
		runes, _, err := s.prepare(text, style{font: serifFont, language: "en"})
		if err != nil {
			t.Fatal(err)
		}
		return string(runes), len(runes) > 0
	}
	for text, want := range map[string]string{
		"🎉 Harbour 🚢 reopens":    "Harbour reopens",
		"𓀀𓀁 hieroglyphs":         "",
		"🎉🚢":                     "",
		"":                       "",
		"\x00\x07a\u202eb\ufeff": "ab",
		"café":                   "café",
	} {
		if got, _ := set(text); got != want {
			t.Errorf("%q is set as %q, want %q", text, got, want)
		}
	}
}

// photo returns a busy picture, the worst for compression.
func photo(w, h int) image.Image {
	m := image.NewRGBA(image.Rect(0, 0, w, h))
	x := uint32(7)
	for i := range m.Pix {
		x = x*1664525 + 1013904223
		m.Pix[i] = uint8(x>>24) | 0x80*uint8(i%4/3)
	}
	for i := 3; i < len(m.Pix); i += 4 {
		m.Pix[i] = 255
	}
	return m
}

// drawn draws a card and checks its format.
func drawn(t testing.TB, c Card) image.Image {
	t.Helper()
	data, err := Draw(c)
	if err != nil {
		t.Fatal(err)
	}
	m, err := jpeg.Decode(bytes.NewReader(data))
	if err != nil || m.Bounds().Dx() != Width || m.Bounds().Dy() != Height || len(data) > MaxBytes {
		t.Fatalf("%v pixels, %d bytes, %v", m.Bounds(), len(data), err)
	}
	return m
}

func near(a, b color.Color, most int) bool {
	r, g, bl, _ := a.RGBA()
	x, y, z, _ := b.RGBA()
	far := func(a, b uint32) bool { d := int(a>>8) - int(b>>8); return d > most || d < -most }
	return !far(r, x) && !far(g, y) && !far(bl, z)
}

// Nothing but the accent's colour is outside the central square of a card on paper, and
// the square has ink.
func TestLongTextsStayInTheCentralSquare(t *testing.T) {
	t.Parallel()
	for script, h := range headlines {
		for _, n := range []int{20, 160} {
			if n == 20 && script != "Latin" && script != "Arabic" {
				continue
			}
			c := Card{Headline: repeated(h.text, n), Section: h.text[:0] + "Local news", Name: "The Evening Post", Language: h.language, RightToLeft: h.right, Accent: "sea"}
			m := drawn(t, c)
			inked := 0
			for y := range Height {
				for x := range Width {
					inside := x >= (Width-Square)/2-8 && x < (Width+Square)/2+8 // JPEG blurs the edge
					switch {
					case !inside && !near(m.At(x, y), Accents["sea"], 24):
						t.Fatalf("%s, %d characters: ink at %d, %d", script, n, x, y)
					case inside && y > 140 && near(m.At(x, y), ink, 60):
						inked++
					}
				}
			}
			if inked < 1000 {
				t.Errorf("%s, %d characters: the headline has %d dark pixels", script, n, inked)
			}
		}
	}
}

// A card over a white picture can be read, and one over noise is small enough.
func TestOverPictures(t *testing.T) {
	t.Parallel()
	white := image.NewRGBA(image.Rect(0, 0, 1280, 853))
	for i := range white.Pix {
		white.Pix[i] = 255
	}
	c := Card{Headline: repeated(headlines["Latin"].text, 160), Section: "Local news", Name: "The Evening Post", Language: "en", Picture: white, FocusX: 50, FocusY: 50}
	m := drawn(t, c)
	// Beside the headline, at its first line, the shade is dark enough for white letters.
	if got := color.GrayModel.Convert(m.At(300, 330)).(color.Gray); got.Y > 90 {
		t.Errorf("the shade behind the headline is %d", got.Y)
	}
	c.Picture = photo(1280, 853)
	drawn(t, c)
	c.Picture = photo(200, 150) // too small to fill a card
	if got := drawn(t, c).At(20, 20); !near(got, Accents["crimson"], 24) {
		t.Errorf("a small picture fills the card: %v", got)
	}
}

func TestCropKeepsTheFocus(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		from image.Rectangle
		x, y int
		want image.Rectangle
	}{
		{image.Rect(0, 0, 1200, 630), 50, 50, image.Rect(0, 0, 1200, 630)},
		{image.Rect(0, 0, 1200, 1200), 50, 0, image.Rect(0, 0, 1200, 630)},
		{image.Rect(0, 0, 1200, 1200), 50, 100, image.Rect(0, 570, 1200, 1200)},
		{image.Rect(0, 0, 2400, 630), 100, 50, image.Rect(1200, 0, 2400, 630)},
		{image.Rect(10, 10, 2410, 640), 0, 50, image.Rect(10, 10, 1210, 640)},
	} {
		if got := crop(c.from, c.x, c.y); got != c.want {
			t.Errorf("%v at %d, %d: %v, want %v", c.from, c.x, c.y, got, c.want)
		}
	}
}

// The accents are those of the stylesheet.
func TestAccentsAreTheStylesheets(t *testing.T) {
	t.Parallel()
	css, err := os.ReadFile("../../public/css/tokens.css")
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range Accents {
		pattern := fmt.Sprintf(`\.accent-%s \{ --accent: #%02x%02x%02x; \}`, name, c.R, c.G, c.B)
		if name == "crimson" {
			pattern = fmt.Sprintf(`(?s):root \{[^}]*--accent: #%02x%02x%02x;`, c.R, c.G, c.B)
		}
		if !regexp.MustCompile(pattern).Match(css) {
			t.Errorf("the stylesheet has another %s", name)
		}
	}
}

// The fonts are those of the manifest, and each can be opened.
func TestFonts(t *testing.T) {
	t.Parallel()
	manifest, err := os.ReadFile("fonts/MANIFEST.txt")
	if err != nil {
		t.Fatal(err)
	}
	total := 0
	files, err := fs.Glob(fontFiles, "fonts/*.br")
	if err != nil || len(files) < 20 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		data, err := fontFiles.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		total += len(data)
		sum := sha256.Sum256(data)
		name := strings.TrimPrefix(file, "fonts/")
		if !regexp.MustCompile(`(?m)^` + hex.EncodeToString(sum[:]) + ` \S+ \S+ ` + regexp.QuoteMeta(name) + `$`).Match(manifest) {
			t.Errorf("the manifest has no line for %s", name)
		}
		face, err := fonts{}.open(strings.TrimSuffix(name, ".br"))
		if err != nil {
			t.Error(err)
			continue
		}
		for _, s := range scriptFonts {
			if s.file+".br" == name && !slices.ContainsFunc(lettersOf(s.script), func(r rune) bool { _, ok := face.NominalGlyph(r); return ok }) {
				t.Errorf("%s has no letter of its script", name)
			}
		}
	}
	if total > 4<<20 {
		t.Errorf("the fonts take %d bytes", total)
	}
}

func lettersOf(script *unicode.RangeTable) (list []rune) {
	for _, r := range script.R16 {
		for c := rune(r.Lo); c <= rune(r.Hi) && len(list) < 30000; c += rune(r.Stride) {
			list = append(list, c)
		}
	}
	return list
}

// FuzzDraw draws any text: without a panic, and never larger than allowed.
func FuzzDraw(f *testing.F) {
	for _, h := range headlines {
		f.Add(h.text, h.language, h.right)
	}
	f.Add("a\u0301\u0301\u0301\u0301\u0301", "", true)
	f.Add("\u200d\u200c\u2067\u2069 \ufffd", "xx-", false)
	f.Add(strings.Repeat("ﷺ", 400), "ar", true)
	f.Add(strings.Repeat("W", 400), "en", false)
	f.Fuzz(func(t *testing.T, text, language string, right bool) {
		if len(text) > 4000 {
			return
		}
		drawn(t, Card{Headline: text, Section: text, Name: text, Language: language, RightToLeft: right})
	})
}

func BenchmarkDraw(b *testing.B) {
	lead := photo(1280, 853)
	for _, script := range []string{"Latin", "Arabic", "Chinese"} {
		h := headlines[script]
		c := Card{Headline: repeated(h.text, 90), Section: "Local news", Name: "The Evening Post", Language: h.language, RightToLeft: h.right}
		for name, m := range map[string]image.Image{"paper": nil, "picture": lead} {
			c.Picture = m
			b.Run(script+"/"+name, func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					if _, err := Draw(c); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}

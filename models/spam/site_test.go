package spam_test

import (
	"fmt"
	"slices"
	"testing"

	"broadsheet/models/spam"
)

func lessons(good, bad int) (list []spam.Lesson) {
	for i := range good {
		list = append(list, spam.Lesson{
			Reading: spam.Read(fmt.Sprintf("The council met about harbour wall %d and the ferry.", i)),
			Points:  float64(i%100) / 200, Scored: true,
		})
	}
	for i := range bad {
		list = append(list, spam.Lesson{
			Reading: spam.Read(fmt.Sprintf("Slot gacor maxwin daftar %d situs hari ini", i)), Spam: true,
			Points: 0.6, Scored: true,
		})
	}
	return list
}

func TestTheHoldMarkComesFromApprovedComments(t *testing.T) {
	t.Parallel()
	if s := spam.LearnSite(lessons(199, 50)); s.Mark != 0 {
		t.Errorf("199 good comments set the mark to %v", s.Mark)
	}
	s := spam.LearnSite(lessons(1000, 50))
	if s.Good != 1000 || s.Held > 8 || s.Spam != 50 || s.Caught != 50 || s.Mark < 0.45 || s.Mark > 0.51 {
		t.Errorf("the mark is %v, with %d of %d held and %d of %d caught", s.Mark, s.Held, s.Good, s.Caught, s.Spam)
	}
	high := lessons(400, 0)
	for i := range high {
		high[i].Points = 30
	}
	low := lessons(400, 0)
	for i := range low {
		low[i].Points = -3
	}
	if s := spam.LearnSite(high); s.Mark >= 2 {
		t.Errorf("good comments with many points set the mark to %v", s.Mark)
	}
	if s := spam.LearnSite(low); s.Mark < 0.2 {
		t.Errorf("good comments with few points set the mark to %v", s.Mark)
	}
	// Only the newest count.
	if s := spam.LearnSite(slices.Concat(high, lessons(1000, 0))); s.Mark > 0.51 {
		t.Errorf("old comments keep the mark at %v", s.Mark)
	}
	for i := range high {
		high[i].Scored = false
	}
	if s := spam.LearnSite(high); s.Mark != 0 {
		t.Errorf("comments without a score set the mark to %v", s.Mark)
	}
}

func TestASiteLearnsANewCampaign(t *testing.T) {
	t.Parallel()
	const text = "Daftar slot gacor maxwin hari ini situs 77"
	points := func(s *spam.Site) (total, own float64) {
		v := spam.Started().Judge(spam.Signals{Text: text, Site: s})
		for _, r := range v.Reasons {
			if r.Name == "site" {
				own = r.Points
			}
		}
		return v.Points, own
	}
	if _, own := points(spam.LearnSite(lessons(300, 7))); own != 0 {
		t.Errorf("seven comments of spam count %v", own)
	}
	few, many := spam.LearnSite(lessons(300, 10)), spam.LearnSite(lessons(300, 200))
	_, a := points(few)
	total, b := points(many)
	if a <= 0 || b <= a || total < b || total >= spam.SpamMark {
		t.Errorf("10 decisions count %v, 200 %v, in all %v", a, b, total)
	}
	data, err := many.Model()
	if err != nil {
		t.Fatal(err)
	}
	read := &spam.Site{Mark: many.Mark}
	if err := read.SetModel(data); err != nil {
		t.Fatal(err)
	}
	if _, c := points(read); c < b-0.1 || c > b+0.1 {
		t.Errorf("stored, %v became %v", b, c)
	}
	if read.SetModel(data[:len(data)/2]) == nil {
		t.Error("half a model was taken for one")
	}
}

// A site's own model may hold a comment but must not discard it.
func TestWordsAndDecisionsAloneNeverReachTheSpamMark(t *testing.T) {
	t.Parallel()
	texts := []string{"earn $900 a day with bitcoin, message me on WhatsApp +1 555 010 0199 now, guaranteed profit", "Slot gacor maxwin"}
	list := lessons(300, 300)
	for range 300 {
		list = append(list, spam.Lesson{Reading: spam.Read(texts[0]), Spam: true})
	}
	s := spam.LearnSite(list)
	for _, text := range texts {
		if v := spam.Started().Judge(spam.Signals{
			Text: text, Site: s, Website: true, Hosts: []string{"a.example", "b.example"},
		}); v.Band != spam.Doubt {
			t.Errorf("%q has %v points: %+v", text, v.Points, v.Reasons)
		}
	}
}

func TestLookAlikeLettersRaiseTheScore(t *testing.T) {
	t.Parallel()
	count := func(text string) float64 {
		for _, r := range spam.Started().Judge(spam.Signals{Text: text}).Reasons {
			if r.Name == "disguise" {
				return r.Points
			}
		}
		return 0
	}
	for text, want := range map[string]float64{
		"Buy vіаgrа here": 0.3, "Buy vіаgrа сheар рillѕ": 0.7, "𝓜𝓸𝓷𝓮𝔂 for you": 0.3, "ⓕⓡⓔⓔ cash": 0.3,
		"🅵🆁🅴🅴 cash": 0.3, "ca\u2060si\u200Bno": 0.3, "s\u0336p\u0336a\u0336m\u0336": 0.3, "ｂuy": 0.3,
		"ᴄᴀsʜ now":        0.3,
		"Москва и Athens": 0, "Αθήνα": 0, "ＡＢＣ株式会社": 0, "می\u200cخواهم": 0, "क्\u200dष": 0, "Stra\u00ADße": 0,
		"👨\u200d👩\u200d👧 and 🇺🇸 and 1️⃣ ❤️": 0, "m²": 0, "Tiếng Việt": 0,
		"🏴\U000E0067\U000E0062\U000E0065\U000E006E\U000E0067\U000E007F": 0, "Ⓒ 2024": 0,
	} {
		if got := count(text); got != want {
			t.Errorf("%q counts %v, not %v", text, got, want)
		}
	}
}

// The shipped model knows English: in another script a link alone must not
// hold a comment.
func TestALinkAloneDoesNotHoldATextInAnotherScript(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"אשריך ! כבוד הנשיא ! https://m.facebook.com/itamaramu", "אז אתה בא ? https://www.facebook.com/events/0000000000000000/",
		"ممتاز جدا https://www.facebook.com/page", "Смотрите здесь: https://www.youtube.com/watch?v=1",
		"ඉතා හොඳයි http://www.youtube.com/a", "여기 보세요 https://www.youtube.com/watch?v=1",
		"看这里 https://www.youtube.com/watch?v=1", "ดูที่นี่ https://www.facebook.com/x",
	} {
		if v := spam.Started().Judge(spam.Signals{Text: text, Hosts: []string{"www.facebook.com"}}); v.Band != spam.Talk {
			t.Errorf("%q: %v", text, v.Reasons)
		}
	}
}

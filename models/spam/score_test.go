package spam_test

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"broadsheet/models/spam"
)

const talk = "I walked along the harbour wall this morning and the gulls had taken every bench but one."

func TestScoresOfSignalsAddUp(t *testing.T) {
	t.Parallel()
	m := spam.Started()
	plain := m.Judge(spam.Signals{Text: talk, Language: "en"})
	if plain.Band != spam.Talk {
		t.Fatalf("plain talk was judged %+v", plain)
	}
	for name, s := range map[string]spam.Signals{
		"hidden-field": {HiddenField: true},
		"addresses":    {Hosts: []string{"a.example", "b.example"}},
		"markup":       {Text: talk + " [URL=http://a.example]x[/URL]"},
		"repeats":      {Repeats: 4},
		"network":      {Network: 70},
		"script":       {Text: strings.Repeat("Заработай деньги сегодня ", 4)},
		"haste":        {Took: time.Second},
	} {
		if s.Text == "" {
			s.Text = talk
		}
		s.Language = "en"
		v := m.Judge(s)
		sum, found := 0.0, false
		for _, r := range v.Reasons {
			sum += r.Points
			found = found || r.Name == name && r.Points > 0 && r.Detail != ""
		}
		if !found {
			t.Errorf("%s said nothing: %+v", name, v)
		}
		if diff := sum - v.Points; diff > 0.011 || diff < -0.011 {
			t.Errorf("%s: reasons add up to %.2f, not %.2f", name, sum, v.Points)
		}
		if v.Band == spam.Certain {
			t.Errorf("%s alone threw talk out: %+v", name, v)
		}
	}
	everything := m.Judge(spam.Signals{
		Text: "earn $9,000 a week from home, message me on whatsapp", Language: "en",
		HiddenField: true, Hosts: []string{"a.example"}, SpamRepeats: 2,
	})
	if everything.Band != spam.Certain {
		t.Errorf("all signals together: %+v", everything)
	}
}

func TestEnglishAndTheOwnScriptAreWelcomeUnderAnyArticle(t *testing.T) {
	t.Parallel()
	for language, text := range map[string]string{
		"si": talk, "ja": "港の壁に沿って歩いた朝、かもめがすべてのベンチを占領していた。本当です。", "ko": "아침에 항구를 따라 걸었는데 갈매기가 모든 벤치를 차지하고 있었다 정말로",
		"": strings.Repeat("Доброе утро всем ", 4), "zz": strings.Repeat("Доброе утро всем ", 4),
		"fa": strings.Repeat("صبح بخیر به همه ", 4),
	} {
		for _, r := range spam.Started().Judge(spam.Signals{Text: text, Language: language}).Reasons {
			if r.Name == "script" {
				t.Errorf("%q under an article in %q: %+v", text, language, r)
			}
		}
	}
}

func TestSiteTeachesAndUnteaches(t *testing.T) {
	t.Parallel()
	m := spam.Started()
	text := "Grundkurs Fliesenlegen bei Meister Ohlendorf, Anmeldung im Hinterhof"
	before := m.Wording(text, spam.Learned{})
	learned := spam.Learned{Texts: spam.Count{Spam: 5, Ham: 5}, Features: map[uint32]spam.Count{}}
	for _, f := range spam.Features(text) {
		learned.Features[f] = spam.Count{Spam: 5}
	}
	taught := m.Wording(text, learned)
	if taught <= before+0.8 {
		t.Errorf("five decisions moved it from %.2f to %.2f", before, taught)
	}
	for f := range learned.Features {
		learned.Features[f] = spam.Count{}
	}
	learned.Texts = spam.Count{}
	if again := m.Wording(text, learned); again != before {
		t.Errorf("unlearnt it is %.4f, was %.4f", again, before)
	}
}

// A site's decisions overrule the initial model: a text that moderators have approved
// ten times is not held any more.
func TestSiteOverrulesTheModel(t *testing.T) {
	t.Parallel()
	m := spam.Started()
	for _, text := range []string{
		"earn $9,000 a week from home, message me on whatsapp",
		"WIN two tickets! Text your answer to 87066 before Friday",
	} {
		before := m.Wording(text, spam.Learned{})
		learned := spam.Learned{Texts: spam.Count{Spam: 20, Ham: 200}, Features: map[uint32]spam.Count{}}
		for _, f := range spam.Features(text) {
			learned.Features[f] = spam.Count{Ham: 10}
		}
		if after := m.Wording(text, learned); before < spam.HoldMark || after >= spam.HoldMark {
			t.Errorf("%q had %.2f points and has %.2f after ten decisions", text, before, after)
		}
	}
}

func TestFingerprintsOfNearRepeatsMeet(t *testing.T) {
	t.Parallel()
	base := strings.Fields(
		"Our family lost everything until a kind lady on the internet showed us how to trade and now we eat meat twice a week thanks to her",
	)
	met := 0
	for i := range base {
		changed := append([]string{}, base...)
		changed[i] = "somewhere"
		a, _ := spam.FingerprintOf(strings.Join(base, " "))
		b, ok := spam.FingerprintOf(strings.ToUpper(strings.Join(changed, ",  ")))
		if !ok {
			t.Fatal("no fingerprint")
		}
		if a.A == b.A || a.B == b.B {
			met++
		}
		if s := spam.Similarity(strings.Join(base, " "), strings.Join(changed, " ")); s < spam.NearlyTheSame {
			t.Errorf("one word changed leaves a similarity of %.2f", s)
		}
	}
	if met < len(base)*3/4 {
		t.Errorf("%d of %d near-repeats met", met, len(base))
	}
	a, _ := spam.FingerprintOf(strings.Join(base, " "))
	if b, _ := spam.FingerprintOf(talk); a.A == b.A || a.B == b.B {
		t.Error("two texts that share nothing met")
	}
	if _, ok := spam.FingerprintOf("Well said, thank you"); ok {
		t.Error("a common phrase got a fingerprint")
	}
}

// A memo gives the same pairs however often and by however many it is asked,
// and does not grow without end.
func TestMemoGivesThePairsOfATextAgain(t *testing.T) {
	t.Parallel()
	var memo spam.Memo
	text := func(i int) string {
		return fmt.Sprintf("The lamps on pier %d were dark again, %s", i, strings.Repeat("so dark ", i%300))
	}
	var askers sync.WaitGroup
	for range 4 {
		askers.Go(func() {
			for i := range 2000 {
				for _, one := range []string{text(i), text(7)} {
					if got := memo.PairsOf(one); !slices.Equal(got, spam.PairsOf(one)) {
						t.Errorf("%q: %d pairs", one, len(got))
					}
				}
			}
		})
	}
	askers.Wait()
	if n := memo.Len(); n == 0 || n > 512 {
		t.Errorf("it holds %d texts", n)
	}
}

// Comments in languages without training data must pass, and so must English
// comments from other sources: at most one in fifty may be held for its wording,
// since some of these are in fact advertisements.
func TestLongOrdinaryCommentsPass(t *testing.T) {
	t.Parallel()
	for _, name := range []string{
		"comments/lankadeepa-si", "comments/korean-by-article", "comments/hebrew", "comments/bangla-news-comments",
		"comments/fox-threads-en", "toxicity/train",
	} {
		held, certain, n := 0, 0, 0
		for _, text := range unseen(t, name, 10_000) {
			n++
			switch spam.Started().Judge(spam.Signals{Text: text}).Band {
			case spam.Doubt:
				held++
			case spam.Certain:
				certain++
			}
		}
		t.Logf("%s: %d of %d held", name, held, n)
		if held*50 > n || certain > 0 {
			t.Errorf("%s: %d held and %d thrown out of %d", name, held, certain, n)
		}
	}
}

// Readers give their sources: one link alone does not make spam of a comment.
// In the collections of spam nearly every link is spam's, and a model trained
// with them alone holds every second of these comments.
func TestOrdinaryCommentsWithLinksPass(t *testing.T) {
	t.Parallel()
	held, n := 0, 0
	for _, text := range unseen(t, "toxicity/train", 20_000) {
		if found := hosts(text); len(found) == 1 {
			n++
			v := spam.Started().Judge(spam.Signals{Text: text, Hosts: found})
			if v.Band != spam.Talk {
				held++
			}
			if v.Band == spam.Certain {
				t.Errorf("thrown out: %q", text)
			}
		}
	}
	t.Logf("%d of %d held", held, n)
	if n < 40 || held*3 > n {
		t.Errorf("%d of %d comments with a link are held", held, n)
	}
}

// unseen returns comments that the model was not trained with.
func unseen(t *testing.T, name string, most int) []string {
	dir := os.Getenv("BROADSHEET_TEST_DATA")
	if dir == "" {
		t.Skip("BROADSHEET_TEST_DATA is not set: no comments to measure with")
	}
	seen := map[string]bool{}
	for _, s := range talked() {
		seen[s.Text] = true
	}
	texts := commentTexts(t, filepath.Join(dir, name+".jsonl.gz"), most)
	return slices.DeleteFunc(texts, func(text string) bool { return seen[text] })
}

func commentTexts(t testing.TB, path string, most int) (texts []string) {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	z, err := gzip.NewReader(file)
	if err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(z)
	lines.Buffer(nil, 16<<20)
	for lines.Scan() && len(texts) < most {
		var row struct{ Text string }
		if err := json.Unmarshal(lines.Bytes(), &row); err != nil {
			t.Fatal(err)
		}
		texts = append(texts, row.Text)
	}
	if len(texts) == 0 {
		t.Fatalf("no texts in %s", path)
	}
	return texts
}

// Wording, links and style together never discard talk.
func TestOrdinaryCommentsNeverReachTheSpamMark(t *testing.T) {
	t.Parallel()
	caught, bad := 0, 0
	for _, s := range labelled(t) {
		v := spam.Started().Judge(spam.Signals{Text: s.Text, Language: "en"})
		if !s.Spam && v.Band == spam.Certain {
			t.Errorf("thrown out: %q %+v", s.Text, v)
		}
		if s.Spam {
			bad++
			if v.Band != spam.Talk {
				caught++
			}
		}
	}
	t.Logf("%d of %d caught, of texts it was trained with", caught, bad)
}

func FuzzJudge(f *testing.F) {
	f.Add("buy now http://a.example", "en")
	f.Add("\xff\xfe\u202e", "ar")
	f.Fuzz(func(t *testing.T, text, language string) {
		v := spam.Started().Judge(spam.Signals{Text: text, Language: language})
		if !(v.Points > -10 && v.Points < 10) {
			t.Fatalf("%v points", v.Points)
		}
		spam.FingerprintOf(text)
	})
}

// BenchmarkJudge is for one comment of 40 words: one operation is to stay
// under 2 ms. The longest comment is the second.
func BenchmarkJudge(b *testing.B) {
	for _, words := range []int{40, 10_000} {
		text := strings.Join(strings.Fields(strings.Repeat(talk+" ", words/17+1))[:words], " ")
		b.Run(fmt.Sprint(words), func(b *testing.B) {
			for b.Loop() {
				spam.Started().Judge(spam.Signals{Text: text, Language: "en"})
				spam.FingerprintOf(text)
			}
		})
	}
}

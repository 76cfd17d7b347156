package heated_test

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"broadsheet/models/heated"
)

var (
	insults = strings.Fields("fool idiot liar clown moron coward")
	calm    = strings.Fields("you are the and a ferry bridge council school budget herring was late what talks about again")
)

// lesson is the nth of a row of plain lessons. All are of the same calm words; heated
// ones have an insult among them.
func lesson(n int) heated.Lesson {
	rng := rand.New(rand.NewPCG(uint64(n), 9))
	l := heated.Lesson{Heated: n%2 == 0}
	var words []string
	for range 6 + rng.IntN(8) {
		words = append(words, calm[rng.IntN(len(calm))])
	}
	if l.Heated {
		words[rng.IntN(len(words))] = insults[rng.IntN(len(insults))]
	}
	l.Text = strings.Join(words, " ")
	return l
}

func learned(t *testing.T, most int) *heated.Site {
	t.Helper()
	var list []heated.Lesson
	for i := range 2 * most {
		list = append(list, lesson(i))
	}
	return heated.Learn(list)
}

func TestASiteIsSilentUntilItHasEnoughDecisions(t *testing.T) {
	t.Parallel()
	if s := learned(t, heated.LeastLessons-1); s.Earned() || s.Heated != heated.LeastLessons-1 {
		t.Errorf("%d of each are enough: %+v", s.Heated, s.AUC)
	}
	if s := learned(t, heated.LeastLessons); !s.Earned() || s.AUC < 0.99 {
		t.Errorf("with %d of each the test gives %v", s.Heated, s.AUC)
	}
}

// Decisions that do not depend on the words earn nothing.
func TestDecisionsWithoutAPatternEarnNothing(t *testing.T) {
	t.Parallel()
	var list []heated.Lesson
	for i := range 4 * heated.LeastLessons {
		l := lesson(i)
		l.Heated = rand.New(rand.NewPCG(uint64(i), 3)).IntN(2) == 0
		list = append(list, l)
	}
	if s := heated.Learn(list); s.Earned() {
		t.Errorf("an AUC of %.2f was earned", s.AUC)
	}
}

func TestScoreAndWords(t *testing.T) {
	t.Parallel()
	s := learned(t, 300)
	hot, cold := "What an IDIOT and l\u0456ar you are!", "The council talks about the ferry"
	if a, b := s.Score(heated.Read(hot)), s.Score(heated.Read(cold)); a < 90 || b > 80 {
		t.Errorf("heated %d, calm %d", a, b)
	}
	words := s.Words(hot, 3)
	if !slices.Contains(words, "IDIOT") || !slices.Contains(words, "l\u0456ar") || slices.Contains(s.Words(cold, 3), "ferry") {
		t.Errorf("the words are %q", words)
	}
	if s.Caught(90) < 0.95 || s.Caught(0) < s.Caught(90) || s.Caught(200) != s.Caught(99) {
		t.Errorf("caught %v", s.Caught(90))
	}
	for _, text := range []string{"", strings.Repeat("ي", 5000), "\xff\xfe", strings.Repeat("!", 9000)} {
		if score := s.Score(heated.Read(text)); score < 0 || score > 99 {
			t.Errorf("%.10q has the score %d", text, score)
		}
	}
}

func TestModelSurvivesItsStoredForm(t *testing.T) {
	t.Parallel()
	s := learned(t, 200)
	data, err := s.Marshal()
	if err != nil || len(data) > 200_000 {
		t.Fatalf("%d bytes, %v", len(data), err)
	}
	read, err := heated.Unmarshal(data)
	if err != nil {
		t.Fatal(err)
	}
	for i := range 50 {
		text := lesson(i).Text
		if a, b := s.Score(heated.Read(text)), read.Score(heated.Read(text)); a != b || read.AUC != s.AUC {
			t.Errorf("%q: %d became %d", text, a, b)
		}
	}
	for n := 0; n < len(data); n += 997 {
		if _, err := heated.Unmarshal(data[:n]); err == nil {
			t.Fatalf("%d of %d bytes were taken for a model", n, len(data))
		}
	}
}

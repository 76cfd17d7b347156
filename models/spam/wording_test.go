package spam_test

import (
	"bytes"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"broadsheet/models/spam"
)

// labelled loads the labelled texts, or skips the test where they are not.
func labelled(t *testing.T) []spam.Sample {
	t.Helper()
	dir := os.Getenv("BROADSHEET_TEST_DATA")
	if dir == "" {
		t.Skip("BROADSHEET_TEST_DATA is not set: no labelled texts to measure with")
	}
	file, err := os.Open(filepath.Join(dir, "spam", "train.jsonl.gz"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	list, err := spam.ReadSamples(file)
	if err != nil {
		t.Fatal(err)
	}
	for i, s := range list {
		// Parts of one collection count as one.
		if strings.HasPrefix(s.Source, "Youtube") {
			list[i].Source = "Youtube"
		}
	}
	return list
}

// figures is what a model does on texts that it has not seen.
type figures struct {
	caught, held float64   // share of spam and of talk that reaches the mark
	curve        []float64 // share of spam caught where 1, 2, 5 % of the talk is held
	highest      float64   // of the talk
}

func measure(m *spam.Model, test []spam.Sample) figures {
	var bad, good []float64
	for _, s := range test {
		points := m.Wording(s.Text, spam.Learned{})
		if s.Spam {
			bad = append(bad, points)
		} else {
			good = append(good, points)
		}
	}
	slices.Sort(good)
	above := func(list []float64, mark float64) float64 {
		n := 0
		for _, p := range list {
			if p >= mark {
				n++
			}
		}
		return float64(n) / float64(len(list))
	}
	f := figures{caught: above(bad, 1), held: above(good, 1), highest: good[len(good)-1]}
	for _, share := range []float64{.01, .02, .05} {
		f.curve = append(f.curve, above(bad, good[len(good)-1-int(share*float64(len(good)))]+1e-9))
	}
	return f
}

// The marks are what the model reaches today, less a little for the luck of
// the split: a change for the worse fails. Of the labels themselves about one
// in a hundred is wrong, which is what keeps 95 % at 1 % out of reach.
func TestWordingOnTextsItHasNotSeen(t *testing.T) {
	t.Parallel()
	list := labelled(t)
	rng := rand.New(rand.NewPCG(11, 3))
	rng.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
	fifth := len(list) / 5
	var caught, held float64
	for i := range 5 {
		test := list[i*fifth : (i+1)*fifth]
		rest := append(slices.Clone(list[:i*fifth]), list[(i+1)*fifth:]...)
		f := measure(spam.Train(rest), test)
		t.Logf("split %d: caught %.3f, held %.4f; caught at 1, 2, 5 %% held: %.3f; highest talk %.2f", i+1, f.caught, f.held, f.curve, f.highest)
		caught += f.caught / 5
		held += f.held / 5
	}
	t.Logf("mean: caught %.3f, held %.4f", caught, held)
	if caught < 0.83 || held > 0.015 {
		t.Errorf("caught %.3f of the spam and held %.4f of the talk", caught, held)
	}
}

func TestWordingAcrossSources(t *testing.T) {
	t.Parallel()
	list := labelled(t)
	sources := map[string]bool{}
	for _, s := range list {
		sources[s.Source] = true
	}
	for source := range sources {
		var test, rest []spam.Sample
		for _, s := range list {
			if s.Source == source {
				test = append(test, s)
			} else {
				rest = append(rest, s)
			}
		}
		f := measure(spam.Train(rest), test)
		t.Logf("%s from the others: caught %.3f, held %.4f; caught at 1, 2, 5 %% held: %.3f", source, f.caught, f.held, f.curve)
		if f.caught < f.held*2 {
			t.Errorf("%s: what was learnt elsewhere tells little: caught %.3f, held %.4f", source, f.caught, f.held)
		}
	}
}

func TestModelSurvivesItsFile(t *testing.T) {
	t.Parallel()
	m := spam.Train([]spam.Sample{
		{Text: "buy cheap pills online now", Spam: true},
		{Text: "earn money now dm me", Spam: true},
		{Text: "the harbour wall was wet", Spam: false},
		{Text: "I walked to the harbour", Spam: false},
		{Text: "nobody buys herring now", Spam: false},
	})
	var file bytes.Buffer
	if err := m.Write(&file); err != nil {
		t.Fatal(err)
	}
	whole := file.Bytes()
	read, err := spam.ReadModel(bytes.NewReader(whole))
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{"buy now", "the harbour", ""} {
		a, b := m.Wording(text, spam.Learned{}), read.Wording(text, spam.Learned{})
		if a-b > 0.05 || b-a > 0.05 {
			t.Errorf("%q: %.3f became %.3f", text, a, b)
		}
	}
	for n := 0; n < len(whole); n += 97 {
		if _, err := spam.ReadModel(bytes.NewReader(whole[:n])); err == nil {
			t.Fatalf("%d of %d bytes were taken for a model", n, len(whole))
		}
	}
}

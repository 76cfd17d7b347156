package spam_test

import (
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"sync"
	"testing"

	"broadsheet/models/spam"
)

// labelled loads the labelled texts, or skips the test where they are not.
func labelled(t *testing.T) []spam.Sample {
	t.Helper()
	if os.Getenv("BROADSHEET_TEST_DATA") == "" {
		t.Skip("BROADSHEET_TEST_DATA is not set: no labelled texts to measure with")
	}
	return samples()
}

func samples() []spam.Sample { return read("spam", spam.ReadSamples) }

// talked is ordinary comments, which every model is trained with as well.
var talked = sync.OnceValue(func() []spam.Sample { return read("toxicity", spam.ReadTalk) })

func read(folder string, from func(io.Reader) ([]spam.Sample, error)) []spam.Sample {
	file, err := os.Open(filepath.Join(os.Getenv("BROADSHEET_TEST_DATA"), folder, "train.jsonl.gz"))
	if err != nil {
		panic(err)
	}
	defer file.Close()
	list, err := from(file)
	if err != nil {
		panic(err)
	}
	return list
}

// judged is a text with the points of a model that was not trained with it.
type judged struct {
	spam.Sample
	points  float64
	verdict spam.Verdict
	known   spam.Verdict // where the spam among the other texts is known to have been decided
}

// judge trains a model with the texts of rest and scores those of test, with their
// links. The texts of rest also count as decided, for the repeats.
func judge(rest, test []spam.Sample) []judged {
	m := spam.Train(slices.Concat(rest, talked()))
	known := decided{}
	for _, s := range rest {
		known.add(s)
	}
	list := make([]judged, len(test))
	for i, s := range test {
		signals := spam.Signals{Text: s.Text, Language: "en", Hosts: hosts(s.Text)}
		list[i] = judged{Sample: s, points: m.Wording(s.Text, spam.Learned{}), verdict: m.Judge(signals)}
		signals.SpamRepeats = known.repeats(s.Text)
		list[i].known = m.Judge(signals)
	}
	return list
}

// decided are texts by the halves of their fingerprints, as a site keeps
// them.
type decided map[uint64][]spam.Sample

func halves(text string) (keys []uint64) {
	if f, ok := spam.FingerprintOf(text); ok {
		keys = append(keys, uint64(f.A), 1<<32|uint64(f.B))
	}
	return keys
}

func (d decided) add(s spam.Sample) {
	for _, key := range halves(s.Text) {
		d[key] = append(d[key], s)
	}
}

// repeats counts decided spam that is nearly the same.
func (d decided) repeats(text string) (n int) {
	for _, key := range halves(text) {
		for _, s := range d[key] {
			if s.Spam && spam.Similarity(s.Text, text) >= spam.NearlyTheSame {
				n++
			}
		}
	}
	return n
}

var host = regexp.MustCompile(`(?i)(?:https?://|\bwww\.)([\w.-]+)`)

func hosts(text string) (list []string) {
	for _, found := range host.FindAllStringSubmatch(text, -1) {
		if !slices.Contains(list, found[1]) {
			list = append(list, found[1])
		}
	}
	return list
}

// splits judges every text by a model that was trained with the other four
// fifths of a random split.
var splits = sync.OnceValue(func() [][]judged {
	list := samples()
	rng := rand.New(rand.NewPCG(11, 3))
	rng.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
	parts := make([][]judged, 5)
	for i := range parts {
		from, to := i*len(list)/5, (i+1)*len(list)/5
		rest := append(slices.Clone(list[:from]), list[to:]...)
		parts[i] = judge(rest, list[from:to])
	}
	return parts
})

// figures are the results of a model for texts that it was not trained with.
type figures struct {
	caught, held float64    // share of spam and of talk that reaches the mark
	curve        []float64  // share of spam caught where so much of the talk is held
	whole, known [2]float64 // the same two shares by the whole score, and with repeats
	thrown       []string   // talk in the spam band
	highest      float64    // of the talk
}

// shares are the places of the curve.
var shares = []float64{.005, .01, .02, .05, .1}

func findScale(list []judged) figures {
	var f figures
	var bad, good []float64
	for _, s := range list {
		kind := 1
		if s.Spam {
			kind = 0
			bad = append(bad, s.points)
		} else {
			good = append(good, s.points)
		}
		if s.verdict.Band != spam.Talk {
			f.whole[kind]++
		}
		if s.known.Band != spam.Talk {
			f.known[kind]++
		}
		if !s.Spam && (s.verdict.Band == spam.Certain || s.known.Band == spam.Certain) {
			f.thrown = append(f.thrown, s.Text)
		}
	}
	for kind, n := range []int{len(bad), len(good)} {
		f.whole[kind] /= float64(n)
		f.known[kind] /= float64(n)
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
	f.caught, f.held, f.highest = above(bad, spam.HoldMark), above(good, spam.HoldMark), good[len(good)-1]
	for _, share := range shares {
		f.curve = append(f.curve, above(bad, good[len(good)-1-int(share*float64(len(good)))]+1e-9))
	}
	return f
}

func (f figures) String() string {
	return fmt.Sprintf(
		"caught %.3f, held %.4f; caught at 0.5, 1, 2, 5, 10 %% held: %.3f; highest talk %.2f", f.caught, f.held,
		f.curve, f.highest,
	)
}

func check(t *testing.T, what string, f figures, caught, held, atOne float64) {
	t.Helper()
	t.Logf("%s: %v", what, f)
	if f.caught < caught || f.held > held || f.curve[1] < atOne {
		t.Errorf("%s: at least %.3f are to be caught, at most %.4f held, and %.3f caught at 1 %%", what, caught, held, atOne)
	}
	for _, text := range f.thrown {
		t.Errorf("%s: talk in the spam band: %q", what, text)
	}
}

// The required values are those that the model reaches, less a small margin for the
// random split: a change for the worse fails.
//
// The model does not reach 95 % caught at 1 % held. Other kinds of models (more
// counts, nearest neighbours, kernels, trees, several together) all reach 84 to
// 88 %, and the labels explain why. Of the 60 pieces of talk with the most points in
// one such run, 27 are plainly advertisements or swindles when read by hand ("for a
// start i deposited €2000 ... got a return of €19 450 ... @earn_with_..."), among
// them 23 of the 43 that 1 % allows; elsewhere the same sentences are labelled spam.
// Of the 60 pieces of spam with the fewest points 15 are plainly talk ("great",
// jokes). With only these 42 labels corrected, the same points catch 91.5 % at 1 %
// instead of 85.5 %. That is not an upper limit, since the rest was not read. Most of
// the spam that is still missed has a wording without any information: a name with
// applause, a sentence cut off after seven words.
func TestLongWordingOnTextsItHasNotSeen(t *testing.T) {
	t.Parallel()
	labelled(t)
	var all []judged
	for i, part := range splits() {
		t.Logf("split %d: %v", i+1, findScale(part))
		all = append(all, part...)
	}
	f := findScale(all)
	t.Logf(
		"the score as a whole: caught %.3f, held %.4f; and with what is known of repeats: caught %.3f, held %.4f",
		f.whole[0], f.whole[1], f.known[0], f.known[1],
	)
	check(t, "all five", f, 0.835, 0.0095, 0.855)
}

// A model of two collections works less well on the third: the style of spam is
// common to them, its subjects are not. The threshold does not carry over either. If
// telephone messages and YouTube are known, more than 1 % of Instagram's talk reaches
// it, since that talk is about money and some of it is mislabelled; if Instagram is
// known, less of the others' talk does. A threshold for the worst collection was
// tried: it holds a third as much of Instagram's talk, but catches almost none of
// the spam of the other two, and loses a third or more of the known kinds.
func TestLongWordingAcrossSources(t *testing.T) {
	t.Parallel()
	list := labelled(t)
	for source, least := range map[string]struct{ caught, held, atOne float64 }{
		"sms-spam-collection": {0.3, 0.005, 0.67},
		"Youtube":             {0.05, 0.005, 0.26},
		"scamspot-instagram":  {0.4, 0.055, 0.14},
	} {
		var test, rest []spam.Sample
		for _, s := range list {
			if s.Source == source {
				test = append(test, s)
			} else {
				rest = append(rest, s)
			}
		}
		check(t, source+" from the others", findScale(judge(rest, test)), least.caught, least.held, least.atOne)
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

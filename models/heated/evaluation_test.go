package heated_test

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"broadsheet/models/heated"
)

// labelled reads a collection of labelled texts, by source, in a random order. It skips
// the test without data. The data are no part of the program.
func labelled(t *testing.T, name string) map[string][]heated.Lesson {
	t.Helper()
	folder := os.Getenv("BROADSHEET_TEST_DATA")
	if folder == "" {
		t.Skip("BROADSHEET_TEST_DATA is not set: no labelled texts to measure with")
	}
	file, err := os.Open(filepath.Join(folder, "toxicity", name+".jsonl.gz"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	z, err := gzip.NewReader(file)
	if err != nil {
		t.Fatal(err)
	}
	of := map[string][]heated.Lesson{}
	lines := bufio.NewScanner(z)
	lines.Buffer(nil, 16<<20)
	for lines.Scan() {
		var row struct{ Text, Label, Source string }
		if err := json.Unmarshal(lines.Bytes(), &row); err != nil {
			t.Fatal(err)
		}
		of[row.Source] = append(of[row.Source], heated.Lesson{Text: row.Text, Heated: row.Label == "toxic"})
	}
	for _, list := range of {
		rng := rand.New(rand.NewPCG(5, 5))
		rng.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
	}
	return of
}

// TestLongHeatOnPublicCollections measures what the text of the page of rules says: on
// texts of a source that it has not seen, the score orders hardly better than chance;
// on the decisions of one source it may be of use.
func TestLongHeatOnPublicCollections(t *testing.T) {
	if testing.Short() {
		t.Skip("trains a dozen models")
	}
	of := labelled(t, "train")
	of["davidson-tweets"] = labelled(t, "train-tweets")["davidson-tweets"]
	english := []string{"civil-comments", "fox-news-comments", "wikipedia-talk"}
	for source, want := range map[string]struct{ own, other float64 }{
		"civil-comments":       {0.57, 0.50},
		"fox-news-comments":    {0.74, 0.55},
		"wikipedia-talk":       {0.65, 0.60},
		"korean-news-comments": {0.74, 0},
		"davidson-tweets":      {0.93, 0.60},
	} {
		own := heated.Measure(limited(of[source]))
		t.Logf("%s, own decisions: AUC %.3f; declined from 0.80, 0.90, 0.95: %.2f %.2f %.2f; of %d and %d",
			source, own.AUC, own.Caught(80), own.Caught(90), own.Caught(95), own.Heated, own.Calm)
		if own.AUC < want.own {
			t.Errorf("%s: the AUC of its own decisions is %.3f, below %.2f", source, own.AUC, want.own)
		}
		if want.other == 0 {
			continue // there is no other source in its language
		}
		var rest []heated.Lesson
		for _, other := range english {
			if other != source {
				rest = append(rest, of[other]...)
			}
		}
		auc, top, share := heated.Across(rest, of[source])
		t.Logf("%s, from the other sources: AUC %.3f; toxic in the top 5 %%: %.2f, of all %.2f", source, auc, top, share)
		if auc < want.other {
			t.Errorf("%s: the AUC from other sources is %.3f, below %.2f", source, auc, want.other)
		}
	}
}

// limited returns as many texts of each kind as a site learns from.
func limited(list []heated.Lesson) []heated.Lesson {
	left := map[bool]int{true: heated.MostHeated, false: heated.MostCalm}
	return slices.DeleteFunc(slices.Clone(list), func(l heated.Lesson) bool {
		left[l.Heated]--
		return left[l.Heated] < 0
	})
}

func BenchmarkScore(b *testing.B) {
	var lessons []heated.Lesson
	for i := range 2 * heated.LeastLessons {
		lessons = append(lessons, lesson(i))
	}
	site := heated.Learn(lessons)
	text := strings.Repeat("the ferry was late again and the council knows it, you fool! ", 10)
	for b.Loop() {
		site.Score(heated.Read(text))
		site.Words(text, 3)
	}
}

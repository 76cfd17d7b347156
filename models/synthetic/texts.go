package synthetic

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"errors"
	"html"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"

	"broadsheet/models"
	"broadsheet/models/newsroom"
	"broadsheet/models/richtext"
)

// Text is a real article. Made-up ones can be mixed of its words.
type Text struct {
	Lang       string
	Title      string
	Summary    string
	Body       string
	paragraphs []string
}

// maxTextLine is the longest line of a file of texts, in bytes.
const maxTextLine = 16 << 20

// ReadTexts reads the texts of all files named *.jsonl and *.jsonl.gz in a folder
// and those below it. Each line is an object with lang, title and body. It leaves
// out lines without a body.
func ReadTexts(dir string) ([]Text, error) {
	var texts []Text
	err := filepath.WalkDir(dir, func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(strings.TrimSuffix(path, ".gz"), ".jsonl") {
			return err
		}
		f, err := os.Open(path)
		if err != nil {
			return err
		}
		defer f.Close()
		var r io.Reader = f
		if strings.HasSuffix(path, ".gz") {
			if r, err = gzip.NewReader(f); err != nil {
				return err
			}
		}
		lines := bufio.NewScanner(r)
		lines.Buffer(nil, maxTextLine)
		for lines.Scan() {
			var t Text
			if err := json.Unmarshal(lines.Bytes(), &t); err != nil {
				return err
			}
			if t.prepare(); len(t.paragraphs) > 0 {
				texts = append(texts, t)
			}
		}
		return lines.Err()
	})
	if err == nil && len(texts) == 0 {
		err = errors.New("the folder has no texts")
	}
	if err != nil {
		return nil, models.Errorf(models.Invalid, "texts of %s: %v", dir, err)
	}
	return texts, nil
}

func (t *Text) prepare() {
	t.Title, t.Summary = richtext.PlainLine(t.Title), richtext.PlainLine(t.Summary)
	if t.Title == "" {
		return
	}
	for line := range strings.Lines(richtext.Normalize(t.Body)) {
		if line = strings.TrimSpace(line); line != "" {
			t.paragraphs = append(t.paragraphs, line)
		}
	}
}

// fillFrom gives an article the title and the paragraphs of real texts of one
// language, mixed.
func (m *articleMaker) fillFrom(rng *rand.Rand, a *newsroom.Article) newsroom.ArticleBody {
	first := &m.Texts[rng.IntN(len(m.Texts))]
	a.Title, a.Standfirst = richtext.Cut(first.Title, newsroom.MaxTitle), richtext.Cut(first.Summary, newsroom.MaxStandfirst)
	a.Language = first.Lang
	same := m.byLanguage[first.Lang]
	from := first
	b := newsroom.ArticleBody{ArticleID: a.ID, Format: richtext.Text.String(), Policy: richtext.ArticlePolicyVersion}
	const perText = 4 // paragraphs of one text
	for n := 0; a.Words < m.Words; n++ {
		if n > 0 {
			from = &m.Texts[same[rng.IntN(len(same))]]
		}
		start := rng.IntN(len(from.paragraphs))
		for _, p := range from.paragraphs[start:min(len(from.paragraphs), start+perText)] {
			if b.HTML != "" {
				b.Source += "\n\n"
				b.HTML += "\n"
			}
			b.Source += p
			b.HTML += "<p>" + html.EscapeString(p) + "</p>"
			a.Words += max(1, len(strings.Fields(p)), len(p)/30)
		}
	}
	return b
}

// languages returns the numbers of the texts by language.
func languages(texts []Text) map[string][]int {
	list := map[string][]int{}
	for i := range texts {
		list[texts[i].Lang] = append(list[texts[i].Lang], i)
	}
	return list
}

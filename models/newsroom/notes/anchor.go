package notes

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"unicode"

	"broadsheet/models"
	"broadsheet/models/newsroom"
	"broadsheet/models/paragraphs"
	"broadsheet/models/richtext"
)

// Words returns the words of each paragraph of a text, in order, cut to [MaxParagraph]. For a
// paragraph without words, such as a picture without a caption, it returns the markup.
func Words(m newsroom.Manuscript) []string {
	list := paragraphs.Split(m.Body, m.Format)
	for i, p := range list {
		body, err := richtext.Article(p, m.Format)
		text := strings.Join(strings.Fields(body.Text), " ")
		if err != nil || text == "" {
			text = strings.Join(strings.Fields(p), " ")
		}
		list[i] = cut(text)
	}
	return list
}

func cut(text string) string {
	if r := []rune(text); len(r) > MaxParagraph {
		return string(r[:MaxParagraph])
	}
	return text
}

// Place finds the paragraph of each note in a text and sorts the notes by paragraph. Notes on
// the whole story come first; notes whose paragraph is gone come last.
func Place(list []Thread, words []string) {
	sets := map[int]map[string]bool{}
	for i := range list {
		list[i].find(words, sets)
	}
	slices.SortStableFunc(list, func(a, b Thread) int { return cmp.Compare(a.order(), b.order()) })
}

func (t *Thread) order() int {
	switch {
	case t.Paragraph == "":
		return -1
	case t.Gone:
		return 1 << 30
	}
	return t.Index
}

// alike is the least likeness of two paragraphs that count as one edited paragraph. The
// measure is the Sørensen–Dice coefficient of their sets of words.
const alike = 0.5

// find sets Index to the paragraph of the thread: the paragraph with the same words nearest to
// the last place, or else the most similar one. It sets Gone if there is neither.
func (t *Thread) find(words []string, sets map[int]map[string]bool) {
	t.Index, t.Gone = -1, false
	if t.Paragraph == "" {
		return
	}
	far := func(i int) int { return max(i-t.Place, t.Place-i) }
	for i, w := range words {
		if w == t.Paragraph && (t.Index < 0 || far(i) < far(t.Index)) {
			t.Index = i
		}
	}
	if t.Index >= 0 {
		return
	}
	mine, best := setOf(t.Paragraph), 0.0
	for i, w := range words {
		if sets[i] == nil {
			sets[i] = setOf(w)
		}
		like := likeness(mine, sets[i])
		if like >= alike && (like > best || like == best && far(i) < far(t.Index)) {
			t.Index, best = i, like
		}
	}
	t.Gone = t.Index < 0
}

func setOf(text string) map[string]bool {
	set := map[string]bool{}
	between := func(r rune) bool { return !unicode.In(r, unicode.L, unicode.N, unicode.M) }
	for w := range strings.FieldsFuncSeq(strings.ToLower(text), between) {
		set[w] = true
	}
	return set
}

func likeness(a, b map[string]bool) float64 {
	if len(a)+len(b) == 0 {
		return 0
	}
	both := 0
	for w := range a {
		if b[w] {
			both++
		}
	}
	return 2 * float64(both) / float64(len(a)+len(b))
}

// Follow stores the new words and places of the paragraphs of an article's notes. It is called
// after each save, so that a note follows a paragraph that is rewritten in many small steps.
// An article without notes costs one indexed read.
func Follow(ctx context.Context, db *models.DB, article int64, text newsroom.Manuscript) error {
	list, err := Of(ctx, db, article)
	if err != nil || len(list) == 0 {
		return err
	}
	words := Words(text)
	Place(list, words)
	list = slices.DeleteFunc(list, func(t Thread) bool {
		return t.Paragraph == "" || t.Gone || words[t.Index] == t.Paragraph && t.Index == t.Place
	})
	if len(list) == 0 {
		return nil
	}
	return db.Write(ctx, func(tx *models.Tx) error {
		for _, t := range list {
			err := models.Exec(ctx, tx, "UPDATE article_notes SET paragraph = ?, place = ? WHERE id = ?", words[t.Index], t.Index, t.ID)
			if err != nil {
				return err
			}
		}
		return nil
	})
}

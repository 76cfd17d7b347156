package richtext_test

import (
	"strings"
	"testing"

	"broadsheet/models/richtext"
)

// everyA finds each letter a.
func everyA(text string) (found [][2]int) {
	for i := range len(text) {
		if text[i] == 'a' {
			found = append(found, [2]int{i, i + 1})
		}
	}
	return found
}

func TestMarksOfFoundWordsLeaveTagsAlone(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		`<p>a b <a href="https://a.example/?a=1&amp;b">banana</a></p>`: `<p><mark>a</mark> b <a href="https://a.example/?a=1&amp;b">b<mark>a</mark>n<mark>a</mark>n<mark>a</mark></a></p>`,
		`x &lt;a&gt; &amp;amp; "q"`:                                    `x &lt;<mark>a</mark>&gt; &amp;<mark>a</mark>mp; &#34;q&#34;`,
		`<p title="a">`:                                                `<p title="a">`,
		``:                                                             ``,
		`<a`:                                                           `<a`,
	} {
		if got := richtext.MarkFound(in, everyA); got != want {
			t.Errorf("%s\n is %s\nnot %s", in, got, want)
		}
	}
}

// Marked HTML is the same as before but for the marks.
func FuzzMarkFound(f *testing.F) {
	f.Add(`a <b>banana</b> <script>a</script> &lt;a&gt; &#x3c;img src=a onerror=a>`)
	f.Fuzz(func(t *testing.T, text string) {
		rendered := richtext.Comment(text)
		marked := richtext.MarkFound(rendered, everyA)
		plain := strings.NewReplacer("<mark>", "", "</mark>", "").Replace(marked)
		if again := richtext.MarkFound(rendered, func(string) [][2]int { return nil }); plain != again {
			t.Errorf("%q becomes %q", again, plain)
		}
		if strings.Count(marked, "<") != strings.Count(rendered, "<")+2*strings.Count(marked, "<mark>") {
			t.Errorf("%q has other tags than %q", marked, rendered)
		}
	})
}

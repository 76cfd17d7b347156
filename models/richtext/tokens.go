package richtext

import (
	"iter"
	"strings"

	"golang.org/x/net/html"
)

// Tokens yields the tokens of a text in HTML, each after its bytes as they were written.
// The bytes of all tokens together are the source: where the tokenizer gives up, at a tag
// without its ">", the rest comes as a text. A text token has its type only.
func Tokens(source string) iter.Seq2[string, html.Token] {
	return func(yield func(string, html.Token) bool) {
		z, read := html.NewTokenizer(strings.NewReader(source)), 0
		for {
			kind := z.Next()
			if kind == html.ErrorToken {
				break
			}
			raw := string(z.Raw()) // before Token, which changes the bytes
			read += len(raw)
			token := html.Token{Type: kind}
			if kind != html.TextToken {
				token = z.Token()
			}
			if !yield(raw, token) {
				return
			}
		}
		if read < len(source) {
			yield(source[read:], html.Token{Type: html.TextToken})
		}
	}
}

// isOpening reports whether a token opens an element, closed by itself or not.
func isOpening(t html.Token) bool {
	return t.Type == html.StartTagToken || t.Type == html.SelfClosingTagToken
}

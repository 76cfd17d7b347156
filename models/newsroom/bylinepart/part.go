package bylinepart

import (
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"
)

// Part is what somebody has done for a story.
type Part int

// The parts.
const (
	Writes      Part = iota // the text
	Translates              // the text, from another language
	Contributes             // anything else, such as the pictures
)

// writing are the roles of those who wrote, beside no role at all.
var writing = []string{
	"with", "and", "text", "words", "story", "author", "writer", "writing", "written by", "report", "reporter", "reporting",
	"مع", "و", "نص", "النص", "كتابة", "تقرير",
	"mit", "und", "avec", "et", "con", "y", "med", "og", "och", "com", "e",
}

// translating are beginnings of words that name a translation.
var translating = []string{
	"translat", "ترجم", "مترجم", "übersetz", "traduc", "traduz", "tradu", "vertal", "vertaald",
	"överset", "overset", "перев", "перекла",
	"翻译", "翻譯", "翻訳", "번역", "çevir", "tercüm", "tłumacz", "käänt", "terjemah",
}

// Of returns the part that a role names.
func Of(role string) Part {
	role = strings.Trim(strings.ToLower(norm.NFC.String(role)), " .:,;")
	if role == "" || slices.Contains(writing, role) {
		return Writes
	}
	for word := range strings.FieldsSeq(role) {
		word = strings.TrimPrefix(word, "ال") // the Arabic article
		if slices.ContainsFunc(translating, func(begin string) bool { return strings.HasPrefix(word, begin) }) {
			return Translates
		}
	}
	return Contributes
}

// Split returns the writers, the translators and the other contributors of a byline, each in
// the order of the byline. It returns the contributors as writers when no name is a writer's,
// as in a photo story.
func Split[T any](byline []T, role func(T) string) (writers, translators, others []T) {
	for _, one := range byline {
		switch Of(role(one)) {
		case Writes:
			writers = append(writers, one)
		case Translates:
			translators = append(translators, one)
		default:
			others = append(others, one)
		}
	}
	if len(writers) == 0 {
		return others, translators, nil
	}
	return writers, translators, others
}

package terms

import (
	"strings"

	"github.com/blevesearch/bleve/v2/analysis"
	"github.com/blevesearch/bleve/v2/analysis/lang/ar"
	"github.com/blevesearch/bleve/v2/analysis/lang/ckb"
	"github.com/blevesearch/bleve/v2/analysis/lang/da"
	"github.com/blevesearch/bleve/v2/analysis/lang/de"
	"github.com/blevesearch/bleve/v2/analysis/lang/en"
	"github.com/blevesearch/bleve/v2/analysis/lang/es"
	"github.com/blevesearch/bleve/v2/analysis/lang/fi"
	"github.com/blevesearch/bleve/v2/analysis/lang/fr"
	"github.com/blevesearch/bleve/v2/analysis/lang/hi"
	"github.com/blevesearch/bleve/v2/analysis/lang/hr"
	"github.com/blevesearch/bleve/v2/analysis/lang/hu"
	"github.com/blevesearch/bleve/v2/analysis/lang/it"
	"github.com/blevesearch/bleve/v2/analysis/lang/nl"
	"github.com/blevesearch/bleve/v2/analysis/lang/no"
	"github.com/blevesearch/bleve/v2/analysis/lang/pt"
	"github.com/blevesearch/bleve/v2/analysis/lang/ro"
	"github.com/blevesearch/bleve/v2/analysis/lang/ru"
	"github.com/blevesearch/bleve/v2/analysis/lang/sv"
	"github.com/blevesearch/bleve/v2/analysis/lang/tr"
)

// stemmers are bleve's filters that cut the endings of words, by language. None of
// them keeps state.
var stemmers = map[string]analysis.TokenFilter{
	"ar": ar.NewArabicStemmerFilter(), "ckb": ckb.NewSoraniStemmerFilter(), "da": da.NewDanishStemmerFilter(),
	"de": de.NewGermanLightStemmerFilter(), "en": en.NewEnglishStemmerFilter(), "es": es.NewSpanishLightStemmerFilter(),
	"fa": persianStemmer{}, "fi": fi.NewFinnishStemmerFilter(), "fr": fr.NewFrenchLightStemmerFilter(), "hi": hi.NewHindiStemmerFilter(),
	"hr": hr.NewCroatianStemmerFilter(), "hu": hu.NewHungarianStemmerFilter(), "it": it.NewItalianLightStemmerFilterFilter(),
	"nl": nl.NewDutchStemmerFilter(), "no": no.NewNorwegianStemmerFilter(), "nb": no.NewNorwegianStemmerFilter(),
	"nn": no.NewNorwegianStemmerFilter(), "pt": pt.NewPortugueseLightStemmerFilter(), "ro": ro.NewRomanianStemmerFilter(),
	"ru": ru.NewRussianStemmerFilter(), "sv": sv.NewSwedishStemmerFilter(), "tr": tr.NewTurkishStemmerFilter(),
}

// StemLanguage returns the language of a language tag if words of it are stemmed, ""
// if not.
func StemLanguage(tag string) string {
	base, _, _ := strings.Cut(strings.ToLower(tag), "-")
	if stemmers[base] == nil {
		return ""
	}
	return base
}

// Stem returns the part of a word that its forms have in common, in the form of
// [FoldUnit]. language is a result of [StemLanguage]. It returns "" where the stem
// is the word itself.
func Stem(word, language string) string {
	stemmer := stemmers[language]
	if stemmer == nil || len(word) < 3 {
		return ""
	}
	tokens := stemmer.Filter(analysis.TokenStream{{Term: []byte(word)}})
	if len(tokens) != 1 {
		return ""
	}
	if stem := string(tokens[0].Term); stem != word && isWhole(stem) {
		return stem
	}
	return ""
}

// isWhole reports whether a stem can be an index term.
func isWhole(stem string) bool {
	for _, r := range stem {
		if kind := kindOfRune(r); kind != kindWord && kind != kindMark {
			return false
		}
	}
	return stem != ""
}

// persianStemmer cuts the endings of plurals and possession, which are written
// with and without a joiner or a space before them. Bleve has no stemmer for
// Persian.
type persianStemmer struct{}

// persianEndings are in the form of FoldUnit, longer ones first.
var persianEndings = []string{"هايشان", "هايمان", "هايتان", "هايي", "هايش", "هايم", "هاي", "ها", "ترين", "تر"}

func (persianStemmer) Filter(tokens analysis.TokenStream) analysis.TokenStream {
	for _, t := range tokens {
		for _, ending := range persianEndings {
			const shortest = 4 // bytes: two letters
			if word, cut := strings.CutSuffix(string(t.Term), ending); cut && len(word) >= shortest {
				t.Term = []byte(word)
				break
			}
		}
	}
	return tokens
}

package wordindex

import (
	"slices"
	"strings"
	"unicode/utf8"

	"broadsheet/models"
	"broadsheet/models/terms"
)

// MaxQueryBytes limits a query. The rest is ignored.
const MaxQueryBytes = 1000

// Columns of the index.
const (
	Words  = "words"  // of the text
	Author = "author" // of the commenter's name
)

// Query is a search for words, as [terms.ParseQuery] reads it.
type Query struct{ parts []terms.Part }

// ParseQuery reads a query as a moderator types it. It accepts any bytes.
func ParseQuery(text string) Query { return Query{terms.ParseQuery(text, MaxQueryBytes)} }

// shortestPrefix is how many letters the beginning of a word has at least. Shorter
// ones, which would read a large part of the index, count as whole words.
const shortestPrefix = 3

// Condition returns the SQL condition, with its argument, that a column of the index
// meets the query. languages are results of [terms.StemLanguage]. ok is false if
// no comment meets it, because it has no word to look for.
func (q Query) Condition(d models.Dialect, column string, languages []string) (condition, argument string, ok bool) {
	var all [][]string
	var not [][][]string
	for i := range q.parts {
		p := &q.parts[i]
		var lists [][]string
		for _, need := range p.Needs(p.Not, languages) {
			lists = append(lists, need)
		}
		if begin, ok := prefixOf(p); ok {
			lists[len(lists)-1] = []string{begin + "*"}
		}
		if p.Not {
			not = append(not, lists)
		} else {
			all = append(all, lists...)
		}
	}
	if len(all) == 0 {
		return "", "", false
	}
	condition, argument = d.MatchWords(column, all, not)
	return condition, argument, true
}

// prefixOf returns the beginning of a word that a part asks for.
func prefixOf(p *terms.Part) (begin string, ok bool) {
	last := p.Units[len(p.Units)-1]
	return last.Text, p.Prefix && !last.Sign && utf8.RuneCountInString(last.Text) >= shortestPrefix
}

// Marks returns the places of the found words in a text, as bytes from and to, in
// order and without overlaps. Words that a phrase or several signs join are marked
// where they stand together.
func (q Query) Marks(text string, languages []string) (found [][2]int) {
	if len(q.parts) == 0 || text == "" {
		return nil
	}
	units := terms.Units(text, terms.MaxUnits)
	at := map[string][]int{} // the places of the units by what they are found by
	for i := range units {
		for _, form := range formsOf(&units[i], languages) {
			at[form] = append(at[form], i)
		}
	}
	marked := make([]bool, len(units))
	for i := range q.parts {
		if p := &q.parts[i]; !p.Not {
			markPart(p, units, at, marked, languages)
		}
	}
	for i, m := range marked {
		switch last := len(found) - 1; {
		case !m:
		case last >= 0 && i > 0 && marked[i-1] && units[i].Joined:
			found[last][1] = max(found[last][1], units[i].End)
		case last >= 0 && found[last][1] > units[i].Start:
		default:
			found = append(found, [2]int{units[i].Start, units[i].End})
		}
	}
	return found
}

// formsOf returns the forms that a unit is found by: its word, further words and stems.
func formsOf(u *terms.Unit, languages []string) []string {
	forms := append([]string{u.Text}, u.Also...)
	if !u.Sign {
		for _, language := range languages {
			if stem := terms.Stem(u.Text, language); stem != "" {
				forms = append(forms, stem)
			}
		}
	}
	slices.Sort(forms)
	return slices.Compact(forms)
}

// markPart marks the units of a text that a part of a query finds.
func markPart(p *terms.Part, units []terms.Unit, at map[string][]int, marked []bool, languages []string) {
	begin, prefix := prefixOf(p)
	for start := 0; start < len(p.Units); {
		end := start + 1
		for end < len(p.Units) && (p.Phrase || p.Units[end].Sign && p.Units[end].Joined && p.Units[end-1].Sign) {
			end++
		}
		run := p.Units[start:end]
		switch start = end; {
		case prefix && end == len(p.Units):
			for i := range units {
				marked[i] = marked[i] || strings.HasPrefix(units[i].Text, begin)
			}
		case len(run) == 1:
			for _, form := range formsOf(&run[0], languages) {
				for _, place := range at[form] {
					marked[place] = true
				}
			}
		default:
			for _, first := range at[run[0].Text] {
				if follows(run, units[first:]) {
					for i := range run {
						marked[first+i] = true
					}
				}
			}
		}
	}
}

// follows reports whether a text begins with some units.
func follows(wanted, text []terms.Unit) bool {
	if len(text) < len(wanted) {
		return false
	}
	for i := range wanted {
		if text[i].Text != wanted[i].Text {
			return false
		}
	}
	return true
}

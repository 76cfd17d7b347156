package views

import (
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"path"
	"strconv"
	"strings"

	"golang.org/x/text/feature/plural"
	"golang.org/x/text/language"
)

//go:embed messages/*.json
var messageFiles embed.FS

// fallbackLanguage has every message; a test sees to it that all others do
// too.
const fallbackLanguage = "en"

// catalogue is the interface text of one language.
type catalogue struct {
	tag      language.Tag
	messages map[string]message
}

// message is a text, or one for each plural form that the language has
// (CLDR's cardinal forms). {name} is replaced by a value.
type message map[string]string

// UnmarshalJSON takes a plain string as the form "other".
func (m *message) UnmarshalJSON(data []byte) error {
	if len(data) > 0 && data[0] == '"' {
		var text string
		err := json.Unmarshal(data, &text)
		*m = message{"other": text}
		return err
	}
	return json.Unmarshal(data, (*map[string]string)(m))
}

func loadCatalogues() (map[string]*catalogue, error) {
	names, err := fs.Glob(messageFiles, "messages/*.json")
	if err != nil {
		return nil, err
	}
	all := map[string]*catalogue{}
	for _, name := range names {
		data, err := messageFiles.ReadFile(name)
		if err != nil {
			return nil, err
		}
		lang := strings.TrimSuffix(path.Base(name), ".json")
		c := &catalogue{tag: language.Make(lang)}
		if err := json.Unmarshal(data, &c.messages); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		all[lang] = c
	}
	return all, nil
}

// text returns a message with values put in: name, value, name, value.
func (c *catalogue) text(key string, values ...any) (string, error) {
	m, ok := c.messages[key]
	if !ok {
		return "", fmt.Errorf("no message %q in %s", key, c.tag)
	}
	return fillValues(m["other"], values), nil
}

// count returns a message in the form for n, which it may name as {n}.
func (c *catalogue) count(key string, n int, values ...any) (string, error) {
	m, ok := c.messages[key]
	if !ok {
		return "", fmt.Errorf("no message %q in %s", key, c.tag)
	}
	text, ok := m[c.pluralForm(n)]
	if !ok {
		text = m["other"]
	}
	return fillValues(text, append(values, "n", c.number(n))), nil
}

var formNames = map[plural.Form]string{
	plural.Zero: "zero", plural.One: "one", plural.Two: "two", plural.Few: "few", plural.Many: "many", plural.Other: "other",
}

func (c *catalogue) pluralForm(n int) string {
	return formNames[plural.Cardinal.MatchPlural(c.tag, n, 0, 0, 0, 0)]
}

// number writes a number as the language groups it.
func (c *catalogue) number(n int) string {
	digits := strconv.Itoa(n)
	var b strings.Builder
	for i, d := range digits {
		if i > 0 && (len(digits)-i)%3 == 0 && digits[i-1] != '-' {
			b.WriteString(c.messages["number.group"]["other"])
		}
		b.WriteRune(d)
	}
	return b.String()
}

// fillValues puts values in: name, value, name, value. A name in a value is left
// alone.
func fillValues(text string, values []any) string {
	if len(values) == 0 || !strings.Contains(text, "{") {
		return text
	}
	var b strings.Builder
	for {
		begin := strings.IndexByte(text, '{')
		length := strings.IndexByte(text[max(begin, 0):], '}')
		if begin < 0 || length < 0 {
			b.WriteString(text)
			return b.String()
		}
		end := begin + length + 1
		b.WriteString(text[:begin])
		writeValue(&b, text[begin:end], values)
		text = text[end:]
	}
}

func writeValue(b *strings.Builder, name string, values []any) {
	for i := 0; i+1 < len(values); i += 2 {
		if known, ok := values[i].(string); !ok || known != name[1:len(name)-1] {
			continue
		}
		switch v := values[i+1].(type) {
		case string:
			b.WriteString(v)
		case int:
			b.WriteString(strconv.Itoa(v))
		default:
			fmt.Fprint(b, v)
		}
		return
	}
	b.WriteString(name)
}

// rightToLeft has the languages that are written from right to left.
var rightToLeft = map[string]bool{
	"ar": true, "fa": true, "he": true, "ur": true, "ps": true, "sd": true, "ug": true, "yi": true, "dv": true,
	"ckb": true,
}

// DirOf returns the direction a language is written in: ltr or rtl.
func DirOf(lang string) string {
	base, _, _ := strings.Cut(lang, "-")
	if rightToLeft[base] {
		return "rtl"
	}
	return "ltr"
}

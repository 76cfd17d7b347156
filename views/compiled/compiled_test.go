package compiled_test

import (
	"bytes"
	"errors"
	"fmt"
	"html/template"
	"strings"
	"testing"
	"time"

	"broadsheet/views/compiled"
)

type inner struct{ URL, Name string }

func (i inner) Loud() string { return strings.ToUpper(i.Name) }

type leaf struct {
	Name   string
	Leaves []leaf
}

// Count has a value receiver, Deepest a pointer receiver.
func (l leaf) Count() int { return len(l.Leaves) }

func (l *leaf) Deepest() string {
	for len(l.Leaves) > 0 {
		l = &l.Leaves[0]
	}
	return l.Name
}

type kind string

type temper int

func (t temper) String() string { return fmt.Sprintf("<%d°>", int(t)) }

type data struct {
	inner
	Text, Empty  string
	Number, Zero int
	Small        int64
	Share        float64
	Yes, No      bool
	At           time.Time
	Later, Never *time.Time
	Link         *inner
	Missing      *inner
	Pair         inner
	List         []inner
	None         []inner
	Words        []string
	Safe         template.HTML
	Address      template.URL
	Kind         kind
	Warm         temper
	Tree         leaf
	Any          any
	JSON         map[string]any
}

func sample(text string) data {
	later := time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)
	return data{
		inner: inner{"/a/" + text, text}, Text: text, Number: 12345, Small: -7, Share: 0.25, Yes: true,
		At: later.AddDate(0, 1, 0), Later: &later,
		Link:  &inner{text, "Link"},
		List:  []inner{{"/one", text}, {text, "two"}, {"https://b.example/?q=" + text + "#c", "three"}},
		Words: []string{text, "", "b"},
		Safe:  template.HTML("<b>" + text + "</b>"), Address: template.URL("otpauth:" + text), Kind: kind(text), Warm: 3,
		Tree: leaf{text, []leaf{{"b", []leaf{{"c", nil}}}, {"d", nil}}}, Any: text, JSON: map[string]any{"name": text, "n": 1},
	}
}

var functions = template.FuncMap{
	"day":    func(t time.Time) string { return t.Format(time.DateOnly) },
	"month":  func(t time.Time) (string, error) { return t.Month().String(), nil },
	"since":  func(t, now time.Time) (string, error) { return now.Sub(t).String(), nil },
	"shout":  strings.ToUpper,
	"say":    func(key string, values ...any) (string, error) { return fmt.Sprint(key, values), nil },
	"many":   func(key string, n int, values ...any) (string, error) { return fmt.Sprint(key, n, values), nil },
	"digits": func(n int) string { return fmt.Sprint("+", n) },
	"safe":   func() template.HTML { return "<i>" },
	"style":  func() template.CSS { return "p{color:red}" },
	"pair":   func(a string, b inner) inner { return inner{a, b.Name} },
	"wrong":  func(string) (string, error) { return "", errors.New("it went wrong") },
	"broken": func(s string, _ ...any) (string, error) { return "", errors.New("it went wrong with " + s) },
}

// texts are the values of the samples.
var texts = []string{
	"", "plain", `a "quoted" & 'single' <b>+1</b>`, "café – ليل", "nul\x00\xff\xed\xa0\x80", "javascript:alert(1)", "//evil.example/x y",
	"https://a.example/b?c=d&e=f%20g%zz", "mailto:a@b.example", "a,b 2x", "\u2028</script><!--", "{{.Text}}",
	"/a/b-c/?d=1#e", "#top", "#top+1", "#a:b", "x:/y",
}

// templates use every construct of the templates in views.
var templates = []string{
	`<p title="{{.Text}}" data-n="{{.Number}}">{{.Text}} {{.Number}} {{.Small}} {{.Share}} {{.Yes}} {{.Kind}} {{.Warm}} {{.Safe}} {{.Any}}</p>`,
	`<title>{{.Text}}{{.Safe}}</title><textarea>{{.Text}}{{.Number}}</textarea>`,
	`<a href="{{.Text}}">{{.Text}}</a><a href="{{.URL}}" title='{{.Text}}'>{{.Link.URL}}</a><a href="/x?y={{.Text}}&amp;n={{.Number}}">z</a><a href="/x/{{.Text}}">z</a><a href="{{.Address}}">o</a><a href="{{.Kind}}">k</a>`,
	`<a href="{{.Number}}">{{.Warm}}</a><a href="{{.Warm}}">w</a><a href="{{.Any}}">a</a><p title="{{.Safe}}">{{.Address}}</p>`,
	`<img srcset="{{.Text}}"><script type="application/ld+json">{{.JSON}}</script><script>x = {{.Text}}; y = {{.Number}}</script><style>{{style}} p{color:{{.Text}}}</style>`,
	`{{if .Text}}t{{else if .Yes}}y{{else}}n{{end}}{{if .Zero}}z{{end}}{{if not .No}}not{{end}}{{if and .Yes .List}}and{{end}}{{if or .Zero .None .Empty}}or{{else}}nor{{end}}{{if .Missing}}m{{end}}{{if .Link}}l{{end}}{{if .Share}}s{{end}}{{if .Any}}a{{end}}{{if .At}}at{{end}}`,
	`<p>{{or .Empty .Text}}{{or .Text .Number}}{{and .Yes .Name}}</p>`,
	`{{with .Link}}<a href="{{.URL}}">{{.Name}} {{.Loud}} {{$.Text}}</a>{{end}}{{with .Missing}}x{{else}}none {{.Text}}{{end}}{{with .Text}}{{.}}{{end}}`,
	`{{range .List}}<a href="{{.URL}}">{{.Name}}{{$.Number}}</a>{{end}}{{range .None}}x{{else}}{{.Text}}{{end}}{{range $i, $l := .List}}{{if $i}}, {{end}}{{$l.Name}}{{.Name}}{{end}}{{range $w := .Words}}[{{$w}}{{.}}]{{end}}`,
	`{{$a := .Text}}{{range .Words}}{{$b := .}}{{$a}}{{$b}}{{end}}{{if .Yes}}{{$a := 5}}{{$a}}{{end}}{{$a}}`,
	`{{day .At}} {{month .At}} {{day .Later}} {{since .At .At}} {{since .Later .At}} {{shout .Text}} {{say "key"}} {{say .Text "n" .Number "t" .Text}} {{many "k" .Number}} {{many .Text 3 "a" (digits .Number)}} {{digits .Number}} {{safe}}`,
	`{{with pair .Text .Pair}}{{.Name}}{{.URL}}{{end}}`,
	`{{if eq .Number 12345}}1{{end}}{{if eq .Text "plain" "b" ""}}2{{end}}{{if ne .Text .Name}}3{{end}}{{if gt .Number .Zero}}4{{end}}{{if le .Small 3}}5{{end}}{{if lt .Text "m"}}6{{end}}{{if ge (len .List) 3}}7{{end}}{{len .Words}} {{print "a." .Number .Text}}`,
	`{{template "leaf" .Tree}}{{template "fixed"}}{{.Tree.Count}} {{.Later.Year}} {{.At.IsZero}}`,
	"{{/* a remark */}}a  {{- .Text -}}   b",
}

const shared = `{{define "leaf"}}<li>{{.Name}} {{.Count}} {{$.Name}}{{range .Leaves}}<ul>{{template "leaf" .}}</ul>{{end}}</li>{{end}}{{define "fixed"}}<hr>{{safe}}{{end}}`

// parse returns the template and its Set. The Set panics instead of falling back.
func parse(text string) (*template.Template, *compiled.Set, error) {
	t, err := template.New("page").Funcs(functions).Parse(text + shared)
	if err != nil {
		return nil, nil, err
	}
	s, err := compiled.New(t, functions, "page", func(name string, why error) { panic(name + " is not compiled: " + why.Error()) })
	return t, s, err
}

func TestTemplatesWriteWhatHTMLTemplateWrites(t *testing.T) {
	t.Parallel()
	for _, template := range templates {
		slow, fast, err := parse(template)
		if err != nil {
			t.Errorf("%s: %v", template, err)
			continue
		}
		for _, text := range texts {
			compare(t, template, slow, fast, sample(text))
		}
	}
}

// compare executes a template compiled and interpreted.
func compare(t *testing.T, name string, slow *template.Template, fast *compiled.Set, d data) {
	t.Helper()
	var want bytes.Buffer
	if err := slow.Execute(&want, &d); err != nil {
		t.Fatalf("%s, interpreted: %v", name, err)
	}
	got, err := fast.Append([]byte("before "), "page", &d)
	if err != nil || string(got) != "before "+want.String() {
		t.Errorf("%s\ncompiled %q, %v\nwant     %q", name, got, err, want.String())
	}
}

// A template with an unknown construct has the bytes or the error of
// html/template, and one warning.
func TestUnknownTemplatesAreInterpretedWithOneWarning(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		`{{.Nothing}}`, `{{.Text.Nothing}}`, `{{printf "%d" .Number}}`, `{{index .Words 0}}`, `{{.Text | shout}}`, `{{range .JSON}}{{end}}`,
		`{{if eq .Share 0.25}}{{end}}`, `{{day .Text}}`, `{{digits .Text}}`, `{{template "none" .}}`,
		`{{(or .Link .Text).Name}}`, `{{.Tree.Deepest}}`,
		`{{range .Words}}{{break}}{{end}}`, `<p {{template "fixed"}}>`, `<p onclick="{{.Text}}">`, `{{pair .Text .Text}}`, `{{shout}}`,
	} {
		var warnings []string
		slow, err := template.New("page").Funcs(functions).Parse(text + shared)
		if err != nil {
			t.Fatal(err)
		}
		fast, err := compiled.New(template.Must(slow.Clone()), functions, "page", func(name string, why error) {
			warnings = append(warnings, name+": "+why.Error())
		})
		if err != nil {
			continue
		}
		for _, text := range []string{"a", `<"&'+>`} {
			d := sample(text)
			var want bytes.Buffer
			wantErr := slow.Execute(&want, &d)
			got, err := fast.Append([]byte("before "), "page", &d)
			if wantErr != nil {
				want.Reset()
			}
			if (err == nil) != (wantErr == nil) || string(got) != "before "+want.String() {
				t.Errorf("%s: %q, %v, want %q, %v", text, got, err, want.String(), wantErr)
			}
		}
		if len(warnings) != 1 || !strings.HasPrefix(warnings[0], "page: ") {
			t.Errorf("%s: the warnings are %q", text, warnings)
		}
	}
}

// New returns the escaping errors of html/template.
func TestTemplatesThatCannotBeEscapedAreRefused(t *testing.T) {
	t.Parallel()
	if _, _, err := parse(`<a href={{if .Yes}}"{{end}}>`); err == nil {
		t.Error("New ignores an error of html/template")
	}
	if s, err := compiled.New(template.Must(template.New("a").Parse("a")), nil, "b", nil); err == nil {
		t.Error("New accepts an entry that does not exist", s)
	}
}

// After an error Append returns dst, and the next call works.
func TestAppendReturnsDstAfterAnError(t *testing.T) {
	t.Parallel()
	d := sample("a")
	for text, why := range map[string]string{
		`first {{broken "this"}}`: "it went wrong with this",
		`first {{.Missing.Name}}`: "nothing is there",
		`first {{day .Never}}`:    "nothing is there",
	} {
		_, s, err := parse(text)
		if err != nil {
			t.Fatal(err)
		}
		for range 2 {
			out, err := s.Append([]byte("kept"), "page", &d)
			if err == nil || !strings.Contains(err.Error(), why) || string(out) != "kept" {
				t.Errorf("%s: %q, %v", text, out, err)
			}
		}
	}
}

// FuzzValues compares the escaping of random texts in every place.
func FuzzValues(f *testing.F) {
	for _, text := range texts {
		f.Add(text)
	}
	var sets []*compiled.Set
	var slow []*template.Template
	for _, text := range templates {
		t, s, err := parse(text)
		if err != nil {
			f.Fatal(err)
		}
		sets, slow = append(sets, s), append(slow, t)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for i, s := range sets {
			compare(t, templates[i], slow[i], s, sample(text))
		}
	})
}

// BenchmarkAppend compares compiled and interpreted templates in one run.
func BenchmarkAppend(b *testing.B) {
	slow, fast, err := parse(templates[8])
	if err != nil {
		b.Fatal(err)
	}
	d := sample("plain")
	b.Run("compiled", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := fast.Append(nil, "page", &d); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("interpreted", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			var out bytes.Buffer
			if err := slow.Execute(&out, &d); err != nil {
				b.Fatal(err)
			}
		}
	})
}

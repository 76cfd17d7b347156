package views_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"broadsheet/public"
	"broadsheet/views"
	"broadsheet/views/fixtures"

	"golang.org/x/net/html"
	"golang.org/x/text/feature/plural"
	"golang.org/x/text/language"
)

var update = flag.Bool("update", false, "write the golden files anew")

func renderer(t *testing.T) *views.Renderer {
	t.Helper()
	assets, err := public.New()
	if err != nil {
		t.Fatal(err)
	}
	r, err := views.New(assets, views.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// assetName hides the hash in asset addresses, so that a change of the
// stylesheet does not change every golden file.
var assetName = regexp.MustCompile(`(/assets/[a-z]+)\.[0-9a-f]+\.`)

// firstStyle hides the style in the page's head for the same reason.
var firstStyle = regexp.MustCompile(`(?s)<style>.+?</style>`)

func TestGolden(t *testing.T) {
	t.Parallel()
	r := renderer(t)
	for _, s := range fixtures.All() {
		var page bytes.Buffer
		if err := s.Render(r, &page); err != nil {
			t.Errorf("%s: %v", s.Name, err)
			continue
		}
		got := assetName.ReplaceAll(page.Bytes(), []byte("$1.HASH."))
		got = firstStyle.ReplaceAll(got, []byte("<style>…</style>"))
		path := filepath.Join("testdata", "golden", s.Name+".html")
		if *update {
			if err := os.WriteFile(path, got, 0o644); err != nil {
				t.Fatal(err)
			}
			continue
		}
		want, err := os.ReadFile(path)
		if err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s differs from %s (%v); look at it, then run: go test ./views -update", s.Name, path, err)
		}
		if bytes.Contains(got, []byte("ZgotmplZ")) {
			t.Errorf("%s: the template engine refused a value", s.Name)
		}
	}
}

// Compiled pages have the bytes that html/template writes, in every language,
// and no page falls back to html/template.
func TestLongCompiledPagesAreHTMLTemplatesOwn(t *testing.T) {
	t.Parallel()
	assets, err := public.New()
	if err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	r, err := views.New(assets, views.Options{Log: slog.New(slog.NewTextHandler(&log, nil))})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if log.Len() > 0 {
			t.Error(log.String())
		}
	}()
	slow := r.Interpreting()
	for _, s := range fixtures.All() {
		var got, want bytes.Buffer
		if err := s.Render(r, &got); err != nil {
			t.Errorf("%s: %v", s.Name, err)
		}
		if err := s.Render(slow, &want); err != nil {
			t.Errorf("%s, interpreted: %v", s.Name, err)
		}
		if !bytes.Equal(got.Bytes(), want.Bytes()) {
			t.Errorf("%s: compiled it differs", s.Name)
		}
	}
}

// A page whose templates cannot be compiled is rendered, with one warning.
func TestAPageThatCannotBeCompiledIsRenderedWithOneWarning(t *testing.T) {
	t.Parallel()
	assets, err := public.New()
	if err != nil {
		t.Fatal(err)
	}
	changed := fstest.MapFS{}
	for _, dir := range []string{"layouts", "parts", "pages"} {
		names, err := filepath.Glob(dir + "/*.html")
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range names {
			data, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			if name == "pages/problem.html" {
				data = append(data, `{{define "late"}}{{end}}`...)
				data = bytes.Replace(data, []byte(`{{define "main"}}`), []byte(`{{define "main"}}{{printf "%s" ""}}`), 1)
			}
			changed[name] = &fstest.MapFile{Data: data}
		}
	}
	var log bytes.Buffer
	r, err := views.New(assets, views.Options{Templates: changed, Log: slog.New(slog.NewTextHandler(&log, nil))})
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range fixtures.All() {
		if s.Name != "404" {
			continue
		}
		var got, want bytes.Buffer
		if err := errors.Join(s.Render(r, &got), s.Render(renderer(t), &want)); err != nil || !bytes.Equal(got.Bytes(), want.Bytes()) {
			t.Errorf("%s differs (%v)", s.Name, err)
		}
		if err := s.Render(r, &got); err != nil {
			t.Error(err)
		}
		if n := strings.Count(log.String(), "level=WARN"); n != 1 {
			t.Errorf("%d warnings: %s", n, &log)
		}
		return
	}
	t.Error("there is no such fixture")
}

// The bytes outside the personal marks are the same for all readers.
func TestPersonalPartsStayBetweenTheirMarks(t *testing.T) {
	t.Parallel()
	r := renderer(t)
	between := regexp.MustCompile(`(?s)<!--personal-->.*?<!--/personal-->`)
	outside := map[string]string{}
	for _, s := range fixtures.All() {
		if s.Name != "article" && s.Name != "article-pending" {
			continue
		}
		var page bytes.Buffer
		if err := s.Render(r, &page); err != nil {
			t.Fatal(err)
		}
		if n := len(between.FindAllString(page.String(), -1)); n != 2 {
			t.Errorf("%s has %d personal parts, want 2", s.Name, n)
		}
		outside[s.Name] = between.ReplaceAllString(page.String(), "")
		if strings.Contains(outside[s.Name], "Anna Lind") {
			t.Errorf("%s: the reader's name stands outside the marks", s.Name)
		}
	}
	if outside["article"] != outside["article-pending"] {
		t.Error("the bytes outside the marks differ between a visitor and a replier")
	}
}

func messages(t *testing.T, lang string) map[string]any {
	t.Helper()
	data, err := os.ReadFile("messages/" + lang + ".json")
	if err != nil {
		t.Fatal(err)
	}
	var m map[string]any
	if err := json.Unmarshal(data, &m); err != nil {
		t.Fatal(err)
	}
	return m
}

var placeholder = regexp.MustCompile(`\{[a-z]+\}`)

// Every language has every message, every plural form it needs, and no
// placeholder that English does not know.
func TestMessagesAreComplete(t *testing.T) {
	t.Parallel()
	english := messages(t, "en")
	files, err := filepath.Glob("messages/*.json")
	if err != nil || len(files) < 2 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		lang := strings.TrimSuffix(filepath.Base(file), ".json")
		m := messages(t, lang)
		needed := map[string]bool{}
		for n := range 200 {
			needed[formName(plural.Cardinal.MatchPlural(language.Make(lang), n, 0, 0, 0, 0))] = true
		}
		for key, text := range english {
			translated, ok := m[key]
			if !ok {
				t.Errorf("%s lacks %q", lang, key)
				continue
			}
			forms, counted := translated.(map[string]any)
			if _, want := text.(map[string]any); want != counted {
				t.Errorf("%s: %q has plural forms in one language only", lang, key)
				continue
			}
			for form := range needed {
				if counted && forms[form] == nil {
					t.Errorf("%s: %q lacks the plural form %q", lang, key, form)
				}
			}
			if s, ok := translated.(string); ok && s == "" {
				t.Errorf("%s: %q is empty", lang, key)
			}
			if s, ok := translated.(string); ok && !strings.HasPrefix(key, "date.") {
				for _, p := range placeholder.FindAllString(s, -1) {
					if !strings.Contains(text.(string), p) {
						t.Errorf("%s: %q has %s, English has not", lang, key, p)
					}
				}
			}
		}
		for key := range m {
			if english[key] == nil {
				t.Errorf("%s has %q, English has not", lang, key)
			}
		}
	}
}

func formName(f plural.Form) string {
	return map[plural.Form]string{
		plural.Zero: "zero", plural.One: "one", plural.Two: "two", plural.Few: "few", plural.Many: "many",
		plural.Other: "other",
	}[f]
}

// panelSample is a form that the desk's script puts onto another page.
const panelSample = "ban-panel"

// Every sample is a page with one first heading, no repeated ids, and labels
// for its fields.
func TestSamplesAreSound(t *testing.T) {
	t.Parallel()
	r := renderer(t)
	for _, s := range fixtures.All() {
		var page bytes.Buffer
		if err := s.Render(r, &page); err != nil {
			t.Fatal(err)
		}
		doc, err := html.Parse(&page)
		if err != nil {
			t.Fatal(err)
		}
		ids, labels, fields, headings := map[string]bool{}, []string{}, []string{}, 0
		for n := range doc.Descendants() {
			if n.Type != html.ElementNode {
				continue
			}
			if n.Data == "h1" {
				headings++
			}
			for _, a := range n.Attr {
				switch {
				case a.Key == "id" && ids[a.Val]:
					t.Errorf("%s: id %q twice", s.Name, a.Val)
				case a.Key == "id":
					ids[a.Val] = true
					if n.Data == "input" || n.Data == "textarea" {
						fields = append(fields, a.Val)
					}
				case a.Key == "for":
					labels = append(labels, a.Val)
				case a.Key == "style" || strings.HasPrefix(a.Key, "on"):
					t.Errorf("%s: attribute %s", s.Name, a.Key)
				}
			}
		}
		if headings != 1 && s.Name != panelSample {
			t.Errorf("%s has %d first headings", s.Name, headings)
		}
		for _, f := range fields {
			if !slices.Contains(labels, f) && f != "comment_post_ID" && f != "comment_parent" {
				t.Errorf("%s: field %s has no label", s.Name, f)
			}
		}
	}
}

// Every page has the style for its first screen and asks once for the rest:
// in the head where the page waits for it, else where the first screen ends.
func TestEveryPageHasItsStyles(t *testing.T) {
	t.Parallel()
	r := renderer(t)
	assets, err := public.New()
	if err != nil {
		t.Fatal(err)
	}
	link := `<link rel="stylesheet" href="` + assets.URL("site.css") + `">`
	late := map[string]bool{}
	for _, s := range fixtures.All() {
		var page bytes.Buffer
		if err := s.Render(r, &page); err != nil {
			t.Fatal(err)
		}
		if strings.HasPrefix(s.Name, "embed") || s.Name == panelSample {
			continue // they have a small sheet of their own, or none
		}
		head, body, _ := strings.Cut(page.String(), "</head>")
		style := assets.FirstStyle()
		if strings.HasPrefix(s.Name, "article") || strings.HasPrefix(s.Name, "who-") {
			style = assets.StoryStyle()
		}
		if !strings.Contains(head, "<style>"+style+"</style>") {
			t.Errorf("%s: the first style is not in the head, byte for byte", s.Name)
		}
		if n := strings.Count(head, link) + strings.Count(body, link); n != 1 {
			t.Errorf("%s asks %d times for the stylesheet", s.Name, n)
		}
		if strings.Contains(body, link) {
			kind, _, _ := strings.Cut(s.Name, "-")
			late[kind] = true
		}
	}
	for _, kind := range []string{"front", "section", "article"} {
		if !late[kind] {
			t.Errorf("no %s page shows its first screen before the stylesheet is there", kind)
		}
	}
}

// Digests look as their golden files, in both forms.
func TestGoldenDigests(t *testing.T) {
	t.Parallel()
	r := renderer(t)
	for _, language := range []string{"en", "ar"} {
		text, html, err := r.DigestMail(fixtures.DigestMail(language))
		if err != nil {
			t.Fatal(err)
		}
		for ext, got := range map[string]string{"txt": text, "html": html} {
			path := filepath.Join("testdata", "golden", "mail-digest-"+language+"."+ext)
			if *update {
				if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(path)
			if err != nil || string(want) != got {
				t.Errorf("%s differs (%v); look at it, then run: go test ./views -update", path, err)
			}
		}
	}
}

package handlers

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"broadsheet/models/settings"
)

// Any file adds terms that a list can hold: no term is lost or doubled, an import of the
// same file adds nothing, and neither does one after the list was stored.
func FuzzMergeTerms(f *testing.F) {
	f.Add("casino\nPoker", "poker\r\nroulette\n\n  slots \rRoulette")
	f.Add("", "\uFEFFكازينو\nİstanbul\nistanbul\nSTRASSE\nstraße")
	f.Add("a\r\nb", "\x00c\xff\xfe\u2028d\u0085e")
	f.Fuzz(func(t *testing.T, list, text string) {
		list, text = cleanText(list), cleanText(strings.TrimPrefix(text, "\uFEFF"))
		lines, added, known := mergeTerms(list, text)
		terms := strings.Split(lines, "\n")
		if lines == "" {
			terms = nil
		}
		before, total := 0, 0
		for line := range strings.SplitSeq(list, "\n") {
			if strings.TrimSpace(line) != "" {
				if strings.TrimSpace(line) != terms[before] {
					t.Fatalf("the term %q of the list is now %q", line, terms[before])
				}
				before++
			}
		}
		for line := range strings.FieldsFuncSeq(text, func(r rune) bool { return r == '\n' || r == '\r' }) {
			if strings.TrimSpace(line) != "" {
				total++
			}
		}
		if added+known != total || before+added != len(terms) {
			t.Fatalf("%d added and %d known of %d; %d terms after %d", added, known, total, len(terms), before)
		}
		for _, term := range terms[before:] {
			if term == "" || strings.TrimSpace(term) != term || strings.ContainsAny(term, "\r\n") {
				t.Errorf("the term %q", term)
			}
		}
		if again, added, _ := mergeTerms(lines, text); added != 0 || again != lines {
			t.Errorf("the second import adds %d to %q", added, again)
		}
		stored, err := settings.Check(settings.Default(), map[string]string{"comment.hold-words": lines})
		if err != nil {
			return // too many terms, or a term that is too long
		}
		if again, added, _ := mergeTerms(string(stored.CommentHoldWords), text); added != 0 {
			t.Errorf("after the list was stored the import adds %d:\n%q\n%q", added, lines, again)
		}
	})
}

// Any body is read or refused, and what is read is what a form with a file holds.
func FuzzReadTextParts(f *testing.F) {
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for name, value := range map[string]string{"list": "trash", "how": "replace"} {
		if err := w.WriteField(name, value); err != nil {
			f.Fatal(err)
		}
	}
	file, err := w.CreateFormFile("file", "words.txt")
	if err != nil {
		f.Fatal(err)
	}
	if _, err := file.Write([]byte("casino\nبوكر\n")); err != nil {
		f.Fatal(err)
	}
	if err := w.Close(); err != nil {
		f.Fatal(err)
	}
	f.Add(w.FormDataContentType(), body.Bytes())
	f.Add(w.FormDataContentType(), body.Bytes()[:body.Len()-9])
	f.Add("multipart/form-data", []byte("--x"))
	f.Add("multipart/form-data; boundary=x", []byte("--x\r\nContent-Disposition: form-data; name=\"file\"\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n=4\r\n--x--"))
	f.Add("text/plain", []byte("casino"))
	f.Fuzz(func(t *testing.T, contentType string, data []byte) {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, rulesImportPath, bytes.NewReader(data))
		r.Header.Set("Content-Type", contentType)
		fields, err := readTextParts(r)
		size := 0
		for name, value := range fields {
			size += len(name) + len(value)
		}
		if err != nil && fields != nil || size > len(data) {
			t.Errorf("%d bytes of %d, %v", size, len(data), err)
		}
		if r.Header.Get("Content-Type") == w.FormDataContentType() && bytes.Equal(data, body.Bytes()) && fields["file"] != "casino\nبوكر\n" {
			t.Errorf("the file is %q, %v", fields["file"], err)
		}
	})
}

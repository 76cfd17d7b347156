package restbody_test

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"broadsheet/handlers/restbody"
	"broadsheet/handlers/restparams"
)

func request(kind, query, body string) *http.Request {
	r := httptest.NewRequest(http.MethodPost, "/?"+query, strings.NewReader(body))
	r.Header.Set("Content-Type", kind)
	return r
}

const (
	asJSON = "application/json"
	asForm = "application/x-www-form-urlencoded"
)

// The same values come from JSON, from a form and from the query.
func TestFieldsOfBodies(t *testing.T) {
	t.Parallel()
	for _, r := range []*http.Request{
		request(asJSON+"; charset=utf-8", "", `{"title":{"raw":"Tea & <b>"},"tags":[3,"1",3],"parent":5,"sticky":true,"date":"2026-11-20T02:00:00","status":"draft","none":null}`),
		request(asForm, "", "title=Tea+%26+%3Cb%3E&tags=3,1,3&parent=5&sticky=1&date=2026-11-20+02%3A00%3A00&status=draft"),
		request(asForm, "parent=5", "title[raw]=Tea+%26+%3Cb%3E&tags[]=3&tags[]=1&sticky=true&date=2026-11-20T02:00:00&status=draft"),
		request("", "title=Tea+%26+%3Cb%3E&tags[0]=3&tags[1]=1&parent=5&sticky=1&date=2026-11-20T02:00:00&status=draft", ""),
	} {
		f, err := restbody.Read(r)
		if err != nil {
			t.Fatal(err)
		}
		at, ok := f.Date("date")
		got := fmt.Sprintln(f.Text("title"), f.Integers("tags"), f.Integer("parent"), f.Bool("sticky"), at, ok, f.Choice("status", "draft"), f.Has("none"))
		got = strings.TrimSpace(got)
		if want := "Tea & <b> [3 1] 5 true 2026-11-20T02:00:00 true draft false"; got != want || f.Err() != nil {
			t.Errorf("%s: %s, %v, want %s", r.Header.Get("Content-Type"), got, f.Err(), want)
		}
	}
}

// TestListsKeepTheirOrder: the order of authors and their roles counts, and an empty role keeps
// its place.
func TestListsKeepTheirOrder(t *testing.T) {
	t.Parallel()
	form, want := "", ""
	for i := range 12 {
		form += fmt.Sprintf("&who[%d]=%d&role[%d]=r%d", 11-i, 31-i, 11-i, 11-i)
		want += fmt.Sprintf(" %d", 20+i)
	}
	f, err := restbody.Read(request(asForm, "", form[1:]))
	if err != nil {
		t.Fatal(err)
	}
	roles := f.Texts("role")
	if got := fmt.Sprint(f.Integers("who")); got != "["+want[1:]+"]" || len(roles) != 12 || roles[2] != "r2" || roles[10] != "r10" {
		t.Errorf("the order is %s and %q", got, roles)
	}
	for _, f := range []*restbody.Fields{
		must(restbody.Read(request(asJSON, "", `{"role":["","b\u0000",""]}`))), must(restbody.Read(request(asForm, "", "role[]=&role[]=b%00&role[]="))),
		must(restbody.JSON([]byte(` {"role":["","b",""]}`), "")), must(restbody.JSON([]byte("[]"), "role[]=&role[]=b&role[]=")),
	} {
		if got := fmt.Sprintf("%q", f.Texts("role")); got != `["" "b" ""]` || f.Texts("none") != nil || f.Err() != nil {
			t.Errorf("the roles are %s, %v", got, f.Err())
		}
	}
}

func must(f *restbody.Fields, err error) *restbody.Fields {
	if err != nil {
		panic(err)
	}
	return f
}

// TestFieldsAreCheckedByASchema: every field of another type is named, as a batch needs it.
func TestFieldsAreCheckedByASchema(t *testing.T) {
	t.Parallel()
	schema := restparams.Schema{
		{Name: "title", Kind: restparams.Text},
		{Name: "tags", Kind: restparams.Integers},
		{Name: "parent", Kind: restparams.Integer},
		{Name: "sticky", Kind: restparams.Bool},
		{Name: "date", Kind: restparams.Date},
		{Name: "roles", Kind: restparams.Texts},
		{Name: "status", Kind: restparams.Choice, Choices: []string{"draft", "publish"}},
	}
	wrong := `{"title":[1],"tags":{"a":1},"parent":"five","sticky":"perhaps","date":"yesterday","roles":"x","status":"nothing","other":1}`
	err := must(restbody.JSON([]byte(wrong), "")).Check(schema)
	if want := "Invalid parameter(s): title, tags, parent, sticky, date, roles, status"; err == nil || err.Error() != want {
		t.Errorf("%v, want %s", err, want)
	}
	right := `{"title":{"raw":"x"},"tags":"1,2","parent":"5","sticky":0,"date":null,"roles":[],"status":"draft"}`
	if err := must(restbody.JSON([]byte(right), "")).Check(schema); err != nil {
		t.Errorf("right fields: %v", err)
	}
	if _, err := restbody.JSON([]byte(`{"a"`), ""); err == nil {
		t.Error("broken JSON is read")
	}
}

func TestProblemsOfFields(t *testing.T) {
	t.Parallel()
	f, err := restbody.Read(request(asJSON, "", `{"title":[1],"tags":{"a":1},"more":["x"],"parent":"five","sticky":"perhaps","date":"yesterday","status":"nothing"}`))
	if err != nil {
		t.Fatal(err)
	}
	f.Text("title")
	f.Integers("tags")
	f.Integers("more")
	f.Integer("parent")
	f.Bool("sticky")
	f.Date("date")
	f.Choice("status", "draft", "publish")
	want := "Invalid parameter(s): title, tags, more[0], parent, sticky, date, status"
	if err := f.Err(); err == nil || err.Error() != want {
		t.Errorf("%v, want %s", err, want)
	}
}

func TestBodiesThatCannotBeRead(t *testing.T) {
	t.Parallel()
	for _, one := range []struct {
		kind, body string
		want       int
	}{
		{asJSON, `{"title"`, 400},
		{asJSON, `[1]`, 400},
		{asForm, "a=%zz", 400},
		{"text/plain", "hello", 415},
		{asJSON, `{"title":"` + strings.Repeat("x", 100) + `"}`, 413},
	} {
		r := request(one.kind, "", one.body)
		r.Body = http.MaxBytesReader(httptest.NewRecorder(), r.Body, 100)
		_, err := restbody.Read(r)
		if refused, ok := errors.AsType[*restparams.Refused](err); !ok || refused.Status != one.want {
			t.Errorf("%s %.20s: %v, want %d", one.kind, one.body, err, one.want)
		}
	}
}

// FuzzRead reads any body. Texts are always valid, and lists are bounded.
func FuzzRead(f *testing.F) {
	for _, seed := range []string{`{"a":"\u0000"}`, `{"a":{"raw":"x"}}`, `{"a":[1,2,"3"]}`, "a=1&a[]=2&a[raw]=3", `{"a":1e400}`, "a=%00%ff"} {
		f.Add(true, seed)
		f.Add(false, seed)
	}
	f.Fuzz(func(t *testing.T, json bool, body string) {
		kind := asForm
		if json {
			kind = asJSON
		}
		fields, err := restbody.Read(request(kind, "", body))
		if err != nil {
			return
		}
		text := fields.Text("a")
		fields.Integer("a")
		fields.Bool("a")
		fields.Date("a")
		list := fields.Integers("a")
		if strings.ContainsRune(text, 0) || strings.ToValidUTF8(text, "") != text || len(list) > restbody.MaxItems && fields.Err() == nil {
			t.Errorf("%q gives %q and %d numbers", body, text, len(list))
		}
	})
}

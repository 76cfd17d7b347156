package restparams_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"broadsheet/handlers/restparams"
)

var schema = restparams.Schema{
	{Name: "context", Kind: restparams.Choice, Choices: []string{"view", "embed", "edit"}, Default: "view"},
	{Name: "page", Kind: restparams.Integer, Least: 1, Default: "1"},
	{Name: "per_page", Kind: restparams.Integer, Least: 1, Most: 100, Default: "10"},
	{Name: "search", Kind: restparams.Text},
	{Name: "after", Kind: restparams.Date},
	{Name: "include", Kind: restparams.Integers, Ordered: [2]string{"orderby", "include"}},
	{Name: "orderby", Kind: restparams.Choice, Choices: []string{"date", "id", "include"}, Default: "date"},
	{Name: "slug", Kind: restparams.Texts},
	{Name: "categories", Kind: restparams.TermIDs},
	{Name: "sticky", Kind: restparams.Bool},
	{Name: "status", Kind: restparams.Choices, Choices: []string{"publish", "draft"}, Closed: []string{"private"}, Default: "publish"},
	{Name: "_fields", Kind: restparams.Words, Known: []string{"id", "title.rendered"}},
	{Name: "author_email", Kind: restparams.Text, Forbidden: true},
	{Name: "_embed", Kind: restparams.Words, Bare: true},
	{Name: "_envelope", Kind: restparams.Bool, Default: "false", Bare: true},
}

func TestOneSpelling(t *testing.T) {
	t.Parallel()
	for query, want := range map[string]string{
		"":                                  "",
		"page=1&per_page=10&context=view":   "",
		"page=02&utm_source=x&nothing":      "page=2",
		"per_page=5&per_page=7":             "per_page=7",
		"include=3,1,2,3":                   "include=1%2C2%2C3",
		"include[]=3&include%5B%5D=1":       "include=1%2C3",
		"include[0]=3&include[1]=1":         "include=1%2C3",
		"include=3 1&orderby=include":       "include=3%2C1&orderby=include",
		"orderby=date&include=":             "",
		"search=+a++b%00%ff+":               "search=a+b",
		"search=%zz":                        "search=%25zz",
		"search=":                           "",
		"after=2026-11-26T10:00:00":         "after=2026-11-26T10%3A00%3A00",
		"after=2026-11-26T10:00:00%2B02:00": "after=2026-11-26T08%3A00%3A00Z",
		"after=2026-11-26T10:00:00+02:00":   "after=2026-11-26T08%3A00%3A00Z",
		"after=2026-11-26T10:00:00.5z":      "after=2026-11-26T10%3A00%3A00Z",
		"slug=b,a&slug=c":                   "slug=c",
		"slug[]=b,x&slug[]=a":               "slug=a%2Cb%2Cx",
		"categories[terms]=5,2":             "categories=2%2C5",
		"categories[terms][]=5&categories[include_children]=true&categories[operator]=AND": "categories%5Bterms%5D=5&" +
			"categories%5Binclude_children%5D=1&categories%5Boperator%5D=AND",
		"sticky=0":                         "sticky=false",
		"status=publish":                   "",
		"status=private":                   "invalid status: Status is forbidden.",
		"_fields=x,id,y,id,title.rendered": "_fields=id%2Ctitle.rendered",
		"_fields=title.raw":                "_fields=-",
		"_embed":                           "_embed=1",
		"_embed=true":                      "_embed=1",
		"_embed=wp:term,author":            "_embed=author%2Cwp%3Aterm",
		"_embed[]=author":                  "_embed=author",
		"_envelope":                        "_envelope=true",
		"_envelope=0":                      "",
		"&&=&page[]":                       "invalid page",
		"page=0":                           "invalid page: page must be greater than or equal to 1",
		"per_page=101&orderby=x":           "invalid per_page orderby: per_page must be between 1 (inclusive) and 100 (inclusive)",
		"per_page=ten":                     "invalid per_page: per_page is not of type integer.",
		"orderby=rand":                     "invalid orderby: orderby is not one of date, id, and include.",
		"categories=2,x":                   "invalid categories: categories[1] is not of type integer.",
		"after=yesterday":                  "invalid after: Invalid date.",
		"after=2026-02-30T00:00:00":        "invalid after",
		"sticky=perhaps":                   "invalid sticky",
		"status=secret":                    "invalid status: status[0] is not one of publish and draft.",
		"categories[operator]=OR":          "",
		"include=" + strings.Repeat("1,", restparams.MaxList+1): "invalid include",
		"author_email=a": "refused rest_forbidden_param",
		strings.Repeat("a", restparams.MaxQueryBytes+1): "refused rest_query_too_long",
	} {
		values, err := schema.Read(query)
		got := ""
		if invalid, ok := errors.AsType[restparams.Invalid](err); ok {
			got = strings.ReplaceAll(strings.TrimPrefix(err.Error(), "Invalid parameter(s): "), ",", "")
			got = "invalid " + got + ": " + invalid[0].Message
			if !strings.Contains(want, ":") {
				got, _, _ = strings.Cut(got, ":")
			}
		} else if refused, ok := errors.AsType[*restparams.Refused](err); ok {
			got = "refused " + refused.Code
		} else {
			got = values.Query()
		}
		if got != want {
			t.Errorf("%.60q:\n got %q\nwant %q", query, got, want)
		}
	}
}

func TestValues(t *testing.T) {
	t.Parallel()
	values, err := schema.Read("per_page=20&after=2026-11-26T10:00:00&sticky=1&categories[terms]=3&categories[include_children]=1")
	if err != nil {
		t.Fatal(err)
	}
	if values.Number("page") != 1 || values.Number("per_page") != 20 || values.Text("orderby") != "date" {
		t.Error("numbers, defaults or choices differ")
	}
	if yes, ok := values.Bool("sticky"); !yes || !ok {
		t.Error("a boolean was not read")
	}
	if !values.WithChildren("categories") || values.MatchAll("categories") {
		t.Error("the object of categories was not read")
	}
	zone := time.FixedZone("", -5*3600)
	at, _ := values.Date("after")
	if at.In(zone) != time.Date(2026, 11, 26, 10, 0, 0, 0, time.UTC) || !at.At(zone).Equal(time.Date(2026, 11, 26, 15, 0, 0, 0, time.UTC)) {
		t.Error("a date without a zone is not the site's wall clock")
	}
	values, _ = schema.Read("after=2026-11-26T10:00:00Z")
	at, _ = values.Date("after")
	if at.In(zone) != time.Date(2026, 11, 26, 5, 0, 0, 0, time.UTC) || !at.At(zone).Equal(time.Date(2026, 11, 26, 10, 0, 0, 0, time.UTC)) {
		t.Error("a date with a zone is not that instant")
	}
	if got := values.With("page", 3); got != "page=3&after=2026-11-26T10%3A00%3A00Z" {
		t.Error(got)
	}
}

// The one spelling of a query has itself as its one spelling.
func FuzzRead(f *testing.F) {
	for _, seed := range []string{
		"page=2&include[]=3&include[]=1", "after=2026-11-26T10:00:00+02:00", "categories[terms]=1&categories[operator]=AND",
		"_embed&_envelope", "search=%00%ff%zz+a", "slug[]=%2C&slug[]=a,b", "page[[]]=&&&==", "status[]=publish&status=draft",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		values, err := schema.Read(raw)
		if err != nil {
			return
		}
		once := values.Query()
		again, err := schema.Read(once)
		if err != nil {
			t.Fatalf("%q became %q: %v", raw, once, err)
		}
		if twice := again.Query(); twice != once {
			t.Fatalf("%q became %q and then %q", raw, once, twice)
		}
	})
}

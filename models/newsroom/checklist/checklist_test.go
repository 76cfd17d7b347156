package checklist_test

import (
	"errors"
	"fmt"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"

	"broadsheet/models"
	"broadsheet/models/modeltest"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/checklist"
	"broadsheet/models/newsroom/linkcheck"
	"broadsheet/models/newsroom/pictures"
	"broadsheet/models/newsroom/taxonomy"
	"broadsheet/models/richtext"
)

func TestMain(m *testing.M) { os.Exit(modeltest.Main(m)) }

var edith = models.Actor{UserID: new(int64(7)), Name: "Edith"}

// desk is a database with a category that requires some checks.
type desk struct {
	*testing.T
	db    *models.DB
	clock *modeltest.Clock
}

func each(t *testing.T, test func(d *desk)) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) { test(&desk{t, db, clock}) })
}

func (d *desk) check(err error) {
	d.Helper()
	if err != nil {
		d.Fatal(err)
	}
}

// story saves a public article, so that its categories exist.
func (d *desk) story(m newsroom.Manuscript) *newsroom.Article {
	d.Helper()
	a, _, err := newsroom.Save(d.Context(), d.db, edith, newsroom.AnyVersion, m)
	d.check(err)
	return a
}

func (d *desk) requires(path string, checks ...taxonomy.Check) {
	d.Helper()
	var names []string
	for _, c := range checks {
		names = append(names, string(c))
	}
	d.check(d.db.Write(d.Context(), func(tx *models.Tx) error {
		return models.Exec(d.Context(), tx, "UPDATE categories SET required = ? WHERE path = ?", strings.Join(names, " "), path)
	}))
}

func (d *desk) picture(p pictures.Picture) *pictures.Picture {
	d.Helper()
	var stored *pictures.Picture
	d.check(d.db.Write(d.Context(), func(tx *models.Tx) (err error) {
		if stored, err = pictures.Add(d.Context(), tx, p); err != nil {
			return err
		}
		return models.Exec(d.Context(), tx, "UPDATE media SET owner_id = ?, decorative = ?, licence_end = ? WHERE id = ?",
			p.OwnerID, p.Decorative, p.LicenceEnd, stored.ID)
	}))
	return stored
}

func (d *desk) list(a *newsroom.Article, m newsroom.Manuscript) checklist.List {
	d.Helper()
	site, err := newsroom.LoadSite(d.Context(), d.db)
	d.check(err)
	base, _ := url.Parse("https://news.example")
	list, err := checklist.Of(d.Context(), d.db, checklist.Input{
		Site: site, Article: a, Text: m, By: edith, Now: d.db.Now(), BaseURL: base,
	})
	d.check(err)
	return list
}

// wrong returns the checks that are not passed: required ones with an exclamation mark.
func wrong(list checklist.List) string {
	var names []string
	for _, item := range list {
		switch {
		case item.Passed:
		case item.Required:
			names = append(names, string(item.Check)+"!")
		default:
			names = append(names, string(item.Check))
		}
	}
	slices.Sort(names)
	return strings.Join(names, " ")
}

func TestWhatAStoryLacks(t *testing.T) {
	each(t, func(d *desk) {
		world := []taxonomy.CategoryRef{{Path: "world", Names: []string{"World"}}}
		court := []taxonomy.CategoryRef{{Path: "world/court", Names: []string{"World", "Court"}}}
		d.story(newsroom.Manuscript{Title: "First", Categories: slices.Concat(world, court)})
		d.requires("world", taxonomy.CheckTags)
		d.requires("world/court", taxonomy.CheckStandfirst, taxonomy.CheckSources, taxonomy.CheckSecond, taxonomy.CheckByline)
		for _, test := range []struct {
			name string
			m    newsroom.Manuscript
			want string
		}{
			{"nothing", newsroom.Manuscript{}, "category headline picture standfirst"},
			{"a long headline", newsroom.Manuscript{Title: strings.Repeat("x", 111), Slug: "x", Standfirst: "x"}, "category headline picture"},
			{"a section that requires a tag", newsroom.Manuscript{Title: "A", Standfirst: "x", Categories: world}, "picture tags!"},
			{"with a tag", newsroom.Manuscript{Title: "A", Standfirst: "x", Categories: world, Tags: []string{"x"}}, "picture"},
			{
				"what the section and the one above require",
				newsroom.Manuscript{Title: "A", Categories: court},
				"byline! picture second! sources! standfirst! tags!",
			},
			{"a numbered address", newsroom.Manuscript{Title: "First", Slug: "first-2", Standfirst: "x", Categories: world, Tags: []string{"x"}}, "address picture"},
		} {
			if got := wrong(d.list(nil, test.m)); got != test.want {
				t.Errorf("%s: %s, want %s", test.name, got, test.want)
			}
		}
		err := d.list(nil, newsroom.Manuscript{Title: "A", Categories: court}).Refusal()
		e, ok := errors.AsType[*models.Error](err)
		if !ok || e.Kind != models.Invalid || len(e.Fields) != 5 || !slices.Contains(e.Fields, models.FieldError{Field: "authors", Code: "check-byline"}) {
			t.Errorf("the refusal is %+v", e)
		}
		if err := d.list(nil, newsroom.Manuscript{Title: "A"}).Refusal(); err != nil {
			t.Errorf("advice alone refuses: %v", err)
		}
	})
}

func TestPicturesOfAStory(t *testing.T) {
	each(t, func(d *desk) {
		user := edith.UserID
		key := func(n int) string { return fmt.Sprintf("%024d", n) }
		today := d.db.Now().Format("2006-01-02")
		add := func(n int, p pictures.Picture) *pictures.Picture {
			p.Key, p.Format, p.Width, p.Height = key(n), "jpeg", 40, 30
			return d.picture(p)
		}
		add(1, pictures.Picture{OwnerID: user, Credit: "x"})
		add(2, pictures.Picture{Credit: "x"}) // imported
		add(3, pictures.Picture{OwnerID: user, Credit: "x", Decorative: true})
		add(4, pictures.Picture{OwnerID: user, Credit: "x", Alt: "A ship."})
		add(5, pictures.Picture{OwnerID: user, Alt: "A ship."})
		add(6, pictures.Picture{OwnerID: user, Alt: "A ship.", Credit: "x", LicenceEnd: today})
		lead := add(7, pictures.Picture{OwnerID: user, Credit: "x"})
		img := func(n int, alt string) string {
			return `<p><img src="/media/` + key(n) + `/640.jpg" alt="` + alt + `"></p>`
		}
		for _, test := range []struct {
			body string
			lead *int64
			want string
		}{
			{img(1, ""), nil, "alt!"},
			{img(1, "A ship."), nil, ""},
			{img(2, ""), nil, "alt"},
			{img(1, "") + img(2, ""), nil, "alt!"},
			{img(3, "") + img(4, ""), nil, ""},
			{img(5, ""), nil, "credit"},
			{img(6, ""), nil, "licence"},
			{"", &lead.ID, "alt!"},
		} {
			m := newsroom.Manuscript{Title: "A", Standfirst: "x", Format: richtext.HTML, Body: test.body, PictureID: test.lead}
			list := slices.DeleteFunc(d.list(nil, m), func(i checklist.Item) bool { return i.Check == "category" || i.Check == "picture" })
			if got := wrong(list); got != test.want {
				t.Errorf("%s: %s, want %s", test.body, got, test.want)
			}
			if test.lead != nil {
				e, _ := errors.AsType[*models.Error](list.Refusal())
				if e == nil || e.Fields[0].Field != "picture" {
					t.Errorf("the lead picture: %+v", e)
				}
			}
		}
	})
}

func TestLinksOfAStory(t *testing.T) {
	each(t, func(d *desk) {
		world := []taxonomy.CategoryRef{{Path: "world", Names: []string{"World"}}}
		public := d.story(newsroom.Manuscript{Title: "Public", Categories: world, PublishedAt: d.db.Now()})
		hidden := d.story(newsroom.Manuscript{Title: "Hidden", Status: newsroom.Draft, PublishedAt: d.db.Now()})
		site, err := newsroom.LoadSite(d.Context(), d.db)
		d.check(err)
		dead, busy, silent := "https://dead.example/a", "https://busy.example/", "https://silent.example/?a=1&b=2"
		d.check(linkcheck.Store(d.Context(), d.db, []linkcheck.Result{{URL: dead, Status: 404}, {URL: busy, Status: 429}}))
		for _, test := range []struct {
			href    string
			wrong   bool
			waiting bool
		}{
			{site.ArticlePath(public), false, false},
			{"https://news.example" + site.ArticlePath(public), false, false},
			{site.ArticlePath(hidden), true, false},
			{"https://news.example/2026/11/20/nothing-here/", true, false},
			{"/category/world/", false, false},
			{"/", false, false},
			{dead + "#part", true, false},
			{busy, false, false},
			{silent, false, true},
		} {
			m := newsroom.Manuscript{Title: "A", Format: richtext.HTML, Body: `<p><a href="` + strings.ReplaceAll(test.href, "&", "&amp;") + `">x</a></p>`}
			list := d.list(nil, m)
			i := slices.IndexFunc(list, func(i checklist.Item) bool { return i.Check == checklist.Links })
			if i < 0 || list[i].Passed == test.wrong || list[i].Waiting != test.waiting || test.wrong && len(list[i].What) != 1 {
				t.Errorf("%s: %+v", test.href, list)
			}
		}
	})
}

package handlers_test

import (
	"net/http"
	"strings"
	"testing"

	"broadsheet/models"
	"broadsheet/models/modeltest"
	"broadsheet/models/newsroom"
	"broadsheet/models/richtext"
)

// Those who translated a story or made its pictures are not its authors, in any format and in
// both languages.
func TestRolesOfABylineInEveryFormat(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		s := newSite(t, db, clock)
		h := s.handler()
		for _, test := range []struct {
			language, with, photos, translation string
		}{{"en", "with", "photos", "translation"}, {"ar", "مع", "تصوير", "ترجمة"}} {
			m := newsroom.Manuscript{
				Title: "Pilots return " + test.language, Slug: "roles-" + test.language, Language: test.language,
				Format: richtext.HTML, Body: "<p>Text.</p>", Status: newsroom.Published, Authors: []newsroom.AuthorRef{
					{Name: "Wanda Writes"},
					{Name: "Pia Shoots", Role: test.photos},
					{Name: "Will Helps", Role: test.with},
					{Name: "Tara Turns", Role: test.translation},
				},
			}
			a, _, err := newsroom.Save(t.Context(), db, models.ActorShell, newsroom.AnyVersion, m)
			s.check(err)
			site, err := newsroom.LoadSite(t.Context(), db)
			s.check(err)
			path := site.ArticlePath(a)
			person := func(name, slug string) string {
				return `{"@type":"Person","name":"` + name + `","url":"http://news.example/author/` + slug + `/"}`
			}
			for address, wants := range map[string][]string{
				path: {
					`"author":[` + person("Wanda Writes", "wanda-writes") + `,` + person("Will Helps", "will-helps") + `]`,
					`"translator":[` + person("Tara Turns", "tara-turns") + `]`, `"contributor":[` + person("Pia Shoots", "pia-shoots") + `]`,
				},
				"/feed/": {
					"<dc:creator>Wanda Writes</dc:creator><dc:creator>Will Helps</dc:creator>",
					"<dc:contributor>Tara Turns</dc:contributor><dc:contributor>Pia Shoots</dc:contributor>",
				},
				"/feed/atom/": {
					"<contributor><name>Tara Turns</name><uri>http://news.example/author/tara-turns/</uri></contributor>",
					"<author><name>Will Helps</name>",
				},
				"/feed/json/": {`"_byline":{"contributors":[{"name":"Tara Turns","url":"http://news.example/author/tara-turns/","role":"` + test.translation + `"}`},
				"/feed/rdf/":  {"<dc:contributor>Pia Shoots</dc:contributor>"},
			} {
				answer := ask(t, h, address, nil)
				if answer.Code != http.StatusOK {
					t.Errorf("%s answers %d", address, answer.Code)
				}
				body := strings.NewReplacer("\n", "", "\t", "", ": ", ":").Replace(answer.Body.String())
				for _, want := range wants {
					if !strings.Contains(body, want) {
						t.Errorf("%s lacks %s", address, want)
					}
				}
				if strings.Contains(body, "<dc:creator>Pia") || strings.Contains(body, "<author><name>Pia") {
					t.Errorf("%s has the photographer as an author", address)
				}
			}
		}
	})
}

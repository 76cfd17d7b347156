package handlers

import (
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/translations"
	"broadsheet/views"
	"broadsheet/views/linkeddata"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"
)

// addTranslations links the article of a page to its translations: for readers on each
// page of comments, and for search engines in the head of the article's own address.
// The structured data is filled already.
func (rd *reading) addTranslations(site *newsroom.Site, v *views.Article, parts articleParts) {
	p, g := parts.page, parts.translations
	own, err := language.Parse(languageOf(site, p.Language))
	if err != nil {
		return
	}
	for _, m := range g.Others(own.String()) {
		v.Translations = append(v.Translations, views.Translation{
			Link: views.Link{Name: nameOfLanguage(m.Language), URL: translationPath(site, m)}, Language: m.Language,
		})
	}
	links := g.Links(p.ID)
	if v.NoIndex || parts.threads.Number > 1 || len(links) == 0 {
		return
	}
	base := rd.baseURL.String()
	var works []linkeddata.TranslationOfWork
	for _, m := range links {
		address := base + translationPath(site, m)
		v.Alternates = append(v.Alternates, views.Alternate{Language: m.Language, URL: address})
		if m.ID != p.ID {
			works = append(works, linkeddata.TranslationOfWork{Type: "NewsArticle", URL: address, InLanguage: m.Language})
		}
	}
	v.Alternates = append(v.Alternates, views.Alternate{Language: "x-default", URL: v.Alternates[0].URL})
	if news, ok := v.Data[0].(linkeddata.NewsArticle); ok {
		news.Translation = works
		v.Data[0] = news
	}
}

// translationPath returns the address of an article in a group.
func translationPath(site *newsroom.Site, m translations.Member) string {
	return site.TeaserPath(&newsroom.Teaser{
		ID: m.ID, Slug: m.Slug, LocalTime: m.LocalTime, PublishedAt: m.PublishedAt,
		MainCategoryID: m.MainCategoryID, BylineSlug: m.BylineSlug,
	})
}

// nameOfLanguage returns the name of a language in that language, or its code where no
// name is known.
func nameOfLanguage(code string) string {
	if name := display.Self.Name(language.Make(code)); name != "" {
		return name
	}
	return code
}

package handlers

import (
	"fmt"
	"net/url"
	"slices"
	"strings"

	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/bylinepart"
	"broadsheet/models/newsroom/permalink"
	"broadsheet/models/newsroom/sharepicture"
	"broadsheet/models/newsroom/taxonomy"
	"broadsheet/models/richtext"
	"broadsheet/models/sharecard"
	"broadsheet/views"
	"broadsheet/views/linkeddata"

	"golang.org/x/text/language"
)

// This file fills the head of pages for search engines, networks and messengers: the
// card of Open Graph and the structured data of schema.org.

// The most comments in the structured data of a page, and the most characters of one. A
// compressed page of 1,200 words with 50 comments must stay within one round trip. Of
// such a page ten comments take 270 bytes here, and all 50 would take 690.
const (
	maxMarkedComments = 10
	maxMarkedText     = 280
)

// leastImage is the width from which search engines show a lead picture large, in pixels.
const leastImage = 1200

// openGraphLocale returns a language as Open Graph writes it, such as en_GB. It adds the
// most likely country to a language without one.
func openGraphLocale(lang string) string {
	tag, err := language.Parse(lang)
	if err != nil {
		return ""
	}
	base, _ := tag.Base()
	region, confidence := tag.Region()
	if confidence == language.No || len(region.String()) != 2 {
		return base.String()
	}
	return base.String() + "_" + region.String()
}

// articleHead fills the head of an article's page. p.Title and the like are filled
// already. It takes no statement.
func (rd *reading) articleHead(site *newsroom.Site, v *views.Article, p *newsroom.Page) {
	base := rd.baseURL.String()
	_, modified := site.Instants(p.PublishedAt, p.RevisedAt)
	picture := sharepicture.OfPage(site, p, v.Dir == "rtl")
	v.LinkCard = views.LinkCard{
		Year:   v.LinkCard.Year,
		Locale: openGraphLocale(languageOf(site, p.Language)),
		Image: views.LinkImage{
			URL: base + picture.Path(), Alt: p.Title, Type: "image/jpeg", Width: sharecard.Width, Height: sharecard.Height,
		},
		Article: &views.LinkArticle{Published: v.Published, Modified: modified},
	}
	if len(v.Labels) > 0 {
		v.LinkCard.Article.Section = v.Labels[0].Name
	}
	for _, t := range v.Tags {
		v.LinkCard.Article.Tags = append(v.LinkCard.Article.Tags, t.Name)
	}
	for _, b := range v.Bylines {
		v.LinkCard.Article.Authors = append(v.LinkCard.Article.Authors, base+b.URL)
	}
	v.Shortlink = fmt.Sprintf("%s/?p=%d", base, p.ID)
	v.OEmbed = base + oembedPath + "?url=" + url.QueryEscape(base+site.ArticlePath(&p.Article))
	v.Data = []linkeddata.LinkedData{rd.newsArticle(site, v, p), rd.breadcrumbs(site, mainCategory(p), p.Title)}
}

// languageOf returns the language of an article: its own, else the site's.
func languageOf(site *newsroom.Site, own string) string {
	if own != "" {
		return own
	}
	return site.Language
}

func (rd *reading) newsArticle(site *newsroom.Site, v *views.Article, p *newsroom.Page) linkeddata.NewsArticle {
	base := rd.baseURL.String()
	news := linkeddata.NewsArticle{
		Context: linkeddata.Context, Type: "NewsArticle", Headline: v.Headline, Description: v.Standfirst,
		DatePublished: v.Published, DateModified: v.LinkCard.Article.Modified, InLanguage: languageOf(site, p.Language),
		WordCount: p.Words, Image: rd.articleImages(v, p), Publisher: rd.publisher(site),
		MainEntity: base + site.ArticlePath(&p.Article), Free: true, CommentCount: v.Comments.Count,
	}
	for _, l := range v.Labels {
		news.Section = append(news.Section, l.Name)
	}
	for _, t := range v.Tags {
		news.Keywords = append(news.Keywords, t.Name)
	}
	writers, translators, others := bylinepart.Split(v.Bylines, func(b views.Byline) string { return b.Role })
	for to, list := range map[*[]linkeddata.Person][]views.Byline{
		&news.Author: writers, &news.Translator: translators, &news.Contributor: others,
	} {
		for _, b := range list {
			*to = append(*to, linkeddata.Person{Type: "Person", Name: b.Name, URL: base + b.URL, Image: rd.pictureURL(b.Face)})
		}
	}
	for _, c := range slices.Concat(v.Notes, v.Corrections) {
		correction := linkeddata.CorrectionComment{Type: "CorrectionComment", Text: c.Text, DatePublished: c.At}
		news.Correction = append(news.Correction, correction)
	}
	m := commentMarker{base: base, left: maxMarkedComments}
	news.Comment = m.mark(v.Comments.Threads)
	return news
}

// articleImages returns the pictures of an article that are wide enough for search
// engines: its lead picture, and always its card.
func (rd *reading) articleImages(v *views.Article, p *newsroom.Page) (list []linkeddata.ImageObject) {
	if m := p.Picture; m != nil && m.Width >= leastImage {
		width := min(m.Width, 1280)
		list = append(list, linkeddata.ImageObject{
			Type: "ImageObject", URL: fmt.Sprintf("%s/media/%s/1280.jpg", rd.baseURL, m.File),
			Width: width, Height: max(1, (m.Height*width+m.Width/2)/m.Width), Caption: m.Caption, Credit: m.Credit,
		})
	}
	card := v.LinkCard.Image
	return append(list, linkeddata.ImageObject{Type: "ImageObject", URL: card.URL, Width: card.Width, Height: card.Height})
}

// publisher returns the paper.
func (p *pages) publisher(site *newsroom.Site) linkeddata.Organization {
	base := p.baseURL.String()
	return linkeddata.Organization{
		Type: "NewsMediaOrganization", Name: site.Name, URL: base + "/",
		Logo: &linkeddata.ImageObject{Type: "ImageObject", URL: base + p.views.Asset("favicon.svg")},
	}
}

// commentMarker converts the comments of a page into structured data, at most left.
type commentMarker struct {
	base string
	left int
}

func (m *commentMarker) mark(list []views.Comment) (marked []linkeddata.LinkedComment) {
	for i := range list {
		c := &list[i]
		if c.Gone {
			// The place of a removed comment has no data, and the answers to it move up.
			marked = append(marked, m.mark(c.Replies)...)
			continue
		}
		if m.left == 0 {
			break
		}
		m.left--
		text := strings.Join(strings.Fields(richtext.PlainText(string(c.Body))), " ")
		marked = append(marked, linkeddata.LinkedComment{
			Type: "Comment", Author: linkeddata.Person{Type: "Person", Name: c.Author}, DateCreated: c.At,
			Text: richtext.Excerpt(text, maxMarkedText), URL: m.base + c.Link, Comment: m.mark(c.Replies),
		})
	}
	return marked
}

// breadcrumbs returns the way from the front page to a page below a category, nil for
// none. Search engines want two steps at least, and no address for the last.
func (p *pages) breadcrumbs(site *newsroom.Site, category *taxonomy.Category, title string) linkeddata.BreadcrumbList {
	base := p.baseURL.String()
	list := linkeddata.BreadcrumbList{Context: linkeddata.Context, Type: "BreadcrumbList"}
	add := func(name, address string) {
		list.Items = append(list.Items, linkeddata.ListItem{Type: "ListItem", Position: len(list.Items) + 1, Name: name, Item: address})
	}
	add(site.Name, base+"/")
	if category != nil {
		for _, c := range append(site.Categories.Ancestors(category), category) {
			add(c.Name, base+permalink.CategoryPath(c.Path))
		}
	}
	add(title, "")
	return list
}

// itemList returns the articles of a list as structured data.
func (p *pages) itemList(teasers []views.Teaser) *linkeddata.ItemList {
	if len(teasers) == 0 {
		return nil
	}
	list := &linkeddata.ItemList{Type: "ItemList"}
	for i, t := range teasers {
		item := linkeddata.ListItem{Type: "ListItem", Position: i + 1, Name: t.Title, URL: p.baseURL.String() + t.URL}
		list.Items = append(list.Items, item)
	}
	return list
}

// siteCard is the card of a page that is not an article.
func siteCard(site *newsroom.Site) views.LinkCard {
	return views.LinkCard{Locale: openGraphLocale(site.Language)}
}

// collectionHead fills the head of a list of articles. parent is the category above it,
// nil for none.
func (p *pages) collectionHead(site *newsroom.Site, v *views.List, parent *taxonomy.Category) {
	v.Data = []linkeddata.LinkedData{
		linkeddata.CollectionPage{
			Context: linkeddata.Context, Type: "CollectionPage", Name: v.Heading, URL: v.Canonical(), Description: v.Description,
			InLanguage: site.Language, MainEntity: p.itemList(v.Teasers),
		},
		p.breadcrumbs(site, parent, v.Heading),
	}
}

// profileHead fills the head of an author's page.
func (p *pages) profileHead(site *newsroom.Site, v *views.List, author *taxonomy.Author) {
	v.Data = []linkeddata.LinkedData{linkeddata.ProfilePage{
		Context: linkeddata.Context, Type: "ProfilePage", Name: author.Name, URL: v.Canonical(), InLanguage: site.Language,
		MainEntity: linkeddata.Person{
			Type: "Person", Name: author.Name, URL: p.baseURL.String() + permalink.AuthorPath(author.Slug),
			JobTitle: author.Role, Description: author.Bio, Image: p.pictureURL(v.Portrait),
		},
		HasPart: p.itemList(v.Teasers),
	}, p.breadcrumbs(site, nil, v.Heading)}
}

// siteHead returns the structured data of the front page.
func (p *pages) siteHead(site *newsroom.Site) []linkeddata.LinkedData {
	paper := p.publisher(site)
	paper.Description = site.About
	return []linkeddata.LinkedData{linkeddata.WebSite{
		Context: linkeddata.Context, Type: "WebSite", Name: site.Name, URL: p.baseURL.String() + "/", Description: site.Tagline,
		InLanguage: site.Language, Publisher: paper,
	}}
}

package handlers

import (
	"cmp"
	"fmt"
	"html"
	"strings"

	"broadsheet/models/blob"
	"broadsheet/models/discussion/commentlist"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/collection"
	"broadsheet/models/newsroom/permalink"
	"broadsheet/models/newsroom/pictures"
	"broadsheet/models/newsroom/taxonomy"
	"broadsheet/models/richtext"
	"broadsheet/models/richtext/absolute"
	"broadsheet/views/rest"
)

// presentPost returns an article as WordPress's REST interface shows it.
func (re *restAPI) presentPost(site *newsroom.Site, a *newsroom.Page) rest.Post {
	p := rest.Post{
		ID: a.ID, GUID: rest.Plain(a.GUID),
		Slug: taxonomy.UnbinnedSlug(a.Slug), Status: statusNames[a.Status], Type: "post",
		Link: re.absolute(site.ArticlePath(&a.Article)), Title: rest.Plain(a.Title),
		CommentStatus: "open", PingStatus: "closed", Format: "standard", Categories: []int64{}, Tags: []int64{}, Coauthors: []int64{},
		CoauthorRoles: []string{},
	}
	if setPostDates(&p, site, a); a.Status != newsroom.Published {
		p.Link = re.absolute(fmt.Sprintf("/?p=%d", a.ID))
	}
	p.Content.Rendered = re.restBody(site, a)
	p.Excerpt.Rendered = restExcerpt(a)
	if a.CommentStatus == newsroom.CommentsClosed {
		p.CommentStatus = "closed"
	}
	for _, b := range a.Bylines {
		p.Coauthors, p.CoauthorRoles = append(p.Coauthors, b.AuthorID), append(p.CoauthorRoles, b.Role)
	}
	if len(p.Coauthors) > 0 {
		p.Author = p.Coauthors[0]
	}
	if a.Picture != nil {
		p.FeaturedMedia = a.Picture.ID
	}
	for _, c := range restCategories(site, a) {
		p.Categories = append(p.Categories, c.ID)
	}
	for _, t := range a.Tags {
		p.Tags = append(p.Tags, t.ID)
	}
	p.ClassList, p.Links = restClasses(site, a), re.postLinks(&p)
	return p
}

// setPostDates sets the dates of an article. A draft without a date has that of its last
// change, as in WordPress.
func setPostDates(p *rest.Post, site *newsroom.Site, a *newsroom.Page) {
	published, local := a.PublishedAt, a.LocalTime
	if published.IsZero() {
		published, local = a.UpdatedAt, a.UpdatedAt.In(site.TimeZone).Format(newsroom.LocalTimeLayout)
	}
	at, modified := site.Instants(published, a.RevisedAt)
	if a.Status != newsroom.Published {
		modified = a.UpdatedAt.In(site.TimeZone)
	}
	p.Date, p.DateGMT = strings.Replace(local, " ", "T", 1), rest.Date(at.UTC())
	p.Modified, p.ModifiedGMT = p.Date, p.DateGMT
	if !modified.Equal(at) {
		p.Modified, p.ModifiedGMT = rest.Date(modified), rest.Date(modified.UTC())
	}
}

// restCategories returns the categories of an article, Uncategorized too: in
// WordPress every post has one.
func restCategories(site *newsroom.Site, a *newsroom.Page) []*taxonomy.Category {
	if len(a.Categories) == 0 && a.MainCategoryID != nil {
		if c := site.Categories.ByID(*a.MainCategoryID); c != nil {
			return []*taxonomy.Category{c}
		}
	}
	return a.Categories
}

// restClasses returns the classes that WordPress's themes give an article.
func restClasses(site *newsroom.Site, a *newsroom.Page) []string {
	list := []string{fmt.Sprintf("post-%d", a.ID), "post", "type-post", "status-" + statusNames[a.Status], "format-standard"}
	if a.Picture != nil {
		list = append(list, "has-post-thumbnail")
	}
	list = append(list, "hentry")
	for _, c := range restCategories(site, a) {
		list = append(list, "category-"+c.Slug)
	}
	for _, t := range a.Tags {
		list = append(list, "tag-"+t.Slug)
	}
	return list
}

// restBody returns the text of an article with absolute addresses. A card of another
// article is the paragraph with its link.
func (re *restAPI) restBody(site *newsroom.Site, a *newsroom.Page) string {
	var b strings.Builder
	for _, part := range a.Body() {
		b.WriteString(part.HTML)
	}
	page := absolute.Page{URL: re.baseURL.JoinPath(site.ArticlePath(&a.Article)), KeepFragments: true}
	text, err := page.HTML(b.String())
	if err != nil {
		return b.String() // too deeply nested, which sanitised texts are not
	}
	return text
}

// restExcerptRunes is the length of an excerpt that is made from the text.
const restExcerptRunes = 320

// restExcerpt returns the standfirst, or the beginning of the text, as a paragraph.
func restExcerpt(a *newsroom.Page) string {
	text := a.Standfirst
	if text == "" {
		text = richtext.Excerpt(strings.Join(strings.Fields(richtext.PlainText(a.HTML)), " "), restExcerptRunes)
	}
	if text == "" {
		return ""
	}
	return rest.Paragraph(text)
}

func (re *restAPI) postLinks(p *rest.Post) rest.Links {
	links := re.entryLinks("posts", p.ID, "/types/post")
	of := func(collection, name string) string {
		return re.restHref(fmt.Sprintf("/%s?%s=%d", collection, name, p.ID))
	}
	if p.Author != 0 {
		links["author"] = []rest.Link{{Embeddable: true, Href: re.restEntryHref("users", p.Author)}}
	}
	links["replies"] = []rest.Link{{Embeddable: true, Href: of("comments", "post")}}
	if p.FeaturedMedia != 0 {
		links["wp:featuredmedia"] = []rest.Link{{Embeddable: true, Href: re.restEntryHref("media", p.FeaturedMedia)}}
	}
	links["wp:attachment"] = []rest.Link{{Href: of("media", "parent")}}
	links["wp:term"] = []rest.Link{
		{Taxonomy: "category", Embeddable: true, Href: of("categories", "post")},
		{Taxonomy: "post_tag", Embeddable: true, Href: of("tags", "post")},
	}
	links["curies"] = rest.Curies
	return links
}

// embedInPost returns the entries that an article embeds, nil for none.
func (re *restAPI) embedInPost(q *restRequest, a *newsroom.Page, e embeddedEntries) *rest.Embedded {
	var in rest.Embedded
	if len(a.Bylines) > 0 {
		if author, ok := e.authors[a.Bylines[0].AuthorID]; ok {
			in.Author = []rest.User{re.presentUser(author).Summary()}
		}
	}
	if q.embeds("wp:featuredmedia") && a.Picture != nil {
		in.Media = []rest.Media{re.presentMedia(q.site, a.Picture).Summary()}
	}
	if q.embeds("wp:term") {
		categories, tags := []rest.Term{}, []rest.Term{}
		for _, c := range restCategories(q.site, a) {
			categories = append(categories, re.presentCategory(q.site, collection.Category{Category: c}).Summary())
		}
		for _, t := range a.Tags {
			tags = append(tags, re.presentTag(collection.Tag{ID: t.ID, Slug: t.Slug, Name: t.Name}).Summary())
		}
		if len(categories)+len(tags) > 0 {
			in.Terms = [][]rest.Term{categories, tags}
		}
	}
	if list := e.replies[a.ID]; len(list) > 0 {
		var replies []rest.Comment
		for _, c := range list {
			replies = append(replies, re.presentRESTComment(q.site, c).Summary())
		}
		in.Replies = [][]rest.Comment{replies}
	}
	if in.Author == nil && in.Media == nil && in.Terms == nil && in.Replies == nil {
		return nil
	}
	return &in
}

// presentUser returns an author. It has nothing of the author's account.
func (re *restAPI) presentUser(a collection.Author) rest.User {
	return rest.User{
		ID: a.ID, Name: html.EscapeString(a.Name), Description: html.EscapeString(cmp.Or(a.Bio, a.Role)),
		Link: re.absolute(permalink.AuthorPath(a.Slug)), Slug: a.Slug, Meta: &[0]any{},
		Links: rest.Links{"self": {{Href: re.restEntryHref("users", a.ID)}}, "collection": {{Href: re.restHref("/users")}}},
	}
}

func (re *restAPI) presentTag(t collection.Tag) rest.Term {
	v := rest.Term{
		ID: t.ID, Count: &t.Articles, Description: new(string), Link: re.absolute(permalink.TagPath(t.Slug)),
		Name: html.EscapeString(t.Name), Slug: t.Slug, Taxonomy: "post_tag", Meta: &[0]any{},
		Links: re.entryLinks("tags", t.ID, "/taxonomies/post_tag"),
	}
	v.Links["wp:post_type"] = []rest.Link{{Href: re.restHref(fmt.Sprintf("/posts?tags=%d", t.ID))}}
	v.Links["curies"] = rest.Curies
	return v
}

func (re *restAPI) presentCategory(site *newsroom.Site, c collection.Category) rest.Term {
	description := html.EscapeString(c.Description)
	v := rest.Term{
		ID: c.ID, Count: &c.Articles, Description: &description, Link: re.absolute(permalink.CategoryPath(c.Path)),
		Name: html.EscapeString(c.Name), Slug: c.Slug, Taxonomy: "category", Parent: new(int64), Meta: &[0]any{},
		Links: re.entryLinks("categories", c.ID, "/taxonomies/category"),
	}
	if parent := site.Categories.Parent(c.Category); parent != nil {
		v.Parent = &parent.ID
		v.Links["up"] = []rest.Link{{Embeddable: true, Href: re.restEntryHref("categories", parent.ID)}}
	}
	v.Links["wp:post_type"] = []rest.Link{{Href: re.restHref(fmt.Sprintf("/posts?categories=%d", c.ID))}}
	v.Links["curies"] = rest.Curies
	return v
}

// presentRESTComment returns a public comment.
func (re *restAPI) presentRESTComment(site *newsroom.Site, c commentlist.Comment) rest.Comment {
	v := rest.Comment{
		ID: c.ID, Post: &c.ArticleID, Parent: c.ParentID, AuthorName: c.Author, AuthorURL: c.URL,
		Date: rest.Date(inSiteZone(site, c.CreatedAt.Time)), DateGMT: rest.Date(c.CreatedAt.Time),
		Content: rest.Rendered{Rendered: c.HTML}, Link: re.absolute(commentPath(c.ID)), Status: "approved", Type: c.Type, Meta: &[0]any{},
		Links: rest.Links{
			"self": {{Href: re.restEntryHref("comments", c.ID)}}, "collection": {{Href: re.restHref("/comments")}},
			"up": {{Embeddable: true, Href: re.restEntryHref("posts", c.ArticleID)}},
		},
	}
	if c.ParentID != 0 {
		v.Links["in-reply-to"] = []rest.Link{{Embeddable: true, Href: re.restEntryHref("comments", c.ParentID)}}
	}
	return v
}

// sizeNames are WordPress's names of the widths of pictures.
var sizeNames = map[int]string{320: "medium", 640: "medium_large", 960: "large", 1280: "1536x1536", 1920: "2048x2048"}

// mediaFormats are the stored formats that are served as a type. A picture in another
// format than JPEG may be transparent, and is served as WebP.
var mediaFormats = map[string][]string{"image/jpeg": {"jpeg"}, "image/webp": {"png", "gif", "webp"}}

// restSizes returns the sizes in which a picture is served, and the largest.
func (re *restAPI) restSizes(m *pictures.Picture) (full rest.Size, sizes map[string]rest.Size) {
	extension, mime := "webp", "image/webp"
	if m.Format == "jpeg" {
		extension, mime = "jpg", "image/jpeg"
	}
	sizes = map[string]rest.Size{}
	for _, width := range blob.Widths {
		shown := min(width, m.Width)
		path := fmt.Sprintf("/media/%s/%d.%s", m.File, width, extension)
		full = rest.Size{
			File: path[strings.LastIndexByte(path, '/')+1:], Width: shown, Height: max(1, (m.Height*shown+m.Width/2)/max(1, m.Width)),
			MimeType: mime, SourceURL: re.absolute(path),
		}
		if width >= m.Width {
			break
		}
		sizes[sizeNames[width]] = full
	}
	if medium, ok := sizes["medium"]; ok {
		sizes["thumbnail"] = medium
	}
	sizes["full"] = full
	return full, sizes
}

// presentMedia returns a picture.
func (re *restAPI) presentMedia(site *newsroom.Site, m *pictures.Picture) rest.Media {
	full, sizes := re.restSizes(m)
	at := inSiteZone(site, m.CreatedAt.Time)
	date, gmt := rest.Date(at), rest.Date(at.UTC())
	caption := ""
	if m.Caption != "" {
		caption = rest.Paragraph(m.Caption)
	}
	v := rest.Media{
		ID: m.ID, Date: date, DateGMT: gmt, GUID: &rest.Rendered{Rendered: full.SourceURL}, Modified: date, ModifiedGMT: gmt,
		Slug: m.Key, Status: "inherit", Type: "attachment", Link: full.SourceURL,
		Title: rest.Plain(cmp.Or(m.Alt, richtext.Excerpt(m.Caption, restExcerptRunes))), CommentStatus: "closed", PingStatus: "closed",
		Template: new(string), Meta: &[0]any{}, Description: &rest.Rendered{Rendered: caption}, Caption: rest.Rendered{Rendered: caption},
		AltText: m.Alt, MediaType: "image", MimeType: full.MimeType, SourceURL: full.SourceURL,
		MediaDetails: rest.MediaDetails{
			Width: full.Width, Height: full.Height, File: m.File + "/" + full.File, Sizes: sizes,
			ImageMeta: rest.ImageMeta{Credit: m.Credit, Caption: m.Caption},
		},
		Links: re.entryLinks("media", m.ID, "/types/attachment"),
	}
	return v
}

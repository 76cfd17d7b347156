package feeds

import (
	"broadsheet/models"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/bylinepart"
	"broadsheet/models/newsroom/permalink"
	"broadsheet/models/newsroom/pictures"
	"broadsheet/models/newsroom/taxonomy"
	"broadsheet/models/richtext"
	"broadsheet/views"
)

// summaryRunes is the length of the summary of an article without a standfirst.
const summaryRunes = 300

// addStory adds an article.
func (w *making) addStory(p *newsroom.Page) {
	f, path := w.feed, w.site.ArticlePath(&p.Article)
	item := Item{
		GUID: clean(p.GUID), URL: f.Base + path, Title: line(p.Title), Summary: line(p.Standfirst),
		Language: p.Language, Dir: views.ArticleDir(p.Language, w.site.Language, p.Title),
	}
	if item.Language == "" {
		item.Language = w.site.Language
	}
	item.Published, item.Updated = w.site.Instants(p.PublishedAt, p.RevisedAt)
	if item.Summary == "" {
		item.Summary = line(richtext.Excerpt(richtext.PlainText(p.HTML), summaryRunes))
	}
	item.Picture = w.picture(p.Picture)
	if p.PictureID != nil { // it may be hidden now
		f.Tags = append(f.Tags, pictures.Tag(*p.PictureID))
	}
	f.Tags = append(f.Tags, pictures.Tags(p.InText)...)
	w.addByline(&item, p.Bylines)
	for _, c := range p.Categories {
		item.Categories = append(item.Categories, Term{line(c.Name), f.Base + permalink.CategoryPath(c.Path)})
	}
	for _, t := range p.Tags {
		item.Categories = append(item.Categories, Term{line(t.Name), f.Base + permalink.TagPath(t.Slug)})
	}
	if w.site.FeedFullText {
		item.HTML = w.wholeText(p, &item)
		for _, id := range p.Linked {
			f.Tags = append(f.Tags, newsroom.TeaserTag(id))
		}
	}
	w.addReplies(&item, p, path)
	f.Tags = append(f.Tags, newsroom.TeaserTag(p.ID), newsroom.CountTag(p.ID))
	w.add(item)
}

// addByline adds those who wrote an article as its authors, and the others of its byline.
func (w *making) addByline(item *Item, byline []newsroom.Byline) {
	author := func(b newsroom.Byline) Author {
		return Author{line(b.Name), w.feed.Base + permalink.AuthorPath(b.Slug)}
	}
	writers, translators, others := bylinepart.Split(byline, func(b newsroom.Byline) string { return b.Role })
	for _, b := range writers {
		item.Authors = append(item.Authors, author(b))
	}
	for _, b := range append(translators, others...) {
		item.Contributors = append(item.Contributors, Contributor{author(b), line(b.Role)})
	}
	for _, b := range byline {
		w.feed.Tags = append(w.feed.Tags, taxonomy.BylineTag(b.AuthorID))
	}
}

// add adds an item.
func (w *making) add(item Item) {
	f := w.feed
	f.Items = append(f.Items, item)
	for _, at := range []models.Time{models.At(item.Published), models.At(item.Updated)} {
		if at.After(f.newest) {
			f.newest = at.Time
		}
	}
}

// addReplies adds the comments of an article, if it has some or takes some.
func (w *making) addReplies(item *Item, p *newsroom.Page, path string) {
	f := w.feed
	if p.CommentsApprove == 0 {
		// When the comments close, the reader loses nothing but a link.
		f.Tags = append(f.Tags, newsroom.ArticleTag(p.ID))
		f.Deadlines = append(f.Deadlines, w.site.CommentsEnd(&p.Article).Time)
		if !w.site.TakesComments(&p.Article, models.At(w.DB.Now())) {
			return
		}
	}
	item.Replies = &Replies{
		URL: f.Base + path + "#comments", Feed: f.Base + PathOf(path, RSS), Atom: f.Base + PathOf(path, Atom), Count: p.CommentsApprove,
	}
}

// pictureWidth is the width of the pictures that feeds show, in pixels.
const pictureWidth = 1280

// picture returns a lead picture, nil for none.
func (w *making) picture(m *pictures.Picture) *Picture {
	if m == nil || m.Width < 1 {
		return nil
	}
	p := &Picture{
		URL: w.feed.Base + "/media/" + m.File + "/1280.jpg", Width: min(m.Width, pictureWidth), Height: m.Height,
		Alt: line(m.Alt), Caption: line(m.Caption), Credit: line(m.Credit),
	}
	p.Height = max(1, m.Height*p.Width/m.Width)
	if m.Format == "jpeg" {
		p.Type = "image/jpeg" // others are sent as JPEG or PNG, as they need
	}
	return p
}

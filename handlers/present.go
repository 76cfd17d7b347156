package handlers

import (
	"fmt"
	"net/url"
	"strings"
	"time"

	"broadsheet/models"
	"broadsheet/models/blob"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/frontplan"
	"broadsheet/models/newsroom/permalink"
	"broadsheet/models/newsroom/pictures"
	"broadsheet/models/newsroom/taxonomy"
	"broadsheet/views"
)

// The functions in the files present*.go convert results of models into structs
// of views. Most get everything from their handler. Those of the desk's cards and of
// a comment's own page load small parts themselves: the context of the cards, the
// articles' titles, the operation that can be undone, the viewer.

// pages makes pages and sends them.
type pages struct {
	db      *models.DB // for its clock
	views   *views.Renderer
	baseURL *url.URL
	cookies *cookies
	// sendsMail is set where the site can send mail.
	sendsMail bool
	// staffBar makes the bar of a public page; see staffBars.
	staffBar func(c *request, here string) (*views.StaffBar, error)
	// plan has the breaking line.
	plan *models.Snapshot[*frontplan.Version]
}

// frame returns the part that all pages share. current is the category that the
// page belongs to, or nil.
func (p *pages) frame(site *newsroom.Site, title, path string, current *taxonomy.Category) views.Page {
	f := views.Site{
		Name: site.Name, Tagline: site.Tagline, About: site.About, BaseURL: p.baseURL.String(),
		Language: site.Language, Accent: site.Accent, Installable: site.Installable, Now: startOfDay(p.db.Now().In(site.TimeZone)),
	}
	for _, c := range site.Nav {
		f.Categories = append(
			f.Categories,
			views.NavItem{Link: categoryLink(c), Current: site.Categories.Within(current, c), Children: subcategoryLinks(site, c)},
		)
	}
	if len(site.Nav) > 0 {
		f.AllCategories = categoriesPath
	}
	f.Digest = p.digestURL(site, 0)
	if site.MostRead {
		f.MostRead = mostReadPath
	}
	return views.Page{Site: f, Title: title, Path: path, LinkCard: siteCard(site), Feeds: p.feedLinks(site)}
}

// startOfDay returns the time that pages show. They show no finer time, so that
// a cached page is valid all day.
func startOfDay(t time.Time) time.Time {
	y, m, d := t.Date()
	return time.Date(y, m, d, 0, 0, 0, 0, t.Location())
}

// mostBelow is how many subcategories are shown beside a category's name on the
// front page and in the foot.
const mostBelow = 6

func subcategoryLinks(site *newsroom.Site, c *taxonomy.Category) (links []views.Link) {
	for _, child := range site.Categories.MostActive(c.ID, mostBelow) {
		links = append(links, categoryLink(child))
	}
	return links
}

func categoryLink(c *taxonomy.Category) views.Link {
	return views.Link{Name: c.Name, URL: permalink.CategoryPath(c.Path)}
}

// prependMessage puts the message about the last action before the title of a page,
// because screen readers read the title first.
func prependMessage(p *views.Page, done string) { p.Title = done + " – " + p.Title }

// text returns a message of the interface.
func (p *pages) text(site *newsroom.Site, key string, values ...any) string {
	return p.views.Text(site.Language, key, values...)
}

// The sizes attributes of pictures, by their place on the page.
const (
	sizesLead   = "(min-width: 64rem) 50rem, 100vw"
	sizesFirst  = "(min-width: 64rem) 37rem, (min-width: 40rem) 75vw, 100vw"
	sizesTeaser = "(min-width: 64rem) 20rem, (min-width: 40rem) 45vw, 100vw"
)

// teaserCard returns a teaser as lists show it.
func teaserCard(site *newsroom.Site, a *newsroom.Teaser) views.Teaser {
	v := views.Teaser{
		URL: site.TeaserPath(a), Title: a.Title, Standfirst: a.Standfirst, Byline: a.Byline, Comments: a.CommentsApprove,
	}
	v.At, _ = site.Instants(a.PublishedAt, a.RevisedAt)
	v.Language, v.Dir = articleLanguage(site, a.Language, a.Title)
	if v.Language == "" && v.Dir == views.DirOf(site.Language) {
		v.Dir = ""
	}
	if a.MainCategoryID != nil {
		if c := site.Categories.ByID(*a.MainCategoryID); c != nil && c.Path != taxonomy.UncategorizedSlug {
			link := categoryLink(c)
			v.Label = &link
		}
	}
	if a.PictureFile != "" {
		v.Picture = presentPicture(&pictures.Picture{
			File: a.PictureFile, Width: a.PictureWidth, Height: a.PictureHeight, FocusX: a.PictureFocusX, FocusY: a.PictureFocusY,
		}, sizesTeaser)
	}
	return v
}

// articleLanguage returns the language of an article, or "" when it is the
// site's, and the direction of its text.
func articleLanguage(site *newsroom.Site, language, title string) (own, dir string) {
	if language != site.Language {
		own = language
	}
	return own, views.ArticleDir(language, site.Language, title)
}

func teaserCards(site *newsroom.Site, teasers []newsroom.Teaser) []views.Teaser {
	list := make([]views.Teaser, len(teasers))
	for i := range teasers {
		list[i] = teaserCard(site, &teasers[i])
	}
	return list
}

// leadCard returns a teaser with a large picture that loads at once.
func leadCard(site *newsroom.Site, a *newsroom.Teaser) *views.Teaser {
	v := teaserCard(site, a)
	if v.Picture != nil {
		v.Picture.Lead, v.Picture.Sizes = true, sizesLead
	}
	return &v
}

// firstCard returns a teaser with a larger picture than the ones beside it.
func firstCard(site *newsroom.Site, a *newsroom.Teaser) views.Teaser {
	v := teaserCard(site, a)
	if v.Picture != nil {
		v.Picture.Sizes = sizesFirst
	}
	return v
}

// presentPicture lists the WebP variants of a picture, up to the first that is as wide
// as the original. Browsers without WebP get one JPEG of medium width, so that
// the page holds only one list.
func presentPicture(m *pictures.Picture, sizes string) *views.Picture {
	p := &views.Picture{Width: m.Width, Height: m.Height, Sizes: sizes, Focus: focusClass(m.FocusX, m.FocusY)}
	var set []string
	for i, w := range blob.Widths {
		if i > 0 && blob.Widths[i-1] >= m.Width {
			break
		}
		if p.Src == "" || w <= 960 {
			p.Src = fmt.Sprintf("/media/%s/%d.jpg", m.File, w)
		}
		set = append(set, fmt.Sprintf("/media/%s/%d.webp %dw", m.File, w, min(w, m.Width)))
	}
	p.WebP = strings.Join(set, ", ")
	return p
}

// focusClass returns the CSS class that keeps the focal point visible.
func focusClass(x, y int) string {
	switch {
	case y < 35:
		return "top"
	case y > 65:
		return "bottom"
	case x < 35:
		return "start"
	case x > 65:
		return "end"
	default:
		return ""
	}
}

// inSiteZone puts an instant into the site's time zone.
func inSiteZone(site *newsroom.Site, t time.Time) time.Time { return t.In(site.TimeZone) }

// durationText formats a duration in the site's language.
func (p *pages) durationText(site *newsroom.Site, d time.Duration) string {
	minutes := int(d / time.Minute)
	hours := minutes / 60
	switch {
	case hours == 0:
		return p.text(site, "time.minutes", "m", minutes)
	case hours < 48:
		return p.text(site, "time.hours", "h", hours, "m", minutes%60)
	default:
		return p.text(site, "time.days", "d", hours/24, "h", hours%24)
	}
}

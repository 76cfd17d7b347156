package handlers

import (
	"context"
	"net/http"
	"net/url"
	"strings"

	"broadsheet/models"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/sharepicture"
	"broadsheet/views"
)

// sharing has the answers for networks and messengers that show a link to an article:
// its picture, its oEmbed answer and its embedded form.
type sharing struct {
	*pages
	db      *models.DB
	painter *sharepicture.Painter
}

// cardOf returns the share picture of an article.
func cardOf(site *newsroom.Site, t *newsroom.Teaser) *sharepicture.Picture {
	return sharepicture.Of(site, t, views.ArticleDir(t.Language, site.Language, t.Title) == "rtl")
}

// networks are the networks and messengers below an article, with the address by which
// each takes a link. {url} and {title} are put in, percent-encoded. They are plain links:
// nothing is loaded from there before a reader follows one.
var networks = []views.Link{
	{Name: "WhatsApp", URL: "https://wa.me/?text={title}%20{url}"},
	{Name: "Telegram", URL: "https://t.me/share/url?url={url}&text={title}"},
	{Name: "Facebook", URL: "https://www.facebook.com/sharer/sharer.php?u={url}"},
	{Name: "X", URL: "https://x.com/intent/post?url={url}&text={title}"},
	{Name: "Bluesky", URL: "https://bsky.app/intent/compose?text={title}%20{url}"},
}

// shareLinks returns the links by which a reader passes an article on: by mail, by the
// networks, and last its own address, which script copies.
func (p *pages) shareLinks(site *newsroom.Site, title, path string) []views.Link {
	escape := func(s string) string { return strings.ReplaceAll(url.QueryEscape(s), "+", "%20") }
	address := p.baseURL.String() + path
	fill := strings.NewReplacer("{url}", escape(address), "{title}", escape(title))
	links := []views.Link{{Name: p.text(site, "share.mail"), URL: fill.Replace("mailto:?subject={title}&body={url}")}}
	for _, n := range networks {
		links = append(links, views.Link{Name: n.Name, URL: fill.Replace(n.URL)})
	}
	return append(links, views.Link{Name: p.text(site, "share.link"), URL: path})
}

// showSharePicture serves the share picture of an article. The address has a hash of
// everything on the picture, so the answer never changes. Another hash redirects to the
// present address: a network may have kept an earlier one. It draws nothing else, so
// clients cannot make it draw more pictures than there are articles.
func (sh *sharing) showSharePicture(c *request) error {
	file := c.Param("file")
	id, ok := sharepicture.ParseFile(file)
	if !ok {
		return errNoPage
	}
	teaser, err := sharepicture.Teaser(c.ctx(), sh.db, id)
	if err != nil {
		return err
	}
	picture := cardOf(c.site, teaser)
	if picture.File() != file {
		return redirectTemporarily(c, picture.Path())
	}
	f, err := sh.painter.Open(c.ctx(), picture)
	if err != nil {
		return err
	}
	defer f.Close()
	h := c.Response().Header()
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	h.Set("Content-Type", "image/jpeg")
	h.Set("Etag", `"`+strings.TrimSuffix(file, ".jpg")+`"`)
	http.ServeContent(c.Response(), c.Request(), "", f.Modified, f)
	return nil
}

// drawnAhead is how many changed articles wait for their pictures. More than that come
// from an import, and their pictures are drawn when they are first asked for.
const drawnAhead = 64

// drawAhead draws the share pictures of articles that change, until ctx ends, so that a
// picture is ready before the first network asks for it. A save does not wait for it.
func (s *server) drawAhead(ctx context.Context) {
	changed := make(chan int64, drawnAhead)
	s.DB.OnChange(func(c models.Change) {
		for _, id := range sharepicture.Changed(c) {
			select {
			case changed <- id:
			default:
			}
		}
	})
	go func() {
		for {
			select {
			case <-ctx.Done():
				return
			case id := <-changed:
				if err := s.prepareCard(ctx, id); err != nil && ctx.Err() == nil && models.KindOf(err) != models.NotFound {
					s.Log.WarnContext(ctx, "a share picture cannot be drawn", "article", id, "error", err)
				}
			}
		}
	}()
}

// prepareCard draws the share picture of an article, or returns a NotFound error if it is
// not public.
func (s *server) prepareCard(ctx context.Context, id int64) error {
	teaser, err := sharepicture.Teaser(ctx, s.DB, id)
	if err != nil {
		return err
	}
	site, err := s.site.Get(ctx)
	if err != nil {
		return err
	}
	f, err := s.sharing.painter.Open(ctx, cardOf(site, teaser))
	if err != nil {
		return err
	}
	return f.Close()
}

package handlers

import (
	"encoding/json"
	"encoding/xml"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"broadsheet/models/newsroom/redirects"

	"broadsheet/models"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/permalink"
	"broadsheet/models/newsroom/sharepicture"
	"broadsheet/models/newsroom/shortlink"
	"broadsheet/models/newsroom/taxonomy"
	"broadsheet/models/sharecard"
	"broadsheet/views"

	"github.com/labstack/echo/v4"
)

// oembedPath is WordPress's address for oEmbed.
const oembedPath = "/wp-json/oembed/1.0/embed"

// embedEnd ends the address of an article as a small page for frames.
const embedEnd = "embed/"

func embedPath(article string) string { return strings.TrimSuffix(article, "/") + "/" + embedEnd }

// The sizes of a frame in pixels, as WordPress has them. The height follows from the
// width, in the form of a film.
const (
	leastEmbed  = 200
	widestEmbed = 600
)

// embedPolicy is the content security policy of the page in a frame: that of all pages,
// but any site may show it.
func embedPolicy(policy string) string {
	return strings.Replace(policy, "frame-ancestors 'none'", "frame-ancestors *", 1)
}

// showOEmbed tells how to show an article on another site (oEmbed 1.0). It knows only
// articles of this site, by every address that leads to one. To all others, and to
// articles that are not public, it answers as to one that never existed.
func (sh *sharing) showOEmbed(c *request) error {
	asked := c.QueryParam("url")
	if asked == "" {
		return sh.sendOEmbedError(c, views.OEmbedError{
			Code: "rest_missing_callback_param", Message: "Missing parameter(s): url",
			Data: views.OEmbedErrorData{Status: http.StatusBadRequest, Params: []string{"url"}},
		})
	}
	teaser, err := sh.articleAt(c, asked)
	if models.KindOf(err) == models.NotFound {
		return sh.sendOEmbedError(c, views.OEmbedError{
			Code: "oembed_invalid_url", Message: "Not Found", Data: views.OEmbedErrorData{Status: http.StatusNotFound},
		})
	}
	if err != nil {
		return err
	}
	found, err := sh.presentOEmbed(c, teaser)
	if err != nil {
		return err
	}
	body, contentType := []byte(nil), "application/json; charset=utf-8"
	if c.QueryParam("format") == "xml" {
		contentType = "text/xml; charset=utf-8"
		body, err = xml.Marshal(found)
		body = append([]byte(xml.Header), body...)
	} else {
		body, err = json.Marshal(found)
	}
	if err != nil {
		return err
	}
	openToAll(c)
	shows := dependsOn(teaser.DependsOn()...).and(models.SettingsTag, taxonomy.NavigationTag)
	if asked != sh.baseURL.String()+c.site.TeaserPath(teaser) {
		// Any number of other spellings lead to one article. They fill no cache.
		return sh.send(c, contentType, body, sharedAnswer(http.StatusOK))
	}
	return sh.send(c, contentType, body, sharedAnswer(http.StatusOK), shows)
}

// openToAll sets the headers of an answer that scripts of all sites may read, and that is
// no page for search engines.
func openToAll(c echo.Context) {
	h := c.Response().Header()
	h.Set("Access-Control-Allow-Origin", "*")
	h.Set("X-Robots-Tag", "noindex")
}

func (sh *sharing) sendOEmbedError(c *request, e views.OEmbedError) error {
	openToAll(c)
	body, err := json.Marshal(e)
	if err != nil {
		return err
	}
	return sh.send(c, "application/json; charset=utf-8", body, sharedAnswer(e.Data.Status))
}

func (sh *sharing) presentOEmbed(c *request, t *newsroom.Teaser) (*views.OEmbed, error) {
	base := sh.baseURL.String()
	address := base + c.site.TeaserPath(t)
	width := widestEmbed
	if n := parseID(c.QueryParam("maxwidth")); n > 0 {
		width = int(n)
	}
	height := max((width*9+15)/16, leastEmbed)
	if n := parseID(c.QueryParam("maxheight")); n > 0 {
		height = min(height, int(n))
	}
	code, err := views.RenderEmbedCode(sh.views, views.EmbedCode{
		Title: t.Title, URL: address, FrameURL: embedPath(address), Width: width, Height: height,
	})
	v := &views.OEmbed{
		Version: "1.0", ProviderName: c.site.Name, ProviderURL: base + "/", AuthorName: t.Byline, AuthorURL: base + "/",
		Title: t.Title, Type: "rich", Width: width, Height: height, HTML: code, Description: t.Standfirst,
		ThumbnailURL: base + cardOf(c.site, t).Path(), ThumbnailWidth: sharecard.Width, ThumbnailHeight: sharecard.Height,
	}
	if t.BylineSlug != "" {
		v.AuthorURL = base + permalink.AuthorPath(t.BylineSlug)
	}
	return v, err
}

// articleAt returns the public article that an address of this site leads to, or a
// NotFound error. The address may have http or https, the host with or without "www.",
// and be an earlier one, a short one or that of the article's other pages.
func (sh *sharing) articleAt(c *request, address string) (*newsroom.Teaser, error) {
	u, err := url.Parse(address)
	if err != nil || u.User != nil || u.Scheme != "http" && u.Scheme != "https" || !sh.isOwnHost(u.Host) {
		return nil, errNoPage
	}
	path, ok := cleanPath(u.EscapedPath())
	if !ok {
		return nil, errNoPage
	}
	ctx := c.ctx()
	for _, form := range []string{"p", "page_id", "name"} {
		if value := u.Query().Get(form); value != "" && (path == "/" || path == "") {
			value = cleanText(value)
			if path, err = shortlink.Target(ctx, sh.db, c.site, shortlink.Query{Form: form, Value: value}); err != nil {
				return nil, asMissing(err)
			}
			break
		}
	}
	path = strings.TrimSuffix(strings.TrimSuffix(path, "/")+"/", embedEnd)
	if base, _, ok := cutCommentPage(path); ok {
		path = base
	}
	if target, _, err := redirects.Find(ctx, sh.db, path); err != nil {
		return nil, err
	} else if target != "" {
		path = target
	}
	found, err := newsroom.Find(ctx, sh.db, c.site, path)
	if err != nil {
		return nil, asMissing(err)
	}
	if found.Guessed {
		return nil, errNoPage
	}
	return sharepicture.Teaser(ctx, sh.db, found.ArticleID)
}

// asMissing turns the refusal of an article that is not public into errNoPage.
func asMissing(err error) error {
	if kind := models.KindOf(err); kind == models.NotFound || kind == models.Gone {
		return errNoPage
	}
	return err
}

// isOwnHost reports whether a host is the site's own, with or without "www.".
func (sh *sharing) isOwnHost(host string) bool {
	plain := func(host string) string { return strings.TrimPrefix(strings.ToLower(host), "www.") }
	return plain(host) == plain(sh.baseURL.Host)
}

// cutEmbed returns the address of the article whose page for frames has an address.
func cutEmbed(path string) (article string, ok bool) {
	article, ok = strings.CutSuffix(strings.TrimSuffix(path, "/")+"/", "/"+embedEnd)
	return article + "/", ok && article != ""
}

// showEmbed shows an article as a small page for a frame on another site.
func (rd *reading) showEmbed(c *request, path string) error {
	found, err := newsroom.Find(c.ctx(), rd.db, c.site, path)
	if err != nil {
		return err
	}
	if found.Status == newsroom.Withdrawn {
		return rd.renderWithdrawn(c, found)
	}
	if right := embedPath(found.Path); right != c.Request().URL.EscapedPath() {
		return redirectFor(c, !found.Guessed, right)
	}
	t, err := sharepicture.Teaser(c.ctx(), rd.db, found.ArticleID)
	if err != nil {
		return err
	}
	v := views.Embed{
		Page: rd.frame(c.site, t.Title, embedPath(found.Path), nil), Article: teaserCard(c.site, t), Read: rd.baseURL.String() + found.Path,
	}
	v.NoIndex = true
	if t.PictureFile != "" {
		v.Image = "/media/" + t.PictureFile + "/640.jpg"
	}
	c.Response().Header().Set("Content-Security-Policy", rd.embedPolicy)
	shows := dependsOn(t.DependsOn()...).and(newsroom.CountTag(t.ID))
	return render(rd.pages, c, views.EmbedPage, v, sharedAnswer(http.StatusOK), shows)
}

// sizeParam accepts a size of a frame in pixels, and brings it between the limits. The
// largest is the default, so it makes no other answer.
func sizeParam(v string) (string, bool) {
	n, err := strconv.Atoi(v)
	if err != nil || n < 1 || n >= widestEmbed {
		return "", false
	}
	return strconv.Itoa(max(n, leastEmbed)), true
}

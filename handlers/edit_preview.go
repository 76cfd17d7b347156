package handlers

import (
	"cmp"
	"net/http"
	"strings"

	"broadsheet/models"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/drafts"
	"broadsheet/models/newsroom/pictures"
	"broadsheet/models/newsroom/previews"
	"broadsheet/models/richtext"
	"broadsheet/views"
)

func previewPath(key string) string { return "/preview/" + key + "/" }

// postPreview makes a link to the newest text of an article, or ends all links to it.
func (ed *editing) postPreview(c *request) error {
	d, err := ed.open(c)
	if err != nil {
		return err
	}
	if !d.access.Edit && !d.access.Publish {
		return errNoRight
	}
	done := "preview"
	if c.form.Get("do") == "revoke" {
		done, err = "preview-off", previews.Revoke(c.ctx(), ed.db, c.viewer.actor(), d.Article.ID)
	} else {
		_, err = previews.Make(c.ctx(), ed.db, c.viewer.actor(), d.Article.ID)
	}
	if err != nil {
		return err
	}
	return c.seeOther(withDone(editPath(d.Article.ID), done) + "#previews")
}

// showPreview shows the newest text of an article to a reader with a valid link. It
// redirects to the article when that text is public, and answers 404 when the article was
// withdrawn or trashed. The page has no canonical address and no cache stores it, so it
// does not pass the key on.
func (ed *editing) showPreview(c *request) error {
	d, err := ed.openPreview(c)
	if err != nil {
		return err
	}
	if d.Article.Status == newsroom.Published && !d.Pending {
		return c.Redirect(http.StatusMovedPermanently, c.site.ArticlePath(d.Article))
	}
	page, err := drafts.Rehearse(c.ctx(), ed.db, c.site, d.Article.ID)
	if err != nil {
		return err
	}
	page.HTML = richtext.MovePictures(page.HTML, previewPictures)
	v := views.Article{
		Page: ed.frame(c.site, page.Title, "", mainCategory(page)), Headline: page.Title, Standfirst: page.Standfirst,
		Body: presentBody(c.site, page), Picture: leadPicture(page.Picture),
		Published: inSiteZone(c.site, page.PublishedAt.Time), Preview: true,
	}
	movePicture(v.Picture)
	v.Notes, v.Corrections = presentCorrections(c.site, page.Corrections, "")
	v.NoIndex, v.Embargo = true, embargoOf(c, d, ed.db.Now())
	v.Language, v.Dir = articleLanguage(c.site, page.Language, page.Title)
	if page.Words > 0 {
		v.Minutes = views.Reading(page.Words)
	}
	addLinks(&v, c.site, articleParts{page: page})
	v.Republish, v.Changes = "", ""
	return render(ed.pages, c, views.ArticlePage, v, personalAnswer(http.StatusOK))
}

// openPreview opens the newest text of the article to which a link leads, and sets the
// headers of all answers to such links. It refuses links that do not work.
func (ed *editing) openPreview(c *request) (*drafts.Draft, error) {
	h := c.Response().Header()
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("X-Robots-Tag", "noindex, nofollow")
	h.Set("Cache-Control", "private, no-store")
	article, err := previews.Find(c.ctx(), ed.db, ed.signer, c.Param("key"), ed.db.Now())
	if err != nil {
		return nil, previewError(err)
	}
	d, err := drafts.Open(c.ctx(), ed.db, article)
	switch {
	case err != nil:
		return nil, previewError(err)
	case d.Article.Status == newsroom.Trashed, d.Article.Status == newsroom.Withdrawn:
		return nil, errNoPage
	}
	return d, nil
}

// previewPictures is the folder of a preview's pictures, below the address of the preview: the
// public addresses of pictures refuse pictures of stories that are not public.
const previewPictures = "media/"

// movePicture gives a picture an address below the preview's. v may be nil.
func movePicture(v *views.Picture) {
	if v != nil {
		for _, address := range []*string{&v.Src, &v.WebP, &v.Moving} {
			*address = strings.ReplaceAll(*address, picturesPath, previewPictures)
		}
	}
}

// showPreviewPicture shows a picture of the newest text of an article to a reader with a
// valid link to that text, and no other picture.
func (ed *editing) showPreviewPicture(c *request) error {
	d, err := ed.openPreview(c)
	if err != nil {
		return err
	}
	file := c.Param("picture")
	return sendPicture(c, ed.pictures, func() (*pictures.Served, string, error) {
		uses, err := pictures.UsedBy(c.ctx(), ed.db, d.Text.PictureID, d.Text.Body, d.Text.Format, file)
		if err != nil || !uses {
			return nil, "", cmp.Or(err, error(errNoPage))
		}
		m, err := pictures.AtAddress(c.ctx(), ed.db, file)
		if err == nil && m == nil {
			err = errNoPage
		}
		return m, "private, no-store", err
	})
}

// previewError hides why there is no preview.
func previewError(err error) error {
	if models.KindOf(err) == models.NotFound {
		return errNoPage
	}
	return err
}

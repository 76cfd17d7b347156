package handlers

import (
	"context"

	"broadsheet/handlers/pagecache"
	"broadsheet/models"
	"broadsheet/models/discussion"
	"broadsheet/models/discussion/react"
	"broadsheet/models/discussion/thread"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/reads"
	"broadsheet/views"

	"github.com/labstack/echo/v4"
)

// commentsPlace is the place of a page of comments. It is stored with the cached page, so that
// a commenter's personal parts can be added to it.
type commentsPlace struct {
	articleID int64
	path      string // of the article
	page      string // of this page of its comments
	who       models.Commenters
	recommend bool // readers can recommend its comments
	shown     []int64
	tally     *reads.Tally // counts the readers of the page; nil: they are not counted
}

// knows reports whether the form of the page shows the commenter's verified address.
func (p *commentsPlace) knows(who *commenter) bool {
	return p.who == models.VerifiedCommenter && who.Verified != ""
}

// presenter returns the presenter of the page's comments.
func (p *commentsPlace) presenter(site *newsroom.Site) commentPresenter {
	return commentPresenter{site: site, path: p.path, page: p.page, recommend: p.recommend}
}

// servePersonal sends a cached page, to a visitor as it is, and to a commenter with
// the personal parts added: the remembered fields of the form, and the commenter's own
// comments.
func (s *server) servePersonal(c echo.Context, page *pagecache.Page, who *commenter) error {
	if who == nil {
		page.Serve(c.Response(), c.Request(), s.DB.Now())
		return nil
	}
	place, ok := page.Extra().(*commentsPlace)
	if !ok {
		page.ServePersonal(c.Response(), c.Request(), nil)
		return nil
	}
	ctx := c.Request().Context()
	site, err := s.site.Get(ctx)
	if err != nil {
		return err
	}
	comments, err := thread.OwnOf(ctx, s.DB, site, place.articleID, who.Token, s.DB.Now())
	if err != nil {
		return err
	}
	recommendations, err := s.discussions.recommendations(ctx, place, who)
	if err != nil {
		return err
	}
	warning := s.discussions.findWarning(site, who, nil, place.path)
	if len(comments) == 0 && len(recommendations) == 0 && !who.Remember && warning == nil && !place.knows(who) {
		page.ServePersonal(c.Response(), c.Request(), nil)
		return nil
	}
	own := views.Discussion{
		Warning: warning, Recommendations: recommendations,
		Form: s.discussions.replyForm(site, place, articleParts{own: ownComments{who: who}}),
	}
	s.discussions.addOwnComments(&own, place.presenter(site), comments)
	parts, err := views.RenderOwn(s.Views, site.Language, own)
	if err != nil {
		return err
	}
	page.ServePersonal(c.Response(), c.Request(), parts[:min(len(parts), page.PartCount())])
	return nil
}

// addOwnComments adds a commenter's own comments to a discussion.
func (ds *discussions) addOwnComments(d *views.Discussion, w commentPresenter, comments []discussion.Comment) {
	for i := range comments {
		comment := &comments[i]
		own := withoutActions(w.presentComment(comment))
		own.StatusURL = ds.cookies.commenters.statusPath(comment)
		if own.Pending = comment.Waits(); own.Pending {
			d.Pending = append(d.Pending, own)
		} else {
			d.Published = append(d.Published, own)
		}
	}
}

// placeOn returns the place of a page of comments.
func placeOn(site *newsroom.Site, p *newsroom.Page, path string, number int) *commentsPlace {
	return &commentsPlace{
		articleID: p.ID, path: path, page: commentPagePath(path, number), who: site.Commenters(&p.Article),
		recommend: site.TakesRecommendations(&p.Article),
	}
}

// showing adds the numbers of the comments on the page.
func (p *commentsPlace) showing(threads []*thread.Node) *commentsPlace {
	for _, n := range threads {
		if !n.Gone {
			p.shown = append(p.shown, n.ID)
		}
		p.showing(n.Replies)
	}
	return p
}

// recommendations returns the visitor's own recommendations of comments on a page.
func (ds *discussions) recommendations(ctx context.Context, place *commentsPlace, who *commenter) (list []views.Recommendation, err error) {
	if who == nil || !place.recommend {
		return nil, nil
	}
	comments, err := react.Recommended(ctx, ds.db, who.Token, place.shown)
	for _, c := range comments {
		list = append(list, views.Recommendation{ID: c.ID, Author: c.Author, Action: recommendPath(c.ID)})
	}
	return list, err
}

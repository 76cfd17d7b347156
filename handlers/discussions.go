package handlers

import (
	"context"
	"fmt"

	"broadsheet/models"
	"broadsheet/models/discussion"
	"broadsheet/models/discussion/thread"
	"broadsheet/models/newsroom"
	"broadsheet/models/people/bans"
	"broadsheet/views"
)

// discussions holds the work on comments that the pages of articles, the pages
// of commenters and the page cache share.
type discussions struct {
	*pages
	db      *models.DB
	cookies *cookies
	mail    bool // the site can send mail
}

// loadPublic returns a comment in any state, and its article. It refuses as
// [newsroom.RequirePublic] does when the article is not public. Every handler
// that takes a comment's number from a reader calls it first.
func (ds *discussions) loadPublic(ctx context.Context, id int64) (*discussion.Comment, *newsroom.Article, error) {
	comment, err := discussion.ByID(ctx, ds.db, id)
	if err != nil {
		return nil, nil, err
	}
	article, err := newsroom.PublicByID(ctx, ds.db, comment.ArticleID)
	return comment, article, err
}

// addressOf returns the address of the page that shows a public comment. article
// is the address of its article.
func (ds *discussions) addressOf(ctx context.Context, site *newsroom.Site, article string, comment *discussion.Comment) (string, error) {
	a, err := newsroom.ByID(ctx, ds.db, comment.ArticleID)
	if err != nil {
		return "", err
	}
	place, err := thread.PlaceOf(ctx, ds.db, comment, threadQuery(site, a, firstComments))
	if place.Own {
		return threadPath(comment.ID), err
	}
	return commentPagePath(article, place.Page), err
}

// findWarning returns a warning that the visitor has not confirmed yet. It finds the
// visitor by the cookie, or by one of their own comments.
func (ds *discussions) findWarning(site *newsroom.Site, who *commenter, own *discussion.Comment, back string) *views.Warning {
	var p bans.Sender
	key := ""
	switch {
	case who != nil:
		p = bans.Sender{TokenHash: discussion.HashToken(who.Token), Verified: who.Verified}
	case own != nil:
		p.TokenHash = own.TokenHash
		if own.Verified {
			p.Verified = own.Email
		}
		key = fmt.Sprintf("%d %s", own.ID, ds.cookies.commenters.commentKey(own.ID, own.TokenHash))
	default:
		return nil
	}
	warned := site.Bans.Match(p, ds.db.Now()).Warned
	if warned == nil {
		return nil
	}
	return &views.Warning{ID: warned.ID, Words: warned.Words, Key: key, Back: back}
}

// requireApproved returns nil for a public comment. It returns not found for a
// held one and gone for a removed one.
func requireApproved(comment *discussion.Comment) error { return discussion.RequireApproved(comment) }

package handlers

import (
	"context"
	"net/http"
	"strings"
	"time"

	"broadsheet/models"
	"broadsheet/models/people"
)

// cookies reads the site's two cookies: those of commenters and those of
// sessions.
type cookies struct {
	commenters *commenterCookies
	desk       *deskCookies
}

func newCookies(o Options) *cookies {
	keys, secure := models.NewKeyring(o.Secret, o.OldSecrets...), o.BaseURL.Scheme == "https"
	ck := &cookies{newCommenterCookies(keys, secure), newDeskCookies(keys, secure)}
	ck.commenters.proofHolds = func(ctx context.Context, email string, at time.Time) bool {
		verified, err := people.ProofHolds(ctx, o.DB, email, at)
		if err != nil {
			o.Log.WarnContext(ctx, "cannot tell whether the proof of an address still holds", "error", err.Error())
		}
		return verified
	}
	return ck
}

// knowsBrowser reports whether the browser has a cookie of a commenter or of a session
// that this site has signed. Other cookies do not bypass the page cache.
func (ck *cookies) knowsBrowser(r *http.Request) bool {
	for _, line := range r.Header["Cookie"] {
		if strings.Contains(line, commenterCookie+"=") || strings.Contains(line, deskCookie+"=") {
			return ck.hasSession(r) || ck.commenters.get(r) != nil
		}
	}
	return false
}

// hasSession reports whether the browser has a session's token that this site has
// signed. The database knows whether the session is still open.
func (ck *cookies) hasSession(r *http.Request) bool { return ck.desk.token(r) != "" }

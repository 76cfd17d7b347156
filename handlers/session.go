package handlers

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"broadsheet/models"
	"broadsheet/models/discussion"
	"broadsheet/models/discussion/notify"
	"broadsheet/models/people"

	"github.com/gorilla/sessions"
)

// commenterCookie is the only cookie of commenters. It is signed and encrypted,
// and set by POST requests only.
const commenterCookie = "broadsheet_replier"

// rememberFor is how long "remember me" lasts.
const rememberFor = 365 * 24 * time.Hour

// commenter is the content of the cookie.
type commenter struct {
	Token string // identifies the browser and its own pending comments
	// Fresh is set while no comment was sent with the token: the browser got it
	// for a recommendation or a proof. A program can collect such tokens, so no
	// rule about comments may count them: see [commenter.tokens].
	Fresh    bool
	Verified string // the email address that the browser has proved
	// VerifiedAt is the time of the proof in microseconds since 1970, or 0 in
	// cookies from before it was stored.
	VerifiedAt int64
	Remember   bool
	Author     string
	Email      string
	URL        string
}

// tokens returns the token in the two fields of [discussion.Submission]: as the
// browser's own, or as a fresh one. Both are empty for a nil receiver.
func (who *commenter) tokens() (own, fresh string) {
	switch {
	case who == nil:
		return "", ""
	case who.Fresh:
		return "", who.Token
	}
	return who.Token, ""
}

// commenterCookies reads and writes the cookies of commenters.
type commenterCookies struct {
	store  *sessions.CookieStore
	name   string
	secure bool
	links  *models.Signer // of preview links and stamps
	keys   *notify.CommentKeys
	// proofHolds reports whether a proof of an address, given at an instant, is
	// still valid. Without the function no proof is valid.
	proofHolds func(ctx context.Context, email string, at time.Time) bool
}

// newCommenterCookies derives the cookie's keys and the keys of preview links from the
// session keys.
func newCommenterCookies(keys *models.Keyring, secure bool) *commenterCookies {
	store := newStore(keys, "replier cookie")
	store.MaxAge(int(rememberFor.Seconds())) // for the signature; set chooses the cookie's own age
	return &commenterCookies{
		store: store, name: cookieName(commenterCookie, secure), secure: secure,
		links: keys.Signer("preview link", hex.EncodeToString), keys: notify.CommentKeysOf(keys),
	}
}

// newStore returns a store that signs cookies with the present session key and
// reads those of all keys.
func newStore(keys *models.Keyring, name string) *sessions.CookieStore {
	var pairs [][]byte
	encryption := keys.Derive(name + " encryption")
	for i, signature := range keys.Derive(name + " signature") {
		pairs = append(pairs, signature, encryption[i])
	}
	return sessions.NewCookieStore(pairs...)
}

// cookieName returns a cookie's name, with the prefix where the site uses TLS.
func cookieName(name string, secure bool) string {
	if secure {
		return hostPrefix + name
	}
	return name
}

// get returns the commenter of a request's cookie. It returns nil without a
// cookie, and for one that is forged, expired or of an unknown key. The
// verified address is empty when its proofs were revoked.
func (rs *commenterCookies) get(r *http.Request) *commenter {
	name := rs.name
	if _, err := r.Cookie(name); err != nil {
		// A cookie from before the prefix. It lasts for at most a year.
		name = commenterCookie
	}
	if _, err := r.Cookie(name); err != nil {
		return nil
	}
	s, err := rs.store.Get(r, name)
	if err != nil || s.IsNew {
		return nil
	}
	text := func(key string) string { v, _ := s.Values[key].(string); return v }
	remember, _ := s.Values["remember"].(bool)
	fresh, _ := s.Values["fresh"].(bool)
	who := &commenter{
		Token: text("token"), Fresh: fresh, Verified: people.EmailForm(text("verified")), Remember: remember,
		Author: text("author"), Email: text("email"), URL: text("url"),
	}
	who.VerifiedAt, _ = s.Values["verified-at"].(int64)
	if who.Verified != "" && rs.proofHolds != nil && !rs.proofHolds(r.Context(), who.Verified, time.UnixMicro(who.VerifiedAt)) {
		who.Verified, who.VerifiedAt = "", 0
	}
	return who
}

// set writes the cookie. It lasts for a year when the commenter asks to be
// remembered. Otherwise it ends with the browser, and holds only the token and
// a verified address.
func (rs *commenterCookies) set(w http.ResponseWriter, r *http.Request, who commenter) error {
	if _, err := r.Cookie(commenterCookie); err == nil && rs.name != commenterCookie {
		http.SetCookie(w, &http.Cookie{
			Name: commenterCookie, Path: "/", MaxAge: -1, HttpOnly: true, Secure: rs.secure,
			SameSite: http.SameSiteLaxMode,
		})
	}
	s, _ := rs.store.New(r, rs.name) // an unreadable old cookie is replaced
	s.Options = &sessions.Options{Path: "/", HttpOnly: true, Secure: rs.secure, SameSite: http.SameSiteLaxMode}
	s.Values = map[any]any{"token": who.Token}
	if who.Fresh {
		s.Values["fresh"] = true
	}
	if who.Verified != "" {
		s.Values["verified"], s.Values["verified-at"] = who.Verified, who.VerifiedAt
	}
	if who.Remember {
		s.Options.MaxAge = int(rememberFor.Seconds())
		s.Values["remember"], s.Values["author"], s.Values["email"], s.Values["url"] = true,
			rememberedField(who.Author, maxRememberedName), rememberedField(
				who.Email, discussion.MaxEmailBytes,
			), rememberedField(who.URL, discussion.MaxURLBytes)
	}
	err := s.Save(r, w)
	if err != nil && who.Remember { // too long for a cookie: keep the token without the rest
		delete(s.Values, "author")
		err = s.Save(r, w)
	}
	return err
}

// maxRememberedName is the longest name in bytes that the cookie keeps. With the
// other fields, encrypted and encoded, the cookie stays well below the 4,096
// bytes that browsers accept.
const maxRememberedName = 1500

// rememberedField returns a field as the cookie stores it: clean, on one line and
// within its limit in bytes. It returns "" for a longer field, because a part
// of an address is another address.
func rememberedField(field string, most int) string {
	field = strings.Join(strings.Fields(cleanText(field)), " ")
	if len(field) > most {
		return ""
	}
	return field
}

// deskCookie is the cookie of the staff. It holds the token of the session, which is in
// the database, where it can be ended, and a token by which the browser is known again
// at its next sign-in.
const deskCookie = "broadsheet_desk"

// hostPrefix is the prefix of cookies that browsers bind to one host and to TLS
// (RFC 6265bis, section 4.1.3.2).
const hostPrefix = "__Host-"

// deskCookies reads and writes the cookies of the staff.
type deskCookies struct {
	store  *sessions.CookieStore
	name   string
	secure bool
}

func newDeskCookies(keys *models.Keyring, secure bool) *deskCookies {
	store := newStore(keys, "desk cookie")
	store.MaxAge(int(people.SessionMaxAge.Seconds()))
	return &deskCookies{store, cookieName(deskCookie, secure), secure}
}

// token returns the session token of a request, or "".
func (dc *deskCookies) token(r *http.Request) string {
	if _, err := r.Cookie(dc.name); err != nil {
		return ""
	}
	s, err := dc.store.Get(r, dc.name)
	if err != nil || s.IsNew {
		return ""
	}
	token, _ := s.Values["token"].(string)
	return token
}

// browser returns the token by which a browser is known again, or "".
func (dc *deskCookies) browser(r *http.Request) string {
	s, err := dc.store.New(r, dc.name)
	if err != nil {
		return ""
	}
	browser, _ := s.Values["browser"].(string)
	return browser
}

// set stores the token of a session in the browser; "" ends it there. The browser stays
// known.
func (dc *deskCookies) set(w http.ResponseWriter, r *http.Request, token string) error {
	return dc.setBoth(w, r, token, dc.browser(r))
}

// forget deletes the cookie.
func (dc *deskCookies) forget(w http.ResponseWriter, r *http.Request) error {
	return dc.setBoth(w, r, "", "")
}

// setBoth stores both tokens in the browser; without either it deletes the cookie.
func (dc *deskCookies) setBoth(w http.ResponseWriter, r *http.Request, token, browser string) error {
	s, _ := dc.store.New(r, dc.name)
	s.Options = &sessions.Options{
		Path: "/", HttpOnly: true, Secure: dc.secure, SameSite: http.SameSiteLaxMode,
		MaxAge: int(people.SessionMaxAge.Seconds()),
	}
	if token == "" && browser == "" {
		s.Options.MaxAge = -1
	}
	s.Values = map[any]any{"token": token, "browser": browser}
	return s.Save(r, w)
}

// newToken returns a random token for a browser.
func newToken() string { return rand.Text() }

// commentKey returns the key of a comment's own pages: a signature of the comment and
// its browser.
func (rs *commenterCookies) commentKey(id int64, tokenHash string) string {
	return rs.keys.Make(id, tokenHash)
}

// isCommentKey reports whether key is the key of a comment. A comment without a token,
// such as an imported one, has no key.
func (rs *commenterCookies) isCommentKey(key string, id int64, tokenHash string) bool {
	return rs.keys.Opens(key, id, tokenHash)
}

// signTime returns a signed time.
func (rs *commenterCookies) signTime(at time.Time) string {
	ms := at.UnixMilli()
	return fmt.Sprintf("%d-%s", ms, rs.links.Sign(signedStamp(ms)))
}

// ageOfStamp returns the age of a stamp. It returns 0 for a stamp that is forged or
// in the future.
func (rs *commenterCookies) ageOfStamp(stamp string, now time.Time) time.Duration {
	var ms int64
	var mac string
	if n, err := fmt.Sscanf(stamp, "%d-%s", &ms, &mac); n != 2 || err != nil || !rs.links.Verify(signedStamp(ms), mac) {
		return 0
	}
	return max(0, now.Sub(time.UnixMilli(ms)))
}

// previewFor is how long a link to a pending comment works. Browsers without
// cookies need it.
const previewFor = 10 * time.Minute

// previewQuery returns the query that shows one pending comment, with the
// parameters of WordPress.
func (rs *commenterCookies) previewQuery(id int64, now time.Time) string {
	until := now.Add(previewFor).Unix()
	return fmt.Sprintf("unapproved=%d&moderation-hash=%d-%s", id, until, rs.links.Sign(signedPreview(id, until)))
}

// mayPreview checks a preview query and returns the comment's number.
func (rs *commenterCookies) mayPreview(unapproved, hash string, now time.Time) (id int64, ok bool) {
	id, err := strconv.ParseInt(unapproved, 10, 64)
	if err != nil {
		return 0, false
	}
	var until int64
	var mac string
	if n, err := fmt.Sscanf(hash, "%d-%s", &until, &mac); n != 2 || err != nil || now.Unix() > until {
		return 0, false
	}
	return id, rs.links.Verify(signedPreview(id, until), mac)
}

// signedStamp and signedPreview return the texts that are signed. A stamp has
// -1 in place of a comment's number, so that it never opens a preview.
func signedStamp(ms int64) string { return signedPreview(-1, ms) }

func signedPreview(id, until int64) string { return fmt.Sprintf("%d %d", id, until) }

package handlers

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"broadsheet/models"
	"broadsheet/models/discussion"
	"broadsheet/models/people"

	"github.com/gorilla/sessions"
)

// commenterCookie is the one cookie a reader who writes comments gets. It is
// signed and encrypted; a GET never sets it.
const commenterCookie = "broadsheet_replier"

// rememberFor is how long "remember me" lasts.
const rememberFor = 365 * 24 * time.Hour

// commenter is what the cookie holds.
type commenter struct {
	Token string // the browser's, for its own pending comments
	// Fresh: no comment was sent with the token. It was given for a recommendation
	// or a proof, which a program collects easily, so no rule about comments may
	// count it: see [commenter.tokens].
	Fresh    bool
	Verified string // the email address that the browser has shown to be its own
	// VerifiedAt is when, in microseconds since 1970; 0 in cookies of before it
	// was noted.
	VerifiedAt int64
	Remember   bool
	Author     string
	Email      string
	URL        string
}

// tokens returns the token as a [discussion.Submission] takes it: as the
// browser's own, or as a new one. who may be nil: then there is none.
func (who *commenter) tokens() (own, fresh string) {
	switch {
	case who == nil:
		return "", ""
	case who.Fresh:
		return "", who.Token
	}
	return who.Token, ""
}

// commenterCookies reads and writes commenterCookies' cookies.
type commenterCookies struct {
	store  *sessions.CookieStore
	name   string
	secure bool
	links  [][]byte // sign preview links and stamps; the first is the present key
	keys   [][]byte // sign the keys of own comments
	// proofHolds reports whether a proof of an address, given at an instant, has not
	// been taken back. nil: no proof has.
	proofHolds func(ctx context.Context, email string, at time.Time) bool
}

// newCommenterCookies derives the cookie's keys and the keys of preview links from the
// session keys.
func newCommenterCookies(keys *models.Keyring, secure bool) *commenterCookies {
	store := newStore(keys, "replier cookie")
	store.MaxAge(int(rememberFor.Seconds())) // of the signature; the cookie's own is set below
	return &commenterCookies{
		store: store, name: hostName(commenterCookie, secure), secure: secure, links: keys.Derive("preview link"), keys: keys.Derive("own comment"),
	}
}

// newStore makes cookies with the present session key and reads those of all.
func newStore(keys *models.Keyring, name string) *sessions.CookieStore {
	var pairs [][]byte
	encryption := keys.Derive(name + " encryption")
	for i, signature := range keys.Derive(name + " signature") {
		pairs = append(pairs, signature, encryption[i])
	}
	return sessions.NewCookieStore(pairs...)
}

// hostName returns a cookie's name, with the prefix where the site speaks TLS.
func hostName(name string, secure bool) string {
	if secure {
		return hostPrefix + name
	}
	return name
}

// signedBy reports whether sign makes mac with one of the keys.
func signedBy(keys [][]byte, mac string, sign func(key []byte) string) bool {
	return slices.ContainsFunc(keys, func(key []byte) bool { return hmac.Equal([]byte(mac), []byte(sign(key))) })
}

// get returns the commenter that a request's cookie remembers, nil when there is
// none. A cookie that is forged, expired or of another key counts as none. The
// commenter has no verified address once the proofs of it were taken back.
func (rs *commenterCookies) get(r *http.Request) *commenter {
	name := rs.name
	if _, err := r.Cookie(name); err != nil {
		// A cookie from before the prefix: they last for a year at most.
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
	who := &commenter{Token: text("token"), Fresh: fresh, Verified: people.EmailForm(text("verified")), Remember: remember, Author: text("author"), Email: text("email"), URL: text("url")}
	who.VerifiedAt, _ = s.Values["verified-at"].(int64)
	if who.Verified != "" && rs.proofHolds != nil && !rs.proofHolds(r.Context(), who.Verified, time.UnixMicro(who.VerifiedAt)) {
		who.Verified, who.VerifiedAt = "", 0
	}
	return who
}

// set writes the cookie: for a year where the commenter wants to be
// remembered, else until the browser is closed and with no more than the token and a verified
// address.
func (rs *commenterCookies) set(w http.ResponseWriter, r *http.Request, who commenter) error {
	if _, err := r.Cookie(commenterCookie); err == nil && rs.name != commenterCookie {
		http.SetCookie(w, &http.Cookie{Name: commenterCookie, Path: "/", MaxAge: -1, HttpOnly: true, Secure: rs.secure, SameSite: http.SameSiteLaxMode})
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
			remembered(who.Author, maxRememberedName), remembered(who.Email, discussion.MaxEmailBytes), remembered(who.URL, discussion.MaxURLBytes)
	}
	err := s.Save(r, w)
	if err != nil && who.Remember { // too long for a cookie: the token matters most
		delete(s.Values, "author")
		err = s.Save(r, w)
	}
	return err
}

// maxRememberedName is the longest name in bytes that the cookie keeps. With the
// other fields, encrypted and encoded, the cookie stays well below the 4,096
// bytes that browsers accept.
const maxRememberedName = 1500

// remembered returns a field in the form in which the cookie keeps it: clean, on
// one line and within its limit in bytes. It returns "" for one that is too
// long, because a part of an address is another address.
func remembered(field string, most int) string {
	field = strings.Join(strings.Fields(cleanText(field)), " ")
	if len(field) > most {
		return ""
	}
	return field
}

// deskCookie is the cookie of those who work here. It carries a token and
// nothing else: who that is stands in the database, where it can be revoked.
const deskCookie = "broadsheet_desk"

// hostPrefix begins the name of a cookie that browsers take from this very
// host alone, over TLS alone (RFC 6265bis, 4.1.3.2).
const hostPrefix = "__Host-"

// deskCookies reads and writes it.
type deskCookies struct {
	store  *sessions.CookieStore
	name   string
	secure bool
}

func newDeskCookies(keys *models.Keyring, secure bool) *deskCookies {
	store := newStore(keys, "desk cookie")
	store.MaxAge(int(people.SessionMaxAge.Seconds()))
	return &deskCookies{store, hostName(deskCookie, secure), secure}
}

// token returns the session token of a request, "" for none.
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

// set gives the browser a token; "" takes it away.
func (dc *deskCookies) set(w http.ResponseWriter, r *http.Request, token string) error {
	s, _ := dc.store.New(r, dc.name)
	s.Options = &sessions.Options{Path: "/", HttpOnly: true, Secure: dc.secure, SameSite: http.SameSiteLaxMode, MaxAge: int(people.SessionMaxAge.Seconds())}
	if token == "" {
		s.Options.MaxAge = -1
	}
	s.Values = map[any]any{"token": token}
	return s.Save(r, w)
}

// newToken makes a browser's token.
func newToken() string { return rand.Text() }

// key returns what opens a comment's own pages for its writer: a signature
// of the comment and the browser it was written with.
func (rs *commenterCookies) key(id int64, tokenHash string) string {
	return keyOf(rs.keys[0], id, tokenHash)
}

func keyOf(key []byte, id int64, tokenHash string) string {
	mac := hmac.New(sha256.New, key)
	fmt.Fprintf(mac, "%d %s", id, tokenHash)
	return hex.EncodeToString(mac.Sum(nil)[:16])
}

// opens checks such a key. A comment without a token, such as an imported
// one, has none.
func (rs *commenterCookies) opens(key string, id int64, tokenHash string) bool {
	return tokenHash != "" && signedBy(rs.keys, key, func(k []byte) string { return keyOf(k, id, tokenHash) })
}

// stamp returns an instant in a form that only this site can make.
func (rs *commenterCookies) stamp(at time.Time) string {
	ms := at.UnixMilli()
	return fmt.Sprintf("%d-%s", ms, rs.sign(-1, ms))
}

// since returns how long ago a stamp was made, 0 for one that was not made
// here or lies ahead.
func (rs *commenterCookies) since(stamp string, now time.Time) time.Duration {
	var ms int64
	var mac string
	if n, err := fmt.Sscanf(stamp, "%d-%s", &ms, &mac); n != 2 || err != nil || !rs.signed(mac, -1, ms) {
		return 0
	}
	return max(0, now.Sub(time.UnixMilli(ms)))
}

// previewFor is how long the link works that shows a pending comment to a
// browser without cookies.
const previewFor = 10 * time.Minute

// previewQuery returns the query, in WordPress's names, that shows one
// pending comment for ten minutes.
func (rs *commenterCookies) previewQuery(id int64, now time.Time) string {
	until := now.Add(previewFor).Unix()
	return fmt.Sprintf("unapproved=%d&moderation-hash=%d-%s", id, until, rs.sign(id, until))
}

// mayPreview checks such a query.
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
	return id, rs.signed(mac, id, until)
}

func (rs *commenterCookies) sign(id, until int64) string { return signLink(rs.links[0], id, until) }

func (rs *commenterCookies) signed(mac string, id, until int64) bool {
	return signedBy(rs.links, mac, func(key []byte) string { return signLink(key, id, until) })
}

func signLink(key []byte, id, until int64) string {
	mac := hmac.New(sha256.New, key)
	fmt.Fprintf(mac, "%d %d", id, until)
	return hex.EncodeToString(mac.Sum(nil)[:16])
}

package handlers

import (
	"net/http"
	"net/http/httptest"
)

// Rows is the table of routes.
func Rows() []Route {
	s := &server{}
	s.receivers()
	return s.table()
}

// DeskCookie is the cookie of a session.
func DeskCookie(secret []byte, token string) *http.Cookie {
	w := httptest.NewRecorder()
	if err := newDeskCookies(secret, false).set(w, httptest.NewRequest(http.MethodGet, "/", nil), token); err != nil {
		panic(err)
	}
	return w.Result().Cookies()[0]
}

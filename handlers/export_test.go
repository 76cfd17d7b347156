package handlers

import (
	"context"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"slices"

	"broadsheet/models"
	"broadsheet/models/discussion"
)

// Rows is the table of routes.
func Rows() []Route {
	s := &server{}
	s.build(nil)
	return s.routeTable()
}

// UntilEnd is the Cache-Control header of a picture whose licence ends.
var UntilEnd = untilEnd

// StaffDeeds lists the actions on an account.
func StaffDeeds() []string { return slices.Sorted(maps.Keys(staffActions)) }

// GetRoutes returns the paths of all rows of the table that answer GET.
func GetRoutes() []string {
	var paths []string
	for _, row := range Rows() {
		if row.Method == http.MethodGet {
			paths = append(paths, row.Path)
		}
	}
	return paths
}

// CleanPath returns the one spelling of a path.
func CleanPath(path string) (string, bool) { return cleanPath(path) }

// NewCounted makes a site's handler and a function that returns how many pages
// it keeps.
func NewCounted(ctx context.Context, o Options) (http.Handler, func() int, error) {
	s, err := newServer(ctx, o)
	if err != nil {
		return nil, nil, err
	}
	return s.handler(), func() int { return s.cache.Stats().Pages }, nil
}

// DeskCookie is the cookie of a session.
func DeskCookie(secret []byte, token string) *http.Cookie {
	w := httptest.NewRecorder()
	if err := newDeskCookies(models.NewKeyring(secret), false).set(w, httptest.NewRequest(http.MethodGet, "/", nil), token); err != nil {
		panic(err)
	}
	return w.Result().Cookies()[0]
}

// ClientAddress returns the address that a request comes from, and whether the
// operator is told of a fault in how a proxy tells it.
func ClientAddress(r *http.Request, trusted ...netip.Prefix) (addr netip.Addr, fault bool) {
	o := originOf(r, trusted)
	return o.addr, o.fault != noFault
}

// UnreadableShape returns an unreadable element as the log names it.
func UnreadableShape(r *http.Request, trusted ...netip.Prefix) string {
	return originOf(r, trusted).shape
}

// Gate is a gate that tests can enter.
type Gate = gate

// NewGate makes a gate.
func NewGate(slots, most int) *Gate { return &gate{slots: slots, most: most} }

// Enter enters it.
func (g *gate) Enter(ctx context.Context) (leave func(), err error) { return g.enter(ctx) }

// Waiting returns how many requests wait at the gate.
func (g *gate) Waiting() int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.waiting.Len()
}

// Gated makes a site's handler. It also returns the gate of visitors, and a
// function that returns the statistics of both gates.
func Gated(ctx context.Context, o Options) (h http.Handler, visitors *Gate, stats func() GateStats, err error) {
	s, err := newServer(ctx, o)
	if err != nil {
		return nil, nil, nil, err
	}
	return s.handler(), s.gates.visitors, s.gates.stats, nil
}

// OwnKey opens a comment's own pages for its commenter.
func OwnKey(secret []byte, c *discussion.Comment) string {
	return newCommenterCookies(models.NewKeyring(secret), false).commentKey(c.ID, c.TokenHash)
}

// HelpOf has the part of the manual about each page of the desk.
var HelpOf = helpOf

// NewWithRobotFigures makes a site's handler and a function that writes the counts of
// robots now.
func NewWithRobotFigures(ctx context.Context, o Options) (http.Handler, func()) {
	s, err := newServer(ctx, o)
	if err != nil {
		panic(err)
	}
	return s.handler(), func() {
		if err := s.robots.count.Flush(ctx, s.DB); err != nil {
			panic(err)
		}
	}
}

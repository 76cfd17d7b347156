package handlers

import (
	"net/http"

	"github.com/labstack/echo/v4"
)

// Entry says who may open a route.
type Entry string

// Who may enter, besides those with a right (see needs).
const (
	Anyone   Entry = "anyone"
	SignedIn Entry = "signed in"
)

// CachePolicy says how an answer may be kept.
type CachePolicy string

// The cache policies. Shared answers are the same for every stranger; a
// request with a replier's cookie gets its own, which nobody may keep.
const (
	Shared    CachePolicy = "shared"
	Immutable CachePolicy = "immutable" // the address changes with the content
	Never     CachePolicy = "never"
)

// Route is a row of the table of routes.
type Route struct {
	Method  string
	Path    string // in Echo's pattern language
	Name    string
	Entry   Entry
	Cache   CachePolicy
	Params  []string // query parameters that count; all others are ignored
	MaxBody int64    // bytes
	Rate    rateClass
	handle  echo.HandlerFunc
}

// maxCommentForm is the largest body of a comment form: the text's limit,
// percent-encoded, and room for the other fields.
const maxCommentForm = 256 << 10

// maxSmallForm is the largest body of a form with a button and a few short
// fields.
const maxSmallForm = 16 << 10

// table is every route of the site. GET rows answer HEAD too.
func (s *server) table() []Route {
	rd, tk, op, ac := s.reader, s.talk, s.operator, s.account
	get := func(path, name string, cache CachePolicy, handle echo.HandlerFunc, params ...string) Route {
		return Route{http.MethodGet, path, name, Anyone, cache, params, 0, unlimited, handle}
	}
	post := func(path, name string, most int64, rate rateClass, handle echo.HandlerFunc) Route {
		return Route{http.MethodPost, path, name, Anyone, Never, nil, most, rate, handle}
	}
	return append(s.careRoutes(), []Route{
		get("/", "front", Shared, rd.showFront, "s", "p", "paged"),
		get("/page/:number/", "news", Shared, rd.showNews),
		get("/category/*", "section", Shared, rd.showSection),
		get("/tag/*", "tag", Shared, rd.showTag),
		get("/author/*", "author", Shared, rd.showAuthor),
		{http.MethodGet, "/search/*", "search", Anyone, Shared, nil, 0, searchRate, rd.showSearch},
		get("/comment/:id/", "comment", Never, rd.showComment),
		get("/comment/:id/thread/", "thread", Shared, rd.showThread, "after"),
		get("/comment/:id/status/", "comment status", Never, tk.showStatus, "key"),
		get("/comment/:id/edit/", "edit comment", Never, tk.showEdit, "key"),
		post("/comment/:id/edit/", "post edit", maxCommentForm, commentRate, tk.postEdit),
		post("/comment/:id/remove/", "remove comment", maxSmallForm, commentRate, tk.postRemove),
		post("/comment/:id/recommend/", "recommend", maxSmallForm, voiceRate, tk.postRecommend),
		get("/comment/:id/report/", "report", Never, tk.showReport),
		post("/comment/:id/report/", "post report", maxSmallForm, voiceRate, tk.postReport),
		get("/comment/:id/report/sent/", "report sent", Never, tk.showReportSent, "number"),
		get("/comments/mine/", "own comments", Never, tk.showMine, "after", "done", "key"),
		get("/comments/mine/export/", "export own comments", Never, tk.exportMine, "key"),
		post("/comments/mine/", "forget own comments", maxSmallForm, voiceRate, tk.postMine),
		post("/comments/mine/link/", "mail own comments", maxSmallForm, linkRate, tk.postMineLink),
		get("/mail/:key/", "mail", Never, tk.showMail, "done"),
		post("/mail/:key/", "choose mail", maxSmallForm, voiceRate, tk.postMail),
		get("/mail/:key/stop/", "stop mail", Never, tk.showMailStop),
		post("/mail/:key/stop/", "stop mail by one click", maxSmallForm, voiceRate, tk.postMailStop),
		get("/comments/count/:id/", "comment count", Shared, rd.showCommentCount),
		post("/comment/preview/", "preview text", maxCommentForm, previewRate, tk.postPreviewText),
		post("/wp-comments-post.php", "post comment", maxCommentForm, stormRate, tk.postComment),
		get("/wp-comments-post.php", "post comment by GET", Never, tk.refuseMethod),

		get("/media/:key/:file", "picture", Immutable, rd.showPicture),
		get("/assets/*", "asset", Immutable, op.showAsset),
		get("/favicon.ico", "favicon", Shared, op.showFavicon),
		get("/robots.txt", "robots", Shared, op.showRobots),
		get("/healthz", "health", Never, op.showHealth),
		get("/readyz", "ready", Never, op.showReady),

		get("/login", "sign in", Never, ac.showSignIn, "next"),
		post("/login", "post sign-in", maxSmallForm, signInRate, ac.postSignIn),
		{http.MethodPost, "/logout", "sign out", SignedIn, Never, nil, maxSmallForm, voiceRate, ac.postSignOut},
		{http.MethodGet, "/desk", "desk", SignedIn, Never, nil, 0, unlimited, ac.showDesk},

		// What is left is an article's address, a date archive, or nothing.
		get("/*", "address", Shared, rd.showAddress, "replytocom", "unapproved", "moderation-hash", "order", "after"),
	}...)
}

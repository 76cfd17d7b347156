package handlers

import (
	"net/http"

	"broadsheet/models/discussion"
	"broadsheet/models/people"

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

// maxCommentForm is the largest body of a comment form: as many characters
// as its fields let somebody type, three bytes each, percent-encoded. Whoever
// typed that many gets them back, and the reason.
const maxCommentForm = 9*(discussion.MaxTextBytes+discussion.MaxAuthor+discussion.MaxEmailBytes+discussion.MaxURLBytes) + 4<<10

// maxSmallForm is the largest body of a form with a button and a few short
// fields.
const maxSmallForm = 16 << 10

// maxPasskeyForm is the largest body of a form with an authenticator's answer.
const maxPasskeyForm = 64 << 10

// maxBulkForm is the largest body of a form with a picked comment in each of
// a thousand fields.
const maxBulkForm = 128 << 10

// table is every route of the site. GET rows answer HEAD too.
func (s *server) table() []Route {
	rd, tk, op, ac, mo, mg := s.reader, s.talk, s.operator, s.account, s.moderator, s.manager
	hp := &help{s}
	get := func(path, name string, cache CachePolicy, handle echo.HandlerFunc, params ...string) Route {
		return Route{http.MethodGet, path, name, Anyone, cache, params, 0, unlimited, handle}
	}
	post := func(path, name string, most int64, rate rateClass, handle echo.HandlerFunc) Route {
		return Route{http.MethodPost, path, name, Anyone, Never, nil, most, rate, handle}
	}
	desk := func(path, name string, right people.Right, handle echo.HandlerFunc, params ...string) Route {
		return Route{http.MethodGet, path, name, needs(right), Never, params, 0, unlimited, handle}
	}
	deskPost := func(path, name string, most int64, right people.Right, handle echo.HandlerFunc) Route {
		return Route{http.MethodPost, path, name, needs(right), Never, nil, most, deskRate, handle}
	}
	return append(s.careRoutes(), []Route{
		get("/", "front", Shared, rd.showFront, frontParams...),
		get("/page/:number/", "news", Shared, rd.showNews),
		get(sectionsPath, "sections", Shared, rd.showSections),
		get("/category/*", "section", Shared, rd.showSection, "paged"),
		get("/tag/*", "tag", Shared, rd.showTag, "paged"),
		get("/author/*", "author", Shared, rd.showAuthor, "paged"),
		{http.MethodGet, "/search/*", "search", Anyone, Shared, nil, 0, searchRate, rd.showSearch},
		get("/comment/:id/", "comment", Never, rd.showComment),
		get("/comment/:id/thread/", "thread", Shared, rd.showThread, "after"),
		get("/comment/:id/status/", "comment status", Never, tk.showStatus, "key", "do"),
		get("/comment/:id/edit/", "edit comment", Never, tk.showEdit, "key"),
		post("/comment/:id/edit/", "post edit", maxCommentForm, commentRate, tk.postEdit),
		post("/comment/:id/remove/", "remove comment", maxSmallForm, commentRate, tk.postRemove),
		post("/comment/:id/recommend/", "recommend", maxSmallForm, voiceRate, tk.postRecommend),
		get("/comment/:id/report/", "report", Never, tk.showReport),
		post("/comment/:id/report/", "post report", maxSmallForm, voiceRate, tk.postReport),
		get("/comment/:id/report/sent/", "report sent", Never, tk.showReportSent, "number"),
		get("/comments/mine/", "own comments", Never, tk.showMine, "after", "done", "do", "key"),
		get("/comments/mine/export/", "export own comments", Never, tk.exportMine, "key"),
		post("/comments/mine/", "forget own comments", maxSmallForm, voiceRate, tk.postMine),
		post("/comments/mine/link/", "mail own comments", maxSmallForm, linkRate, tk.postMineLink),
		post("/comments/proof/", "ask for proof", maxCommentForm, stormRate, tk.postProof),
		get("/comments/proof/:key/", "proof", Never, tk.showProof),
		post("/comments/proof/:key/", "prove", maxSmallForm, voiceRate, tk.postProven),
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
		post("/login/code/", "post code", maxSmallForm, signInRate, ac.postCode),
		post("/login/passkey/begin/", "begin passkey", maxSmallForm, signInRate, ac.postPasskeyBegin),
		post("/login/passkey/", "post passkey", maxPasskeyForm, signInRate, ac.postPasskey),
		get("/password/forgot/", "forgotten password", Never, ac.showForgot, "done"),
		post("/password/forgot/", "mail password", maxSmallForm, linkRate, ac.postForgot),
		get("/password/reset/", "reset password", Never, ac.showReset, "key"),
		post("/password/reset/", "post password", maxSmallForm, signInRate, ac.postReset),
		get("/first/", "first administrator", Never, ac.showFirst, "key"),
		post("/first/", "post first administrator", maxSmallForm, signInRate, ac.postFirst),
		{http.MethodPost, "/logout", "sign out", SignedIn, Never, nil, maxSmallForm, voiceRate, ac.postSignOut},
		{http.MethodGet, "/desk", "desk", SignedIn, Never, nil, 0, unlimited, ac.showDesk},
		{http.MethodGet, accountPath, "account", SignedIn, Never, []string{"done"}, 0, unlimited, ac.showAccount},
		{http.MethodPost, accountPath, "post account", SignedIn, Never, nil, maxSmallForm, signInRate, ac.postAccount},
		{http.MethodPost, accountPath + "passkey/begin/", "begin new passkey", SignedIn, Never, nil, maxSmallForm, signInRate, ac.postAddPasskeyBegin},
		{http.MethodPost, accountPath + "passkey/", "post new passkey", SignedIn, Never, nil, maxPasskeyForm, signInRate, ac.postAddPasskey},
		{http.MethodGet, staffPath, "people", needs(people.Managing), Never, []string{"done"}, 0, unlimited, mg.showStaff},
		{http.MethodPost, staffPath, "post people", needs(people.Managing), Never, nil, maxSmallForm, signInRate, mg.postStaff},
		{http.MethodGet, staffPath + "/:id/", "person", needs(people.Managing), Never, []string{"done"}, 0, unlimited, mg.showPerson},
		{http.MethodPost, staffPath + "/:id/", "post person", needs(people.Managing), Never, nil, maxSmallForm, signInRate, mg.postPerson},

		desk("/desk/comments", "queue", people.Moderating, mo.showQueue, queueParams...),
		deskPost("/desk/comments/decide", "decide", maxBulkForm, people.Moderating, mo.postDecide),
		deskPost("/desk/undo", "undo", maxSmallForm, people.Moderating, mo.postUndo),
		desk("/desk/comments/:id", "card", people.Moderating, mo.showCard, "back", "done", "n", "op", "about"),
		deskPost("/desk/comments/:id/text", "change text", maxCommentForm, people.Moderating, mo.postText),
		deskPost("/desk/comments/:id/answer", "answer", maxCommentForm, people.Moderating, mo.postAnswer),
		deskPost("/desk/filters", "saved filters", maxSmallForm, people.Moderating, mo.postFilter),
		desk("/desk/replies", "saved replies", people.Moderating, mo.showReplies, "done"),
		deskPost("/desk/replies", "post saved reply", maxSmallForm, people.Moderating, mo.postReply),
		desk("/desk/log", "log", people.Auditing, mo.showLog, "before", "comment"),
		desk("/desk/log/export", "export log", people.Auditing, mo.exportLog),

		{http.MethodGet, helpPath, "help", SignedIn, Never, nil, 0, unlimited, hp.showTopics},
		{http.MethodGet, helpPath + "/:topic", "help topic", SignedIn, Never, nil, 0, unlimited, hp.showTopic},

		// What is left is an article's address, a date archive, or nothing.
		get("/*", "address", Shared, rd.showAddress, "replytocom", "unapproved", "moderation-hash", "order", "after", "cpage", "paged"),
	}...)
}

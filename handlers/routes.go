package handlers

import (
	"cmp"
	"net/http"
	"slices"

	"broadsheet/handlers/restparams"
	"broadsheet/models/digest"
	"broadsheet/models/discussion"
	"broadsheet/models/discussion/appeals"
	"broadsheet/models/discussion/declinetexts"
	"broadsheet/models/newsroom/sharepicture"
	"broadsheet/models/people"
	"broadsheet/models/settings"

	"github.com/labstack/echo/v4"
)

// Entry is the condition for opening a route.
type Entry string

// The entries besides the rights of roles (see needs).
const (
	Anyone   Entry = "anyone"
	SignedIn Entry = "signed in"
	// Caretaking is for moderators, and for authors within their own stories. The
	// scope of the account says which comments it sees and decides.
	Caretaking Entry = "moderate, or own stories"
	// Storytelling is for those who write articles or look after comments.
	Storytelling Entry = "write, or moderate"
)

// needs is the entry of routes that only roles with a right may open.
func needs(right people.Right) Entry { return Entry(right) }

// Admits reports whether an account with these rights may open the route.
func (e Entry) Admits(may func(people.Right) bool) bool {
	switch e {
	case Anyone, SignedIn:
		return true
	case Caretaking:
		return may(people.Moderating) || may(people.ModeratingOwn)
	case Storytelling:
		return may(people.Writing) || Caretaking.Admits(may)
	}
	return may(people.Right(e))
}

// CachePolicy says how an answer may be cached.
type CachePolicy string

// The cache policies. Shared answers are the same for every visitor. A request
// with the cookie of a commenter gets its own answer, which no cache may store.
const (
	Shared    CachePolicy = "shared"
	Immutable CachePolicy = "immutable" // the address changes with the content
	Never     CachePolicy = "never"
)

// Route is a row of the table of routes. The functions below list the rows, for
// each receiver in one screen.
type Route struct {
	Method  string
	Path    string // in Echo's pattern language
	Name    string
	Entry   Entry
	Cache   CachePolicy // table sets it for rows that take a POST
	Params  []string    // query parameters that count; all others are ignored
	MaxBody int64       // bytes; table sets it for small forms
	Rate    rateClass
	Form    formUse           // of rows that take a POST
	schema  restparams.Schema // of the REST interface: describes Params, and gives each query one spelling
	handle  func(*request) error
	bare    echo.HandlerFunc // in place of handle, for an answer that needs neither the site nor a form
}

// maxCommentForm is the largest body of a comment form: three bytes,
// percent-encoded, for each character that its fields accept. The page that
// refuses a text of that length gives it back.
const maxCommentForm = 9*(discussion.MaxTextBytes+discussion.MaxAuthor+discussion.MaxEmailBytes+discussion.MaxURLBytes) + 4<<10

// maxSmallForm is the largest body of a form with a button and a few short
// fields.
const maxSmallForm = 16 << 10

// maxPasskeyForm is the largest body of a form with an authenticator's answer.
const maxPasskeyForm = 64 << 10

// maxBulkForm is the largest body of a form that names a thousand comments.
const maxBulkForm = 128 << 10

// maxOpeningForm is the largest body of the form of a digest's opening words,
// percent-encoded.
const maxOpeningForm = 9*digest.MaxOpening + 4<<10

// maxAppealForm is the largest body of a form with an appeal, percent-encoded.
const maxAppealForm = 12*appeals.MaxText + 4<<10

// maxReasonsForm is the largest body of the form of the newsroom's own sentences, each of
// them twice: as the page showed it and as it is now.
const maxReasonsForm = 12 * 2 * 12 * declinetexts.MaxText

// maxFrontForm is the largest body of the form of the front page: the breaking line,
// percent-encoded, and a row for each pin.
const maxFrontForm = 24 << 10

// maxRulesForm is the largest body of the form of rules: two lists of words,
// percent-encoded.
const maxRulesForm = 6*settings.MaxListBytes + maxSmallForm

const (
	get  = http.MethodGet // answers HEAD too
	post = http.MethodPost
)

// The entries of roles.
var (
	moderators  = needs(people.Moderating)
	authoring   = needs(people.Writing)
	ruleEditors = needs(people.ChangingRules)
	auditors    = needs(people.Auditing)
	managers    = needs(people.Managing)
	editors     = needs(people.Editing)
	setters     = needs(people.Setting)
)

// routeTable returns every route of the site.
func (s *server) routeTable() []Route {
	table := slices.Concat(
		s.rest.routes(), s.termkeeping.routes(),
		s.digesting.routes(), s.reading.routes(), s.feeding.routes(), s.commenting.routes(), s.reacting.routes(), s.commenterPages.routes(),
		s.accounts.routes(), s.staff.routes(), s.moderating.routes(), s.help.routes(), s.operating.routes(), s.crawling.routes(),
		s.subscribing.routes(), s.ranking.routes(),
		s.editing.routes(), s.illustrating.routes(), s.arranging.routes(),
		s.configuring.routes(), s.installing.routes(), s.sharing.routes(),
	)
	for i := range table {
		if row := &table[i]; row.Method == post {
			row.Cache = Never
			row.MaxBody = cmp.Or(row.MaxBody, maxSmallForm)
		}
	}
	return table
}

// Reading. The last row has every address that no other row has: an article, a
// date archive, or no page.
func (rd *reading) routes() []Route {
	return []Route{
		{Method: get, Path: "/", Name: "front", Entry: Anyone, Cache: Shared, Params: append(slices.Clone(frontParams), "feed", "withcomments", restRouteParam), handle: rd.feeds.beside(rd.showFront)},
		{Method: get, Path: "/page/:number/", Name: "news", Entry: Anyone, Cache: Shared, Params: []string{"s"}, handle: rd.showNews},
		{Method: get, Path: categoriesPath, Name: "sections", Entry: Anyone, Cache: Shared, handle: rd.showCategories},
		{Method: get, Path: "/category/*", Name: "section", Entry: Anyone, Cache: Shared, Params: []string{"paged", "feed"}, handle: rd.feeds.beside(rd.showCategory)},
		{Method: get, Path: "/tag/*", Name: "tag", Entry: Anyone, Cache: Shared, Params: []string{"paged", "feed"}, handle: rd.feeds.beside(rd.showTag)},
		{Method: get, Path: "/author/*", Name: "author", Entry: Anyone, Cache: Shared, Params: []string{"paged", "feed"}, handle: rd.feeds.beside(rd.showAuthor)},
		{Method: get, Path: "/search/*", Name: "search", Entry: Anyone, Cache: Shared, Params: append(slices.Clone(searchFields), "feed"), Rate: searchRate, handle: rd.feeds.beside(rd.showSearch)},
		{Method: get, Path: correctionsPath, Name: "corrections", Entry: Anyone, Cache: Shared, Params: []string{"paged"}, handle: rd.showCorrections},
		{Method: get, Path: correctionsPath + "page/*", Name: "corrections by page", Entry: Anyone, Cache: Shared, handle: rd.showCorrections},
		{Method: get, Path: "/comment/:id/", Name: "comment", Entry: Anyone, Cache: Never, handle: rd.showComment},
		{Method: get, Path: "/comment/:id/thread/", Name: "thread", Entry: Anyone, Cache: Shared, Params: []string{"after"}, handle: rd.showThread},
		{Method: get, Path: "/comments/count/:id/", Name: "comment count", Entry: Anyone, Cache: Shared, handle: rd.showCommentCount},
		{Method: get, Path: "/media/:key/:file", Name: "picture", Entry: Anyone, Cache: Immutable, bare: rd.showPicture},
		{Method: get, Path: "/*", Name: "address", Entry: Anyone, Cache: Shared, Params: []string{"replytocom", "unapproved", "moderation-hash", "order", "after", "cpage", "paged", "feed"}, handle: rd.feeds.beside(rd.showAddress)},
	}
}

// Feeds with addresses of their own. Those of lists and articles are below the
// addresses of their pages; see feeding.beside.
func (fd *feeding) routes() []Route {
	return []Route{
		{Method: get, Path: feedsPath, Name: "feeds", Entry: Anyone, Cache: Shared, handle: fd.showList},
		{Method: get, Path: "/feed/", Name: "feed", Entry: Anyone, Cache: Shared, handle: fd.showSite},
		{Method: get, Path: "/feed/:format/", Name: "feed in a format", Entry: Anyone, Cache: Shared, handle: fd.showSite},
		{Method: get, Path: "/breaking/feed/", Name: "breaking feed", Entry: Anyone, Cache: Shared, handle: fd.showBreaking},
		{Method: get, Path: "/breaking/feed/:format/", Name: "breaking feed in a format", Entry: Anyone, Cache: Shared, handle: fd.showBreaking},
		{Method: get, Path: "/comments/feed/", Name: "comments feed", Entry: Anyone, Cache: Shared, handle: fd.showComments},
		{Method: get, Path: "/comments/feed/:format/", Name: "comments feed in a format", Entry: Anyone, Cache: Shared, handle: fd.showComments},
		{Method: get, Path: correctionsPath + "feed/", Name: "corrections feed", Entry: Anyone, Cache: Shared, handle: fd.showCorrections},
		{Method: get, Path: correctionsPath + "feed/:format/", Name: "corrections feed in a format", Entry: Anyone, Cache: Shared, handle: fd.showCorrections},
		{Method: get, Path: "/comment/:id/feed/", Name: "replies feed", Entry: Anyone, Cache: Shared, handle: fd.showReplies},
		{Method: get, Path: "/comment/:id/feed/:format/", Name: "replies feed in a format", Entry: Anyone, Cache: Shared, handle: fd.showReplies},
	}
}

// Writing comments.
func (co *commenting) routes() []Route {
	return []Route{
		{Method: post, Path: "/comments/proof/", Name: "ask for proof", Entry: Anyone, MaxBody: maxCommentForm, Rate: commentFormRate, handle: co.postProof},
		{Method: get, Path: "/comments/proof/:key/", Name: "proof", Entry: Anyone, Cache: Never, handle: co.showProof},
		{Method: post, Path: "/comments/proof/:key/", Name: "prove", Entry: Anyone, Rate: buttonRate, Form: formUnread, handle: co.postProven},
		{Method: post, Path: "/comment/preview/", Name: "preview text", Entry: Anyone, MaxBody: maxCommentForm, Rate: previewRate, handle: co.postPreviewText},
		{Method: post, Path: "/wp-comments-post.php", Name: "post comment", Entry: Anyone, MaxBody: maxCommentForm, Rate: commentFormRate, handle: co.postComment},
		{Method: get, Path: "/wp-comments-post.php", Name: "post comment by GET", Entry: Anyone, Cache: Never, bare: co.refuseMethod},
	}
}

// Recommending and reporting comments.
func (re *reacting) routes() []Route {
	return []Route{
		{Method: post, Path: "/comment/:id/recommend/", Name: "recommend", Entry: Anyone, Rate: buttonRate, Form: formOptional, handle: re.postRecommend},
		{Method: get, Path: "/comment/:id/report/", Name: "report", Entry: Anyone, Cache: Never, handle: re.showReport},
		{Method: post, Path: "/comment/:id/report/", Name: "post report", Entry: Anyone, Rate: buttonRate, handle: re.postReport},
		{Method: get, Path: "/comments/report/:key/", Name: "receipt of a report", Entry: Anyone, Cache: Never, Params: []string{"done"}, handle: re.showReceipt},
	}
}

// Pages of commenters for their own comments, and for mail about them.
func (cp *commenterPages) routes() []Route {
	return []Route{
		{Method: get, Path: "/comment/:id/status/", Name: "comment status", Entry: Anyone, Cache: Never, Params: []string{"key", "do"}, handle: cp.showStatus},
		{Method: get, Path: "/comment/:id/again/", Name: "write again", Entry: Anyone, Cache: Never, Params: []string{"key"}, handle: cp.showWriteAgain},
		{Method: post, Path: "/comment/:id/appeal/", Name: "appeal", Entry: Anyone, MaxBody: maxAppealForm, Rate: commentFormRate, handle: cp.postAppeal},
		{Method: get, Path: "/comment/:id/edit/", Name: "edit comment", Entry: Anyone, Cache: Never, Params: []string{"key"}, handle: cp.showEdit},
		{Method: post, Path: "/comment/:id/edit/", Name: "post edit", Entry: Anyone, MaxBody: maxCommentForm, Rate: commentRate, handle: cp.postEdit},
		{Method: post, Path: "/comment/:id/remove/", Name: "remove comment", Entry: Anyone, Rate: commentRate, handle: cp.postRemove},
		{Method: get, Path: "/comments/mine/", Name: "own comments", Entry: Anyone, Cache: Never, Params: []string{"after", "done", "do", "key"}, handle: cp.showMyComments},
		{Method: get, Path: "/comments/mine/export/", Name: "export own comments", Entry: Anyone, Cache: Never, Params: []string{"key"}, handle: cp.exportMyComments},
		{Method: post, Path: "/comments/mine/", Name: "forget own comments", Entry: Anyone, Rate: buttonRate, handle: cp.postMyComments},
		{Method: post, Path: "/comments/mine/link/", Name: "mail own comments", Entry: Anyone, Rate: linkRate, handle: cp.postMyCommentsLink},
		{Method: get, Path: "/mail/:key/", Name: "mail", Entry: Anyone, Cache: Never, Params: []string{"done"}, handle: cp.showMail},
		{Method: post, Path: "/mail/:key/", Name: "choose mail", Entry: Anyone, Rate: buttonRate, handle: cp.postMail},
		{Method: get, Path: "/mail/:key/stop/", Name: "stop mail", Entry: Anyone, Cache: Never, handle: cp.showMailStop},
		{Method: post, Path: "/mail/:key/stop/", Name: "stop mail by one click", Entry: Anyone, Rate: buttonRate, Form: formUnread, handle: cp.postMailStop},
		{Method: post, Path: "/comments/notice/", Name: "notice was read", Entry: Anyone, Rate: buttonRate, handle: cp.postWarning},
	}
}

// The editors' page of digests.
func (di *digesting) routes() []Route {
	return []Route{
		{Method: get, Path: digestDeskPath, Name: "digests", Entry: editors, Cache: Never, Params: []string{"done"}, handle: di.showDigests},
		{Method: post, Path: digestDeskPath, Name: "post digests", Entry: editors, MaxBody: maxOpeningForm, Rate: deskRate, handle: di.postDigests},
	}
}

// Digests by mail.
func (su *subscribing) routes() []Route {
	return []Route{
		{Method: get, Path: digestPath, Name: "subscribe", Entry: Anyone, Cache: Shared, Params: []string{"section"}, handle: su.showSubscribe},
		{Method: post, Path: digestPath, Name: "post subscribe", Entry: Anyone, Rate: linkRate, handle: su.postSubscribe},
		{Method: get, Path: digestAskedPath, Name: "subscription asked", Entry: Anyone, Cache: Shared, handle: su.showAsked},
		{Method: get, Path: digestPath + ":key/", Name: "subscription", Entry: Anyone, Cache: Never, Params: []string{"done"}, handle: su.showSubscription},
		{Method: post, Path: digestPath + ":key/", Name: "change subscription", Entry: Anyone, Rate: buttonRate, handle: su.postSubscription},
		{Method: get, Path: digestPath + ":key/stop/", Name: "stop digest", Entry: Anyone, Cache: Never, handle: su.showSubscriptionStop},
		{Method: post, Path: digestPath + ":key/stop/", Name: "stop digest by one click", Entry: Anyone, Rate: buttonRate, Form: formUnread, handle: su.postSubscriptionStop},
	}
}

// Signing in, and one's own account.
func (ac *accounts) routes() []Route {
	return []Route{
		{Method: get, Path: signInPath, Name: "sign in", Entry: Anyone, Cache: Never, Params: []string{"next"}, handle: ac.showSignIn},
		{Method: post, Path: signInPath, Name: "post sign-in", Entry: Anyone, Rate: signInRate, handle: ac.postSignIn},
		{Method: post, Path: codePath, Name: "post code", Entry: Anyone, Rate: signInRate, handle: ac.postCode},
		{Method: post, Path: "/login/passkey/begin/", Name: "begin passkey", Entry: Anyone, Rate: signInRate, Form: formUnread, handle: ac.postPasskeyBegin},
		{Method: post, Path: "/login/passkey/", Name: "post passkey", Entry: Anyone, MaxBody: maxPasskeyForm, Rate: signInRate, handle: ac.postPasskey},
		{Method: get, Path: forgotPath, Name: "forgotten password", Entry: Anyone, Cache: Never, Params: []string{"done"}, handle: ac.showForgot},
		{Method: post, Path: forgotPath, Name: "mail password", Entry: Anyone, Rate: linkRate, handle: ac.postForgot},
		{Method: get, Path: resetPath, Name: "reset password", Entry: Anyone, Cache: Never, Params: []string{"key"}, handle: ac.showReset},
		{Method: post, Path: resetPath, Name: "post password", Entry: Anyone, Rate: signInRate, handle: ac.postReset},
		{Method: get, Path: theftPath, Name: "report theft", Entry: Anyone, Cache: Never, Params: []string{"key"}, handle: ac.showTheft},
		{Method: post, Path: theftPath, Name: "post theft", Entry: Anyone, Rate: signInRate, handle: ac.postTheft},
		{Method: get, Path: invitationPath, Name: "invitation", Entry: Anyone, Cache: Never, Params: []string{"key"}, handle: ac.showInvitation},
		{Method: post, Path: invitationPath, Name: "post invitation", Entry: Anyone, Rate: signInRate, handle: ac.postInvitation},
		{Method: get, Path: newEmailPath, Name: "new address", Entry: Anyone, Cache: Never, Params: []string{"key"}, handle: ac.showNewEmail},
		{Method: post, Path: newEmailPath, Name: "post new address", Entry: Anyone, Rate: signInRate, handle: ac.postNewEmail},
		{Method: get, Path: firstPath, Name: "first administrator", Entry: Anyone, Cache: Never, Params: []string{"key"}, handle: ac.showFirst},
		{Method: post, Path: firstPath, Name: "post first administrator", Entry: Anyone, Rate: signInRate, handle: ac.postFirst},
		{Method: post, Path: "/logout", Name: "sign out", Entry: SignedIn, Rate: buttonRate, Form: formUnread, handle: ac.postSignOut},
		{Method: get, Path: deskPath, Name: "desk", Entry: SignedIn, Cache: Never, handle: ac.showDesk},
		{Method: get, Path: accountPath, Name: "account", Entry: SignedIn, Cache: Never, Params: []string{"done", "app_name"}, handle: ac.showAccount},
		{Method: post, Path: accountPath, Name: "post account", Entry: SignedIn, Rate: signInRate, handle: ac.postAccount},
		{Method: get, Path: authorizePath, Name: "authorize program", Entry: Storytelling, Cache: Never, Params: authorizeParams, handle: ac.showAuthorize},
		{Method: post, Path: authorizePath, Name: "post authorization", Entry: Storytelling, Rate: signInRate, handle: ac.postAuthorize},
		{Method: post, Path: accountPath + "passkey/begin/", Name: "begin new passkey", Entry: SignedIn, Rate: signInRate, handle: ac.postAddPasskeyBegin},
		{Method: post, Path: accountPath + "passkey/", Name: "post new passkey", Entry: SignedIn, MaxBody: maxPasskeyForm, Rate: signInRate, handle: ac.postAddPasskey},
	}
}

// The accounts of the staff.
func (st *staff) routes() []Route {
	return []Route{
		{Method: get, Path: staffPath, Name: "people", Entry: managers, Cache: Never, Params: []string{"done"}, handle: st.showStaff},
		{Method: post, Path: staffPath, Name: "post people", Entry: managers, Rate: signInRate, handle: st.postStaff},
		{Method: get, Path: staffPath + "/:id/", Name: "person", Entry: managers, Cache: Never, Params: []string{"done"}, handle: st.showPerson},
		{Method: post, Path: staffPath + "/:id/", Name: "post person", Entry: managers, Rate: signInRate, handle: st.postPerson},
	}
}

// The desk of the moderators, and its addresses in WordPress.
func (mo *moderating) routes() []Route {
	return []Route{
		{Method: get, Path: "/desk/comments/new", Name: "new comments", Entry: Caretaking, Cache: Never, Params: []string{"since"}, handle: mo.showArrivals},
		{Method: get, Path: queuePath, Name: "queue", Entry: Caretaking, Cache: Never, Params: queueParams, handle: mo.showQueue},
		{Method: post, Path: "/desk/comments/decide", Name: "decide", Entry: Caretaking, MaxBody: maxBulkForm, Rate: deskRate, handle: mo.postDecide},
		{Method: post, Path: undoPath, Name: "undo", Entry: Caretaking, Rate: deskRate, handle: mo.postUndo},
		{Method: get, Path: "/desk/comments/:id", Name: "card", Entry: Caretaking, Cache: Never, Params: []string{"back", "done", "n", "op", "about"}, handle: mo.showCard},
		{Method: post, Path: "/desk/comments/:id/text", Name: "change text", Entry: Caretaking, MaxBody: maxCommentForm, Rate: deskRate, handle: mo.postText},
		{Method: post, Path: "/desk/comments/:id/answer", Name: "answer", Entry: Caretaking, MaxBody: maxCommentForm, Rate: deskRate, handle: mo.postAnswer},
		{Method: post, Path: "/desk/filters", Name: "saved filters", Entry: Caretaking, Rate: deskRate, handle: mo.postFilter},
		{Method: get, Path: repliesPath, Name: "saved replies", Entry: Caretaking, Cache: Never, Params: []string{"done"}, handle: mo.showReplies},
		{Method: get, Path: deletePath, Name: "deletion", Entry: editors, Cache: Never, Params: append([]string{"comment", "back"}, queueParams...), handle: mo.showDeletion},
		{Method: post, Path: deletePath, Name: "delete for good", Entry: editors, Rate: deskRate, handle: mo.postDeletion},
		{Method: post, Path: "/desk/choices", Name: "choose", Entry: Caretaking, Rate: deskRate, handle: mo.postChoice},
		{Method: post, Path: repliesPath, Name: "post saved reply", Entry: moderators, Rate: deskRate, handle: mo.postReply},
		{Method: post, Path: repliesPath + "/reasons", Name: "post reasons for declining", Entry: moderators, MaxBody: maxReasonsForm, Rate: deskRate, handle: mo.postReasons},
		{Method: get, Path: logPath, Name: "log", Entry: moderators, Cache: Never, Params: append([]string{"before", "all"}, logFilters...), handle: mo.showLog},
		{Method: get, Path: logExportPath, Name: "export log", Entry: moderators, Cache: Never, Params: append([]string{"format", "all"}, logFilters...), handle: mo.exportLog},
		{Method: get, Path: writersPath, Name: "writers", Entry: moderators, Cache: Never, Params: []string{"list", "q", "before", "done", "n", "op", "about"}, handle: mo.showWriters},
		{Method: get, Path: writersPath + "/of/:id", Name: "writer of a comment", Entry: moderators, Cache: Never, Params: []string{"back"}, handle: mo.showWriterOf},
		{Method: get, Path: writersPath + "/:writer", Name: "writer", Entry: moderators, Cache: Never, Params: []string{"state", "before", "back", "done", "n", "op", "about"}, handle: mo.showWriter},
		{Method: post, Path: writersPath + "/:writer/notes", Name: "note about a writer", Entry: moderators, Rate: deskRate, handle: mo.postWriterNote},
		{Method: get, Path: writersPath + "/:writer" + forgetPart, Name: "deletion of a writer's comments", Entry: editors, Cache: Never, Params: []string{"do"}, handle: mo.showForgetWriter},
		{Method: post, Path: writersPath + "/:writer" + forgetPart, Name: "delete a writer's comments", Entry: editors, Rate: deskRate, handle: mo.postForgetWriter},
		{Method: post, Path: writersPath + "/:writer/mark", Name: "mark a writer", Entry: moderators, Rate: deskRate, handle: mo.postWriterMark},
		{Method: post, Path: "/desk/comments/:id/field", Name: "change a field", Entry: moderators, Rate: deskRate, handle: mo.postField},
		{Method: get, Path: bansPath, Name: "bans", Entry: moderators, Cache: Never, Params: []string{"all", "before", "done", "n", "op"}, handle: mo.showBans},
		{Method: get, Path: "/desk/bans/new", Name: "ban", Entry: moderators, Cache: Never, Params: []string{"comment", "mark", "value", "back", "part"}, handle: mo.showBan},
		{Method: post, Path: "/desk/bans/new", Name: "set ban", Entry: moderators, Rate: deskRate, handle: mo.postBan},
		{Method: post, Path: "/desk/bans/end", Name: "end ban", Entry: moderators, Rate: deskRate, handle: mo.postBanEnd},
		{Method: get, Path: appealsPath, Name: "appeals", Entry: moderators, Cache: Never, Params: []string{"done", "n", "op", "about"}, handle: mo.showAppeals},
		{Method: post, Path: appealsPath + "/:id", Name: "answer appeal", Entry: moderators, MaxBody: maxAppealForm, Rate: deskRate, handle: mo.postAppealAnswer},
		{Method: get, Path: rulesPath, Name: "rules", Entry: ruleEditors, Cache: Never, Params: []string{"done", "word"}, handle: mo.showRules},
		{Method: post, Path: rulesPath, Name: "change rules", Entry: ruleEditors, MaxBody: maxRulesForm, Rate: deskRate, handle: mo.postRules},
		{Method: post, Path: rulesImportPath, Name: "import words", Entry: ruleEditors, MaxBody: maxRulesForm, Rate: deskRate, Form: formUnread, handle: mo.postWordFile},
		{Method: get, Path: transparencyPath, Name: "yearly report", Entry: auditors, Cache: Never, Params: []string{"year"}, handle: mo.showTransparency},
		{Method: get, Path: transparencyPath + ".csv", Name: "export yearly report", Entry: auditors, Cache: Never, Params: []string{"year"}, handle: mo.exportTransparency},
		{Method: get, Path: figuresPath, Name: "figures", Entry: moderators, Cache: Never, Params: []string{"days", "from", "to"}, handle: mo.showFigures},
		{Method: get, Path: robotsPath, Name: "figures of robots", Entry: moderators, Cache: Never, handle: mo.showRobotFigures},
		{Method: get, Path: "/desk/comments/article/:id", Name: "closing", Entry: Caretaking, Cache: Never, Params: []string{"done", "op", "back"}, handle: mo.showCommentPolicy},
		{Method: post, Path: "/desk/comments/article/:id", Name: "open and close", Entry: Caretaking, Rate: deskRate, handle: mo.postCommentPolicy},
		{Method: get, Path: storiesPath, Name: "articles", Entry: Storytelling, Cache: Never, Params: storyParams, handle: mo.showArticles},
		{Method: get, Path: storiesPath + "/find", Name: "find articles", Entry: Caretaking, Cache: Never, Params: []string{"s"}, handle: mo.findStories},
		{Method: post, Path: "/desk/hold-hour", Name: "hold everything", Entry: moderators, Rate: deskRate, handle: mo.postHoldHour},
		{Method: get, Path: heldMailPath, Name: "mail about held comments", Entry: moderators, Cache: Never, Params: []string{"done"}, handle: mo.showHeldMail},
		{Method: post, Path: heldMailPath, Name: "choose mail about held comments", Entry: moderators, Rate: deskRate, handle: mo.postHeldMail},
		{Method: get, Path: "/held/:key/", Name: "held set", Entry: Anyone, Cache: Never, Params: []string{"do"}, handle: mo.showHeld},
		{Method: post, Path: "/held/:key/", Name: "decide held set", Entry: Anyone, Rate: buttonRate, handle: mo.postHeld},
		{Method: get, Path: "/wp-admin/comment.php", Name: "WordPress comment", Entry: Caretaking, Cache: Never, Params: []string{"action", "c"}, handle: mo.oldComment},
		{Method: get, Path: "/wp-admin/edit-comments.php", Name: "WordPress comments", Entry: Caretaking, Cache: Never, Params: []string{"comment_status"}, handle: mo.oldComments},
	}
}

// Writing.
func (ed *editing) routes() []Route {
	return []Route{
		{Method: get, Path: storiesPath + "/new", Name: "new article", Entry: authoring, Cache: Never, handle: ed.newStory},
		{Method: post, Path: storiesPath, Name: "create article", Entry: authoring, MaxBody: maxStoryForm, Rate: deskRate, Form: formParts, handle: ed.createStory},
		{Method: post, Path: storiesPath + "/paste", Name: "clean paste", Entry: authoring, MaxBody: maxStoryForm, Rate: deskRate, handle: ed.cleanPaste},
		{Method: get, Path: storiesPath + "/:id", Name: "write article", Entry: authoring, Cache: Never, Params: []string{"done", "text"}, handle: ed.showStory},
		{Method: post, Path: storiesPath + "/:id", Name: "save article", Entry: authoring, MaxBody: maxStoryForm, Rate: deskRate, Form: formParts, handle: ed.postStory},
		{Method: post, Path: storiesPath + "/:id/autosave", Name: "autosave article", Entry: authoring, Params: []string{"text"}, MaxBody: maxStoryForm, Rate: deskRate, handle: ed.autosaveStory},
		{Method: get, Path: storiesPath + "/:id/versions", Name: "versions", Entry: authoring, Cache: Never, Params: []string{"from", "to", "done"}, handle: ed.showVersions},
		{Method: post, Path: storiesPath + "/:id/versions/:number/restore", Name: "restore version", Entry: authoring, Rate: deskRate, handle: ed.restoreVersion},
		{Method: post, Path: storiesPath + "/:id/preview", Name: "make preview", Entry: authoring, Rate: deskRate, handle: ed.postPreview},
		{Method: get, Path: "/preview/:key/", Name: "preview", Entry: Anyone, Cache: Never, handle: ed.showPreview},
		{Method: get, Path: "/preview/:key/media/:picture/:file", Name: "picture of a preview", Entry: Anyone, Cache: Never, handle: ed.showPreviewPicture},
		{Method: get, Path: upcomingPath, Name: "upcoming", Entry: authoring, Cache: Never, Params: []string{"done", "op"}, handle: ed.showUpcoming},
	}
}

// The front page and the breaking line.
func (ar *arranging) routes() []Route {
	return []Route{
		{Method: get, Path: frontPath, Name: "front desk", Entry: editors, Cache: Never, Params: []string{"done", "op"}, handle: ar.showFrontDesk},
		{Method: post, Path: frontPath, Name: "arrange front", Entry: editors, MaxBody: maxFrontForm, Rate: deskRate, handle: ar.postFront},
		{Method: get, Path: frontPreviewPath, Name: "preview front", Entry: editors, Cache: Never, Params: []string{"at"}, handle: ar.showFrontPreview},
	}
}

// The library of pictures.
func (il *illustrating) routes() []Route {
	item := libraryPath + "/:id"
	return []Route{
		{Method: get, Path: libraryPath, Name: "pictures", Entry: authoring, Cache: Never, Params: libraryParams, handle: il.showPictures},
		{Method: get, Path: libraryPath + "/find", Name: "find pictures", Entry: authoring, Cache: Never, Params: libraryParams, handle: il.findPictures},
		{Method: post, Path: libraryPath, Name: "upload pictures", Entry: authoring, MaxBody: maxUploadForm, Rate: deskRate, Form: formUnread, handle: il.postPictures},
		{Method: get, Path: item, Name: "picture of the library", Entry: authoring, Cache: Never, Params: []string{"for", "done"}, handle: il.showPicture},
		{Method: post, Path: item, Name: "change picture", Entry: authoring, MaxBody: maxPictureTexts, Rate: deskRate, handle: il.postPicture},
		{Method: post, Path: item + "/file", Name: "replace picture", Entry: authoring, MaxBody: maxUploadForm, Rate: deskRate, Form: formUnread, handle: il.replacePicture},
	}
}

// The site's settings.
func (co *configuring) routes() []Route {
	return []Route{
		{Method: get, Path: settingsPath, Name: "settings", Entry: setters, Cache: Never, Params: []string{"group", "s", "done"}, handle: co.showSettings},
		{Method: post, Path: settingsPath, Name: "change settings", Entry: setters, MaxBody: maxCommentForm, Rate: deskRate, handle: co.postSettings},
	}
}

// The most read and the most discussed articles.
func (ra *ranking) routes() []Route {
	return []Route{
		{Method: get, Path: mostReadPath, Name: "most read", Entry: Anyone, Cache: Shared, handle: ra.showDay},
		{Method: get, Path: mostReadWeek, Name: "most read in a week", Entry: Anyone, Cache: Shared, handle: ra.showWeek},
	}
}

// The manual.
func (h *help) routes() []Route {
	return []Route{
		{Method: get, Path: helpPath, Name: "help", Entry: SignedIn, Cache: Never, handle: h.showTopics},
		{Method: get, Path: helpPath + "/:topic", Name: "help topic", Entry: SignedIn, Cache: Never, handle: h.showTopic},
	}
}

// Answers for machines, and addresses of WordPress that need no database.
func (op *operating) routes() []Route {
	return []Route{
		{Method: get, Path: "/assets/*", Name: "asset", Entry: Anyone, Cache: Immutable, bare: op.showAsset},
		{Method: get, Path: "/healthz", Name: "health", Entry: Anyone, Cache: Never, bare: op.showHealth},
		{Method: get, Path: "/readyz", Name: "ready", Entry: Anyone, Cache: Never, bare: op.showReady},
		{Method: get, Path: "/wp-login.php", Name: "WordPress sign-in", Entry: Anyone, Cache: Never, bare: op.oldSignIn},
		{Method: get, Path: "/wp-admin", Name: "WordPress desk without slash", Entry: Anyone, Cache: Never, bare: op.oldDesk},
		{Method: get, Path: "/wp-admin/", Name: "WordPress desk", Entry: Anyone, Cache: Never, bare: op.oldDesk},
		{Method: get, Path: "/wp-admin/index.php", Name: "WordPress desk by name", Entry: Anyone, Cache: Never, bare: op.oldDesk},
	}
}

// Answers for robots.
func (cr *crawling) routes() []Route {
	return []Route{
		{Method: get, Path: sitemapPath, Name: "sitemap index", Entry: Anyone, Cache: Shared, handle: cr.showSitemapIndex},
		{Method: get, Path: sitemapPrefix + ":part", Name: "sitemap", Entry: Anyone, Cache: Shared, handle: cr.showSitemap},
		{Method: get, Path: newsSitemapPath, Name: "news sitemap", Entry: Anyone, Cache: Shared, handle: cr.showNewsSitemap},
		{Method: get, Path: "/sitemap.xml", Name: "sitemap by its common name", Entry: Anyone, Cache: Shared, bare: cr.oldSitemap},
		{Method: get, Path: "/sitemap_index.xml", Name: "sitemap by an old name", Entry: Anyone, Cache: Shared, bare: cr.oldSitemap},
		{Method: get, Path: "/robots.txt", Name: "robots", Entry: Anyone, Cache: Shared, handle: cr.showRobots},
		{Method: get, Path: indexNowPath, Name: "key of IndexNow", Entry: Anyone, Cache: Shared, handle: cr.showIndexNowKey},
	}
}

// The site as an app.
func (in *installing) routes() []Route {
	return []Route{
		{Method: get, Path: "/manifest.webmanifest", Name: "manifest", Entry: Anyone, Cache: Shared, handle: in.showManifest},
		{Method: get, Path: "/sw.js", Name: "service worker", Entry: Anyone, Cache: Shared, handle: in.showWorker},
		{Method: get, Path: offlinePath, Name: "offline", Entry: Anyone, Cache: Shared, handle: in.showOffline},
		{Method: get, Path: "/assets/icons/:file", Name: "app icon", Entry: Anyone, Cache: Immutable, handle: in.showIcon},
		{Method: get, Path: "/apple-touch-icon.png", Name: "icon of a home screen", Entry: Anyone, Cache: Shared, handle: in.showTouchIcon},
		{Method: get, Path: "/favicon.ico", Name: "favicon", Entry: Anyone, Cache: Shared, handle: in.showFavicon},
	}
}

// Answers for networks and messengers that show a link to an article.
func (sh *sharing) routes() []Route {
	return []Route{
		{Method: get, Path: sharepicture.Folder + ":file", Name: "share picture", Entry: Anyone, Cache: Immutable, handle: sh.showSharePicture},
		{Method: get, Path: oembedPath, Name: "oEmbed", Entry: Anyone, Cache: Shared, Params: []string{"url", "format", "maxwidth", "maxheight"}, handle: sh.showOEmbed},
	}
}

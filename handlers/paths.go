package handlers

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"broadsheet/models/discussion"
	"broadsheet/models/discussion/moderation"
	"broadsheet/models/discussion/thread"
	"broadsheet/models/newsroom/permalink"
)

// The addresses without parameters.
const (
	deskPath        = "/desk"
	queuePath       = "/desk/comments"
	storiesPath     = "/desk/articles"
	upcomingPath    = "/desk/upcoming"
	undoPath        = "/desk/undo"
	repliesPath     = "/desk/replies"
	bansPath        = "/desk/bans"
	writersPath     = "/desk/writers"
	rulesPath       = "/desk/rules"
	figuresPath     = "/desk/figures"
	heldMailPath    = "/desk/mail"
	logPath         = "/desk/log"
	staffPath       = "/desk/people"
	accountPath     = "/desk/account/"
	signInPath      = "/login"
	codePath        = "/login/code/"
	forgotPath      = "/password/forgot/"
	resetPath       = "/password/reset/"
	theftPath       = "/password/theft/"
	invitationPath  = "/login/invitation/"
	newEmailPath    = "/login/email/"
	firstPath       = "/first/"
	digestPath      = "/digest/"
	digestDeskPath  = "/desk/digest"
	digestAskedPath = "/digest/asked/"
	categoriesPath  = "/sections/" // no article has it: where addresses are slugs alone, none gets this slug
)

// commentPagePath returns the address of a page of an article's comments.
func commentPagePath(article string, number int) string {
	if number == 1 {
		return article
	}
	return strings.TrimSuffix(article, "/") + "/comment-page-" + strconv.Itoa(number) + "/"
}

// cutCommentPage removes /comment-page-N/ from an address.
func cutCommentPage(path string) (base string, number int, ok bool) {
	trimmed := strings.TrimSuffix(path, "/")
	i := strings.LastIndex(trimmed, "/comment-page-")
	if i < 0 {
		return path, 1, true
	}
	digits := trimmed[i+len("/comment-page-"):]
	if strings.Trim(digits, "0123456789") != "" {
		return path, 1, true // the slug of an article can begin like that
	}
	number, err := strconv.Atoi(digits)
	if err != nil || number < 1 || strconv.Itoa(number) != digits {
		return path, 0, false
	}
	return trimmed[:i+1], number, true
}

// commentsAddress returns the address of a page of comments in some order.
func commentsAddress(path string, view commentsView) string {
	q := url.Values{}
	if view.order != thread.Oldest {
		q.Set("order", string(view.order))
	}
	if view.after != 0 {
		q.Set("after", strconv.FormatInt(view.after, 10))
	}
	address := commentPagePath(path, view.number)
	if len(q) > 0 {
		address += "?" + q.Encode()
	}
	return address + "#comments"
}

// commentPath returns the address that redirects to a comment on its article's page.
func commentPath(id int64) string { return "/comment/" + strconv.FormatInt(id, 10) + "/" }

// threadPath returns the address of a comment's own page.
func threadPath(id int64) string { return commentPath(id) + "thread/" }

// cardPath is the address of a comment at the desk.
func cardPath(id int64) string { return queuePath + "/" + strconv.FormatInt(id, 10) }

// periodPath returns the address of a date archive.
func periodPath(period int) string { return permalink.PeriodPath(period) }

// splitPeriod splits a period. A missing part is 0.
func splitPeriod(period int) (year, month, day int) { return permalink.SplitPeriod(period) }

// parentPeriod returns the month of a day, the year of a month, 0 above a year.
func parentPeriod(period int) int {
	if period < 10000 {
		return 0
	}
	return period / 100
}

// parseID parses a number in an address. It returns 0 for other text, also for
// "+7" and "007", because an address has one spelling.
func parseID(s string) int64 {
	id, err := strconv.ParseInt(s, 10, 64)
	if err != nil || id < 0 || strconv.FormatInt(id, 10) != s {
		return 0
	}
	return id
}

// recommendPath returns the address that takes recommendations of a comment.
func recommendPath(id int64) string { return commentPath(id) + "recommend/" }

// reportPath returns the address of the form that reports a comment.
func reportPath(id int64) string { return commentPath(id) + "report/" }

// proofPath is the address of a mailed link.
func proofPath(key string) string { return "/comments/proof/" + key + "/" }

// myCommentsPath returns the address of the page of own comments, with the key
// of a mailed link.
func myCommentsPath(key string, query ...string) string {
	q := url.Values{}
	for i := 0; i+1 < len(query); i += 2 {
		q.Set(query[i], query[i+1])
	}
	if key != "" {
		q.Set("key", key)
	}
	if len(q) == 0 {
		return "/comments/mine/"
	}
	return "/comments/mine/?" + q.Encode()
}

// commentPolicyPath is the address at which an article's comments are opened and
// closed.
func commentPolicyPath(id int64) string { return queuePath + "/article/" + strconv.FormatInt(id, 10) }

func personPath(id int64) string { return staffPath + "/" + strconv.FormatInt(id, 10) + "/" }

// searchPath returns the address of a search by path. The words "." and ".."
// have none: browsers take them for a step in the path.
func searchPath(words string) string {
	switch words {
	case "":
		return "/search/"
	case ".", "..":
		return "/?s=" + words
	}
	return "/search/" + url.QueryEscape(words) + "/"
}

// queueAddress is the address of a whole queue.
func queueAddress(name moderation.QueueName) string { return queuePath + "?state=" + string(name) }

// similarPath returns the address of the list of near-duplicates of a comment in
// a state.
func similarPath(state discussion.State, id int64) string {
	return fmt.Sprintf("%s?state=%s&like=%d", queuePath, state, id)
}

// loginPath returns the address of the sign-in that redirects to next.
func loginPath(next string) string {
	return signInPath + "?" + url.Values{"next": {next}}.Encode()
}

// withBack adds the page that a desk page leads back to.
func withBack(address, back string) string {
	if back == "" {
		return address
	}
	separator := "?"
	if strings.Contains(address, "?") {
		separator = "&"
	}
	return address + separator + "back=" + url.QueryEscape(back)
}

// ownCommentPath returns the address of one of the pages for a comment's
// commenter.
func ownCommentPath(id int64, page, key string) string {
	return commentPath(id) + page + "/?" + url.Values{"key": {key}}.Encode()
}

// ownCommentAction returns the address that takes a form of those pages.
func ownCommentAction(id int64, page string) string {
	return commentPath(id) + page + "/"
}

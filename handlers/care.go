package handlers

import (
	"fmt"
	"net/http"
	"strconv"
	"sync"
	"time"

	"broadsheet/models"
	"broadsheet/models/discussion"
	"broadsheet/models/discussion/moderation"
	"broadsheet/models/newsroom"
	"broadsheet/models/people"
	"broadsheet/models/richtext"
	"broadsheet/views"

	"github.com/labstack/echo/v4"
)

// keeper keeps discussions in order: bans, rules, closing, figures, and mail
// about what waits.
type keeper struct{ *server }

// maxRulesForm is the largest body of the form of rules: two lists of words,
// percent-encoded.
const maxRulesForm = 6*models.MaxListBytes + maxSmallForm

// careRoutes are the rows of the table for keeping discussions in order.
func (s *server) careRoutes() []Route {
	k, tk := &keeper{s}, s.talk
	get := func(path, name string, entry Entry, handle echo.HandlerFunc, params ...string) Route {
		return Route{http.MethodGet, path, name, entry, Never, params, 0, unlimited, handle}
	}
	post := func(path, name string, entry Entry, most int64, handle echo.HandlerFunc) Route {
		rate := deskRate
		if entry == Anyone {
			rate = voiceRate
		}
		return Route{http.MethodPost, path, name, entry, Never, nil, most, rate, handle}
	}
	moderating, ruling := needs(people.Moderating), needs(people.ChangingRules)
	return []Route{
		get("/desk/bans", "bans", moderating, k.showBans, "all", "before", "done", "n", "op"),
		get("/desk/bans/new", "ban", moderating, k.showBan, "comment", "mark", "value", "back"),
		post("/desk/bans/new", "set ban", moderating, maxSmallForm, k.postBan),
		post("/desk/bans/end", "end ban", moderating, maxSmallForm, k.postBanEnd),
		get("/desk/rules", "rules", ruling, k.showRules, "done"),
		post("/desk/rules", "change rules", ruling, maxRulesForm, k.postRules),
		get("/desk/figures", "figures", moderating, k.showFigures),
		get("/desk/comments/article/:id", "closing", moderating, k.showClosing, "done", "back"),
		post("/desk/comments/article/:id", "open and close", moderating, maxSmallForm, k.postClosing),
		post("/desk/hold-hour", "hold everything", moderating, maxSmallForm, k.postHoldHour),
		get("/desk/mail", "mail about held comments", moderating, k.showHeldMail, "done"),
		post("/desk/mail", "choose mail about held comments", moderating, maxSmallForm, k.postHeldMail),
		get("/held/:key/", "held set", Anyone, k.showHeld, "do"),
		post("/held/:key/", "decide held set", Anyone, maxSmallForm, k.postHeld),
		post("/comments/notice/", "notice was read", Anyone, maxSmallForm, tk.postNotice),

		// WordPress's addresses of the same, from old mails and habits.
		get("/wp-login.php", "WordPress sign-in", Anyone, k.oldSignIn),
		get("/wp-admin", "WordPress desk without slash", Anyone, k.oldDesk),
		get("/wp-admin/", "WordPress desk", Anyone, k.oldDesk),
		get("/wp-admin/index.php", "WordPress desk by name", Anyone, k.oldDesk),
		get("/wp-admin/comment.php", "WordPress comment", moderating, k.oldComment, "action", "c"),
		get("/wp-admin/edit-comments.php", "WordPress comments", moderating, k.oldComments, "comment_status"),
	}
}

// worksHere reports whether the viewer is one of the staff; a subscriber is
// not.
func (v *viewer) worksHere() bool { return v != nil && v.IsStaff() }

// surgeWatch asks now and then whether there is a surge.
type surgeWatch struct {
	mu    sync.Mutex
	at    time.Time
	surge moderation.Surge
}

// surgeEvery is how often that is asked.
const surgeEvery = 30 * time.Second

// surgeNow returns whether there is a surge. Without an answer there is none:
// the desk works all the same.
func (s *server) surgeNow(c echo.Context) moderation.Surge {
	w := &s.surge
	w.mu.Lock()
	defer w.mu.Unlock()
	now := s.DB.Now()
	if age := now.Sub(w.at); age >= 0 && age < surgeEvery {
		return w.surge
	}
	found, err := moderation.SurgeAt(c.Request().Context(), s.DB, now)
	if err != nil {
		s.Log.WarnContext(c.Request().Context(), "cannot tell whether there is a surge", "error", err.Error())
		return moderation.Surge{}
	}
	w.at, w.surge = now, found
	return found
}

// alarm says on every page of the desk that everything is held, or proposes
// it.
func (s *server) alarm(c echo.Context, site *newsroom.Site) *views.DeskAlarm {
	a := &views.DeskAlarm{Back: c.Request().URL.Path, May: !viewerOf(c).scope.Limited()}
	now := s.DB.Now()
	if now.Before(site.CommentHoldUntil) {
		a.Until, a.Left = local(site, site.CommentHoldUntil), s.span(site, site.CommentHoldUntil.Sub(now)+time.Minute-1)
		return a
	}
	if !a.May {
		return a
	}
	surge := s.surgeNow(c)
	a.Surge, a.Now = surge.On, surge.Now
	return a
}

// span says a length of time in the site's language.
func (s *server) span(site *newsroom.Site, d time.Duration) string {
	minutes := int(d / time.Minute)
	hours := minutes / 60
	switch {
	case hours == 0:
		return s.text(site, "time.minutes", "m", minutes)
	case hours < 48:
		return s.text(site, "time.hours", "h", hours, "m", minutes%60)
	default:
		return s.text(site, "time.days", "d", hours/24, "h", hours%24)
	}
}

// back is where a form of the desk leads back to.
func back(r *http.Request) string { return ownPlace(r.PostForm.Get("back")) }

// desk reads what every page of the desk begins with.
func (k *keeper) desk(c echo.Context, title string) (*newsroom.Site, views.Page, error) {
	site, err := k.site.Get(c.Request().Context())
	if err != nil {
		return nil, views.Page{}, err
	}
	return site, k.deskFrame(c, site, k.text(site, title)), nil
}

// excerptRunes is how much of a comment stands in a line.
const excerptRunes = 140

// peer makes a line of a comment. back is where the comment's page leads.
func peer(site *newsroom.Site, c *discussion.Comment, story, back string) views.CardPeer {
	return views.CardPeer{
		URL: withBack(cardPath(c.ID), back), State: string(c.State), Excerpt: richtext.Excerpt(richtext.CommentText(c.Text), excerptRunes),
		Story: story, At: local(site, c.CreatedAt.Time),
	}
}

// cardPath is the address of a comment at the desk.
func cardPath(id int64) string { return "/desk/comments/" + strconv.FormatInt(id, 10) }

// why says in a line which rules asked for more than publication.
func (s *server) why(site *newsroom.Site, reasons discussion.Reasons) string {
	return s.Views.ReasonLine(site.Language, reasons)
}

// changes shows changes of settings.
func changes(site *newsroom.Site, list []models.SettingChange) (shown []views.RuleChange) {
	for _, c := range list {
		shown = append(shown, views.RuleChange{
			At: local(site, c.At.Time), Actor: c.Actor, Key: c.Key,
			Before: richtext.Excerpt(c.ValueBefore, excerptRunes), After: richtext.Excerpt(c.ValueAfter, excerptRunes),
		})
	}
	return shown
}

// notice is a warning that the reader has not read yet: by the cookie, or by
// a comment that is the reader's own.
func (s *server) notice(site *newsroom.Site, who *replier, own *discussion.Comment, back string) *views.Notice {
	var p people.Sender
	key := ""
	switch {
	case who != nil:
		p = people.Sender{TokenHash: discussion.HashToken(who.Token), Verified: who.Verified}
	case own != nil:
		p.TokenHash = own.TokenHash
		if own.Verified {
			p.Verified = own.Email
		}
		key = fmt.Sprintf("%d %s", own.ID, s.repliers.key(own.ID, own.TokenHash))
	default:
		return nil
	}
	warned := site.Bans.Match(p, s.DB.Now()).Warned
	if warned == nil {
		return nil
	}
	return &views.Notice{ID: warned.ID, Words: warned.Words, Key: key, Back: back}
}

// postNotice notes that a reader has read a warning. Only the one it was
// for can say so.
func (tk *talk) postNotice(c echo.Context) error {
	r := c.Request()
	if err := parseForm(r); err != nil {
		return err
	}
	site, err := tk.site.Get(r.Context())
	if err != nil {
		return err
	}
	who, own := tk.repliers.get(r), (*discussion.Comment)(nil)
	var id int64
	var key string
	if n, _ := fmt.Sscanf(r.PostForm.Get("key"), "%d %s", &id, &key); n == 2 {
		comment, err := discussion.ByID(r.Context(), tk.DB, id)
		if err != nil || !tk.repliers.opens(key, id, comment.TokenHash) {
			return errNotYours
		}
		who, own = nil, comment
	}
	shown := tk.notice(site, who, own, "")
	if shown == nil || shown.ID != idOf(r.PostForm.Get("notice")) {
		return errNotYours
	}
	// Two clicks are one.
	if err := people.EndBan(r.Context(), tk.DB, "", 0, shown.ID); err != nil && models.KindOf(err) != models.Conflict {
		return err
	}
	next := back(r)
	if next == "/desk" {
		next = "/"
	}
	return c.Redirect(http.StatusSeeOther, next)
}

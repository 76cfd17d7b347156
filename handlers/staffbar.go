package handlers

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"broadsheet/models"
	"broadsheet/models/discussion"
	"broadsheet/models/discussion/moderation"
	"broadsheet/models/discussion/thread"
	"broadsheet/models/newsroom"
	"broadsheet/models/people"
	"broadsheet/views"

	"github.com/labstack/echo/v4"
)

// staffBars makes the parts of public pages for the signed-in staff: the bar, and the
// actions beside comments. They are put into pages that are rendered for one request.
// The page cache loads its pages with a request without cookies, which has no viewer,
// so no cached page has them.
type staffBars struct {
	*desk
	auth *authenticator
}

// newStaffBars gives the desk's pages, which are those of all receivers, their bar.
func newStaffBars(d *desk, auth *authenticator) *staffBars {
	sb := &staffBars{desk: d, auth: auth}
	d.pages.staffBar = sb.bar
	return sb
}

// staffed is a page that can have the bar.
type staffed interface{ SetStaff(*views.StaffBar) }

// addStaffBar puts the bar above a public page that cachePages renders for one of the
// staff. base is the page's own base, and page a pointer to it.
func (p *pages) addStaffBar(c echo.Context, base views.Page, page any) error {
	rq, ok := c.(*request)
	if !ok || base.Desk != nil || base.Staff != nil || c.Get(publicPageKey) == nil {
		return nil
	}
	bar, err := p.staffBar(rq, rq.Request().URL.RequestURI())
	if bar != nil {
		page.(staffed).SetStaff(bar)
	}
	return err
}

// publicPageKey marks the request of a signed-in browser for a page that visitors share.
const publicPageKey = "public page"

// bar returns the bar of a page for the viewer. It returns nil for a visitor and for
// a subscriber. here is the address of the page.
func (sb *staffBars) bar(c *request, here string) (*views.StaffBar, error) {
	me, err := sb.auth.resume(c)
	if err != nil || !me.isStaff() {
		return nil, err
	}
	bar := &views.StaffBar{User: me.Name, Back: here}
	if !Caretaking.Admits(me.may) {
		return bar, nil
	}
	ctx, done := c.ctx(), receiptOfRequest(c)
	bar.Queue = queuePath
	if bar.Waiting, err = me.scope.Waiting(ctx, sb.db); err != nil {
		return nil, err
	}
	if bar.Flash, err = sb.receiptText(ctx, c.site, me, done); err != nil || bar.Flash == "" || done.op == "" || !undoable[done.key] {
		return bar, err
	}
	op, err := discussion.OperationOf(ctx, sb.db, me.ID, done.op, sb.db.Now())
	if op != nil {
		bar.Undo = op.ID
	}
	return bar, err
}

// staffStory is what the page of an article shows to an account that may decide its
// comments.
type staffStory struct {
	desk     *desk
	site     *newsroom.Site
	article  *newsroom.Article
	here     string               // address of the page of comments, without a fragment
	why      bool                 // the viewer may know the rules that held a comment, which name addresses
	comments []discussion.Comment // held, or decided by the operation of the message
}

// story adds the article's part to the bar. It returns nil if the viewer may not decide
// the article's comments.
func (sb *staffBars) story(c *request, bar *views.StaffBar, a *newsroom.Article) (*staffStory, error) {
	if ok, err := sb.mayDecide(c.ctx(), viewerOf(c), a); err != nil || !ok {
		return nil, err
	}
	here, _, _ := strings.Cut(bar.Back, "#")
	story := &views.StaffStory{
		Held: a.CommentsHold, HeldURL: heldUnder(a.ID),
		Settings: commentPolicyPath(a.ID), SettingsPage: withBack(commentPolicyPath(a.ID), here+"#comments"),
		Closed: !c.site.TakesComments(a, models.At(sb.db.Now())), Back: here + "#comments",
	}
	bar.Story = story
	if editors.Admits(viewerOf(c).may) {
		bar.FrontStory = a.ID
	}
	s := &staffStory{desk: sb.desk, site: c.site, article: a, here: here, why: viewerOf(c).may(people.Moderating)}
	var decided []int64
	var err error
	if op := receiptOfRequest(c).op; op != "" && bar.Flash != "" {
		if decided, err = discussion.OperationComments(c.ctx(), sb.db, op); err != nil {
			return nil, err
		}
		if len(decided) > 0 {
			bar.Back = s.place(decided[0])
		}
	}
	s.comments, err = thread.HeldOf(c.ctx(), sb.db, a.ID, decided, mostHeld)
	return s, err
}

// mayDecide reports whether an account may decide the comments of an article.
func (sb *staffBars) mayDecide(ctx context.Context, me *viewer, a *newsroom.Article) (bool, error) {
	if !Caretaking.Admits(me.may) {
		return false, nil
	}
	err := me.scope.Article(ctx, sb.db, a.ID)
	if models.KindOf(err) == models.Forbidden {
		return false, nil
	}
	return err == nil, err
}

// place returns the address of a comment on the page.
func (s *staffStory) place(id int64) string { return fmt.Sprintf("%s#comment-%d", s.here, id) }

// actions returns the actions on a comment. A nil receiver returns nil.
func (s *staffStory) actions(m *discussion.Comment) *views.StaffActions {
	if s == nil || m.ID == 0 {
		return nil
	}
	v := &views.StaffActions{
		Version: m.Version, State: string(m.State), Reports: m.Reports, Card: cardPath(m.ID), Back: s.place(m.ID),
	}
	if m.State == discussion.Held && s.why {
		v.Why = s.desk.reasonLine(s.site, m.Reasons)
	}
	for _, action := range discussion.Actions {
		to, ok := discussion.Next(m.State, m.StateBefore, action)
		if m.State != discussion.Approved { // these are whole rows
			to, ok = m.Next(action)
		}
		if ok && (to != m.State || action == discussion.DoApprove && m.Reports > 0) {
			v.Actions = append(v.Actions, string(action))
		}
	}
	return v
}

// addHeld puts the story's held comments among the threads of a page: a reply below
// its parent, a thread at its date. Those that have no place on this page are listed
// below the threads.
func (s *staffStory) addHeld(d *views.Discussion, w commentPresenter, t *thread.Page) {
	if s == nil {
		return
	}
	p := placer{threads: d.Threads, page: t, depth: s.site.CommentDepth}
	// Parents before their replies.
	slices.SortStableFunc(s.comments, func(a, b discussion.Comment) int { return cmp.Compare(a.Depth, b.Depth) })
	held := map[int64]bool{}
	for i := range s.comments {
		m := &s.comments[i]
		held[m.ID] = true
		shown := withoutActions(w.presentComment(m))
		shown.Staff = s.actions(m)
		if !p.put(shown, m.ParentID) {
			d.Held = append(d.Held, shown)
		}
	}
	d.Threads = p.threads
	// The browser's own comments that wait are among them.
	d.Pending = slices.DeleteFunc(d.Pending, func(c views.Comment) bool { return held[c.ID] })
	d.HeldMore = max(0, s.article.CommentsHold-mostHeld)
	d.HeldURL = heldUnder(s.article.ID)
}

// mostHeld is how many held comments the page of an article shows to the staff.
const mostHeld = 50

// heldUnder returns the address of the queue with the held comments of an article.
func heldUnder(article int64) string {
	return queueAddress(moderation.Held) + "&article=" + strconv.FormatInt(article, 10)
}

// placer puts comments that readers do not see among the threads of a page.
type placer struct {
	threads []views.Comment
	page    *thread.Page
	depth   int // levels of nesting
}

// put puts a comment into its place. It returns false if the page has none for it.
func (p *placer) put(c views.Comment, parent int64) bool {
	if own, _ := findComment(p.threads, nil, c.ID); own != nil {
		if own.Gone { // a placeholder, because the comment has public replies
			c.Replies, c.Level, c.More, c.MoreURL = own.Replies, own.Level, own.More, own.MoreURL
			*own = c
		}
		return true
	}
	if parent == 0 {
		return p.putThread(c)
	}
	above, over := findComment(p.threads, nil, parent)
	if above == nil {
		return false
	}
	if above.Level >= p.depth {
		c.InReplyTo = &views.CommentRef{ID: above.ID, Author: above.Author, URL: fmt.Sprintf("#comment-%d", above.ID)}
		if over != nil {
			above = over
		}
	}
	c.Level = min(above.Level+1, max(1, p.depth))
	above.Replies = insertComment(above.Replies, c, false)
	return true
}

// putThread puts a thread's first comment at its date. It returns false if the date is
// on another page.
func (p *placer) putThread(c views.Comment) bool {
	newest := p.page.Order == thread.Newest
	if p.page.Order == thread.MostRecommended {
		return false
	}
	if n := len(p.threads); n > 0 {
		first, last := p.threads[0], p.threads[n-1]
		if p.page.Number > 1 && !comesAfter(c, first, newest) || p.page.Number < p.page.Last && comesAfter(c, last, newest) {
			return false
		}
	}
	p.threads = insertComment(p.threads, c, newest)
	return true
}

// comesAfter reports whether a comment follows another in a list, which is newest first
// if newest is set. A placeholder has no date, and nothing follows it.
func comesAfter(c, other views.Comment, newest bool) bool {
	if newest {
		return c.At.Before(other.At)
	}
	return !other.Gone && c.At.After(other.At)
}

// insertComment inserts a comment before the first one that follows it.
func insertComment(list []views.Comment, c views.Comment, newest bool) []views.Comment {
	i := slices.IndexFunc(list, func(other views.Comment) bool { return !other.Gone && !comesAfter(c, other, newest) })
	if i < 0 {
		i = len(list)
	}
	return slices.Insert(list, i, c)
}

// findComment returns the comment with a number, and the one that holds it among its
// replies, nil for none.
func findComment(list []views.Comment, above *views.Comment, id int64) (found, over *views.Comment) {
	for i := range list {
		if list[i].ID == id {
			return &list[i], above
		}
		if found, over := findComment(list[i].Replies, &list[i], id); found != nil {
			return found, over
		}
	}
	return nil, nil
}

// backToStory returns the public page that the form of a bar names as its origin, with
// a message that the comments are closed or open now. It returns "" for other forms.
func (c *request) backToStory(closed bool) string {
	back := localAddress(c.form.Get("back"), "")
	if back == "" || deskOr(back, "") != "" {
		return ""
	}
	if closed {
		return receipt{key: "closed"}.addTo(back)
	}
	return receipt{key: "opened"}.addTo(back)
}

// addStaff puts the parts of the staff into the page of an article.
func (rd *reading) addStaff(c *request, page *views.Page, path string, parts *articleParts) (err error) {
	here, _, _ := strings.Cut(commentsAddress(path, parts.view), "#")
	if parts.staff, err = rd.staffOn(c, page, here, &parts.page.Article); err != nil {
		return err
	}
	return rd.addEditLinks(c, page.Staff, &parts.page.Article)
}

// staffOn puts the bar above a page with comments of an article, and returns what makes
// the actions beside them, nil for readers. The forms lead back to the page at here.
func (rd *reading) staffOn(c *request, page *views.Page, here string, a *newsroom.Article) (*staffStory, error) {
	var err error
	if page.Staff, err = rd.staff.bar(c, here); err != nil || page.Staff == nil {
		return nil, err
	}
	if page.Staff.Flash != "" {
		prependMessage(page, page.Staff.Flash)
	}
	return rd.staff.story(c, page.Staff, a)
}

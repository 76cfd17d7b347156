package handlers

import (
	"cmp"
	"encoding/json"
	"net/http"
	"strconv"
	"time"

	"broadsheet/models"
	"broadsheet/models/discussion"
	"broadsheet/models/discussion/notify"
	"broadsheet/models/discussion/privacy"
	"broadsheet/models/newsroom"
	"broadsheet/models/people"
	"broadsheet/views"
)

// identifyCommenter identifies the commenter: by the key of a mailed link, otherwise by
// the browser's cookie. A browser without a cookie has no comments.
func (cp *commenterPages) identifyCommenter(c *request, key string) (privacy.Commenter, error) {
	if key != "" {
		email, age, ok := cp.links.Read(people.ForComments, key, cp.db.Now())
		if !ok {
			return privacy.Commenter{}, errLinkUnreadable
		}
		if age > people.LinkRules[people.ForComments].Lifetime {
			return privacy.Commenter{}, models.Refusal(models.Gone, "own-old", "the link was good for one hour: ask for another one")
		}
		if holds, err := people.ProofHolds(c.ctx(), cp.db, people.EmailForm(email), cp.db.Now().Add(-age)); err != nil || !holds {
			return privacy.Commenter{}, cmp.Or(err, errLinkRevoked)
		}
		return privacy.Commenter{Email: email}, nil
	}
	if who := c.commenter; who != nil {
		return privacy.Commenter{Token: who.Token}, nil
	}
	return privacy.Commenter{}, nil
}

// showMyComments lists everything that this browser has written.
func (cp *commenterPages) showMyComments(c *request) error {
	ctx := c.ctx()
	key := c.QueryParam("key")
	who, err := cp.identifyCommenter(c, key)
	if err != nil {
		return err
	}
	list, err := privacy.CommentsBy(ctx, cp.db, who, parseID(c.QueryParam("after")))
	if err != nil {
		return err
	}
	articles, err := cp.articlesOf(c, list)
	if err != nil {
		return err
	}
	v := views.Mine{
		Page: cp.frame(c.site, cp.text(c.site, "mine.title"), myCommentsPath(""), nil), Email: who.Email, Key: key,
		Mail: cp.mail,
	}
	v.NoIndex = true
	v.AnonymiseURL, v.RemoveURL = myCommentsPath(key, "do", "anonymise")+"#mine-do", myCommentsPath(key, "do", "remove")+"#mine-do"
	v.Warning = cp.findWarning(c.site, c.commenter, nil, myCommentsPath(""))
	if do := c.QueryParam("do"); len(list) > 0 && (do == "anonymise" || do == "remove") {
		v.Ask, v.BackURL = do, myCommentsPath(key)
	}
	if v.Proven = who.Email; v.Proven == "" && c.commenter != nil {
		v.Proven = c.commenter.Verified
	}
	if key := c.flash(myCommentsDone); key != "" {
		v.Done = c.QueryParam("done")
		prependMessage(&v.Page, cp.text(c.site, key))
	}
	for i := range list {
		v.Comments = append(v.Comments, cp.presentMyComment(c.site, &list[i], articles[list[i].ArticleID]))
	}
	if len(list) == privacy.PageSize {
		v.Next = myCommentsPath(key, "after", strconv.FormatInt(list[len(list)-1].ID, 10))
	}
	return render(cp.pages, c, views.MinePage, v, personalAnswer(http.StatusOK))
}

// presentMyComment presents a comment of the list. article is nil when it is not
// public.
func (cp *commenterPages) presentMyComment(site *newsroom.Site, comment *discussion.Comment, article *newsroom.Article) views.MineComment {
	v, path := views.MineComment{State: "mine." + string(comment.State)}, "/"
	if article != nil {
		path = site.ArticlePath(article)
		v.Article, v.StatusURL = views.Link{Name: article.Title, URL: path}, cp.cookies.commenters.statusPath(comment)
	}
	presenter := commentPresenter{site: site, path: path, page: path}
	v.Comment = withoutActions(presenter.presentComment(comment))
	return v
}

// articlesOf returns the public articles of comments, by number.
func (cp *commenterPages) articlesOf(c *request, list []discussion.Comment) (map[int64]*newsroom.Article, error) {
	var ids []int64
	for i := range list {
		ids = append(ids, list[i].ArticleID)
	}
	return newsroom.PublicByIDs(c.ctx(), cp.db, ids)
}

// commentJSON is a comment in the export for its commenter.
type commentJSON struct {
	ID        int64            `json:"id"`
	Story     string           `json:"story"`
	ParentID  int64            `json:"parent_id"`
	State     discussion.State `json:"state"`
	Author    string           `json:"author"`
	Email     string           `json:"email"`
	URL       string           `json:"url"`
	IP        string           `json:"ip"`
	Network   string           `json:"network"`
	Agent     string           `json:"agent"`
	Text      string           `json:"text"`
	HTML      string           `json:"html"`
	CreatedAt time.Time        `json:"created_at"`
	EditedAt  *time.Time       `json:"edited_at,omitempty"`
	Verified  bool             `json:"verified,omitempty"` // the browser has verified the address
	Language  string           `json:"language,omitempty"`
	Earlier   []earlierJSON    `json:"earlier,omitempty"` // texts before edits, oldest first
}

// earlierJSON is the text of a comment before an edit.
type earlierJSON struct {
	Version int       `json:"version"`
	At      time.Time `json:"at"`
	Text    string    `json:"text"`
}

// recordJSON is stored data about a commenter other than comments. Record names
// its kind: recommendation, report, appeal, follow, address, mail or subscription. Comments do not
// have this field.
type recordJSON struct {
	Record      string     `json:"record"`
	CommentID   int64      `json:"comment_id,omitempty"`
	Reason      string     `json:"reason,omitempty"`
	Note        string     `json:"note,omitempty"`
	Text        string     `json:"text,omitempty"`    // of an appeal
	Outcome     string     `json:"outcome,omitempty"` // of an appeal
	Words       string     `json:"words,omitempty"`   // a moderator's
	Email       string     `json:"email,omitempty"`
	Network     string     `json:"network,omitempty"`
	At          *time.Time `json:"at,omitempty"`
	AskedAt     *time.Time `json:"asked_at,omitempty"`
	ConfirmedAt *time.Time `json:"confirmed_at,omitempty"`
	StoppedAt   *time.Time `json:"stopped_at,omitempty"`
	LinkedAt    *time.Time `json:"linked_at,omitempty"`
	ProofAt     *time.Time `json:"proof_at,omitempty"`
	Daily       bool       `json:"daily,omitempty"`
	Corrections bool       `json:"corrections,omitempty"`
	Kind        string     `json:"kind,omitempty"`
	Failed      bool       `json:"failed,omitempty"`
	Sections    []int64    `json:"sections,omitempty"` // of a digest; 0 is the whole paper
	Frequency   string     `json:"frequency,omitempty"`
}

// timeOrNil returns a stored time for JSON, nil for none.
func timeOrNil(t models.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t.Time
}

// recordLines returns the stored data other than comments, one value for each
// line.
func recordLines(kept privacy.OtherData) (lines []recordJSON) {
	for _, v := range kept.Recommendations {
		lines = append(lines, recordJSON{Record: "recommendation", CommentID: v.CommentID, Network: v.Network, At: timeOrNil(v.At)})
	}
	for _, v := range kept.Reports {
		lines = append(lines, recordJSON{
			Record: "report", CommentID: v.CommentID, Reason: v.Reason, Note: v.Note, Network: v.Network,
			At: timeOrNil(v.At),
		})
	}
	for _, a := range kept.Appeals {
		lines = append(lines, recordJSON{
			Record: "appeal", CommentID: a.CommentID, Text: a.Text, At: timeOrNil(a.At), Outcome: a.Outcome, Words: a.Words,
		})
	}
	for _, f := range kept.Follows {
		lines = append(lines, recordJSON{Record: "follow", CommentID: f.CommentID, Email: f.Email, At: timeOrNil(f.CreatedAt)})
	}
	for _, a := range kept.Addresses {
		lines = append(lines, recordJSON{
			Record: "address", Email: a.Email, AskedAt: timeOrNil(a.AskedAt), ConfirmedAt: timeOrNil(a.ConfirmedAt),
			StoppedAt: timeOrNil(a.StoppedAt),
			LinkedAt:  timeOrNil(a.LinkedAt), ProofAt: timeOrNil(a.ProofAt), Daily: a.Daily, Corrections: a.Corrections,
		})
	}
	for _, s := range kept.Subscriptions {
		lines = append(lines, recordJSON{
			Record: "subscription", Email: s.Email, Network: s.Network, At: timeOrNil(s.CreatedAt), AskedAt: timeOrNil(s.AskedAt),
			ConfirmedAt: timeOrNil(s.ConfirmedAt), LinkedAt: timeOrNil(s.LinkedAt), Sections: s.Lists, Frequency: string(s.Frequency),
			Failed: !s.BouncedAt.IsZero(),
		})
	}
	for _, m := range kept.Mails {
		lines = append(lines, recordJSON{Record: "mail", Kind: m.Kind, At: timeOrNil(m.RunAt), Failed: m.Dead})
	}
	return lines
}

// exportMyComments sends all stored data about the comments of this browser,
// one JSON object a line.
func (cp *commenterPages) exportMyComments(c *request) error {
	ctx := c.ctx()
	who, err := cp.identifyCommenter(c, c.QueryParam("key"))
	if err != nil {
		return err
	}
	h := c.Response().Header()
	h.Set("Content-Type", "application/jsonl; charset=utf-8")
	h.Set("Content-Disposition", `attachment; filename="comments.jsonl"`)
	h.Set("Cache-Control", "private, no-store")
	lines := json.NewEncoder(c.Response())
	collector := privacy.NewCollector(who)
	for after, more := int64(0), true; more; {
		list, err := privacy.CommentsBy(ctx, cp.db, who, after)
		if err != nil {
			return err
		}
		if err := cp.exportComments(c, collector, list, lines.Encode); err != nil {
			return err
		}
		if more = len(list) == privacy.PageSize; more {
			after = list[len(list)-1].ID
		}
	}
	kept, err := collector.Rest(ctx, cp.db)
	if err != nil {
		return err
	}
	for _, line := range recordLines(kept) {
		if err := lines.Encode(line); err != nil {
			return err
		}
	}
	c.Response().WriteHeader(http.StatusOK) // also when there are no lines
	return nil
}

// exportComments writes comments with all stored data about them.
func (cp *commenterPages) exportComments(c *request, collector privacy.Collector, list []discussion.Comment, encode func(any) error) error {
	earlier, err := collector.Comments(c.ctx(), cp.db, list)
	if err != nil {
		return err
	}
	articles, err := cp.articlesOf(c, list)
	if err != nil {
		return err
	}
	for i := range list {
		m := &list[i]
		row := commentJSON{
			ID: m.ID, ParentID: m.ParentID, State: m.State, Author: m.Author, Email: m.Email, URL: m.URL, IP: m.IP, Network: m.Network,
			Agent: m.Agent, Text: m.Text, HTML: m.HTML, CreatedAt: m.CreatedAt.Time, EditedAt: timeOrNil(m.EditedAt),
			Verified: m.Verified, Language: m.Language,
		}
		if article := articles[m.ArticleID]; article != nil {
			row.Story = cp.baseURL.String() + c.site.ArticlePath(article)
		}
		for _, v := range earlier[m.ID] {
			row.Earlier = append(row.Earlier, earlierJSON{v.Version, v.At.Time, v.Text})
		}
		if err := encode(row); err != nil {
			return err
		}
	}
	return nil
}

// postMyComments anonymises or removes everything that this browser has written.
func (cp *commenterPages) postMyComments(c *request) error {
	key, done := c.form.Get("key"), "anonymised"
	who, err := cp.identifyCommenter(c, key)
	if err != nil {
		return err
	}
	switch c.form.Get("do") {
	case "anonymise":
		_, err = privacy.Anonymise(c.ctx(), cp.db, who)
	case "remove":
		_, err = privacy.Erase(c.ctx(), cp.db, who)
		done = "removed"
	case "revoke":
		return cp.revoke(c, who)
	default:
		err = models.Errorf(models.Invalid, "there is no such action")
	}
	if err != nil {
		return err
	}
	return c.seeOther(myCommentsPath(key, "done", done))
}

// revoke takes back all proofs of an address. The address is that of the mailed
// link or, without one, the address that this browser has verified. The mailed
// link ends, too.
func (cp *commenterPages) revoke(c *request, who privacy.Commenter) error {
	r := c.Request()
	browser := c.commenter
	email := who.Email
	if email == "" && browser != nil {
		email = browser.Verified
	}
	if email == "" {
		return errNotYours
	}
	if _, err := notify.RevokeProofs(c.ctx(), cp.db, email); err != nil {
		return err
	}
	if browser != nil && browser.Verified == email {
		browser.Verified, browser.VerifiedAt = "", 0
		if err := cp.cookies.commenters.set(c.Response(), r, *browser); err != nil {
			return err
		}
	}
	return c.seeOther(myCommentsPath("", "done", "revoked"))
}

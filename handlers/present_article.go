package handlers

import (
	"cmp"
	"fmt"
	"hash/fnv"
	"net/http"
	"strings"
	"time"
	"unicode"

	"broadsheet/models"
	"broadsheet/models/discussion"
	"broadsheet/models/discussion/thread"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/followup"
	"broadsheet/models/newsroom/permalink"
	"broadsheet/models/newsroom/pictures"
	"broadsheet/models/newsroom/related"
	"broadsheet/models/newsroom/taxonomy"
	"broadsheet/models/newsroom/translations"
	"broadsheet/models/people"
	"broadsheet/views"
)

func (rd *reading) renderArticle(c *request, parts articleParts, status int) error {
	p := parts.page
	category := mainCategory(p)
	path := c.site.ArticlePath(&p.Article)
	v := views.Article{
		Page:     rd.frame(c.site, p.Title, commentPagePath(path, parts.threads.Number), category),
		Headline: p.Title, Standfirst: p.Standfirst,
		Coverage: teaserCards(c.site, p.Coverage), Body: presentBody(c.site, p),
	}
	v.Notes, v.Corrections = presentCorrections(c.site, p.Corrections, changesLink(c.site, &p.Article))
	v.Page.Description = p.Standfirst
	v.Digest = rd.digestURL(c.site, digestCategory(category))
	commentsTitle := rd.text(c.site, "feed.comments.on", "story", p.Title, "site", c.site.Name)
	v.Feeds = append(v.Feeds, rd.feedLink(commentsTitle, path))
	v.Language, v.Dir = articleLanguage(c.site, p.Language, p.Title)
	if p.Words > 0 {
		v.Minutes = views.Reading(p.Words)
	}
	var modified time.Time
	if v.Published, modified = c.site.Instants(p.PublishedAt, p.RevisedAt); modified.After(v.Published) {
		v.Updated = &modified
	}
	addLinks(&v, c.site, parts)
	v.Picture, v.Share = leadPicture(p.Picture), rd.shareLinks(c.site, p.Title, path)
	if err := cmp.Or(rd.addStaff(c, &v.Page, path, &parts), rd.addAge(c, &v, &parts), rd.allowFrames(c, &v)); err != nil {
		return err
	}
	if parts.own.posted {
		prependMessage(&v.Page, rd.text(c.site, "comment.pending.title"))
	}
	v.Comments = rd.presentDiscussion(c.site, path, parts)
	personal := parts.own.isPersonal() || parts.form.sent || status != http.StatusOK || c.QueryParam("replytocom") != ""
	v.NoIndex = personal || parts.form.parent != nil || parts.view.after != 0 || parts.view.order != thread.Oldest
	if !v.NoIndex {
		rd.articleHead(c.site, &v, p)
	}
	rd.addTranslations(c.site, &v, parts)
	return render(rd.pages, c, views.ArticlePage, v, answer{status: status, personal: personal}, rd.articleShows(c.site, path, parts))
}

// leadPicture returns the picture above an article's text, nil for none.
func leadPicture(m *pictures.Picture) *views.Picture {
	if m == nil {
		return nil
	}
	v := presentPicture(m, sizesLead)
	v.Alt, v.Caption, v.Credit, v.Lead = m.Alt, m.Caption, m.Credit, true
	if m.Frames > 1 {
		v.Moving = picturesPath + m.File + "/" + movingFile
	}
	return v
}

// mainCategory returns the first category of an article, nil for none.
func mainCategory(p *newsroom.Page) *taxonomy.Category {
	if len(p.Categories) == 0 {
		return nil
	}
	return p.Categories[0]
}

// addLinks adds the page of its changes, the categories, authors, tags, related articles and the copy for
// other sites.
func addLinks(v *views.Article, site *newsroom.Site, parts articleParts) {
	p := parts.page
	v.Republish, v.Changes = republishLink(site, &p.Article), changesLink(site, &p.Article)
	for _, category := range p.Categories {
		v.Labels = append(v.Labels, categoryLink(category))
	}
	for _, b := range p.Bylines {
		v.Bylines = append(v.Bylines, views.Byline{
			Link: views.Link{Name: b.Name, URL: permalink.AuthorPath(b.Slug)}, Role: b.Role, Face: presentFace(p.Faces, b.Slug),
		})
		v.Faces = v.Faces || v.Bylines[len(v.Bylines)-1].Face != nil
	}
	for _, t := range p.Tags {
		v.Tags = append(v.Tags, views.Link{Name: t.Name, URL: permalink.TagPath(t.Slug)})
	}
	for i := range parts.related {
		v.Related = append(v.Related, teaserCard(site, &parts.related[i].Teaser))
	}
}

// articleShows returns the dependencies of an article's page.
func (rd *reading) articleShows(site *newsroom.Site, path string, parts articleParts) dependencies {
	p := parts.page
	shows := dependsOn(p.DependsOn()...).and(faceTags(p.Faces)...).and(people.RolesTag).and(followup.DependsOn(&p.Article)...)
	shows = shows.and(related.QueryFor(p, site, models.Time{}).DependsOn(site)...)
	for i := range parts.related {
		shows = shows.and(parts.related[i].DependsOn()...)
	}
	if p.TranslationKey != "" {
		shows = shows.and(translations.Tag(p.TranslationKey))
	}
	for _, id := range parts.translations.IDs {
		shows = shows.and(newsroom.TeaserTag(id))
	}
	shows.deadlines = []time.Time{site.CommentsEnd(&p.Article).Time, site.CommentHoldUntil}
	shows.place = placeOn(site, p, path, parts.threads.Number).showing(parts.threads.Threads)
	shows.place.tally = rd.reads.Tally(p.ID)
	return shows
}

func presentBody(site *newsroom.Site, p *newsroom.Page) []views.BodyPart {
	var list []views.BodyPart
	for _, seg := range p.Body() {
		html := pictures.OfferWidths(seg.HTML, p.InText)
		if article, ok := p.Cards[seg.ArticleID]; ok && seg.ArticleID != 0 {
			shown := teaserCard(site, &article)
			list = append(list, views.BodyPart{HTML: views.TrustRichtext(html), Card: &shown})
			continue
		}
		list = append(list, presentOutside(html)...)
	}
	return list
}

// presentCorrections returns the corrections above the text and those below it. changes is
// the address of the page with the changes of the article, "" for none.
func presentCorrections(site *newsroom.Site, list []newsroom.Correction, changes string) (top, foot []views.Correction) {
	for _, c := range list {
		shown := views.Correction{Kind: c.Kind, At: inSiteZone(site, c.At.Time), Text: c.Text}
		if changes != "" {
			shown.Changes = changes + "#" + correctionAnchor(c.At)
		}
		if cmp.Or(c.Place, site.CorrectionPlace) == newsroom.AtTop {
			top = append(top, shown)
		} else {
			foot = append(foot, shown)
		}
	}
	return top, foot
}

func (rd *reading) presentDiscussion(site *newsroom.Site, path string, parts articleParts) views.Discussion {
	p, t := parts.page, parts.threads
	place := placeOn(site, p, path, t.Number)
	d := views.Discussion{
		Count: p.CommentsApprove, Open: site.TakesComments(&p.Article, models.At(rd.db.Now())),
		AllClosed: place.who == models.NoCommenter, Form: rd.replyForm(site, place, parts),
	}
	rd.addLimits(site, &p.Article, &d)
	d.Pager = commentsPager(path, t)
	if p.Threads > 1 {
		for _, order := range thread.Orders {
			if order == thread.MostRecommended && !place.recommend {
				continue
			}
			link := views.OrderLink{Name: "comments." + string(order), Current: order == t.Order}
			if !link.Current {
				link.URL = commentsAddress(path, commentsView{number: 1, order: order})
			}
			d.Orders = append(d.Orders, link)
		}
	}
	w := place.presenter(site)
	w.staff = parts.staff
	w.open = d.Open && !d.Form.Outside
	for _, n := range t.Threads {
		d.Threads = append(d.Threads, w.presentNode(n))
	}
	rd.addOwnComments(&d, w, parts.own.comments)
	parts.staff.addHeld(&d, w, t)
	d.Recommendations = parts.own.recommendations
	d.Warning = rd.findWarning(site, parts.own.who, nil, path)
	if comment := parts.form.preview; comment != nil {
		preview := withoutActions(w.presentComment(comment))
		d.Form.Preview, d.Form.Stamp = &preview, parts.form.stamp
	}
	d.PlaceFormUnderParent()
	return d
}

// addLimits adds what the reply form says about the article's comment policy.
func (rd *reading) addLimits(site *newsroom.Site, a *newsroom.Article, d *views.Discussion) {
	if !d.Open {
		return
	}
	d.Slow = a.CommentsSlow
	d.Reviewed = a.CommentStatus == newsroom.CommentsPremoderate || site.CommentHoldAll || rd.db.Now().Before(site.CommentHoldUntil)
	if !a.CommentsClose.IsZero() {
		d.OpenUntil = inSiteZone(site, site.CommentsEnd(a).Time)
	}
}

// commentsPager links a page of comments to its neighbours.
func commentsPager(path string, t *thread.Page) views.Pager {
	pager := views.Pager{Number: t.Number, Last: t.Last}
	if t.Number > 1 {
		pager.Newer = commentsAddress(path, commentsView{number: t.Number - 1, order: t.Order})
	}
	if n := len(t.Threads); t.Number < t.Last && n > 0 {
		next := commentsView{number: t.Number + 1, order: t.Order}
		if t.Order != thread.MostRecommended {
			next.after = t.Threads[n-1].ID
		}
		pager.Older = commentsAddress(path, next)
	}
	return pager
}

// commentPresenter converts comments into the structs of a page.
type commentPresenter struct {
	site *newsroom.Site
	path string // of the article
	page string // of this page of comments
	open bool
	// recommend is set where readers may recommend the comments.
	recommend bool
	staff     *staffStory // nil for readers
}

func (w commentPresenter) presentNode(n *thread.Node) views.Comment {
	v := w.presentComment(&n.Comment)
	v.Level = n.Shown + 1
	if n.Gone {
		v = views.Comment{ID: n.ID, Gone: true, Level: n.Shown + 1}
	}
	if n.InReplyTo != nil {
		v.InReplyTo = &views.CommentRef{ID: n.InReplyTo.ID, Author: n.InReplyTo.Author, URL: fmt.Sprintf("#comment-%d", n.InReplyTo.ID)}
		if n.Elsewhere {
			v.InReplyTo.URL = threadPath(n.InReplyTo.ID)
		}
	}
	if n.More > 0 {
		v.More, v.MoreURL = n.More, threadPath(n.ID)
	}
	for _, reply := range n.Replies {
		v.Replies = append(v.Replies, w.presentNode(reply))
	}
	return v
}

// renderThread renders a comment's own page.
func (rd *reading) renderThread(c *request, p *newsroom.Page, own *thread.CommentPage) error {
	path := c.site.ArticlePath(&p.Article)
	root := own.Thread
	category := mainCategory(p)
	title := rd.text(c.site, "thread.title", "author", root.Author, "headline", p.Title)
	v := views.Thread{
		Page: rd.frame(c.site, title, threadPath(root.ID), category), Article: views.Link{Name: p.Title, URL: path},
	}
	v.Language, v.ArticleDir = articleLanguage(c.site, p.Language, p.Title)
	// The forms lead back to the article, which also shows a comment that was declined.
	staff, err := rd.staffOn(c, &v.Page, path, &p.Article)
	if err != nil {
		return err
	}
	w := placeOn(c.site, p, path, 1).presenter(c.site)
	w.page, w.staff = threadPath(root.ID), staff
	maySend := c.site.Commenters(&p.Article) != models.StaffCommenter || viewerOf(c).isStaff()
	w.open = maySend && c.site.TakesComments(&p.Article, models.At(rd.db.Now()))
	for i := range own.Ancestors {
		above := w.presentComment(&own.Ancestors[i])
		above.Link = threadPath(above.ID)
		v.Above = append(v.Above, above)
	}
	v.Comment = w.presentNode(root)
	v.NoIndex = c.QueryParam("after") != "" || root.RootID != 0
	if own.Next != 0 {
		v.Next = fmt.Sprintf("%s?after=%d", threadPath(root.ID), own.Next)
	}
	if root.RootID != 0 {
		v.Whole = threadPath(root.RootID)
	}
	v.Cut = own.Cut
	return render(rd.pages, c, views.ThreadPage, v, sharedAnswer(http.StatusOK), dependencies{
		tags: []models.CacheTag{newsroom.ArticleTag(p.ID), people.RolesTag}, deadlines: []time.Time{c.site.CommentsEnd(&p.Article).Time},
	})
}

// hues is the number of colours for initials in the stylesheet.
const hues = 12

func (w commentPresenter) presentComment(c *discussion.Comment) views.Comment {
	h := fnv.New32a()
	h.Write([]byte(c.Author))
	v := views.Comment{
		ID: c.ID, Author: c.Author, URL: c.URL, Initials: initials(c.Author), Hue: int(h.Sum32() % hues),
		At:   inSiteZone(w.site, c.CreatedAt.Time),
		Link: fmt.Sprintf("%s#comment-%d", w.page, c.ID), Body: views.TrustRichtext(c.HTML), Edited: !c.EditedAt.IsZero(), Level: 1,
	}
	if c.ID != 0 && c.State == discussion.Approved {
		v.Recommends, v.ReportURL = c.Recommends, reportPath(c.ID)
		if w.recommend {
			v.RecommendURL = recommendPath(c.ID)
		}
	}
	if c.UserID != nil && w.site.Staff[*c.UserID] {
		v.Badge = "comment.staff"
	}
	v.Staff = w.staff.actions(c)
	if w.open {
		v.ReplyURL = fmt.Sprintf("%s?replytocom=%d#respond", w.path, c.ID)
	}
	return v
}

// withoutActions returns a comment without buttons.
func withoutActions(c views.Comment) views.Comment {
	c.ReplyURL, c.RecommendURL, c.ReportURL, c.Staff = "", "", "", nil
	return c
}

// initials returns the first letters of the first and last word of a name.
func initials(name string) string {
	var firsts []rune
	for word := range strings.FieldsSeq(name) {
		for _, r := range word {
			if unicode.IsLetter(r) || unicode.IsDigit(r) {
				firsts = append(firsts, unicode.ToUpper(r))
				break
			}
		}
	}
	switch len(firsts) {
	case 0:
		return "·"
	case 1:
		return string(firsts)
	default:
		return string([]rune{firsts[0], firsts[len(firsts)-1]})
	}
}

// replyForm returns the reply form: empty, with the remembered fields, or with
// the refused text and errors.
func (ds *discussions) replyForm(site *newsroom.Site, place *commentsPlace, parts articleParts) views.ReplyForm {
	form := parts.form
	v := views.ReplyForm{
		ArticleID: place.articleID, Required: site.CommentNameEmail, ParentID: form.parentID, Mail: ds.mail,
		Rules: site.CommentRules, SignedIn: parts.own.signedIn,
		Who: string(place.who), LinkSent: form.linkSent, SignInURL: loginPath(place.path + "#respond"),
	}
	v.Outside = place.who == models.StaffCommenter && !parts.own.isStaff
	if who := parts.own.who; who != nil && place.who == models.VerifiedCommenter {
		v.Verified = who.Verified
	}
	for _, n := range form.nudges {
		v.Nudges = append(v.Nudges, views.Nudge{Key: "nudge." + n.Code, N: n.N})
	}
	if form.parent != nil {
		v.Parent = &views.CommentRef{ID: form.parent.ID, Author: form.parent.Author}
		v.ParentID = form.parent.ID
		v.CancelURL = place.path + "#respond"
	} else {
		v.ParentID = 0
	}
	if !form.sent {
		if who := parts.own.who; who != nil && who.Remember {
			v.Author.Value, v.Email.Value, v.URL.Value, v.Remember = who.Author, who.Email, who.URL, true
		}
		return v
	}
	v.Refilled, v.Remember, v.Follow = true, form.remember, form.follow
	v.Author.Value, v.Email.Value, v.URL.Value, v.Text.Value = form.author, form.email, form.url, form.text
	if form.err != nil {
		v.Refused, _ = ds.explain(site, refusalsOf.comment, form.err)
		if code := form.err.Code; code == "suspended" || code == "slow" {
			v.Until = inSiteZone(site, ds.db.Now().Add(form.err.RetryAfter))
		}
		inputs{"author": &v.Author, "email": &v.Email, "url": &v.URL, "comment": &v.Text}.mark(form.err)
	}
	return v
}

package handlers

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"broadsheet/models"
	"broadsheet/models/discussion"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/taxonomy"
	"broadsheet/models/people"
	"broadsheet/models/subscription"
	"broadsheet/views"
)

// subscribing has the pages on which readers subscribe to digests, and change and
// end their subscription.
type subscribing struct {
	*pages
	db      *models.DB
	clients *clients
	links   *people.Links
	mail    bool // the site can send mail
}

// digestOpen reports whether readers may subscribe.
func (su *subscribing) digestOpen(site *newsroom.Site) bool { return su.mail && site.DigestOpen }

// showSubscribe shows the form. The parameter "section" chooses a category.
func (su *subscribing) showSubscribe(c *request) error {
	if !su.digestOpen(c.site) {
		return errNoPage
	}
	wanted := subscription.Choice{Lists: []int64{parseID(c.QueryParam("section"))}}
	v := views.Subscribe{Lists: digestLists(c.site, wanted.Lists)}
	if !slices.ContainsFunc(v.Lists.All, func(l views.DigestList) bool { return l.Chosen }) {
		v.Lists.All[0].Chosen = true
	}
	return su.renderSubscribe(c, v, sharedAnswer(http.StatusOK))
}

// showAsked says that a mail was sent. It is the same for every address.
func (su *subscribing) showAsked(c *request) error {
	if !su.digestOpen(c.site) {
		return errNoPage
	}
	return su.renderSubscribe(c, views.Subscribe{Asked: true}, sharedAnswer(http.StatusOK))
}

func (su *subscribing) renderSubscribe(c *request, v views.Subscribe, a answer) error {
	path := digestPath
	if v.Asked {
		path = digestAskedPath
	}
	v.Page = su.frame(c.site, su.text(c.site, "digest.title"), path, nil)
	if v.Action = digestPath; v.Asked {
		v.NoIndex = true
		prependMessage(&v.Page, su.text(c.site, "digest.asked"))
	}
	v.Page.Description = su.text(c.site, "digest.why")
	return render(su.pages, c, views.SubscribePage, v, a, dependsOn(taxonomy.CategoriesTag))
}

// postSubscribe stores a request and redirects to a page that is the same for every
// address: it does not tell whether the address has subscribed or wants no mail.
func (su *subscribing) postSubscribe(c *request) error {
	if !su.digestOpen(c.site) {
		return errNoPage
	}
	wanted := formChoice(c.form)
	in := subscription.Request{
		Email: c.form.Get("email"), Choice: wanted, Network: networkOf(su.clients.address(c.Request())),
	}
	if c.commenter != nil {
		in.TokenHash = discussion.HashToken(c.commenter.Token)
	}
	err := subscription.Ask(c.ctx(), su.db, knownCategory(c.site), in)
	if err == nil {
		return c.seeOther(digestAskedPath)
	}
	v := views.Subscribe{Weekly: wanted.Frequency == subscription.Weekly, Lists: digestLists(c.site, wanted.Lists)}
	v.Email.Value = in.Email
	shown, other := su.refused(c, refusalsOf.digest, err)
	if other != nil {
		return other
	}
	v.Refused = shown.key
	inputs{"email": &v.Email, "list": &v.Lists.Field}.mark(err)
	return su.renderSubscribe(c, v, personalAnswer(shown.status))
}

// formChoice reads the choices of a form.
func formChoice(form url.Values) subscription.Choice {
	wanted := subscription.Choice{Frequency: subscription.Frequency(form.Get("when"))}
	for _, value := range form["list"] {
		if value == "0" {
			wanted.Lists = append(wanted.Lists, subscription.Paper)
		} else if id := parseID(value); id != 0 {
			wanted.Lists = append(wanted.Lists, id)
		}
	}
	return wanted
}

// knownCategory returns the test for the lists of a form.
func knownCategory(site *newsroom.Site) func(int64) bool {
	return func(id int64) bool { return site.Categories.ByID(id) != nil }
}

// digestLists returns the lists of a form: the whole paper, the top categories, and
// all others that are chosen.
func digestLists(site *newsroom.Site, chosen []int64) views.DigestLists {
	lists := views.DigestLists{All: []views.DigestList{{Chosen: slices.Contains(chosen, subscription.Paper)}}}
	add := func(c *taxonomy.Category, chosen bool) {
		lists.All = append(lists.All, views.DigestList{ID: c.ID, Name: c.Name, Chosen: chosen})
	}
	top := site.Categories.NamedChildren(0)
	for _, c := range top[:min(len(top), subscription.MaxLists)] {
		add(c, slices.Contains(chosen, c.ID))
	}
	for _, id := range chosen {
		listed := slices.ContainsFunc(lists.All, func(l views.DigestList) bool { return l.ID == id })
		if c := site.Categories.ByID(id); c != nil && !listed && len(lists.All) <= 2*subscription.MaxLists {
			add(c, true)
		}
	}
	return lists
}

// digestLink is the content of a mailed link to a subscription.
type digestLink struct {
	id    int64
	path  string
	s     *subscription.Subscription // nil when it has ended
	agree bool                       // the link may confirm the subscription
}

// subscriptionLink parses the link of the address.
func (su *subscribing) subscriptionLink(c *request) (link digestLink, err error) {
	token := c.Param("key")
	subject, age, ok := su.links.Read(people.ForDigest, token, su.db.Now())
	if !ok {
		return link, errLinkUnreadable
	}
	link.id, link.path = parseID(subject), digestPath+token+"/"
	link.s, err = subscription.ByID(c.ctx(), su.db, link.id)
	if err != nil || link.s == nil || age > people.MailProofLifetime {
		return link, err
	}
	link.agree, err = people.ProofHolds(c.ctx(), su.db, link.s.Email, su.db.Now().Add(-age))
	return link, err
}

// showSubscription shows the owner of an address the subscription. A GET changes
// nothing, because mail scanners open every link.
func (su *subscribing) showSubscription(c *request) error {
	link, err := su.subscriptionLink(c)
	if err != nil {
		return err
	}
	v := views.Subscription{Done: c.flash(digestDone)}
	if link.s != nil {
		lists, err := subscription.ListsOf(c.ctx(), su.db, link.id)
		if err != nil {
			return err
		}
		v.Lists, v.Weekly = digestLists(c.site, lists), link.s.Frequency == subscription.Weekly
	}
	return su.renderSubscription(c, link, v, http.StatusOK)
}

func (su *subscribing) renderSubscription(c *request, link digestLink, v views.Subscription, status int) error {
	v.Page = su.frame(c.site, su.text(c.site, "digest.yours"), link.path, nil)
	v.NoIndex, v.Action, v.Ended = true, link.path, link.s == nil
	if su.digestOpen(c.site) {
		v.AgainURL = digestPath
	}
	if s := link.s; s != nil {
		v.Email, v.Confirmed, v.Bounced = s.Email, s.Confirmed(), !s.BouncedAt.IsZero()
		v.TooOld = !v.Confirmed && !link.agree
	}
	if v.Done != "" {
		prependMessage(&v.Page, su.text(c.site, v.Done))
	}
	return render(su.pages, c, views.SubscriptionPage, v, personalAnswer(status))
}

// postSubscription stores the owner's choice, ends the subscription, or notes that
// the owner wants no mail at all.
func (su *subscribing) postSubscription(c *request) error {
	link, err := su.subscriptionLink(c)
	if err != nil {
		return err
	}
	ctx, done := c.ctx(), ""
	switch c.form.Get("do") {
	case "save":
		return su.saveSubscription(c, link)
	case "end":
		done, err = "ended", subscription.End(ctx, su.db, link.id)
	case "never":
		done = "never"
		if link.s != nil && link.agree && !link.s.Confirmed() {
			err = people.StopMail(ctx, su.db, link.s.Email)
		}
		err = errors.Join(err, subscription.End(ctx, su.db, link.id))
	default:
		err = models.Errorf(models.Invalid, "there is no such action")
	}
	if err != nil {
		return err
	}
	return c.seeOther(withDone(link.path, done))
}

// saveSubscription stores the choices, and confirms a request.
func (su *subscribing) saveSubscription(c *request, link digestLink) error {
	wanted := formChoice(c.form)
	done := "saved"
	if link.s != nil && !link.s.Confirmed() {
		done = "confirmed"
	}
	err := subscription.Set(c.ctx(), su.db, knownCategory(c.site), link.id, wanted, link.agree)
	if err == nil {
		return c.seeOther(withDone(link.path, done))
	}
	shown, other := su.refused(c, refusalsOf.digest, err)
	if other != nil {
		return other
	}
	v := views.Subscription{
		Refused: shown.key, Lists: digestLists(c.site, wanted.Lists), Weekly: wanted.Frequency == subscription.Weekly,
	}
	inputs{"list": &v.Lists.Field}.mark(err)
	return su.renderSubscription(c, link, v, shown.status)
}

// showSubscriptionStop redirects a person to the page with the buttons. The link is
// for mail programs, which post to it (RFC 8058).
func (su *subscribing) showSubscriptionStop(c *request) error {
	link, err := su.subscriptionLink(c)
	if err != nil {
		return err
	}
	c.Response().Header().Set("Cache-Control", "no-store")
	return redirectTemporarily(c, link.path)
}

// postSubscriptionStop ends a subscription. Mail programs post here without a
// question (RFC 8058).
func (su *subscribing) postSubscriptionStop(c *request) error {
	link, err := su.subscriptionLink(c)
	if err != nil {
		return err
	}
	if err := subscription.End(c.ctx(), su.db, link.id); err != nil {
		return err
	}
	return c.NoContent(http.StatusOK)
}

// digestCategory returns the id of a category that readers can name, 0 for the whole
// paper where there is none.
func digestCategory(c *taxonomy.Category) int64 {
	if c == nil || c.Path == taxonomy.UncategorizedSlug {
		return 0
	}
	return c.ID
}

// digestURL returns the address of the form for a category, "" where readers cannot
// subscribe. 0 is the whole paper.
func (p *pages) digestURL(site *newsroom.Site, category int64) string {
	switch {
	case !p.sendsMail || !site.DigestOpen:
		return ""
	case category == 0:
		return digestPath
	}
	return digestPath + "?section=" + strconv.FormatInt(category, 10)
}

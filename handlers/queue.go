package handlers

import (
	"context"
	"fmt"
	"math"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"broadsheet/models"
	"broadsheet/models/discussion"
	"broadsheet/models/discussion/arrivals"
	"broadsheet/models/discussion/heatscores"
	"broadsheet/models/discussion/moderation"
	"broadsheet/models/newsroom"
	"broadsheet/models/people"
	"broadsheet/models/people/choices"
	"broadsheet/views"
)

// moderating has the pages and forms of the moderators' desk.
type moderating struct {
	*desk
	db      *models.DB
	clients *clients
	links   *people.Links
	keys    *models.Keyring // of the addresses of writers' pages
	editing *editing        // lists articles to those who write
}

// queueParams are the parameters of the queue's address.
var queueParams = []string{
	"state", "q", "author", "article", "section", "network", "host", "reason", "from", "to", "after", "claimed", "like", "order", "heat",
	"done", "n", "op", "about",
}

// queueQuery is the selection of comments in an address or a form.
type queueQuery struct {
	filter moderation.Filter
	query  views.QueueQuery
}

// readQueue parses the selection. Invalid values are ignored, and shown again
// in the form.
func readQueue(site *newsroom.Site, v *viewer, values url.Values) queueQuery {
	q := views.QueueQuery{
		Text: values.Get("q"), Author: values.Get("author"), Article: values.Get("article"), Section: values.Get("section"),
		Network: values.Get("network"), Host: values.Get("host"), Rule: values.Get("reason"), From: values.Get("from"),
		To:   values.Get("to"),
		Like: values.Get("like"),
	}
	if !v.may(people.Moderating) { // nor may the account learn of an address by a filter
		q.Network = ""
		if strings.Contains(q.Author, "@") {
			q.Author = ""
		}
	}
	f := moderation.Filter{
		Queue: moderation.QueueName(values.Get("state")), UserID: v.ID, Within: v.scope, Text: q.Text, Author: q.Author,
		Article: parseID(models.PlainDigits(strings.TrimSpace(q.Article))),
		Network: q.Network, Host: q.Host, Rule: q.Rule, After: parseID(values.Get("after")), WithClaimed: values.Get("claimed") != "",
		SimilarTo: parseID(q.Like),
	}
	if !slices.Contains(moderation.QueueNames, f.Queue) && f.Queue != moderation.Any {
		f.Queue = moderation.Held
	}
	if c := site.Categories.ByPath(q.Section); c != nil {
		f.Categories = site.Categories.Below(c.ID)
	}
	f.From = dayIn(site, q.From)
	if f.To = dayIn(site, q.To); !f.To.IsZero() {
		f.To = f.To.AddDate(0, 0, 1) // that day too
	}
	readHeat(site, &f, &q, values)
	return queueQuery{f, q}
}

// readHeat parses the order and the least score of heat, where comments have a score.
func readHeat(site *newsroom.Site, f *moderation.Filter, q *views.QueueQuery, values url.Values) {
	if !site.CommentHeated {
		return
	}
	if values.Get("order") == "heated" {
		q.Order, f.Heated = "heated", true
	}
	from, err := strconv.ParseFloat(strings.ReplaceAll(models.PlainDigits(strings.TrimSpace(values.Get("heat"))), ",", "."), 64)
	if err == nil && from > 0 && from <= 1 {
		q.Heat, f.HeatedFrom = strconv.FormatFloat(from, 'g', -1, 64), heatPercent(from)
	}
}

// heatPercent returns the score of heat for a share of approved comments.
func heatPercent(share float64) int { return min(int(math.Round(share*100)), heatscores.Most) }

// dayIn parses a date field and returns the start of that day in the site's
// time zone.
func dayIn(site *newsroom.Site, s string) time.Time {
	t, err := time.ParseInLocation(time.DateOnly, models.PlainDigits(s), site.TimeZone)
	if err != nil {
		return time.Time{}
	}
	return t
}

// address returns the address of the queue.
func (a queueQuery) address(more ...string) string {
	v := url.Values{"state": {string(a.filter.Queue)}}
	for _, f := range a.query.Fields() {
		v.Set(f.Name, f.Value)
	}
	for i := 0; i+1 < len(more); i += 2 {
		v.Set(more[i], more[i+1])
	}
	return queuePath + "?" + v.Encode()
}

// showQueue shows the next comments of a queue and claims them for the
// moderator.
func (mo *moderating) showQueue(c *request) error {
	ctx, me := c.ctx(), c.viewer
	a := readQueue(c.site, me, c.QueryParams())
	complete, err := mo.indexFor(ctx, a.filter)
	if err != nil {
		return err
	}
	if err := a.filter.Prepare(ctx, mo.db); err != nil {
		return err
	}
	page, err := moderation.NextPage(ctx, mo.db, a.filter)
	if err != nil {
		return err
	}
	if a.filter.OldestFirst() {
		if err := mo.claim(ctx, me, page.Cards); err != nil {
			return err
		}
	}
	v, err := mo.presentQueue(c, a, page)
	if err != nil {
		return err
	}
	v.Behind = !complete
	return render(mo.pages, c, views.QueuePage, *v, personalAnswer(http.StatusOK))
}

// indexFor brings the index of comments up to date for a search. It returns false if
// there were too many new comments to wait for. A database that cannot be written at
// present is still searched.
func (mo *moderating) indexFor(ctx context.Context, f moderation.Filter) (complete bool, err error) {
	if !f.Indexed() {
		return true, nil
	}
	complete, err = discussion.IndexForSearch(ctx, mo.db)
	if models.KindOf(err) == models.Unavailable {
		return false, nil
	}
	return complete, err
}

// claim notes that the moderator is reviewing the comments of these cards,
// including the similar ones.
func (mo *moderating) claim(ctx context.Context, me *viewer, cards []moderation.Card) error {
	var ids []int64
	for _, card := range cards {
		ids = append(ids, card.ID)
		for _, seen := range card.Alike {
			ids = append(ids, seen.ID)
		}
	}
	return moderation.Claim(ctx, mo.db, me.scope, me.ID, ids)
}

// presentQueue returns the page of a queue.
func (mo *moderating) presentQueue(c *request, a queueQuery, page moderation.Page) (*views.Queue, error) {
	ctx, me := c.ctx(), c.viewer
	v := &views.Queue{
		State: string(a.filter.Queue), Query: a.query, Here: a.address(), Bulk: discussion.MaxBulk,
		Whole: queueAddress(a.filter.Queue), Empty: emptyQueue(a.filter), MayBan: c.viewer.may(people.Moderating),
	}
	if a.filter.After != 0 {
		v.Again = v.Here
	}
	frame, err := mo.deskPage(c, mo.text(c.site, queueTitle(a.filter.Queue)), v.Here)
	if err != nil {
		return nil, err
	}
	v.Page = frame
	v.Desk.Search = headSearch(a)
	if err := mo.presentCounts(c, a, v); err != nil {
		return nil, err
	}
	if a.filter.OldestFirst() && !a.filter.WithClaimed {
		if v.Claimed, err = moderation.ClaimedByOthers(ctx, mo.db, me.scope, me.ID, mo.db.Now()); err != nil {
			return nil, err
		}
		v.WithAll = a.address("claimed", "all")
	}
	if err := mo.presentChoices(c, a, v); err != nil {
		return nil, err
	}
	on := cardList{state: v.State, here: v.Here, back: v.Here, replies: v.Replies}
	if v.Cards, err = mo.presentFound(c, a.filter, page.Cards, on); err != nil {
		return nil, err
	}
	if page.Next != 0 {
		if len(v.Cards) == 0 {
			v.Empty = "queue.empty.further" // the search was not complete
		}
		v.Next = a.address("after", strconv.FormatInt(page.Next, 10))
	}
	return v, nil
}

// headSearch returns the search in the head of the queue: it stays in the list and
// keeps the other filters.
func headSearch(a queueQuery) *views.DeskSearch {
	s := &views.DeskSearch{Text: a.query.Text, Keep: []views.HiddenField{{Name: "state", Value: string(a.filter.Queue)}}}
	for _, f := range a.query.Fields() {
		if f.Name != "q" {
			s.Keep = append(s.Keep, f)
		}
	}
	return s
}

// queueTitle returns the key of a queue's name.
func queueTitle(name moderation.QueueName) string {
	if name == moderation.Any {
		return "queue.everything" // "queue.any" is an option of lists
	}
	return "queue." + string(name)
}

// presentFound converts the cards of a list, with the menu for declining and with marks
// on the words of its filter.
func (mo *moderating) presentFound(c *request, f moderation.Filter, cards []moderation.Card, on cardList) ([]views.Card, error) {
	var err error
	if on.declines, err = mo.declineMenu(c); err != nil {
		return nil, err
	}
	if on.find, err = f.Marks(c.ctx(), mo.db); err != nil {
		return nil, err
	}
	return mo.presentCards(c, cards, on)
}

// emptyQueue returns the key of the message for a queue without cards.
func emptyQueue(f moderation.Filter) string {
	switch {
	case f.After != 0:
		return "queue.empty.end"
	case f.Narrowed():
		return "queue.empty.search"
	case f.OldestFirst():
		return "queue.empty.done"
	}
	return "queue.empty"
}

// presentCounts adds the tabs with their numbers, and the number of comments that
// match the filter.
func (mo *moderating) presentCounts(c *request, a queueQuery, v *views.Queue) error {
	counts, err := moderation.Counts(c.ctx(), mo.db, c.viewer.scope)
	if err != nil {
		return err
	}
	v.Chips = mo.chips(c, a)
	v.Tabs = queueTabs(counts, a)
	v.Total = counts[a.filter.Queue]
	if a.filter.Narrowed() || a.filter.Queue == moderation.Mine || a.filter.Queue == moderation.Any || c.viewer.scope.Limited() {
		v.Total, err = moderation.Count(c.ctx(), mo.db, a.filter)
	}
	if v.Total > 0 {
		v.ForgetURL = mo.forgetByEmail(c, a.filter.Author)
	}
	v.Many, v.BulkActions = v.Total > discussion.MaxBulk, bulkActions(a.filter.Queue)
	v.Desk.Waiting, v.OldestFirst = counts[moderation.Held], a.filter.OldestFirst()
	if err == nil {
		v.Newest, err = arrivals.Newest(c.ctx(), mo.db)
	}
	return err
}

// bulkActions returns the actions that change comments of a queue.
func bulkActions(queue moderation.QueueName) (list []views.CardAction) {
	for _, one := range []struct {
		views.CardAction
		not moderation.QueueName // where it changes nothing
	}{
		{views.CardAction{Do: "approve", Key: "⇧a"}, moderation.Approved},
		{views.CardAction{Do: "hold", Key: "⇧u"}, moderation.Held},
		{views.CardAction{Do: "spam", Key: "⇧s"}, moderation.Spam},
		{views.CardAction{Do: "trash", Key: "⇧d"}, moderation.Trash},
	} {
		if one.not != queue {
			list = append(list, one.CardAction)
		}
	}
	if queue == moderation.Spam || queue == moderation.Trash {
		list = append(list, views.CardAction{Do: "restore", Key: "⇧z"})
	}
	return list
}

// queueTabs returns the queues with their numbers. Each tab keeps the search and the
// filters, while its number is that of the whole queue.
func queueTabs(counts map[moderation.QueueName]int, a queueQuery) (tabs []views.QueueTab) {
	for _, name := range moderation.QueueNames {
		there := a
		there.filter.Queue = name
		tab := views.QueueTab{
			Name: "queue." + string(name), State: string(name), URL: there.address(), Count: -1,
			Current: name == a.filter.Queue,
		}
		if n, counted := counts[name]; counted {
			tab.Count = n
		}
		tabs = append(tabs, tab)
	}
	return tabs
}

// presentChoices sets the options of the form's lists.
func (mo *moderating) presentChoices(c *request, a queueQuery, v *views.Queue) error {
	ctx := c.ctx()
	v.Categories = sectionChoices(c.site, a.query.Section)
	for _, rule := range discussion.RuleNames() {
		v.Rules = append(v.Rules, views.Choice{Value: rule, Name: mo.ruleName(c.site, rule), Current: rule == a.query.Rule})
	}
	chosen, err := mo.choicesOf(c)
	if err != nil {
		return err
	}
	if (a.filter.Queue == moderation.Spam || a.filter.Queue == moderation.Trash) && c.viewer.may(people.Editing) {
		v.EmptyURL = withBack(deletePath+"?"+strings.TrimPrefix(a.address(), queuePath+"?"), v.Here)
	}
	v.Heated = c.site.CommentHeated && a.filter.OldestFirst()
	v.Compact = chosen.Is(choices.List, choices.Compact)
	saved, err := moderation.SavedFilters(ctx, mo.db, c.viewer.ID)
	if err != nil {
		return err
	}
	for _, f := range saved {
		v.Saved = append(v.Saved, views.SavedLink{ID: f.ID, Name: f.Name, URL: queuePath + "?" + f.Query})
	}
	v.Replies, err = mo.replyChoices(ctx)
	return err
}

// replyChoices lists the saved replies for a form.
func (mo *moderating) replyChoices(ctx context.Context) (list []views.Choice, err error) {
	replies, err := moderation.SavedReplies(ctx, mo.db)
	for _, r := range replies {
		list = append(list, views.Choice{Value: strconv.FormatInt(r.ID, 10), Name: r.Name})
	}
	return list, err
}

// ruleName returns the name of a rule in the site's language.
func (p *pages) ruleName(site *newsroom.Site, rule string) string {
	name, _ := p.views.Reason(site.Language, rule, "")
	return name
}

// reasonsOf describes the rules that matched a comment in the site's language.
func (p *pages) reasonsOf(site *newsroom.Site, reasons discussion.Reasons) (list []views.CardReason) {
	for _, r := range reasons {
		name, detail := p.views.Reason(site.Language, r.Rule, r.Detail)
		list = append(list, views.CardReason{Rule: name, State: string(r.State), Weight: fmt.Sprintf("%.2g", r.Weight), Detail: detail})
	}
	return list
}

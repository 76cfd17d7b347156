package handlers

import (
	"encoding/csv"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"broadsheet/models"
	"broadsheet/models/discussion"
	"broadsheet/models/discussion/decisionlog"
	"broadsheet/models/discussion/logbook"
	"broadsheet/models/discussion/moderation"
	"broadsheet/models/newsroom"
	"broadsheet/views"
)

// logExportPath is the address of the log's export.
const logExportPath = logPath + "/export"

// logFilters are the parameters that limit the list of the log, in the order of the
// chips.
var logFilters = []string{"person", "act", "from", "to", "comment", "writer"}

// readLog reads the filter of a list of the log from the address. It returns the
// parameters that it understood as well.
func readLog(c *request) (*logbook.Filter, url.Values) {
	f, used := &logbook.Filter{Within: c.viewer.scope.Categories()}, url.Values{}
	keep := func(name, value string) { used.Set(name, value) }
	person := c.QueryParam("person")
	isActor := func(a models.Actor) bool { return a.Name == person }
	if f.Account = parseID(person); f.Account != 0 {
		keep("person", person)
	} else if slices.ContainsFunc(models.SystemActors(), isActor) {
		f.Actor = person
		keep("person", person)
	}
	if f.Act = logbook.ParseAct(c.QueryParam("act")); f.Act != "" {
		keep("act", string(f.Act))
	}
	day := func(name string, plus int) time.Time {
		at, err := time.ParseInLocation(time.DateOnly, c.QueryParam(name), c.site.TimeZone)
		if err != nil {
			return time.Time{}
		}
		keep(name, c.QueryParam(name))
		return time.Date(at.Year(), at.Month(), at.Day()+plus, 0, 0, 0, 0, c.site.TimeZone)
	}
	f.From, f.To = day("from", 0), day("to", 1)
	comment, writer := parseID(c.QueryParam("comment")), parseID(c.QueryParam("writer"))
	switch {
	case comment != 0 && c.QueryParam("all") != "":
		f.Writer = comment
	case writer != 0:
		f.Writer = writer
	case comment != 0:
		f.Comment = comment
		keep("comment", strconv.FormatInt(comment, 10))
	}
	if f.Writer != 0 {
		keep("writer", strconv.FormatInt(f.Writer, 10))
	}
	return f, used
}

// logAddress returns the address of the log, or of its export, with filters.
func logAddress(path string, used url.Values) string {
	if len(used) == 0 {
		return path
	}
	return path + "?" + used.Encode()
}

// showLog shows the log of decisions, newest first. A moderator of some sections
// sees the decisions there.
func (mo *moderating) showLog(c *request) error {
	ctx := c.ctx()
	f, used := readLog(c)
	list, err := logbook.List(ctx, mo.db, f, parseID(c.QueryParam("before")))
	if err != nil {
		return err
	}
	v := views.Log{
		Page: mo.deskFrame(c, mo.text(c.site, "log.title")), Whole: logPath, Limits: c.viewer.scope.Limited(),
		Query: views.LogQuery{From: used.Get("from"), To: used.Get("to"), Comment: used.Get("comment"), Writer: f.Writer != 0},
	}
	if f.Writer != 0 {
		v.Query.Comment = used.Get("writer")
	}
	if list.Next != 0 {
		v.Until = inSiteZone(c.site, list.Until.Time)
		v.Next = withQuery(logAddress(logPath, used), "before="+strconv.FormatInt(list.Next, 10))
	}
	if v.Days, err = mo.logDays(c, list.Entries); err != nil {
		return err
	}
	if err = mo.logChoices(c, &v, used); err != nil {
		return err
	}
	v.Chips = mo.logChips(c, &v, used)
	v.CSV = withQuery(logAddress(logExportPath, used), "format=csv")
	v.JSON = withQuery(logAddress(logExportPath, used), "format=jsonl")
	if v.Check, err = mo.logCheck(c); err != nil {
		return err
	}
	return render(mo.pages, c, views.LogPage, v, personalAnswer(http.StatusOK))
}

// logCheck returns the result of the last check of the chain.
func (mo *moderating) logCheck(c *request) (v views.LogCheck, err error) {
	last, err := decisionlog.LastCheck(c.ctx(), mo.db)
	if err != nil || last == nil {
		return v, err
	}
	v = views.LogCheck{At: inSiteZone(c.site, last.At.Time), Entries: int(last.Entries), FaultAt: last.FaultAt}
	if last.Fault != "" {
		v.Fault = "log.fault." + strings.ReplaceAll(string(last.Fault), " ", "-")
	}
	return v, nil
}

// logChoices adds the choices of the filters' form.
func (mo *moderating) logChoices(c *request, v *views.Log, used url.Values) error {
	person := used.Get("person")
	people, err := logbook.People(c.ctx(), mo.db)
	if err != nil {
		return err
	}
	for _, p := range people {
		id := strconv.FormatInt(p.ID, 10)
		v.People = append(v.People, views.Choice{Value: id, Name: p.Name, Current: id == person})
	}
	for _, a := range []models.Actor{models.ActorRules, models.ActorReports, models.ActorCommenter, models.ActorCommand} {
		v.Others = append(v.Others, views.Choice{Value: a.Name, Name: mo.actorName(c.site, a.Name, nil), Current: a.Name == person})
	}
	for _, act := range logbook.Acts {
		name := mo.text(c.site, "log.act."+string(act))
		v.Acts = append(v.Acts, views.Choice{Value: string(act), Name: name, Current: string(act) == used.Get("act")})
	}
	return nil
}

// actorName returns the name of an actor in the site's language, if it is no account.
func (mo *moderating) actorName(site *newsroom.Site, name string, account *int64) string {
	key := "log.actor." + strings.ReplaceAll(name, " ", "-")
	if account == nil && slices.ContainsFunc(models.SystemActors(), func(a models.Actor) bool { return a.Name == name }) {
		return mo.text(site, key)
	}
	return name
}

// logChipNames are the messages that name the filters of the log.
var logChipNames = map[string]string{
	"person": "log.actor", "act": "log.act", "from": "queue.from", "to": "queue.to",
	"comment": "log.chip.comment", "writer": "log.chip.writer",
}

// logChips returns the filters of the log. Each leads to the log without it.
func (mo *moderating) logChips(c *request, v *views.Log, used url.Values) (chips []views.Chip) {
	chosen := func(lists ...[]views.Choice) string {
		for _, choice := range slices.Concat(lists...) {
			if choice.Current {
				return choice.Name
			}
		}
		return ""
	}
	for _, name := range logFilters {
		value := used.Get(name)
		switch {
		case value == "":
			continue
		case name == "person":
			value = chosen(v.People, v.Others)
			if value == "" {
				value = mo.text(c.site, "log.account", "n", used.Get(name))
			}
		case name == "act":
			value = chosen(v.Acts)
		}
		rest := url.Values{}
		for _, other := range logFilters {
			if other != name && used.Has(other) {
				rest.Set(other, used.Get(other))
			}
		}
		chips = append(chips, views.Chip{Name: logChipNames[name], Value: value, URL: logAddress(logPath, rest)})
	}
	return chips
}

// logDays groups entries by day and puts them into words.
func (mo *moderating) logDays(c *request, list []decisionlog.Entry) (days []views.LogDay, err error) {
	var comments, articles []int64
	for i := range list {
		comments, articles = append(comments, list[i].CommentID), append(articles, list[i].ArticleID)
	}
	names, err := logbook.Commenters(c.ctx(), mo.db, comments)
	if err != nil {
		return nil, err
	}
	stories, err := newsroom.ByIDs(c.ctx(), mo.db, articles)
	if err != nil {
		return nil, err
	}
	here := c.Request().URL.RequestURI()
	for i := range list {
		e := &list[i]
		at := inSiteZone(c.site, e.At.Time)
		if n := len(days); n == 0 || days[n-1].Name != at.Format(time.DateOnly) {
			days = append(days, views.LogDay{Name: at.Format(time.DateOnly), Day: at})
		}
		day := &days[len(days)-1]
		day.Entries = append(day.Entries, mo.logEntry(c, e, names[e.CommentID], stories[e.ArticleID], here))
	}
	return days, nil
}

// logEntry puts an entry into words. writer is the name of the commenter, "" if it is
// gone; story may be nil. here is the address that the comment's page leads back to.
func (mo *moderating) logEntry(c *request, e *decisionlog.Entry, writer string, story *newsroom.Article, here string) views.LogEntry {
	v := views.LogEntry{
		ID: e.ID,
		At: inSiteZone(c.site, e.At.Time), ActorID: accountNumber(e.ActorID), Note: e.Note, Words: e.Words,
		Comment: e.CommentID, URL: withBack(cardPath(e.CommentID), here),
	}
	declined := e.ToState == string(discussion.Trashed) && slices.Contains(discussion.DeclineReasons, e.Reason)
	did := e.ToState
	switch {
	case e.Reason == string(logbook.Undo) || e.Reason == string(logbook.Edit):
		did = e.Reason
	case e.Reason == discussion.RemovedByCommenter:
		did = "removed"
	case declined:
		did = "decline"
	}
	if did == e.ToState || declined {
		v.Reason = e.Reason
		if key := "reason." + e.Reason; e.Reason != "" && mo.text(c.site, key) != key {
			v.Reason = mo.text(c.site, key)
		}
	}
	by := views.Piece{Name: "writer", Text: writer, URL: "/desk/writers/of/" + strconv.FormatInt(e.CommentID, 10)}
	if writer == "" {
		by.Text, by.URL = mo.text(c.site, "log.no-writer"), ""
	}
	on := views.Piece{Name: "story", Text: mo.text(c.site, "log.no-story")}
	if moderation.Knows(c.viewer.User, story) {
		on.Text, on.URL = story.Title, c.site.ArticlePath(story)
	}
	v.Pieces = mo.views.Pieces(
		c.site.Language, "log.did."+did, by, on,
		views.Piece{Name: "actor", Text: mo.actorName(c.site, e.Actor, e.ActorID)},
		views.Piece{Name: "state", Text: mo.text(c.site, "state."+e.ToState)},
	)
	return v
}

// logColumns are the columns of the log as CSV, which has a head.
var logColumns = []string{
	"id", "at", "actor", "actor_id", "comment_id", "article_id", "from", "to", "reason", "note", "words",
	"operation", "rules_version", "hash",
}

// exportLog sends the log, oldest first: one JSON object a line, or CSV.
func (mo *moderating) exportLog(c *request) error {
	f, _ := readLog(c)
	h := c.Response().Header()
	h.Set("Cache-Control", "private, no-store")
	if c.QueryParam("format") == "csv" {
		h.Set("Content-Type", "text/csv; charset=utf-8")
		h.Set("Content-Disposition", `attachment; filename="decisions.csv"`)
		out := csv.NewWriter(c.Response())
		if err := out.Write(logColumns); err != nil {
			return err
		}
		err := logbook.Export(c.ctx(), mo.db, f, func(e *decisionlog.Entry) error { return out.Write(logRow(e)) })
		out.Flush()
		return errors.Join(err, out.Error())
	}
	h.Set("Content-Type", "application/jsonl; charset=utf-8")
	h.Set("Content-Disposition", `attachment; filename="decisions.jsonl"`)
	out := json.NewEncoder(c.Response())
	if err := logbook.Export(c.ctx(), mo.db, f, func(e *decisionlog.Entry) error { return out.Encode(e) }); err != nil {
		return err
	}
	c.Response().WriteHeader(http.StatusOK) // also when the log is empty
	return nil
}

// logRow returns an entry as a row of CSV. A text that a spreadsheet would take for a
// formula begins with an apostrophe.
func logRow(e *decisionlog.Entry) []string {
	number := func(n int64) string { return strconv.FormatInt(n, 10) }
	account := ""
	if e.ActorID != nil {
		account = number(*e.ActorID)
	}
	row := []string{
		number(e.ID), e.At.UTC().Format(time.RFC3339Nano), e.Actor, account, number(e.CommentID), number(e.ArticleID),
		e.FromState, e.ToState, e.Reason, e.Note, e.Words, e.Operation, number(e.RulesVersion), e.Hash,
	}
	for i, text := range row {
		if text != "" && strings.ContainsRune("=+-@\t\r", rune(text[0])) {
			row[i] = "'" + text
		}
	}
	return row
}

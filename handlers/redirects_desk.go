package handlers

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"broadsheet/models/newsroom/redirects"
	"broadsheet/models/people"
	"broadsheet/views"
	"broadsheet/views/termdesk"
)

const (
	// maxRedirectForm is the largest body of the form with a file of redirects.
	maxRedirectForm = redirects.MaxFile + 64<<10
	// shownLines is how many lines with an error or a remark a trial shows.
	shownLines = 200
)

// redirectDone are the messages after a form of the page.
var redirectDone = doneWords("redirects.done.", "put", "shorter", "removed", "imported")

// redirectPage is the page of the redirects with the typed values.
type redirectPage struct {
	form  url.Values
	err   error
	lines string
	trial *termdesk.Trial
	wrong string // code of an error of the file
}

// redirectRules returns the viewer's rules for targets.
func (tk *termkeeping) redirectRules(c *request) redirects.Rules {
	return redirects.Rules{Host: tk.baseURL.Host, Outside: c.viewer.may(people.Setting)}
}

// showRedirects shows a page of the redirects.
func (tk *termkeeping) showRedirects(c *request) error { return tk.renderRedirects(c, redirectPage{}) }

// postRedirects adds a redirect, or removes those that are ticked.
func (tk *termkeeping) postRedirects(c *request) error {
	if c.form.Get("do") == "remove" {
		if _, err := redirects.Remove(c.ctx(), tk.db, c.viewer.actor(), c.form["path"]); err != nil {
			return err
		}
		return c.seeOther(withDone(redirectDeskPath, "removed"))
	}
	step, err := redirects.Put(c.ctx(), tk.db, c.viewer.actor(), tk.redirectRules(c),
		c.form.Get("from"), c.form.Get("to"), formNumber(c.form, "status"))
	if err != nil {
		return tk.renderRedirects(c, redirectPage{form: c.form, err: err})
	}
	done := "put"
	if step.Shorter {
		done = "shorter"
	}
	return c.seeOther(withDone(redirectDeskPath, done))
}

// postRedirectFile tries a file of redirects, or imports it. A trial shows the lines in
// the form again, so that they can be mended and sent without the file.
func (tk *termkeeping) postRedirectFile(c *request) error {
	fields, err := readTextParts(c.Request())
	if err != nil {
		return err
	}
	text := cleanText(fields["file"])
	if strings.TrimSpace(text) == "" {
		text = cleanText(fields["lines"])
	}
	page := redirectPage{lines: text}
	lines := redirects.Parse(text)
	switch {
	case len(lines) == 0:
		page.wrong = "redirect-empty"
	case len(text) > redirects.MaxFile || len(lines) > redirects.MaxLines:
		page.lines, page.wrong = "", "redirect-many"
	}
	if page.wrong != "" {
		return tk.renderRedirects(c, page)
	}
	rules := tk.redirectRules(c)
	if fields["do"] == "import" {
		plan, err := redirects.Import(c.ctx(), tk.db, c.viewer.actor(), rules, lines)
		if err != nil {
			return err
		}
		if plan.Refuse == 0 {
			return c.seeOther(withDone(redirectDeskPath, "imported"))
		}
		page.trial = presentTrial(plan)
		page.trial.Can = false // it is done; the refused lines are shown
		return tk.renderRedirects(c, page)
	}
	plan, err := redirects.Check(c.ctx(), tk.db, rules, lines)
	if err != nil {
		return err
	}
	page.trial = presentTrial(plan)
	return tk.renderRedirects(c, page)
}

// presentTrial shows the lines that are refused, and those that lead on.
func presentTrial(plan *redirects.Plan) *termdesk.Trial {
	v := &termdesk.Trial{
		Adds: plan.Adding, Replaces: plan.Replacing, Keeps: plan.Kept, Refused: plan.Refuse, Repointed: plan.Repointed(),
		Can: plan.Adding+plan.Replacing > 0,
	}
	for _, refused := range []bool{true, false} {
		for i := range plan.Steps {
			s := &plan.Steps[i]
			if (s.Change == redirects.Refused) != refused || !refused && !s.Shorter {
				continue
			}
			if len(v.Lines) == shownLines {
				v.More++
				continue
			}
			v.Lines = append(v.Lines, termdesk.TrialLine{Number: s.Number, Text: s.Text, Error: s.Bad, Target: pick(refused, "", s.Target)})
		}
	}
	return v
}

func (tk *termkeeping) renderRedirects(c *request, p redirectPage) error {
	shown, other := tk.refused(c, termRefusals, p.err)
	if other != nil {
		return other
	}
	q := c.Request().URL.Query()
	v := termdesk.Redirects{
		Tabs: termTabs(redirectDeskPath), Words: strings.TrimSpace(q.Get("s")), Refused: shown.key, MaxLines: redirects.MaxLines,
		Outside: tk.redirectRules(c).Outside, Trial: p.trial,
		File: termdesk.Field{ID: "lines", Value: p.lines, Error: p.wrong, Limit: redirects.MaxLines},
	}
	v.From.Value, v.To.Value = p.form.Get("from"), p.form.Get("to")
	for _, status := range []int{redirects.Permanent, redirects.Temporary, redirects.Gone} {
		value := strconv.Itoa(status)
		current := p.form.Get("status") == value
		v.Statuses = append(v.Statuses, termdesk.Choice{Value: value, Key: "redirects.status." + value, Current: current})
	}
	v.Wrong = termFields(p.err, []string{"from", "to", "status"}, map[string]*termdesk.Field{"from": &v.From, "to": &v.To, "status": {}})
	status := shown.status
	if p.wrong != "" {
		v.Wrong, status = append(v.Wrong, v.File), http.StatusUnprocessableEntity
	}
	if err := tk.fillRedirects(c, &v, q.Get("after")); err != nil {
		return err
	}
	page := views.Redirects{Page: tk.termFrame(c, tk.text(c.site, "redirects.title")), Redirects: v}
	if key := c.flash(redirectDone); key != "" {
		page.Desk.Flash = tk.text(c.site, key)
	}
	return render(tk.pages, c, views.RedirectsPage, page, personalAnswer(status))
}

func (tk *termkeeping) fillRedirects(c *request, v *termdesk.Redirects, after string) error {
	list, next, err := redirects.List(c.ctx(), tk.db, redirects.Filter{Words: v.Words, After: after})
	if err != nil {
		return err
	}
	total, err := redirects.Count(c.ctx(), tk.db)
	if err != nil {
		return err
	}
	v.Total = int(total)
	for _, one := range list {
		row := termdesk.Redirect{Path: one.Path, Target: one.Target, Status: one.Status, By: one.Actor, Hits: one.Hits}
		if one.ChangedAt.Unix() > 0 {
			row.At = inSiteZone(c.site, one.ChangedAt.Time)
		}
		if !one.UsedAt.IsZero() {
			row.Used = inSiteZone(c.site, one.UsedAt.Time)
		}
		v.Rows = append(v.Rows, row)
	}
	address := func(after string) string {
		values := url.Values{}
		if v.Words != "" {
			values.Set("s", v.Words)
		}
		if after != "" {
			values.Set("after", after)
		}
		return strings.TrimSuffix(redirectDeskPath+"?"+values.Encode(), "?")
	}
	if next != "" {
		v.Next = address(next)
	}
	if after != "" {
		v.First = address("")
	}
	return nil
}

package handlers

import (
	"strings"

	"broadsheet/models"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/checklist"
	"broadsheet/models/newsroom/drafts"
	"broadsheet/models/newsroom/linkcheck"
	"broadsheet/models/people"
	"broadsheet/views/edit"
)

// checkInput returns the input of the check list.
func (ed *editing) checkInput(c *request, a *newsroom.Article, text newsroom.Manuscript) checklist.Input {
	in := checklist.Input{Site: c.site, Text: text, By: c.viewer.actor(), Now: ed.db.Now(), BaseURL: ed.baseURL}
	if a.ID != 0 {
		in.Article = a
	}
	return in
}

// askLinks queues a check of the links of a saved text.
func (ed *editing) askLinks(c *request, a *newsroom.Article, text newsroom.Manuscript) error {
	urls, err := checklist.Foreign(ed.checkInput(c, a, text))
	if err != nil {
		return err
	}
	return linkcheck.Ask(c.ctx(), ed.db, urls)
}

// presentChecks fills the check list of a text that is not public.
func (ed *editing) presentChecks(c *request, d *opened, v *edit.Checks) error {
	v.Reason = edit.Field{ID: "publish_reason"}
	switch d.Article.Status {
	case newsroom.Trashed, newsroom.Withdrawn:
		return nil
	case newsroom.Published:
		if !d.Pending || d.waiting != nil {
			return nil
		}
	}
	items, err := ed.checks(c, d.Article, d.Text)
	if err != nil {
		return err
	}
	v.Items = items
	for _, item := range items {
		if !item.Passed {
			v.Open++
		}
		if !item.Passed && item.Required {
			v.Blocking++
		}
	}
	v.Override = c.viewer.may(people.Editing)
	return nil
}

// checks returns the check list of a text in words, or none for a text that cannot be
// rendered: the save shows why.
func (ed *editing) checks(c *request, a *newsroom.Article, text newsroom.Manuscript) (items []edit.Check, err error) {
	list, err := checklist.Of(c.ctx(), ed.db, ed.checkInput(c, a, text))
	if err != nil {
		if models.KindOf(err) == models.Invalid {
			err = nil
		}
		return nil, err
	}
	for _, item := range list {
		v := edit.Check{
			Name: string(item.Check), Passed: item.Passed, Required: item.Required, Waiting: item.Waiting,
			Text: ed.text(c.site, "edit.check."+string(item.Check)), State: checkState(item),
		}
		if v.Field = checklist.Fields[item.Check]; modelFields[v.Field] != "" {
			v.Field = modelFields[v.Field]
		}
		var by []string
		for _, category := range item.By {
			by = append(by, category.Name)
		}
		v.By = strings.Join(by, ed.text(c.site, "comma"))
		for _, what := range item.What {
			if what == checklist.LeadPicture {
				what = ed.text(c.site, "edit.field.picture")
			}
			v.What = append(v.What, what)
		}
		items = append(items, v)
	}
	return items, nil
}

func checkState(item checklist.Item) string {
	switch {
	case item.Passed:
		return "passed"
	case item.Required:
		return "blocks"
	}
	return "advice"
}

// anyway returns the editor's reason to publish although required checks are not passed, "" if
// the box is not ticked. It refuses a ticked box without a reason, or without the right.
func (m storyMove) anyway() (reason string, err error) {
	if m.form.Get("publish_anyway") == "" {
		return "", nil
	}
	if !m.c.viewer.may(people.Editing) {
		return "", errNoRight
	}
	if reason = strings.TrimSpace(m.form.Get("publish_reason")); reason == "" {
		return "", models.InvalidFields(models.FieldError{Field: "publish_reason", Code: "required"})
	}
	return reason, nil
}

// check refuses a planned text that does not pass its required checks, as [drafts.Show] does.
func (m storyMove) check() error {
	reason, err := m.anyway()
	if err != nil {
		return err
	}
	return drafts.Checked(m.c.ctx(), m.db, m.c.viewer.actor(), m.d.Article.ID, m.number, reason)
}

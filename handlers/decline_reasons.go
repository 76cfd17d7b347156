package handlers

import (
	"time"

	"broadsheet/models/discussion"
	"broadsheet/models/discussion/declinetexts"
	"broadsheet/models/people"
	"broadsheet/views"
)

// usesFor is the time for which the desk counts the uses of reasons.
const usesFor = 90 * 24 * time.Hour

// declineKeys are the keys that choose a reason while the menu of reasons is open.
const declineKeys = "1234567890x"

// declineMenu returns the reasons for declining, with their keys and the newsroom's own
// sentences.
func (mo *moderating) declineMenu(c *request) (list []views.CardAction, err error) {
	texts, err := declinetexts.In(c.ctx(), mo.db, c.site.Language)
	for i, reason := range discussion.DeclineReasons {
		action := views.CardAction{Do: reason, Text: texts[reason]}
		if i < len(declineKeys) {
			action.Key = declineKeys[i : i+1]
		}
		list = append(list, action)
	}
	return list, err
}

// postReasons saves the newsroom's own sentences. It changes only those that differ from
// what the form showed, so that it does not restore a sentence that a colleague has
// changed in the meantime.
func (mo *moderating) postReasons(c *request) error {
	if err := c.viewer.scope.SiteWide(); err != nil { // they are the same for all stories
		return err
	}
	changes := map[string]string{}
	for _, reason := range discussion.DeclineReasons {
		field := "reason-" + reason
		if text := c.form.Get(field); c.form.Has(field) && text != c.form.Get("seen-"+reason) {
			changes[reason] = text
		}
	}
	if err := declinetexts.Save(c.ctx(), mo.db, c.viewer.actor(), c.site.Language, changes); err != nil {
		return mo.renderReplies(c, views.Replies{}, changes, err)
	}
	return c.seeOther(withDone(repliesPath, "saved"))
}

// addReasons adds the reasons for declining to the page of saved replies. changes are the
// sentences of a refused form.
func (mo *moderating) addReasons(c *request, v *views.Replies, changes map[string]string, refused error) error {
	texts, err := declinetexts.In(c.ctx(), mo.db, c.site.Language)
	if err != nil {
		return err
	}
	used, err := declinetexts.Used(c.ctx(), mo.db, mo.db.Now().Add(-usesFor))
	fields := inputs{}
	for _, reason := range discussion.DeclineReasons {
		row := &views.DeclineReason{Code: reason, Seen: texts[reason], Used: used[reason]}
		row.Text.Value = texts[reason]
		if text, changed := changes[reason]; changed {
			row.Text.Value = text
		}
		fields[reason] = &row.Text
		v.Reasons = append(v.Reasons, row)
	}
	fields.mark(refused)
	v.May = c.viewer.may(people.Moderating) && c.viewer.scope.SiteWide() == nil
	return err
}

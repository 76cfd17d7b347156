package handlers

import (
	"broadsheet/models/people/choices"
)

// postChoice stores what an account chose about the look and feel of the desk.
func (mo *moderating) postChoice(c *request) error {
	if err := choices.Choose(c.ctx(), mo.db, c.viewer.ID, c.form.Get("name"), c.form.Get("value")); err != nil {
		return err
	}
	return mo.done(c, receipt{key: "saved"})
}

package handlers

import (
	"broadsheet/models"
	"broadsheet/models/newsroom/library"
	"broadsheet/models/people"
	"broadsheet/views/edit"
)

// presentTyped fills the form of a story with its newest text, and then with what was typed
// into a form that is shown again; form may be nil.
func (ed *editing) presentTyped(c *request, d *opened, form *storyForm, v *edit.Story) error {
	if err := ed.presentForm(c, d, v); err != nil {
		return err
	}
	if form != nil {
		form.typed(v)
	}
	return ed.presentLead(c, v)
}

// presentLead adds the lead picture to the form of a story: the one with the number in the
// field, which may not be stored yet.
func (ed *editing) presentLead(c *request, v *edit.Story) error {
	id := parseID(models.PlainDigits(v.Picture.Value))
	if id == 0 {
		return nil
	}
	m, err := library.Find(c.ctx(), ed.db, id)
	if models.KindOf(err) == models.NotFound {
		return nil
	}
	if err != nil {
		return err
	}
	seen := c.viewer.may(people.Editing) || c.viewer.mayChange(m)
	if !seen {
		seen, err = library.MaySee(c.ctx(), ed.db, c.viewer.ID, m.Key)
	}
	if err != nil || !seen {
		return err
	}
	card := ed.presentCard(c, m)
	v.Lead = &card
	return nil
}

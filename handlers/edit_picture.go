package handlers

import (
	"time"

	"broadsheet/models"
	"broadsheet/models/newsroom/library"
	"broadsheet/models/people"
	"broadsheet/views/edit"
)

// presentTyped fills the form of a story with its newest text, and then with the values of a
// posted form that is shown again; form may be nil.
func (ed *editing) presentTyped(c *request, d *opened, form *storyForm, v *edit.Story) error {
	if err := ed.presentForm(c, d, v); err != nil {
		return err
	}
	if form != nil {
		form.typed(v)
	}
	return ed.presentLead(c, v)
}

// presentLead adds the lead picture to the form of a story. It takes the number from the field,
// because the choice may not be stored yet.
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

// shownLicences is the most pictures with an ending licence on the page of planned changes.
const shownLicences = 50

// licences lists for editors the pictures in use whose licence has ended or ends soon.
func (ed *editing) licences(c *request) (list []edit.Licence, err error) {
	if !c.viewer.may(people.Editing) {
		return nil, nil
	}
	now := inSiteZone(c.site, ed.db.Now())
	found, err := library.Licences(c.ctx(), ed.db, now.AddDate(0, 0, library.SoonDays).Format(time.DateOnly), shownLicences)
	for _, l := range found {
		at, _ := time.Parse(time.DateOnly, l.LicenceEnd) // the library checks the day before it stores it
		v := edit.Licence{Name: pictureName(&l.Picture), URL: libraryItem(l.ID), Day: l.LicenceEnd, At: at}
		v.Ended = l.LicenceEnd <= now.Format(time.DateOnly)
		for _, u := range l.Uses {
			use := presentUse(u)
			use.URL = editPath(u.Article)
			v.Uses = append(v.Uses, use)
		}
		list = append(list, v)
	}
	return list, err
}

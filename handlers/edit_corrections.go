package handlers

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strconv"
	"strings"

	"broadsheet/models"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/drafts"
	"broadsheet/models/newsroom/history"
	"broadsheet/models/newsroom/publictexts"
	"broadsheet/models/people/choices"
	"broadsheet/models/richtext"
	"broadsheet/views"
	"broadsheet/views/edit"
)

// correctionKey returns the part of form field names that stands for a stored correction. It
// does not change when other corrections are added or removed while the form is open.
func correctionKey(c newsroom.Correction) string {
	sum := sha256.Sum256([]byte(c.Kind + "\n" + strconv.FormatInt(c.At.UnixMicro(), 10) + "\n" + c.Text))
	return hex.EncodeToString(sum[:6])
}

// corrections changes the corrections of a text as the form says. The fields of a new
// correction stand for the correction without a date, which is not public yet.
func (f *storyForm) corrections(m *newsroom.Manuscript) {
	list := []newsroom.Correction{}
	for _, c := range m.Corrections {
		if c.At.IsZero() && f.Has("correction_text") {
			continue
		}
		if name := "correction-" + correctionKey(c) + "-"; f.Has(name + "text") {
			if c = f.correction(c, name); f.Get(name+"gone") != "" || c.Text == "" {
				continue
			}
		}
		list = append(list, c)
	}
	next := f.correction(newsroom.Correction{Kind: newsroom.Correct}, "correction_")
	if next.Text != "" {
		if !slices.Contains(newsroom.CorrectionKinds, next.Kind) {
			f.refuse("correction_text", "list-unknown")
		}
		list = append(list, next)
	}
	if len(list) > 0 || len(m.Corrections) > 0 {
		m.Corrections = list
	}
}

// correction returns a copy of c that has the values of the form fields prefix+"text" and so on.
func (f *storyForm) correction(c newsroom.Correction, prefix string) newsroom.Correction {
	if f.Has(prefix + "text") {
		c.Text = strings.TrimSpace(richtext.PlainLine(f.Get(prefix + "text")))
	}
	if kind := f.Get(prefix + "kind"); kind != "" {
		c.Kind = kind
	}
	if f.Has(prefix + "place") {
		if c.Place = f.Get(prefix + "place"); c.Place != newsroom.AtTop && c.Place != newsroom.AtFoot {
			c.Place = ""
		}
	}
	return c
}

// minor reports whether readers need not hear of an update. An update with a new
// correction is not minor.
func (f *storyForm) minor() bool {
	return f.Get("minor") != "" && strings.TrimSpace(f.Get("correction_text")) == ""
}

// typedCorrections fills the part about corrections with the values of the form.
func (f *storyForm) typedCorrections(v *edit.Corrections) {
	if kind := f.Get("correction_kind"); slices.Contains(newsroom.CorrectionKinds, kind) {
		v.Kind = kind
	}
	if f.Has("correction_place") {
		v.Place = f.Get("correction_place")
	}
	v.Minor = f.Get("minor") != ""
	for i := range v.List {
		c := &v.List[i]
		if name := "correction-" + c.Key + "-"; f.Has(name + "text") {
			c.Text, c.Place, c.Gone = f.Get(name+"text"), f.Get(name+"place"), f.Get(name+"gone") != ""
		}
	}
}

// presentCorrecting fills the part of the form about corrections.
func (ed *editing) presentCorrecting(c *request, d *opened, v *edit.Corrections) error {
	*v = edit.Corrections{
		Open: d.Article.Status == newsroom.Published && d.access.Publish, Kind: newsroom.Correct, Kinds: newsroom.CorrectionKinds,
		Text: edit.Field{ID: "correction_text"}, FollowUp: edit.Field{ID: "follow_up", Value: followUpText(d.Article)},
	}
	v.FollowUpSeen = v.FollowUp
	if !v.Open {
		return nil
	}
	for _, correction := range d.Text.Corrections {
		if correction.At.IsZero() {
			v.Text.Value, v.Kind, v.Place = correction.Text, correction.Kind, correction.Place
			continue
		}
		v.List = append(v.List, edit.Correction{
			Key: correctionKey(correction), Kind: correction.Kind, Kinds: newsroom.CorrectionKinds, Place: correction.Place,
			Text: correction.Text, At: inSiteZone(c.site, correction.At.Time),
		})
	}
	texts, err := publictexts.Newest(c.ctx(), ed.db, d.Article.ID, mostUpdates)
	if err != nil {
		return err
	}
	for i := 0; i+1 < len(texts); i++ { // the first one has changed nothing
		v.Updates = append(v.Updates, edit.Update{
			Number: texts[i].Number, At: inSiteZone(c.site, texts[i].At.Time), Quiet: texts[i].Quiet,
		})
	}
	v.History = changesLink(c.site, d.Article)
	return nil
}

// mostUpdates is how many updates the form lists.
const mostUpdates = 30

// changeButton reads the name of a button that hides an update from readers or shows it.
func changeButton(action string) (number int, quiet, ok bool) {
	digits, quiet := strings.CutPrefix(action, "hide-change-")
	if !quiet {
		if digits, ok = strings.CutPrefix(action, "show-change-"); !ok {
			return 0, false, false
		}
	}
	number, err := strconv.Atoi(digits)
	return number, quiet, err == nil && number > 0
}

// silence hides an update from readers, or shows it.
func (m storyMove) silence(ctx context.Context, by models.Actor, number int, quiet bool) error {
	return history.Silence(ctx, m.db, by, m.d.Article.ID, number, quiet)
}

// addEditLinks puts the links to the form of an article into the bar of the staff.
func (rd *reading) addEditLinks(c *request, bar *views.StaffBar, a *newsroom.Article) error {
	me := viewerOf(c)
	if bar == nil || me == nil {
		return nil
	}
	access, err := drafts.AccessOf(c.ctx(), rd.db, me.User, a)
	if access.Edit {
		bar.Edit = editPath(a.ID)
	}
	if access.Publish {
		bar.Correct = editPath(a.ID) + "?text=shown#correction_text"
	}
	if err == nil && access.Edit {
		var chosen choices.Of
		chosen, err = choices.Read(c.ctx(), rd.db, me.ID)
		bar.KeysOff = chosen.Is(choices.Keys, choices.Off)
	}
	return err
}

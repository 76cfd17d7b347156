package handlers

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"broadsheet/models"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/followup"
	"broadsheet/views"
)

// addAge adds the notice above an old article, with its newest follow-up. The page is
// rendered anew on each day of the site, so a cached one is right on the day.
func (rd *reading) addAge(c *request, v *views.Article, parts *articleParts) error {
	p := parts.page
	chosen, err := followup.Of(c.ctx(), rd.db, &p.Article)
	if err != nil {
		return err
	}
	if chosen != nil && !slices.ContainsFunc(p.Coverage, func(t newsroom.Teaser) bool { return t.ID == chosen.ID }) {
		v.Coverage = slices.Insert(v.Coverage, 0, teaserCard(c.site, chosen))
	}
	age := followup.AgeOf(c.site, mainCategory(p), p.PublishedAt.Time, rd.db.Now())
	if age == nil {
		return nil
	}
	v.Old = &views.OldStory{Unit: age.Unit, N: age.N}
	if chosen == nil && len(p.Coverage) > 0 {
		chosen = &p.Coverage[0]
	}
	if chosen != nil {
		card := teaserCard(c.site, chosen)
		v.Old.FollowUp = &card
	}
	v.LinkCard.Year = strconv.Itoa(p.PublishedAt.In(c.site.TimeZone).Year())
	return nil
}

// followUp returns the article that the field follow_up names, by number or by address.
func (ed *editing) followUp(c *request, form *storyForm) (*int64, error) {
	text := strings.TrimSpace(form.Get("follow_up"))
	if text == "" {
		return nil, nil
	}
	if id := parseID(models.PlainDigits(text)); id != 0 {
		return &id, nil
	}
	wrong := models.InvalidFields(models.FieldError{Field: "follow_up", Code: "no-story"})
	address, err := url.Parse(text)
	if err != nil {
		return nil, wrong
	}
	found, err := newsroom.Find(c.ctx(), ed.db, c.site, address.EscapedPath())
	if models.KindOf(err) == models.NotFound || err == nil && found.ArticleID == 0 {
		return nil, wrong
	}
	if err != nil {
		return nil, err
	}
	return &found.ArticleID, nil
}

// saveFollowUp stores the follow-up of the form if an account that may publish has
// changed it.
func (ed *editing) saveFollowUp(c *request, d *opened, form *storyForm) error {
	if !d.access.Publish || !form.Has("follow_up") || form.Get("follow_up") == form.Get("follow_up_seen") {
		return nil
	}
	target, err := ed.followUp(c, form)
	if err == nil {
		err = followup.Set(c.ctx(), ed.db, c.viewer.actor(), d.Article.ID, target)
	}
	if models.KindOf(err) == models.NotFound {
		return models.InvalidFields(models.FieldError{Field: "follow_up", Code: "no-story"})
	}
	return err
}

// followUpText returns the value of the field follow_up.
func followUpText(a *newsroom.Article) string {
	if a.FollowUpID == nil {
		return ""
	}
	return fmt.Sprint(*a.FollowUpID)
}

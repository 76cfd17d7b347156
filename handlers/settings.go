package handlers

import (
	"cmp"
	"errors"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"broadsheet/models"
	"broadsheet/models/digest"
	"broadsheet/models/newsroom"
	"broadsheet/models/queue"
	"broadsheet/models/settings"
	"broadsheet/models/subscription"
	"broadsheet/views"
)

// settingsPath is the address of the settings.
const settingsPath = "/desk/settings"

// Fact is an option of the program that only its command line changes.
type Fact struct{ Name, Value string }

// configuring has the page of the site's settings.
type configuring struct {
	*desk
	db    *models.DB
	facts []Fact
}

// settingsState is the form with its settings, errors and results.
type settingsState struct {
	group, search string
	shown         []*settings.Def
	typed         map[string]string // by key; empty for a page that was not posted
	version       int64
	refused       error
	since         []models.AuditEntry // changes that the form did not know
	missing       map[string][]string // unknown categories by key
	hub           string              // the result of trying the hub
}

// showSettings shows a group of settings, or those that a search finds.
func (co *configuring) showSettings(c *request) error {
	version, err := settings.Version(c.ctx(), co.db)
	if err != nil {
		return err
	}
	return co.renderSettings(c, co.settingsOf(c.site, c.QueryParam("group"), c.QueryParam("s"), version))
}

// settingsOf chooses the settings of a page: those that a search finds, or those of
// a group.
func (co *configuring) settingsOf(site *newsroom.Site, group, search string, version int64) *settingsState {
	state := &settingsState{search: strings.Join(strings.Fields(search), " "), version: version, typed: map[string]string{}}
	if state.search == "" {
		state.group = settings.GroupPaper
		if slices.Contains(settings.Groups(), group) {
			state.group = group
		}
	}
	words := strings.Fields(strings.ToLower(state.search))
	for i := range settings.Defs() {
		d := &settings.Defs()[i]
		if state.search == "" && d.Group() == state.group || state.search != "" && co.isAbout(site, d, words) {
			state.shown = append(state.shown, d)
		}
	}
	return state
}

// isAbout reports whether a setting's key, name or meaning has all words of a search.
func (co *configuring) isAbout(site *newsroom.Site, d *settings.Def, words []string) bool {
	text := strings.ToLower(d.Key + " " + co.text(site, "setting."+d.Key) + " " + co.text(site, "setting."+d.Key+".help"))
	for _, word := range words {
		if !strings.Contains(text, word) {
			return false
		}
	}
	return true
}

// postSettings saves settings, or shows what they would do.
func (co *configuring) postSettings(c *request) error {
	version, _ := strconv.ParseInt(c.form.Get("version"), 10, 64)
	state := co.settingsOf(c.site, c.form.Get("group"), c.form.Get("s"), version)
	state.read(c.form, c.site.TimeZone)
	do, key, _ := strings.Cut(c.form.Get("do"), " ")
	if d := settings.Find(key); do == "default" && d != nil {
		state.typed[key] = d.Default
	}
	checked, err := settings.Check(c.site.Settings, state.typed)
	if missing := co.missing(c.site, state); err == nil && missing != nil {
		err = missing
	}
	if err == nil && !co.offersCommenters(checked.CommentWho, c.site.CommentWho) {
		err = models.InvalidFields(models.FieldError{Field: "comment.who", Code: "mail"})
	}
	if err == nil {
		switch do {
		case "save":
			err = settings.Save(c.ctx(), co.db, c.viewer.actor(), state.version, state.typed)
			if err == nil {
				return c.seeOther(withDone(state.address(), "saved"))
			}
		case "hub":
			state.hub = co.tryHub(c, checked.FeedHub)
		case "mail":
			return co.postTestMail(c, state)
		}
	}
	if err != nil {
		if err = co.refuseSettings(c, state, err); err != nil {
			return err
		}
	}
	return co.renderSettings(c, state)
}

// address returns the address of the page.
func (state *settingsState) address() string {
	if state.search != "" {
		return settingsPath + "?s=" + url.QueryEscape(state.search)
	}
	return settingsPath + "?group=" + state.group
}

// read reads the fields of the settings that the form has. Browsers do not send
// boxes without a tick, so the form names its settings.
func (state *settingsState) read(form url.Values, zone *time.Location) {
	for _, d := range state.shown {
		if !slices.Contains(form["key"], d.Key) || onlyElsewhere(d) {
			continue
		}
		value := strings.TrimSpace(strings.ReplaceAll(form.Get(d.Key), "\r\n", "\n"))
		switch d.Kind {
		case settings.Flag:
			value = strconv.FormatBool(value == "true")
		case settings.Decimal, settings.OrAuto:
			value = strings.ReplaceAll(value, ",", ".")
		case settings.Categories:
			value = strings.Join(settings.SplitPaths(strings.Join(form[d.Key], "\n")), ", ")
		case settings.Instant:
			if at, err := time.ParseInLocation(localMinute, value, zone); err == nil {
				value = at.UTC().Format(time.RFC3339)
			}
		}
		state.typed[d.Key] = value
	}
}

// localMinute is the form of a time in fields of browsers.
const localMinute = "2006-01-02T15:04"

// onlyElsewhere reports whether another page changes a setting. Word lists are
// changed on the page of rules, beside their doubtful terms and their import.
func onlyElsewhere(d *settings.Def) bool { return d.Kind == settings.Words }

// missing finds paths of categories that the site does not have.
func (co *configuring) missing(site *newsroom.Site, state *settingsState) error {
	var bad []models.FieldError
	state.missing = map[string][]string{}
	for _, d := range state.shown {
		if d.Kind != settings.Categories {
			continue
		}
		if gone := site.Categories.Missing(settings.SplitPaths(state.typed[d.Key])); len(gone) > 0 {
			state.missing[d.Key] = gone
			bad = append(bad, models.FieldError{Field: d.Key, Code: "category"})
		}
	}
	if len(bad) == 0 {
		return nil
	}
	return models.InvalidFields(bad...)
}

// refuseSettings prepares the form for a refusal. After a conflict, fields that
// the form did not change get the colleague's value, and the next attempt is based
// on the newest version.
func (co *configuring) refuseSettings(c *request, state *settingsState, err error) error {
	refusal, ok := errors.AsType[*models.Error](err)
	if !ok || refusal.Kind != models.Invalid && refusal.Kind != models.Conflict {
		return err
	}
	state.refused = refusal
	if refusal.Kind != models.Conflict {
		return nil
	}
	var keys []string
	for key := range state.typed {
		keys = append(keys, key)
	}
	state.since, err = settings.ChangesOf(c.ctx(), co.db, keys, state.version)
	if err != nil || len(state.since) == 0 {
		return err
	}
	newest := state.since[0].ID
	untouched := map[string]bool{}
	for _, change := range slices.Backward(state.since) {
		key := change.SubjectName
		if _, known := untouched[key]; !known {
			untouched[key] = state.typed[key] == change.Before
		}
		if untouched[key] {
			state.typed[key] = change.After
		}
	}
	state.version = newest
	return nil
}

// postTestMail mails the next daily digest to the administrator alone: a mail with
// everything that mails to readers have.
func (co *configuring) postTestMail(c *request, state *settingsState) error {
	if !co.mail {
		return errNoPage
	}
	err := co.db.Write(c.ctx(), func(tx *models.Tx) error {
		key := string(subscription.Daily) + " " + strconv.FormatInt(c.viewer.ID, 10)
		return queue.Add(c.ctx(), tx, digest.JobTest, key, struct{}{}, tx.Now)
	})
	if err != nil {
		return err
	}
	return c.seeOther(withDone(state.address(), "test"))
}

func (co *configuring) renderSettings(c *request, state *settingsState) error {
	shown, other := co.refused(c, refusalsOf.settings, state.refused)
	if other != nil {
		return other
	}
	stored, err := settings.Stored(c.ctx(), co.db)
	if err != nil {
		return err
	}
	v := views.Settings{
		Page: co.deskFrame(c, co.text(c.site, "settings.title")), Group: state.group, Search: state.search, Version: state.version,
		Refused: shown.key, Done: c.flash(settingsDone), Since: presentChanges(c.site, state.since), Log: logPath,
	}
	proposed, err := co.proposed(c, state, stored)
	if err != nil {
		return err
	}
	var keys []string
	for _, d := range state.shown {
		keys = append(keys, d.Key)
		v.Fields = append(v.Fields, co.settingField(c.site, state, d, stored, proposed))
		v.Hub = v.Hub || d.Key == "feed.hub"
	}
	changes, err := settings.ChangesOf(c.ctx(), co.db, keys, 0)
	if err != nil {
		return err
	}
	v.Changes, v.Groups = presentChanges(c.site, changes[:min(len(changes), shownSettingChanges)]), settingGroups(state, stored)
	co.addGroupParts(c, &v, proposed)
	return render(co.pages, c, views.SettingsPage, v, personalAnswer(shown.status))
}

// addGroupParts adds what only some groups have.
func (co *configuring) addGroupParts(c *request, v *views.Settings, p *proposal) {
	switch v.Group {
	case settings.GroupPaper:
		v.Preview = co.paperPreview(p.site)
		for _, f := range co.facts {
			v.Started = append(v.Started, views.SettingFact(f))
		}
	case settings.GroupRules:
		v.Rules = rulesPath
	case settings.GroupDigests:
		if co.mail {
			v.Test = c.viewer.Email
		}
	}
}

// shownSettingChanges is how many changes a group shows.
const shownSettingChanges = 10

// settingGroups lists the groups, each with the number of its settings that differ from
// their defaults.
func settingGroups(state *settingsState, stored map[string]string) (list []views.SettingGroup) {
	changed, has := map[string]int{}, map[string]bool{}
	for _, d := range settings.Defs() {
		has[d.Group()] = true
		if value, ok := stored[d.Key]; ok && value != d.Default {
			changed[d.Group()]++
		}
	}
	for _, group := range settings.Groups() {
		if !has[group] {
			continue
		}
		list = append(list, views.SettingGroup{
			Link: views.Link{Name: "settings.group." + group, URL: settingsPath + "?group=" + group}, Key: group,
			Current: group == state.group, Changed: changed[group],
		})
	}
	return list
}

// settingField presents one setting with the value of the form.
func (co *configuring) settingField(
	site *newsroom.Site, state *settingsState, d *settings.Def, stored map[string]string, p *proposal,
) views.SettingField {
	now, ok := stored[d.Key]
	if !ok {
		now = d.Default
	}
	value, typed := state.typed[d.Key]
	if !typed {
		value = now
	}
	f := views.SettingField{
		Key: d.Key, ID: "set-" + strings.ReplaceAll(d.Key, ".", "-"), Kind: string(d.Kind), Value: value,
		Default: co.settingWord(site, d, d.Default), Custom: value != d.Default, Changed: value != now,
		Facts: co.settingFacts(site, d.Key, state, p),
	}
	if d.Most > 0 {
		f.Least, f.Most = strconv.FormatFloat(d.Least, 'f', -1, 64), strconv.FormatFloat(d.Most, 'f', -1, 64)
	}
	for _, choice := range d.Choices {
		f.Choices = append(f.Choices, views.SettingChoice{Value: choice, Name: co.settingWord(site, d, choice)})
	}
	switch d.Kind {
	case settings.Categories:
		f.Choices, f.Chosen = categoryChoices(site), settings.SplitPaths(value)
		f.Chosen = append(f.Chosen, make([]string, min(2, max(0, settings.MaxChosenCategories-len(f.Chosen))))...)
	case settings.Instant:
		if at, err := time.Parse(time.RFC3339, value); err == nil {
			f.Value = inSiteZone(site, at).Format(localMinute)
		}
	case settings.Words:
		f.Value, f.Edit = "", rulesPath+"#"+ruleFieldID(d.Key)
		if value != "" {
			f.Terms = strings.Count(strings.TrimSpace(value), "\n") + 1
		}
	}
	f.Wrong, f.WrongNames = wrongSetting(state, d.Key)
	return f
}

// wrongSetting returns the message about a refused setting, "" for none, and the
// names for it.
func wrongSetting(state *settingsState, key string) (message, names string) {
	refusal, ok := errors.AsType[*models.Error](state.refused)
	if !ok {
		return "", ""
	}
	for _, wrong := range refusal.Fields {
		if wrong.Field == key {
			message = map[string]string{
				"setting": "settings.wrong." + string(settings.Find(key).Kind), "category": "settings.wrong.category",
				"spam-order": "rules.wrong-order", "mail": "rules.wrong-mail",
			}[wrong.Code]
			return message, strings.Join(state.missing[key], ", ")
		}
	}
	return "", ""
}

// settingWord returns a value of a setting in words.
func (co *configuring) settingWord(site *newsroom.Site, d *settings.Def, value string) string {
	switch {
	case value == "":
		return co.text(site, "settings.empty")
	case d.Kind == settings.Flag:
		return co.text(site, "settings."+value)
	case d.Key == "comment.who":
		return co.text(site, "who."+value)
	case d.Key == "digest.weekday":
		return co.text(site, "weekday."+strconv.Itoa(slices.Index(d.Choices, value)))
	case d.Kind == settings.Choice:
		return co.text(site, "setting."+d.Key+"."+value)
	}
	return value
}

// categoryChoices lists the categories for a picker.
func categoryChoices(site *newsroom.Site) (list []views.SettingChoice) {
	for _, category := range site.Categories.All() {
		list = append(list, views.SettingChoice{Value: category.Path, Name: categoryName(site, category.ID)})
	}
	slices.SortFunc(list, func(a, b views.SettingChoice) int { return cmp.Compare(a.Value, b.Value) })
	return list
}

// ruleFieldID returns the id of a setting's field on the page of rules.
func ruleFieldID(key string) string { return strings.ReplaceAll(key, ".", "-") }

package handlers

import (
	"errors"
	"math"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"broadsheet/models"
	"broadsheet/models/discussion"
	"broadsheet/models/discussion/heatscores"
	"broadsheet/models/discussion/moderation"
	"broadsheet/models/newsroom"
	"broadsheet/models/richtext"
	"broadsheet/models/settings"
	"broadsheet/models/terms"
	"broadsheet/views"
	"broadsheet/views/moderate"
)

// ruleGroups are the settings that the page of rules offers, in its order.
var ruleGroups = []struct {
	name   string // key of a message
	fields []ruleField
}{
	{"rules.group.commenters", []ruleField{{"comment.who", "choice"}}},
	{"rules.group.who", []ruleField{
		{"comment.hold-all", "flag"},
		{"comment.previously-approved", "flag"},
		{"comment.trust-typed-email", "flag"},
		{"comment.declined-share", "number"},
		{"comment.name-email", "flag"},
		{"comment.max-links", "number"},
	}},
	{"rules.group.words", []ruleField{{"comment.hold-words", "words"}, {"comment.trash-words", "words"}}},
	{"rules.group.spam", []ruleField{{"comment.spam-score", "flag"}, {"comment.spam-hold", "mark"}, {"comment.spam-spam", "number"}}},
	{heatedGroup, []ruleField{{"comment.heated", "flag"}, {"comment.heated-from", "number"}}},
	{"rules.group.pace", []ruleField{{"comment.flood", "number"}, {"comment.close-after", "number"}, {"comment.edit-window", "number"}}},
	{"rules.group.readers", []ruleField{{"comment.recommend", "flag"}, {"comment.report-hide", "number"}}},
}

// heatedGroup is the group of the score of heat, which is no rule: it stands here with
// its figures because it is about the same comments.
const heatedGroup = "rules.group.heated"

type ruleField struct{ key, kind string }

// rulesState is the form with its fields, errors and results.
type rulesState struct {
	values  map[string]string
	version int64
	trial   views.RuleTrial
	run     *moderation.DryRun
	refused *models.Error
	by      string // the account that saved first
	word    moderate.RuleWord
	read    *moderate.RuleImport
}

// showRules shows the rules in force.
func (mo *moderating) showRules(c *request) error {
	values, err := settings.Stored(c.ctx(), mo.db)
	if err != nil {
		return err
	}
	version, err := settings.Version(c.ctx(), mo.db)
	if err != nil {
		return err
	}
	state := &rulesState{values: values, version: version}
	state.word.Word = richtext.Excerpt(c.QueryParam("word"), terms.MaxTermBytes)
	return mo.renderRules(c, state)
}

// postRules tests changed rules on the last week's comments or on one text, or
// saves them.
func (mo *moderating) postRules(c *request) error {
	if do := c.form.Get("do"); do == "forbid" || do == "word" {
		return mo.postWord(c, do == "forbid")
	}
	state := readRules(c.form)
	checked, err := settings.Check(c.site.Settings, state.values)
	if err == nil && !mo.offersCommenters(checked.CommentWho, c.site.CommentWho) {
		err = models.InvalidFields(models.FieldError{Field: "comment.who", Code: "mail"})
	}
	if err != nil {
		return mo.refuseRules(c, state, err)
	}
	switch c.form.Get("do") {
	case "save":
		if err := settings.Save(c.ctx(), mo.db, c.viewer.actor(), state.version, state.values); err != nil {
			return mo.refuseRules(c, state, err)
		}
		return c.seeOther(withDone(rulesPath, "saved"))
	case "judge":
		verdict, reasons := discussion.Judge(c.ctx(), mo.db, c.site.With(checked), discussion.Candidate{
			Author: state.trial.Author, Email: state.trial.Email, URL: state.trial.Website, Text: state.trial.Text,
		}, c.site.Language)
		state.trial.State = string(verdict)
		state.trial.Reasons = mo.reasonsOf(c.site, reasons)
	default:
		if state.run, err = moderation.DryRunSettings(c.ctx(), mo.db, mo.baseURL.Hostname(), c.site, c.site.With(checked)); err != nil {
			return err
		}
	}
	return mo.renderRules(c, state)
}

// readRules reads the form. Browsers do not send boxes without a tick.
func readRules(form url.Values) *rulesState {
	state := &rulesState{values: map[string]string{}}
	state.version, _ = strconv.ParseInt(form.Get("version"), 10, 64)
	for _, group := range ruleGroups {
		for _, f := range group.fields {
			value := form.Get(f.key)
			switch f.kind {
			case "flag":
				value = strconv.FormatBool(value == "true")
			case "number", "mark":
				value = strings.ReplaceAll(strings.TrimSpace(value), ",", ".")
			case "words":
				value = strings.TrimSpace(strings.ReplaceAll(value, "\r\n", "\n"))
			}
			state.values[f.key] = value
		}
	}
	state.trial = views.RuleTrial{
		Author: form.Get("trial-author"), Email: form.Get("trial-email"), Website: form.Get("trial-url"), Text: form.Get("trial-text"),
	}
	return state
}

// refuseRules shows the form with its fields and errors.
func (mo *moderating) refuseRules(c *request, state *rulesState, err error) error {
	refusal, ok := errors.AsType[*models.Error](err)
	if !ok || refusal.Kind != models.Invalid && refusal.Kind != models.Conflict {
		return err
	}
	state.refused = refusal
	if refusal.Kind == models.Conflict {
		// The next attempt is based on the version that the other account has
		// saved.
		ctx := c.ctx()
		changed, err := settings.Changes(ctx, mo.db, "")
		if err != nil {
			return err
		}
		if len(changed) > 0 {
			state.version, state.by = changed[0].ID, changed[0].Actor
		}
	}
	return mo.renderRules(c, state)
}

func (mo *moderating) renderRules(c *request, state *rulesState) error {
	page := mo.deskFrame(c, mo.text(c.site, "rules.title"))
	ctx := c.ctx()
	stored, err := settings.Stored(ctx, mo.db)
	if err != nil {
		return err
	}
	v := views.Rules{Page: page, Version: state.version, Trial: state.trial, By: state.by, Done: c.flash(rulesDone)}
	v.Word, v.Import = state.word, state.read
	code := http.StatusOK
	if state.refused != nil {
		code = statusOf(state.refused)
		v.Refused, _ = mo.explain(c.site, refusalsOf.rules, state.refused)
	}
	for _, g := range ruleGroups {
		group := moderate.RuleGroup{Name: g.name}
		for _, f := range g.fields {
			group.Fields = append(group.Fields, mo.ruleField(c.site, state, f, stored))
		}
		if g.name == heatedGroup {
			if group.Heat, err = mo.ruleHeat(c); err != nil {
				return err
			}
		}
		v.Groups = append(v.Groups, group)
	}
	if state.run != nil {
		v.Run = mo.ruleRun(c.site, state.run)
	}
	log, err := settings.Changes(ctx, mo.db, "comment")
	if err != nil {
		return err
	}
	v.Changes = presentChanges(c.site, log)
	return render(mo.pages, c, views.RulesPage, v, personalAnswer(code))
}

// ruleField converts one setting: the value of the form, and the value in
// force.
func (mo *moderating) ruleField(site *newsroom.Site, state *rulesState, f ruleField, stored map[string]string) moderate.RuleField {
	i := slices.IndexFunc(settings.Defs(), func(d settings.Def) bool { return d.Key == f.key })
	now := settings.Defs()[i].Default
	if v, ok := stored[f.key]; ok {
		now = v
	}
	value, filled := state.values[f.key]
	if !filled {
		value = now
	}
	field := moderate.RuleField{Key: f.key, ID: ruleFieldID(f.key), Kind: f.kind, Value: value, Changed: value != now}
	if f.kind == "words" {
		field.Doubts, field.MoreDoubts = ruleDoubts(site, f.key, value)
		field.Terms, field.Doubles = countTerms(value)
	}
	if f.kind == "mark" {
		field.Mark = ruleMark(site)
	}
	if f.kind == "choice" {
		field.Options = mo.commenterOptions(models.Commenters(now), models.AllCommenters)
	}
	if state.refused != nil {
		for _, wrong := range state.refused.Fields {
			if wrong.Field == f.key {
				field.Wrong = map[string]string{
					"setting": "rules.wrong", "spam-order": "rules.wrong-order", "mail": "rules.wrong-mail",
				}[wrong.Code]
			}
		}
	}
	return field
}

// ruleHeat describes what is known of the score of heat on this site.
func (mo *moderating) ruleHeat(c *request) (*moderate.RuleHeat, error) {
	from := heatPercent(c.site.CommentHeatedFrom)
	f, err := heatscores.FiguresAt(c.ctx(), mo.db, from)
	if err != nil {
		return nil, err
	}
	v := &moderate.RuleHeat{
		State: "none", Heated: f.Heated, Calm: f.Calm, Needs: heatscores.Needs, AUC: strconv.FormatFloat(f.AUC, 'f', 2, 64),
		Least: strconv.FormatFloat(heatscores.LeastAUC, 'f', 2, 64), From: strconv.FormatFloat(c.site.CommentHeatedFrom, 'g', -1, 64),
		Caught: int(math.Round(100 * f.Caught)), Else: 100 - from,
	}
	switch {
	case f.Earned:
		v.State = "earned"
	case f.Enough:
		v.State = "silent"
	case f.Known:
		v.State = "few"
	}
	return v, nil
}

// ruleMark describes the mark that the site sets itself, and its effect on
// decided comments.
func ruleMark(site *newsroom.Site) *moderate.RuleMark {
	left := *site
	left.CommentSpamHold = 0
	mark, _ := left.HoldMark()
	v := &moderate.RuleMark{Mark: strconv.FormatFloat(mark, 'f', 2, 64)}
	if learnt := site.Spam; learnt != nil && learnt.Mark > 0 {
		v.Good, v.Held, v.Spam, v.Caught = learnt.Good, learnt.Held, learnt.Spam, learnt.Caught
	}
	return v
}

// shownDoubts is the number of doubtful terms that the page names.
const shownDoubts = 20

// ruleDoubts names terms of a word list that match everyday words, or nothing.
// The list in force is compiled already.
func ruleDoubts(site *newsroom.Site, key, value string) (shown []moderate.RuleDoubt, more int) {
	list, lines := site.HoldWords, site.CommentHoldWords
	if key == "comment.trash-words" {
		list, lines = site.TrashWords, site.CommentTrashWords
	}
	if value != lines {
		list = newsroom.WordList(value)
	}
	doubts := list.Doubts()
	for _, d := range doubts[:min(len(doubts), shownDoubts)] {
		shown = append(shown, moderate.RuleDoubt{Term: richtext.Excerpt(d.Term, 60), Why: string(d.Why)})
	}
	return shown, len(doubts) - len(shown)
}

// ruleRun converts the result of a dry run.
func (mo *moderating) ruleRun(site *newsroom.Site, run *moderation.DryRun) *moderate.RuleRun {
	v := &moderate.RuleRun{Judged: run.Judged, Cut: run.Cut}
	for _, s := range discussion.States {
		v.States = append(v.States, moderate.RuleState{State: string(s), Before: run.Before[s], After: run.After[s]})
	}
	for _, s := range run.Shifts {
		shift := moderate.RuleShift{From: string(s.From), To: string(s.To), Comments: s.Comments, Published: s.Published}
		for _, e := range s.Examples {
			shift.Examples = append(shift.Examples, moderate.RuleExample{
				URL: withBack(cardPath(e.Comment.ID), rulesPath), At: inSiteZone(site, e.Comment.CreatedAt.Time),
				Author: e.Comment.Author, Excerpt: commentExcerpt(&e.Comment), Why: mo.reasonLine(site, e.Reasons),
			})
		}
		v.Shifts = append(v.Shifts, shift)
	}
	return v
}

// presentChanges converts changes of settings.
func presentChanges(site *newsroom.Site, list []models.AuditEntry) (shown []moderate.RuleChange) {
	for _, c := range list {
		shown = append(shown, moderate.RuleChange{
			At: inSiteZone(site, c.At.Time), Actor: c.Actor, Key: c.SubjectName,
			Before: richtext.Excerpt(c.Before, excerptRunes), After: richtext.Excerpt(c.After, excerptRunes),
		})
	}
	return shown
}

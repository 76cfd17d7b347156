package handlers

import (
	"errors"
	"io"
	"net/http"
	"strings"

	"broadsheet/models"
	"broadsheet/models/discussion"
	"broadsheet/models/discussion/moderation"
	"broadsheet/models/newsroom"
	"broadsheet/models/settings"
	"broadsheet/views/moderate"
)

// rulesImportPath takes a file with terms.
const rulesImportPath = rulesPath + "/import"

// wordListKey returns the setting of a word list by its name in forms.
func wordListKey(name string) string {
	if name == "trash" {
		return "comment.trash-words"
	}
	return "comment.hold-words"
}

// postWord adds one word to a list, or shows what it would do to the comments of
// the last week.
func (mo *moderating) postWord(c *request, save bool) error {
	state, err := mo.storedRules(c)
	if err != nil {
		return err
	}
	key := wordListKey(c.form.Get("list"))
	word := strings.Join(strings.Fields(c.form.Get("word")), " ")
	state.word = moderate.RuleWord{Word: word, Trash: key == "comment.trash-words"}
	lines, _, _ := mergeTerms(state.values[key], word)
	changed := map[string]string{key: lines}
	checked, err := settings.Check(c.site.Settings, changed)
	if err != nil {
		return mo.refuseRules(c, state, err)
	}
	doubts := newsroom.WordList(word).Doubts()
	switch {
	case word == "":
		state.word.Wrong = "rules.word.empty"
	case len(doubts) > 0:
		state.word.Wrong = "rules.word." + string(doubts[0].Why)
	case save:
		if err := settings.Save(c.ctx(), mo.db, c.viewer.actor(), state.version, changed); err != nil {
			return mo.refuseRules(c, state, err)
		}
		return c.seeOther(withDone(rulesPath, "forbidden"))
	}
	if state.word.Wrong != "" {
		return mo.refuseRules(c, state, models.InvalidFields(models.FieldError{Field: "word", Code: "word"}))
	}
	return mo.tryWord(c, state, checked)
}

// tryWord shows what the rules with one more word would do.
func (mo *moderating) tryWord(c *request, state *rulesState, with settings.Settings) error {
	run, err := moderation.DryRunSettings(c.ctx(), mo.db, mo.baseURL.Hostname(), c.site, c.site.With(with))
	if err != nil {
		return err
	}
	state.word.Tried, state.run = true, run
	for _, s := range run.Shifts {
		if discussion.Graver(s.To, s.From) {
			state.word.Moved, state.word.Public = state.word.Moved+s.Comments, state.word.Public+s.Published
		}
	}
	return mo.renderRules(c, state)
}

// storedRules returns the form with the rules in force.
func (mo *moderating) storedRules(c *request) (*rulesState, error) {
	version, err := settings.Version(c.ctx(), mo.db)
	if err != nil {
		return nil, err
	}
	values, err := settings.Stored(c.ctx(), mo.db)
	return &rulesState{values: values, version: version}, err
}

// postWordFile puts the terms of a file into a list of the form. It saves nothing,
// so that the list can be tested first.
func (mo *moderating) postWordFile(c *request) error {
	state, err := mo.storedRules(c)
	if err != nil {
		return err
	}
	fields, err := readTextParts(c.Request())
	if err != nil {
		return err
	}
	key := wordListKey(fields["list"])
	state.read = &moderate.RuleImport{List: key, Field: ruleFieldID(key), Most: settings.MaxListTerms}
	file := cleanText(strings.TrimPrefix(fields["file"], "\uFEFF"))
	before := state.values[key]
	if fields["how"] == "replace" {
		before = ""
	}
	lines, added, known := mergeTerms(before, file)
	if added+known == 0 {
		state.read.Wrong = "rules.import.empty"
	} else if _, err := settings.Check(c.site.Settings, map[string]string{key: lines}); err != nil {
		state.read.Wrong = "rules.import.long"
	}
	if state.read.Wrong != "" {
		return mo.refuseRules(c, state, models.InvalidFields(models.FieldError{Field: "file", Code: "file"}))
	}
	state.values[key], state.read.Added, state.read.Known = lines, added, known
	return mo.renderRules(c, state)
}

// readTextParts reads the fields of a form with a file (multipart/form-data). The
// largest body of the row bounds them.
func readTextParts(r *http.Request) (map[string]string, error) {
	fields := map[string]string{}
	reader, err := r.MultipartReader()
	for err == nil {
		part, partErr := reader.NextPart()
		if errors.Is(partErr, io.EOF) {
			return fields, nil
		}
		if err = partErr; err == nil {
			var data []byte
			data, err = io.ReadAll(part)
			fields[part.FormName()] = string(data)
		}
	}
	if isTooLong(err) {
		return nil, errTooLarge
	}
	return nil, models.Refusal(models.Invalid, "form-unreadable", "the form could not be read")
}

// mergeTerms adds the lines of a text to a list of terms. It returns the list, and
// how many terms are new and how many it had already.
func mergeTerms(list, text string) (lines string, added, known int) {
	var terms []string
	has := map[string]bool{}
	for line := range strings.SplitSeq(list, "\n") {
		if line = strings.TrimSpace(line); line != "" {
			terms = append(terms, line)
			has[strings.ToLower(line)] = true
		}
	}
	for line := range strings.FieldsFuncSeq(text, func(r rune) bool { return r == '\n' || r == '\r' }) {
		line = strings.TrimSpace(line)
		switch key := strings.ToLower(line); {
		case line == "":
		case has[key]:
			known++
		default:
			has[key] = true
			terms = append(terms, line)
			added++
		}
	}
	return strings.Join(terms, "\n"), added, known
}

// countTerms returns the number of terms of a list, and of those that it has
// already in an earlier line.
func countTerms(list string) (all, doubles int) {
	_, added, known := mergeTerms("", list)
	return added + known, known
}

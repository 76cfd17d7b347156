package handlers_test

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	"broadsheet/handlers"
	"broadsheet/models"
	"broadsheet/models/modeltest"
	"broadsheet/models/people"
	"broadsheet/models/settings"
)

// anotherValue returns a value of a setting that is not its default, as a form
// sends it.
func anotherValue(d settings.Def) string {
	switch d.Kind {
	case settings.Flag:
		return strconv.FormatBool(d.Default != "true")
	case settings.Number:
		least := strconv.Itoa(int(d.Least))
		if least == d.Default {
			least = strconv.Itoa(int(d.Least) + 1)
		}
		return least
	case settings.Decimal:
		return strconv.FormatFloat((d.Least+d.Most)/2, 'g', 4, 64)
	case settings.OrAuto:
		return "1.5"
	case settings.Choice:
		return d.Choices[len(d.Choices)-2]
	case settings.Language:
		return "ar"
	case settings.Zone:
		return "Europe/Oslo"
	case settings.Categories:
		return "sport"
	case settings.Address:
		return "https://hub.example/"
	case settings.Instant:
		return "2026-11-20T18:00"
	case settings.Pattern:
		return "/news/%postname%/"
	case settings.Words:
		return "aardvark\nbadger"
	case settings.Lines:
		return "sport 30"
	}
	return "Another value"
}

// Every setting can be changed, refused and set back on its page.
func TestEverySettingIsChangedRefusedAndSetBackByItsPage(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		s := newDeskSite(t, db, clock)
		cookie := s.cookie(people.Administrator)
		rows := map[string]handlers.Route{}
		for _, row := range handlers.Rows() {
			rows[row.Name] = row
		}
		for _, d := range settings.Defs() {
			row, form := rows["change settings"], url.Values{"group": {d.Group()}, "key": {d.Key}}
			if d.Kind == settings.Words {
				// The page of rules sends all its fields; boxes without a tick are not sent.
				row, form = rows["change rules"], url.Values{
					"comment.who": {"everyone"}, "comment.declined-share": {"50"}, "comment.max-links": {"2"},
					"comment.spam-hold": {"auto"}, "comment.spam-spam": {"2.5"}, "comment.flood": {"0"},
					"comment.close-after": {"0"}, "comment.edit-window": {"15"}, "comment.report-hide": {"3"}, "comment.heated-from": {"0.9"},
				}
			}
			send := func(do, value string) int {
				version, err := settings.Version(t.Context(), db)
				s.check(err)
				form.Set("version", strconv.FormatInt(version, 10))
				form.Set("do", do)
				form.Set(d.Key, value)
				return s.ask(row, deskRoute{form: form.Encode()}, cookie).Code
			}
			now := func() string {
				values, err := settings.Stored(t.Context(), db)
				s.check(err)
				return values[d.Key]
			}
			if code := send("save", anotherValue(d)); code != http.StatusSeeOther || now() == d.Default || now() == "" {
				t.Errorf("%s: changing it to %q answered %d, it is %q", d.Key, anotherValue(d), code, now())
			}
			changed := now()
			if d.Kind != settings.Flag { // a box has no third state
				bad := strings.Repeat("%nonsense%", 100)
				if d.Kind == settings.Words {
					bad = strings.Repeat("a\n", settings.MaxListTerms+1)
				}
				if code := send("save", bad); code != http.StatusUnprocessableEntity || now() != changed {
					t.Errorf("%s: nonsense answered %d, it is %.40q", d.Key, code, now())
				}
			}
			if code := send("default "+d.Key, anotherValue(d)); d.Kind != settings.Words && (code != http.StatusOK || now() != changed) {
				t.Errorf("%s: the way back answered %d, it is %q", d.Key, code, now())
			}
			if code := send("save", d.Default); code != http.StatusSeeOther || now() != d.Default {
				t.Errorf("%s: its default answered %d, it is %q", d.Key, code, now())
			}
		}
	})
}

// Every setting has a name and a meaning in both languages, and its group has a
// name.
func TestEverySettingHasItsWords(t *testing.T) {
	t.Parallel()
	s := newSite(t, modeltest.SQLite(t, modeltest.NewClock()), modeltest.NewClock())
	for _, language := range []string{"en", "ar"} {
		has := func(key string) bool { return s.options.Views.Text(language, key) != key }
		for _, d := range settings.Defs() {
			keys := []string{"setting." + d.Key, "setting." + d.Key + ".help", "settings.group." + d.Group()}
			if d.Kind != settings.Flag {
				keys = append(keys, "settings.wrong."+string(d.Kind))
			}
			if d.Key == "site.accent" {
				for _, name := range d.Choices {
					keys = append(keys, "setting.site.accent."+name)
				}
			}
			for _, key := range slices.DeleteFunc(keys, has) {
				t.Errorf("%s: there is no message %q", language, key)
			}
		}
	}
}

package handlers

import (
	"net/http"

	"broadsheet/handlers/restparams"
	"broadsheet/models"
	"broadsheet/models/newsroom/stafflist"
	"broadsheet/models/people"
	"broadsheet/models/settings"
)

// Accounts are made, changed and closed at the desk. A program changes the name of its own
// account only, and that of an administrator a few settings of the site.

func mayNothing(*viewer) bool { return false }

func maySet(v *viewer) bool { return v.may(people.Setting) }

// siteWrites are the methods that change accounts and settings, and those that WordPress has
// and this site refuses to everybody with WordPress's error.
func (re *restAPI) siteWrites() []restWrite {
	remove := []string{http.MethodDelete}
	return []restWrite{
		{"create user", []string{post}, "/users", userSchema, maxSmallForm, mayNothing, nil},
		{"update user", edits, "/users/:id", userSchema, maxSmallForm, mayComment, re.updateUser},
		{"delete user", remove, "/users/:id", deleteSchema(userSchema), maxSmallForm, mayNothing, nil},
		{"create page", []string{post}, "/pages", postSchema, maxStoryJSON, mayNothing, nil},
		{"update page", edits, "/pages/:id", postSchema, maxStoryJSON, mayWrite, re.showNoEntry},
		{"delete page", remove, "/pages/:id", deleteSchema(postSchema), maxSmallForm, mayWrite, re.showNoEntry},
		{"change settings", edits, "/settings", settingsSchema, maxSmallForm, maySet, re.updateSettings},
	}
}

// updateUser changes the name of the program's own account. The names in bylines stay: the
// desk changes those.
func (re *restAPI) updateUser(q *restRequest) error {
	own, err := re.isOwnUser(q)
	switch {
	case err != nil:
		return err
	case !own:
		return q.denied("rest_cannot_edit", "Sorry, you are not allowed to edit this user.")
	}
	if q.body.Has("password") || q.body.Has("email") && people.EmailForm(q.body.Text("email")) != people.EmailForm(q.writer.Email) {
		q.body.Refuse("email", "rest_invalid_param", "Address and password are changed at the desk.")
	}
	name := q.writer.Name
	if q.body.Has("name") {
		name = readPlain(q.body.Text("name"))
	}
	if err := q.body.Err(); err != nil {
		return err
	}
	if err := people.Rename(q.ctx(), re.db, q.writer.User, name); err != nil {
		return err
	}
	renamed := *q.writer.User
	renamed.Name = name
	v := *q.writer
	v.User = &renamed
	q.writer = &v
	return re.showOwnUser(q)
}

// isOwnUser reports whether the address names the program's own account: by "me", or by the
// number of its author. It refuses a number that no author has.
func (re *restAPI) isOwnUser(q *restRequest) (bool, error) {
	if q.Param("id") == "me" {
		return true, nil
	}
	id, err := q.id()
	if err != nil {
		return false, err
	}
	own, err := stafflist.AuthorOf(q.ctx(), re.db, q.writer.ID, q.writer.Name)
	if err != nil || own != nil && own.ID == id {
		return err == nil, err
	}
	known, err := stafflist.Authors(q.ctx(), re.db, []int64{id})
	if err == nil && len(known) == 0 {
		err = errNoUser
	}
	return false, err
}

// settingNames are the settings that a program may change, by WordPress's names.
var settingNames = map[string]string{
	"title": "site.name", "description": "site.tagline", "timezone": "site.timezone", "language": "site.language",
}

// updateSettings changes settings of the site. As in WordPress, it ignores fields that are
// no settings, and answers with all settings as they are now.
func (re *restAPI) updateSettings(q *restRequest) error {
	values := map[string]string{}
	for field, key := range settingNames {
		if q.body.Has(field) {
			values[key] = readPlain(q.body.Text(field))
		}
	}
	if err := q.body.Err(); err != nil {
		return err
	}
	if err := settings.Save(q.ctx(), re.db, q.writer.actor(), settings.AnyVersion, values); err != nil {
		return settingError(err)
	}
	now, err := settings.Load(q.ctx(), re.db)
	if err != nil {
		return err
	}
	site := *q.site
	site.Settings, q.site = now, &site
	return re.showSettings(q)
}

// settingError returns the refusal of a setting with WordPress's code.
func settingError(err error) error {
	if models.KindOf(err) == models.Invalid {
		return &restparams.Refused{Status: http.StatusBadRequest, Code: "rest_invalid_param", Message: models.SafeText(err)}
	}
	return err
}

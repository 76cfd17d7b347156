package handlers

import (
	"net/http"
	"slices"
	"time"

	"broadsheet/handlers/restparams"
	"broadsheet/models/newsroom/stafflist"
	"broadsheet/models/people/apppasswords"
	"broadsheet/views/rest"
)

// The application passwords of an account. As in WordPress, a program sees all passwords of its
// account and may end each of them. A password that a program made ends with the program's own.

const (
	appsPath       = "/users/:user_id/application-passwords"
	introspectPath = appsPath + "/introspect"
	oneAppPath     = appsPath + "/:uuid"
)

var appSchema = restEntry[rest.AppPassword]()

// appReads returns the methods that show application passwords.
func (re *restAPI) appReads() []restRoute {
	return []restRoute{
		{"application passwords", appsPath, appSchema, re.showApps},
		{"own application password", introspectPath, appSchema, re.showOwnApp},
		{"application password", oneAppPath, appSchema, re.showApp},
	}
}

// appWrites returns the methods that change application passwords.
func (re *restAPI) appWrites() []restWrite {
	remove := []string{http.MethodDelete}
	return []restWrite{
		{"create application password", []string{post}, appsPath, appSchema, maxSmallForm, mayComment, re.createApp},
		{"end application passwords", remove, appsPath, appSchema, maxSmallForm, mayComment, re.endApps},
		{"rename application password", edits, oneAppPath, appSchema, maxSmallForm, mayComment, re.renameApp},
		{"end application password", remove, oneAppPath, appSchema, maxSmallForm, mayComment, re.endApp},
	}
}

var errNoApp = &restparams.Refused{
	Status: http.StatusNotFound, Code: "rest_application_password_not_found", Message: "Application password not found.",
}

// ownAccount refuses a request about the passwords of other accounts than the program's own.
// deed completes WordPress's error code "rest_cannot_".
func (re *restAPI) ownAccount(q *restRequest, deed string) error {
	refusal := &restparams.Refused{
		Status: http.StatusUnauthorized, Code: "rest_cannot_" + deed,
		Message: "Sorry, you are not allowed to manage the application passwords of this user.",
	}
	id := parseID(q.Param("user_id"))
	switch {
	case q.writer == nil:
		return refusal
	case q.Param("user_id") == "me":
		return nil
	case id < 1:
		return errNoRoute
	}
	own, err := stafflist.AuthorOf(q.ctx(), re.db, q.writer.ID, q.writer.Name)
	if err == nil && (own == nil || own.ID != id) {
		err = forbidden(q.writer, refusal)
	}
	return err
}

// appOf returns the password that the address names.
func (re *restAPI) appOf(q *restRequest) (*apppasswords.Password, error) {
	list, err := apppasswords.Of(q.ctx(), re.db, q.writer.ID)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(list, func(p apppasswords.Password) bool { return p.UUID() == q.Param("uuid") })
	if i < 0 {
		return nil, errNoApp
	}
	return &list[i], nil
}

func (re *restAPI) presentApp(p *apppasswords.Password) rest.AppPassword {
	when := func(at time.Time) string { return rest.Date(at.UTC()) }
	v := rest.AppPassword{
		UUID: p.UUID(), AppID: p.AppID, Name: p.Name, Created: when(p.CreatedAt.Time),
		Links: rest.Links{"self": {{Href: re.restHref("/users/me/application-passwords/" + p.UUID())}}},
	}
	if !p.UsedAt.IsZero() {
		used := when(p.UsedAt.Time)
		v.LastUsed, v.LastIP = &used, &p.Network
	}
	return v
}

func (re *restAPI) showApps(q *restRequest) error {
	if err := re.ownAccount(q, "list_application_passwords"); err != nil {
		return err
	}
	list, err := apppasswords.Of(q.ctx(), re.db, q.writer.ID)
	if err != nil {
		return err
	}
	v := make([]rest.AppPassword, len(list))
	for i := range list {
		v[i] = re.presentApp(&list[i])
	}
	return re.sendREST(q, v)
}

// showOwnApp answers with the password that the request was sent with.
func (re *restAPI) showOwnApp(q *restRequest) error {
	if err := re.ownAccount(q, "introspect_app_password_for_non_authenticated_user"); err != nil {
		return err
	}
	return re.sendREST(q, re.presentApp(q.password()))
}

// password returns the application password of a program's request.
func (q *restRequest) password() *apppasswords.Password {
	p, _ := q.Get(programPasswordKey).(*apppasswords.Password)
	return p
}

func (re *restAPI) showApp(q *restRequest) error {
	err := re.ownAccount(q, "read_application_password")
	if err != nil {
		return err
	}
	p, err := re.appOf(q)
	if err != nil {
		return err
	}
	return re.sendREST(q, re.presentApp(p))
}

// appFields returns the fields of a password. Its name is required.
func (q *restRequest) appFields() (name, app string, err error) {
	if !q.body.Has("name") {
		return "", "", missing("name")
	}
	name, app = q.body.Text("name"), q.body.Text("app_id")
	return name, app, q.body.Err()
}

func (re *restAPI) createApp(q *restRequest) error {
	if err := re.ownAccount(q, "create_application_passwords"); err != nil {
		return err
	}
	name, app, err := q.appFields()
	if err != nil {
		return err
	}
	ask := apppasswords.Request{Name: name, AppID: app, MadeBy: q.password().ID}
	secret, made, err := apppasswords.MakeFor(q.ctx(), re.db, q.writer.User, ask)
	if err != nil {
		return err
	}
	v := re.presentApp(made)
	v.Password = secret
	q.Response().Header().Set("Location", v.Links["self"][0].Href)
	return re.sendRESTStatus(q, http.StatusCreated, v)
}

func (re *restAPI) renameApp(q *restRequest) error {
	if err := re.ownAccount(q, "edit_application_password"); err != nil {
		return err
	}
	p, err := re.appOf(q)
	if err != nil {
		return err
	}
	name, _, err := q.appFields()
	if err == nil {
		err = apppasswords.Rename(q.ctx(), re.db, q.writer.ID, p.ID, name)
	}
	if err == nil {
		p, err = re.appOf(q)
	}
	if err != nil {
		return err
	}
	return re.sendREST(q, re.presentApp(p))
}

func (re *restAPI) endApp(q *restRequest) error {
	if err := re.ownAccount(q, "delete_application_password"); err != nil {
		return err
	}
	p, err := re.appOf(q)
	if err != nil {
		return err
	}
	if err := apppasswords.End(q.ctx(), re.db, q.writer.actor(), q.writer.ID, p.ID); err != nil {
		return err
	}
	return re.sendREST(q, rest.Deleted{Deleted: true, Previous: re.presentApp(p)})
}

// endApps ends all application passwords of the account, including the program's own.
func (re *restAPI) endApps(q *restRequest) error {
	if err := re.ownAccount(q, "delete_application_passwords"); err != nil {
		return err
	}
	list, err := apppasswords.Of(q.ctx(), re.db, q.writer.ID)
	if err == nil {
		err = apppasswords.EndAll(q.ctx(), re.db, q.writer.actor(), q.writer.ID)
	}
	if err != nil {
		return err
	}
	return re.sendREST(q, rest.DeletedAll{Deleted: true, Count: len(list)})
}

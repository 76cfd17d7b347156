package handlers

import (
	"broadsheet/models/people/apppasswords"
	"broadsheet/views"
)

// doAppPassword is the action that makes an application password.
const doAppPassword = "app-password"

// makeAppPassword makes an application password, which the answer shows once.
func (ac *accounts) makeAppPassword(c *request, v *viewer) ([]string, error) {
	secret, err := apppasswords.Make(c.ctx(), ac.db, v.User, c.form.Get("name"))
	return []string{secret}, err
}

// newAppPassword returns the page's part with the new password, or with the typed name of
// a refused form.
func newAppPassword(c *request, secrets []string) (v views.Account) {
	if len(secrets) > 0 && secrets[0] != "" {
		v.Apps.Secret = secrets[0]
	} else {
		v.Apps.Name = c.form.Get("name")
	}
	return v
}

// fillAppPasswords lists the application passwords of an account.
func (ac *accounts) fillAppPasswords(c *request, who *viewer, v *views.Account) error {
	a := &v.Apps
	a.Allowed, a.User, a.Address = apppasswords.Allowed(who.User), who.Email, ac.baseURL.String()
	a.Insecure = ac.baseURL.Scheme != "https"
	if a.Name == "" && c.form == nil { // a program has sent its user here
		a.Name = truncate(cleanText(c.QueryParam("app_name")), apppasswords.MaxName)
	}
	list, err := apppasswords.Of(c.ctx(), ac.db, who.ID)
	for _, p := range list {
		row := views.AppPasswordRow{ID: p.ID, Name: p.Name, Network: p.Network, Since: inSiteZone(c.site, p.CreatedAt.Time)}
		if !p.UsedAt.IsZero() {
			used := inSiteZone(c.site, p.UsedAt.Time)
			row.Used = &used
		}
		a.Rows = append(a.Rows, row)
	}
	return err
}

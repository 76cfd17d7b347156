package handlers

import (
	"strings"

	"broadsheet/handlers/agents"
	"broadsheet/models"
	"broadsheet/models/people"
	"broadsheet/models/people/apppasswords"
	"broadsheet/views"
)

// showAccount shows the page of the viewer's own account.
func (ac *accounts) showAccount(c *request) error {
	return ac.renderAccount(c, views.Account{}, nil)
}

// accountAction is an action on the viewer's own account.
type accountAction struct {
	password bool // the action needs the password, which the thief of a session does not have
	do       func(ac *accounts, c *request, v *viewer) (codes []string, err error)
}

var accountActions = map[string]accountAction{
	"name": {false, func(ac *accounts, c *request, v *viewer) ([]string, error) {
		return nil, people.Rename(c.ctx(), ac.db, v.User, c.form.Get("name"))
	}},
	"email": {true, (*accounts).requestEmail},
	"end": {false, func(ac *accounts, c *request, v *viewer) ([]string, error) {
		return nil, people.EndSession(c.ctx(), ac.db, v.actor(), v.ID, c.form.Get("session"))
	}},
	"end-others": {false, func(ac *accounts, c *request, v *viewer) ([]string, error) {
		return nil, people.SignOutOthers(c.ctx(), ac.db, v.User, v.session.Hash)
	}},
	"password": {true, func(ac *accounts, c *request, v *viewer) ([]string, error) {
		err := people.ChangePassword(c.ctx(), ac.db, v.User, c.form.Get("password"), v.session.Hash)
		if err == nil {
			err = ac.auth.rotate(c, v)
		}
		return nil, err
	}},
	"totp-on": {true, (*accounts).useTOTP},
	"totp-off": {true, func(ac *accounts, c *request, v *viewer) ([]string, error) {
		return nil, people.DisableTOTP(c.ctx(), ac.db, v.User)
	}},
	"codes": {true, func(ac *accounts, c *request, v *viewer) ([]string, error) {
		if !v.UsesTOTP() {
			return nil, models.Errorf(models.Conflict, "there are no one-time passwords to recover")
		}
		return people.ReplaceRecoveryCodes(c.ctx(), ac.db, v.User)
	}},
	"passkey-name": {false, func(ac *accounts, c *request, v *viewer) ([]string, error) {
		form := c.form
		return nil, people.RenamePasskey(c.ctx(), ac.db, v.User, parseID(form.Get("passkey")), form.Get("name"))
	}},
	"passkey-remove": {true, func(ac *accounts, c *request, v *viewer) ([]string, error) {
		return nil, people.RemovePasskey(c.ctx(), ac.db, v.User, parseID(c.form.Get("passkey")))
	}},
	doAppPassword: {true, (*accounts).makeAppPassword},
	"app-password-end": {false, func(ac *accounts, c *request, v *viewer) ([]string, error) {
		return nil, apppasswords.End(c.ctx(), ac.db, v.actor(), v.ID, parseID(c.form.Get("app")))
	}},
	"app-passwords-end": {false, func(ac *accounts, c *request, v *viewer) ([]string, error) {
		return nil, apppasswords.EndAll(c.ctx(), ac.db, v.actor(), v.ID)
	}},
}

// postAccount runs the action that the form names.
func (ac *accounts) postAccount(c *request) error {
	v := c.viewer
	name := c.form.Get("do")
	action, ok := accountActions[name]
	if !ok {
		return models.Errorf(models.Invalid, "there is no such action")
	}
	ac.auth.withOrigin(c)
	var codes []string
	var err error
	if action.password {
		err = ac.auth.checkOwnPassword(c, v)
	}
	if err == nil {
		codes, err = action.do(ac, c, v)
	}
	if name == doAppPassword {
		return ac.renderAccount(c, newAppPassword(c, codes), err)
	}
	if err != nil || codes != nil {
		return ac.renderAccount(c, views.Account{Codes: codes}, err)
	}
	if name == "email" {
		name = "email-asked"
	}
	return c.seeOther(withDone(accountPath, name))
}

// checkOwnPassword checks the viewer's own password.
func (au *authenticator) checkOwnPassword(c *request, v *viewer) error {
	r := c.Request()
	return au.guard.CheckOwnPassword(c.ctx(), au.db, v.User, c.form.Get("old"), networkOf(au.clients.address(r)))
}

// rotate gives this browser a new token for its session.
func (au *authenticator) rotate(c *request, v *viewer) error {
	token, session, err := people.RotateSession(c.ctx(), au.db, v.session, v.User)
	if err != nil || session == nil {
		return err
	}
	v.session = session
	return au.cookies.desk.set(c.Response(), c.Request(), token)
}

// useTOTP stores the secret that the page has shown, and returns new recovery
// codes.
func (ac *accounts) useTOTP(c *request, v *viewer) ([]string, error) {
	form := c.form
	secret := ac.secretFromKey(v, form.Get("key"))
	if secret == "" {
		return nil, errTooLate
	}
	codes, err := people.EnableTOTP(c.ctx(), ac.db, v.User, secret, form.Get("code"), v.session.Hash)
	if err == nil {
		err = ac.auth.rotate(c, v)
	}
	return codes, err
}

// secretFromKey returns the secret that a page has shown to the viewer, or "" when
// the key is too old or of another account.
func (ac *accounts) secretFromKey(v *viewer, key string) string {
	subject, age, ok := ac.links.Read(people.ForSecret, key, ac.db.Now())
	stamp, secret, _ := strings.Cut(subject, " ")
	if !ok || age > people.LinkRules[people.ForSecret].Lifetime || stamp != v.Stamp() {
		return ""
	}
	return secret
}

// renderAccount shows the page. refused is the error of the form, or nil.
func (ac *accounts) renderAccount(c *request, v views.Account, refused error) error {
	shown, err := ac.refused(c, refusalsOf.account, refused)
	if err != nil {
		return err
	}
	v.Refused, v.Wait = shown.key, shown.wait
	ctx, who := c.ctx(), c.viewer
	if who.User, err = people.ByID(ctx, ac.db, who.ID); err != nil { // the form may have changed it
		return err
	}
	v.Page = ac.deskFrame(c, ac.text(c.site, "account.title"))
	v.Desk.Flash = ac.flashText(c, accountDone)
	v.Name, v.Email, v.Role, v.TOTP, v.CanPasskey = who.Name, who.Email, string(who.Role), who.UsesTOTP(), ac.passkeys != nil
	v.Mail = ac.mail
	for _, fill := range []func(*request, *viewer, *views.Account) error{
		ac.fillSessions, ac.fillPasskeys, ac.fillTOTP, ac.fillAppPasswords,
	} {
		if err := fill(c, who, &v); err != nil {
			return err
		}
	}
	return render(ac.pages, c, views.AccountPage, v, personalAnswer(shown.status))
}

func (ac *accounts) fillSessions(c *request, who *viewer, v *views.Account) (err error) {
	v.Sessions, v.Unlisted, err = sessionRows(c, ac.db, who.ID, who.session.Hash)
	return err
}

// maxSessionRows is how many open sessions a page lists.
const maxSessionRows = 50

// sessionRows lists the open sessions of an account, the last used first, and counts
// those that are left out. current is the hash of the session that asks.
func sessionRows(c *request, db *models.DB, id int64, current string) (rows []views.SignedIn, more int, err error) {
	list, err := people.SessionsOf(c.ctx(), db, id, db.Now())
	more = max(0, len(list)-maxSessionRows)
	for _, s := range list[:len(list)-more] {
		rows = append(rows, views.SignedIn{
			ID: s.Hash, Agent: agents.Name(s.Agent), Network: s.Network, Since: inSiteZone(c.site, s.CreatedAt.Time),
			Seen: inSiteZone(c.site, s.SeenAt.Time), Current: s.Hash == current,
		})
	}
	return rows, more, err
}

func (ac *accounts) fillPasskeys(c *request, who *viewer, v *views.Account) error {
	list, err := people.PasskeysOf(c.ctx(), ac.db, who.ID)
	for _, k := range list {
		row := views.PasskeyRow{ID: k.ID, Name: k.Name, Since: inSiteZone(c.site, k.CreatedAt.Time), Copied: !k.ClonedAt.IsZero()}
		if !k.UsedAt.IsZero() {
			used := inSiteZone(c.site, k.UsedAt.Time)
			row.Used = &used
		}
		v.Passkeys = append(v.Passkeys, row)
	}
	return err
}

// fillTOTP shows the number of recovery codes left if the account has a TOTP
// secret, else a new secret. After a refused form it shows the same secret again,
// because the telephone may have it already.
func (ac *accounts) fillTOTP(c *request, who *viewer, v *views.Account) (err error) {
	if v.TOTP {
		left, err := people.CountRecoveryCodes(c.ctx(), ac.db, who.User)
		v.CodesLeft = int(left)
		return err
	}
	secret := ""
	if form := c.form; form != nil {
		secret = ac.secretFromKey(who, form.Get("key"))
	}
	secret, address, err := people.NewTOTP(c.site.Name, who.User, secret)
	if err != nil {
		return err
	}
	v.Secret, v.SecretIn = groupByFour(secret), views.OTPAddress(address)
	v.Key = ac.links.Make(people.ForSecret, who.Stamp()+" "+secret, ac.db.Now())
	v.QR, err = qrOf(address)
	return err
}

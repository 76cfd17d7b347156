package handlers

import (
	"net/http"
	"strings"

	"broadsheet/models"
	"broadsheet/models/newsroom"
	"broadsheet/models/people"
	"broadsheet/views"

	"github.com/labstack/echo/v4"
)

const accountPath = "/desk/account/"

// accountDone are the messages that the page can begin with.
var accountDone = map[string]bool{
	"password": true, "end": true, "end-others": true, "totp-off": true, "name": true, "passkey-add": true, "passkey-name": true, "passkey-remove": true,
}

// showAccount shows one's own sign-in.
func (ac *account) showAccount(c echo.Context) error {
	return ac.renderAccount(c, views.Account{}, nil)
}

// deed is something that somebody does to the own account.
type deed struct {
	password bool // is asked for first: a stolen session must not do it
	do       func(ac *account, c echo.Context, v *viewer) (codes []string, err error)
}

var deeds = map[string]deed{
	"name": {false, func(ac *account, c echo.Context, v *viewer) ([]string, error) {
		return nil, people.Rename(c.Request().Context(), ac.DB, v.User, c.Request().PostForm.Get("name"))
	}},
	"end": {false, func(ac *account, c echo.Context, v *viewer) ([]string, error) {
		return nil, people.SignOut(c.Request().Context(), ac.DB, v.ID, c.Request().PostForm.Get("session"))
	}},
	"end-others": {false, func(ac *account, c echo.Context, v *viewer) ([]string, error) {
		return nil, people.SignOutOthers(c.Request().Context(), ac.DB, v.ID, v.session.Hash)
	}},
	"password": {true, func(ac *account, c echo.Context, v *viewer) ([]string, error) {
		err := people.ChangePassword(c.Request().Context(), ac.DB, v.User, c.Request().PostForm.Get("password"), v.session.Hash)
		if err == nil {
			err = ac.rotate(c, v)
		}
		return nil, err
	}},
	"totp-on": {true, (*account).useTOTP},
	"totp-off": {true, func(ac *account, c echo.Context, v *viewer) ([]string, error) {
		return nil, people.DisableTOTP(c.Request().Context(), ac.DB, v.User)
	}},
	"codes": {true, func(ac *account, c echo.Context, v *viewer) ([]string, error) {
		if !v.UsesTOTP() {
			return nil, models.Errorf(models.Conflict, "there are no one-time passwords to recover")
		}
		return people.ReplaceRecoveryCodes(c.Request().Context(), ac.DB, v.User)
	}},
	"passkey-name": {false, func(ac *account, c echo.Context, v *viewer) ([]string, error) {
		form := c.Request().PostForm
		return nil, people.RenamePasskey(c.Request().Context(), ac.DB, v.User, idOf(form.Get("passkey")), form.Get("name"))
	}},
	"passkey-remove": {true, func(ac *account, c echo.Context, v *viewer) ([]string, error) {
		return nil, people.RemovePasskey(c.Request().Context(), ac.DB, v.User, idOf(c.Request().PostForm.Get("passkey")))
	}},
}

// postAccount changes one's own sign-in.
func (ac *account) postAccount(c echo.Context) error {
	r, v := c.Request(), viewerOf(c)
	if err := parseForm(r); err != nil {
		return err
	}
	name := r.PostForm.Get("do")
	deed, ok := deeds[name]
	if !ok {
		return models.Errorf(models.Invalid, "there is no such action")
	}
	var codes []string
	var err error
	if deed.password {
		err = ac.askOwn(c, v)
	}
	if err == nil {
		codes, err = deed.do(ac, c, v)
	}
	if err != nil || codes != nil {
		return ac.renderAccount(c, views.Account{Codes: codes}, err)
	}
	return c.Redirect(http.StatusSeeOther, accountPath+"?done="+name)
}

// askOwn checks the password of who is signed in.
func (s *server) askOwn(c echo.Context, v *viewer) error {
	r := c.Request()
	return people.CheckOwnPassword(r.Context(), s.DB, v.User, r.PostForm.Get("old"), network(s.address(r)))
}

// rotate gives this browser a new token for its session.
func (s *server) rotate(c echo.Context, v *viewer) error {
	token, session, err := people.RotateSession(c.Request().Context(), s.DB, v.session, v.User)
	if err != nil || session == nil {
		return err
	}
	v.session = session
	return s.deskCookies.set(c.Response(), c.Request(), token)
}

// useTOTP puts the secret in force that the page has shown.
func (ac *account) useTOTP(c echo.Context, v *viewer) ([]string, error) {
	form := c.Request().PostForm
	secret := ac.secretIn(v, form.Get("key"))
	if secret == "" {
		return nil, errAgain
	}
	codes, err := people.EnableTOTP(c.Request().Context(), ac.DB, v.User, secret, form.Get("code"), v.session.Hash)
	if err == nil {
		err = ac.rotate(c, v)
	}
	return codes, err
}

// secretIn reads the secret that a page has shown to the viewer; "" for one
// that is too old or somebody else's.
func (ac *account) secretIn(v *viewer, key string) string {
	subject, age, ok := ac.Links.Read(people.ForSecret, key, ac.DB.Now())
	stamp, secret, _ := strings.Cut(subject, " ")
	if !ok || age > people.LinkRules[people.ForSecret].Lifetime || stamp != v.Stamp() {
		return ""
	}
	return secret
}

// renderAccount shows the page. refused is what was wrong with what was sent,
// nil for nothing.
func (ac *account) renderAccount(c echo.Context, v views.Account, refused error) error {
	code := http.StatusOK
	if refused != nil {
		said, ok := sayOwn(refused)
		if !ok {
			return refused
		}
		code, v.Refused, v.Wait = status(refused), said.key, said.wait
		setRetryAfter(c.Response().Header(), refused)
	}
	ctx := c.Request().Context()
	site, err := ac.site.Get(ctx)
	if err != nil {
		return err
	}
	who := viewerOf(c)
	if who.User, err = people.ByID(ctx, ac.DB, who.ID); err != nil { // as it is by now
		return err
	}
	v.Page = ac.deskFrame(c, site, ac.text(site, "account.title"))
	if done := c.QueryParam("done"); accountDone[done] {
		v.Desk.Flash = ac.text(site, "account.done."+done)
	}
	v.Name, v.Email, v.TOTP, v.CanPasskey = who.Name, who.Email, who.UsesTOTP(), ac.passkeys != nil
	for _, fill := range []func(echo.Context, *newsroom.Site, *viewer, *views.Account) error{ac.fillSessions, ac.fillPasskeys, ac.fillTOTP} {
		if err := fill(c, site, who, &v); err != nil {
			return err
		}
	}
	return render(ac.server, c, views.AccountPage, v, answer{code, true})
}

func (ac *account) fillSessions(c echo.Context, site *newsroom.Site, who *viewer, v *views.Account) error {
	list, err := people.SessionsOf(c.Request().Context(), ac.DB, who.ID)
	for _, s := range list {
		v.Sessions = append(v.Sessions, views.SignedIn{
			ID: s.Hash, Agent: agentName(s.Agent), Network: s.Network, Since: local(site, s.CreatedAt.Time), Seen: local(site, s.SeenAt.Time),
			Current: s.Hash == who.session.Hash,
		})
	}
	return err
}

func (ac *account) fillPasskeys(c echo.Context, site *newsroom.Site, who *viewer, v *views.Account) error {
	list, err := people.PasskeysOf(c.Request().Context(), ac.DB, who.ID)
	for _, k := range list {
		row := views.PasskeyRow{ID: k.ID, Name: k.Name, Since: local(site, k.CreatedAt.Time), Copied: !k.ClonedAt.IsZero()}
		if !k.UsedAt.IsZero() {
			used := local(site, k.UsedAt.Time)
			row.Used = &used
		}
		v.Passkeys = append(v.Passkeys, row)
	}
	return err
}

// fillTOTP shows a new secret, or after a refusal the same again: it may be
// in the telephone already.
func (ac *account) fillTOTP(c echo.Context, site *newsroom.Site, who *viewer, v *views.Account) (err error) {
	if v.TOTP {
		left, err := people.CountRecoveryCodes(c.Request().Context(), ac.DB, who.User)
		v.CodesLeft = int(left)
		return err
	}
	secret := ""
	if form := c.Request().PostForm; form != nil {
		secret = ac.secretIn(who, form.Get("key"))
	}
	secret, address, err := people.NewTOTP(site.Name, who.User, secret)
	if err != nil {
		return err
	}
	v.Secret, v.SecretIn = inFours(secret), views.OTPAddress(address)
	v.Key = ac.Links.Make(people.ForSecret, who.Stamp()+" "+secret, ac.DB.Now())
	v.QR, err = qrOf(address)
	return err
}

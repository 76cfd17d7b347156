package handlers

import (
	"broadsheet/models/newsroom"
	"broadsheet/models/people"
	"broadsheet/models/people/invitations"
	"broadsheet/views"
)

// invitationOf returns the invitation that a key opens, and the subject of the key.
func (ac *accounts) invitationOf(c *request, key string) (i *invitations.Invitation, subject string, err error) {
	subject, _, ok := ac.links.Read(people.ForInvite, key, ac.db.Now())
	if !ok {
		return nil, "", invitations.ErrGone
	}
	i, err = invitations.BySubject(c.ctx(), ac.db, subject, ac.db.Now())
	return i, subject, err
}

// invitedStep returns the page that asks the invited person for a password.
func (ac *accounts) invitedStep(c *request, i *invitations.Invitation, key, name string) (views.SignIn, error) {
	v := views.SignIn{Step: "invited", Action: invitationPath, Key: key, Name: name, Email: i.Email, Role: string(i.Role)}
	chosen, err := i.Categories(c.ctx(), ac.db)
	v.Sections = invitedSections(c.site, chosen)
	return v, err
}

// invitedSections returns the names of the categories of an invitation that still exist.
func invitedSections(site *newsroom.Site, chosen []invitations.Category) (list []string) {
	for _, one := range chosen {
		if one.CategoryID == nil {
			continue
		}
		if category := site.Categories.ByID(*one.CategoryID); category != nil {
			list = append(list, nameWithParents(site, category))
		}
	}
	return list
}

// showInvitation asks the invited person for a password.
func (ac *accounts) showInvitation(c *request) error {
	key := c.QueryParam("key")
	i, _, err := ac.invitationOf(c, key)
	if err != nil {
		return err
	}
	v, err := ac.invitedStep(c, i, key, i.Name)
	if err != nil {
		return err
	}
	return ac.renderSignIn(c, v, nil)
}

// postInvitation makes the account and signs it in. It then offers a passkey, if the form
// asks for one.
func (ac *accounts) postInvitation(c *request) error {
	key := c.form.Get("key")
	i, subject, err := ac.invitationOf(c, key)
	if err != nil {
		return err
	}
	v, err := ac.invitedStep(c, i, key, c.form.Get("name"))
	if err != nil {
		return err
	}
	v.WithPasskey = c.form.Get("passkey") != ""
	u, err := invitations.Accept(c.ctx(), ac.db, subject, v.Name, c.form.Get("password"))
	if err != nil {
		return ac.renderSignIn(c, v, err)
	}
	if !v.WithPasskey || ac.passkeys == nil {
		return ac.startSession(c, u, deskPath)
	}
	if err := ac.beginSession(c, u); err != nil {
		return err
	}
	return ac.offerPasskey(c, u)
}

// offerPasskey shows the page that makes the first passkey of an account, whose owner has
// just typed the password. The page holds the challenge, so the script need not ask for
// the password again.
func (ac *accounts) offerPasskey(c *request, u *people.User) error {
	ceremony, err := ac.passkeys.BeginRegistration(c.ctx(), ac.db, u)
	if err != nil {
		return err
	}
	v := views.SignIn{Step: "passkey", Key: ceremony.Key, Options: string(ceremony.Options), Next: deskPath}
	return ac.renderSignIn(c, v, nil)
}

// postStaff invites a person, sends an invitation again, or revokes one.
func (st *staff) postStaff(c *request) error {
	by := c.viewer.actor()
	typed := views.Staff{Name: c.form.Get("name"), Email: c.form.Get("email"), Role: c.form.Get("role")}
	if c.form.Get("do") == "revoke" {
		if err := invitations.Revoke(c.ctx(), st.db, by, parseID(c.form.Get("invitation"))); err != nil {
			return st.renderStaff(c, views.Staff{Role: string(people.Moderator)}, err)
		}
		return c.seeOther(withDone(staffPath, "revoke"))
	}
	again := c.form.Get("do") == "again"
	role, err := people.ParseRole(typed.Role)
	if err == nil {
		typed.Ticked, _, err = tickedCategories(c)
	}
	if err == nil || again {
		err = st.auth.checkOwnPassword(c, c.viewer)
	}
	var i *invitations.Invitation
	switch {
	case err != nil:
	case again:
		i, err = invitations.Again(c.ctx(), st.db, by, parseID(c.form.Get("invitation")))
	default:
		account := people.NewAccount{Name: typed.Name, Email: typed.Email, Role: role}
		i, err = invitations.Invite(c.ctx(), st.db, by, account, typed.Ticked...)
	}
	if err != nil {
		return st.renderStaff(c, typed, err)
	}
	if st.mail {
		return c.seeOther(withDone(staffPath, "add"))
	}
	link := st.base.String() + invitationPath + "?key=" + st.links.Make(people.ForInvite, i.Subject(), st.db.Now())
	return st.renderStaff(c, views.Staff{Role: string(people.Moderator), Link: link, LinkFor: i.Name}, nil)
}

// fillInvitations lists the invitations that are not accepted.
func (st *staff) fillInvitations(c *request, v *views.Staff) error {
	list, err := invitations.List(c.ctx(), st.db)
	if err != nil {
		return err
	}
	for _, i := range list {
		chosen, err := i.Categories(c.ctx(), st.db)
		if err != nil {
			return err
		}
		v.Invited = append(v.Invited, views.StaffInvitation{
			ID: i.ID, Name: i.Name, Email: i.Email, Role: string(i.Role), By: i.InvitedBy,
			At: inSiteZone(c.site, i.At.Time), Until: inSiteZone(c.site, i.ExpiresAt.Time), Late: !i.OpenAt(st.db.Now()),
			Sections: invitedSections(c.site, chosen),
		})
	}
	return nil
}

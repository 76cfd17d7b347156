package handlers

import (
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

// showInvitation asks the invited person for a password.
func (ac *accounts) showInvitation(c *request) error {
	key := c.QueryParam("key")
	i, _, err := ac.invitationOf(c, key)
	if err != nil {
		return err
	}
	v := views.SignIn{Step: "invited", Action: invitationPath, Key: key, Name: i.Name, Email: i.Email, Role: string(i.Role)}
	return ac.renderSignIn(c, v, nil)
}

// postInvitation makes the account and signs it in.
func (ac *accounts) postInvitation(c *request) error {
	key := c.form.Get("key")
	i, subject, err := ac.invitationOf(c, key)
	if err != nil {
		return err
	}
	v := views.SignIn{
		Step: "invited", Action: invitationPath, Key: key, Name: c.form.Get("name"), Email: i.Email, Role: string(i.Role),
	}
	u, err := invitations.Accept(c.ctx(), ac.db, subject, v.Name, c.form.Get("password"))
	if err != nil {
		return ac.renderSignIn(c, v, err)
	}
	return ac.startSession(c, u, deskPath)
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
	if err == nil || again {
		err = st.auth.checkOwnPassword(c, c.viewer)
	}
	var i *invitations.Invitation
	switch {
	case err != nil:
	case again:
		i, err = invitations.Again(c.ctx(), st.db, by, parseID(c.form.Get("invitation")))
	default:
		i, err = invitations.Invite(c.ctx(), st.db, by, people.NewAccount{Name: typed.Name, Email: typed.Email, Role: role})
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
	for _, i := range list {
		v.Invited = append(v.Invited, views.StaffInvitation{
			ID: i.ID, Name: i.Name, Email: i.Email, Role: string(i.Role), By: i.InvitedBy,
			At: inSiteZone(c.site, i.At.Time), Until: inSiteZone(c.site, i.ExpiresAt.Time), Late: !i.OpenAt(st.db.Now()),
		})
	}
	return err
}

package handlers

import (
	"context"
	"net/url"
	"slices"
	"strings"

	"broadsheet/models"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/taxonomy"
	"broadsheet/models/people"
	"broadsheet/views"
)

// staff has the pages that manage accounts.
type staff struct {
	*desk
	db    *models.DB
	auth  *authenticator
	links *people.Links
	base  *url.URL // the address of the site, for links that are handed over
}

// logLines is how many lines of the log of accounts a page shows.
const logLines = 50

// showStaff lists all accounts.
func (st *staff) showStaff(c *request) error {
	return st.renderStaff(c, views.Staff{Role: string(people.Moderator)}, nil)
}

// staffAction is an action on an account. asks reports whether the action needs
// the manager's own password: every action that gives the account more rights
// does. A stolen session can only take rights away.
type staffAction struct {
	asks func(st *staff, c *request, id int64) (bool, error)
	do   func(st *staff, c *request, by models.Actor, id int64) error
}

func always(*staff, *request, int64) (bool, error) { return true, nil }

func never(*staff, *request, int64) (bool, error) { return false, nil }

// staffActions are the actions of the page of an account.
var staffActions = map[string]staffAction{
	"role": {always, func(st *staff, c *request, by models.Actor, id int64) error {
		role, err := people.ParseRole(c.form.Get("role"))
		if err != nil {
			return err
		}
		return people.SetRole(c.ctx(), st.db, by, id, role)
	}},
	"sections": {(*staff).widensLimit, (*staff).limitTo},
	"out": {never, func(st *staff, c *request, by models.Actor, id int64) error {
		return people.SignOutUser(c.ctx(), st.db, by, id)
	}},
	"session": {never, func(st *staff, c *request, by models.Actor, id int64) error {
		return people.EndSession(c.ctx(), st.db, by, id, c.form.Get("session"))
	}},
	"byline":  {always, giveOrTake(taxonomy.GiveAuthor)},
	"release": {never, giveOrTake(taxonomy.TakeAuthor)},
	"factors": {always, func(st *staff, c *request, by models.Actor, id int64) error {
		return people.RemoveSecondFactors(c.ctx(), st.db, by, id)
	}},
	"end": {always, func(st *staff, c *request, by models.Actor, id int64) error {
		return people.CloseAccount(c.ctx(), st.db, by, id)
	}},
	"return": {always, func(st *staff, c *request, by models.Actor, id int64) error {
		return people.ReopenAccount(c.ctx(), st.db, by, id)
	}},
}

// errSelf refuses changes of the manager's own account, which could lock the
// manager out.
var errSelf = models.Errorf(models.Conflict, "nobody changes their own account here")

// postPerson runs the action that the form names on an account.
func (st *staff) postPerson(c *request) error {
	v := c.viewer
	id := parseID(c.Param("id"))
	name := c.form.Get("do")
	action, ok := staffActions[name]
	switch {
	case !ok:
		return models.Errorf(models.Invalid, "there is no such action")
	case id == v.ID:
		return errSelf
	}
	asks, err := action.asks(st, c, id)
	if err == nil && asks {
		err = st.auth.checkOwnPassword(c, v)
	}
	if err == nil {
		err = action.do(st, c, v.actor(), id)
	}
	if err != nil {
		return st.renderPerson(c, id, err)
	}
	return c.seeOther(withDone(personPath(id), name))
}

// widensLimit reports whether the ticked categories let a moderator work outside
// the limit in force: without a limit, or in a category that the limit does not
// name. A category that does not exist widens nothing.
func (st *staff) widensLimit(c *request, id int64) (bool, error) {
	ctx := c.ctx()
	u, err := people.ByID(ctx, st.db, id)
	if err != nil || !u.Limited {
		return false, err
	}
	limit, err := people.CategoryLimit(ctx, st.db, u)
	if err != nil {
		return false, err
	}
	ticked := c.form["section"]
	return len(ticked) == 0 || slices.ContainsFunc(ticked, func(category string) bool {
		n := parseID(category)
		return c.site.Categories.ByID(n) != nil && !slices.Contains(limit, n)
	}), nil
}

// limitTo limits a moderator to the ticked categories.
func (st *staff) limitTo(c *request, by models.Actor, id int64) error {
	categories, paths, err := tickedCategories(c)
	if err != nil {
		return err
	}
	return people.SetCategoryLimit(c.ctx(), st.db, by, id, categories, strings.Join(paths, ", "))
}

// tickedCategories returns the numbers and paths of the categories that a form names.
func tickedCategories(c *request) (categories []int64, paths []string, err error) {
	for _, text := range c.form["section"] {
		found := c.site.Categories.ByID(parseID(text))
		if found == nil {
			return nil, nil, models.Errorf(models.Invalid, "there is no such section")
		}
		categories, paths = append(categories, found.ID), append(paths, found.Path)
	}
	return categories, paths, nil
}

// showPerson shows an account to a manager.
func (st *staff) showPerson(c *request) error {
	return st.renderPerson(c, parseID(c.Param("id")), nil)
}

func (st *staff) renderStaff(c *request, v views.Staff, refused error) error {
	shown, err := st.refused(c, refusalsOf.account, refused)
	if err != nil {
		return err
	}
	v.Refused, v.Wait = shown.key, shown.wait
	ctx := c.ctx()
	v.Page = st.deskFrame(c, st.text(c.site, "staff.title"))
	v.Desk.Flash = st.flashText(c, staffDone)
	v.Roles, v.Categories = roleNames(), categoriesTicked(c.site, v.Ticked)
	if err := st.fillPeople(c, &v); err != nil {
		return err
	}
	if err := st.fillInvitations(c, &v); err != nil {
		return err
	}
	if v.Log, err = st.staffLog(ctx, c.site, 0); err != nil {
		return err
	}
	return render(st.pages, c, views.StaffPage, v, personalAnswer(shown.status))
}

// fillPeople lists all accounts.
func (st *staff) fillPeople(c *request, v *views.Staff) error {
	ctx := c.ctx()
	list, err := people.ListAccounts(ctx, st.db)
	if err != nil {
		return err
	}
	keys, err := people.CountPasskeys(ctx, st.db)
	if err != nil {
		return err
	}
	open, err := people.CountSessions(ctx, st.db, st.db.Now())
	if err != nil {
		return err
	}
	for i := range list {
		member, err := st.member(ctx, c.site, c.viewer, &list[i], keys[list[i].ID])
		if err != nil {
			return err
		}
		member.Sessions = open[list[i].ID]
		if member.Ended != nil {
			v.Former = append(v.Former, member)
		} else {
			v.People = append(v.People, member)
		}
	}
	return nil
}

// renderPerson shows an account. refused is the error of the form, or nil.
func (st *staff) renderPerson(c *request, id int64, refused error) error {
	v := views.Colleague{Roles: roleNames(), Mail: st.mail}
	shown, err := st.refused(c, refusalsOf.account, refused)
	if err != nil {
		return err
	}
	v.Refused, v.Wait = shown.key, shown.wait
	ctx := c.ctx()
	u, err := people.ByID(ctx, st.db, id)
	if err != nil {
		return err
	}
	v.Page = st.deskFrame(c, u.Name)
	v.Desk.Flash = st.flashText(c, personDone)
	keys, err := people.PasskeysOf(ctx, st.db, id)
	if err == nil {
		v.Member, err = st.member(ctx, c.site, c.viewer, u, len(keys))
	}
	if err == nil {
		var limit []int64
		limit, err = people.CategoryLimit(ctx, st.db, u)
		v.Categories = categoriesTicked(c.site, limit)
	}
	if err == nil {
		v.Log, err = st.staffLog(ctx, c.site, id)
	}
	if err != nil {
		return err
	}
	if err := st.fillBylines(ctx, u, &v); err != nil {
		return err
	}
	if v.Sessions, v.Unlisted, err = sessionRows(c, st.db, id, ""); err != nil {
		return err
	}
	return render(st.pages, c, views.PersonPage, v, personalAnswer(shown.status))
}

func roleNames() (names []string) {
	for _, r := range people.Roles {
		names = append(names, string(r))
	}
	return names
}

// member converts an account for the pages.
func (st *staff) member(ctx context.Context, site *newsroom.Site, self *viewer, u *people.User, passkeys int) (views.StaffMember, error) {
	m := views.StaffMember{
		ID: u.ID, URL: personPath(u.ID), Name: u.Name, Email: u.Email, Role: string(u.Role), Since: inSiteZone(site, u.CreatedAt.Time),
		TOTP: u.UsesTOTP(), Passkeys: passkeys, Self: u.ID == self.ID,
	}
	if !u.SeenAt.IsZero() {
		seen := inSiteZone(site, u.SeenAt.Time)
		m.Seen = &seen
	}
	if u.Closed() {
		at := inSiteZone(site, u.ClosedAt.Time)
		m.Ended = &at
	}
	if m.Limited = u.Limited && u.Role == people.Moderator; !m.Limited {
		return m, nil
	}
	limit, err := people.CategoryLimit(ctx, st.db, u)
	for _, id := range limit {
		if category := site.Categories.ByID(id); category != nil {
			m.Categories = append(m.Categories, category.Name)
		}
	}
	return m, err
}

// categoriesTicked lists all categories, and ticks some.
func categoriesTicked(site *newsroom.Site, ticked []int64) (list []views.StaffCategory) {
	for _, category := range site.Categories.All() {
		list = append(list, views.StaffCategory{
			ID: category.ID, Name: nameWithParents(site, category), Checked: slices.Contains(ticked, category.ID),
		})
	}
	return list
}

// nameWithParents returns the name of a category with those above it.
func nameWithParents(site *newsroom.Site, category *taxonomy.Category) string {
	var names []string
	for above := category; above != nil; above = site.Categories.Parent(above) {
		names = append(names, above.Name)
	}
	slices.Reverse(names)
	return strings.Join(names, " / ")
}

func (st *staff) staffLog(ctx context.Context, site *newsroom.Site, person int64) (lines []views.StaffLine, err error) {
	entries, err := people.ListChanges(ctx, st.db, person, logLines)
	for _, e := range entries {
		lines = append(lines, views.StaffLine{
			At: inSiteZone(site, e.At.Time), Actor: e.Actor, ActorID: accountNumber(e.ActorID), Person: e.SubjectName,
			PersonID: e.SubjectID, What: "staff.what." + e.Verb, Detail: e.After,
			Role: e.Verb == "role" || e.Verb == "added",
		})
	}
	return lines, err
}

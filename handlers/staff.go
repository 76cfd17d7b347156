package handlers

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"broadsheet/models"
	"broadsheet/models/newsroom"
	"broadsheet/models/people"
	"broadsheet/views"

	"github.com/labstack/echo/v4"
)

// manager looks after who has an account, and in which role.
type manager struct{ *server }

const staffPath = "/desk/people"

// logLines is how much of the log of accounts a page shows.
const logLines = 50

// showStaff lists everybody who has an account.
func (mg *manager) showStaff(c echo.Context) error {
	return mg.renderStaff(c, views.Staff{Role: string(people.Moderator)}, nil)
}

// postStaff makes an account.
func (mg *manager) postStaff(c echo.Context) error {
	r, v := c.Request(), viewerOf(c)
	if err := parseForm(r); err != nil {
		return err
	}
	typed := views.Staff{Name: r.PostForm.Get("name"), Email: r.PostForm.Get("email"), Role: r.PostForm.Get("role")}
	role, err := people.ParseRole(typed.Role)
	if err == nil {
		err = mg.askOwn(c, v)
	}
	if err == nil {
		// Nobody gets an account without a password here.
		_, err = people.CreateAccount(r.Context(), mg.DB, v.actor(), people.NewAccount{Name: typed.Name, Email: typed.Email, Role: role, Password: cmp.Or(r.PostForm.Get("password"), " ")})
	}
	if err != nil {
		return mg.renderStaff(c, typed, err)
	}
	return c.Redirect(http.StatusSeeOther, staffPath+"?done=add")
}

// staffDeed is an action on an account. asks reports whether the action needs
// the manager's own password: every action that gives the account more rights
// does. A stolen session can only take rights away.
type staffDeed struct {
	asks func(mg *manager, c echo.Context, id int64) (bool, error)
	do   func(mg *manager, c echo.Context, by models.Actor, id int64) error
}

func always(*manager, echo.Context, int64) (bool, error) { return true, nil }

func never(*manager, echo.Context, int64) (bool, error) { return false, nil }

// staffDeeds are the actions of the page of an account.
var staffDeeds = map[string]staffDeed{
	"role": {always, func(mg *manager, c echo.Context, by models.Actor, id int64) error {
		role, err := people.ParseRole(c.Request().PostForm.Get("role"))
		if err != nil {
			return err
		}
		return people.SetRole(c.Request().Context(), mg.DB, by, id, role)
	}},
	"sections": {(*manager).widensLimit, (*manager).limitTo},
	"out": {never, func(mg *manager, c echo.Context, by models.Actor, id int64) error {
		return people.SignOutUser(c.Request().Context(), mg.DB, by, id)
	}},
	"factors": {always, func(mg *manager, c echo.Context, by models.Actor, id int64) error {
		return people.RemoveSecondFactors(c.Request().Context(), mg.DB, by, id)
	}},
	"end": {always, func(mg *manager, c echo.Context, by models.Actor, id int64) error {
		return people.CloseAccount(c.Request().Context(), mg.DB, by, id)
	}},
	"return": {always, func(mg *manager, c echo.Context, by models.Actor, id int64) error {
		return people.ReopenAccount(c.Request().Context(), mg.DB, by, id)
	}},
}

// errSelf keeps managers from locking themselves out.
var errSelf = models.Errorf(models.Conflict, "nobody changes their own account here")

// postPerson changes somebody's account.
func (mg *manager) postPerson(c echo.Context) error {
	r, v := c.Request(), viewerOf(c)
	if err := parseForm(r); err != nil {
		return err
	}
	id := idOf(c.Param("id"))
	name := r.PostForm.Get("do")
	deed, ok := staffDeeds[name]
	switch {
	case !ok:
		return models.Errorf(models.Invalid, "there is no such action")
	case id == v.ID:
		return errSelf
	}
	asks, err := deed.asks(mg, c, id)
	if err == nil && asks {
		err = mg.askOwn(c, v)
	}
	if err == nil {
		err = deed.do(mg, c, v.actor(), id)
	}
	if err != nil {
		return mg.renderPerson(c, id, err)
	}
	return c.Redirect(http.StatusSeeOther, personPath(id)+"?done="+name)
}

// widensLimit reports whether the ticked sections let a moderator work outside
// the limit in force: without a limit, or in a section that the limit does not
// name. A section that does not exist widens nothing.
func (mg *manager) widensLimit(c echo.Context, id int64) (bool, error) {
	ctx := c.Request().Context()
	u, err := people.ByID(ctx, mg.DB, id)
	if err != nil || !u.Limited {
		return false, err
	}
	limit, err := people.CategoryLimit(ctx, mg.DB, u)
	if err != nil {
		return false, err
	}
	site, err := mg.site.Get(ctx)
	if err != nil {
		return false, err
	}
	ticked := c.Request().PostForm["section"]
	return len(ticked) == 0 || slices.ContainsFunc(ticked, func(section string) bool {
		n := idOf(section)
		return site.Categories.ByID(n) != nil && !slices.Contains(limit, n)
	}), nil
}

// limitTo limits a moderator to the sections that are ticked.
func (mg *manager) limitTo(c echo.Context, by models.Actor, id int64) error {
	ctx := c.Request().Context()
	site, err := mg.site.Get(ctx)
	if err != nil {
		return err
	}
	var sections []int64
	var paths []string
	for _, text := range c.Request().PostForm["section"] {
		found := site.Categories.ByID(idOf(text))
		if found == nil {
			return models.Errorf(models.Invalid, "there is no such section")
		}
		sections, paths = append(sections, found.ID), append(paths, found.Path)
	}
	return people.SetCategoryLimit(ctx, mg.DB, by, id, sections, strings.Join(paths, ", "))
}

func personPath(id int64) string { return staffPath + "/" + strconv.FormatInt(id, 10) + "/" }

// showPerson shows somebody's account to a manager.
func (mg *manager) showPerson(c echo.Context) error {
	return mg.renderPerson(c, idOf(c.Param("id")), nil)
}

// refuse fills in what was wrong with what was sent, and returns the status.
func (mg *manager) refuse(c echo.Context, refused error, key *string, wait *int) (int, error) {
	if refused == nil {
		return http.StatusOK, nil
	}
	said, ok := sayOwn(refused)
	if !ok {
		return 0, refused
	}
	*key, *wait = said.key, said.wait
	setRetryAfter(c.Response().Header(), refused)
	return status(refused), nil
}

func (mg *manager) renderStaff(c echo.Context, v views.Staff, refused error) error {
	code, err := mg.refuse(c, refused, &v.Refused, &v.Wait)
	if err != nil {
		return err
	}
	ctx := c.Request().Context()
	site, err := mg.site.Get(ctx)
	if err != nil {
		return err
	}
	v.Page = mg.deskFrame(c, site, mg.text(site, "staff.title"))
	if c.QueryParam("done") == "add" {
		v.Desk.Flash = mg.text(site, "staff.done.add")
	}
	v.Roles = roleNames()
	list, err := people.ListAccounts(ctx, mg.DB)
	if err != nil {
		return err
	}
	keys, err := people.CountPasskeys(ctx, mg.DB)
	if err != nil {
		return err
	}
	for i := range list {
		member, err := mg.member(ctx, site, viewerOf(c), &list[i], keys[list[i].ID])
		if err != nil {
			return err
		}
		if member.Ended != nil {
			v.Former = append(v.Former, member)
		} else {
			v.People = append(v.People, member)
		}
	}
	if v.Log, err = mg.staffLog(ctx, site, 0); err != nil {
		return err
	}
	return render(mg.server, c, views.StaffPage, v, answer{code, true})
}

// renderPerson shows somebody's account. refused is what was wrong with what
// was sent, nil for nothing.
func (mg *manager) renderPerson(c echo.Context, id int64, refused error) error {
	v := views.Colleague{Roles: roleNames()}
	code, err := mg.refuse(c, refused, &v.Refused, &v.Wait)
	if err != nil {
		return err
	}
	ctx := c.Request().Context()
	site, err := mg.site.Get(ctx)
	if err != nil {
		return err
	}
	u, err := people.ByID(ctx, mg.DB, id)
	if err != nil {
		return err
	}
	v.Page = mg.deskFrame(c, site, u.Name)
	if done := c.QueryParam("done"); staffDeeds[done].do != nil {
		v.Desk.Flash = mg.text(site, "staff.done."+done)
	}
	keys, err := people.PasskeysOf(ctx, mg.DB, id)
	if err == nil {
		v.Member, err = mg.member(ctx, site, viewerOf(c), u, len(keys))
	}
	if err == nil {
		v.Sections, err = mg.sectionsOf(ctx, site, u)
	}
	if err == nil {
		v.Log, err = mg.staffLog(ctx, site, id)
	}
	if err != nil {
		return err
	}
	sessions, err := people.SessionsOf(ctx, mg.DB, id)
	if err != nil {
		return err
	}
	v.Sessions = len(sessions)
	return render(mg.server, c, views.PersonPage, v, answer{code, true})
}

func roleNames() (names []string) {
	for _, r := range people.Roles {
		names = append(names, string(r))
	}
	return names
}

// member turns an account into what the pages show of it.
func (mg *manager) member(ctx context.Context, site *newsroom.Site, self *viewer, u *people.User, passkeys int) (views.StaffMember, error) {
	m := views.StaffMember{
		ID: u.ID, URL: personPath(u.ID), Name: u.Name, Email: u.Email, Role: string(u.Role), Since: local(site, u.CreatedAt.Time),
		TOTP: u.UsesTOTP(), Passkeys: passkeys, Self: u.ID == self.ID,
	}
	if u.Closed() {
		at := local(site, u.ClosedAt.Time)
		m.Ended = &at
	}
	if m.Limited = u.Limited && u.Role == people.Moderator; !m.Limited {
		return m, nil
	}
	limit, err := people.CategoryLimit(ctx, mg.DB, u)
	for _, id := range limit {
		if section := site.Categories.ByID(id); section != nil {
			m.Sections = append(m.Sections, section.Name)
		}
	}
	return m, err
}

// sectionsOf lists all sections, with a tick at those that a moderator is
// limited to.
func (mg *manager) sectionsOf(ctx context.Context, site *newsroom.Site, u *people.User) (list []views.StaffSection, err error) {
	limit, err := people.CategoryLimit(ctx, mg.DB, u)
	for _, section := range site.Categories.All() {
		var names []string
		for above := section; above != nil; above = site.Categories.Parent(above) {
			names = append(names, above.Name)
		}
		slices.Reverse(names)
		list = append(list, views.StaffSection{ID: section.ID, Name: strings.Join(names, " / "), Checked: slices.Contains(limit, section.ID)})
	}
	return list, err
}

func (mg *manager) staffLog(ctx context.Context, site *newsroom.Site, person int64) (lines []views.StaffLine, err error) {
	entries, err := people.Entries(ctx, mg.DB, person, logLines)
	for _, e := range entries {
		lines = append(lines, views.StaffLine{
			At: local(site, e.At.Time), Actor: e.Actor, ActorID: accountNumber(e.ActorID), Person: e.Person, PersonID: e.PersonID, What: "staff.what." + e.What, Detail: e.Detail,
			Role: e.What == "role" || e.What == "added",
		})
	}
	return lines, err
}

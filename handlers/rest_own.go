package handlers

import (
	"net/http"
	"slices"

	"broadsheet/models"
	"broadsheet/models/newsroom/collection"
	"broadsheet/models/newsroom/stafflist"
	"broadsheet/models/newsroom/taxonomy"
	"broadsheet/models/people"
	"broadsheet/views/rest"

	"github.com/labstack/echo/v4"
)

// capabilities maps rights to WordPress's names.
var capabilities = map[people.Right][]string{
	people.Writing:            {"edit_posts", "delete_posts"},
	people.Publishing:         {"publish_posts", "edit_published_posts", "delete_published_posts"},
	people.Uploading:          {"upload_files"},
	people.Editing:            {"edit_others_posts", "delete_others_posts", "read_private_posts"},
	people.RawHTML:            {"unfiltered_html"},
	people.ManagingCategories: {"manage_categories"},
	people.Moderating:         {"moderate_comments"},
	people.Managing:           {"list_users", "edit_users", "create_users", "promote_users", "delete_users"},
	people.Setting:            {"manage_options"},
}

// showOwnUser answers with the account of a program. The number in the answer is that of the
// account's author, because posts name authors by number. An account that may write and has
// no author yet gets one.
func (re *restAPI) showOwnUser(q *restRequest) error {
	if q.writer == nil {
		return errNoAccount
	}
	a, err := stafflist.AuthorOf(q.ctx(), re.db, q.writer.ID, q.writer.Name)
	if err == nil && a == nil && q.writer.may(people.Writing) {
		err = re.db.Write(q.ctx(), func(tx *models.Tx) error {
			a, err = taxonomy.EnsureAuthor(q.ctx(), tx, "", q.writer.Name)
			return err
		})
	}
	if err != nil {
		return err
	}
	if a == nil {
		a = &taxonomy.Author{Name: q.writer.Name, Slug: q.writer.Slug}
	}
	user := re.presentUser(collection.Author{ID: a.ID, Slug: a.Slug, Name: q.writer.Name, Role: a.Role, Bio: a.Bio})
	if q.editing() {
		re.addAccount(q, &user)
	}
	return re.sendREST(q, user)
}

// addAccount adds the fields of the account itself.
func (re *restAPI) addAccount(q *restRequest, user *rest.User) {
	u := q.writer.User
	user.Username, user.Email, user.Nickname, user.Locale = u.Email, u.Email, u.Name, q.site.Language
	user.RegisteredDate = u.CreatedAt.UTC().Format("2006-01-02T15:04:05+00:00")
	user.Roles = []string{string(u.Role)}
	user.Capabilities = map[string]bool{"read": true, string(u.Role): true}
	for right, names := range capabilities {
		for _, name := range names {
			if u.May(right) {
				user.Capabilities[name] = true
			}
		}
	}
}

var settingsSchema = restEntry[rest.Settings]()

// showSettings answers administrators with the settings of the site.
func (re *restAPI) showSettings(q *restRequest) error {
	switch {
	case q.writer == nil:
		return errNoSettings
	case !q.writer.may(people.Setting):
		return forbidden(q.writer, errNoSettings)
	}
	fallback := int64(0)
	if c := q.site.Categories.ByPath(taxonomy.UncategorizedSlug); c != nil {
		fallback = c.ID
	}
	return re.sendREST(q, rest.Settings{
		Title: q.site.Name, Description: q.site.Tagline, URL: re.baseURL.String(), Timezone: q.site.TimeZone.String(),
		DateFormat: "Y-m-d", TimeFormat: "H:i", StartOfWeek: 1, Language: q.site.Language, DefaultCategory: fallback,
		DefaultPostFormat: "standard", DefaultCommentStatus: "open", DefaultPingStatus: "closed",
	})
}

// staffReads returns the addresses that visitors may not read.
func (re *restAPI) staffReads() []restRoute {
	settings := restRoute{"settings", "/settings", settingsSchema, re.showSettings}
	return slices.Concat([]restRoute{settings}, re.appReads(), re.revisionReads())
}

// staffRows returns the rows of these addresses. Their answers are never cached, because each
// is for one account.
func (re *restAPI) staffRows() (rows []Route) {
	for _, e := range re.staffReads() {
		rows = append(rows, Route{
			Method: get, Path: restBase + e.path, Name: "REST " + e.name, Entry: Anyone, Cache: Never, Rate: restRate,
			Params: e.schema.Names(),
			handle: func(c *request) error { return re.read(c, restBase+e.path, e.schema, e.handler) },
		})
	}
	return rows
}

// allReads returns the addresses of visitors and those of staff.
func (re *restAPI) allReads() []restRoute { return slices.Concat(re.endpoints(), re.staffReads()) }

// showOptions describes an address to a client: which methods it takes, and which of them
// the account may use. A browser asks it before a page of another site may send a request.
func (re *restAPI) showOptions(c *request, path string) error {
	writer, err := re.programs.account(c)
	if err != nil {
		writer = nil // a browser asks without a password
	}
	h := c.Response().Header()
	re.setRESTHeaders(h)
	h.Set("Allow", re.allowed(path, writer))
	h.Set("Access-Control-Allow-Methods", "OPTIONS, GET")
	h.Set("Access-Control-Allow-Headers", "Authorization, Content-Disposition, Content-Type")
	h.Set("Cache-Control", "no-store")
	description := re.describe(path)
	description.Schema = schemaOf(path)
	text, err := restJSON(description)
	if err != nil {
		return err
	}
	return c.Blob(http.StatusOK, restType, text)
}

// optionRows returns the rows of the method OPTIONS.
func (re *restAPI) optionRows() (rows []Route) {
	add := func(name, path, below string) {
		rows = append(rows, Route{
			Method: http.MethodOptions, Path: path, Name: "REST options of " + name, Entry: Anyone, Cache: Never, Rate: restRate,
			handle: func(c *request) error { return re.showOptions(c, below) },
		})
	}
	for _, e := range re.allReads() {
		add(e.name, restBase+e.path, e.path)
	}
	add("batch", batchPath, batchPath)
	return rows
}

// showNothing answers every other address of the REST interface.
func (re *restAPI) showNothing(c echo.Context) error { return errNoRoute }

package handlers

import (
	"bytes"
	"encoding/json"
	"math"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"broadsheet/handlers/restbody"
	"broadsheet/handlers/restparams"
	"broadsheet/models"
	"broadsheet/models/blob"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/taxonomy"
	"broadsheet/views/rest"
)

// WordPress's REST interface. This file has what all its addresses share, and the addresses
// that visitors read: their answers are cached and dropped like pages. Programs of the
// newsroom also write, see rest_programs.go. The errors are in rest_errors.go, the
// parameters in rest_schema.go, the fields of bodies in rest_fields.go.

const (
	restRoot = "/wp-json/"
	restBase = restRoot + "wp/v2"
)

// restRouteParam is the parameter of the front page that names an address of the REST
// interface on a WordPress site without rewriting.
const restRouteParam = "rest_route"

// redirectToREST redirects to an address of the REST interface, with the other
// parameters of the request.
func redirectToREST(c *request, route string) error {
	u := url.URL{Path: restRoot + strings.Trim(route, "/")}
	clean, ok := cleanPath(u.EscapedPath())
	if !ok {
		return errNoPage
	}
	return redirectPermanently(c, clean, restRouteParam)
}

// restAPI answers WordPress's REST interface.
type restAPI struct {
	*pages
	db       *models.DB
	programs *programs
	store    *blob.Variants
}

// restRequest is a request of the REST interface with its parameters.
type restRequest struct {
	*request
	*restparams.Values
	fields rest.Fields      // that the answer has
	path   string           // below the base URL
	writer *viewer          // the account of a program, nil for visitors
	edits  bool             // the request changes something
	body   *restbody.Fields // of such a request
}

// restRoute is an address of the REST interface.
type restRoute struct {
	name    string
	path    string // below restBase
	schema  restparams.Schema
	handler func(*restRequest) error
}

// endpoints returns the addresses below restBase that visitors read.
func (re *restAPI) endpoints() []restRoute {
	own := restEntry[rest.Type]()
	return []restRoute{
		{"namespace", "", nil, re.showNamespace},
		{"posts", "/posts", postsSchema, re.showPosts},
		{"post", "/posts/:id", postSchema, re.showPost},
		{"pages", "/pages", postsSchema, re.showNoPages},
		{"page", "/pages/:id", postSchema, re.showNoEntry},
		{"media", "/media", mediaListSchema, re.showMediaList},
		{"one media", "/media/:id", mediaSchema, re.showMedia},
		{"comments", "/comments", commentsSchema, re.showComments},
		{"comment", "/comments/:id", commentSchema, re.showComment},
		{"categories", "/categories", categoriesSchema, re.showCategories},
		{"category", "/categories/:id", termSchema, re.showCategory},
		{"tags", "/tags", tagsSchema, re.showTags},
		{"tag", "/tags/:id", termSchema, re.showTag},
		{"users", "/users", usersSchema, re.showUsers},
		{"user", "/users/:id", userSchema, re.showUser},
		{"search", "/search", searchSchema, re.showSearch},
		{"types", "/types", own, re.showTypes},
		{"type", "/types/:name", own, re.showType},
		{"taxonomies", "/taxonomies", restEntry[rest.Taxonomy](), re.showTaxonomies},
		{"taxonomy", "/taxonomies/:name", restEntry[rest.Taxonomy](), re.showTaxonomy},
		{"statuses", "/statuses", restEntry[rest.Status](), re.showStatuses},
		{"status", "/statuses/:name", restEntry[rest.Status](), re.showStatus},
	}
}

// routes returns the rows of the REST interface. The last row takes every address that no
// other row takes.
func (re *restAPI) routes() []Route {
	row := func(name, path string, schema restparams.Schema, handler func(*restRequest) error) Route {
		schema = slices.Concat(schema, restparams.Schema{}) // never nil
		return Route{
			Method: get, Path: path, Name: "REST " + name, Entry: Anyone, Cache: Shared, Rate: restRate,
			Params: schema.Names(), schema: schema,
			handle: func(c *request) error { return re.read(c, path, schema, handler) },
		}
	}
	rows := []Route{row("index", restRoot, nil, re.showIndex)}
	for _, e := range re.endpoints() {
		rows = append(rows, row(e.name, restBase+e.path, e.schema, e.handler))
	}
	rows = slices.Concat(rows, re.writeRows(), re.optionRows(), re.staffRows(), []Route{re.batchRow()})
	return append(rows, Route{Method: get, Path: restRoot + "*", Name: "REST nothing", Entry: Anyone, Cache: Never, bare: re.showNothing})
}

// read reads the parameters of a request and calls its handler.
func (re *restAPI) read(c *request, path string, schema restparams.Schema, handler func(*restRequest) error) error {
	writer, err := re.programs.account(c)
	if err != nil {
		return err
	}
	if writer != nil {
		schema = schema.ForStaff()
	}
	values, err := schema.Read(c.Request().URL.RawQuery)
	if err != nil {
		return err
	}
	if values.Text("context") == "edit" && writer == nil {
		return errEditContext
	}
	return handler(&restRequest{request: c, Values: values, fields: fieldsOf(values), path: path, writer: writer})
}

// errEditContext refuses a visitor's request for the context "edit".
var errEditContext = &restparams.Refused{
	Status: http.StatusUnauthorized, Code: "rest_forbidden_context", Message: "Sorry, you are not allowed to edit entries.",
}

// fieldsOf returns the fields that a request asks for in its parameter _fields.
func fieldsOf(values *restparams.Values) rest.Fields {
	return rest.ParseFields(values.Texts("_fields"))
}

// editing reports whether the answer has the fields of an editor.
func (q *restRequest) editing() bool {
	return q.writer != nil && (q.Text("context") == "edit" || q.edits && !q.Has("context"))
}

// id returns the number in the address. It returns an error for an address that has
// none.
func (q *restRequest) id() (int64, error) {
	id := parseID(q.Param("id"))
	if id < 1 {
		return 0, errNoRoute
	}
	return id, nil
}

// embeds reports whether the request wants the entries of a relation embedded.
func (q *restRequest) embeds(relation string) bool {
	names := q.Texts("_embed")
	return len(names) > 0 && (slices.Contains(names, "1") || slices.Contains(names, relation)) &&
		(q.fields.Has("_links") || q.fields.Has("_embedded"))
}

// summary reports whether the request wants the short form of entries.
func (q *restRequest) summary() bool { return q.Text("context") == "embed" }

// part returns the part of a collection that a request asks for.
func (q *restRequest) part() (offset, limit int) {
	limit = int(q.Number("per_page"))
	if q.Has("offset") {
		return int(max(0, min(q.Number("offset"), math.MaxInt32))), limit
	}
	return int(min(q.Number("page")-1, math.MaxInt32)) * limit, limit
}

// isPastEnd reports whether a request asks for a page after the last one. An empty collection
// has one page.
func (q *restRequest) isPastEnd(total int) bool {
	offset, _ := q.part()
	return total > 0 && !q.Has("offset") && offset >= total
}

// uncached are parameters that have countless values, such as dates. Answers to requests with
// them are not stored, because they would push other answers out of the cache.
var uncached = []string{
	"search", "exclude", "offset", "after", "before", "modified_after", "modified_before", "author_exclude", "parent_exclude",
	"categories_exclude", "tags_exclude",
}

// restFrame returns the cache tags of every answer: the names and addresses of the site and of
// its categories are in all of them.
func restFrame() dependencies { return dependsOn(models.SettingsTag, taxonomy.NavigationTag) }

// sendRESTList sends a part of a collection.
func sendRESTList[T any](re *restAPI, q *restRequest, list []T, total int, shows dependencies) error {
	h := q.Response().Header()
	_, limit := q.part()
	last := (total + limit - 1) / limit
	h.Set("X-WP-Total", strconv.Itoa(total))
	h.Set("X-WP-TotalPages", strconv.Itoa(last))
	address := re.baseURL.String() + q.path + "?"
	page := q.Number("page")
	if page > 1 && last > 0 {
		h.Add("Link", "<"+address+q.With("page", min(page-1, int64(last)))+`>; rel="prev"`)
	}
	if page < int64(last) {
		h.Add("Link", "<"+address+q.With("page", page+1)+`>; rel="next"`)
	}
	if list == nil {
		list = []T{}
	}
	if len(list) == 0 || q.HasAny(uncached...) {
		return re.sendREST(q, list)
	}
	return re.sendREST(q, list, shows)
}

// sendREST sends an answer. Without dependencies it is not stored.
func (re *restAPI) sendREST(q *restRequest, body any, shows ...dependencies) error {
	return re.sendRESTStatus(q, http.StatusOK, body, shows...)
}

// sendRESTStatus is sendREST with another status. The answer to a program is for it alone.
func (re *restAPI) sendRESTStatus(q *restRequest, status int, body any, shows ...dependencies) error {
	text, err := restJSON(body)
	if err == nil {
		text, err = q.fields.Pick(text)
	}
	if err != nil {
		return err
	}
	h := q.Response().Header()
	re.setRESTHeaders(h)
	h.Set("Allow", re.allowed(strings.TrimPrefix(q.path, restBase), q.writer))
	if yes, _ := q.Bool("_envelope"); yes {
		if text, err = restEnvelope(status, h, text); err != nil {
			return err
		}
		status = http.StatusOK
	}
	a := sharedAnswer(status)
	a.personal = q.writer != nil
	return re.send(q, restType, text, a, shows...)
}

const restType = "application/json; charset=utf-8"

// restJSON returns a value as JSON. It does not escape HTML, because no browser reads the
// answer as a page.
func restJSON(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), err
}

// restEnvelope puts an answer with its status and headers into a body.
func restEnvelope(status int, h http.Header, text []byte) ([]byte, error) {
	return restJSON(rest.Envelope{Body: json.RawMessage(text), Status: status, Headers: envelopeHeaders(h)})
}

// envelopeHeaders returns the headers of an answer that an envelope has.
func envelopeHeaders(h http.Header) map[string]string {
	headers := map[string]string{}
	for _, name := range []string{"X-WP-Total", "X-WP-TotalPages", "Link", "Location", "Allow", "Retry-After"} {
		if values := h.Values(name); len(values) > 0 {
			headers[name] = strings.Join(values, ", ")
		}
	}
	return headers
}

// setRESTHeaders sets the headers of every answer of the REST interface. Pages of
// other sites may read it, without cookies.
func (p *pages) setRESTHeaders(h http.Header) {
	h.Set(allowOrigin, "*")
	h.Set("Access-Control-Expose-Headers", "X-WP-Total, X-WP-TotalPages, Link")
	h.Set("X-Robots-Tag", "noindex")
	h.Add("Link", p.restLink())
}

const allowOrigin = "Access-Control-Allow-Origin"

// allowReading lets pages of other sites follow a redirect of the REST interface.
func allowReading(h http.Header, row Route) {
	if row.schema != nil {
		h.Set(allowOrigin, "*")
	}
}

// restLink is the header by which clients find the REST interface.
func (p *pages) restLink() string {
	return "<" + p.baseURL.String() + restRoot + `>; rel="https://api.w.org/"`
}

// restHref returns the address of an entry or of a collection of the REST
// interface.
func (p *pages) restHref(path string) string { return p.baseURL.String() + restBase + path }

// restEntryHref returns the address of an entry of a collection such as "posts".
func (p *pages) restEntryHref(collection string, id int64) string {
	return p.restHref("/" + collection + "/" + strconv.FormatInt(id, 10))
}

// entryLinks returns the relations that all entries have.
func (p *pages) entryLinks(collection string, id int64, about string) rest.Links {
	return rest.Links{
		"self":       {{Href: p.restEntryHref(collection, id)}},
		"collection": {{Href: p.restHref("/" + collection)}},
		"about":      {{Href: p.restHref(about)}},
	}
}

// absolute returns an address of this site as an absolute one.
func (p *pages) absolute(path string) string { return p.baseURL.String() + path }

// anyArticle returns the dependencies of an answer that may change with every article.
func anyArticle() dependencies { return restFrame().and(newsroom.ArticlesTag, newsroom.SearchTag) }

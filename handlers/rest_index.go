package handlers

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
	"time"

	"broadsheet/handlers/restparams"
	"broadsheet/models/people"
	"broadsheet/views/rest"
)

// showIndex answers with the description of the site, which clients read first.
func (re *restAPI) showIndex(q *restRequest) error {
	now := re.db.Now().In(q.site.TimeZone)
	_, offset := now.Zone()
	start, end := now.ZoneBounds()
	index := rest.Index{
		Name: q.site.Name, Description: q.site.Tagline, URL: re.baseURL.String(), Home: re.baseURL.String(),
		GMTOffset: float64(offset) / 3600, TimezoneString: q.site.TimeZone.String(), Namespaces: []string{"oembed/1.0", "wp/v2"},
		Routes: re.describeRoutes(),
		Links:  rest.Links{"help": {{Href: "https://developer.wordpress.org/rest-api/"}}},
	}
	index.Authentication.AppPasswords.Endpoints.Authorization = re.absolute(authorizePath)
	index.Routes["/"] = describeRoute("", []rest.Link{{Href: re.absolute(restRoot)}}, nil)
	index.Routes["/batch/v1"] = re.describeBatch()
	index.Routes["/oembed/1.0/embed"] = describeRoute("oembed/1.0", []rest.Link{{Href: re.absolute(oembedPath)}}, oembedSchema)
	shows := restFrame()
	shows.deadlines = []time.Time{start, end}
	return re.sendREST(q, index, shows)
}

// oembedSchema describes the parameters of oEmbed.
var oembedSchema = restparams.Schema{
	{Name: "url", Kind: restparams.Text, Required: true},
	{Name: "format", Kind: restparams.Text, Default: "json"},
	{Name: "maxwidth", Kind: restparams.Integer, Default: "600"},
}

// showNamespace answers with the addresses of the namespace.
func (re *restAPI) showNamespace(q *restRequest) error {
	v := rest.Namespace{
		Namespace: "wp/v2", Routes: re.describeRoutes(), Links: rest.Links{"up": {{Href: re.absolute(restRoot)}}},
	}
	return re.sendREST(q, v, restFrame())
}

// pathParam finds the parameters in a path of the router.
var pathParam = regexp.MustCompile(`:(\w+)`)

// describeRoutes describes all addresses as WordPress does: by regular expressions.
func (re *restAPI) describeRoutes() map[string]rest.Route {
	routes := map[string]rest.Route{}
	for _, e := range re.allReads() {
		path := e.path
		if strings.HasPrefix(path, revisionsPath) || strings.HasPrefix(path, autosavesPath) {
			path = strings.NewReplacer(":id", ":parent", ":number", ":id").Replace(path) // WordPress's names
		}
		pattern := pathParam.ReplaceAllStringFunc(path, func(name string) string {
			switch name {
			case ":id", ":parent":
				return `(?P<` + name[1:] + `>[\d]+)`
			case ":user_id":
				return `(?P<user_id>(?:[\d]+|me))`
			}
			return `(?P<` + name[1:] + `>[\w-]+)`
		})
		var self []rest.Link
		if pattern == e.path {
			self = []rest.Link{{Href: re.restHref(e.path)}}
		}
		route := describeRoute("wp/v2", self, e.schema)
		re.describeWrites(&route, e.path)
		routes["/wp/v2"+pattern] = route
	}
	// Clients make a function of each route, as they do for WordPress.
	routes["/wp/v2/users/me"] = describeRoute("wp/v2", []rest.Link{{Href: re.restHref("/users/me")}}, userSchema)
	return routes
}

// describeWrites adds the methods that change something.
func (re *restAPI) describeWrites(route *rest.Route, path string) {
	for _, w := range re.writes() {
		if w.path == path {
			route.Methods = append(slices.Clip(route.Methods), w.methods...)
			args := slices.Concat(w.entry, writeFields(w.methods[0], path)).Arguments()
			route.Endpoints = append(route.Endpoints, rest.Endpoint{Methods: w.methods, Args: args})
		}
	}
}

// describe describes one address below restBase, or the address of batches.
func (re *restAPI) describe(path string) rest.Route {
	if path == batchPath {
		return re.describeBatch()
	}
	for _, e := range re.allReads() {
		if e.path == path {
			route := describeRoute("wp/v2", nil, e.schema)
			re.describeWrites(&route, path)
			return route
		}
	}
	return rest.Route{}
}

func describeRoute(namespace string, self []rest.Link, schema restparams.Schema) rest.Route {
	methods := []string{"GET"}
	route := rest.Route{
		Namespace: namespace, Methods: methods, Endpoints: []rest.Endpoint{{Methods: methods, Args: schema.Arguments()}},
	}
	if self != nil {
		route.Links = rest.Links{"self": self}
	}
	return route
}

// supported are the parts of entries of each kind. Writing apps show a field for each.
var supported = map[string][]string{
	"post": {"title", "editor", "author", "thumbnail", "excerpt", "comments", "revisions"}, "page": {"title", "editor"},
	"attachment": {"title", "author", "comments"},
}

// types returns the kinds of entries, by name.
func (re *restAPI) types(q *restRequest) map[string]rest.Type {
	of := func(slug, name, base string, hierarchical bool, taxonomies ...string) rest.Type {
		v := rest.Type{
			Name: name, Slug: slug, RestBase: base, Namespace: "wp/v2", Hierarchical: hierarchical,
			Taxonomies: append([]string{}, taxonomies...),
			Links: rest.Links{
				"collection": {{Href: re.restHref("/types")}}, "wp:items": {{Href: re.restHref("/" + base)}}, "curies": rest.Curies,
			},
		}
		if q.editing() {
			v.Labels, v.Viewable, v.Supports = labelsOf(slug, name), new(slug == "post"), map[string]bool{}
			for _, part := range supported[slug] {
				v.Supports[part] = true
			}
		}
		return v
	}
	return map[string]rest.Type{
		"post": of("post", "Posts", "posts", false, "category", "post_tag"), "page": of("page", "Pages", "pages", true),
		"attachment": of("attachment", "Media", "media", false),
	}
}

// labelsOf returns the labels of a kind of entry; name is its plural.
func labelsOf(slug, name string) *rest.Labels {
	singular := map[string]string{"post": "Post", "page": "Page", "category": "Category", "post_tag": "Tag"}[slug]
	return &rest.Labels{Name: name, SingularName: cmp.Or(singular, name)}
}

func (re *restAPI) showTypes(q *restRequest) error { return re.sendREST(q, re.types(q), restFrame()) }

func (re *restAPI) showType(q *restRequest) error { return showNamed(re, q, re.types(q), errNoType) }

// showNamed answers with the entry that the address names. missing is the error if there is
// none.
func showNamed[T any](re *restAPI, q *restRequest, entries map[string]T, missing error) error {
	entry, ok := entries[q.Param("name")]
	if !ok {
		return missing
	}
	return re.sendREST(q, entry, restFrame())
}

// taxonomies returns categories and tags, by name.
func (re *restAPI) taxonomies(q *restRequest) map[string]rest.Taxonomy {
	of := func(slug, name, base string, hierarchical bool) rest.Taxonomy {
		v := rest.Taxonomy{
			Name: name, Slug: slug, Types: []string{"post"}, Hierarchical: hierarchical, RestBase: base, Namespace: "wp/v2",
			Links: rest.Links{
				"collection": {{Href: re.restHref("/taxonomies")}}, "wp:items": {{Href: re.restHref("/" + base)}}, "curies": rest.Curies,
			},
		}
		if q.editing() {
			v.Labels = labelsOf(slug, name)
		}
		return v
	}
	return map[string]rest.Taxonomy{
		"category": of("category", "Categories", "categories", true), "post_tag": of("post_tag", "Tags", "tags", false),
	}
}

func (re *restAPI) showTaxonomies(q *restRequest) error {
	return re.sendREST(q, re.taxonomies(q), restFrame())
}

func (re *restAPI) showTaxonomy(q *restRequest) error {
	return showNamed(re, q, re.taxonomies(q), errNoTaxon)
}

func (re *restAPI) statuses(q *restRequest) map[string]rest.Status {
	of := func(slug, name string, public bool) rest.Status {
		return rest.Status{
			Name: name, Public: public, Queryable: public, Slug: slug, DateFloating: slug == "draft" || slug == "pending",
			Links: rest.Links{"archives": {{Href: re.restHref("/posts")}}},
		}
	}
	list := map[string]rest.Status{"publish": of("publish", "Published", true)}
	if q.writer != nil && q.writer.may(people.Writing) {
		for slug, name := range map[string]string{
			"future": "Scheduled", "draft": "Draft", "pending": "Pending", "withdrawn": "Withdrawn", "trash": "Trash",
		} {
			list[slug] = of(slug, name, false)
		}
	}
	return list
}

func (re *restAPI) showStatuses(q *restRequest) error {
	return re.sendREST(q, re.statuses(q), restFrame())
}

func (re *restAPI) showStatus(q *restRequest) error {
	return showNamed(re, q, re.statuses(q), errNoStatus)
}

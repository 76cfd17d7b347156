package handlers

import (
	"errors"
	"net/http"
	"slices"
	"strings"

	"broadsheet/handlers/restparams"
	"broadsheet/views/rest"

	"github.com/labstack/echo/v4"
)

// isREST reports whether a request is for the REST interface, whose errors are
// JSON.
func isREST(r *http.Request) bool { return strings.HasPrefix(r.URL.Path+"/", restRoot) }

// Errors of WordPress, with its codes and its words.
var (
	errNoRoute = &restparams.Refused{
		Status: http.StatusNotFound, Code: "rest_no_route", Message: "No route was found matching the URL and request method.",
	}
	errNoPost    = &restparams.Refused{Status: http.StatusNotFound, Code: "rest_post_invalid_id", Message: "Invalid post ID."}
	errNoTerm    = &restparams.Refused{Status: http.StatusNotFound, Code: "rest_term_invalid", Message: "Term does not exist."}
	errNoUser    = &restparams.Refused{Status: http.StatusNotFound, Code: "rest_user_invalid_id", Message: "Invalid user ID."}
	errNoComment = &restparams.Refused{Status: http.StatusNotFound, Code: "rest_comment_invalid_id", Message: "Invalid comment ID."}
	errNoType    = &restparams.Refused{Status: http.StatusNotFound, Code: "rest_type_invalid", Message: "Invalid post type."}
	errNoTaxon   = &restparams.Refused{Status: http.StatusNotFound, Code: "rest_taxonomy_invalid", Message: "Invalid taxonomy."}
	errNoStatus  = &restparams.Refused{Status: http.StatusNotFound, Code: "rest_status_invalid", Message: "Invalid status."}

	errPastEnd = &restparams.Refused{
		Status: http.StatusBadRequest, Code: "rest_post_invalid_page_number",
		Message: "The page number requested is larger than the number of pages available.",
	}
	errPastSearch = &restparams.Refused{
		Status: http.StatusBadRequest, Code: "rest_search_invalid_page_number",
		Message: "The page number requested is larger than the number of pages available.",
	}
	errNoSearchTerm = &restparams.Refused{
		Status: http.StatusBadRequest, Code: "rest_no_search_term_defined",
		Message: "You need to define a search term to order by relevance.",
	}
	errNoInclude = &restparams.Refused{
		Status: http.StatusBadRequest, Code: "rest_orderby_include_missing_include",
		Message: "You need to define an include parameter to order by include.",
	}
	errNoAccount = &restparams.Refused{
		Status: http.StatusUnauthorized, Code: "rest_not_logged_in", Message: "You are not currently logged in.",
	}
	errCommentLogin = &restparams.Refused{
		Status: http.StatusUnauthorized, Code: "rest_comment_login_required", Message: "Sorry, you must be logged in to comment.",
	}
	errNoSettings = &restparams.Refused{
		Status: http.StatusUnauthorized, Code: "rest_forbidden", Message: "Sorry, you are not allowed to do that.",
	}
)

// missing refuses a request without parameters that it needs.
func missing(names ...string) error {
	return &restparams.Refused{
		Status: http.StatusBadRequest, Code: "rest_missing_callback_param",
		Message: "Missing parameter(s): " + strings.Join(names, ", "), Missing: names,
	}
}

// restCodes maps statuses to the code and message of errors from other parts of the program.
var restCodes = map[int]rest.Problem{
	http.StatusForbidden:             {Code: "rest_cookie_invalid_nonce", Message: "Cookie check failed"},
	http.StatusTooManyRequests:       {Code: "rest_too_many_requests", Message: "Too many requests. Try again later."},
	http.StatusServiceUnavailable:    {Code: "rest_unavailable", Message: "The site is busy. Try again in a moment."},
	http.StatusRequestEntityTooLarge: {Code: "rest_upload_file_too_big", Message: "What was sent is too large."},
	http.StatusInternalServerError:   {Code: "internal_server_error", Message: "There has been a critical error on this website."},
}

// restProblem returns the body of an error.
func restProblem(r *http.Request, err error) rest.Problem {
	if invalid, ok := errors.AsType[restparams.Invalid](err); ok {
		return invalidProblem(invalid)
	}
	if refused, ok := errors.AsType[*restparams.Refused](err); ok {
		data := rest.ProblemData{Status: refused.Status, TermID: refused.TermID}
		if len(refused.Missing) > 0 {
			data.Params = refused.Missing
		}
		return rest.Problem{Code: refused.Code, Message: refused.Message, Data: data}
	}
	status := statusOf(err)
	if status == http.StatusMethodNotAllowed {
		return restProblem(r, refuseMethodOf(r))
	}
	p, ok := restCodes[status]
	switch {
	case ok:
	case status < http.StatusInternalServerError:
		return restProblem(r, errNoRoute)
	default:
		p = restCodes[http.StatusInternalServerError]
	}
	p.Data.Status = status
	return p
}

// invalidProblem returns the body for parameters that are not valid.
func invalidProblem(invalid restparams.Invalid) rest.Problem {
	params := map[string]string{}
	p := rest.Problem{
		Code: "rest_invalid_param", Message: invalid.Error(),
		Data: rest.ProblemData{Status: http.StatusBadRequest, Params: params, Details: map[string]rest.Detail{}},
	}
	for _, one := range invalid {
		params[one.Param] = one.Message
		p.Data.Details[one.Param] = rest.Detail{Code: one.Code, Message: one.Message, Data: one.Data}
	}
	return p
}

// refuseMethodOf returns the error of a request that would change something. It is
// the same for entries that exist and for others.
func refuseMethodOf(r *http.Request) error {
	path, below := strings.CutPrefix(r.URL.Path, restBase+"/")
	collection, id, _ := strings.Cut(strings.TrimSuffix(path, "/"), "/")
	id, part, _ := strings.Cut(id, "/")
	what, known := map[string]string{
		"posts": "posts", "pages": "posts", "media": "posts", "comments": "comments",
		"categories": "terms", "tags": "terms", "users": "users",
	}[collection]
	switch {
	case !below:
		return errNoRoute
	case collection == "settings" && id == "":
		return errNoSettings
	case !known:
		return errNoRoute
	case part != "":
		return refusePartOf(r.Method, collection, part)
	case id == "" && r.Method == http.MethodPost && collection == "comments":
		return errCommentLogin
	case id == "" && r.Method == http.MethodPost && collection == "users":
		return notAllowed("rest_cannot_create_user", "create new users")
	case id == "" && r.Method == http.MethodPost:
		return notAllowed("rest_cannot_create", "create "+what+" as this user")
	case id == "me" && collection == "users":
		return errNoAccount
	case parseID(id) < 1:
		return errNoRoute
	}
	return refuseEntryOf(r.Method, what)
}

// refuseEntryOf is [refuseMethodOf] for one entry of the kind what.
func refuseEntryOf(method, what string) error {
	switch {
	case method == http.MethodDelete && what == "users":
		return notAllowed("rest_user_cannot_delete", "delete this user")
	case method == http.MethodDelete:
		return notAllowed("rest_cannot_delete", "delete "+what+" as this user")
	case !slices.Contains(edits, method):
		return errNoRoute
	case what == "terms":
		return notAllowed("rest_cannot_update", "edit "+what+" as this user")
	}
	return notAllowed("rest_cannot_edit", "edit "+what+" as this user")
}

// notAllowed returns the refusal of a visitor's request to do something.
func notAllowed(code, deed string) error {
	return &restparams.Refused{Status: http.StatusUnauthorized, Code: code, Message: "Sorry, you are not allowed to " + deed + "."}
}

// refusePartOf is [refuseMethodOf] for a part of an entry, such as the versions of a post.
func refusePartOf(method, collection, part string) error {
	kind, one, _ := strings.Cut(part, "/")
	code := ""
	switch {
	case collection == "posts" && kind == "autosaves" && one == "" && method == http.MethodPost:
		code = "rest_cannot_edit"
	case collection == "posts" && kind == "revisions" && parseID(one) > 0 && method == http.MethodDelete:
		code = "rest_cannot_delete"
	case collection != "users" || kind != "application-passwords":
	case method == http.MethodDelete && one == "":
		code = "rest_cannot_delete_application_passwords"
	case method == http.MethodDelete:
		code = "rest_cannot_delete_application_password"
	case method == http.MethodPost && one == "":
		code = "rest_cannot_create_application_passwords"
	case one != "":
		code = "rest_cannot_edit_application_password"
	}
	if code == "" {
		return errNoRoute
	}
	return notAllowed(code, "do that")
}

// sendRESTProblem answers a request of the REST interface with an error.
func (ep *errorPages) sendRESTProblem(c echo.Context, err error) {
	r, h := c.Request(), c.Response().Header()
	problem := restProblem(r, err)
	status := problem.Data.Status
	text, err := restJSON(problem)
	ep.setRESTHeaders(h)
	h.Set("Cache-Control", "no-store")
	if err == nil && wantsEnvelope(r) {
		text, err = restEnvelope(status, h, text)
		status = http.StatusOK
	}
	if err == nil {
		err = c.Blob(status, restType, text)
	}
	if err != nil {
		ep.log.WarnContext(r.Context(), "the error was not answered", "error", err.Error())
	}
}

// writeRESTFallback answers a request of the REST interface after a panic.
func writeRESTFallback(w http.ResponseWriter) {
	problem := restCodes[http.StatusInternalServerError]
	problem.Data.Status = http.StatusInternalServerError
	text, _ := restJSON(problem) // fixed words
	w.Header().Set("Content-Type", restType)
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(http.StatusInternalServerError)
	w.Write(text)
}

// wantsEnvelope reports whether a request wants the status in the body.
func wantsEnvelope(r *http.Request) bool {
	schema := restparams.Schema{{Name: "_envelope", Kind: restparams.Bool, Default: "false", Bare: true}}
	values, err := schema.Read(r.URL.RawQuery)
	return err == nil && values.Has("_envelope")
}

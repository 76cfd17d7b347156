package handlers

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"broadsheet/handlers/restbody"
	"broadsheet/handlers/restparams"
	"broadsheet/models/people"
	"broadsheet/models/people/apppasswords"

	"github.com/labstack/echo/v4"
)

// A program acts for an account with an application password, which it sends with each request
// (Basic, RFC 7617). The password is valid only below /wp-json/. The cookie of a signed-in
// browser gives no rights there, so that no page of another site can write with it.

// programKey keeps the account in a request, programPasswordKey the password.
const (
	programKey         = "program"
	programPasswordKey = "program password"
)

// programRate limits wrong passwords by network and by user name. It bounds the cost of the
// answers: an application password is too long to be guessed. It never refuses a right
// password, so a program with an old password cannot lock others out.
var programRate = rateClass{"application password", 0.05, 30}

// programs finds the accounts that programs act for.
type programs struct {
	auth     *authenticator
	networks *limiter
	names    *limiter
}

func newPrograms(auth *authenticator) *programs {
	return &programs{auth, newLimiter(programRate), newLimiter(programRate)}
}

// isProgram reports whether a request is one of a program.
func isProgram(r *http.Request) bool {
	_, _, ok := r.BasicAuth()
	return ok && isREST(r)
}

// errAppPassword is the one answer to a wrong password and to an unknown account.
var errAppPassword = &restparams.Refused{
	Status: http.StatusUnauthorized, Code: "incorrect_password",
	Message: "The provided password is an invalid application password.",
}

var errAppPasswords = &restparams.Refused{
	Status: http.StatusTooManyRequests, Code: "rest_too_many_requests",
	Message: "There were too many wrong application passwords. Try again later.",
}

// account returns the account for which a program acts, nil for a request without a password.
// It refuses a wrong password, even at addresses that visitors may read.
func (ps *programs) account(c echo.Context) (*viewer, error) {
	if v, ok := c.Get(programKey).(*viewer); ok {
		return v, nil
	}
	r := c.Request()
	if !isProgram(r) {
		return nil, nil
	}
	name, password, _ := r.BasicAuth()
	network := networkOf(ps.auth.clients.address(r))
	user, with, err := apppasswords.Check(r.Context(), ps.auth.db, cleanText(name), password, network)
	if err != nil {
		return nil, err
	}
	if user == nil {
		return nil, ps.refuse(network, people.EmailForm(name))
	}
	v := &viewer{User: user}
	if v.scope, err = ps.auth.scopeOf(r.Context(), user); err != nil {
		return nil, err
	}
	c.Set(programKey, v)
	c.Set(programPasswordKey, with)
	return v, nil
}

func (ps *programs) refuse(network, name string) error {
	for store, key := range map[*limiter]string{ps.networks: network, ps.names: name} {
		if allowed, err := store.Allow(key); err != nil || !allowed {
			return errAppPasswords
		}
	}
	return errAppPassword
}

// restWrite is a method of an address that changes something.
type restWrite struct {
	name    string
	methods []string
	path    string // below restBase
	entry   restparams.Schema
	maxBody int64
	// may reports whether the role of an account has the right at all. The handler checks the
	// rights for a single entry.
	may    func(*viewer) bool
	handle func(*restRequest) error
}

// edits are the methods that change an entry.
var edits = []string{http.MethodPost, http.MethodPut, http.MethodPatch}

// maxStoryJSON is the largest body with an article, the same as that of a form. JSON can write a
// letter as six bytes, but programs do so for few letters.
const maxStoryJSON = maxStoryForm

// writeRows returns the rows of the writes in the table of routes.
func (re *restAPI) writeRows() (rows []Route) {
	for _, w := range re.writes() {
		for _, method := range w.methods {
			name := "REST " + w.name
			if len(w.methods) > 1 && method != http.MethodPost {
				name += " by " + method
			}
			rows = append(rows, Route{
				Method: method, Path: restBase + w.path, Name: name, Entry: Anyone, Cache: Never, Rate: restRate,
				Params: w.entry.Names(), MaxBody: w.maxBody, Form: formUnread,
				handle: func(c *request) error { return re.write(c, w) },
			})
		}
	}
	return rows
}

// write authenticates a request that changes something, reads it and calls its handler.
// The answer has the context "edit" unless the request asks for another.
func (re *restAPI) write(c *request, w restWrite) error {
	writer, err := re.programs.account(c)
	if err != nil {
		return err
	}
	if writer == nil || !w.may(writer) {
		return forbidden(writer, refuseMethodOf(c.Request()))
	}
	values, err := w.entry.ForStaff().Read(c.Request().URL.RawQuery)
	if err != nil {
		return err
	}
	q := &restRequest{request: c, Values: values, path: w.path, writer: writer, edits: true}
	q.fields = fieldsOf(values)
	if w.maxBody != maxMediaBody {
		if q.body, err = restbody.Read(c.Request()); err != nil {
			return err
		}
	}
	return re.restError(q, w.handle(q))
}

// forbidden returns the refusal of an account without a right: 401 for a visitor, and 403
// for an account.
func forbidden(writer *viewer, err error) error {
	refused, ok := err.(*restparams.Refused)
	if !ok || writer == nil || refused.Status != http.StatusUnauthorized {
		return err
	}
	as := *refused
	as.Status = http.StatusForbidden
	return &as
}

// denied returns a refusal with a code of WordPress.
func (q *restRequest) denied(code, message string) error {
	return forbidden(q.writer, &restparams.Refused{Status: http.StatusUnauthorized, Code: code, Message: message})
}

// allowed returns the methods that a request's account may use on its address, for the
// header Allow.
func (re *restAPI) allowed(path string, writer *viewer) string {
	if path == batchPath {
		return post
	}
	methods := []string{http.MethodGet}
	for _, w := range re.writes() {
		if writer == nil || w.path != path || !w.may(writer) {
			continue
		}
		for _, method := range w.methods {
			if !slices.Contains(methods, method) {
				methods = append(methods, method)
			}
		}
	}
	return strings.Join(methods, ", ")
}

// overrideMethod gives a POST request the method in its parameter _method or in its header,
// because some programs cannot send other methods. It leaves a GET request as it is: a link
// must not change anything.
func overrideMethod(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost && isREST(r) {
			as := strings.ToUpper(cmp.Or(r.URL.Query().Get("_method"), r.Header.Get("X-HTTP-Method-Override")))
			if as == http.MethodPut || as == http.MethodPatch || as == http.MethodDelete {
				changed := *r
				changed.Method = as
				r = &changed
			}
		}
		next.ServeHTTP(w, r)
	})
}

// routeREST gives a request of a program, and one that changes something, the one address of the
// interface that it names in another way: by the parameter rest_route or below /index.php, as on
// WordPress sites without rewriting, or with a slash at the end. A visitor who reads is
// redirected instead, so that each answer has one address.
func routeREST(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _, signedIn := r.BasicAuth()
		if reads := r.Method == http.MethodGet || r.Method == http.MethodHead; signedIn || !reads {
			if u := restAddress(r.URL); u != nil {
				changed := *r
				changed.URL, changed.RequestURI = u, u.RequestURI()
				r = &changed
			}
		}
		next.ServeHTTP(w, r)
	})
}

// restAddress returns the one address of the interface that an address means, nil if it is that
// address already or none of the interface.
func restAddress(u *url.URL) *url.URL {
	path, query := u.Path, u.RawQuery
	if (path == "/" || path == "/index.php") && query != "" {
		if values := u.Query(); values.Has(restRouteParam) {
			path = restRoot + strings.TrimPrefix(values.Get(restRouteParam), "/")
			values.Del(restRouteParam)
			query = values.Encode()
		}
	}
	if below, found := strings.CutPrefix(path, "/index.php"); found && strings.HasPrefix(below, restRoot) {
		path = below
	}
	if strings.HasPrefix(path, restRoot) && path != restRoot {
		path = strings.TrimSuffix(path, "/")
	}
	if path == u.Path || !strings.HasPrefix(path+"/", restRoot) {
		return nil
	}
	return &url.URL{Path: path, RawQuery: query}
}

// writes returns all methods that change something.
func (re *restAPI) writes() []restWrite {
	return slices.Concat(
		re.storyWrites(), re.mediaWrites(), re.commentWrites(), re.termWrites(), re.appWrites(), re.revisionWrites(), re.siteWrites(),
	)
}

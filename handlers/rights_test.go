package handlers_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"broadsheet/handlers"
	"broadsheet/models"
	"broadsheet/models/modeltest"
	"broadsheet/models/newsroom/taxonomy"
	"broadsheet/models/people"
)

// everyone is all roles: for pages of the own account. For the desk write, for
// example, "moderator editor administrator".
const everyone = "subscriber contributor author moderator editor administrator"

// staff are the roles of the people who work for the paper.
const staff = "contributor author moderator editor administrator"

// caretakers are the roles that decide comments: an author those under the own
// stories, see TestALimitedAccountSeesAndDecidesOnlyItsOwn.
const caretakers = "author moderator editor administrator"

// authoring are the roles that write articles.
const authoring = "contributor author editor administrator"

// deskRoute is what the test knows about a row of the table of routes that is
// not for anyone.
type deskRoute struct {
	may    string // the roles
	params string // values for the parameters of the path, in order
	form   string // of a POST: fields that are harmless and not refused with 403
}

// deskRoutes has a line for every row that is not for anyone. A row without one
// fails the test: decide which roles may open it, and write them here, apart
// from the table.
var deskRoutes = map[string]deskRoute{
	"categories at the desk": {may: "editor administrator"},
	"changes of terms":       {may: "editor administrator"},
	"add category":           {may: "editor administrator", form: "x=y"},
	"new category":           {may: "editor administrator"},
	"merge of categories":    {may: "editor administrator"},
	"merge categories":       {may: "editor administrator", form: "x=y"},
	"category at the desk":   {may: "editor administrator", params: "1"},
	"change category":        {may: "editor administrator", params: "1", form: "x=y"},
	"removal of a category":  {may: "editor administrator", params: "1"},
	"remove category":        {may: "editor administrator", params: "1", form: "x=y"},
	"tags at the desk":       {may: "editor administrator"},
	"merge of tags":          {may: "editor administrator"},
	"merge tags":             {may: "editor administrator", form: "x=y"},
	"keep tags apart":        {may: "editor administrator", form: "x=y"},
	"tag at the desk":        {may: "editor administrator", params: "1"},
	"change tag":             {may: "editor administrator", params: "1", form: "x=y"},
	"authors at the desk":    {may: "editor administrator"},
	"add author":             {may: "editor administrator", form: "x=y"},
	"new author":             {may: "editor administrator"},
	"merge of authors":       {may: "editor administrator"},
	"merge authors":          {may: "editor administrator", form: "x=y"},
	"keep authors apart":     {may: "editor administrator", form: "x=y"},
	"author at the desk":     {may: "editor administrator", params: "1"},
	"change author":          {may: "editor administrator", params: "1", form: "x=y"},
	"redirects":              {may: "editor administrator"},
	"change redirects":       {may: "editor administrator", form: "x=y"},
	"import redirects":       {may: "editor administrator", form: "x=y"},
	"find tags":              {may: authoring},
	"find authors":           {may: authoring},

	"sign out":          {may: everyone, form: "x=y"},
	"desk":              {may: everyone},
	"account":           {may: everyone},
	"post account":      {may: everyone, form: "do=end-others"},
	"begin new passkey": {may: everyone, form: "x=y"},
	"post new passkey":  {may: everyone, form: "x=y"},
	"people":            {may: "administrator"},
	"post people":       {may: "administrator", form: "name=x&email=x@example.org&role=nobody"},
	"person":            {may: "administrator", params: "1"},
	"post person":       {may: "administrator", params: "1", form: "do=nothing"},

	"help":       {may: staff},
	"help topic": {may: staff, params: "moderating"},

	"queue":                      {may: caretakers},
	"new comments":               {may: caretakers},
	"decide":                     {may: caretakers, form: "do=approve"},
	"undo":                       {may: caretakers, form: "operation=none"},
	"card":                       {may: caretakers, params: "1"},
	"change text":                {may: caretakers, params: "1", form: "comment=x&version=1"},
	"answer":                     {may: caretakers, params: "1", form: "comment=x&version=1"},
	"saved filters":              {may: caretakers, form: "do=drop&filter=1"},
	"saved replies":              {may: caretakers},
	"deletion":                   {may: "editor administrator"},
	"delete for good":            {may: "editor administrator", form: "state=hold"},
	"choose":                     {may: caretakers, form: "name=list&value=compact"},
	"post reasons for declining": {may: "moderator editor administrator", form: "reason-spam=x"},
	"post saved reply":           {may: "moderator editor administrator", form: "do=drop&reply=1"},
	"log":                        {may: "moderator editor administrator"},
	"export log":                 {may: "moderator editor administrator"},

	"bans":                            {may: "moderator editor administrator"},
	"ban":                             {may: "moderator editor administrator"},
	"writers":                         {may: "moderator editor administrator"},
	"writer of a comment":             {may: "moderator editor administrator", params: "1"},
	"writer":                          {may: "moderator editor administrator", params: "account-1"},
	"note about a writer":             {may: "moderator editor administrator", params: "account-1", form: "text=x"},
	"mark a writer":                   {may: "moderator editor administrator", params: "account-1", form: "mark=nothing"},
	"change a field":                  {may: "moderator editor administrator", params: "1", form: "field=nothing"},
	"deletion of a writer's comments": {may: "editor administrator", params: "account-1"},
	"delete a writer's comments":      {may: "editor administrator", params: "account-1", form: "do=nothing"},
	"set ban":                         {may: "moderator editor administrator", form: "do=look"},
	"end ban":                         {may: "moderator editor administrator", form: "ban=1"},
	"yearly report":                   {may: "editor administrator"},
	"export yearly report":            {may: "editor administrator"},
	"appeals":                         {may: "moderator editor administrator"},
	"answer appeal":                   {may: "moderator editor administrator", params: "1", form: "do=upheld"},
	"rules":                           {may: "editor administrator"},
	"change rules":                    {may: "editor administrator", form: "do=try"},
	"settings":                        {may: "administrator"},
	"change settings":                 {may: "administrator", form: "do=nothing"},
	"import words":                    {may: "editor administrator", form: "list=hold"},
	"digests":                         {may: "editor administrator"},
	"post digests":                    {may: "editor administrator", form: "do=nothing&frequency=daily"},
	"figures":                         {may: "moderator editor administrator"},
	"figures of robots":               {may: "moderator editor administrator"},
	"closing":                         {may: caretakers, params: "1"},
	"open and close":                  {may: caretakers, params: "1", form: "state=nothing"},
	"authorize program":               {may: "contributor author moderator editor administrator"},
	"post authorization":              {may: "contributor author moderator editor administrator", form: "do=nothing"},
	"articles":                        {may: "contributor author moderator editor administrator"},
	"new article":                     {may: authoring},
	"create article":                  {may: authoring, form: "title=x&language=no-language-at-all"},
	"versions":                        {may: authoring, params: "1"},
	"restore version":                 {may: authoring, params: "1 1", form: "version=1"},
	"pictures":                        {may: authoring},
	"find pictures":                   {may: authoring},
	"upload pictures":                 {may: authoring, form: "alt=x"},
	"picture of the library":          {may: authoring, params: "1"},
	"change picture":                  {may: authoring, params: "1", form: "do=save"},
	"replace picture":                 {may: authoring, params: "1", form: "alt=x"},
	"make preview":                    {may: authoring, params: "1", form: "do=revoke"},
	"front desk":                      {may: "editor administrator"},
	"arrange front":                   {may: "editor administrator", form: "do=nothing"},
	"preview front":                   {may: "editor administrator"},
	"upcoming":                        {may: authoring},
	"clean paste":                     {may: authoring, form: "html=x"},
	"write article":                   {may: authoring, params: "1"},
	"save article":                    {may: authoring, params: "1", form: "action=none"},
	"autosave article":                {may: authoring, params: "1", form: "version=x"},
	"find articles":                   {may: caretakers},
	"hold everything":                 {may: "moderator editor administrator", form: "do=nothing"},
	"mail about held comments":        {may: "moderator editor administrator"},
	"choose mail about held comments": {may: "moderator editor administrator", form: "wish=nothing"},
	"WordPress comment":               {may: caretakers},
	"WordPress comments":              {may: caretakers},
}

// deskSite is a site with an account of every role.
type deskSite struct {
	*testSite
	handler http.Handler
	users   map[people.Role]*people.User
}

func newDeskSite(t *testing.T, db *models.DB, clock *modeltest.Clock) *deskSite {
	t.Helper()
	return newDeskSiteOf(t, newSite(t, db, clock))
}

func newDeskSiteOf(t *testing.T, site *testSite) *deskSite {
	t.Helper()
	s := &deskSite{testSite: site, users: map[people.Role]*people.User{}}
	s.fill()
	for _, role := range people.Roles {
		u, err := people.CreateAccount(t.Context(), s.db, models.ActorShell, people.NewAccount{Name: "Some " + string(role), Email: string(role) + "@courier.example", Role: role, Password: "a long password"})
		s.check(err)
		s.users[role] = u
	}
	s.handler = s.server().Handler
	return s
}

// writes ties the account of the site's author to a name in the byline of an article.
func (s *deskSite) writes(slug string, article int64) {
	s.Helper()
	s.check(s.db.Write(s.Context(), func(tx *models.Tx) error {
		author, err := taxonomy.EnsureAuthor(s.Context(), tx, slug, "Some Author")
		if err != nil {
			return err
		}
		account := models.Subject{Kind: models.AccountSubject, ID: s.users[people.AuthorRole].ID}
		if err := taxonomy.TieAuthor(s.Context(), tx, models.ActorShell, author.ID, account); err != nil {
			return err
		}
		return models.Exec(s.Context(), tx, "INSERT INTO article_authors (article_id, position, author_id) VALUES (?, 9, ?)", article, author.ID)
	}))
}

// cookie begins a session without the sign-in page and returns its cookie.
func (s *deskSite) cookie(role people.Role) *http.Cookie {
	s.Helper()
	now, err := people.ByID(s.Context(), s.db, s.users[role].ID)
	s.check(err)
	token, err := people.SignIn(s.Context(), s.db, now, "192.0.2.0/24", "test")
	s.check(err)
	return handlers.DeskCookie(s.options.Secret, token)
}

// ask sends a request from a network of its own, so that no rate limit refuses
// it.
func (s *deskSite) ask(row handlers.Route, known deskRoute, cookie *http.Cookie, change ...func(*http.Request)) *httptest.ResponseRecorder {
	path := row.Path
	for param := range strings.FieldsSeq(known.params) {
		at := strings.IndexAny(path, ":*")
		end := strings.IndexByte(path[at:], '/')
		if end < 0 {
			end = len(path) - at
		}
		path = path[:at] + param + path[at+end:]
	}
	r := httptest.NewRequest(row.Method, s.options.BaseURL.String()+path, strings.NewReader(known.form))
	s.said++
	r.RemoteAddr = fmt.Sprintf("10.%d.%d.1:4000", s.said/250, s.said%250)
	if row.Method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Sec-Fetch-Site", "same-origin")
	}
	if cookie != nil {
		r.AddCookie(cookie)
	}
	for _, fn := range change {
		fn(r)
	}
	w := httptest.NewRecorder()
	s.handler.ServeHTTP(w, r)
	return w
}

// outcome classifies an answer: in, sign in, no right, another site.
func outcome(w *httptest.ResponseRecorder) string {
	body := w.Body.String()
	switch {
	case w.Code == http.StatusSeeOther && strings.HasPrefix(w.Header().Get("Location"), "/login"),
		w.Code == http.StatusForbidden && (strings.Contains(body, "Please sign in first") || strings.Contains(body, "Your session has ended")):
		return "sign in"
	case w.Code == http.StatusForbidden && strings.Contains(body, "Your role does not include this"):
		return "no right"
	case w.Code == http.StatusForbidden && strings.Contains(body, "sent from another site"):
		return "another site"
	case w.Code >= 500:
		return fmt.Sprintf("failed with %d: %s", w.Code, body)
	case w.Code == http.StatusForbidden:
		return "forbidden: " + body
	}
	return "in"
}

// Every row of the desk is requested by every role, by a visitor, by an ended
// session and by a closed account.
func TestLongRolesMayOpenTheirPagesOnly(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		s := newDeskSite(t, db, clock)
		s.writes("some-author", 1)
		ended, err := people.SignIn(t.Context(), db, s.users[people.Administrator], "192.0.2.0/24", "test")
		s.check(err)
		s.check(people.SignOutToken(t.Context(), db, ended))
		stolen := handlers.DeskCookie(s.options.Secret, ended)
		forged := handlers.DeskCookie([]byte("another secret of thirty-two bytes or more"), ended)
		seen := map[string]bool{}
		for _, row := range handlers.Rows() {
			known, ok := deskRoutes[row.Name]
			if row.Entry == handlers.Anyone {
				if ok {
					t.Errorf("%s %s is for anyone and stands in deskRoutes", row.Method, row.Path)
				}
				continue
			}
			seen[row.Name] = true
			if !ok || row.Method == http.MethodPost && known.form == "" {
				t.Errorf("%s %s (%q): who may open it does not stand in deskRoutes", row.Method, row.Path, row.Name)
				continue
			}
			expect := func(who, want string, cookie *http.Cookie, change ...func(*http.Request)) {
				t.Helper()
				if got := outcome(s.ask(row, known, cookie, change...)); got != want {
					t.Errorf("%s %s by %s: %s, want %s", row.Method, row.Path, who, got, want)
				}
			}
			for _, role := range people.Roles {
				want := "no right"
				if slices.Contains(strings.Fields(known.may), string(role)) {
					want = "in"
				}
				expect(string(role), want, s.cookie(role))
				if row.Method == http.MethodPost {
					expect(string(role)+" sent from another site", "another site", s.cookie(role), func(r *http.Request) {
						r.Header.Set("Sec-Fetch-Site", "cross-site")
					})
					expect(string(role)+" sent from another site in an old browser", "another site", s.cookie(role), func(r *http.Request) {
						r.Header.Del("Sec-Fetch-Site")
						r.Header.Set("Origin", "https://evil.example")
					})
				}
			}
			expect("a stranger", "sign in", nil)
			expect("a session that has ended", "sign in", stolen)
			expect("a forged cookie", "sign in", forged)
		}
		for name := range deskRoutes {
			if !seen[name] {
				t.Errorf("deskRoutes has %q, the table has not", name)
			}
		}
	})
}

// After a change of role the next request has the new rights and a new token.
// The old token is invalid.
func TestAChangedRoleCountsAtOnce(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		s := newDeskSite(t, db, clock)
		rows := map[string]handlers.Route{}
		for _, row := range handlers.Rows() {
			rows[row.Name] = row
		}
		get := func(cookie *http.Cookie) *httptest.ResponseRecorder {
			return s.ask(rows["people"], deskRoutes["people"], cookie)
		}
		old := s.cookie(people.Moderator)
		if got := outcome(get(old)); got != "no right" {
			t.Fatal(got)
		}
		set := func(role people.Role) {
			s.check(people.SetRole(t.Context(), db, models.ActorShell, s.users[people.Moderator].ID, role))
		}
		set(people.Administrator)
		w := get(old)
		if got := outcome(w); got != "in" || len(w.Result().Cookies()) != 1 {
			t.Fatalf("promoted: %s, %v", got, w.Header())
		}
		fresh := w.Result().Cookies()[0]
		if got := outcome(get(old)); got != "sign in" {
			t.Errorf("the old token: %s", got)
		}
		if w := get(fresh); outcome(w) != "in" || len(w.Result().Cookies()) != 0 {
			t.Errorf("the new token: %s, %v", outcome(w), w.Header())
		}
		set(people.Subscriber)
		if got := outcome(get(fresh)); got != "no right" {
			t.Errorf("demoted: %s", got)
		}
		closed := s.cookie(people.Editor)
		s.check(people.CloseAccount(t.Context(), db, models.ActorShell, s.users[people.Editor].ID))
		if got := outcome(s.ask(rows["account"], deskRoutes["account"], closed)); got != "sign in" {
			t.Errorf("a closed account: %s", got)
		}
	})
}

// deskBrowser is a browser that stores its cookies.
type deskBrowser struct {
	*deskSite
	cookies map[string]*http.Cookie
	address string
}

func (s *deskSite) newBrowser(address string) *deskBrowser {
	return &deskBrowser{s, map[string]*http.Cookie{}, address}
}

func (d *deskBrowser) send(method, path string, form url.Values) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, d.options.BaseURL.String()+path, strings.NewReader(form.Encode()))
	r.RemoteAddr = d.address + ":4000"
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Sec-Fetch-Site", "same-origin")
	}
	for _, c := range d.cookies {
		r.AddCookie(c)
	}
	w := httptest.NewRecorder()
	d.handler.ServeHTTP(w, r)
	for _, c := range w.Result().Cookies() {
		if d.cookies[c.Name] = c; c.MaxAge < 0 {
			delete(d.cookies, c.Name)
		}
	}
	return w
}

func (d *deskBrowser) signIn(email, password string) *httptest.ResponseRecorder {
	return d.send(http.MethodPost, "/login", url.Values{"email": {email}, "password": {password}})
}

// in reports whether the browser is signed in.
func (d *deskBrowser) in() bool {
	return d.send(http.MethodGet, accountPath, nil).Code == http.StatusOK
}

const accountPath = "/desk/account/"

func TestAPlantedTokenIsNotReused(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		s := newDeskSite(t, db, clock)
		planted := s.cookie(people.Subscriber) // the attacker's own session
		victim := s.newBrowser("10.0.0.1")
		victim.cookies[planted.Name] = planted
		if w := victim.signIn("administrator@courier.example", "a long password"); w.Code != http.StatusSeeOther {
			t.Fatalf("%d: %s", w.Code, w.Body)
		}
		got := victim.cookies[planted.Name]
		if got.Value == planted.Value || !got.HttpOnly || got.SameSite != http.SameSiteLaxMode || got.Path != "/" {
			t.Errorf("the cookie is %v", got)
		}
		attacker := s.newBrowser("10.0.0.2")
		attacker.cookies[planted.Name] = planted
		if attacker.in() {
			t.Error("the planted token lives on")
		}
		// A copy of the cookie is signed out when its owner signs out.
		attacker.cookies[got.Name] = got
		if !attacker.in() {
			t.Fatal("the copy does not work at all")
		}
		if w := victim.send(http.MethodPost, "/logout", url.Values{"x": {"y"}}); w.Code != http.StatusSeeOther {
			t.Errorf("signing out: %d", w.Code)
		}
		if left := victim.cookies[got.Name]; victim.in() || left != nil && left.Value == got.Value {
			t.Errorf("after the sign-out the browser has %v", left) // it may keep the token of a known browser
		}
		if attacker.in() {
			t.Error("a stolen cookie outlives the sign-out")
		}
	})
}

// Under TLS the cookie is bound to this host.
func TestTheCookieUnderTLS(t *testing.T) {
	t.Parallel()
	clock := modeltest.NewClock()
	s := newSite(t, modeltest.SQLite(t, clock), clock)
	s.options.BaseURL = &url.URL{Scheme: "https", Host: "news.example"}
	d := (&deskSite{testSite: s, users: map[people.Role]*people.User{}}).newBrowser("10.0.0.1")
	_, err := people.CreateAccount(t.Context(), s.db, models.ActorShell, people.NewAccount{Name: "Ida", Email: "ida@courier.example", Role: people.Editor, Password: "a long password"})
	s.check(err)
	d.handler = s.server().Handler
	d.signIn("ida@courier.example", "a long password")
	c := d.cookies["__Host-broadsheet_desk"]
	if c == nil || !c.Secure || !c.HttpOnly || c.Path != "/" || c.Domain != "" || c.SameSite != http.SameSiteLaxMode {
		t.Errorf("the cookie is %v", d.cookies)
	}
	if !d.in() {
		t.Error("it does not sign in")
	}
}

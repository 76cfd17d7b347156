package handlers

import (
	"cmp"
	"context"
	"errors"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"broadsheet/models/newsroom/termlist"

	"broadsheet/models"
	"broadsheet/models/newsroom/taxonomy"
	"broadsheet/models/newsroom/termchanges"
	"broadsheet/models/people"
	"broadsheet/views"
	"broadsheet/views/termdesk"
)

// termkeeping has the pages on which editors look after categories, tags, authors and
// redirects.
type termkeeping struct {
	*desk
	db *models.DB
}

// The addresses of these pages.
const (
	categoryDeskPath = "/desk/categories"
	tagDeskPath      = "/desk/tags"
	authorDeskPath   = "/desk/authors"
	redirectDeskPath = "/desk/redirects"
)

// maxTermForm is the largest body of the form of a term: its texts, encoded.
const maxTermForm = 12*(termchanges.MaxBio+termchanges.MaxLinks*termchanges.MaxLink) + 8<<10

// termDone are the messages after a form of a term.
var termDone = doneWords("terms.done.",
	"saved", "added", "merged", "removed", "removed-section", "apart", "undone", "undo-late", "undo-changed")

// termKind is a kind of term with its pages.
type termKind struct {
	name    string // in addresses and messages
	path    string
	subject models.SubjectKind
	kind    taxonomy.Kind
}

var (
	categoryTerms = termKind{"categories", categoryDeskPath, termchanges.CategorySubject, taxonomy.CategoryKind}
	tagTerms      = termKind{"tags", tagDeskPath, termchanges.TagSubject, taxonomy.TagKind}
	authorTerms   = termKind{"authors", authorDeskPath, termchanges.AuthorSubject, taxonomy.AuthorKind}
)

func (k termKind) formPath(id int64) string { return k.path + "/" + strconv.FormatInt(id, 10) }

// termPages are the tabs of these pages.
var termPages = []struct{ name, path string }{
	{"terms.title.categories", categoryDeskPath},
	{"terms.title.tags", tagDeskPath},
	{"terms.title.authors", authorDeskPath},
	{"redirects.title", redirectDeskPath},
	{"terms.title.log", termLogPath},
}

func termTabs(path string) (tabs []termdesk.Tab) {
	for _, p := range termPages {
		tabs = append(tabs, termdesk.Tab{Name: p.name, URL: p.path, Current: path == p.path || strings.HasPrefix(path, p.path+"/")})
	}
	return tabs
}

// termFrame returns the frame of one of these pages. All of them belong to one entry of
// the menu.
func (tk *termkeeping) termFrame(c *request, title string) views.Page {
	page := tk.deskFrame(c, title)
	page.Desk.Flash = tk.flashText(c, termDone)
	tk.addKept(c, &page)
	if err := tk.addUndo(c, &page); err != nil {
		tk.log.WarnContext(c.ctx(), "cannot offer the undo of a change of a term", "error", err.Error())
	}
	for i := range page.Desk.Nav {
		if item := &page.Desk.Nav[i]; item.URL == categoryDeskPath {
			item.Current = true
		}
	}
	return page
}

// termRefusals are the messages about refused changes.
var termRefusals = refusals{
	codes: map[string]string{
		"category-fixed": "terms.refused.fixed", "merge-children": "terms.refused.children", "authors-accounts": "terms.refused.accounts",
		"term-unknown": "terms.refused.unknown", "term-itself": "terms.refused.itself",
	},
	kinds: map[models.Kind]string{models.Invalid: "terms.refused", models.Conflict: "terms.refused.changed"},
}

// termFields marks the fields of a form, and lists those that are wrong.
func termFields(err error, order []string, fields map[string]*termdesk.Field) (wrong []termdesk.Field) {
	for name, field := range fields {
		field.ID = name
	}
	e, ok := errors.AsType[*models.Error](err)
	if !ok {
		return nil
	}
	for _, one := range e.Fields {
		if field := fields[one.Field]; field != nil {
			field.Error, field.Limit = termErrors(one.Code), one.Limit
		}
	}
	for _, name := range order {
		if fields[name].Error != "" {
			wrong = append(wrong, *fields[name])
		}
	}
	return wrong
}

// termErrors gives an error of a term a message of its own where the code has another
// meaning elsewhere.
func termErrors(code string) string {
	if code == "taken" {
		return "slug-taken"
	}
	return code
}

// trail returns the last changes of a term.
func (tk *termkeeping) trail(c *request, k termKind, id int64) (list []termdesk.Entry, err error) {
	const most = 10
	entries, err := models.AuditTrail(c.ctx(), tk.db, models.Subject{Kind: k.subject, ID: id}, most)
	if err != nil {
		return nil, err
	}
	changes, err := termchanges.ChangesOf(c.ctx(), tk.db, k.kind, id, most)
	for _, e := range entries {
		entry := termdesk.Entry{
			At: inSiteZone(c.site, e.At.Time), By: e.Actor, Verb: "terms.verb." + e.Verb, Before: e.Before, After: e.After,
		}
		for i := range changes {
			if one := &changes[i]; one.Verb == e.Verb && one.At.Equal(e.At.Time) && one.CanUndo(tk.db.Now()) {
				entry.Undo, one.Verb = termOperation(one.ID), "" // a merge of several has one undo
			}
		}
		list = append(list, entry)
	}
	return list, err
}

// commentChoices are the defaults for comments that a form offers.
func commentChoices(current string) (list []termdesk.Choice) {
	for _, value := range taxonomy.CommentDefaults {
		list = append(list, termdesk.Choice{Value: value, Key: "terms.comments." + value, Current: value == current})
	}
	return list
}

// commentBadge returns the key of a default for comments, "" for none.
func commentBadge(d taxonomy.CommentDefault) string {
	switch {
	case d.Comments != "":
		return "terms.badge." + d.Comments
	case d.CommentDays > 0:
		return "terms.badge.days"
	}
	return ""
}

// categoryOptions lists the categories for a select, each after its parents.
func categoryOptions(tree *taxonomy.Categories, current int64, fits func(*taxonomy.Category) bool) (list []termdesk.Choice) {
	for _, one := range tree.All() {
		if !fits(one) {
			continue
		}
		var names []string
		for _, up := range tree.Ancestors(one) {
			names = append(names, up.Name)
		}
		list = append(list, termdesk.Choice{
			Value: strconv.FormatInt(one.ID, 10), Name: strings.Join(append(names, one.Name), " › "), Current: one.ID == current,
		})
	}
	return list
}

// formNumber reads a number of a form. An empty field is 0, and any other text is -1,
// which every check refuses.
func formNumber(form url.Values, name string) int {
	text := strings.TrimSpace(models.PlainDigits(form.Get(name)))
	if text == "" {
		return 0
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		return -1
	}
	return n
}

func commentDefaultOf(form url.Values) taxonomy.CommentDefault {
	return taxonomy.CommentDefault{Comments: form.Get("comments"), CommentDays: formNumber(form, "comment_days")}
}

// numberText returns a number for a field, "" for 0.
func numberText(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

// treeNow returns the categories as they are in the database: the site's snapshot can be
// a moment older.
func (tk *termkeeping) treeNow(c *request) (*taxonomy.Categories, map[int64]int, error) {
	tree, err := taxonomy.LoadCategories(c.ctx(), tk.db)
	if err != nil {
		return nil, nil, err
	}
	counts, err := termlist.CategoryCounts(c.ctx(), tk.db)
	return tree, counts, err
}

// finishTerm answers a form: with the form again if it was refused, else with a redirect.
func (tk *termkeeping) finishTerm(c *request, k termKind, id, stored, change int64, err error) error {
	if err != nil {
		return tk.renderTerm(c, k, id, err)
	}
	done := "saved"
	if id == 0 {
		done = "added"
	}
	return c.seeOther(withChange(k.formPath(stored), done, change))
}

// accountName returns the name of the account that an author belongs to, "" for none.
func (tk *termkeeping) accountName(ctx context.Context, a *taxonomy.Author) (string, error) {
	if a.UserID == nil {
		return "", nil
	}
	u, err := people.ByID(ctx, tk.db, *a.UserID)
	if models.KindOf(err) == models.NotFound {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	return cmp.Or(u.Name, "…"), nil
}

// chosenIDs returns the numbers of a repeated field without doubles.
func chosenIDs(values []string, most int) (ids []int64) {
	for _, value := range values {
		if id := parseID(value); id != 0 && !slices.Contains(ids, id) && len(ids) < most {
			ids = append(ids, id)
		}
	}
	return ids
}

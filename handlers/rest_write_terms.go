package handlers

import (
	"cmp"
	"errors"
	"html"
	"net/http"
	"strings"

	"broadsheet/handlers/restparams"
	"broadsheet/models"
	"broadsheet/models/newsroom/collection"
	"broadsheet/models/newsroom/stafflist"
	"broadsheet/models/newsroom/taxonomy"
	"broadsheet/models/newsroom/termchanges"
	"broadsheet/models/people"
	"broadsheet/views/rest"
)

func mayManageTerms(v *viewer) bool { return v.may(people.ManagingCategories) }

// mayTag admits accounts that may publish. At the desk they make new tags as well, by writing
// them into a story.
func mayTag(v *viewer) bool { return v.may(people.Publishing) || mayManageTerms(v) }

// termWrites returns the methods that change categories and tags. Only the desk merges them.
func (re *restAPI) termWrites() []restWrite {
	const one, remove = "/:id", http.MethodDelete
	forced := deleteSchema(termSchema)
	return []restWrite{
		{"create category", []string{post}, "/categories", termSchema, maxSmallForm, mayManageTerms, re.createCategory},
		{"update category", edits, "/categories" + one, termSchema, maxSmallForm, mayManageTerms, re.updateCategory},
		{"delete category", []string{remove}, "/categories" + one, forced, maxSmallForm, mayManageTerms, re.deleteCategory},
		{"create tag", []string{post}, "/tags", termSchema, maxSmallForm, mayTag, re.createTag},
		{"update tag", edits, "/tags" + one, termSchema, maxSmallForm, mayManageTerms, re.updateTag},
		{"delete tag", []string{remove}, "/tags" + one, forced, maxSmallForm, mayManageTerms, re.deleteTag},
	}
}

// errTermExists refuses a name that another term has already; id is the number of that term.
func errTermExists(id int64) error {
	return &restparams.Refused{
		Status: http.StatusBadRequest, Code: "term_exists", TermID: id,
		Message: "A term with the name provided already exists with this parent.",
	}
}

var (
	errNoTermTrash = &restparams.Refused{
		Status: http.StatusNotImplemented, Code: "rest_trash_not_supported",
		Message: "Terms do not support trashing. Set 'force=true' to delete.",
	}
	errTermStays = &restparams.Refused{
		Status: http.StatusConflict, Code: "rest_cannot_delete",
		Message: "The term cannot be deleted: articles without a category come to it.",
	}
	errNoParent = &restparams.Refused{Status: http.StatusBadRequest, Code: "rest_term_invalid", Message: "Parent term does not exist."}
	errFlatTerm = &restparams.Refused{
		Status: http.StatusBadRequest, Code: "rest_taxonomy_not_hierarchical",
		Message: "Cannot set parent term, taxonomy is not hierarchical.",
	}
	errSlugTaken = &restparams.Refused{
		Status: http.StatusBadRequest, Code: "duplicate_term_slug", Message: "The slug is already in use by another term.",
	}
)

// readTerm replaces the texts of a term that were sent. A new term needs a name.
func (q *restRequest) readTerm(name, slug, description *string) error {
	if !q.body.Has("name") && *name == "" {
		return missing("name")
	}
	if q.body.Has("name") {
		if *name = readPlain(q.body.Text("name")); taxonomy.TermSlug(*name) == "" {
			q.body.Refuse("name", "rest_invalid_param", "A term needs a name with a letter, a digit or a symbol.")
		}
	}
	if q.body.Has("slug") {
		*slug = q.body.Text("slug")
	}
	if q.body.Has("description") {
		*description = readPlain(q.body.Text("description"))
	}
	return q.body.Err()
}

// termError returns the refusal of a term with WordPress's code.
func termError(err error) error {
	e, ok := errors.AsType[*models.Error](err)
	if !ok {
		return err
	}
	switch {
	case e.Kind == models.NotFound:
		return errNoTerm
	case e.Code == "category-fixed":
		return errTermStays
	case len(e.Fields) > 0 && e.Fields[0].Code == "taken":
		return errSlugTaken
	}
	return err
}

// readCategory returns the fields that a category will have.
func (q *restRequest) readCategory(tree *taxonomy.Categories, f termchanges.CategoryForm) (termchanges.CategoryForm, error) {
	if q.body.Has("parent") {
		f.Parent = q.body.Integer("parent")
	}
	if err := q.readTerm(&f.Name, &f.Slug, &f.Description); err != nil {
		return f, err
	}
	if f.Parent != 0 && tree.ByID(f.Parent) == nil {
		return f, errNoParent
	}
	return f, nil
}

func (re *restAPI) createCategory(q *restRequest) error {
	tree, err := taxonomy.LoadCategories(q.ctx(), re.db)
	if err != nil {
		return err
	}
	f, err := q.readCategory(tree, termchanges.CategoryForm{})
	if err != nil {
		return err
	}
	slug := cmp.Or(taxonomy.Slug(f.Slug), taxonomy.TermSlug(f.Name))
	for _, c := range tree.Children(f.Parent) {
		if strings.EqualFold(c.Name, f.Name) || c.Slug == slug {
			return errTermExists(c.ID)
		}
	}
	made, _, err := termchanges.SaveCategory(q.ctx(), re.db, q.writer.actor(), 0, f)
	if err != nil {
		return termError(err)
	}
	q.Response().Header().Set("Location", re.restEntryHref("categories", made.ID))
	return re.answerCategory(q, http.StatusCreated, made.ID)
}

// openCategory returns the category that a request names, and all categories.
func (re *restAPI) openCategory(q *restRequest) (*taxonomy.Category, *taxonomy.Categories, error) {
	id, err := q.id()
	if err != nil {
		return nil, nil, err
	}
	tree, err := taxonomy.LoadCategories(q.ctx(), re.db)
	if err == nil && tree.ByID(id) == nil {
		err = errNoTerm
	}
	if err != nil {
		return nil, nil, err
	}
	return tree.ByID(id), tree, nil
}

// updateCategory changes the fields of a category that were sent. The category's earlier address
// leads to the new one.
func (re *restAPI) updateCategory(q *restRequest) error {
	c, tree, err := re.openCategory(q)
	if err != nil {
		return err
	}
	f, err := q.readCategory(tree, termchanges.FormOfCategory(c))
	if err != nil {
		return err
	}
	if _, _, err := termchanges.SaveCategory(q.ctx(), re.db, q.writer.actor(), c.ID, f); err != nil {
		return termError(err)
	}
	return re.answerCategory(q, http.StatusOK, c.ID)
}

// deleteCategory removes a category. As in WordPress the request needs force=true, and articles
// that had no other category get the default one.
func (re *restAPI) deleteCategory(q *restRequest) error {
	c, _, err := re.openCategory(q)
	if err == nil {
		err = q.checkForce(errNoTermTrash)
	}
	if err != nil {
		return err
	}
	before := re.presentCategory(q.site, collection.Category{Category: c, Articles: c.OwnArticles})
	if _, err := termchanges.RemoveCategory(q.ctx(), re.db, q.writer.actor(), c.ID); err != nil {
		return termError(err)
	}
	return re.sendREST(q, rest.Deleted{Deleted: true, Previous: before})
}

// checkForce returns the refusal unless the request has force=true.
func (q *restRequest) checkForce(refusal error) error {
	force := q.body.Bool("force")
	if err := q.body.Err(); err != nil {
		return err
	}
	if !force {
		return refusal
	}
	return nil
}

// answerCategory answers with a category as it is now.
func (re *restAPI) answerCategory(q *restRequest, status int, id int64) error {
	tree, err := taxonomy.LoadCategories(q.ctx(), re.db)
	if err != nil {
		return err
	}
	site := *q.site
	site.Categories = tree
	c := tree.ByID(id)
	if c == nil {
		return errNoTerm
	}
	return re.sendRESTStatus(q, status, re.presentCategory(&site, collection.Category{Category: c, Articles: c.OwnArticles}))
}

// readTag returns the fields that a tag will have.
func (q *restRequest) readTag(f termchanges.TagForm) (termchanges.TagForm, error) {
	if err := q.readTerm(&f.Name, &f.Slug, &f.Description); err != nil {
		return f, err
	}
	if q.body.Has("parent") {
		return f, errFlatTerm
	}
	return f, nil
}

func (re *restAPI) createTag(q *restRequest) error {
	f, err := q.readTag(termchanges.TagForm{})
	if err != nil {
		return err
	}
	made, added, err := termchanges.AddTag(q.ctx(), re.db, q.writer.actor(), f)
	if err != nil {
		return err
	}
	if !added {
		return errTermExists(made.ID)
	}
	q.Response().Header().Set("Location", re.restEntryHref("tags", made.ID))
	return re.answerTag(q, http.StatusCreated, made.ID)
}

// updateTag changes the fields of a tag that were sent. The tag's earlier address leads to the
// new one.
func (re *restAPI) updateTag(q *restRequest) error {
	t, err := re.openTag(q)
	if err != nil {
		return err
	}
	f, err := q.readTag(termchanges.FormOf(t))
	if err != nil {
		return err
	}
	if _, _, err := termchanges.SaveTag(q.ctx(), re.db, q.writer.actor(), t.ID, f); err != nil {
		return termError(err)
	}
	return re.answerTag(q, http.StatusOK, t.ID)
}

// deleteTag removes a tag, also from its articles. The tag's address answers 410.
func (re *restAPI) deleteTag(q *restRequest) error {
	t, err := re.openTag(q)
	if err == nil {
		err = q.checkForce(errNoTermTrash)
	}
	if err != nil {
		return err
	}
	before := re.presentStaffTag(t)
	if _, err := termchanges.RemoveTag(q.ctx(), re.db, q.writer.actor(), t.ID); err != nil {
		return termError(err)
	}
	return re.sendREST(q, rest.Deleted{Deleted: true, Previous: before})
}

// openTag returns the tag that a request names, even if no public article has it.
func (re *restAPI) openTag(q *restRequest) (*taxonomy.Tag, error) {
	id, err := q.id()
	if err != nil {
		return nil, err
	}
	tags, err := stafflist.Tags(q.ctx(), re.db, []int64{id})
	if err == nil && len(tags) == 0 {
		err = errNoTerm
	}
	if err != nil {
		return nil, err
	}
	return &tags[0], nil
}

func (re *restAPI) answerTag(q *restRequest, status int, id int64) error {
	tags, err := stafflist.Tags(q.ctx(), re.db, []int64{id})
	if err == nil && len(tags) == 0 {
		err = errNoTerm
	}
	if err != nil {
		return err
	}
	return re.sendRESTStatus(q, status, re.presentStaffTag(&tags[0]))
}

func (re *restAPI) presentStaffTag(t *taxonomy.Tag) rest.Term {
	v := re.presentTag(collection.Tag{ID: t.ID, Slug: t.Slug, Name: t.Name, Articles: t.Articles})
	*v.Description = html.EscapeString(t.Description)
	return v
}

// showStaffTags answers with all tags, even those that no public article has, because a
// program must find the tags of its drafts.
func (re *restAPI) showStaffTags(q *restRequest) error {
	find := stafflist.TagQuery{
		IDs: q.Numbers("include"), ExceptIDs: q.Numbers("exclude"), Slugs: q.Texts("slug"), Words: q.Text("search"),
		Article: q.Number("post"), Descending: q.Text("order") == "desc", ByCount: q.Text("orderby") == "count",
	}
	find.Offset, find.Limit = q.part()
	tags, total, err := find.Find(q.ctx(), re.db)
	if err != nil {
		return err
	}
	list := make([]rest.Term, len(tags))
	for i := range tags {
		list[i] = re.presentStaffTag(&tags[i])
	}
	return re.sendTerms(q, list, total, dependencies{})
}

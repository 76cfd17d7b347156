package handlers

import (
	"net/http"
	"strings"

	"broadsheet/handlers/restparams"
	"broadsheet/models"
	"broadsheet/models/newsroom/collection"
	"broadsheet/models/newsroom/stafflist"
	"broadsheet/models/newsroom/taxonomy"
	"broadsheet/models/people"
	"broadsheet/views/rest"
)

func mayManageTerms(v *viewer) bool { return v.may(people.ManagingCategories) }

// mayTag admits accounts that may publish: at the desk, too, a tag comes into being when
// somebody writes it into a story.
func mayTag(v *viewer) bool { return v.may(people.Publishing) || mayManageTerms(v) }

// termWrites are the methods that change categories and tags. The desk alone renames, moves,
// merges and removes them.
func (re *restAPI) termWrites() []restWrite {
	return []restWrite{
		{"create category", []string{post}, "/categories", termSchema, maxSmallForm, mayManageTerms, re.createCategory},
		{"create tag", []string{post}, "/tags", termSchema, maxSmallForm, mayTag, re.createTag},
	}
}

// errTermExists refuses a second term with a name, and says which term has it.
func errTermExists(id int64) error {
	return &restparams.Refused{
		Status: http.StatusBadRequest, Code: "term_exists", TermID: id,
		Message: "A term with the name provided already exists with this parent.",
	}
}

// termName returns the name in a request. A missing one is a problem of a new term.
func (q *restRequest) termName(stored string) string {
	if !q.body.Has("name") && stored != "" {
		return stored
	}
	name := readPlain(q.body.Text("name"))
	if name == "" || taxonomy.TermSlug(name) == "" {
		q.body.Refuse("name", "rest_invalid_param", "A term needs a name with a letter, a digit or a symbol.")
	}
	return name
}

func (re *restAPI) createCategory(q *restRequest) error {
	name, parent := q.termName(""), q.body.Integer("parent")
	slug, above, description := taxonomy.Slug(q.body.Text("slug")), "", readPlain(q.body.Text("description"))
	if slug == "" {
		slug = taxonomy.TermSlug(name)
	}
	if parent != 0 {
		c := q.site.Categories.ByID(parent)
		switch {
		case c == nil:
			q.body.Refuse("parent", "rest_invalid_param", "Parent term does not exist.")
		case strings.Count(c.Path, "/")+2 > taxonomy.MaxDepth:
			q.body.Refuse("parent", "rest_invalid_param", "This category is too deep in the tree.")
		default:
			above = c.Path + "/"
		}
	}
	if err := q.body.Err(); err != nil {
		return err
	}
	for _, c := range q.site.Categories.Children(parent) {
		if strings.EqualFold(c.Name, name) || c.Slug == slug {
			return errTermExists(c.ID)
		}
	}
	var made *taxonomy.Category
	err := re.db.Write(q.ctx(), func(tx *models.Tx) (err error) {
		if made, err = taxonomy.EnsureCategory(q.ctx(), tx, above+slug); err == nil {
			err = taxonomy.DescribeCategory(q.ctx(), tx, made.ID, name, description, made.Position)
		}
		return err
	})
	if err != nil {
		return err
	}
	q.Response().Header().Set("Location", re.restEntryHref("categories", made.ID))
	return re.answerCategory(q, http.StatusCreated, made.ID)
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

func (re *restAPI) createTag(q *restRequest) error {
	name := q.termName("")
	if err := q.body.Err(); err != nil {
		return err
	}
	var known, made *taxonomy.Tag
	err := re.db.Write(q.ctx(), func(tx *models.Tx) (err error) {
		if known, err = stafflist.FindTag(q.ctx(), tx, name); err == nil && known == nil {
			made, err = taxonomy.EnsureTag(q.ctx(), tx, name)
		}
		return err
	})
	if err != nil {
		return err
	}
	if known != nil {
		return errTermExists(known.ID)
	}
	q.Response().Header().Set("Location", re.restEntryHref("tags", made.ID))
	return re.answerTag(q, http.StatusCreated, made.ID)
}

// openTag returns the tag that a request names, also one that no public article has.
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
	return re.presentTag(collection.Tag{ID: t.ID, Slug: t.Slug, Name: t.Name, Articles: t.Articles})
}

// showStaffTags answers with all tags, also those that no public article has: a program must
// find the tag of its own draft.
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

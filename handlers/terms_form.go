package handlers

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"broadsheet/models"
	"broadsheet/models/newsroom/permalink"
	"broadsheet/models/newsroom/taxonomy"
	"broadsheet/models/newsroom/termchanges"
	"broadsheet/models/newsroom/termlist"
	"broadsheet/views"
	"broadsheet/views/termdesk"
)

// The forms of one category, tag or author.

func (tk *termkeeping) newCategory(c *request) error { return tk.renderTerm(c, categoryTerms, 0, nil) }

func (tk *termkeeping) newAuthor(c *request) error { return tk.renderTerm(c, authorTerms, 0, nil) }

func (tk *termkeeping) showCategory(c *request) error { return tk.showTerm(c, categoryTerms) }
func (tk *termkeeping) showTag(c *request) error      { return tk.showTerm(c, tagTerms) }
func (tk *termkeeping) showAuthor(c *request) error   { return tk.showTerm(c, authorTerms) }

func (tk *termkeeping) showTerm(c *request, k termKind) error {
	id := parseID(c.Param("id"))
	if id == 0 {
		return errNoPage
	}
	return tk.renderTerm(c, k, id, nil)
}

// postCategory adds a category, or changes one.
func (tk *termkeeping) postCategory(c *request) error {
	id := parseID(c.Param("id"))
	f := termchanges.CategoryForm{
		Parent: parseID(c.form.Get("parent")), Name: c.form.Get("name"), Slug: c.form.Get("slug"),
		Description: c.form.Get("description"), Position: formNumber(c.form, "position"), Comments: commentDefaultOf(c.form),
		Required: strings.Join(c.form["required"], " "),
	}
	stored, change, err := termchanges.SaveCategory(c.ctx(), tk.db, c.viewer.actor(), id, f)
	if err != nil {
		return tk.renderTerm(c, categoryTerms, id, err)
	}
	return tk.finishTerm(c, categoryTerms, id, stored.ID, change, nil)
}

// postTag changes a tag, or removes it.
func (tk *termkeeping) postTag(c *request) error {
	id := parseID(c.Param("id"))
	if id == 0 {
		return errNoPage
	}
	if c.form.Get("do") == "remove" {
		if c.form.Get("sure") != "yes" {
			return c.seeOther(tagTerms.formPath(id) + "#remove")
		}
		change, err := termchanges.RemoveTag(c.ctx(), tk.db, c.viewer.actor(), id)
		if err != nil {
			return err
		}
		return c.seeOther(withChange(tagDeskPath, "removed", change))
	}
	_, change, err := termchanges.SaveTag(c.ctx(), tk.db, c.viewer.actor(), id, termchanges.TagForm{
		Name: c.form.Get("name"), Slug: c.form.Get("slug"), Description: c.form.Get("description"), Comments: commentDefaultOf(c.form),
	})
	return tk.finishTerm(c, tagTerms, id, id, change, err)
}

// postAuthor adds an author, or changes one.
func (tk *termkeeping) postAuthor(c *request) error {
	id := parseID(c.Param("id"))
	picture := formNumber(c.form, "picture")
	stored, change, err := termchanges.SaveAuthor(c.ctx(), tk.db, c.viewer.actor(), id, termchanges.AuthorForm{
		Name: c.form.Get("name"), Slug: c.form.Get("slug"), Role: c.form.Get("role"), Bio: c.form.Get("bio"),
		Links: c.form.Get("links"), PictureID: int64(picture), Guest: c.form.Get("guest") == "yes",
	})
	if err != nil {
		return tk.renderTerm(c, authorTerms, id, err)
	}
	return tk.finishTerm(c, authorTerms, id, stored.ID, change, nil)
}

// renderTerm shows the form of a term. With an error it shows the typed values.
func (tk *termkeeping) renderTerm(c *request, k termKind, id int64, refused error) error {
	shown, other := tk.refused(c, termRefusals, refused)
	if other != nil {
		return other
	}
	v := termdesk.Form{
		Kind: k.name, ID: id, Tabs: termTabs(k.path), Home: k.path, Action: k.path, Refused: shown.key,
		UndoDays: termchanges.UndoDays,
	}
	var title string
	var err error
	switch k.kind {
	case taxonomy.CategoryKind:
		title, err = tk.fillCategory(c, &v, refused)
	case taxonomy.TagKind:
		title, err = tk.fillTag(c, &v, refused)
	default:
		title, err = tk.fillAuthor(c, &v, refused)
	}
	if err != nil {
		return err
	}
	if id == 0 {
		title = tk.text(c.site, "terms.new."+k.name)
	} else {
		v.Action, v.Merge = k.formPath(id), k.path+"/merge"
		if v.Trail, err = tk.trail(c, k, id); err != nil {
			return err
		}
	}
	v.Wrong = termFields(refused, termFieldOrder, map[string]*termdesk.Field{
		"name": &v.Name, "slug": &v.Slug, "description": &v.Text, "bio": textOf(&v), "role": &v.Role, "links": &v.Links,
		"picture": &v.Picture, "parent": &v.ParentError, "position": &v.Position, "comments": &v.CommentError, "comment_days": &v.Days,
	})
	page := views.TermForm{Page: tk.termFrame(c, title), Form: v}
	return render(tk.pages, c, views.TermFormPage, page, personalAnswer(shown.status))
}

// termFieldOrder is the order of the fields on the page.
var termFieldOrder = []string{
	"name", "slug", "role", "bio", "links", "picture", "description", "parent", "position", "comments", "comment_days",
}

// textOf returns the field of a biography. Only authors have one; the other terms have a
// description in the same field.
func textOf(v *termdesk.Form) *termdesk.Field {
	if v.Kind == "authors" {
		return &v.Text
	}
	return &termdesk.Field{}
}

// typedTerm fills the fields with the typed values, if a form was refused.
func typedTerm(v *termdesk.Form, form url.Values, refused error) {
	if refused == nil {
		return
	}
	text := "description"
	if v.Kind == "authors" {
		text = "bio"
	}
	for name, field := range map[string]*termdesk.Field{
		"name": &v.Name, "slug": &v.Slug, text: &v.Text, "role": &v.Role, "links": &v.Links, "picture": &v.Picture,
		"position": &v.Position, "comment_days": &v.Days,
	} {
		field.Value = form.Get(name)
	}
	v.Guest = form.Get("guest") == "yes"
	for i := range v.Comments {
		v.Comments[i].Current = v.Comments[i].Value == form.Get("comments")
	}
	for i := range v.Parents {
		v.Parents[i].Current = v.Parents[i].Value == form.Get("parent")
	}
	for i := range v.Required {
		v.Required[i].Current = slices.Contains(form["required"], v.Required[i].Value)
	}
}

func (tk *termkeeping) fillCategory(c *request, v *termdesk.Form, refused error) (title string, err error) {
	tree, counts, err := tk.treeNow(c)
	if err != nil {
		return "", err
	}
	category := &taxonomy.Category{}
	if v.ID != 0 {
		if category = tree.ByID(v.ID); category == nil {
			return "", errNoPage
		}
		v.Public, v.Articles = permalink.CategoryPath(category.Path), counts[v.ID]
		v.Fixed = category.Path == taxonomy.UncategorizedSlug
		for path := range strings.FieldsSeq(category.Former) {
			v.Former = append(v.Former, "/category/"+path+"/")
		}
		if !v.Fixed {
			v.Removal = categoryTerms.formPath(v.ID) + "/remove"
			v.Into = categoryOptions(tree, 0, func(one *taxonomy.Category) bool { return !tree.Within(one, category) })
		}
	}
	f := termchanges.FormOfCategory(category)
	v.Name.Value, v.Slug.Value, v.Text.Value, v.Position.Value = f.Name, f.Slug, f.Description, numberText(f.Position)
	v.Days.Value, v.Comments = numberText(f.Comments.CommentDays), commentChoices(f.Comments.Comments)
	v.Parents = categoryOptions(tree, f.Parent, func(one *taxonomy.Category) bool {
		return one.Path != taxonomy.UncategorizedSlug && (v.ID == 0 || !tree.Within(one, category))
	})
	for _, check := range taxonomy.Checks {
		v.Required = append(v.Required, termdesk.Choice{
			Value: string(check), Key: "terms.check." + string(check), Current: slices.Contains(strings.Fields(f.Required), string(check)),
		})
	}
	typedTerm(v, c.form, refused)
	return category.Name, nil
}

func (tk *termkeeping) fillTag(c *request, v *termdesk.Form, refused error) (title string, err error) {
	tag, err := taxonomy.TagByID(c.ctx(), tk.db, v.ID)
	if err != nil {
		return "", err
	}
	f := termchanges.FormOf(tag)
	v.Public, v.Articles, v.Remove = permalink.TagPath(tag.Slug), tag.Articles, true
	v.Name.Value, v.Slug.Value, v.Text.Value = f.Name, f.Slug, f.Description
	v.Days.Value, v.Comments = numberText(f.Comments.CommentDays), commentChoices(f.Comments.Comments)
	former, err := taxonomy.FormerSlugs(c.ctx(), tk.db, taxonomy.TagKind, v.ID)
	for _, slug := range former {
		v.Former = append(v.Former, "/tag/"+slug+"/")
	}
	typedTerm(v, c.form, refused)
	return tag.Name, err
}

func (tk *termkeeping) fillAuthor(c *request, v *termdesk.Form, refused error) (title string, err error) {
	author := &taxonomy.Author{Guest: true}
	if v.ID != 0 {
		if author, err = taxonomy.AuthorByID(c.ctx(), tk.db, v.ID); err != nil {
			return "", err
		}
		v.Public = permalink.AuthorPath(author.Slug)
		if v.Account, err = tk.accountName(c.ctx(), author); err != nil {
			return "", err
		}
		if v.Articles, err = termlist.Articles(c.ctx(), tk.db, v.ID); err != nil {
			return "", err
		}
		former, err := taxonomy.FormerSlugs(c.ctx(), tk.db, taxonomy.AuthorKind, v.ID)
		if err != nil {
			return "", err
		}
		for _, slug := range former {
			v.Former = append(v.Former, "/author/"+slug+"/")
		}
	}
	f := termchanges.FormOfAuthor(author)
	v.Name.Value, v.Slug.Value, v.Text.Value, v.Role.Value, v.Links.Value, v.Guest = f.Name, f.Slug, f.Bio, f.Role, f.Links, f.Guest
	if f.PictureID != 0 {
		v.Picture.Value = strconv.FormatInt(f.PictureID, 10)
	}
	typedTerm(v, c.form, refused)
	return author.Name, nil
}

// found answers with the names for a field as JSON.
func (tk *termkeeping) found(c *request, names []string, err error) error {
	if err != nil {
		return err
	}
	if names == nil {
		names = []string{}
	}
	c.Response().Header().Set("Cache-Control", "private, no-store")
	return c.JSON(http.StatusOK, struct {
		Names []string `json:"names"`
	}{names})
}

// mergeMost is how many terms one merge takes.
const mergeMost = 50

// errNothingChosen refuses a merge without terms.
var errNothingChosen = models.Refusal(models.Invalid, "term-unknown", "no term was chosen")

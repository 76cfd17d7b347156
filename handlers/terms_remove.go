package handlers

import (
	"broadsheet/models/newsroom/permalink"
	"broadsheet/models/newsroom/termchanges"
	"broadsheet/views"
	"broadsheet/views/termdesk"
)

// homelessMost is how many of the stories that would have no category left are named.
const homelessMost = 20

// removalRefusals are the messages about a category that cannot be removed.
var removalRefusals = refusals{
	codes: map[string]string{"category-fixed": "terms.refused.fixed", "merge-children": "terms.refused.below"},
	kinds: termRefusals.kinds,
}

func (tk *termkeeping) showCategoryRemoval(c *request) error { return tk.renderRemoval(c, nil) }

// postCategoryRemoval removes a category.
func (tk *termkeeping) postCategoryRemoval(c *request) error {
	id := parseID(c.Param("id"))
	if id == 0 {
		return errNoPage
	}
	change, err := termchanges.RemoveCategory(c.ctx(), tk.db, c.viewer.actor(), id)
	if err != nil {
		return tk.renderRemoval(c, err)
	}
	return c.seeOther(withChange(categoryDeskPath, "removed-section", change))
}

// renderRemoval renders the question before the removal of a category, with its consequences.
func (tk *termkeeping) renderRemoval(c *request, refused error) error {
	shown, other := tk.refused(c, removalRefusals, refused)
	if other != nil {
		return other
	}
	r, err := termchanges.RemovalOf(c.ctx(), tk.db, parseID(c.Param("id")), homelessMost)
	if err != nil {
		return err
	}
	if refused == nil && r.Refused != nil { // the page says so before anyone tries
		why, other := tk.refused(c, removalRefusals, r.Refused)
		if other != nil {
			return other
		}
		shown.key = why.key
	}
	back := categoryTerms.formPath(r.Category.ID)
	v := termdesk.Removal{
		Tabs: termTabs(categoryDeskPath + "/"), Name: r.Category.Name, Public: permalink.CategoryPath(r.Category.Path), Back: back,
		Refused: shown.key, Articles: r.Articles, Alone: r.Alone, More: r.Alone - len(r.First), Rest: r.Rest.Name, Heir: r.Heir().Name,
		Top: r.Above == nil, Listed: r.Listed, Chosen: r.Chosen,
		UndoDays: termchanges.UndoDays,
	}
	if shown.key == "" {
		v.Action = back + "/remove"
	}
	for _, a := range r.First {
		v.First = append(v.First, termdesk.Story{Title: a.Title, URL: editPath(a.ID)})
	}
	for _, below := range r.Below {
		v.Below = append(v.Below, below.Name)
	}
	page := views.TermRemoval{Page: tk.termFrame(c, tk.text(c.site, "terms.removal.title")), Removal: v}
	return render(tk.pages, c, views.TermRemovalPage, page, personalAnswer(shown.status))
}

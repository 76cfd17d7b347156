package handlers

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"broadsheet/models"
	"broadsheet/models/newsroom/taxonomy"
	"broadsheet/models/newsroom/termchanges"
	"broadsheet/models/newsroom/termlist"
	"broadsheet/views"
	"broadsheet/views/termdesk"
)

func (tk *termkeeping) showCategoryMerge(c *request) error {
	return tk.renderMerge(c, categoryTerms, nil)
}
func (tk *termkeeping) showTagMerge(c *request) error    { return tk.renderMerge(c, tagTerms, nil) }
func (tk *termkeeping) showAuthorMerge(c *request) error { return tk.renderMerge(c, authorTerms, nil) }

// postCategoryMerge merges categories into another one.
func (tk *termkeeping) postCategoryMerge(c *request) error {
	return tk.postMerge(c, categoryTerms, termchanges.MergeCategories)
}

// postTagMerge merges tags into another one.
func (tk *termkeeping) postTagMerge(c *request) error {
	return tk.postMerge(c, tagTerms, termchanges.MergeTags)
}

// postAuthorMerge merges authors into another one.
func (tk *termkeeping) postAuthorMerge(c *request) error {
	return tk.postMerge(c, authorTerms, termchanges.MergeAuthors)
}

func (tk *termkeeping) postMerge(
	c *request, k termKind, merge func(ctx context.Context, db *models.DB, by models.Actor, from []int64, into int64) (int64, error),
) error {
	from, into := chosenIDs(c.form["from"], mergeMost), parseID(c.form.Get("into"))
	change, err := int64(0), error(errNothingChosen)
	if len(from) > 0 && into != 0 {
		change, err = merge(c.ctx(), tk.db, c.viewer.actor(), from, into)
	}
	if err != nil {
		return tk.renderMerge(c, k, err)
	}
	return c.seeOther(withChange(k.formPath(into), "merged", change))
}

// renderMerge asks whether terms shall become one. The other term is named by its number,
// or for tags and authors by its name.
func (tk *termkeeping) renderMerge(c *request, k termKind, refused error) error {
	shown, other := tk.refused(c, termRefusals, refused)
	if other != nil {
		return other
	}
	values := c.Request().URL.Query()
	if c.Request().Method == http.MethodPost {
		values = c.form
	}
	v := termdesk.Merge{
		Kind: k.name, Tabs: termTabs(k.path), Home: k.path, Action: k.path + "/merge", Refused: shown.key,
		Field: termdesk.Field{ID: "into", Value: strings.TrimSpace(values.Get("into"))}, UndoDays: termchanges.UndoDays,
	}
	from := chosenIDs(values["from"], mergeMost)
	var err error
	if k.kind == taxonomy.CategoryKind {
		err = tk.fillCategoryMerge(c, &v, from)
	} else {
		err = tk.fillMerge(c, k, &v, from)
	}
	if err != nil {
		return err
	}
	if v.Into != nil {
		v.From = slices.DeleteFunc(v.From, func(row termdesk.Row) bool { return row.ID == v.Into.ID })
	} else if v.Field.Value != "" {
		v.Field.Error = "term-none"
	}
	if shown.key != "" {
		v.Into = nil // it is chosen again
	}
	page := views.TermMerge{Page: tk.termFrame(c, tk.text(c.site, "terms.merge")), Merge: v}
	return render(tk.pages, c, views.TermMergePage, page, personalAnswer(shown.status))
}

func (tk *termkeeping) fillCategoryMerge(c *request, v *termdesk.Merge, from []int64) error {
	tree, counts, err := tk.treeNow(c)
	if err != nil {
		return err
	}
	for _, id := range from {
		if one := tree.ByID(id); one != nil {
			v.From = append(v.From, categoryRow(one, counts[id]))
		}
	}
	into := tree.ByID(parseID(v.Field.Value))
	if into != nil {
		row := categoryRow(into, counts[into.ID])
		v.Into = &row
	}
	v.Choices = categoryOptions(tree, parseID(v.Field.Value), func(one *taxonomy.Category) bool {
		return !slices.ContainsFunc(from, func(id int64) bool {
			above := tree.ByID(id)
			return above != nil && tree.Within(one, above)
		})
	})
	return nil
}

// fillMerge finds the tags or the authors of a merge.
func (tk *termkeeping) fillMerge(c *request, k termKind, v *termdesk.Merge, from []int64) error {
	rows, err := tk.termRows(c, k, from)
	if err != nil {
		return err
	}
	v.From = rows
	text := v.Field.Value
	if text == "" {
		return nil
	}
	if id := parseID(text); id != 0 {
		if rows, err = tk.termRows(c, k, []int64{id}); err != nil {
			return err
		}
		if len(rows) > 0 {
			v.Into, v.Field.Value = &rows[0], rows[0].Name
			return nil
		}
	}
	row, err := tk.rowNamed(c, k, text)
	v.Into = row
	return err
}

// rowNamed returns the tag or the author with a name, nil if there is none.
func (tk *termkeeping) rowNamed(c *request, k termKind, name string) (*termdesk.Row, error) {
	if k.kind == taxonomy.TagKind {
		t, err := taxonomy.TagNamed(c.ctx(), tk.db, name)
		if err != nil || t == nil {
			return nil, err
		}
		row := tagRow(t)
		return &row, nil
	}
	a, err := taxonomy.AuthorNamed(c.ctx(), tk.db, name)
	if err != nil || a == nil {
		return nil, err
	}
	n, err := termlist.Articles(c.ctx(), tk.db, a.ID)
	row := authorRow(a, n)
	return &row, err
}

// termRows returns tags or authors by their numbers.
func (tk *termkeeping) termRows(c *request, k termKind, ids []int64) (rows []termdesk.Row, err error) {
	if len(ids) == 0 {
		return nil, nil
	}
	if k.kind == taxonomy.TagKind {
		list, err := termlist.ByNumbers(c.ctx(), tk.db, ids)
		for i := range list {
			rows = append(rows, tagRow(&list[i]))
		}
		return rows, err
	}
	list, err := termlist.AuthorsByNumbers(c.ctx(), tk.db, ids)
	if err != nil {
		return nil, err
	}
	for i := range list {
		n, err := termlist.Articles(c.ctx(), tk.db, list[i].ID)
		if err != nil {
			return nil, err
		}
		rows = append(rows, authorRow(&list[i], n))
	}
	return rows, nil
}

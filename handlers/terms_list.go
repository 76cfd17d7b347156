package handlers

import (
	"net/http"
	"net/url"
	"strings"

	"broadsheet/models"
	"broadsheet/models/newsroom/permalink"
	"broadsheet/models/newsroom/taxonomy"
	"broadsheet/models/newsroom/termchanges"
	"broadsheet/models/newsroom/termlist"
	"broadsheet/views"
	"broadsheet/views/termdesk"
)

// shownPairs is how many pairs of similar terms a page proposes.
const shownPairs = 20

// newTermList returns the page of a list without its rows.
func newTermList(c *request, k termKind) termdesk.List {
	v := termdesk.List{
		Kind: k.name, Tabs: termTabs(k.path), Home: k.path, New: k.path + "/new", Words: strings.TrimSpace(c.QueryParam("s")),
		Search: true, Merge: k.path + "/merge", Apart: k.path + "/apart", Used: c.QueryParam("order") == "used",
	}
	if c.QueryParam("after") != "" {
		v.First = termListPath(k, v, "")
	}
	return v
}

// termListPath returns the address of a page of a list.
func termListPath(k termKind, v termdesk.List, after string) string {
	q := url.Values{}
	if v.Words != "" {
		q.Set("s", v.Words)
	}
	if v.Used {
		q.Set("order", "used")
	}
	if after != "" {
		q.Set("after", after)
	}
	return strings.TrimSuffix(k.path+"?"+q.Encode(), "?")
}

func (tk *termkeeping) renderTermList(c *request, v termdesk.List) error {
	page := views.TermList{Page: tk.termFrame(c, tk.text(c.site, "terms.title."+v.Kind)), List: v}
	return render(tk.pages, c, views.TermListPage, page, personalAnswer(http.StatusOK))
}

// showCategories shows the tree of categories.
func (tk *termkeeping) showCategories(c *request) error {
	tree, counts, err := tk.treeNow(c)
	if err != nil {
		return err
	}
	v := newTermList(c, categoryTerms)
	v.Search = false
	for _, one := range tree.All() {
		row := categoryRow(one, counts[one.ID])
		row.Depth = len(tree.Ancestors(one))
		v.Rows = append(v.Rows, row)
	}
	return tk.renderTermList(c, v)
}

func categoryRow(one *taxonomy.Category, articles int) termdesk.Row {
	return termdesk.Row{
		ID: one.ID, Name: one.Name, Slug: one.Slug, URL: categoryTerms.formPath(one.ID), Public: permalink.CategoryPath(one.Path),
		Articles: articles, Comments: commentBadge(one.CommentDefault), Required: len(one.Checks()),
	}
}

// showTags shows a page of the tags, and those with nearly the same names.
func (tk *termkeeping) showTags(c *request) error {
	v := newTermList(c, tagTerms)
	v.New = ""
	used := v
	used.Used = !v.Used
	v.Orders = []termdesk.Tab{
		{Name: "terms.order.name", URL: termListPath(tagTerms, pick(v.Used, used, v), ""), Current: !v.Used},
		{Name: "terms.order.used", URL: termListPath(tagTerms, pick(v.Used, v, used), ""), Current: v.Used},
	}
	p, err := termlist.Tags(c.ctx(), tk.db, termlist.Filter{Words: v.Words, Used: v.Used, After: c.QueryParam("after")})
	if err != nil {
		return err
	}
	for i := range p.Rows {
		v.Rows = append(v.Rows, tagRow(&p.Rows[i]))
	}
	if p.Next != "" {
		v.Next = termListPath(tagTerms, v, p.Next)
	}
	if v.Words == "" && v.First == "" {
		pairs, err := termchanges.SimilarTags(c.ctx(), tk.db, shownPairs+1)
		if err != nil {
			return err
		}
		addPairs(&v, tagTerms, pairs)
	}
	return tk.renderTermList(c, v)
}

func pick[T any](first bool, a, b T) T {
	if first {
		return a
	}
	return b
}

func tagRow(t *taxonomy.Tag) termdesk.Row {
	return termdesk.Row{
		ID: t.ID, Name: t.Name, Slug: t.Slug, URL: tagTerms.formPath(t.ID), Public: permalink.TagPath(t.Slug), Articles: t.Articles,
		Comments: commentBadge(t.CommentDefault),
	}
}

// showAuthors shows a page of the authors, and those with nearly the same names.
func (tk *termkeeping) showAuthors(c *request) error {
	v := newTermList(c, authorTerms)
	v.Used = false
	p, err := termlist.Authors(c.ctx(), tk.db, termlist.Filter{Words: v.Words, After: c.QueryParam("after")})
	if err != nil {
		return err
	}
	for i := range p.Rows {
		v.Rows = append(v.Rows, authorRow(&p.Rows[i].Author, p.Rows[i].Articles))
	}
	if p.Next != "" {
		v.Next = termListPath(authorTerms, v, p.Next)
	}
	if v.Words == "" && v.First == "" {
		pairs, err := termchanges.SimilarAuthors(c.ctx(), tk.db, shownPairs+1)
		if err != nil {
			return err
		}
		addPairs(&v, authorTerms, pairs)
	}
	return tk.renderTermList(c, v)
}

func authorRow(a *taxonomy.Author, articles int) termdesk.Row {
	return termdesk.Row{
		ID: a.ID, Name: a.Name, Slug: a.Slug, URL: authorTerms.formPath(a.ID), Public: permalink.AuthorPath(a.Slug), Articles: articles,
		Guest: a.Guest, Account: a.UserID != nil,
	}
}

func addPairs(v *termdesk.List, k termKind, pairs []termchanges.Pair) {
	if v.More = len(pairs) > shownPairs; v.More {
		pairs = pairs[:shownPairs]
	}
	row := func(n termchanges.Named) termdesk.Row {
		return termdesk.Row{ID: n.ID, Name: n.Name, Slug: n.Slug, URL: k.formPath(n.ID), Articles: n.Articles}
	}
	for _, p := range pairs {
		v.Pairs = append(v.Pairs, termdesk.Pair{First: row(p.First), Second: row(p.Second), Why: "terms.why." + string(p.Why)})
	}
}

// postTagsApart and postAuthorsApart keep two similar terms apart.
func (tk *termkeeping) postTagsApart(c *request) error    { return tk.postApart(c, tagTerms) }
func (tk *termkeeping) postAuthorsApart(c *request) error { return tk.postApart(c, authorTerms) }

func (tk *termkeeping) postApart(c *request, k termKind) error {
	ids := chosenIDs(c.form["term"], 2)
	if len(ids) != 2 {
		return models.Errorf(models.Invalid, "two terms are kept apart")
	}
	if err := termchanges.KeepApart(c.ctx(), tk.db, k.kind, ids[0], ids[1]); err != nil {
		return err
	}
	return c.seeOther(withDone(k.path, "apart"))
}

// findTags and findAuthors propose names for the form of an article.
func (tk *termkeeping) findTags(c *request) error {
	names, err := termlist.Names(c.ctx(), tk.db, taxonomy.TagKind, c.QueryParam("s"))
	return tk.found(c, names, err)
}

func (tk *termkeeping) findAuthors(c *request) error {
	names, err := termlist.Names(c.ctx(), tk.db, taxonomy.AuthorKind, c.QueryParam("s"))
	return tk.found(c, names, err)
}

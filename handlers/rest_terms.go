package handlers

import (
	"cmp"
	"slices"
	"strings"

	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/collection"
	"broadsheet/models/newsroom/stafflist"
	"broadsheet/models/newsroom/taxonomy"
	"broadsheet/models/people"
	"broadsheet/views/rest"
)

// named returns the query for tags or authors that a request asks for.
func (q *restRequest) named() (collection.Named, error) {
	n := collection.Named{
		IDs: q.Numbers("include"), ExceptIDs: q.Numbers("exclude"), Slugs: q.Texts("slug"), Search: q.Text("search"),
		Descending: q.Text("order") == "desc",
		Order: map[string]collection.TermOrder{
			"id": collection.TermsByID, "term_group": collection.TermsByID, "count": collection.TermsByCount,
			"include": collection.TermsByRequest, "include_slugs": collection.TermsByRequest,
		}[q.Text("orderby")],
	}
	if q.Has("post") {
		n.Article = q.Number("post")
	}
	if n.Order == collection.TermsByRequest && len(n.IDs)+len(n.Slugs) == 0 {
		n.Order = collection.TermsByName
	}
	n.Offset, n.Limit = q.part()
	return n, q.checkOrder()
}

// showTags answers with tags that public articles have.
func (re *restAPI) showTags(q *restRequest) error {
	if q.writer != nil && q.writer.may(people.Writing) {
		return re.showStaffTags(q)
	}
	n, err := q.named()
	if err != nil {
		return err
	}
	tags, total, err := n.Tags(q.ctx(), re.db)
	if err != nil {
		return err
	}
	shows := restFrame().and(newsroom.ArticlesTag)
	if n.Article != 0 {
		shows = restFrame().and(newsroom.TeaserTag(n.Article))
	}
	list := make([]rest.Term, len(tags))
	for i, t := range tags {
		list[i] = re.presentTag(t)
		shows = shows.and(newsroom.List{Kind: newsroom.TagArticles, Ref: t.ID}.Tag())
	}
	return re.sendTerms(q, list, total, shows)
}

// sendTerms sends a part of the categories or tags.
func (re *restAPI) sendTerms(q *restRequest, list []rest.Term, total int, shows dependencies) error {
	if q.summary() {
		for i := range list {
			list[i] = list[i].Summary()
		}
	}
	return sendRESTList(re, q, list, total, shows)
}

func (re *restAPI) sendTerm(q *restRequest, t rest.Term, shows dependencies) error {
	if q.summary() {
		t = t.Summary()
	}
	return re.sendREST(q, t, shows)
}

// showTag answers with one tag.
func (re *restAPI) showTag(q *restRequest) error {
	if q.writer != nil && q.writer.may(people.Writing) {
		t, err := re.openTag(q)
		if err != nil {
			return err
		}
		return re.sendTerm(q, re.presentStaffTag(t), dependencies{})
	}
	id, err := q.id()
	if err != nil {
		return err
	}
	tags, _, err := collection.Named{IDs: []int64{id}, Limit: 1}.Tags(q.ctx(), re.db)
	if err == nil && len(tags) == 0 {
		err = errNoTerm
	}
	if err != nil {
		return err
	}
	return re.sendTerm(q, re.presentTag(tags[0]), restFrame().and(newsroom.List{Kind: newsroom.TagArticles, Ref: id}.Tag()))
}

// showCategories answers with categories that public articles have.
func (re *restAPI) showCategories(q *restRequest) error {
	if err := q.checkOrder(); err != nil {
		return err
	}
	all, err := re.categories(q)
	if err != nil {
		return err
	}
	shows := restFrame().and(newsroom.ArticlesTag)
	keep := q.categoryConditions()
	if q.Has("post") {
		ids, err := collection.CategoryIDs(q.ctx(), re.db, q.Number("post"))
		if err != nil {
			return err
		}
		shows = shows.and(newsroom.TeaserTag(q.Number("post")))
		keep = append(keep, func(c collection.Category) bool { return slices.Contains(ids, c.ID) })
	}
	all = slices.DeleteFunc(all, func(c collection.Category) bool {
		return slices.ContainsFunc(keep, func(keep func(collection.Category) bool) bool { return !keep(c) })
	})
	q.sortCategories(all)
	offset, limit := q.part()
	total := len(all)
	all = all[min(offset, total):]
	var list []rest.Term
	for _, c := range all[:min(limit, len(all))] {
		term := re.presentCategory(q.site, c)
		if q.embeds("up") {
			term.Embedded = re.embedParent(q.site, c)
		}
		list = append(list, term)
	}
	return re.sendTerms(q, list, total, shows)
}

// embedParent returns the category above a category for embedding, nil for none.
func (re *restAPI) embedParent(site *newsroom.Site, c collection.Category) *rest.Embedded {
	parent := site.Categories.Parent(c.Category)
	if parent == nil {
		return nil
	}
	return &rest.Embedded{Up: []any{re.presentCategory(site, collection.Category{Category: parent}).Summary()}}
}

// categoryConditions returns the conditions of a request for categories.
func (q *restRequest) categoryConditions() (keep []func(collection.Category) bool) {
	add := func(asked bool, condition func(collection.Category) bool) {
		if asked {
			keep = append(keep, condition)
		}
	}
	words := strings.ToLower(q.Text("search"))
	slug := taxonomy.TermSlug(words)
	add(q.Has("include"), func(c collection.Category) bool { return slices.Contains(q.Numbers("include"), c.ID) })
	add(q.Has("exclude"), func(c collection.Category) bool { return !slices.Contains(q.Numbers("exclude"), c.ID) })
	add(q.Has("slug"), func(c collection.Category) bool { return slices.Contains(q.Texts("slug"), c.Slug) })
	add(q.Has("hide_empty"), func(c collection.Category) bool { return c.Articles > 0 })
	add(q.Has("parent"), func(c collection.Category) bool { return parentOf(c) == q.Number("parent") })
	add(words != "", func(c collection.Category) bool {
		return strings.Contains(strings.ToLower(c.Name), words) || slug != "" && strings.Contains(c.Slug, slug)
	})
	return keep
}

func parentOf(c collection.Category) int64 {
	if c.ParentID == nil {
		return 0
	}
	return *c.ParentID
}

// sortCategories sorts categories in the order of a request.
func (q *restRequest) sortCategories(list []collection.Category) {
	direction := 1
	if q.Text("order") == "desc" {
		direction = -1
	}
	ids, slugs := q.Numbers("include"), q.Texts("slug")
	slices.SortFunc(list, func(a, b collection.Category) int {
		switch order := q.Text("orderby"); {
		case order == "include" && len(ids) > 0:
			return cmp.Compare(slices.Index(ids, a.ID), slices.Index(ids, b.ID))
		case order == "include_slugs" && len(slugs) > 0:
			return cmp.Or(cmp.Compare(slices.Index(slugs, a.Slug), slices.Index(slugs, b.Slug)), cmp.Compare(a.ID, b.ID))
		case order == "id" || order == "term_group":
			return direction * cmp.Compare(a.ID, b.ID)
		case order == "count":
			return direction * cmp.Or(cmp.Compare(a.Articles, b.Articles), cmp.Compare(a.ID, b.ID))
		case order == "description":
			return direction * cmp.Or(cmp.Compare(a.Description, b.Description), cmp.Compare(a.ID, b.ID))
		}
		return direction * cmp.Or(cmp.Compare(a.Slug, b.Slug), cmp.Compare(a.ID, b.ID))
	})
}

// showCategory answers with one category.
func (re *restAPI) showCategory(q *restRequest) error {
	id, err := q.id()
	if err != nil {
		return err
	}
	all, err := re.categories(q)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(all, func(c collection.Category) bool { return c.ID == id })
	if i < 0 {
		return errNoTerm
	}
	term := re.presentCategory(q.site, all[i])
	if q.embeds("up") {
		term.Embedded = re.embedParent(q.site, all[i])
	}
	return re.sendTerm(q, term, restFrame().and(taxonomy.CategoryTag(id)))
}

// showUsers answers with the authors of public articles, and with all authors to the program
// of an editor, who may write in their names.
func (re *restAPI) showUsers(q *restRequest) error {
	n, err := q.named()
	if err != nil {
		return err
	}
	n.All = q.writer != nil && q.writer.may(people.Editing)
	authors, total, err := n.Authors(q.ctx(), re.db)
	if err != nil {
		return err
	}
	shows := restFrame().and(newsroom.ArticlesTag)
	list := make([]rest.User, len(authors))
	for i, a := range authors {
		if list[i] = re.presentUser(a); q.summary() {
			list[i] = list[i].Summary()
		}
		shows = shows.and(taxonomy.AuthorTag(a.ID))
	}
	return sendRESTList(re, q, list, total, shows)
}

// showUser answers with one author.
func (re *restAPI) showUser(q *restRequest) error {
	id, err := q.id()
	if q.Param("id") == "me" {
		return re.showOwnUser(q)
	}
	if err != nil {
		return err
	}
	all := q.writer != nil && q.writer.may(people.Editing)
	if q.writer != nil && !all {
		own, err := stafflist.AuthorOf(q.ctx(), re.db, q.writer.ID, q.writer.Name)
		if err != nil {
			return err
		}
		all = own != nil && own.ID == id
	}
	authors, _, err := collection.Named{IDs: []int64{id}, Limit: 1, All: all}.Authors(q.ctx(), re.db)
	if err == nil && len(authors) == 0 {
		err = errNoUser
	}
	if err != nil {
		return err
	}
	user := re.presentUser(authors[0])
	if q.summary() {
		user = user.Summary()
	}
	return re.sendREST(q, user, restFrame().and(taxonomy.AuthorTag(id)))
}

// categories returns the categories that a request may see. Programs of writers see all,
// visitors those with public articles.
func (re *restAPI) categories(q *restRequest) (list []collection.Category, err error) {
	if q.writer == nil || !q.writer.may(people.Writing) {
		return collection.Categories(q.ctx(), re.db, q.site)
	}
	for _, c := range q.site.Categories.All() {
		list = append(list, collection.Category{Category: c, Articles: c.OwnArticles})
	}
	return list, nil
}

package main

import (
	"fmt"

	"broadsheet/models"
	"broadsheet/models/newsroom/permalink"
	"broadsheet/models/newsroom/redirects"
	"broadsheet/models/newsroom/taxonomy"
	"broadsheet/models/newsroom/termchanges"
	"broadsheet/models/newsroom/termlist"
	"broadsheet/models/people"
)

// termKinds are the acts of editors on categories, tags, authors and redirects.
var termKinds = []kind{
	{"an editor adds a category", 1, (*walk).addCategory},
	{"an editor changes or moves a category", 5, (*walk).changeCategory},
	{"an editor merges categories", 1, (*walk).mergeCategories},
	{"an editor removes a category", 1, (*walk).removeCategory},
	{"an editor undoes a change of a term", 4, (*walk).undoTerm},
	{"an editor changes a tag", 4, (*walk).changeTag},
	{"an editor merges or removes a tag", 2, (*walk).mergeTags},
	{"an editor changes an author", 4, (*walk).changeAuthor},
	{"an editor merges authors", 1, (*walk).mergeAuthors},
	{"an author gets or loses an account", 2, (*walk).tieAuthor},
	{"an editor sets or removes a redirect", 4, (*walk).setRedirect},
}

// newestTerms is how many terms of each kind are compared in a step.
const newestTerms = 4

// draw returns a random element of a list, which must not be empty.
func draw[T any](w *walk, list []T) T { return list[w.rng.IntN(len(list))] }

// turn returns a few entries of a list, other ones at each step.
func turn[T any](w *walk, list []T, most int) (some []T) {
	for i := range min(most, len(list)) {
		some = append(some, list[(w.number*most+i)%len(list)])
	}
	return some
}

// errorOf is the error of a change, without its number in the log.
func errorOf(_ int64, err error) error { return err }

func (w *walk) categories() []*taxonomy.Category { return w.loadSite().Categories.All() }

// somePaths returns the paths of two categories as a setting has them.
func (w *walk) somePaths() string {
	all := w.categories()
	i := w.rng.IntN(len(all))
	return all[i].Path + ", " + all[(i+1)%len(all)].Path
}

func (w *walk) tags() []taxonomy.Tag {
	page, err := termlist.Tags(w.Context(), w.there, termlist.Filter{})
	w.check(err)
	return page.Rows
}

func (w *walk) authors() []termlist.Author {
	page, err := termlist.Authors(w.Context(), w.there, termlist.Filter{})
	w.check(err)
	return page.Rows
}

// termPages are the addresses of some terms, earlier ones among them, and of redirects.
func (w *walk) termPages() (paths []string) {
	for _, c := range turn(w, w.categories(), newestTerms) {
		paths = append(paths, permalink.CategoryPath(c.Path), permalink.CategoryPath(c.Path)+"feed/", fmt.Sprintf("/wp-json/wp/v2/categories/%d", c.ID))
	}
	for _, t := range turn(w, w.tags(), newestTerms) {
		paths = append(paths, permalink.TagPath(t.Slug), fmt.Sprintf("/wp-json/wp/v2/tags/%d", t.ID))
	}
	for _, a := range turn(w, w.authors(), newestTerms) {
		paths = append(paths, permalink.AuthorPath(a.Slug), permalink.AuthorPath(a.Slug)+"feed/", fmt.Sprintf("/wp-json/wp/v2/users/%d", a.ID))
	}
	for i := range oldAddresses {
		paths = append(paths, fmt.Sprintf("/old/address-%d/", i))
	}
	return append(paths, "/tag/tag-0/", "/tag/tag-1/", "/category/arts/", "/category/arts/feed/", "/author/writer-0/")
}

// commentDefault returns a default for the comments of a term.
func (w *walk) commentDefault() taxonomy.CommentDefault {
	return taxonomy.CommentDefault{Comments: draw(w, taxonomy.CommentDefaults), CommentDays: w.rng.IntN(3) * 4}
}

func (w *walk) addCategory() {
	all := w.categories()
	if len(all) > 12 {
		return
	}
	f := termchanges.CategoryForm{Name: fmt.Sprint("Section of step ", w.number), Comments: w.commentDefault()}
	if w.rng.IntN(2) == 0 {
		f.Parent = draw(w, all).ID
	}
	_, _, err := termchanges.SaveCategory(w.Context(), w.db(), walker, 0, f)
	w.allow(err)
}

func (w *walk) changeCategory() {
	all := w.categories()
	c := draw(w, all)
	f := termchanges.FormOfCategory(c)
	switch w.rng.IntN(4) {
	case 0:
		f.Name = fmt.Sprint("Section ", w.number)
	case 1:
		f.Slug = fmt.Sprint("section-", w.rng.IntN(4))
	case 2:
		if f.Parent = 0; w.rng.IntN(3) > 0 {
			f.Parent = draw(w, all).ID
		}
	default:
		f.Description, f.Position, f.Comments = fmt.Sprint("About it, step ", w.number), w.rng.IntN(5), w.commentDefault()
	}
	_, _, err := termchanges.SaveCategory(w.Context(), w.db(), walker, c.ID, f)
	w.allow(err)
}

func (w *walk) mergeCategories() {
	if all := w.categories(); len(all) > 4 {
		w.allow(errorOf(termchanges.MergeCategories(w.Context(), w.db(), walker, []int64{draw(w, all).ID}, draw(w, all).ID)))
	}
}

func (w *walk) removeCategory() {
	if all := w.categories(); len(all) > 4 {
		w.allow(errorOf(termchanges.RemoveCategory(w.Context(), w.db(), walker, draw(w, all).ID)))
	}
}

// undoTerm undoes one of the newest changes, if no later one stands in the way.
func (w *walk) undoTerm() {
	list, _, err := termchanges.Log(w.Context(), w.there, 0)
	w.check(err)
	if len(list) > 0 {
		_, _, err := termchanges.Undo(w.Context(), w.db(), walker, draw(w, list[:min(len(list), 4)]).ID)
		w.allow(err)
	}
}

func (w *walk) changeTag() {
	tags := w.tags()
	if len(tags) == 0 {
		return
	}
	t := draw(w, tags)
	f := termchanges.FormOf(&t)
	switch w.rng.IntN(3) {
	case 0:
		f.Name = fmt.Sprint("Tag named at step ", w.number)
	case 1:
		f.Slug = fmt.Sprint("tag-", w.rng.IntN(6))
	default:
		f.Description, f.Comments = fmt.Sprint("What it is, step ", w.number), w.commentDefault()
	}
	_, _, err := termchanges.SaveTag(w.Context(), w.db(), walker, t.ID, f)
	w.allow(err)
}

func (w *walk) mergeTags() {
	tags := w.tags()
	if len(tags) < 3 {
		return
	}
	if w.rng.IntN(4) == 0 {
		w.allow(errorOf(termchanges.RemoveTag(w.Context(), w.db(), walker, draw(w, tags).ID)))
		return
	}
	w.allow(errorOf(termchanges.MergeTags(w.Context(), w.db(), walker, []int64{draw(w, tags).ID}, draw(w, tags).ID)))
}

func (w *walk) changeAuthor() {
	a := draw(w, w.authors())
	f := termchanges.FormOfAuthor(&a.Author)
	switch w.rng.IntN(4) {
	case 0:
		f.Name = fmt.Sprint("Author of step ", w.number)
	case 1:
		f.Slug = fmt.Sprint("writer-", w.rng.IntN(6))
	case 2:
		f.Bio, f.Role = fmt.Sprint("Writes since step ", w.number, "."), fmt.Sprint("reporter ", w.rng.IntN(9))
	default:
		f.Guest, f.Links, f.PictureID = !f.Guest, fmt.Sprintf("https://step%d.example/", w.number), draw(w, w.pictures)
	}
	_, _, err := termchanges.SaveAuthor(w.Context(), w.db(), walker, a.ID, f)
	w.allow(err)
}

func (w *walk) mergeAuthors() {
	if list := w.authors(); len(list) > 3 {
		w.allow(errorOf(termchanges.MergeAuthors(w.Context(), w.db(), walker, []int64{draw(w, list).ID}, draw(w, list).ID)))
	}
}

// tieAuthor links an author to the colleague's account, or removes the link.
func (w *walk) tieAuthor() {
	u, a := w.colleague(), draw(w, w.authors())
	account := models.Subject{Kind: models.AccountSubject, ID: u.ID, Name: u.Name}
	if a.UserID != nil {
		w.allow(taxonomy.TakeAuthor(w.Context(), w.db(), walker, a.ID, account))
		return
	}
	w.allow(taxonomy.GiveAuthor(w.Context(), w.db(), walker, a.ID, account))
	w.check(people.Rename(w.Context(), w.db(), u, fmt.Sprint("Tove Desk ", w.number)))
}

// oldAddresses is how many addresses get redirects.
const oldAddresses = 3

func (w *walk) setRedirect() {
	from := fmt.Sprintf("/old/address-%d", w.rng.IntN(oldAddresses))
	switch w.rng.IntN(5) {
	case 0:
		_, err := redirects.Remove(w.Context(), w.db(), walker, []string{from})
		w.allow(err)
		return
	case 1:
		_, err := redirects.Put(w.Context(), w.db(), walker, redirects.Rules{Host: "news.example"}, from, "", redirects.Gone)
		w.allow(err)
		return
	}
	to := draw(w, []string{
		fmt.Sprintf("/old/address-%d/", w.rng.IntN(oldAddresses)), w.loadSite().ArticlePath(w.row(w.articles[w.one()])), "/sections/",
	})
	_, err := redirects.Put(w.Context(), w.db(), walker, redirects.Rules{Host: "news.example"}, from, to, draw(w, []int{redirects.Permanent, redirects.Temporary}))
	w.allow(err)
}

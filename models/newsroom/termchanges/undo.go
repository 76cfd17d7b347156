package termchanges

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"broadsheet/models"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/pictures"
	"broadsheet/models/newsroom/taxonomy"
	"broadsheet/models/settings"
)

// UndoDays is how long a change can be undone.
const UndoDays = 7

const undoFor = UndoDays * 24 * time.Hour

var (
	errLate = models.Refusal(models.Conflict, "undo-late", "this change can no longer be undone")
	// errMoved refuses an undo that would overwrite a later change.
	errMoved = models.Refusal(models.Conflict, "undo-changed", "a later change of the same terms must be undone first")
)

// CanUndo reports whether the change can be undone, unless a later change of the same terms
// stands in the way.
func (c *Change) CanUndo(now time.Time) bool {
	return c.Terms != "" && c.UndoneAt.IsZero() && now.Before(c.At.Add(undoFor))
}

// Until returns the time until which the change can be undone.
func (c *Change) Until() time.Time { return c.At.Add(undoFor) }

// Undo takes a change back: the terms, their addresses and names, the settings and the
// terms of articles are as before. An article whose text was saved or whose terms were
// changed since keeps its terms, and so does an account, an invitation or a subscription
// with other choices since; kept is how many these are. Undo does nothing for a change that
// is undone already. It refuses with NotFound, and with Conflict: undo-late after a week,
// undo-changed if a later change of the same terms would be lost.
func Undo(ctx context.Context, db *models.DB, by models.Actor, id int64) (c *Change, kept int, err error) {
	err = db.Write(ctx, func(tx *models.Tx) (err error) {
		kept = 0
		if c, err = models.First[Change](tx.Lock(ctx).Where("id = ?", id)); err != nil {
			return err
		}
		switch {
		case c == nil:
			return models.Errorf(models.NotFound, "there is no change %d of a term", id)
		case !c.UndoneAt.IsZero():
			return nil
		case !c.CanUndo(tx.Now):
			return errLate
		}
		u := &undoing{change: c, by: by}
		if kept, err = u.run(ctx, tx); err != nil {
			return err
		}
		c.Terms, c.UndoneAt, c.UndoneBy = "", models.At(tx.Now), by.Name
		if err := tx.Query(ctx).Model(c).Select("terms", "undone_at", "undone_by").Updates(c).Error; err != nil {
			return err
		}
		if err := models.Exec(ctx, tx, "DELETE FROM term_change_lists WHERE change_id = ?", id); err != nil {
			return err
		}
		on := models.Subject{Kind: subjects[c.Kind], ID: c.SubjectID, Name: c.Name}
		return audit(ctx, tx, by, on, "undone", cmp.Or(c.Other, c.Verb), c.Name)
	})
	return c, kept, err
}

// subjects are the subjects of the audit by the kind of term.
var subjects = map[taxonomy.Kind]models.SubjectKind{
	taxonomy.CategoryKind: CategorySubject, taxonomy.TagKind: TagSubject, taxonomy.AuthorKind: AuthorSubject,
}

// undoing is an undo that runs.
type undoing struct {
	change *Change
	by     models.Actor
	effects
	now map[int64]columns // the present rows
}

func (u *undoing) run(ctx context.Context, tx *models.Tx) (kept int, err error) {
	if err := json.Unmarshal([]byte(u.change.Terms), &u.effects); err != nil {
		return 0, err
	}
	var ids []int64
	for _, e := range u.Terms {
		ids = append(ids, e.ID)
	}
	if u.now, err = readTerms(ctx, tx, u.change.Kind, ids); err != nil {
		return 0, err
	}
	if err := cmp.Or(u.compareTerms(), u.compareLeads(ctx, tx)); err != nil {
		return 0, err
	}
	derive, err := u.before(ctx, tx)
	if err != nil {
		return 0, err
	}
	for _, step := range []func(context.Context, *models.Tx) error{u.restoreTerms, u.restoreLeads, u.restoreSettings} {
		if err := step(ctx, tx); err != nil {
			return 0, err
		}
	}
	if kept, err = u.restoreLists(ctx, tx, derive); err != nil {
		return 0, err
	}
	return kept, derive.run(ctx, tx)
}

// made reports whether the change made the term, as a removal makes Uncategorized. It
// stays: it may have articles by now.
func (e *termEffect) made() bool { return e.Was == nil }

// removed reports whether the change removed the term.
func (e *termEffect) removed() bool { return e.Became == nil }

// compareTerms refuses the undo if a column is not as the change left it.
func (u *undoing) compareTerms() error {
	for _, e := range u.Terms {
		now, there := u.now[e.ID]
		if e.made() {
			continue
		}
		if there == e.removed() {
			return errMoved
		}
		for name, became := range e.Became {
			if !bytes.Equal(now[name], became) {
				return errMoved
			}
		}
	}
	return nil
}

// compareLeads refuses the undo if a lead is not as the change left it.
func (u *undoing) compareLeads(ctx context.Context, tx *models.Tx) error {
	for _, e := range u.Leads {
		key := cmp.Or(e.Was, e.Became)
		slugs, names := []string{key.Text}, []string{}
		if key.Name {
			slugs, names = names, slugs
		}
		list, err := taxonomy.Leads(ctx, tx, u.change.Kind, nil, slugs, names)
		if err != nil {
			return err
		}
		if len(list) == 0 && e.Became == nil {
			continue
		}
		if len(list) == 0 || e.Became == nil || !sameRef(list[0].Ref, e.Became.Ref) {
			return errMoved
		}
	}
	return nil
}

func (u *undoing) restoreLeads(ctx context.Context, tx *models.Tx) error {
	for _, e := range u.Leads {
		var err error
		if e.Was == nil {
			err = taxonomy.DropLead(ctx, tx, u.change.Kind, *e.Became)
		} else {
			err = taxonomy.SetLead(ctx, tx, u.change.Kind, *e.Was)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// restoreTerms writes the rows of the terms as they were.
func (u *undoing) restoreTerms(ctx context.Context, tx *models.Tx) error {
	switch u.change.Kind {
	case taxonomy.CategoryKind:
		return u.restoreCategories(ctx, tx)
	case taxonomy.TagKind:
		return restoreRows(ctx, tx, u, "tags", func(*taxonomy.Tag) error { return nil })
	default:
		return restoreRows(ctx, tx, u, "authors", func(a *taxonomy.Author) error {
			if a.PictureID == nil {
				return nil
			}
			known, err := pictures.Has(ctx, tx, *a.PictureID)
			if err == nil && !known { // it was deleted since
				a.PictureID = nil
			}
			return err
		})
	}
}

// restoreRows inserts removed rows again and updates the others. fit adapts a row to later
// changes of other rows.
func restoreRows[T any](ctx context.Context, tx *models.Tx, u *undoing, table string, fit func(*T) error) error {
	// Values that only one row may have are free before they are given again.
	for _, e := range u.Terms {
		if _, has := e.Became["WPID"]; has && !e.made() {
			if err := row(ctx, tx, table, e.ID).UpdateColumn("wp_id", nil).Error; err != nil {
				return err
			}
		}
	}
	list := slices.DeleteFunc(slices.Clone(u.Terms), func(e termEffect) bool { return e.made() })
	slices.SortStableFunc(list, func(a, b termEffect) int {
		if a.removed() != b.removed() {
			if a.removed() {
				return -1
			}
			return 1
		}
		return cmp.Compare(bytes.Count(a.Was["Path"], []byte("/")), bytes.Count(b.Was["Path"], []byte("/"))) // parents first
	})
	for _, e := range list {
		all := columns{}
		for _, from := range []columns{u.now[e.ID], e.Was} {
			for name, value := range from {
				all[name] = value
			}
		}
		one := new(T)
		if err := all.into(one); err != nil {
			return err
		}
		if slug := e.Was["Slug"]; slug != nil && table != "categories" {
			used, err := taken(ctx, tx, table, "slug", textOfColumn(slug), e.ID)
			if err != nil {
				return err
			}
			if used {
				return errMoved
			}
		}
		err := fit(one)
		if err == nil && e.removed() {
			err = tx.Query(ctx).Create(one).Error
		} else if err == nil {
			err = tx.Query(ctx).Model(one).Select("*").Omit("own_stories", "activity", "weight", "stories").Updates(one).Error
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func textOfColumn(c json.RawMessage) (text string) {
	_ = json.Unmarshal(c, &text) // our own JSON of a string
	return text
}

// restoreCategories restores the tree. It refuses the undo if the tree would not be one: a
// parent may have been removed, moved or put below the category since, and another category
// may have a path now.
func (u *undoing) restoreCategories(ctx context.Context, tx *models.Tx) error {
	there := map[int64]bool{}
	for id := range u.now {
		there[id] = true
	}
	paths := map[string]int64{}
	for id, c := range u.now {
		paths[textOfColumn(c["Path"])] = id
	}
	for _, e := range u.Terms {
		if there[e.ID] = true; !e.made() && e.Became["Path"] != nil {
			delete(paths, textOfColumn(e.Became["Path"]))
			path := "/" + textOfColumn(e.Became["Path"])
			if err := models.Exec(ctx, tx, "UPDATE categories SET path = ? WHERE id = ?", path, e.ID); err != nil {
				return err
			}
		}
	}
	for _, e := range u.Terms {
		var was taxonomy.Category
		if err := e.Was.into(&was); err != nil {
			return err
		}
		if was.ParentID != nil && !there[*was.ParentID] || was.Path != "" && paths[was.Path] != 0 {
			return errMoved
		}
	}
	if err := restoreRows(ctx, tx, u, "categories", func(*taxonomy.Category) error { return nil }); err != nil {
		return err
	}
	tree, err := taxonomy.LoadCategories(ctx, tx)
	if err != nil {
		return err
	}
	if len(tree.All()) != len(u.now)+u.again() {
		return errMoved // a loop is not reached from the top
	}
	for _, c := range tree.All() {
		if c.Path != pathBelow(tree.Parent(c), c.Slug) || strings.Count(c.Path, "/") >= taxonomy.MaxDepth {
			return errMoved
		}
	}
	return nil
}

// again returns the number of terms that come back.
func (u *undoing) again() (n int) {
	for _, e := range u.Terms {
		if e.removed() {
			n++
		}
	}
	return n
}

// restoreSettings gives the settings that list categories their values back. A setting that
// was changed since only gets the paths of moved categories.
func (u *undoing) restoreSettings(ctx context.Context, tx *models.Tx) error {
	if u.change.Kind != taxonomy.CategoryKind {
		return nil
	}
	stored, err := settings.Stored(ctx, tx)
	if err != nil {
		return err
	}
	whole := map[string]string{}
	for key, values := range u.Settings {
		if stored[key] == values[1] {
			whole[key] = values[0]
		}
	}
	if len(whole) > 0 {
		if err := settings.Change(ctx, tx, u.by, whole); err != nil {
			return err
		}
	}
	moved := map[string]string{}
	for _, e := range u.Terms {
		if !e.made() && !e.removed() && e.Became["Path"] != nil {
			moved[textOfColumn(e.Became["Path"])] = textOfColumn(e.Was["Path"])
		}
	}
	return movePathsOfSettings(ctx, tx, u.by, moved)
}

// restoreLists gives the articles their terms back, and others their choices, where they
// are as the change left them.
func (u *undoing) restoreLists(ctx context.Context, tx *models.Tx, d *deriving) (kept int, err error) {
	for _, t := range listTables(u.change.Kind) {
		var list []changedList
		err := tx.Query(ctx).Where("change_id = ? AND list = ?", u.change.ID, t.name).Order("owner_id").Find(&list).Error
		if err != nil {
			return 0, err
		}
		for some := range slices.Chunk(list, listBatch) {
			n, err := u.restoreSome(ctx, tx, t, some, d)
			if err != nil {
				return 0, err
			}
			kept += n
		}
	}
	return kept, nil
}

func (u *undoing) restoreSome(ctx context.Context, tx *models.Tx, t listTable, list []changedList, d *deriving) (kept int, err error) {
	owners := make([]int64, len(list))
	for i, l := range list {
		owners[i] = l.OwnerID
	}
	now := map[changedList]string{}
	if err := t.read(ctx, tx, owners, now); err != nil {
		return 0, err
	}
	var gone, saved []int64
	if t.articles() {
		if gone, saved, err = u.since(ctx, tx, owners); err != nil {
			return 0, err
		}
	}
	back := map[int64][]listRow{}
	var restored []int64
	for _, l := range list {
		switch {
		case slices.Contains(gone, l.OwnerID):
		case now[changedList{List: l.List, OwnerID: l.OwnerID}] != l.Became || slices.Contains(saved, l.OwnerID):
			kept++
		default:
			var rows, became []listRow
			if err := cmp.Or(json.Unmarshal([]byte(l.Was), &rows), json.Unmarshal([]byte(l.Became), &became)); err != nil {
				return 0, err
			}
			back[l.OwnerID] = rows
			restored = append(restored, l.OwnerID)
			d.concern(rows, became)
		}
	}
	if err := t.write(ctx, tx, back, restored); err != nil || !t.articles() {
		return kept, err
	}
	d.articles = append(d.articles, restored...)
	return kept, u.restoreMain(ctx, tx, back, restored)
}

// restoreMain sets the main category of articles, which is their first one.
func (u *undoing) restoreMain(ctx context.Context, tx *models.Tx, lists map[int64][]listRow, articles []int64) error {
	if u.change.Kind != taxonomy.CategoryKind || len(articles) == 0 {
		return nil
	}
	var values []any
	for _, id := range articles {
		if rows := lists[id]; len(rows) > 0 {
			values = append(values, id, *rows[0].Term)
		}
	}
	return newsroom.UpdateEach(ctx, tx, "articles", "main_category_id", "BIGINT", "fresh.value", values)
}

// since returns which of the articles are gone, and of which a text was saved after the
// change: it names the terms as they were then.
func (u *undoing) since(ctx context.Context, tx *models.Tx, articles []int64) (gone, saved []int64, err error) {
	var there []int64
	if err := tx.Query(ctx).Table("articles").Where("id IN ?", articles).Pluck("id", &there).Error; err != nil {
		return nil, nil, err
	}
	for _, id := range articles {
		if !slices.Contains(there, id) {
			gone = append(gone, id)
		}
	}
	err = tx.Query(ctx).Table("article_versions").Where("article_id IN ? AND at > ?", articles, u.change.At).
		Distinct("article_id").Pluck("article_id", &saved).Error
	return gone, saved, err
}

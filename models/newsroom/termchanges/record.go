package termchanges

import (
	"bytes"
	"context"
	"encoding/json"
	"maps"
	"slices"

	"broadsheet/models"
	"broadsheet/models/newsroom/taxonomy"
	"broadsheet/models/newsroom/termlist"
	"broadsheet/models/settings"
)

// Change is a change of a term in the log, see [Log].
type Change struct {
	ID        int64
	At        models.Time
	Kind      taxonomy.Kind
	SubjectID int64  // the term that was changed or removed, or into which others were merged
	Verb      string // Changed, Merged or Removed
	Name      string // of the term before the change; of a merge: those of the merged terms
	Other     string // the name after a change, or that of the term into which others were merged
	Actor     string
	ActorID   *int64
	Terms     string // [effects] as JSON, "" if the change cannot be undone any more
	UndoneAt  models.Time
	UndoneBy  string
}

// TableName names the table for GORM.
func (Change) TableName() string { return "term_changes" }

// The verbs of changes.
const (
	Changed = "changed"
	Merged  = "merged"
	Removed = "removed"
)

// changedList is a row of term_change_lists: the terms of an article, or the categories
// that somebody has chosen, before and after a change.
type changedList struct {
	ChangeID int64  `gorm:"primaryKey;autoIncrement:false"`
	List     string `gorm:"primaryKey"` // the table, see listTable
	OwnerID  int64  `gorm:"primaryKey;autoIncrement:false"`
	Was      string // rows as JSON
	Became   string
}

// TableName names the table for GORM.
func (changedList) TableName() string { return "term_change_lists" }

// effects are the rows that a change has written, beside lists.
type effects struct {
	Terms    []termEffect         `json:",omitempty"`
	Leads    []leadEffect         `json:",omitempty"`
	Settings map[string][2]string `json:",omitempty"` // before and after
}

// columns are fields of a row by their names.
type columns map[string]json.RawMessage

// termEffect is a term before and after a change. A term that was made or removed has all
// columns, another one those that differ.
type termEffect struct {
	ID          int64
	Was, Became columns
}

// leadEffect is a lead before and after a change, nil where there was none.
type leadEffect struct{ Was, Became *taxonomy.Lead }

// derived are the columns that follow from others. No undo compares or restores them.
var derived = []string{"OwnArticles", "Activity", "Weight", "Articles"}

// recording has the rows before a change. It is made before the change, and finish stores
// the difference.
type recording struct {
	kind         taxonomy.Kind
	ids          []int64 // the changed terms; for categories the whole tree is recorded
	slugs, names []string
	owners       map[string][]int64 // the recorded owners of each list
	before       *snapshot
}

// snapshot has the rows that a change may write.
type snapshot struct {
	terms    map[int64]columns
	leads    map[taxonomy.Lead]taxonomy.Lead // by the lead without its term
	settings map[string]string
	lists    map[changedList]string // by the list and its owner
}

// record begins to record a change of some terms. gone are those that the change removes.
// slug and name are those that a term gets, "" for none.
func record(ctx context.Context, tx *models.Tx, kind taxonomy.Kind, ids, gone []int64, slug, name string) (r *recording, err error) {
	r = &recording{kind: kind, ids: append(slices.Clone(ids), gone...), slugs: []string{slug}, owners: map[string][]int64{}}
	r.names = []string{taxonomy.NameKey(name)}
	for _, t := range listTables(kind) {
		if len(gone) == 0 {
			break
		}
		if r.owners[t.name], err = t.ownersOf(ctx, tx, gone); err != nil {
			return nil, err
		}
	}
	r.before, err = r.read(ctx, tx)
	return r, err
}

// read reads the rows as they are now.
func (r *recording) read(ctx context.Context, tx *models.Tx) (s *snapshot, err error) {
	s = &snapshot{leads: map[taxonomy.Lead]taxonomy.Lead{}, lists: map[changedList]string{}}
	if s.terms, err = readTerms(ctx, tx, r.kind, r.ids); err != nil {
		return nil, err
	}
	if r.kind == taxonomy.CategoryKind {
		stored, err := settings.Stored(ctx, tx)
		if err != nil {
			return nil, err
		}
		s.settings = map[string]string{}
		for _, key := range termlist.PathSettings {
			s.settings[key] = stored[key]
		}
	} else if err := r.readLeads(ctx, tx, s); err != nil {
		return nil, err
	}
	for _, t := range listTables(r.kind) {
		if err := t.read(ctx, tx, r.owners[t.name], s.lists); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// readLeads reads the leads to the terms, and those of the slugs and names that the terms
// have or had.
func (r *recording) readLeads(ctx context.Context, tx *models.Tx, s *snapshot) error {
	for _, t := range s.terms {
		var own struct{ Slug, Name string }
		if err := t.into(&own); err != nil {
			return err
		}
		r.slugs, r.names = append(r.slugs, own.Slug), append(r.names, taxonomy.NameKey(own.Name))
	}
	list, err := taxonomy.Leads(ctx, tx, r.kind, r.ids, r.slugs, r.names)
	for _, l := range list {
		if s.leads[taxonomy.Lead{Name: l.Name, Text: l.Text}] = l; l.Name {
			r.names = append(r.names, l.Text)
		} else {
			r.slugs = append(r.slugs, l.Text)
		}
	}
	return err
}

// readTerms reads terms by their numbers, and all of them for categories.
func readTerms(ctx context.Context, tx *models.Tx, kind taxonomy.Kind, ids []int64) (map[int64]columns, error) {
	switch kind {
	case taxonomy.CategoryKind:
		var list []taxonomy.Category
		err := tx.Lock(ctx).Order("id").Find(&list).Error
		return columnsOf(list, func(c *taxonomy.Category) int64 { return c.ID }, err)
	case taxonomy.TagKind:
		var list []taxonomy.Tag
		err := tx.Lock(ctx).Where("id IN ?", ids).Order("id").Find(&list).Error
		return columnsOf(list, func(t *taxonomy.Tag) int64 { return t.ID }, err)
	default:
		var list []taxonomy.Author
		err := tx.Lock(ctx).Where("id IN ?", ids).Order("id").Find(&list).Error
		return columnsOf(list, func(a *taxonomy.Author) int64 { return a.ID }, err)
	}
}

func columnsOf[T any](list []T, id func(*T) int64, err error) (map[int64]columns, error) {
	all := map[int64]columns{}
	for i := range list {
		if err != nil {
			break
		}
		var text []byte
		if text, err = json.Marshal(&list[i]); err == nil {
			var c columns
			err = json.Unmarshal(text, &c)
			all[id(&list[i])] = c
		}
	}
	return all, err
}

// into writes the columns into a row.
func (c columns) into(row any) error {
	text, err := json.Marshal(c)
	if err != nil {
		return err
	}
	return json.Unmarshal(text, row)
}

// finish stores the change in the log, with the rows that it has written, and returns its
// number. A change that has written none is not stored and has the number 0.
func (r *recording) finish(ctx context.Context, tx *models.Tx, by models.Actor, c Change) (id int64, err error) {
	after, err := r.read(ctx, tx)
	if err != nil {
		return 0, err
	}
	e := r.before.compare(after)
	if len(e.Terms)+len(e.Leads)+len(e.Settings) == 0 {
		return 0, nil
	}
	text, err := json.Marshal(e)
	if err != nil {
		return 0, err
	}
	c.At, c.Kind, c.Actor, c.ActorID, c.Terms = models.At(tx.Now), r.kind, by.Name, by.UserID, string(text)
	if err := tx.Query(ctx).Create(&c).Error; err != nil {
		return 0, err
	}
	var lists []changedList
	for key, was := range r.before.lists {
		if became := after.lists[key]; became != was {
			lists = append(lists, changedList{c.ID, key.List, key.OwnerID, was, became})
		}
	}
	if len(lists) == 0 {
		return c.ID, nil
	}
	return c.ID, tx.Query(ctx).CreateInBatches(lists, listBatch).Error
}

// compare returns the differences between two snapshots, without those of the lists.
func (s *snapshot) compare(after *snapshot) (e effects) {
	ids := map[int64]bool{}
	for id := range s.terms {
		ids[id] = true
	}
	for id := range after.terms {
		ids[id] = true
	}
	for _, id := range slices.Sorted(maps.Keys(ids)) {
		was, became := s.terms[id], after.terms[id]
		if was != nil && became != nil {
			if was, became = different(was, became); len(was) == 0 {
				continue
			}
		}
		e.Terms = append(e.Terms, termEffect{id, was, became})
	}
	for key, l := range s.leads {
		now, ok := after.leads[key]
		switch {
		case !ok:
			e.Leads = append(e.Leads, leadEffect{Was: &l})
		case !sameRef(l.Ref, now.Ref):
			e.Leads = append(e.Leads, leadEffect{&l, &now})
		}
	}
	for key, l := range after.leads {
		if _, ok := s.leads[key]; !ok {
			e.Leads = append(e.Leads, leadEffect{Became: &l})
		}
	}
	for key, was := range s.settings {
		if now := after.settings[key]; now != was {
			if e.Settings == nil {
				e.Settings = map[string][2]string{}
			}
			e.Settings[key] = [2]string{was, now}
		}
	}
	return e
}

func sameRef(a, b *int64) bool { return a == b || a != nil && b != nil && *a == *b }

// different returns the columns of two rows that differ and do not follow from others.
func different(was, became columns) (a, b columns) {
	a, b = columns{}, columns{}
	for name := range was {
		if !slices.Contains(derived, name) && !bytes.Equal(was[name], became[name]) {
			a[name], b[name] = was[name], became[name]
		}
	}
	return a, b
}

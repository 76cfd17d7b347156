package searchindex

import (
	"context"
	"fmt"
	"runtime"
	"sync"

	"broadsheet/models"
	"broadsheet/models/terms"
)

// state is the row of search_state.
type state struct {
	Current  string // the part that answers
	Building string // the part that is being filled, "" for none
	Wanted   string // the version that Building gets
	Version  string // of Current, "" before its first fill
	Done     int64  // the last article of Building
	Dead     int64  // entries of Current without a document, on SQLite
}

var stateColumns = models.ColumnsOf[state]()

func loadState(ctx context.Context, r models.Queryer) (*state, error) {
	s := &state{}
	_, err := models.QueryRow(ctx, r, stateColumns.Fields(s), "SELECT "+stateColumns.List("")+" FROM search_state")
	return s, err
}

func (s *state) save(ctx context.Context, tx *models.Tx) error {
	return tx.Query(ctx).Table("search_state").Where("id = 1").Select("*").Updates(s).Error
}

// parts returns the parts that a new entry is added to.
func (s *state) parts() []string {
	if s.Building != "" && s.Building != s.Current {
		return []string{s.Current, s.Building}
	}
	return []string{s.Current}
}

func (s *state) other() string {
	if s.Current == "a" {
		return "b"
	}
	return "a"
}

// version names the analysis of an index. Articles without a language are stemmed
// in the site's.
func version(language string) string {
	return fmt.Sprintf("%d %s", terms.AnalyserVersion, terms.StemLanguage(language))
}

// Builder fills the index, and builds it again where it is out of date, while it
// answers and articles are saved.
type Builder struct {
	DB       *models.DB
	Language string // the site's
	Anew     bool   // build also an index that is up to date
	Touch    models.CacheTag
	// Progress is called with the number of articles done and of all; may be nil.
	Progress func(done, all int)

	total, done int
}

// Run builds until the index is up to date. A build that was stopped goes on where
// it was. Two builders at once share the work.
func (b *Builder) Run(ctx context.Context) error {
	started, err := b.start(ctx)
	if err != nil || !started {
		return err
	}
	if b.Progress != nil {
		if err := b.DB.Query(ctx).Raw("SELECT COUNT(*) FROM articles WHERE status = 'published'").Scan(&b.total).Error; err != nil {
			return err
		}
		err := b.DB.Query(ctx).Raw(`SELECT COUNT(*) FROM articles WHERE status = 'published'
			AND id <= (SELECT done FROM search_state)`).Scan(&b.done).Error
		if err != nil {
			return err
		}
	}
	for {
		more, err := b.step(ctx)
		if err != nil || !more {
			return err
		}
	}
}

// start begins a build if one is needed and none is running. started is false if
// there is nothing to do.
func (b *Builder) start(ctx context.Context) (started bool, err error) {
	for {
		s, err := loadState(ctx, b.DB)
		if err != nil {
			return false, err
		}
		wanted := version(b.Language)
		going := s.Building != "" && s.Wanted == wanted
		if going {
			return true, nil
		}
		if !b.Anew && s.Building == "" && s.Version == wanted && !b.wasteful(ctx, s) {
			return false, b.clear(ctx, s.other())
		}
		into := s.other()
		if s.Version == "" {
			into = s.Current // nothing to keep: what is there already can be found
		}
		if into != s.Current {
			if err := b.clear(ctx, into); err != nil {
				return false, err
			}
		}
		seen := *s
		b.Anew = false
		err = b.change(ctx, func(tx *models.Tx, s *state) error {
			if *s != seen {
				return nil // another builder was faster
			}
			s.Building, s.Wanted, s.Done = into, wanted, 0
			return s.save(ctx, tx)
		})
		if err != nil {
			return false, err
		}
	}
}

// change changes the state in a transaction.
func (b *Builder) change(ctx context.Context, fn func(*models.Tx, *state) error) error {
	return b.DB.Write(ctx, func(tx *models.Tx) error {
		if err := models.LockKey(ctx, tx, "search index"); err != nil {
			return err
		}
		s, err := loadState(ctx, tx)
		if err != nil {
			return err
		}
		return fn(tx, s)
	})
}

// leastDead is how many entries without a document are always kept.
const leastDead = 2000

// wasteful reports whether more than half of the entries have no document.
func (b *Builder) wasteful(ctx context.Context, s *state) bool {
	var docs int64
	err := b.DB.Query(ctx).Raw("SELECT stories FROM listing_counts WHERE kind = 0 AND ref = 0 AND period = 0").Scan(&docs).Error
	return err == nil && s.Dead > max(leastDead, docs)
}

// step adds the next articles to the part that is being built. more is false after
// the last one.
func (b *Builder) step(ctx context.Context) (more bool, err error) {
	s, err := loadState(ctx, b.DB)
	if err != nil || s.Building == "" {
		return false, err
	}
	var ids []int64
	err = b.DB.Query(ctx).Raw("SELECT id FROM articles WHERE id > ? AND status = 'published' ORDER BY id LIMIT ?", s.Done, batch).
		Scan(&ids).Error
	if err != nil {
		return false, err
	}
	if len(ids) == 0 {
		return false, b.finish(ctx, s)
	}
	rows, err := loadRows(ctx, b.DB, ids, true)
	if err != nil {
		return false, err
	}
	list := analyseAll(rows, b.Language, nil)
	seen := *s
	err = b.change(ctx, func(tx *models.Tx, s *state) error {
		if s.Building != seen.Building || s.Wanted != seen.Wanted || s.Done != seen.Done {
			return nil
		}
		s.Done = ids[len(ids)-1]
		if err := s.save(ctx, tx); err != nil {
			return err
		}
		return b.write(ctx, tx, s, list, ids)
	})
	if err == nil && b.Progress != nil {
		b.done += len(ids)
		b.Progress(min(b.done, b.total), b.total)
	}
	return true, err
}

// write writes analysed articles into the part that is being built. It reads those
// again that have changed since.
func (b *Builder) write(ctx context.Context, tx *models.Tx, s *state, list []*entry, ids []int64) error {
	tx.Touch(b.Touch)
	fresh, err := b.unchanged(ctx, tx, list, ids)
	if err != nil {
		return err
	}
	w := writer{tx: tx, state: s}
	docids, err := docidsOf(ctx, tx, ids)
	if err != nil {
		return err
	}
	var missing []*entry
	var known []*entry
	for _, e := range fresh {
		docid, ok := docids[e.article]
		if !ok {
			missing = append(missing, e)
			continue
		}
		if s.Building == s.Current {
			continue // saved since the index exists
		}
		known = append(known, e)
		if err := updateTerms(ctx, tx, s.Building, docid, e); err != nil {
			return err
		}
	}
	if err := addLanguages(ctx, tx, known); err != nil {
		return err
	}
	if err := addWords(ctx, tx, []string{s.Building}, known); err != nil {
		return err
	}
	return w.replace(ctx, missing)
}

// unchanged returns the entries of the articles as they are now.
func (b *Builder) unchanged(ctx context.Context, tx *models.Tx, list []*entry, ids []int64) ([]*entry, error) {
	var now []struct {
		ID      int64
		Version int
	}
	err := tx.Lock(ctx).Table("articles").Select("id, version").Where("id IN ? AND status = 'published'", ids).Order("id").Find(&now).Error
	if err != nil {
		return nil, err
	}
	versions := map[int64]int{}
	for _, a := range now {
		versions[a.ID] = a.Version
	}
	var same []*entry
	var changed []int64
	seen := map[int64]bool{}
	for _, e := range list {
		seen[e.article] = true
		if version, public := versions[e.article]; public && version == e.version {
			same = append(same, e)
		} else if public {
			changed = append(changed, e.article)
		}
	}
	for _, id := range ids {
		if _, public := versions[id]; public && !seen[id] {
			changed = append(changed, id)
		}
	}
	rows, err := loadRows(ctx, tx, changed, true)
	return append(same, analyseAll(rows, b.Language, nil)...), err
}

func docidsOf(ctx context.Context, r models.Queryer, ids []int64) (map[int64]int64, error) {
	var list []struct{ Docid, ArticleID int64 }
	err := r.Query(ctx).Raw("SELECT docid, article_id FROM search_docs WHERE article_id IN ?", ids).Scan(&list).Error
	docids := map[int64]int64{}
	for _, d := range list {
		docids[d.ArticleID] = d.Docid
	}
	return docids, err
}

// finish lets the part that was built answer, and empties the former one.
func (b *Builder) finish(ctx context.Context, seen *state) error {
	former := seen.Current
	err := b.change(ctx, func(tx *models.Tx, s *state) error {
		if s.Building != seen.Building || s.Wanted != seen.Wanted || s.Done != seen.Done {
			former = s.Building
			return nil
		}
		if s.Current != s.Building {
			s.Dead = 0
		}
		s.Current, s.Building, s.Version, s.Done = s.Building, "", s.Wanted, 0
		tx.Touch(b.Touch)
		return s.save(ctx, tx)
	})
	if err != nil || former == seen.Building {
		return err
	}
	return b.clear(ctx, former)
}

// clear empties a part that does not answer, in small transactions.
func (b *Builder) clear(ctx context.Context, part string) error {
	for {
		if empty, err := isEmpty(ctx, b.DB, part); err != nil || empty {
			return err
		}
		left := int64(0)
		err := b.change(ctx, func(tx *models.Tx, s *state) (err error) {
			if left = 0; s.Current == part || s.Building == part {
				return nil
			}
			left, err = deletePart(ctx, tx, part)
			return err
		})
		if err != nil || left == 0 {
			return err
		}
	}
}

// Behind returns how many public articles the index does not have. filled is false
// before the end of the first fill.
func Behind(ctx context.Context, r models.Queryer) (n int, filled bool, err error) {
	s, err := loadState(ctx, r)
	if err != nil {
		return 0, false, err
	}
	err = r.Query(ctx).Raw(`SELECT COUNT(*) FROM articles a WHERE status = 'published'
		AND NOT EXISTS (SELECT 1 FROM search_docs d WHERE d.article_id = a.id)`).Scan(&n).Error
	return n, s.Version != "", err
}

// analyseAll makes the entries of articles on all cores.
func analyseAll(rows []*row, language string, body *Body) []*entry {
	list := make([]*entry, len(rows))
	if len(rows) == 1 {
		list[0] = rows[0].analyse(language, body)
		return list
	}
	var workers sync.WaitGroup
	n := runtime.GOMAXPROCS(0)
	for from := range n {
		workers.Go(func() {
			for i := from; i < len(rows); i += n {
				list[i] = rows[i].analyse(language, body)
			}
		})
	}
	workers.Wait()
	return list
}

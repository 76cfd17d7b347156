package searchindex

import (
	"context"

	"broadsheet/models"
)

// Put writes the entries of public articles, new or again. It leaves out articles
// that are not public. language is the site's. body is the analysed body of the only
// article, nil to read the bodies.
func Put(ctx context.Context, tx *models.Tx, language string, body *Body, ids ...int64) error {
	s, err := loadState(ctx, tx)
	if err != nil {
		return err
	}
	w := writer{tx: tx, state: s}
	for len(ids) > 0 {
		n := min(len(ids), batch)
		rows, err := loadRows(ctx, tx, ids[:n], body == nil)
		if err != nil {
			return err
		}
		if err := w.replace(ctx, analyseAll(rows, language, body)); err != nil {
			return err
		}
		ids = ids[n:]
	}
	return nil
}

// Remove deletes the entry of an article, if it has one.
func Remove(ctx context.Context, tx *models.Tx, id int64) error { return remove(ctx, tx, []int64{id}) }

// remove deletes the entries of articles. SQLite's tables of terms cannot delete one:
// they keep its terms under a docid that no document has, and that none may get
// again.
func remove(ctx context.Context, tx *models.Tx, ids []int64) error {
	if tx.Dialect() == models.SQLite {
		gone := tx.Query(ctx).Exec(`INSERT INTO search_words (part, word, docs)
			SELECT ?, printf('%016d', docid), 1 FROM search_docs WHERE article_id IN ?`, deadPart, ids)
		if gone.Error != nil {
			return gone.Error
		}
		if gone.RowsAffected == 0 {
			return nil
		}
		if err := tx.Query(ctx).Exec("UPDATE search_state SET dead = dead + ?", gone.RowsAffected).Error; err != nil {
			return err
		}
	}
	return tx.Query(ctx).Exec("DELETE FROM search_docs WHERE article_id IN ?", ids).Error
}

// deadPart is the part of search_words with the docids that were deleted on SQLite.
const deadPart = "d"

// batch is how many entries are written together.
const batch = 200

// writer writes entries in one transaction.
type writer struct {
	tx    *models.Tx
	state *state
	numbering
}

// replace writes entries under new docids.
func (w *writer) replace(ctx context.Context, list []*entry) error {
	if len(list) == 0 {
		return nil
	}
	ids := make([]int64, len(list))
	for i, e := range list {
		ids[i] = e.article
	}
	if err := remove(ctx, w.tx, ids); err != nil {
		return err
	}
	for _, e := range list {
		docid, err := w.next(ctx, w.tx, e.at)
		if err != nil {
			return err
		}
		if err := insertDoc(ctx, w.tx, w.state.parts(), docid, e); err != nil {
			return err
		}
	}
	if err := addLanguages(ctx, w.tx, list); err != nil {
		return err
	}
	return addWords(ctx, w.tx, w.state.parts(), list)
}

// addLanguages adds the languages that the entries are stemmed in.
func addLanguages(ctx context.Context, tx *models.Tx, list []*entry) error {
	seen := map[string]bool{"": true}
	for _, e := range list {
		if seen[e.language] {
			continue
		}
		seen[e.language] = true
		err := models.Exec(ctx, tx, "INSERT INTO search_languages (language) VALUES (?) ON CONFLICT DO NOTHING", e.language)
		if err != nil {
			return err
		}
	}
	return nil
}

package publictexts

import (
	"context"
	"encoding/json"
	"slices"

	"broadsheet/models"
	"broadsheet/models/richtext"
)

// Words are the parts of a text that the public history compares. The names are those of
// newsroom.Manuscript, as which a version is stored.
type Words struct {
	Title, Standfirst, Body string
	Format                  richtext.Format
	Corrections             []Note
}

// Note is a correction.
type Note struct{ Kind, Text string }

// Shown is the text that the rows of an article show.
type Shown struct {
	Number int    // of its version, 0 to look it up
	Words  *Words // nil to load them
	Minor  bool   // the public history leaves it out
}

// SeenBefore records the text that the rows of an article show as the first one that
// readers saw, since a time. It does nothing if a text is recorded already.
func SeenBefore(ctx context.Context, tx *models.Tx, article int64, since models.Time) error {
	last, err := Last(ctx, tx, article)
	if err != nil || last != 0 {
		return err
	}
	number, err := shownVersion(ctx, tx, article)
	if err != nil || number == 0 {
		return err
	}
	return Add(ctx, tx, Text{ArticleID: article, Number: number, At: since, Quiet: true})
}

// SeenNow records that readers see a text of an article from now on. It does nothing if
// they saw the same version last. It also queues the news of new corrections.
func SeenNow(ctx context.Context, tx *models.Tx, article int64, shown Shown) error {
	if err := queueNews(ctx, tx, article); err != nil {
		return err
	}
	last, err := Last(ctx, tx, article)
	if err == nil && shown.Number == 0 {
		shown.Number, err = shownVersion(ctx, tx, article)
	}
	if err != nil || shown.Number <= last {
		return err
	}
	quiet := last == 0 || shown.Minor
	if !quiet {
		if quiet, err = sameWords(ctx, tx, article, last, shown); err != nil {
			return err
		}
	}
	return Add(ctx, tx, Text{ArticleID: article, Number: shown.Number, At: models.At(tx.Now), Quiet: quiet})
}

// shownVersion returns the version that the rows of an article show, 0 if it has none
// yet. A save by another way than the desk has no kind, and its text is shown.
func shownVersion(ctx context.Context, r models.Queryer, article int64) (number int, err error) {
	var bySave int
	_, err = models.QueryRow(ctx, r, []any{&number, &bySave}, `SELECT COALESCE((SELECT shown FROM article_drafts WHERE article_id = ?), 0),
		COALESCE((SELECT MAX(number) FROM article_versions WHERE article_id = ? AND kind = ''), 0)`, article, article)
	return max(number, bySave), err
}

// sameWords reports whether a text has the words of an earlier version: headline,
// standfirst, body and corrections. A version that an import has not written yet counts
// as another one.
func sameWords(ctx context.Context, r models.Queryer, article int64, before int, shown Shown) (bool, error) {
	old, err := wordsOf(ctx, r, article, before)
	if err != nil || old == nil {
		return false, err
	}
	now := shown.Words
	if now == nil {
		if now, err = wordsOf(ctx, r, article, shown.Number); err != nil || now == nil {
			return false, err
		}
	}
	return old.Title == now.Title && old.Standfirst == now.Standfirst && slices.Equal(old.Corrections, now.Corrections) &&
		(old.Body == now.Body && old.Format == now.Format || old.plain() == now.plain()), nil
}

// wordsOf returns the words of a version, nil if there is no such version.
func wordsOf(ctx context.Context, r models.Queryer, article int64, number int) (*Words, error) {
	var text string
	found, err := models.QueryRow(ctx, r, []any{&text},
		"SELECT manuscript FROM article_versions WHERE article_id = ? AND number = ?", article, number)
	if err != nil || !found {
		return nil, err
	}
	var w Words
	return &w, json.Unmarshal([]byte(text), &w)
}

// plain returns the words of the body.
func (w *Words) plain() string {
	body, err := richtext.Article(w.Body, w.Format)
	if err != nil {
		return w.Body // too long; a save refuses such a text
	}
	return body.Text
}

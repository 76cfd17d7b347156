package drafts

import (
	"context"

	"broadsheet/models"
	"broadsheet/models/newsroom"
)

// Foreseen is a planned text of a live article, for a page as of a later time.
type Foreseen struct {
	article  int64
	prepared *newsroom.Prepared
}

// Foresee prepares the text that a [Move] would show now. It refuses as [Show] does.
func Foresee(ctx context.Context, r models.Queryer, article int64, m Move) (*Foreseen, error) {
	d, err := Open(ctx, r, article)
	if err != nil {
		return nil, err
	}
	text, err := m.text(ctx, r, d.Article)
	if err != nil {
		return nil, err
	}
	text.Status = d.Article.Status
	p, err := newsroom.Prepare(text)
	return &Foreseen{article, p}, err
}

// Show writes the text to the article's rows, in a transaction that the caller rolls back.
// It does nothing for an article that is not published.
func (f *Foreseen) Show(ctx context.Context, tx *models.Tx) error {
	a, err := models.First[newsroom.Article](tx.Lock(ctx).Where("id = ?", f.article))
	if err != nil || a == nil || a.Status != newsroom.Published {
		return err
	}
	_, err = show(ctx, tx, models.ActorSchedule, a, f.prepared, Shown)
	return err
}

package drafts

import (
	"context"
	"errors"
	"time"

	"broadsheet/models"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/taxonomy"
	"broadsheet/models/paragraphs"
)

// Move describes a change of an article's shown text and of its status.
type Move struct {
	// Number is the version to show; 0 shows the text of the article's rows.
	Number int
	// Base, if it is not 0, asks for the changes from version Base to version Number,
	// made on the text that the article's rows show now.
	Base int
	// To is the new status; "" keeps the status.
	To newsroom.Status
	// At is the time of publication of a scheduled article. Zero keeps the article's
	// date, so that a second publication has the date of the first.
	At time.Time
	// Anew sets the date of publication to now, as if the article had never been public.
	Anew bool
	// Minor says that readers need not hear of the change, see [newsroom.Prepared].
	Minor bool
	// Unchecked leaves out the check list: the text was checked when its time was set.
	Unchecked bool
	// Anyway is the editor's reason to publish although required checks are not passed;
	// the audit keeps it.
	Anyway string
	// Also runs in the transaction, which has locked the article. An error of Also
	// rolls the move back.
	Also func(ctx context.Context, tx *models.Tx, a *newsroom.Article) error
}

// Show writes a version to the article's own rows and moves the article. It returns the
// version that is shown then. It refuses with NotFound, Invalid, Unavailable
// (article-busy), [Overlap] for a move with a base, and Conflict for a move that
// [newsroom.CanMove] does not allow.
func Show(ctx context.Context, db *models.DB, by models.Actor, article int64, m Move) (number int, err error) {
	for range attempts {
		if number, err = m.try(ctx, db, by, article); !errors.Is(err, errMoved) {
			return number, err
		}
	}
	return 0, errBusy
}

func (m Move) try(ctx context.Context, db *models.DB, by models.Actor, article int64) (number int, err error) {
	d, err := Open(ctx, db, article)
	if err != nil {
		return 0, err
	}
	text, err := m.text(ctx, db, d.Article)
	if err != nil {
		return 0, err
	}
	text.Status = d.Article.Status
	if m.To != "" {
		text.Status = m.To
	}
	if text.PublishedAt = m.At; m.Anew {
		text.PublishedAt = db.Now()
	}
	if text.Corrections, err = m.corrections(ctx, db, text, d.Article); err != nil {
		return 0, err
	}
	missing, err := m.check(ctx, db, by, d.Article, text)
	if err != nil {
		return 0, err
	}
	p, err := newsroom.Prepare(text)
	if err != nil {
		return 0, err
	}
	p.Minor = m.Minor
	err = db.Write(ctx, func(tx *models.Tx) error {
		a, err := saving{article: article}.lock(ctx, tx, d)
		if err == nil && m.Also != nil {
			err = m.Also(ctx, tx, a)
		}
		if err == nil {
			number, err = show(ctx, tx, by, a, p, Shown)
		}
		if err == nil && len(missing) > 0 {
			err = auditAnyway(ctx, tx, by, article, missing, m.Anyway)
		}
		if err != nil || m.Number == 0 || m.Number == d.Number || equal(textOnly(text, article), d.Text) {
			return err
		}
		// The newest text differs from the shown one, so it stays and waits.
		return putHead(ctx, tx, d.Actor, row{ArticleID: article, Number: d.Number, Shown: number, Title: d.Text.Title})
	})
	return number, err
}

// corrections returns the corrections of a text with the time at which readers first see them.
func (m Move) corrections(
	ctx context.Context, db *models.DB, text newsroom.Manuscript, a *newsroom.Article,
) ([]newsroom.Correction, error) {
	at := db.Now()
	switch {
	case text.Status == newsroom.Scheduled && !m.At.IsZero():
		at = m.At
	case text.Status == newsroom.Scheduled:
		at = a.PublishedAt.Time
	case text.Status != newsroom.Published:
		return text.Corrections, nil
	}
	return dated(ctx, db, a.ID, text.Corrections, models.At(at))
}

// text returns the text to show.
func (m Move) text(ctx context.Context, r models.Queryer, a *newsroom.Article) (newsroom.Manuscript, error) {
	text, err := textOf(ctx, r, a, m.Number)
	if err != nil || m.Base == 0 {
		return text, err
	}
	base, err := textOf(ctx, r, a, m.Base)
	if err != nil {
		return text, err
	}
	now, err := newsroom.StoredManuscript(ctx, r, a)
	if err != nil {
		return text, err
	}
	merged, fields, parts := merge(base, text, textOnly(now, a.ID), nil)
	if len(fields) > 0 || paragraphs.Overlaps(parts) > 0 {
		return text, &Overlap{Base: m.Base, Newest: m.Number, Theirs: now, Merged: merged, Fields: fields, Parts: parts}
	}
	return merged, nil
}

// Clash returns the [Overlap] with which a [Move] with a base would fail now, or nil.
func Clash(ctx context.Context, r models.Queryer, a *newsroom.Article, base, number int) (*Overlap, error) {
	_, err := Move{Number: number, Base: base}.text(ctx, r, a)
	if overlap, ok := errors.AsType[*Overlap](err); ok {
		return overlap, nil
	}
	return nil, err
}

// show saves a prepared text to the article's rows, in a transaction that holds the
// lock of the article.
func show(ctx context.Context, tx *models.Tx, by models.Actor, a *newsroom.Article, p *newsroom.Prepared, kind Kind) (int, error) {
	site, err := newsroom.LoadSite(ctx, tx)
	if err != nil {
		return 0, err
	}
	p.Categories = known(site, p.Categories)
	s := newsroom.NewSaver(tx, site, by)
	s.Kind = string(kind)
	saved, outcome, err := s.Save(ctx, p)
	if err == nil {
		err = s.Flush(ctx)
	}
	if err != nil {
		return 0, err
	}
	number := saved.Version
	if outcome == newsroom.Unchanged {
		// The text was shown before. The article may have been withdrawn since.
		if p.Status != "" && p.Status != saved.Status {
			if err := newsroom.MoveStatus(ctx, tx, by, a.ID, p.Status, "", nil); err != nil {
				return 0, err
			}
			saved.Version++
		}
		if number, err = addVersion(ctx, tx, by, saved, textOnly(p.Manuscript, a.ID), kind); err != nil {
			return 0, err
		}
	}
	return number, putHead(ctx, tx, by, row{ArticleID: a.ID, Number: number, Shown: number, Title: p.Title})
}

// known returns the categories that exist, because saving a text creates missing ones, and
// an old text must not bring back a merged or removed category.
func known(site *newsroom.Site, refs []taxonomy.CategoryRef) (list []taxonomy.CategoryRef) {
	for _, ref := range refs {
		if site.Categories.Find(ref) != nil {
			list = append(list, ref)
		}
	}
	return list
}

package drafts

import (
	"context"
	"errors"
	"slices"

	"broadsheet/models"
	"broadsheet/models/newsroom"
	"broadsheet/models/paragraphs"
)

// Correction is a change of the text that readers see, while another text of the same
// article waits to be shown.
type Correction struct {
	Seen    int // public version that the corrected text began with
	Text    newsroom.Manuscript
	Minor   bool     // readers need not hear of it, see [newsroom.Prepared]
	Choices *Choices // answers to an overlap, see [Correct]
	// Waiting lists further versions that wait to be shown, such as the version of a plan.
	// Correct adds the newest text itself.
	Waiting []int
	// Also runs in the transaction after the corrected text became version shown. moved
	// maps each waiting version to its replacement, which is shown for a text that no
	// longer differs. An error of Also rolls the correction back.
	Also func(ctx context.Context, tx *models.Tx, shown int, moved map[int]int) error
}

// Corrected is the result of a correction.
type Corrected struct {
	Shown  int                 // version that readers see now
	Number int                 // newest version, which waits unless it is Shown
	Text   newsroom.Manuscript // text of Shown
}

var errNotShown = models.Refusal(models.Conflict, "not-live", "only the text of a published article can be corrected")

// Correct shows a corrected text to readers at once and makes the same changes in each
// waiting text (a three-way merge), so that a waiting text does not undo the correction.
// It returns an [Overlap] if the correction and the public text, or the correction and a
// waiting text, changed the same paragraph; in the answers, "mine" is the correction. It
// refuses with NotFound, Invalid, Unavailable (article-busy), and Conflict (not-live) for
// an article that is not published.
func Correct(ctx context.Context, db *models.DB, by models.Actor, article int64, c Correction) (done Corrected, err error) {
	c.Text = textOnly(c.Text, article)
	for range attempts {
		if done, err = c.try(ctx, db, by, article); !errors.Is(err, errMoved) {
			return done, err
		}
	}
	return done, errBusy
}

// Keep stores a text without showing or merging it, so that a closed browser does not lose
// it. It replaces the text that the same account kept before. It refuses with Invalid, and
// with NotFound for an article that does not exist.
func Keep(ctx context.Context, db *models.DB, by models.Actor, article int64, text newsroom.Manuscript) error {
	if err := newsroom.Check(textOnly(text, article)); err != nil {
		return err
	}
	return db.Write(ctx, func(tx *models.Tx) error {
		a, err := models.First[newsroom.Article](tx.Lock(ctx).Where("id = ?", article))
		if err != nil {
			return err
		}
		if a == nil {
			return models.Errorf(models.NotFound, "there is no article %d", article)
		}
		d, err := open(ctx, tx, a)
		if err == nil && d.Number == 0 { // a first version must be the text that readers see
			_, err = addVersion(ctx, tx, models.Actor{}, a, d.Text, "")
		}
		if err == nil {
			_, err = putAside(ctx, tx, by, a, textOnly(text, article))
		}
		return err
	})
}

// waiting is a text that waits, before and after the correction.
type waiting struct {
	number int
	text   newsroom.Manuscript
	same   bool // equals the corrected text, so nothing waits any more
}

func (c Correction) try(ctx context.Context, db *models.DB, by models.Actor, article int64) (done Corrected, err error) {
	d, err := Open(ctx, db, article)
	if err != nil {
		return done, err
	}
	if d.Article.Status != newsroom.Published {
		return done, errNotShown
	}
	now, err := textOf(ctx, db, d.Article, d.Shown)
	if err != nil {
		return done, err
	}
	text, err := c.overShown(ctx, db, d, now)
	if err != nil {
		return done, c.kept(ctx, db, by, article, err)
	}
	if text.Corrections, err = dated(ctx, db, article, text.Corrections, models.At(db.Now())); err != nil {
		return done, err
	}
	list, err := c.rebase(ctx, db, d, now, text)
	if err != nil {
		return done, c.kept(ctx, db, by, article, err)
	}
	public := text
	public.Status = newsroom.Published
	p, err := newsroom.Prepare(public)
	if err != nil {
		return done, err
	}
	done.Text, p.Minor = text, c.Minor
	err = db.Write(ctx, func(tx *models.Tx) error {
		a, err := saving{article: article}.lock(ctx, tx, d)
		if err == nil {
			done.Shown, err = show(ctx, tx, by, a, p, Shown)
		}
		if err != nil {
			return err
		}
		done.Number = done.Shown
		moved := map[int]int{}
		for _, w := range list {
			if moved[w.number] = done.Shown; !w.same {
				// show has incremented Version in its own copy of the row, not in a.
				a.Version = max(a.Version, done.Number, done.Shown)
				if moved[w.number], err = addVersion(ctx, tx, d.Actor, a, w.text, Rebased); err != nil {
					return err
				}
				done.Number = moved[w.number]
			}
		}
		if d.Pending {
			done.Number = moved[d.Number]
			if done.Number != done.Shown {
				head := row{ArticleID: article, Number: done.Number, Shown: done.Shown, Title: list[0].text.Title}
				if err := putHead(ctx, tx, d.Actor, head); err != nil {
					return err
				}
			}
		} else {
			done.Number = done.Shown
		}
		if c.Also != nil {
			return c.Also(ctx, tx, done.Shown, moved)
		}
		return nil
	})
	return done, err
}

// overShown returns the corrected text, merged with the changes that were published since
// the form was opened.
func (c Correction) overShown(ctx context.Context, r models.Queryer, d *Draft, now newsroom.Manuscript) (newsroom.Manuscript, error) {
	if c.Seen == d.Shown || c.Seen == Newest {
		return c.Text, nil
	}
	began, err := saving{article: d.Article.ID, seen: c.Seen}.began(ctx, r, d.Article)
	if err != nil {
		return c.Text, err
	}
	base, err := textOf(ctx, r, d.Article, began)
	if err != nil {
		return c.Text, err
	}
	return c.over(base, now, d.Shown, models.Actor{}, c.Text)
}

// rebase returns the waiting texts with the changes of the correction. The newest text comes
// first, if it waits.
func (c Correction) rebase(ctx context.Context, r models.Queryer, d *Draft, now, text newsroom.Manuscript) (list []waiting, err error) {
	numbers := slices.Clone(c.Waiting)
	if d.Pending {
		numbers = slices.Insert(numbers, 0, d.Number)
	}
	for i, number := range numbers {
		if number <= 0 || slices.Contains(numbers[:i], number) {
			continue
		}
		theirs := d.Text
		if number != d.Number {
			if theirs, err = textOf(ctx, r, d.Article, number); err != nil {
				return nil, err
			}
		}
		merged, err := c.over(now, theirs, number, d.Actor, text)
		if err != nil {
			return nil, err
		}
		list = append(list, waiting{number, merged, equal(merged, text)})
	}
	return list, nil
}

// over merges a correction (mine) with version number of the text (theirs); both come from
// base. It returns an [Overlap] as its error.
func (c Correction) over(
	base, theirs newsroom.Manuscript, number int, by models.Actor, mine newsroom.Manuscript,
) (newsroom.Manuscript, error) {
	choices := c.Choices
	if choices != nil && choices.Newest != number {
		choices = nil
	}
	merged, fields, parts := merge(base, mine, theirs, choices)
	if len(fields) > 0 || paragraphs.Overlaps(parts) > 0 {
		return merged, &Overlap{Base: c.Seen, Newest: number, By: by, Theirs: theirs, Merged: merged, Fields: fields, Parts: parts}
	}
	return merged, nil
}

// kept stores the text of a correction that overlaps, and returns its error.
func (c Correction) kept(ctx context.Context, db *models.DB, by models.Actor, article int64, err error) error {
	overlap, ok := errors.AsType[*Overlap](err)
	if !ok {
		return err
	}
	return saving{article: article, text: c.Text}.keepAside(ctx, db, by, overlap)
}

package drafts

import (
	"context"
	"encoding/json"
	"errors"
	"slices"

	"broadsheet/models"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/taxonomy"
	"broadsheet/models/paragraphs"
)

// Newest is the seen version of a form without a version: its text replaces the newest one.
const Newest = -1

// Stored is the result of a save.
type Stored struct {
	Number    int // version of the text
	Text      newsroom.Manuscript
	Merged    bool // another editor's changes are in the text
	Unchanged bool // the text was the newest one already
}

// Create stores a new article as a draft that the account by owns. It refuses with Invalid.
func Create(ctx context.Context, db *models.DB, by models.Actor, text newsroom.Manuscript) (article int64, stored Stored, err error) {
	return create(ctx, db, by, Tab{}, text)
}

func create(
	ctx context.Context, db *models.DB, by models.Actor, tab Tab, text newsroom.Manuscript,
) (article int64, stored Stored, err error) {
	text = textOnly(text, 0)
	text.Status = newsroom.Draft
	p, err := newsroom.Prepare(text)
	if err != nil {
		return 0, stored, err
	}
	err = db.Write(ctx, func(tx *models.Tx) error {
		site, err := newsroom.LoadSite(ctx, tx)
		if err != nil {
			return err
		}
		p.Categories = known(site, p.Categories)
		s := newsroom.NewSaver(tx, site, by)
		s.Kind = string(Saved)
		a, _, err := s.Save(ctx, p)
		if err == nil {
			err = s.Flush(ctx)
		}
		if err == nil && by.UserID != nil {
			err = models.Exec(ctx, tx, "UPDATE articles SET owner_id = ? WHERE id = ?", *by.UserID, a.ID)
		}
		if err != nil {
			return err
		}
		article, stored = a.ID, Stored{Number: a.Version, Text: textOnly(text, a.ID)}
		if err := tab.note(ctx, tx, a.ID, a.Version); err != nil {
			return err
		}
		return putHead(ctx, tx, by, row{ArticleID: a.ID, Number: a.Version, Shown: a.Version, Title: text.Title})
	})
	return article, stored, err
}

// Autosave stores a text that an editor is still typing. seen is the version that the
// text began with, or [Newest]. It refuses with NotFound, Invalid, Unavailable
// (article-busy) and [Overlap]; a text that overlaps is stored as well.
func Autosave(ctx context.Context, db *models.DB, by models.Actor, article int64, seen int, text newsroom.Manuscript) (Stored, error) {
	return Tab{}.Autosave(ctx, db, by, article, seen, text)
}

// Save stores a text when its editor presses Save, with the answers to an overlap. An
// article that is not live shows the text at once. Save refuses as [Autosave] does.
func Save(
	ctx context.Context, db *models.DB, by models.Actor, article int64, seen int, text newsroom.Manuscript, choices *Choices,
) (Stored, error) {
	return Tab{}.Save(ctx, db, by, article, seen, text, choices)
}

// Restore saves the text of an older version again, as a change of the newest text.
// seen is the version that the editor saw as the newest one. It refuses as [Autosave]
// does, and with NotFound if there is no such version.
func Restore(ctx context.Context, db *models.DB, by models.Actor, article int64, seen, number int) (Stored, error) {
	d, err := Open(ctx, db, article)
	if err != nil {
		return Stored{}, err
	}
	text, err := textOf(ctx, db, d.Article, number)
	if err != nil {
		return Stored{}, err
	}
	return store(ctx, db, by, saving{article: article, seen: seen, text: text, kind: Restored})
}

type saving struct {
	article int64
	seen    int
	text    newsroom.Manuscript
	kind    Kind
	choices *Choices
	tab     Tab
}

// errMoved asks for another attempt: a version was added between the merge and the
// transaction.
var errMoved = errors.New("drafts: the newest version has changed")

var errBusy = models.Refusal(models.Unavailable, "article-busy", "many people save this article right now; please try again")

// attempts is how often a save merges before it gives up. An attempt fails only if another
// save of the article succeeded in between.
const attempts = 10

// store merges a text with the newest one and adds the result as a version. It renders
// and merges outside of the transaction, because that takes long.
func store(ctx context.Context, db *models.DB, by models.Actor, s saving) (stored Stored, err error) {
	s.text = textOnly(s.text, s.article)
	for range attempts {
		if stored, err = s.try(ctx, db, by); !errors.Is(err, errMoved) {
			return stored, err
		}
	}
	return stored, errBusy
}

func (s saving) try(ctx context.Context, db *models.DB, by models.Actor) (Stored, error) {
	newest, err := Open(ctx, db, s.article)
	if err != nil {
		return Stored{}, err
	}
	text, overlap, merged, err := s.merge(ctx, db, newest)
	if err != nil {
		return Stored{}, err
	}
	if overlap != nil {
		return Stored{}, s.keepAside(ctx, db, by, overlap)
	}
	nothingToShow := newest.Number != 0 && (!newest.Pending || live(newest.Article.Status))
	if (s.kind == Autosaved || nothingToShow) && equal(text, newest.Text) {
		return Stored{Number: newest.Number, Text: text, Merged: merged, Unchanged: true}, nil
	}
	shown := s.kind != Autosaved && !live(newest.Article.Status)
	checked := text
	if checked.Status = newest.Article.Status; !shown {
		checked.Status = newsroom.Draft // a waiting text is checked as a draft
	}
	var p *newsroom.Prepared
	if shown {
		p, err = newsroom.Prepare(checked)
	} else {
		err = newsroom.Check(checked)
	}
	if err != nil {
		return Stored{}, err
	}
	stored := Stored{Text: text, Merged: merged}
	err = db.Write(ctx, func(tx *models.Tx) error {
		a, err := s.lock(ctx, tx, newest)
		if err != nil {
			return err
		}
		if shown {
			stored.Number, err = show(ctx, tx, by, a, p, s.kind)
		} else {
			stored.Number, err = add(ctx, tx, by, a, text, s.kind, newest)
		}
		if err != nil {
			return err
		}
		return s.tab.note(ctx, tx, a.ID, stored.Number)
	})
	return stored, err
}

// merge returns the text to save, the overlap if there is one, and whether changes of
// another editor were merged. Without such changes it returns the text of the form.
func (s saving) merge(ctx context.Context, r models.Queryer, newest *Draft) (newsroom.Manuscript, *Overlap, bool, error) {
	if s.seen == Newest || s.seen == newest.Number {
		return s.text, nil, false, nil
	}
	number, err := s.began(ctx, r, newest.Article)
	if err != nil {
		return s.text, nil, false, err
	}
	number, late, err := s.tab.follow(ctx, r, s.article, number)
	switch {
	case err != nil:
		return s.text, nil, false, err
	case late:
		return newest.Text, nil, true, nil
	case number == newest.Number:
		return s.text, nil, false, nil
	}
	base, err := textOf(ctx, r, newest.Article, number)
	if err != nil {
		return s.text, nil, false, err
	}
	choices := s.choices
	if choices != nil && choices.Newest != newest.Number {
		choices = nil // answers to another question
	}
	text, fields, parts := merge(base, s.text, newest.Text, choices)
	if len(fields) == 0 && paragraphs.Overlaps(parts) == 0 {
		return text, nil, true, nil
	}
	return text, &Overlap{
		Base: s.seen, Newest: newest.Number, By: newest.Actor, At: newest.At,
		Theirs: newest.Text, Merged: text, Fields: fields, Parts: parts,
	}, true, nil
}

// began returns the version that the editor's form began with. A form from before the
// article's first version names version 0, and gets the first version, which has the same
// text. In place of a version that was removed since, began returns the last one before it.
func (s saving) began(ctx context.Context, r models.Queryer, a *newsroom.Article) (number int, err error) {
	_, err = models.QueryRow(ctx, r, []any{&number}, `SELECT COALESCE(
		(SELECT MAX(number) FROM article_versions WHERE article_id = ? AND number <= ? AND kind <> 'aside'),
		(SELECT MIN(number) FROM article_versions WHERE article_id = ?), 0)`, a.ID, s.seen, a.ID)
	return number, err
}

// lock locks the article's row. It returns errMoved if newest is no longer the newest
// version, or if the article's status has changed.
func (s saving) lock(ctx context.Context, tx *models.Tx, newest *Draft) (*newsroom.Article, error) {
	a, err := models.First[newsroom.Article](tx.Lock(ctx).Where("id = ?", s.article))
	if err != nil {
		return nil, err
	}
	if a == nil {
		return nil, models.Errorf(models.NotFound, "there is no article %d", s.article)
	}
	head, err := headOf(ctx, tx, a.ID)
	if err == nil && (head.Number != newest.Number || a.Status != newest.Article.Status) {
		err = errMoved
	}
	return a, err
}

// keepAside stores a text that overlaps as a version beside the others, so that a
// closed browser does not lose it. It returns the overlap as the error.
func (s saving) keepAside(ctx context.Context, db *models.DB, by models.Actor, o *Overlap) error {
	err := db.Write(ctx, func(tx *models.Tx) error {
		a, err := models.First[newsroom.Article](tx.Lock(ctx).Where("id = ?", s.article))
		if err != nil || a == nil {
			return err
		}
		o.Kept, err = putAside(ctx, tx, by, a, s.text)
		return err
	})
	if err != nil {
		return err
	}
	return o
}

// putAside adds a version of kind Aside. It deletes the earlier one of the same account,
// because each autosave during an overlap sends the whole text again.
func putAside(ctx context.Context, tx *models.Tx, by models.Actor, a *newsroom.Article, text newsroom.Manuscript) (int, error) {
	err := models.Exec(ctx, tx, "DELETE FROM article_versions WHERE article_id = ? AND kind = ? AND actor = ?",
		a.ID, string(Aside), by.Name)
	if err != nil {
		return 0, err
	}
	return addVersion(ctx, tx, by, a, text, Aside)
}

// add adds a version that readers do not see yet.
func add(
	ctx context.Context, tx *models.Tx, by models.Actor, a *newsroom.Article, text newsroom.Manuscript, kind Kind, newest *Draft,
) (int, error) {
	if newest.Number == 0 { // keep the text that readers see, before its first change
		first, err := addVersion(ctx, tx, models.Actor{}, a, newest.Text, "")
		if err != nil {
			return 0, err
		}
		newest.Number = first
	}
	number, err := addVersion(ctx, tx, by, a, text, kind)
	if err != nil {
		return 0, err
	}
	shown := newest.Number
	if newest.Pending {
		head, err := headOf(ctx, tx, a.ID)
		if err != nil {
			return 0, err
		}
		shown = head.Shown
	}
	return number, putHead(ctx, tx, by, row{ArticleID: a.ID, Number: number, Shown: shown, Title: text.Title})
}

// addVersion adds a row of article_versions. Its number is the article's new version.
func addVersion(
	ctx context.Context, tx *models.Tx, by models.Actor, a *newsroom.Article, text newsroom.Manuscript, kind Kind,
) (int, error) {
	data, err := json.Marshal(text)
	if err != nil {
		return 0, err
	}
	a.Version++
	err = models.Exec(ctx, tx, "UPDATE articles SET version = ? WHERE id = ?", a.Version, a.ID)
	if err == nil {
		err = models.Exec(ctx, tx, `INSERT INTO article_versions (article_id, number, manuscript, actor, actor_id, at, kind)
			VALUES (?, ?, ?, ?, ?, ?, ?)`,
			a.ID, a.Version, string(data), by.Name, by.UserID, models.At(tx.Now), string(kind))
	}
	return a.Version, err
}

func putHead(ctx context.Context, tx *models.Tx, by models.Actor, head row) error {
	head.At, head.Actor, head.ActorID = models.At(tx.Now), by.Name, by.UserID
	return tx.Query(ctx).Save(&head).Error
}

// live reports whether an article is or was public. A save then changes no public page.
func live(s newsroom.Status) bool { return s == newsroom.Published || s == newsroom.Withdrawn }

// equal reports whether two texts are the same.
func equal(a, b newsroom.Manuscript) bool {
	x, errX := json.Marshal(normal(a))
	y, errY := json.Marshal(normal(b))
	return errX == nil && errY == nil && slices.Equal(x, y)
}

// normal removes differences without a meaning: nil or an empty list, the names of
// categories beside their paths, the slugs of authors beside their names, the numbers of
// corrections.
func normal(m newsroom.Manuscript) newsroom.Manuscript {
	list := make([]taxonomy.CategoryRef, 0, len(m.Categories))
	for _, c := range m.Categories {
		list = append(list, taxonomy.CategoryRef{Path: c.Path})
	}
	m.Categories = list
	m.Tags = append([]string{}, m.Tags...)
	m.Authors = append([]newsroom.AuthorRef{}, m.Authors...)
	for i, a := range m.Authors {
		m.Authors[i] = newsroom.AuthorRef{Slug: "", Name: BylineLine(newsroom.AuthorRef{Slug: a.Slug, Name: a.Name}), Role: a.Role}
	}
	m.Corrections = append([]newsroom.Correction{}, m.Corrections...)
	for i := range m.Corrections {
		m.Corrections[i].ID, m.Corrections[i].ArticleID = 0, 0
	}
	return m
}

package newsroom

import (
	"context"
	"slices"
	"time"

	"broadsheet/models"
	"broadsheet/models/newsroom/publictexts"
	"broadsheet/models/newsroom/taxonomy"
)

// moves lists the statuses that an article of each status can change to. The
// status of a new article is "" until it gets its first one.
var moves = map[Status][]Status{
	"":        {Draft, InReview, Scheduled, Published, Withdrawn, Trashed},
	Draft:     {InReview, Scheduled, Published, Trashed},
	InReview:  {Draft, Scheduled, Published, Trashed},
	Scheduled: {Draft, Published, Trashed},
	Published: {Draft, Scheduled, Withdrawn, Trashed},
	Withdrawn: {Draft, Published, Trashed},
	Trashed:   {Draft, InReview, Scheduled, Published, Withdrawn},
}

// CanMove reports whether an article can change from one status to another.
func CanMove(from, to Status) bool { return slices.Contains(moves[from], to) }

// CommentMover moves the comments of an article: aside if it goes to the trash,
// and back if it leaves the trash.
type CommentMover func(ctx context.Context, tx *models.Tx, by models.Actor, article int64, trashed bool) error

// statusMove is a change of an article's status.
type statusMove struct {
	by   models.Actor
	to   Status
	note string // for readers of a withdrawn article
	// comments is needed for a move into the trash or out of it. Without it,
	// such a move is refused, so no caller can leave the comments behind.
	comments CommentMover
	shown    publictexts.Shown // the text of the article's rows
}

// verbStatus is the verb in the audit for a change of an article's status.
const verbStatus = "status"

// MoveStatus moves an article to another status in a transaction. note is shown
// to readers of a withdrawn article. It refuses with NotFound, and with Conflict
// if [CanMove] does not allow the move. discussion.SetArticleStatus, the whole
// use case, passes in the function that moves the comments.
func MoveStatus(ctx context.Context, tx *models.Tx, by models.Actor, id int64, to Status, note string, comments CommentMover) error {
	a, site, err := loadForMove(ctx, tx, id)
	if err != nil {
		return err
	}
	a.Version++
	return setStatus(ctx, tx, site, a, statusMove{by, to, note, comments, publictexts.Shown{}})
}

// RestoreStatus moves an article out of the trash, back to the status it had
// before. An article without a known status before becomes a draft. A withdrawn
// article gets its note back. It refuses with NotFound, and with Conflict if the
// article is not in the trash.
func RestoreStatus(ctx context.Context, tx *models.Tx, by models.Actor, id int64, comments CommentMover) error {
	a, site, err := loadForMove(ctx, tx, id)
	if err != nil {
		return err
	}
	if a.Status != Trashed {
		return models.Errorf(models.Conflict, "the article is not in the trash")
	}
	to := a.StatusBefore
	if !CanMove(Trashed, to) {
		to = Draft
	}
	a.Version++
	return setStatus(ctx, tx, site, a, statusMove{by, to, a.StatusNote, comments, publictexts.Shown{}})
}

func loadForMove(ctx context.Context, tx *models.Tx, id int64) (*Article, *Site, error) {
	site, err := LoadSite(ctx, tx)
	if err != nil {
		return nil, nil, err
	}
	var a Article
	return &a, site, tx.Lock(ctx).Where("id = ?", id).Take(&a).Error
}

// changeStatus sets the status of an article in memory, or refuses the move with
// Conflict. All changes of a status go through it: those of stored articles by
// setStatus, the first one of a new article directly. Only [InsertArticles],
// for load tests, writes rows that have a status already.
func (a *Article) changeStatus(to Status, note string, at models.Time) error {
	if !CanMove(a.Status, to) {
		return models.Errorf(models.Conflict, "a %s article cannot become %s", a.Status, to)
	}
	before := a.Status
	a.Status, a.StatusNote, a.StatusBefore, a.StatusAt = to, note, "", at
	if to == Trashed {
		a.StatusBefore = before
	}
	return nil
}

// errEmbargo refuses a publication under an embargo.
var errEmbargo = models.Refusal(models.Conflict, "embargo", "the article is under an embargo until a later time")

// underEmbargo refuses a status that would make the article public before its embargo ends.
// A scheduled article has its time already.
func (a *Article) underEmbargo(to Status, now time.Time) error {
	early := to == Published && a.Status != Published && a.EmbargoUntil.After(now) ||
		to == Scheduled && a.EmbargoUntil.After(a.PublishedAt.Time)
	if early {
		return errEmbargo
	}
	return nil
}

// setStatus changes the status of a stored article and everything that follows
// from it: the lists, the cache tags, the comments and the audit. The caller
// holds the lock of the row and has counted the version up.
func setStatus(ctx context.Context, tx *models.Tx, site *Site, a *Article, m statusMove) error {
	before := *a
	switch m.to {
	case Withdrawn:
	case Trashed:
		m.note = a.StatusNote // for a restore of a withdrawn article
	default:
		m.note = ""
	}
	if err := a.underEmbargo(m.to, tx.Now); err != nil {
		return err
	}
	if err := a.changeStatus(m.to, m.note, models.At(tx.Now)); err != nil {
		return err
	}
	crossesTrash := (before.Status == Trashed) != (m.to == Trashed)
	if crossesTrash && m.comments == nil {
		return models.Errorf(models.Conflict, "an article goes to the trash, and leaves it, by a command of its own: restore it first")
	}
	a.UpdatedAt = models.At(tx.Now)
	if m.to == Published && (a.PublishedAt.IsZero() || a.PublishedAt.After(tx.Now)) {
		a.PublishedAt = models.At(tx.Now)
		a.LocalTime = tx.Now.In(site.TimeZone).Format(LocalTimeLayout)
	}
	if err := setSlug(ctx, tx, a, m.to == Trashed); err != nil {
		return err
	}
	if before.Status == Published {
		if err := NewSaver(tx, site, m.by).seenBefore(ctx, &before); err != nil {
			return err
		}
	}
	err := tx.Query(ctx).Model(a).Select("status", "status_note", "status_before", "status_at", "updated_at", "version",
		"published_at", "local_time", "slug").Updates(a).Error
	if err == nil {
		err = settle(ctx, tx, site, a, before.Status)
	}
	if err == nil {
		err = relist(ctx, tx, site, &before, a)
	}
	if err == nil && m.to == Published {
		err = publictexts.SeenNow(ctx, tx, a.ID, m.shown)
	}
	if err == nil && crossesTrash {
		err = m.comments(ctx, tx, m.by, a.ID, m.to == Trashed)
	}
	if err != nil {
		return err
	}
	subject := models.Subject{Kind: models.ArticleSubject, ID: a.ID}
	return models.Audit(ctx, tx, m.by, subject, verbStatus, string(before.Status), string(m.to))
}

// setSlug frees the slug of an article that goes to the trash. An article that leaves the
// trash gets it back, with a number if another article has it now.
func setSlug(ctx context.Context, tx *models.Tx, a *Article, trashed bool) (err error) {
	slug := taxonomy.UnbinnedSlug(a.Slug)
	switch {
	case trashed:
		a.Slug = taxonomy.BinnedSlug(slug, a.ID)
	case slug != a.Slug:
		a.Slug, err = taxonomy.FreeSlug(slug, func(candidate string) (bool, error) { return slugTaken(ctx, tx, candidate, a.ID) })
	}
	return err
}

// relist takes an article out of the lists or enters it, as its new status
// says, and touches the cache tags of the pages that show a difference.
func relist(ctx context.Context, tx *models.Tx, site *Site, before, a *Article) error {
	terms, err := termsOf(ctx, tx, a.ID)
	if err != nil {
		return err
	}
	if before.Status == Published {
		lists, err := removeFromLists(ctx, tx, before, terms, site)
		if err != nil {
			return err
		}
		lists.touch(tx)
	}
	touchArticle(tx, a.ID)
	touchCorrections(tx, before.Corrections, a.Corrections)
	if a.Status != Published && before.Status != Published {
		return nil
	}
	targets, err := linkedFrom(ctx, tx, a.ID)
	if err != nil {
		return err
	}
	touchCoverage(tx, targets)
	if a.Status != Published {
		return nil
	}
	lists, err := addToLists(ctx, tx, a, terms, site, nil)
	lists.touch(tx)
	return err
}

// statusChangedHere reports whether a person at this site has changed the status
// of an article. An import must not undo such a change.
//
// The audit tells it: every change of a stored article's status is an entry with
// its actor, so a second record could only disagree. Entries of imports and of
// the schedule do not count. A change from before the audit has no entry. Then a
// status other than published and scheduled that the article did not begin with
// comes from a person.
func statusChangedHere(ctx context.Context, r models.Queryer, a *Article) (bool, error) {
	var entries, byPeople int
	_, err := models.QueryRow(ctx, r, []any{&entries, &byPeople}, `
		SELECT COUNT(*), COUNT(CASE WHEN actor_id IS NOT NULL OR actor NOT IN (?, ?) THEN 1 END)
		FROM audit WHERE subject = ? AND subject_id = ? AND verb = ?`,
		models.ActorImport.Name, models.ActorSchedule.Name, string(models.ArticleSubject), a.ID, verbStatus)
	if err != nil || entries > 0 {
		return byPeople > 0, err
	}
	return a.Status != Published && a.Status != Scheduled && !a.StatusAt.Equal(a.CreatedAt.Time), nil
}

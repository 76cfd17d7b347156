package newsroom

import (
	"context"
	"fmt"
	"slices"

	"broadsheet/models"
	"broadsheet/models/newsroom/publictexts"
	"broadsheet/models/newsroom/taxonomy"
	"broadsheet/models/newsroom/translations"
)

// Outcome tells the effect of a save.
type Outcome int

// The outcomes of a save.
const (
	Created Outcome = iota
	Updated
	Unchanged
)

// AnyVersion is the version for a save that does not depend on the stored
// article, such as that of an import.
const AnyVersion = 0

// errStale refuses a save on top of a version that is no longer the newest.
var errStale = models.Refusal(models.Conflict, "article-changed", "somebody has changed the article in between")

// Save writes an article: a new one, or a new version of the article that the
// manuscript's ID or source id names. It keeps the manuscript as a numbered
// version, see [Versions]. seen is the version that the actor's change is based
// on. Save refuses with Invalid, with Conflict (article-changed) if seen is not
// the article's version, and with Conflict if the article cannot change to the
// manuscript's status. It neither trashes an article nor takes one out of the
// trash.
func Save(ctx context.Context, db *models.DB, by models.Actor, seen int, m Manuscript) (article *Article, outcome Outcome, err error) {
	p, err := Prepare(m)
	if err != nil {
		return nil, 0, err
	}
	err = db.Write(ctx, func(tx *models.Tx) error {
		site, err := LoadSite(ctx, tx)
		if err != nil {
			return err
		}
		s := NewSaver(tx, site, by)
		s.seen = seen
		if article, outcome, err = s.Save(ctx, p); err != nil {
			return err
		}
		return s.Flush(ctx)
	})
	return article, outcome, err
}

// Saver writes articles in one transaction. It caches categories, tags and
// authors, so that a batch asks for each once. Flush must follow the last save.
type Saver struct {
	tx         *models.Tx
	site       *Site
	by         models.Actor
	seen       int          // AnyVersion, or the version that the change is based on
	Importing  bool         // see importStatus
	Kind       string       // of the versions, see package drafts
	Comments   CommentMover // nil if the save must not cross the trash
	categories map[string]*taxonomy.Category
	tags       map[string]*taxonomy.Tag
	authors    map[string]*taxonomy.Author
	versions   []articleVersion // to be written by Flush
}

// NewSaver returns a Saver for a transaction. by is the actor of the changes.
func NewSaver(tx *models.Tx, site *Site, by models.Actor) *Saver {
	return &Saver{
		tx: tx, site: site, by: by,
		categories: map[string]*taxonomy.Category{}, tags: map[string]*taxonomy.Tag{}, authors: map[string]*taxonomy.Author{},
	}
}

// Save writes one article, as the function [Save] does. The articles that it saves
// have their versions only after [Saver.Flush].
func (s *Saver) Save(ctx context.Context, p *Prepared) (*Article, Outcome, error) {
	old, err := s.existing(ctx, p)
	if err != nil {
		return nil, 0, err
	}
	if old != nil {
		var digest string
		err := s.tx.Query(ctx).Raw("SELECT digest FROM article_bodies WHERE article_id = ?", old.ID).Scan(&digest).Error
		if err != nil || digest == p.digest {
			return old, Unchanged, err
		}
	}
	if s.seen != AnyVersion && (old == nil || old.Version != s.seen) {
		return nil, 0, errStale
	}
	terms, err := s.findTerms(ctx, p)
	if err != nil {
		return nil, 0, err
	}
	if old == nil {
		a, err := s.create(ctx, p, terms)
		return a, Created, err
	}
	a, err := s.update(ctx, p, old, terms)
	return a, Updated, err
}

// existing finds and locks the article that a manuscript is a new version of.
func (s *Saver) existing(ctx context.Context, p *Prepared) (*Article, error) {
	q := s.tx.Lock(ctx)
	switch {
	case p.SourceID != "":
		q = q.Where("source = ? AND source_id = ?", p.Source, p.SourceID)
	case p.ID != 0:
		q = q.Where("id = ?", p.ID)
	default:
		return nil, nil
	}
	return models.First[Article](q)
}

func (s *Saver) create(ctx context.Context, p *Prepared, terms *articleTerms) (*Article, error) {
	a := &Article{ID: p.ID, GUID: p.GUID, WPID: p.WPID, CreatedAt: models.At(s.tx.Now), Version: 1, CommentStatus: CommentsOpen}
	if !s.site.CommentsOpen {
		a.CommentStatus = CommentsClosed
	}
	if p.SourceID != "" {
		a.Source, a.SourceID = &p.Source, &p.SourceID
		if p.GUID == "" {
			a.GUID = "urn:broadsheet:" + taxonomy.Slug(p.Source) + ":" + p.SourceID
		}
	}
	to := p.Status
	if to == "" {
		to = Published
	}
	s.fill(a, p, terms, to)
	if to == Published && a.PublishedAt.After(s.tx.Now) {
		to = Scheduled
	}
	err := a.changeStatus(to, p.StatusNote, models.At(s.tx.Now))
	if err == nil && to == Published && !s.Importing {
		s.site.settleComments(a, s.site.Categories.CommentRules(terms.categories, terms.tags))
	}
	if err == nil {
		a.Slug, err = s.slugFor(ctx, a, p, nil)
	}
	if err == nil {
		err = s.tx.Query(ctx).Create(a).Error
	}
	if err == nil && a.GUID == "" {
		a.GUID = fmt.Sprintf("urn:broadsheet:article:%d", a.ID)
		err = s.tx.Query(ctx).Model(a).Update("guid", a.GUID).Error
	}
	if err != nil {
		return nil, err
	}
	return a, s.finish(ctx, a, p, terms, nil, nil)
}

// columnsOfOthers are the columns that discussion and SetCommentPolicy write.
// A save leaves them as they are in the row.
var columnsOfOthers = []string{
	"comments_approve", "comments_hold", "comments_spam", "comments_trash", "threads",
	"comments_close", "comments_slow", "comments_by_hand", "comments_reopen", "embargo_until",
	"follow_up_id", "comments_chosen",
}

func (s *Saver) update(ctx context.Context, p *Prepared, old *Article, terms *articleTerms) (*Article, error) {
	err := s.seenBefore(ctx, old)
	if err != nil {
		return nil, err
	}
	row := *old
	a := &row
	a.Version++
	to := s.wantedStatus(p, old)
	s.fill(a, p, terms, to)
	if to == Published && a.PublishedAt.After(s.tx.Now) {
		to = Scheduled
	}
	if s.Importing {
		if to, err = s.importStatus(ctx, old, a, to); err != nil {
			return nil, err
		}
	}
	if err := a.underEmbargo(to, s.tx.Now); err != nil {
		return nil, err
	}
	if to == Withdrawn && old.Status == Withdrawn && p.StatusNote != "" && !s.Importing {
		a.StatusNote = p.StatusNote
	}
	if a.Slug, err = s.slugFor(ctx, a, p, old); err != nil {
		return nil, err
	}
	lists, linked, err := s.deleteDependents(ctx, old)
	if err != nil {
		return nil, err
	}
	if err := s.tx.Query(ctx).Model(a).Select("*").Omit(omitted(p)...).Updates(a).Error; err != nil {
		return nil, err
	}
	touchCorrections(s.tx, old.Corrections, a.Corrections)
	shown := publictexts.Shown{Number: a.Version, Words: p.words(), Minor: p.Minor}
	switch err := s.finish(ctx, a, p, terms, lists, linked); {
	case err != nil:
		return a, err
	case to != old.Status:
		return a, setStatus(ctx, s.tx, s.site, a, statusMove{s.by, to, p.StatusNote, s.Comments, shown})
	case to == Published:
		return a, publictexts.SeenNow(ctx, s.tx, a.ID, shown)
	}
	return a, nil
}

// omitted returns the columns that an update with a manuscript does not write.
func omitted(p *Prepared) []string {
	list := slices.Clone(columnsOfOthers)
	if p.Comments == "" {
		list = append(list, "comment_status")
	} else {
		list = slices.DeleteFunc(list, func(column string) bool { return column == "comments_chosen" })
	}
	if p.Commenters == "" {
		list = append(list, "comments_who")
	}
	if p.RecommendsOff == nil {
		list = append(list, "recommends_off")
	}
	if p.Republish == nil {
		list = append(list, "republish")
	}
	return list
}

// wantedStatus returns the status that a manuscript asks for: its own, else the
// one that the article has. A row of an import without a status asks for a
// public article.
func (s *Saver) wantedStatus(p *Prepared, old *Article) Status {
	switch {
	case p.Status != "":
		return p.Status
	case s.Importing:
		return Published
	}
	return old.Status
}

// importStatus returns the status that an import gives to a stored article; a is
// its new row. An import never changes a status that a person here has given, and
// never trashes an article or takes one out of the trash. An article that keeps
// its status against the import keeps its date as well: with the other date a
// public article would be of tomorrow, or a scheduled one public at once.
func (s *Saver) importStatus(ctx context.Context, old, a *Article, to Status) (Status, error) {
	if to == old.Status && to != Scheduled {
		return to, nil
	}
	keep := old.Status == Trashed || to == Trashed || to != old.Status && !CanMove(old.Status, to)
	if !keep {
		var err error
		if keep, err = statusChangedHere(ctx, s.tx, old); err != nil {
			return to, err
		}
	}
	if keep {
		to, a.PublishedAt, a.LocalTime = old.Status, old.PublishedAt, old.LocalTime
	}
	return to, nil
}

// fill copies a manuscript to an article's row, but for the status and the slug.
// to is the status that the article will have. An article gets a date with its
// first status that needs one and keeps it.
func (s *Saver) fill(a *Article, p *Prepared, terms *articleTerms, to Status) {
	a.UpdatedAt = models.At(s.tx.Now)
	a.Title, a.TitleKey, a.Standfirst, a.Language = p.Title, taxonomy.FoldTitle(p.Title), p.Standfirst, p.Language
	a.PictureID, a.Words, a.Corrections = p.PictureID, p.body.Words, len(dated(p.Corrections))
	if p.Comments != "" {
		a.CommentStatus, a.CommentsChosen = p.Comments, true
	}
	if p.Commenters != "" {
		a.CommentsWho = p.Commenters
	}
	if p.RecommendsOff != nil {
		a.RecommendsOff = *p.RecommendsOff
	}
	if p.Republish != nil {
		a.Republish = p.Republish
	}
	a.TranslationKey = translations.Move(s.tx, a.TranslationKey, p.TranslationKey)
	a.MainCategoryID = terms.mainCategory()
	a.Byline, a.BylineSlug = terms.byline()
	published := p.PublishedAt
	if published.IsZero() && !to.unfinished() && a.PublishedAt.IsZero() {
		published = s.tx.Now
	}
	if !published.IsZero() && !published.Equal(a.PublishedAt.Time) {
		a.PublishedAt = models.At(published)
		a.LocalTime = published.In(s.site.TimeZone).Format(LocalTimeLayout)
	}
	switch {
	case !p.RevisedAt.IsZero():
		a.RevisedAt = models.At(p.RevisedAt)
	case p.Minor:
	case a.Status == Published:
		a.RevisedAt = models.At(s.tx.Now)
	}
}

// finish writes the rows that depend on the article, adds a published article to
// its lists and touches the cache tags of the pages that show a difference.
// before are the lists that held the old version, linked the articles that it
// linked to.
func (s *Saver) finish(ctx context.Context, a *Article, p *Prepared, terms *articleTerms, before *listing, linked []int64) error {
	err := s.insertDependents(ctx, a, p, terms)
	if err == nil && !(s.Importing && a.Version == 1) { // see keepFirst
		err = s.addVersion(a, p)
	}
	var lists *listing
	if err == nil && a.Status == Published {
		lists, err = addToLists(ctx, s.tx, a, terms, s.site, p.analysed)
	}
	if err == nil {
		err = s.touch(ctx, a.ID, before, lists, linked)
	}
	return err
}

// touch touches the cache tags of the pages that show a difference. An article
// that keeps its place in the lists changes its own entry only.
func (s *Saver) touch(ctx context.Context, id int64, before, after *listing, linked []int64) error {
	touchArticle(s.tx, id)
	if before == nil && after == nil {
		return nil
	}
	moved := !before.equal(after)
	if moved {
		before.touch(s.tx)
		after.touch(s.tx)
	}
	links, err := linkedFrom(ctx, s.tx, id)
	if moved || !slices.Equal(links, linked) {
		touchCoverage(s.tx, links)
		touchCoverage(s.tx, linked)
	}
	return err
}

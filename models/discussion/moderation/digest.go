package moderation

import (
	"context"
	"crypto/rand"
	"slices"
	"strings"
	"time"

	"broadsheet/models"
	"broadsheet/models/discussion"
	"broadsheet/models/newsroom/taxonomy"
	"broadsheet/models/people"
	"broadsheet/models/queue"
	"broadsheet/models/spam"

	"gorm.io/gorm/clause"
)

// JobHeld sends the mail about a set, whose number is the job's key.
const JobHeld = "held"

const (
	// MaxHeldSet is how many comments one mail asks about.
	MaxHeldSet = 50
	// HeldLinkAge is how long its link works.
	HeldLinkAge = 24 * time.Hour
	// DigestEvery is how often a digest is sent at most.
	DigestEvery = 15 * time.Minute
	// mostSingles is how many mails about one comment each are sent together;
	// of more, one is made.
	mostSingles = 5
	// heldAfter is how long a comment has been there before it is mailed: what
	// was posted before it is stored by then.
	heldAfter = 10 * time.Second
)

// heldSet is what one mail asks to decide.
type heldSet struct {
	ID        string
	UserID    int64
	CreatedAt models.Time `gorm:"autoCreateTime:false"`
}

// heldItem is a comment of a set, as it was when the mail was made.
type heldItem struct {
	SetID     string `gorm:"primaryKey"`
	CommentID int64  `gorm:"primaryKey;autoIncrement:false"`
	Version   int
	UsedAt    models.Time // when it was decided by the link
}

// beforeAll is what has been told to somebody who began to listen when there
// was no comment yet: nothing, while 0 is who has not begun.
const beforeAll = int64(-1)

// MailHeld puts mail about new held comments into the queue, for everybody
// who wants some now.
func MailHeld(ctx context.Context, db *models.DB) error {
	listeners, err := people.HeldMailRecipients(ctx, db)
	if err != nil || len(listeners) == 0 {
		return err
	}
	var tops []int64
	err = db.Query(ctx).Raw("SELECT id FROM comments WHERE created_at <= ? ORDER BY id DESC LIMIT 1", models.At(db.Now().Add(-heldAfter))).Scan(&tops).Error
	if err != nil {
		return err
	}
	top := beforeAll
	if len(tops) > 0 {
		top = tops[0]
	}
	sections, err := taxonomy.LoadCategories(ctx, db)
	if err != nil {
		return err
	}
	for _, l := range listeners {
		if l.Preference == people.MailDigest && models.Wait(l.SentAt, DigestEvery, models.At(db.Now())) > 0 || l.LastID != 0 && l.LastID >= top {
			continue
		}
		scope, err := ScopeOf(ctx, db, sections, &l.User)
		if err == nil {
			err = mailTo(ctx, db, l, scope, top)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// mailTo makes the sets for one listener, of the comments in the listener's
// scope. A new listener hears of comments from now on.
func mailTo(ctx context.Context, db *models.DB, l people.HeldMailRecipient, scope Scope, top int64) error {
	var held []discussion.Comment
	if l.LastID != 0 {
		q := db.Query(ctx).Select("id", "version").Where("id > ? AND id <= ? AND state = ?", l.LastID, top, discussion.Held)
		err := scope.narrow(q, "comments.article_id").Order("id").Limit(MaxHeldSet).Find(&held).Error
		if err != nil {
			return err
		}
	}
	if len(held) == MaxHeldSet {
		top = held[MaxHeldSet-1].ID
	}
	sets := [][]discussion.Comment{held}
	if l.Preference == people.MailAtOnce && len(held) <= mostSingles {
		sets = slices.Collect(slices.Chunk(held, 1))
	}
	return db.Write(ctx, func(tx *models.Tx) error {
		// Another instance may have been quicker.
		var wish []people.HeldMailPreference
		if err := tx.Query(ctx).Where("user_id = ?", l.HeldMailPreference.UserID).Find(&wish).Error; err != nil || len(wish) > 0 && wish[0].LastID != l.LastID {
			return err
		}
		told := people.HeldMailPreference{UserID: l.HeldMailPreference.UserID, LastID: top, SentAt: l.SentAt}
		if len(held) > 0 {
			told.SentAt = models.At(tx.Now)
			for _, set := range sets {
				if err := addSet(ctx, tx, told.UserID, set); err != nil {
					return err
				}
			}
		}
		return tx.Query(ctx).Clauses(clause.OnConflict{
			Columns: []clause.Column{{Name: "user_id"}}, DoUpdates: clause.AssignmentColumns([]string{"last_id", "sent_at"}),
		}).Create(&told).Error
	})
}

func addSet(ctx context.Context, tx *models.Tx, user int64, held []discussion.Comment) error {
	set := heldSet{rand.Text(), user, models.At(tx.Now)}
	if err := tx.Query(ctx).Create(&set).Error; err != nil {
		return err
	}
	var items []heldItem
	for _, c := range held {
		items = append(items, heldItem{SetID: set.ID, CommentID: c.ID, Version: c.Version})
	}
	if err := tx.Query(ctx).Create(&items).Error; err != nil {
		return err
	}
	return queue.Add(ctx, tx, JobHeld, set.ID, nil, tx.Now)
}

// HeldSet is a set as the receiver of the mail may see it now.
type HeldSet struct {
	ID    string
	User  *people.User
	Scope Scope // of User
	Items []HeldItem
}

// Link returns the subject of the set's link. The link ends when the
// credentials of the receiver's account change.
func (s *HeldSet) Link() string { return s.ID + " " + s.User.Stamp() }

// HeldItem is a comment of a set.
type HeldItem struct {
	Comment discussion.Comment
	Version int // when the mail was made
	Used    bool
}

// Open reports whether a comment still waits as it did.
func (i HeldItem) Open() bool {
	return !i.Used && i.Comment.State == discussion.Held && i.Comment.Version == i.Version
}

// Folds returns the open comments of the set. Those that say nearly the same
// stand together, behind the earliest of them.
func (s *HeldSet) Folds() (folds [][]HeldItem) {
	var pairs spam.Memo
	for _, item := range s.Items {
		if !item.Open() {
			continue
		}
		i := slices.IndexFunc(folds, func(fold []HeldItem) bool {
			first := &fold[0].Comment
			return meet(first, &item.Comment) && pairs.Of(first.Text).Similarity(pairs.Of(item.Comment.Text)) >= spam.NearlyTheSame
		})
		if i >= 0 {
			folds[i] = append(folds[i], item)
		} else {
			folds = append(folds, []HeldItem{item})
		}
	}
	return folds
}

// Open returns how many comments of the set still wait.
func (s *HeldSet) Open() (n int) {
	for _, item := range s.Items {
		if item.Open() {
			n++
		}
	}
	return n
}

// errHeldRole answers for an account that may no longer decide these comments.
var errHeldRole = models.Refusal(models.Forbidden, "held-role", "this account may no longer decide comments")

// OpenSet returns a set by its number, for the job that mails it. Comments
// outside of the receiver's present scope are left out. It refuses with
//
//	NotFound             there is no such set, or it is long past
//	Gone      held-old   the set is older than [HeldLinkAge]
//	Forbidden held-role  the account was closed, may no longer decide comments,
//	                     or looks after other sections now
func OpenSet(ctx context.Context, db *models.DB, id string) (*HeldSet, error) {
	return openSet(ctx, db, id, people.Authorize)
}

// OpenLink returns the set of a mailed link by the link's subject, see
// [HeldSet.Link]. It refuses as [OpenSet] does, and with
//
//	Gone link-ended  the account's credentials have changed since
func OpenLink(ctx context.Context, db *models.DB, subject string) (*HeldSet, error) {
	id, stamp, _ := strings.Cut(subject, " ")
	return openSet(ctx, db, id, func(ctx context.Context, r models.Queryer, user int64, right people.Right) (*people.User, error) {
		return people.AuthorizeLink(ctx, r, user, stamp, right)
	})
}

// openSet reads a set on behalf of the account that acting admits.
func openSet(ctx context.Context, db *models.DB, id string, acting func(context.Context, models.Queryer, int64, people.Right) (*people.User, error)) (*HeldSet, error) {
	var found []heldSet
	if err := db.Query(ctx).Where("id = ?", id).Limit(1).Find(&found).Error; err != nil {
		return nil, err
	}
	if len(found) == 0 {
		return nil, models.Errorf(models.NotFound, "there is no such mail, or it is long past")
	}
	if db.Now().Sub(found[0].CreatedAt.Time) > HeldLinkAge {
		return nil, models.Refusal(models.Gone, "held-old", "the link was good for one day; what still waits is at the desk")
	}
	user, err := acting(ctx, db, found[0].UserID, people.Moderating)
	if models.KindOf(err) == models.Forbidden {
		return nil, errHeldRole
	}
	if err != nil {
		return nil, err
	}
	set := &HeldSet{ID: id, User: user}
	sections, err := taxonomy.LoadCategories(ctx, db)
	if err == nil {
		set.Scope, err = ScopeOf(ctx, db, sections, user)
	}
	if err != nil {
		return nil, err
	}
	return set, set.load(ctx, db)
}

// load reads the comments of the set that are in scope. It refuses when none of
// them is.
func (s *HeldSet) load(ctx context.Context, db *models.DB) error {
	var items []heldItem
	if err := db.Query(ctx).Where("set_id = ?", s.ID).Order("comment_id").Find(&items).Error; err != nil {
		return err
	}
	ids := make([]int64, len(items))
	for i, item := range items {
		ids[i] = item.CommentID
	}
	within, err := s.Scope.Filter(ctx, db, ids)
	if err != nil {
		return err
	}
	if len(within) == 0 && len(ids) > 0 {
		return errHeldRole
	}
	var comments []discussion.Comment
	if err := db.Query(ctx).Where("id IN ?", within).Order("id").Find(&comments).Error; err != nil {
		return err
	}
	for _, c := range comments {
		i := slices.IndexFunc(items, func(item heldItem) bool { return item.CommentID == c.ID })
		s.Items = append(s.Items, HeldItem{c, items[i].Version, !items[i].UsedAt.IsZero()})
	}
	return nil
}

// DecideSet decides comments of a set that was just opened, in the name of the
// mail's receiver. Each is decided once: a comment that another moderator has
// decided in between is left alone and reported. It refuses with
//
//	Gone held-used  all of them were decided by this link before
func DecideSet(ctx context.Context, db *models.DB, set *HeldSet, choices map[int64]discussion.Action) ([]discussion.DecisionResult, error) {
	groups := map[discussion.Action][]discussion.Versioned{}
	used, fresh := 0, 0
	for _, item := range set.Items {
		action, chosen := choices[item.Comment.ID]
		switch {
		case !chosen:
		case item.Used:
			used++
		case action == discussion.DoApprove || action == discussion.DoSpam || action == discussion.DoTrash:
			groups[action] = append(groups[action], discussion.Versioned{ID: item.Comment.ID, Version: item.Version})
			fresh++
		}
	}
	if used > 0 && fresh == 0 {
		return nil, models.Refusal(models.Gone, "held-used", "this link was used already")
	}
	var results []discussion.DecisionResult
	actor := set.User.Actor()
	for _, action := range []discussion.Action{discussion.DoApprove, discussion.DoSpam, discussion.DoTrash} {
		if len(groups[action]) == 0 {
			continue
		}
		_, decided, err := discussion.Decide(ctx, db, actor, groups[action], discussion.Verdict{Undoable: true, Action: action, Note: "by mail"})
		if err != nil {
			return results, err
		}
		results = append(results, decided...)
	}
	return results, useItems(ctx, db, set.ID, results)
}

// useItems notes which comments a link has decided: it works once for each.
func useItems(ctx context.Context, db *models.DB, id string, results []discussion.DecisionResult) error {
	var ids []int64
	for _, d := range results {
		ids = append(ids, d.ID)
	}
	if len(ids) == 0 {
		return nil
	}
	return db.Write(ctx, func(tx *models.Tx) error {
		return tx.Query(ctx).Model(&heldItem{}).Where("set_id = ? AND comment_id IN ? AND used_at IS NULL", id, ids).UpdateColumn("used_at", models.At(tx.Now)).Error
	})
}

// PruneHeldSets forgets sets whose links no longer work.
func PruneHeldSets(ctx context.Context, db *models.DB) error {
	return db.Write(ctx, func(tx *models.Tx) error {
		return tx.Query(ctx).Where("created_at < ?", models.At(tx.Now.Add(-2*HeldLinkAge))).Delete(&heldSet{}).Error
	})
}

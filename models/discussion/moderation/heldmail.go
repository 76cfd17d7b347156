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

// JobHeld is the kind of the jobs that send mail about held comments. The key of a
// job is the ID of its set.
const JobHeld = "held"

const (
	// MaxHeldSet is the number of comments that one mail asks about.
	MaxHeldSet = 50
	// HeldLinkAge is the time for which the link of a mail works.
	HeldLinkAge = 24 * time.Hour
	// DigestEvery is the shortest time between two digests to a moderator.
	DigestEvery = 15 * time.Minute
	// mostSingles is the number of comments with mails of their own that are sent at
	// once: near-duplicates share one of these mails. More comments share one mail.
	mostSingles = 5
	// heldAfter is the age at which a comment is mailed. By then all comments with
	// lower IDs are committed, so that the cursor of a recipient skips none.
	heldAfter = 10 * time.Second
)

// heldSet is the set of comments that one mail asks a moderator to decide.
type heldSet struct {
	ID        string
	UserID    int64
	CreatedAt models.Time `gorm:"autoCreateTime:false"`
}

// heldItem is a comment of a set, in its version when the mail was made.
type heldItem struct {
	SetID     string `gorm:"primaryKey"`
	CommentID int64  `gorm:"primaryKey;autoIncrement:false"`
	Version   int
	UsedAt    models.Time // of the decision by the link, zero before it
}

// beforeFirst is the cursor of a recipient that was added before the first comment
// of the site. The cursor 0 means that the recipient is new.
const beforeFirst = int64(-1)

// MailHeld queues mail about new held comments for all moderators that want mail and are
// due for one.
func MailHeld(ctx context.Context, db *models.DB) error {
	recipients, err := people.HeldMailRecipients(ctx, db)
	if err != nil || len(recipients) == 0 {
		return err
	}
	var tops []int64
	err = db.Query(ctx).Raw("SELECT id FROM comments WHERE created_at <= ? ORDER BY id DESC LIMIT 1",
		models.At(db.Now().Add(-heldAfter))).Scan(&tops).Error
	if err != nil {
		return err
	}
	top := beforeFirst
	if len(tops) > 0 {
		top = tops[0]
	}
	categories, err := taxonomy.LoadCategories(ctx, db)
	if err != nil {
		return err
	}
	for _, to := range recipients {
		early := to.Preference == people.MailDigest && models.Wait(to.SentAt, DigestEvery, models.At(db.Now())) > 0
		if early || to.LastID != 0 && to.LastID >= top {
			continue
		}
		scope, err := ScopeOf(ctx, db, categories, &to.User)
		if err == nil {
			err = addSetsFor(ctx, db, to, scope, top)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// addSetsFor adds the sets for one recipient: the comments in scope, after the
// recipient's cursor and up to the comment top. A new recipient gets mail about
// comments after top only.
func addSetsFor(ctx context.Context, db *models.DB, to people.HeldMailRecipient, scope Scope, top int64) error {
	var held []discussion.Comment
	if to.LastID != 0 {
		q := db.Query(ctx).Where("id > ? AND id <= ? AND state = ?", to.LastID, top, discussion.Held)
		err := scope.narrow(q, "comments.article_id").Order("id").Limit(MaxHeldSet).Find(&held).Error
		if err != nil {
			return err
		}
	}
	if len(held) == MaxHeldSet {
		top = held[MaxHeldSet-1].ID
	}
	sets := [][]discussion.Comment{held}
	if to.Preference == people.MailAtOnce && len(held) <= mostSingles {
		sets = foldAlike(held, func(c *discussion.Comment) *discussion.Comment { return c })
	}
	return db.Write(ctx, func(tx *models.Tx) error {
		// Another instance may have moved the cursor in the meantime.
		next := people.HeldMailPreference{UserID: to.HeldMailPreference.UserID, LastID: top, SentAt: to.SentAt}
		var stored []people.HeldMailPreference
		err := tx.Query(ctx).Where("user_id = ?", next.UserID).Find(&stored).Error
		if err != nil || len(stored) > 0 && stored[0].LastID != to.LastID {
			return err
		}
		if len(held) > 0 {
			next.SentAt = models.At(tx.Now)
			for _, set := range sets {
				if err := addSet(ctx, tx, next.UserID, set); err != nil {
					return err
				}
			}
		}
		return tx.Query(ctx).Clauses(clause.OnConflict{
			Columns: []clause.Column{{Name: "user_id"}}, DoUpdates: clause.AssignmentColumns([]string{"last_id", "sent_at"}),
		}).Create(&next).Error
	})
}

// addSet stores a set for a moderator and queues its mail.
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

// HeldSet is a set with the comments that the recipient of the mail may see now.
type HeldSet struct {
	ID    string
	User  *people.User
	Scope Scope // of User
	Items []HeldItem
}

// Link returns the subject of the set's link. The link ends when the credentials
// of the recipient's account change.
func (s *HeldSet) Link() string { return s.ID + " " + s.User.Stamp() }

// HeldItem is a comment of a set.
type HeldItem struct {
	Comment discussion.Comment
	Version int  // when the mail was made
	Used    bool // the link has decided it
}

// Open reports whether the comment is still held, in the version of the mail, and
// was not decided by the link.
func (i HeldItem) Open() bool {
	return !i.Used && i.Comment.State == discussion.Held && i.Comment.Version == i.Version
}

// Folds returns the open comments of the set in groups. A group is a comment
// followed by its near-duplicates.
func (s *HeldSet) Folds() [][]HeldItem {
	open := slices.DeleteFunc(slices.Clone(s.Items), func(i HeldItem) bool { return !i.Open() })
	return foldAlike(open, func(i *HeldItem) *discussion.Comment { return &i.Comment })
}

// foldAlike groups a list by the comments of its items: each group begins with one that
// is unlike the first of every group before, and has its near-duplicates.
func foldAlike[T any](list []T, comment func(*T) *discussion.Comment) (folds [][]T) {
	var pairs spam.Memo
	for _, one := range list {
		i := slices.IndexFunc(folds, func(fold []T) bool {
			return areDuplicates(&pairs, comment(&fold[0]), comment(&one))
		})
		if i >= 0 {
			folds[i] = append(folds[i], one)
		} else {
			folds = append(folds, []T{one})
		}
	}
	return folds
}

// CountOpen returns the number of open comments of the set.
func (s *HeldSet) CountOpen() (n int) {
	for _, item := range s.Items {
		if item.Open() {
			n++
		}
	}
	return n
}

// ErrHeldOld refuses the link of a mail that is older than [HeldLinkAge].
var ErrHeldOld = models.Refusal(models.Gone, "held-old", "the link was good for one day; what still waits is at the desk")

// errHeldRole refuses an account that may no longer decide the comments.
var errHeldRole = models.Refusal(models.Forbidden, "held-role", "this account may no longer decide comments")

// LoadHeldSet returns a set by its ID, for the job that mails it. It leaves out comments
// outside the recipient's present scope. It refuses with
//
//	NotFound             there is no such set, or it was pruned
//	Gone      held-old   the set is older than [HeldLinkAge]
//	Forbidden held-role  the account was closed, may no longer decide comments,
//	                     or is limited to other categories now
func LoadHeldSet(ctx context.Context, db *models.DB, id string) (*HeldSet, error) {
	return loadSet(ctx, db, id, people.Authorize)
}

// LoadLinkedSet returns the set of a mailed link by the link's subject, see
// [HeldSet.Link]. It refuses as [LoadHeldSet] does, and with
//
//	Gone link-ended  the account's credentials have changed since
func LoadLinkedSet(ctx context.Context, db *models.DB, subject string) (*HeldSet, error) {
	id, stamp, _ := strings.Cut(subject, " ")
	return loadSet(ctx, db, id, func(ctx context.Context, r models.Queryer, user int64, right people.Right) (*people.User, error) {
		return people.AuthorizeLink(ctx, r, user, stamp, right)
	})
}

// authorizer returns an account if it has a right, and a Forbidden error if not.
type authorizer func(ctx context.Context, r models.Queryer, user int64, right people.Right) (*people.User, error)

// loadSet reads a set for its recipient. It refuses if authorize refuses the
// recipient's account.
func loadSet(ctx context.Context, db *models.DB, id string, authorize authorizer) (*HeldSet, error) {
	var found []heldSet
	if err := db.Query(ctx).Where("id = ?", id).Limit(1).Find(&found).Error; err != nil {
		return nil, err
	}
	if len(found) == 0 {
		return nil, models.Errorf(models.NotFound, "there is no such mail, or it is long past")
	}
	if db.Now().Sub(found[0].CreatedAt.Time) > HeldLinkAge {
		return nil, ErrHeldOld
	}
	user, err := authorize(ctx, db, found[0].UserID, people.Moderating)
	if models.KindOf(err) == models.Forbidden {
		return nil, errHeldRole
	}
	if err != nil {
		return nil, err
	}
	set := &HeldSet{ID: id, User: user}
	categories, err := taxonomy.LoadCategories(ctx, db)
	if err == nil {
		set.Scope, err = ScopeOf(ctx, db, categories, user)
	}
	if err != nil {
		return nil, err
	}
	return set, set.load(ctx, db)
}

// load reads the comments of the set that are in scope. It refuses if none is.
func (s *HeldSet) load(ctx context.Context, db *models.DB) error {
	var items []heldItem
	if err := db.Query(ctx).Where("set_id = ?", s.ID).Order("comment_id").Find(&items).Error; err != nil {
		return err
	}
	ids := make([]int64, len(items))
	for i, item := range items {
		ids[i] = item.CommentID
	}
	inScope, err := s.Scope.Filter(ctx, db, ids)
	if err != nil {
		return err
	}
	if len(inScope) == 0 && len(ids) > 0 {
		return errHeldRole
	}
	var comments []discussion.Comment
	if err := db.Query(ctx).Where("id IN ?", inScope).Order("id").Find(&comments).Error; err != nil {
		return err
	}
	for _, c := range comments {
		i := slices.IndexFunc(items, func(item heldItem) bool { return item.CommentID == c.ID })
		s.Items = append(s.Items, HeldItem{c, items[i].Version, !items[i].UsedAt.IsZero()})
	}
	return nil
}

// HeldDecision is what [DecideSet] did with the comments that have the same action.
type HeldDecision struct {
	Action    discussion.Action
	Operation string // for [discussion.Undo], "" if nothing changed
	Results   []discussion.DecisionResult
}

// heldActions are the actions of a mail's link, in the order in which [DecideSet] takes
// them.
var heldActions = []discussion.Action{discussion.DoApprove, discussion.DoSpam, discussion.DoTrash}

// DecideSet decides comments of a set as the recipient of its mail. choices maps
// comment IDs to actions; other comments than those of the set are ignored. A
// comment that changed after the mail was made is not decided: its result says so.
// The link decides each comment at most once. DecideSet refuses with
//
//	Gone held-used  the link has decided all chosen comments before
func DecideSet(ctx context.Context, db *models.DB, set *HeldSet, choices map[int64]discussion.Action) (done []HeldDecision, err error) {
	groups := map[discussion.Action][]discussion.Versioned{}
	used, fresh := 0, 0
	for _, item := range set.Items {
		action, chosen := choices[item.Comment.ID]
		switch {
		case !chosen:
		case item.Used:
			used++
		case slices.Contains(heldActions, action):
			groups[action] = append(groups[action], discussion.Versioned{ID: item.Comment.ID, Version: item.Version})
			fresh++
		}
	}
	if used > 0 && fresh == 0 {
		return nil, models.Refusal(models.Gone, "held-used", "this link was used already")
	}
	var ids []int64
	for _, action := range heldActions {
		if len(groups[action]) == 0 {
			continue
		}
		verdict := discussion.Verdict{Undoable: true, Action: action, Note: "by mail"}
		op, results, err := discussion.Decide(ctx, db, set.User.Actor(), groups[action], verdict)
		if err != nil {
			return done, err
		}
		done = append(done, HeldDecision{action, op, results})
		for _, d := range results {
			ids = append(ids, d.ID)
		}
	}
	return done, markUsed(ctx, db, set.ID, ids)
}

// markUsed notes that the link of a set has decided comments.
func markUsed(ctx context.Context, db *models.DB, id string, ids []int64) error {
	if len(ids) == 0 {
		return nil
	}
	return db.Write(ctx, func(tx *models.Tx) error {
		return tx.Query(ctx).Model(&heldItem{}).Where("set_id = ? AND comment_id IN ? AND used_at IS NULL", id, ids).
			UpdateColumn("used_at", models.At(tx.Now)).Error
	})
}

// PruneHeldSets deletes the sets that are twice as old as [HeldLinkAge]. In between,
// an expired link still gets an answer that explains it.
func PruneHeldSets(ctx context.Context, db *models.DB) error {
	return db.Write(ctx, func(tx *models.Tx) error {
		return tx.Query(ctx).Where("created_at < ?", models.At(tx.Now.Add(-2*HeldLinkAge))).Delete(&heldSet{}).Error
	})
}

package moderation

import (
	"context"
	"crypto/rand"
	"slices"
	"time"

	"broadsheet/models"
	"broadsheet/models/discussion"
	"broadsheet/models/people"
	"broadsheet/models/queue"

	"gorm.io/gorm/clause"
)

// ForHeld is the purpose of the links in mail about held comments. The
// subject is a set's number.
const ForHeld people.Purpose = "held"

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
	listeners, err := people.Listeners(ctx, db)
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
	for _, l := range listeners {
		if l.Wish == people.MailDigest && db.Now().Sub(l.SentAt.Time) < DigestEvery || l.LastID != 0 && l.LastID >= top {
			continue
		}
		if err := mailTo(ctx, db, l, top); err != nil {
			return err
		}
	}
	return nil
}

// mailTo makes the sets for one listener. Somebody new hears of what comes
// from now on.
func mailTo(ctx context.Context, db *models.DB, l people.Listener, top int64) error {
	var held []discussion.Comment
	if l.LastID != 0 {
		err := db.Query(ctx).Select("id", "version").Where("id > ? AND id <= ? AND state = ?", l.LastID, top, discussion.Hold).Order("id").Limit(MaxHeldSet).Find(&held).Error
		if err != nil {
			return err
		}
	}
	if len(held) == MaxHeldSet {
		top = held[MaxHeldSet-1].ID
	}
	sets := [][]discussion.Comment{held}
	if l.Wish == people.MailAtOnce && len(held) <= mostSingles {
		sets = slices.Collect(slices.Chunk(held, 1))
	}
	return db.Write(ctx, func(tx *models.Tx) error {
		// Another instance may have been quicker.
		var wish []people.HeldWish
		if err := tx.Query(ctx).Where("user_id = ?", l.HeldWish.UserID).Find(&wish).Error; err != nil || len(wish) > 0 && wish[0].LastID != l.LastID {
			return err
		}
		told := people.HeldWish{UserID: l.HeldWish.UserID, LastID: top, SentAt: l.SentAt}
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

// HeldSet is a set as whoever got the mail sees it.
type HeldSet struct {
	ID    string
	User  *people.User
	Items []HeldItem
}

// HeldItem is a comment of a set.
type HeldItem struct {
	Comment discussion.Comment
	Version int // when the mail was made
	Used    bool
}

// Open reports whether a comment still waits as it did.
func (i HeldItem) Open() bool {
	return !i.Used && i.Comment.State == discussion.Hold && i.Comment.Version == i.Version
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

// OpenSet returns a set by its number. It refuses with
//
//	NotFound             there is no such set, or it is long past
//	Gone      held-old   the link was good for a day
//	Forbidden held-role  the account may no longer decide comments
func OpenSet(ctx context.Context, db *models.DB, id string) (*HeldSet, error) {
	var found []heldSet
	if err := db.Query(ctx).Where("id = ?", id).Limit(1).Find(&found).Error; err != nil {
		return nil, err
	}
	if len(found) == 0 {
		return nil, models.Errorf(models.NotFound, "there is no such mail, or it is long past")
	}
	if db.Now().Sub(found[0].CreatedAt.Time) > HeldLinkAge {
		return nil, models.Refuse(models.Gone, "held-old", "the link was good for one day; what still waits is at the desk")
	}
	user, err := people.ByID(ctx, db, found[0].UserID)
	if err != nil {
		return nil, err
	}
	if !user.Role.May(people.Moderating) {
		return nil, models.Refuse(models.Forbidden, "held-role", "this account may no longer decide comments")
	}
	set := &HeldSet{ID: id, User: user}
	var items []heldItem
	if err := db.Query(ctx).Where("set_id = ?", id).Order("comment_id").Find(&items).Error; err != nil {
		return nil, err
	}
	ids := make([]int64, len(items))
	for i, item := range items {
		ids[i] = item.CommentID
	}
	var comments []discussion.Comment
	if err := db.Query(ctx).Where("id IN ?", ids).Order("id").Find(&comments).Error; err != nil {
		return nil, err
	}
	for _, c := range comments {
		i := slices.IndexFunc(items, func(item heldItem) bool { return item.CommentID == c.ID })
		set.Items = append(set.Items, HeldItem{c, items[i].Version, !items[i].UsedAt.IsZero()})
	}
	return set, nil
}

// DecideSet decides comments of a set on behalf of whoever got the mail. Each
// is decided once: what somebody else has decided in between is left alone and
// reported. It refuses as [OpenSet] does, and with
//
//	Gone held-used  all of them were decided by this link before
func DecideSet(ctx context.Context, db *models.DB, id string, choices map[int64]discussion.Action) (*HeldSet, []discussion.Decided, error) {
	set, err := OpenSet(ctx, db, id)
	if err != nil {
		return nil, nil, err
	}
	groups := map[discussion.Action][]discussion.Seen{}
	used, fresh := 0, 0
	for _, item := range set.Items {
		action, chosen := choices[item.Comment.ID]
		switch {
		case !chosen:
		case item.Used:
			used++
		case action == discussion.DoApprove || action == discussion.DoSpam || action == discussion.DoTrash:
			groups[action] = append(groups[action], discussion.Seen{ID: item.Comment.ID, Version: item.Version})
			fresh++
		}
	}
	if used > 0 && fresh == 0 {
		return set, nil, models.Refuse(models.Gone, "held-used", "this link was used already")
	}
	var results []discussion.Decided
	actor := discussion.Actor{Name: set.User.Name, UserID: &set.User.ID}
	for _, action := range []discussion.Action{discussion.DoApprove, discussion.DoSpam, discussion.DoTrash} {
		if len(groups[action]) == 0 {
			continue
		}
		_, decided, err := discussion.Rule(ctx, db, actor, groups[action], discussion.Verdict{Action: action, Note: "by mail"})
		if err != nil {
			return set, results, err
		}
		results = append(results, decided...)
	}
	return set, results, useItems(ctx, db, id, results)
}

// useItems notes which comments a link has decided: it works once for each.
func useItems(ctx context.Context, db *models.DB, id string, results []discussion.Decided) error {
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

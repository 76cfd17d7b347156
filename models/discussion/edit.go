package discussion

import (
	"context"
	"crypto/subtle"
	"time"

	"broadsheet/models"
	"broadsheet/models/discussion/spamcounts"
	"broadsheet/models/newsroom"
)

// WrittenWith reports whether the comment was written with a browser's token.
func (c *Comment) WrittenWith(token string) bool {
	return token != "" && c.TokenHash != "" && subtle.ConstantTimeCompare([]byte(HashToken(token)), []byte(c.TokenHash)) == 1
}

// EditableUntil returns the time until which the commenter may change or remove a
// comment. ok is false if that time is over, the comment has public replies, or a
// moderator put it into spam or trash.
func EditableUntil(
	ctx context.Context, r models.Queryer, site *newsroom.Site, c *Comment, now time.Time,
) (until time.Time, ok bool, err error) {
	until = c.CreatedAt.Add(site.CommentEditWindow)
	// The last condition: a clock that was set back must not extend the time.
	if c.State != Approved && c.State != Held || !now.Before(until) || now.Add(site.CommentEditWindow).Before(c.CreatedAt.Time) {
		return until, false, nil
	}
	var replies []int64
	err = r.Query(ctx).Raw("SELECT id FROM comments WHERE parent_id = ? AND parent_id > 0 AND state = ? LIMIT 1", c.ID, Approved).
		Scan(&replies).Error
	return until, err == nil && len(replies) == 0, err
}

// ErrEditWindow refuses a change after the edit window.
var ErrEditWindow = models.Refusal(models.Forbidden, "edit-window", "the comment can no longer be changed")

// Edit gives a comment a new text on behalf of its commenter. The caller has
// checked that the commenter asks. The old text is kept for moderators. The new text
// is judged like a new comment: the rules may hold it or put it into spam or trash,
// but do not publish a held comment. seen is the version that the commenter saw.
// Edit refuses with
//
//	Forbidden banned       the commenter is banned (suspended: for a time)
//	Forbidden edit-window  the time is over, or the comment has replies
//	Invalid                the text is missing or too long
//	Conflict  changed      the comment was changed since seen
//	Conflict  duplicate    the same text was posted there before
func Edit(ctx context.Context, db *models.DB, site *newsroom.Site, id int64, seen int, text string, in Submission) (*Comment, error) {
	old, err := ByID(ctx, db, id)
	if err != nil {
		return nil, err
	}
	if err := RefuseBanned(site, in.senderOf(old), db.Now()); err != nil && !in.isModerator() {
		return nil, err
	}
	c := *old
	if c.Text, err = checkText(text); err != nil {
		return nil, err
	}
	c.SetText(c.Text)
	key := duplicateKey(&c, c.TokenHash)
	c.DuplicateKey = &key
	state, reasons := judge(ctx, db, site, &c, in, db.Now())
	c.Reasons = reasons
	err = db.Write(ctx, func(tx *models.Tx) error {
		fresh, err := lockOwn(ctx, tx, site, id)
		if err != nil {
			return err
		}
		if fresh.Version != seen {
			return models.Refusal(models.Conflict, "changed", "the comment was changed in between")
		}
		if fresh.Text == c.Text {
			return nil
		}
		if err := fresh.replaceText(ctx, tx, &c); err != nil {
			return err
		}
		action := map[State]Action{Held: DoHold, Spam: DoSpam, Trashed: DoTrash}[state]
		if action == "" || action == DoHold && fresh.State != Approved {
			return nil
		}
		r := ruling{actor: models.ActorRules, action: action, reason: afterAnEdit}
		_, err = decideChunk(ctx, tx, r, []Versioned{{ID: id}})
		return err
	})
	if models.IsDuplicate(err) {
		return nil, models.Refusal(models.Conflict, "duplicate", "you have said that already")
	}
	if err != nil {
		return nil, err
	}
	return ByID(ctx, db, id)
}

// lockOwn reads a comment that its commenter is about to change and locks its row.
// It refuses after the edit window.
func lockOwn(ctx context.Context, tx *models.Tx, site *newsroom.Site, id int64) (*Comment, error) {
	c, err := lockComment(ctx, tx, id)
	if err == nil {
		err = newsroom.RequirePublic(ctx, tx, c.ArticleID)
	}
	if err != nil {
		return nil, err
	}
	if _, ok, err := EditableUntil(ctx, tx, site, c, tx.Now); err != nil || !ok {
		if err == nil {
			err = ErrEditWindow
		}
		return nil, err
	}
	return c, nil
}

// version is an earlier text of a comment.
type version struct {
	CommentID int64 `gorm:"primaryKey"`
	Version   int   `gorm:"primaryKey"`
	At        models.Time
	Text      string
}

func (version) TableName() string { return "comment_versions" }

// replaceText stores a new text, and the old one as a version.
func (c *Comment) replaceText(ctx context.Context, tx *models.Tx, to *Comment) error {
	if err := c.unlearn(ctx, tx); err != nil {
		return err
	}
	written := c.CreatedAt
	if !c.EditedAt.IsZero() {
		written = c.EditedAt
	}
	if err := tx.Query(ctx).Create(&version{c.ID, c.Version, written, c.Text}).Error; err != nil {
		return err
	}
	tx.Touch(CommentsTag)
	if c.State == Approved {
		tx.Touch(newsroom.ArticleTag(c.ArticleID))
	}
	c.Text, c.HTML, c.Policy, c.Reasons, c.DuplicateKey = to.Text, to.HTML, to.Policy, to.Reasons, to.DuplicateKey
	c.SimilarA, c.SimilarB = to.SimilarA, to.SimilarB
	c.Version++
	c.EditedAt = models.At(tx.Now)
	err := tx.Query(ctx).Model(c).Select(
		"text", "html", "policy", "reasons", "duplicate_key", "similar_a", "similar_b", "version", "edited_at", "learned",
	).Updates(c).Error
	if err != nil {
		return err
	}
	return reindex(ctx, tx, []int64{c.ID})
}

// Version is an earlier text of a comment.
type Version struct {
	Version int
	At      models.Time // when it was written
	Text    string
}

// Versions returns the earlier texts of a comment, oldest first.
func Versions(ctx context.Context, r models.Queryer, id int64) ([]Version, error) {
	var list []Version
	return list, r.Query(ctx).Raw("SELECT version, at, text FROM comment_versions WHERE comment_id = ? ORDER BY version", id).
		Scan(&list).Error
}

// VersionsOf returns the earlier texts of several comments, oldest first, by the
// comment's number.
func VersionsOf(ctx context.Context, r models.Queryer, ids []int64) (map[int64][]Version, error) {
	var rows []version
	if err := r.Query(ctx).Where("comment_id IN ?", ids).Order("comment_id, version").Find(&rows).Error; err != nil {
		return nil, err
	}
	earlier := map[int64][]Version{}
	for _, row := range rows {
		earlier[row.CommentID] = append(earlier[row.CommentID], Version{row.Version, row.At, row.Text})
	}
	return earlier, nil
}

// RemoveOwn puts a comment into the trash on behalf of its commenter. It refuses
// with Forbidden edit-window after the edit window.
func RemoveOwn(ctx context.Context, db *models.DB, site *newsroom.Site, id int64) error {
	return db.Write(ctx, func(tx *models.Tx) error {
		if _, err := lockOwn(ctx, tx, site, id); err != nil {
			return err
		}
		r := ruling{actor: models.ActorCommenter, action: DoTrash, reason: RemovedByCommenter}
		_, err := decideChunk(ctx, tx, r, []Versioned{{ID: id}})
		return err
	})
}

// RemovedByCommenter is the reason in the decision log for a comment that its
// commenter removed.
const RemovedByCommenter = "removed by its writer"

// unlearn subtracts the features of a comment's text from the counts, before the
// text changes.
func (c *Comment) unlearn(ctx context.Context, tx *models.Tx) error {
	changes := spamcounts.Changes{}
	changes.Add(c.Text, c.Learned, -1)
	c.Learned = ""
	return changes.Write(ctx, tx)
}

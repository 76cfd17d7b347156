package discussion

import (
	"context"
	"crypto/subtle"
	"slices"
	"time"

	"broadsheet/models"
	"broadsheet/models/discussion/decisionlog"
	"broadsheet/models/discussion/spamcounts"
	"broadsheet/models/newsroom"
	"broadsheet/models/richtext"
)

// WrittenWith reports whether a browser's token is the one a comment was
// written with.
func (c *Comment) WrittenWith(token string) bool {
	return token != "" && c.TokenHash != "" && subtle.ConstantTimeCompare([]byte(HashToken(token)), []byte(c.TokenHash)) == 1
}

// EditableUntil returns until when the writer may change or remove a
// comment, and whether that is still possible: not once the time is over, the
// comment was answered or a moderator took it off the page.
func EditableUntil(ctx context.Context, r models.Queryer, site *newsroom.Site, c *Comment, now time.Time) (until time.Time, ok bool, err error) {
	until = c.CreatedAt.Add(site.CommentEditWindow)
	// A clock that went backwards gives nobody more time.
	if c.State != Approved && c.State != Held || !now.Before(until) || now.Add(site.CommentEditWindow).Before(c.CreatedAt.Time) {
		return until, false, nil
	}
	var answers []int64
	err = r.Query(ctx).Raw("SELECT id FROM comments WHERE parent_id = ? AND parent_id > 0 AND state = ? LIMIT 1", c.ID, Approved).Scan(&answers).Error
	return until, err == nil && len(answers) == 0, err
}

// errWindow refuses what comes too late.
func errWindow() error {
	return models.Refuse(models.Forbidden, "edit-window", "the comment can no longer be changed")
}

// Edit gives a comment a new text on behalf of its writer; whether it is the
// writer who asks is for the caller to know. The old text is kept for
// moderators. The new one is judged like a new comment: it may be held or
// worse for it, but what was held stays held. seen is the version that the
// writer saw. It refuses with
//
//	Forbidden banned       the writer may not post, or (suspended) not yet
//	Forbidden edit-window  too late, or answered
//	Invalid                the text is missing or too long
//	Conflict  changed      somebody changed it in between
//	Conflict  duplicate    the same was said there before
func Edit(ctx context.Context, db *models.DB, site *newsroom.Site, id int64, seen int, text string, in Submission) (*Comment, error) {
	old, err := ByID(ctx, db, id)
	if err != nil {
		return nil, err
	}
	if err := refuseBanned(site, in.personOf(old), db.Now()); err != nil && !in.answersForItself() {
		return nil, err
	}
	c := *old
	if c.Text, err = checkText(text); err != nil {
		return nil, err
	}
	c.HTML, c.Policy = richtext.Comment(c.Text), richtext.CommentPolicyVersion
	c.fingerprint()
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
			return models.Refuse(models.Conflict, "changed", "the comment was changed in between")
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
		_, err = decideChunk(ctx, tx, ruling{actor: models.ActorRules, action: action, reason: afterAnEdit}, []Versioned{{ID: id}})
		return err
	})
	if models.IsDuplicate(err) {
		return nil, models.Refuse(models.Conflict, "duplicate", "you have said that already")
	}
	if err != nil {
		return nil, err
	}
	return ByID(ctx, db, id)
}

// lockOwn reads a comment that its writer is about to change, and refuses
// when it is too late.
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
			err = errWindow()
		}
		return nil, err
	}
	return c, nil
}

// version is a row of what a comment said before.
type version struct {
	CommentID int64 `gorm:"primaryKey"`
	Version   int   `gorm:"primaryKey"`
	At        models.Time
	Text      string
}

func (version) TableName() string { return "comment_versions" }

// replaceText stores a new text and keeps the old.
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
	err := tx.Query(ctx).Model(c).Select("text", "html", "policy", "reasons", "duplicate_key", "similar_a", "similar_b", "version", "edited_at", "learned").Updates(c).Error
	if err != nil {
		return err
	}
	return reindex(ctx, tx, []int64{c.ID})
}

// Version is what a comment said before it was edited.
type Version struct {
	Version int
	At      models.Time // when it was written
	Text    string
}

// Versions returns what a comment said before, oldest first.
func Versions(ctx context.Context, r models.Queryer, id int64) ([]Version, error) {
	var list []Version
	return list, r.Query(ctx).Raw("SELECT version, at, text FROM comment_versions WHERE comment_id = ? ORDER BY version", id).Scan(&list).Error
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

// RemoveOwn puts a comment into the trash on behalf of its writer. It
// refuses with Forbidden edit-window when it is too late.
func RemoveOwn(ctx context.Context, db *models.DB, site *newsroom.Site, id int64) error {
	return db.Write(ctx, func(tx *models.Tx) error {
		if _, err := lockOwn(ctx, tx, site, id); err != nil {
			return err
		}
		_, err := decideChunk(ctx, tx, ruling{actor: models.ActorCommenter, action: DoTrash, reason: removedByWriter}, []Versioned{{ID: id}})
		return err
	})
}

// removedByWriter is the reason in the log when the writer took a comment
// away.
const removedByWriter = "removed by its writer"

// ModerationOutcome is what has become of a comment, for its writer.
type ModerationOutcome struct {
	State State
	// Ahead is how many comments were waiting before it, at most MaxAhead,
	// while it is held.
	Ahead int
	// Removed: the writer took it away.
	Removed bool
	// Reason is the code a moderator gave for declining it, "" for none, and
	// Words what the moderator added.
	Reason, Words string
}

// MaxAhead bounds how far the queue before a comment is counted.
const MaxAhead = 1000

// DeclineReasons are the codes a moderator can give for not publishing a
// comment; each has a text that its writer sees.
var DeclineReasons = []string{
	"abusive", "advertising", "banned-word", "harassment", "hate", "illegal", "irrelevant", "misinformation", "offensive", "spam", "other",
}

// ModerationOutcomeOf finds out what has become of a comment.
func ModerationOutcomeOf(ctx context.Context, r models.Queryer, c *Comment) (ModerationOutcome, error) {
	f := ModerationOutcome{State: c.State}
	switch c.State {
	case Held:
		err := r.Query(ctx).Raw(`SELECT COUNT(*) FROM (SELECT 1 FROM comments c`+r.Dialect().By("comments_queue")+`
			WHERE c.state = 'hold' AND (c.created_at, c.id) < (?, ?) LIMIT ?) ahead`, c.CreatedAt, c.ID, MaxAhead).Scan(&f.Ahead).Error
		return f, err
	case Spam, Trashed:
		latest, err := decisionlog.Latest(ctx, r, c.ID)
		last := latest[c.ID]
		if err != nil || last == nil {
			return f, err
		}
		f.Removed = last.Reason == removedByWriter
		if slices.Contains(DeclineReasons, last.Reason) {
			f.Reason, f.Words = last.Reason, last.Words
		}
	}
	return f, nil
}

// Waits reports whether a comment looks to its writer as if it waited: it is
// held, or a rule put it away at once. Its page then shows that the text has
// arrived; what became of it is on the status page, for those who ask.
func (c *Comment) Waits() bool {
	return c.State == Held || c.Version == 1 && (c.State == Spam || c.State == Trashed)
}

// maxPending is how many comments [OwnOf] returns.
const maxPending = 20

// OwnOf returns what a browser wrote under an article and may still look
// after, oldest first: what waits, and what is public but may yet be changed.
func OwnOf(ctx context.Context, r models.Queryer, site *newsroom.Site, articleID int64, token string, now time.Time) ([]Comment, error) {
	hash := HashToken(token)
	if hash == "" {
		return nil, nil
	}
	var list []Comment
	err := r.Query(ctx).Where("token_hash = ? AND token_hash <> '' AND article_id = ? AND (state = ? OR created_at > ? AND (state = ? OR version = 1))",
		hash, articleID, Held, models.At(now.Add(-site.CommentEditWindow)), Approved).
		Order("created_at, id").Limit(maxPending).Find(&list).Error
	return list, err
}

// Preview renders a comment as Post would store it, and stores nothing. It
// tells what its writer may want to change first, and refuses what Post would
// refuse for the article, the parent or the fields.
func Preview(ctx context.Context, r models.Queryer, site *newsroom.Site, in Submission, now time.Time) (*Comment, []Nudge, error) {
	article, err := admit(ctx, r, site, in, models.At(now))
	if err != nil {
		return nil, nil, err
	}
	c, err := compose(ctx, r, site, in, article)
	if err != nil {
		return nil, nil, err
	}
	c.CreatedAt = models.At(now)
	_, reasons := judge(ctx, r, site, c, in, now)
	return c, nudges(c, reasons, in.Host), nil
}

// unlearn subtracts the features of a comment's text from the counts, before the
// text changes.
func (c *Comment) unlearn(ctx context.Context, tx *models.Tx) error {
	changes := spamcounts.Changes{}
	changes.Add(c.Text, c.Learned, -1)
	c.Learned = ""
	return changes.Write(ctx, tx)
}

package newsroom

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"broadsheet/models"
)

// CommentCounts is by how much an article's comment counts change.
type CommentCounts struct {
	Approve, Hold, Spam, Trash int
	Threads                    int // threads that a page shows
}

// AddComments changes an article's comment counts and returns how many
// threads it shows now. It is for discussion, in the transaction that changes
// the comments, and which touches the article itself where readers see a
// difference.
func AddComments(ctx context.Context, tx *models.Tx, articleID int64, by CommentCounts) (threads int, err error) {
	if by.Approve != 0 {
		tx.Touch(CountTag(articleID), CountsTag)
	}
	_, err = models.QueryRow(ctx, tx, []any{&threads}, `UPDATE articles SET comments_approve = comments_approve + ?, comments_hold = comments_hold + ?,
		comments_spam = comments_spam + ?, comments_trash = comments_trash + ?, threads = threads + ? WHERE id = ? RETURNING threads`,
		by.Approve, by.Hold, by.Spam, by.Trash, by.Threads, articleID)
	return threads, err
}

// MostDiscussed returns the columns of an article that a new comment needs: its
// number, language, status, author, and the end of its comment period. It
// refuses as [RequirePublic] does.
func ForCommenting(ctx context.Context, r models.Queryer, id int64) (*Article, error) {
	a := Article{ID: id}
	found, err := models.QueryRow(ctx, r, []any{&a.Language, &a.Status, &a.CommentStatus, &a.CommentsClose, &a.CommentsSlow, &a.CommentsByHand, &a.CommentsWho, &a.PublishedAt},
		"SELECT language, status, comment_status, comments_close, comments_slow, comments_by_hand, comments_who, published_at FROM articles WHERE id = ?", id)
	if err == nil && !found {
		a.Status = ""
	}
	if err == nil {
		err = a.Status.refuse()
	}
	return &a, err
}

// ByID returns an article's row, whatever its status; a NotFound error if
// there is none.
func ByID(ctx context.Context, r models.Queryer, id int64) (*Article, error) {
	var a Article
	return &a, r.Query(ctx).Where("id = ?", id).Take(&a).Error
}

// ByIDs returns the rows of articles by their numbers, whatever their
// status. Numbers of no article are left out.
func ByIDs(ctx context.Context, r models.Queryer, ids []int64) (map[int64]*Article, error) {
	found := make(map[int64]*Article, len(ids))
	if len(ids) == 0 {
		return found, nil
	}
	var rows []*Article
	err := r.Query(ctx).Where("id IN ?", ids).Find(&rows).Error
	for _, a := range rows {
		found[a.ID] = a
	}
	return found, err
}

// TakesComments reports whether anybody may comment on the article now: by
// its own switch, its closing time, the site's age limit and where the site is
// closed as a whole. What somebody has opened by hand stays open, however old
// it gets.
func (s *Site) TakesComments(a *Article, now models.Time) bool {
	if a.Status != Published || a.CommentStatus == CommentsClosed || s.Commenters(a) == models.NoCommenter {
		return false
	}
	end := s.CommentsEnd(a)
	return end.IsZero() || now.Before(end.Time)
}

// CommentsEnd returns the time at which an article's comments close by themselves,
// or have closed. It returns the zero time if they do not: the article is not
// public, its comments are closed, or a moderator has opened them by hand.
func (s *Site) CommentsEnd(a *Article) models.Time {
	if a.Status != Published || a.CommentStatus == CommentsClosed || a.CommentsByHand {
		return models.Time{}
	}
	end := a.CommentsClose
	if s.CommentCloseAfter != 0 {
		if aged := models.At(a.PublishedAt.AddDate(0, 0, s.CommentCloseAfter)); end.IsZero() || aged.Before(end.Time) {
			end = aged
		}
	}
	return end
}

// Commenters returns who may comment on an article: whom it names itself,
// else whom the site does.
func (s *Site) Commenters(a *Article) models.Commenters { return cmp.Or(a.CommentsWho, s.CommentWho) }

// TakesRecommendations reports whether readers may recommend an article's
// comments: both the site and the article must have it so.
func (s *Site) TakesRecommendations(a *Article) bool { return s.CommentRecommend && !a.RecommendsOff }

// MaxSlow is the longest wait of slow mode, in minutes.
const MaxSlow = 24 * 60

// CommentPolicy is how an article takes comments.
type CommentPolicy struct {
	Status CommentStatus
	Slow   int  // minutes
	ByHand bool // it stays open, however old it gets
	// Who may comment, "" as the site says. Nobody is for Status to say.
	Who models.Commenters
	// RecommendsOff: its comments cannot be recommended.
	RecommendsOff bool
}

// articleCommenters are whom an article can name itself, "" for nobody of its
// own.
var articleCommenters = []models.Commenters{"", models.EveryCommenter, models.VerifiedCommenter, models.StaffCommenter}

func (d CommentPolicy) String() string {
	text := string(d.Status)
	if d.ByHand {
		text += ", by hand"
	}
	if d.Slow > 0 {
		text += fmt.Sprintf(", slow %d", d.Slow)
	}
	if d.Who != "" {
		text += ", by " + string(d.Who)
	}
	if d.RecommendsOff {
		text += ", no recommending"
	}
	return text
}

// CommentPolicy returns how the article takes comments.
func (a *Article) CommentPolicy() CommentPolicy {
	return CommentPolicy{a.CommentStatus, a.CommentsSlow, a.CommentsByHand, a.CommentsWho, a.RecommendsOff}
}

// SetCommentPolicy changes how an article takes comments, and notes who has. It
// refuses with NotFound and Invalid.
func SetCommentPolicy(ctx context.Context, db *models.DB, by models.Actor, id int64, d CommentPolicy) error {
	if d.Status != CommentsOpen && d.Status != CommentsClosed && d.Status != CommentsPremoderate || d.Slow < 0 || d.Slow > MaxSlow {
		return models.Errorf(models.Invalid, "comments are open, closed or premoderated; slow mode takes 0 to %d minutes", MaxSlow)
	}
	if !slices.Contains(articleCommenters, d.Who) {
		return models.Errorf(models.Invalid, "comments are by everyone, verified or staff, or as the site says")
	}
	if d.Status == CommentsClosed {
		d.ByHand = false
	}
	return db.Write(ctx, func(tx *models.Tx) error {
		var found []Article
		err := tx.Query(ctx).Raw("SELECT id, comment_status, comments_slow, comments_by_hand, comments_who, recommends_off FROM articles WHERE id = ?"+tx.Dialect().LockRow(), id).Scan(&found).Error
		if err != nil {
			return err
		}
		if len(found) == 0 {
			return models.Errorf(models.NotFound, "there is no article %d", id)
		}
		before := found[0].CommentPolicy()
		if before == d {
			return nil
		}
		tx.Touch(ArticleTag(id), CommentsTag)
		err = tx.Query(ctx).Model(&Article{ID: id}).Select("comment_status", "comments_slow", "comments_by_hand", "comments_who", "recommends_off").
			UpdateColumns(Article{CommentStatus: d.Status, CommentsSlow: d.Slow, CommentsByHand: d.ByHand, CommentsWho: d.Who, RecommendsOff: d.RecommendsOff}).Error
		if err != nil {
			return err
		}
		return models.Audit(ctx, tx, by, models.Subject{Kind: models.ArticleSubject, ID: id}, verbComments, before.String(), d.String())
	})
}

// verbComments is the verb in the audit for a change of an article's comment
// policy.
const verbComments = "comments"

// CommentPolicyChanges returns the last changes of how an article takes
// comments, newest first.
func CommentPolicyChanges(ctx context.Context, r models.Queryer, id int64) ([]models.AuditEntry, error) {
	return models.AuditTrail(ctx, r, models.Subject{Kind: models.ArticleSubject, ID: id}, models.MaxSettingChanges, verbComments)
}

// RecommendsOff reports whether an article has it that its comments cannot be
// recommended.
func RecommendsOff(ctx context.Context, r models.Queryer, id int64) (off bool, err error) {
	_, err = models.QueryRow(ctx, r, []any{&off}, "SELECT recommends_off FROM articles WHERE id = ?", id)
	return off, err
}

// IDsBySource returns the numbers of imported articles by their source ids.
// Where two sources share an id, the first imported one is meant.
func IDsBySource(ctx context.Context, r models.Queryer, sourceIDs []string) (map[string]int64, error) {
	var rows []struct {
		ID       int64
		SourceID string
	}
	err := r.Query(ctx).Raw("SELECT id, source_id FROM articles WHERE source_id IN ? ORDER BY id DESC", sourceIDs).Scan(&rows).Error
	ids := make(map[string]int64, len(rows))
	for _, row := range rows {
		ids[row.SourceID] = row.ID
	}
	return ids, err
}

// HasArticles reports whether there is any article, whatever its status.
func HasArticles(ctx context.Context, r models.Queryer) (bool, error) {
	var ids []int64
	err := r.Query(ctx).Raw("SELECT id FROM articles LIMIT 1").Scan(&ids).Error
	return len(ids) > 0, err
}

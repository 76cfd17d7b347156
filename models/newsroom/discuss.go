package newsroom

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"broadsheet/models"
)

// CommentCounts are changes of an article's comment counts.
type CommentCounts struct {
	Approve, Hold, Spam, Trash int
	Threads                    int // threads that a page shows
}

// AddComments changes an article's comment counts and returns its new number of
// threads. Discussion calls it in the transaction that changes the comments, and
// touches the article's own cache tag itself.
func AddComments(ctx context.Context, tx *models.Tx, articleID int64, by CommentCounts) (threads int, err error) {
	if by.Approve != 0 {
		tx.Touch(CountTag(articleID))
	}
	_, err = models.QueryRow(ctx, tx, []any{&threads}, `UPDATE articles
		SET comments_approve = comments_approve + ?, comments_hold = comments_hold + ?,
		comments_spam = comments_spam + ?, comments_trash = comments_trash + ?, threads = threads + ? WHERE id = ? RETURNING threads`,
		by.Approve, by.Hold, by.Spam, by.Trash, by.Threads, articleID)
	return threads, err
}

// commentingColumns are the columns of an article that a new comment needs.
var commentingColumns = articleColumns.Only("language", "status", "comment_status", "comments_close", "comments_slow",
	"comments_by_hand", "comments_who", "published_at")

// ForCommenting returns an article with only the columns that a new comment needs.
// It refuses articles as [RequirePublic] does.
func ForCommenting(ctx context.Context, r models.Queryer, id int64) (*Article, error) {
	a := Article{ID: id}
	found, err := models.QueryRow(ctx, r, commentingColumns.Fields(&a),
		"SELECT "+commentingColumns.List("")+" FROM articles WHERE id = ?", id)
	if err == nil && !found {
		a.Status = ""
	}
	if err == nil {
		err = a.Status.refuse()
	}
	return &a, err
}

// ByID returns an article's row in any status, or a NotFound error if there is
// none.
func ByID(ctx context.Context, r models.Queryer, id int64) (*Article, error) {
	var a Article
	return &a, r.Query(ctx).Where("id = ?", id).Take(&a).Error
}

// ByIDs returns the rows of articles by id, in any status. It leaves out ids without
// an article.
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

// TakesComments reports whether the article accepts comments now. It considers the
// article's status and comment status, the site's setting and [Site.CommentsEnd].
func (s *Site) TakesComments(a *Article, now models.Time) bool {
	if a.Status != Published || a.CommentStatus == CommentsClosed || s.Commenters(a) == models.NoCommenter {
		return false
	}
	end := s.CommentsEnd(a)
	return end.IsZero() || now.Before(end.Time)
}

// CommentsEnd returns the time at which an article's comments close by themselves,
// or have closed: the article's own date or, unless a moderator has opened them by
// hand, the age of the article. It returns the zero time if they do not.
func (s *Site) CommentsEnd(a *Article) models.Time {
	if a.Status != Published || a.CommentStatus == CommentsClosed {
		return models.Time{}
	}
	end := a.CommentsClose
	if s.CommentCloseAfter != 0 && !a.CommentsByHand {
		if aged := models.At(a.PublishedAt.AddDate(0, 0, s.CommentCloseAfter)); end.IsZero() || aged.Before(end.Time) {
			end = aged
		}
	}
	return end
}

// Commenters returns the group that may comment on an article: its own setting,
// otherwise the site's.
func (s *Site) Commenters(a *Article) models.Commenters { return cmp.Or(a.CommentsWho, s.CommentWho) }

// TakesRecommendations reports whether readers may recommend an article's
// comments. Both the site and the article must allow it.
func (s *Site) TakesRecommendations(a *Article) bool { return s.CommentRecommend && !a.RecommendsOff }

// MaxSlow is the longest wait of slow mode, in minutes.
const MaxSlow = 24 * 60

// CommentPolicy is an article's settings for comments.
type CommentPolicy struct {
	Status CommentStatus
	Slow   int  // minutes
	ByHand bool // opened by a moderator: age does not close the comments
	// Who is the group that may comment; "" inherits the site's setting. Status
	// closes the comments for all.
	Who models.Commenters
	// RecommendsOff means that comments cannot be recommended.
	RecommendsOff bool
	Close         models.Time // when the comments close; zero for no date
	// Reopen is how closed comments were open before a moderator closed them: open by
	// hand or premoderated. "" is for open under the site's rules. It is "" while the
	// comments are not closed.
	Reopen CommentStatus
}

// policyCommenters are the values of [CommentPolicy.Who].
var policyCommenters = []models.Commenters{"", models.EveryCommenter, models.VerifiedCommenter, models.StaffCommenter}

func (p CommentPolicy) String() string {
	text := string(p.Status)
	switch p.Reopen {
	case CommentsOpen:
		text += ", before by hand"
	case CommentsPremoderate:
		text += ", before premoderated"
	}
	if p.ByHand {
		text += ", by hand"
	}
	if p.Slow > 0 {
		text += fmt.Sprintf(", slow %d", p.Slow)
	}
	if p.Who != "" {
		text += ", by " + string(p.Who)
	}
	if p.RecommendsOff {
		text += ", no recommending"
	}
	if !p.Close.IsZero() {
		text += ", closes " + p.Close.UTC().Format(time.RFC3339)
	}
	return text
}

// CommentPolicy returns the article's settings for comments.
func (a *Article) CommentPolicy() CommentPolicy {
	return CommentPolicy{
		a.CommentStatus, a.CommentsSlow, a.CommentsByHand, a.CommentsWho, a.RecommendsOff, a.CommentsClose, a.CommentsReopen,
	}
}

// policyNames are the columns of a CommentPolicy.
var policyNames = []string{
	"comment_status", "comments_slow", "comments_by_hand", "comments_who", "recommends_off", "comments_close", "comments_reopen",
	"comments_chosen",
}

// SetCommentPolicy changes an article's settings for comments and writes an audit
// entry. It refuses with NotFound and Invalid.
func SetCommentPolicy(ctx context.Context, db *models.DB, by models.Actor, id int64, p CommentPolicy) error {
	if p.Status != CommentsOpen && p.Status != CommentsClosed && p.Status != CommentsPremoderate || p.Slow < 0 || p.Slow > MaxSlow {
		return models.Errorf(models.Invalid, "comments are open, closed or premoderated; slow mode takes 0 to %d minutes", MaxSlow)
	}
	if !slices.Contains(policyCommenters, p.Who) {
		return models.Errorf(models.Invalid, "comments are by everyone, verified or staff, or as the site says")
	}
	if p.Status == CommentsClosed {
		p.ByHand = false
	} else {
		p.Reopen = ""
	}
	if p.Reopen != "" && p.Reopen != CommentsOpen && p.Reopen != CommentsPremoderate {
		return models.Errorf(models.Invalid, "closed comments were open or premoderated before")
	}
	return db.Write(ctx, func(tx *models.Tx) error {
		a, err := models.First[Article](tx.Lock(ctx).Select(policyNames).Where("id = ?", id))
		if err != nil {
			return err
		}
		if a == nil {
			return models.Errorf(models.NotFound, "there is no article %d", id)
		}
		before := a.CommentPolicy()
		if before.String() == p.String() && a.CommentsChosen {
			return nil
		}
		tx.Touch(ArticleTag(id), TeaserTag(id), CommentsTag)
		after := Article{
			CommentStatus: p.Status, CommentsSlow: p.Slow, CommentsByHand: p.ByHand, CommentsWho: p.Who,
			RecommendsOff: p.RecommendsOff, CommentsClose: p.Close, CommentsReopen: p.Reopen,
			CommentsChosen: true,
		}
		err = tx.Query(ctx).Model(&Article{ID: id}).Select(policyNames).UpdateColumns(after).Error
		if err != nil {
			return err
		}
		return models.Audit(ctx, tx, by, models.Subject{Kind: models.ArticleSubject, ID: id}, VerbComments, before.String(), p.String())
	})
}

// VerbComments is the verb in the audit for a change of a comment policy.
const VerbComments = "comments"

// HasArticles reports whether there is an article in any status.
func HasArticles(ctx context.Context, r models.Queryer) (bool, error) {
	var ids []int64
	err := r.Query(ctx).Raw("SELECT id FROM articles LIMIT 1").Scan(&ids).Error
	return len(ids) > 0, err
}

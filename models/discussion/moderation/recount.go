package moderation

import (
	"context"

	"broadsheet/models"
	"broadsheet/models/discussion/threadblocks"
)

// Drift is a stored count that differs from the rows that it counts.
type Drift struct {
	What string // the count, in words
	Rows int    // with a wrong count
}

// storedCounts lists the counts with two statements each: wrong counts the rows with
// a wrong count, repair corrects them.
var storedCounts = []struct {
	what, wrong, repair string
}{
	{
		"comments in each state, site-wide",
		`SELECT COUNT(*) FROM comment_totals t
			WHERE state <> 'log' AND comments <> (SELECT COUNT(*) FROM comments c WHERE c.state = t.state)`,
		`UPDATE comment_totals SET comments = (SELECT COUNT(*) FROM comments c WHERE c.state = comment_totals.state)
			WHERE state <> 'log'`,
	},
	{
		"comments of articles in each state",
		`SELECT COUNT(*) FROM articles a LEFT JOIN ` + byState + ` n ON n.article_id = a.id WHERE ` + articleWrong,
		`UPDATE articles SET comments_approve = n.approve, comments_hold = n.hold, comments_spam = n.spam, comments_trash = n.trash
			FROM (SELECT a.id, COALESCE(n.approve, 0) AS approve, COALESCE(n.hold, 0) AS hold,
				COALESCE(n.spam, 0) AS spam, COALESCE(n.trash, 0) AS trash
				FROM articles a LEFT JOIN ` + byState + ` n ON n.article_id = a.id WHERE ` + articleWrong + `) n WHERE n.id = articles.id`,
	},
	{
		"comments shown in threads",
		`SELECT COUNT(*) FROM comments c LEFT JOIN ` + byThread + ` n ON n.root = c.id WHERE ` + threadWrong,
		`UPDATE comments SET thread_shown = n.shown
			FROM (SELECT c.id, CASE WHEN c.depth = 0 THEN COALESCE(n.shown, 0) ELSE 0 END AS shown
			FROM comments c LEFT JOIN ` + byThread + ` n ON n.root = c.id WHERE ` + threadWrong + `) n WHERE n.id = comments.id`,
	},
	{
		"threads of articles",
		`SELECT COUNT(*) FROM articles a LEFT JOIN ` + byArticle + ` n ON n.article_id = a.id
			WHERE a.threads <> COALESCE(n.threads, 0)`,
		`UPDATE articles SET threads = n.threads FROM (SELECT a.id, COALESCE(n.threads, 0) AS threads
			FROM articles a LEFT JOIN ` + byArticle + ` n ON n.article_id = a.id
			WHERE a.threads <> COALESCE(n.threads, 0)) n WHERE n.id = articles.id`,
	},
	{
		"recommendations of comments",
		`SELECT COUNT(*) FROM comments c LEFT JOIN ` + byRecommended + ` n ON n.comment_id = c.id
			WHERE c.recommends <> COALESCE(n.recommends, 0)`,
		`UPDATE comments SET recommends = n.recommends FROM (SELECT c.id, COALESCE(n.recommends, 0) AS recommends
			FROM comments c LEFT JOIN ` + byRecommended + ` n ON n.comment_id = c.id
			WHERE c.recommends <> COALESCE(n.recommends, 0)) n WHERE n.id = comments.id`,
	},
}

// Parts of those statements.
const (
	byState = `(SELECT article_id,
		SUM(CASE WHEN state = 'approve' THEN 1 ELSE 0 END) AS approve, SUM(CASE WHEN state = 'hold' THEN 1 ELSE 0 END) AS hold,
		SUM(CASE WHEN state = 'spam' THEN 1 ELSE 0 END) AS spam, SUM(CASE WHEN state = 'trash' THEN 1 ELSE 0 END) AS trash
		FROM comments GROUP BY article_id)`
	articleWrong = `a.comments_approve <> COALESCE(n.approve, 0) OR a.comments_hold <> COALESCE(n.hold, 0)
		OR a.comments_spam <> COALESCE(n.spam, 0) OR a.comments_trash <> COALESCE(n.trash, 0)`
	byThread = `(SELECT CASE WHEN root_id = 0 THEN id ELSE root_id END AS root,
		SUM(CASE WHEN state = 'approve' THEN 1 ELSE 0 END) AS shown FROM comments GROUP BY 1)`
	threadWrong   = `c.thread_shown <> CASE WHEN c.depth = 0 THEN COALESCE(n.shown, 0) ELSE 0 END`
	byArticle     = `(SELECT article_id, COUNT(*) AS threads FROM comments WHERE depth = 0 AND thread_shown > 0 GROUP BY article_id)`
	byRecommended = `(SELECT comment_id, COUNT(*) AS recommends FROM recommendations GROUP BY comment_id)`
)

// blocksWrong selects the articles with wrong thread blocks as [wrongArticle].
const blocksWrong = `SELECT a.id, a.threads FROM articles a
	JOIN (SELECT article_id, SUM(threads) AS threads FROM thread_blocks GROUP BY article_id) b ON b.article_id = a.id
	WHERE a.threads <> b.threads`

// blockCounts names the counts of threads in blocks, which find the pages of very
// long discussions.
const blockCounts = "stretches of long discussions"

// wrongArticle is an article with a wrong sum of thread blocks. Threads is the right
// one.
type wrongArticle struct {
	ID      int64
	Threads int
}

// Recount compares all stored counts of discussions with the rows and returns the
// wrong ones. It reads every comment.
func Recount(ctx context.Context, r models.Queryer) ([]Drift, error) {
	var drifts []Drift
	note := func(what string, rows int) {
		if rows > 0 {
			drifts = append(drifts, Drift{what, rows})
		}
	}
	for _, c := range storedCounts {
		var rows int
		if err := r.Query(ctx).Raw(c.wrong).Scan(&rows).Error; err != nil {
			return nil, err
		}
		note(c.what, rows)
	}
	var wrong []wrongArticle
	err := r.Query(ctx).Raw(blocksWrong).Scan(&wrong).Error
	note(blockCounts, len(wrong))
	return drifts, err
}

// Repair corrects the counts that [Recount] finds wrong, in one transaction, and
// returns them. It repairs in the order of storedCounts, because later counts are
// computed from earlier ones.
func Repair(ctx context.Context, db *models.DB) (drifts []Drift, err error) {
	err = db.Write(ctx, func(tx *models.Tx) error {
		if drifts, err = Recount(ctx, tx); err != nil || len(drifts) == 0 {
			return err
		}
		for _, c := range storedCounts {
			if err := tx.Query(ctx).Exec(c.repair).Error; err != nil {
				return err
			}
		}
		var wrong []wrongArticle
		if err := tx.Query(ctx).Raw(blocksWrong).Scan(&wrong).Error; err != nil {
			return err
		}
		for _, article := range wrong {
			if err := threadblocks.Recount(ctx, tx, article.ID, article.Threads); err != nil {
				return err
			}
		}
		// Any cached page may show a wrong count or be paged by one.
		tx.Touch(models.EverythingTag)
		return nil
	})
	return drifts, err
}

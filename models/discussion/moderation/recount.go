package moderation

import (
	"context"

	"broadsheet/models"
	"broadsheet/models/discussion/threadblocks"
)

// Drift is a kept count that does not agree with the rows.
type Drift struct {
	What string
	Rows int // how many are wrong
}

// recounts compares kept counts with what they count. Each is asked for rows
// that are wrong and can set them right.
var recounts = []struct {
	what, wrong, repair string
}{
	{
		"comments in each state, site-wide",
		`SELECT COUNT(*) FROM comment_totals t WHERE state <> 'log' AND comments <> (SELECT COUNT(*) FROM comments c WHERE c.state = t.state)`,
		`UPDATE comment_totals SET comments = (SELECT COUNT(*) FROM comments c WHERE c.state = comment_totals.state) WHERE state <> 'log'`,
	},
	{
		"comments of articles in each state",
		`SELECT COUNT(*) FROM articles a LEFT JOIN ` + byState + ` n ON n.article_id = a.id WHERE ` + articleWrong,
		`UPDATE articles SET comments_approve = n.approve, comments_hold = n.hold, comments_spam = n.spam, comments_trash = n.trash
			FROM (SELECT a.id, COALESCE(n.approve, 0) AS approve, COALESCE(n.hold, 0) AS hold, COALESCE(n.spam, 0) AS spam, COALESCE(n.trash, 0) AS trash
				FROM articles a LEFT JOIN ` + byState + ` n ON n.article_id = a.id WHERE ` + articleWrong + `) n WHERE n.id = articles.id`,
	},
	{
		"comments shown in threads",
		`SELECT COUNT(*) FROM comments c LEFT JOIN ` + byThread + ` n ON n.root = c.id WHERE ` + threadWrong,
		`UPDATE comments SET thread_shown = n.shown FROM (SELECT c.id, CASE WHEN c.depth = 0 THEN COALESCE(n.shown, 0) ELSE 0 END AS shown
			FROM comments c LEFT JOIN ` + byThread + ` n ON n.root = c.id WHERE ` + threadWrong + `) n WHERE n.id = comments.id`,
	},
	{
		"threads of articles",
		`SELECT COUNT(*) FROM articles a LEFT JOIN ` + byArticle + ` n ON n.article_id = a.id WHERE a.threads <> COALESCE(n.threads, 0)`,
		`UPDATE articles SET threads = n.threads FROM (SELECT a.id, COALESCE(n.threads, 0) AS threads
			FROM articles a LEFT JOIN ` + byArticle + ` n ON n.article_id = a.id WHERE a.threads <> COALESCE(n.threads, 0)) n WHERE n.id = articles.id`,
	},
	{
		"recommendations of comments",
		`SELECT COUNT(*) FROM comments c LEFT JOIN ` + byRecommended + ` n ON n.comment_id = c.id WHERE c.recommends <> COALESCE(n.recommends, 0)`,
		`UPDATE comments SET recommends = n.recommends FROM (SELECT c.id, COALESCE(n.recommends, 0) AS recommends
			FROM comments c LEFT JOIN ` + byRecommended + ` n ON n.comment_id = c.id WHERE c.recommends <> COALESCE(n.recommends, 0)) n WHERE n.id = comments.id`,
	},
}

const (
	byState = `(SELECT article_id, SUM(CASE WHEN state = 'approve' THEN 1 ELSE 0 END) AS approve, SUM(CASE WHEN state = 'hold' THEN 1 ELSE 0 END) AS hold,
		SUM(CASE WHEN state = 'spam' THEN 1 ELSE 0 END) AS spam, SUM(CASE WHEN state = 'trash' THEN 1 ELSE 0 END) AS trash FROM comments GROUP BY article_id)`
	articleWrong = `a.comments_approve <> COALESCE(n.approve, 0) OR a.comments_hold <> COALESCE(n.hold, 0) OR a.comments_spam <> COALESCE(n.spam, 0) OR a.comments_trash <> COALESCE(n.trash, 0)`
	byThread     = `(SELECT CASE WHEN root_id = 0 THEN id ELSE root_id END AS root, SUM(CASE WHEN state = 'approve' THEN 1 ELSE 0 END) AS shown FROM comments GROUP BY 1)`
	threadWrong  = `c.thread_shown <> CASE WHEN c.depth = 0 THEN COALESCE(n.shown, 0) ELSE 0 END`
	byArticle    = `(SELECT article_id, COUNT(*) AS threads FROM comments WHERE depth = 0 AND thread_shown > 0 GROUP BY article_id)`

	byRecommended = `(SELECT comment_id, COUNT(*) AS recommends FROM recommendations GROUP BY comment_id)`

	stretchesWrong = `SELECT a.id, a.threads FROM articles a JOIN (SELECT article_id, SUM(threads) AS threads FROM thread_blocks GROUP BY article_id) b ON b.article_id = a.id WHERE a.threads <> b.threads`
)

// stretches names the counts by which pages of very long discussions are
// found.
const stretches = "stretches of long discussions"

// stretched is an article whose stretches are wrong.
type stretched struct {
	ID      int64
	Threads int
}

// Recount compares every kept count of discussions with the rows, all of
// them, and returns those that are wrong.
func Recount(ctx context.Context, r models.Queryer) ([]Drift, error) {
	var drifts []Drift
	note := func(what string, rows int) {
		if rows > 0 {
			drifts = append(drifts, Drift{what, rows})
		}
	}
	for _, c := range recounts {
		var rows int
		if err := r.Query(ctx).Raw(c.wrong).Scan(&rows).Error; err != nil {
			return nil, err
		}
		note(c.what, rows)
	}
	var wrong []stretched
	err := r.Query(ctx).Raw(stretchesWrong).Scan(&wrong).Error
	note(stretches, len(wrong))
	return drifts, err
}

// Repair sets right what [Recount] finds, in one transaction, and returns
// what that was. Later counts build on earlier ones.
func Repair(ctx context.Context, db *models.DB) (drifts []Drift, err error) {
	err = db.Write(ctx, func(tx *models.Tx) error {
		if drifts, err = Recount(ctx, tx); err != nil || len(drifts) == 0 {
			return err
		}
		for _, c := range recounts {
			if err := tx.Query(ctx).Exec(c.repair).Error; err != nil {
				return err
			}
		}
		var wrong []stretched
		if err := tx.Query(ctx).Raw(stretchesWrong).Scan(&wrong).Error; err != nil {
			return err
		}
		for _, article := range wrong {
			if err := threadblocks.Recount(ctx, tx, article.ID, article.Threads); err != nil {
				return err
			}
		}
		// Every page that shows a count, or was paged by one, may have been wrong.
		tx.Touch(models.EverythingTag)
		return nil
	})
	return drifts, err
}

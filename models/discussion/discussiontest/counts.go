package discussiontest

import (
	"broadsheet/models"
	"broadsheet/models/discussion/decisionlog"
)

// wrongCounts are queries for the number of rows with a wrong count.
var wrongCounts = map[string]string{
	"articles by state": `SELECT COUNT(*) FROM articles a WHERE
		comments_approve <> (SELECT COUNT(*) FROM comments c WHERE c.article_id = a.id AND state = 'approve') OR
		comments_hold <> (SELECT COUNT(*) FROM comments c WHERE c.article_id = a.id AND state = 'hold') OR
		comments_spam <> (SELECT COUNT(*) FROM comments c WHERE c.article_id = a.id AND state = 'spam') OR
		comments_trash <> (SELECT COUNT(*) FROM comments c WHERE c.article_id = a.id AND state = 'trash')`,
	"threads of articles": `SELECT COUNT(*) FROM articles a WHERE threads <>
		(SELECT COUNT(*) FROM comments c WHERE c.article_id = a.id AND depth = 0 AND thread_shown > 0)`,
	"shown in threads": `SELECT COUNT(*) FROM comments r WHERE depth = 0 AND thread_shown <>
		(SELECT COUNT(*) FROM comments c WHERE (c.id = r.id OR c.root_id = r.id) AND c.state = 'approve')`,
	"blocks of threads": `SELECT COUNT(*) FROM articles a WHERE threads > 1000 AND threads <>
		(SELECT COALESCE(SUM(b.threads), 0) FROM thread_blocks b WHERE b.article_id = a.id)`,
	"shown in replies": `SELECT COUNT(*) FROM comments WHERE depth > 0 AND thread_shown <> 0`,
	"totals": `SELECT COUNT(*) FROM comment_totals t WHERE state <> 'log' AND
		comments <> (SELECT COUNT(*) FROM comments c WHERE c.state = t.state)`,
	"recommendations": `SELECT COUNT(*) FROM comments c WHERE
		recommends <> (SELECT COUNT(*) FROM recommendations r WHERE r.comment_id = c.id)`,
	"learned texts": `SELECT COUNT(*) FROM spam_features WHERE feature = 0 AND
		(spam <> (SELECT COUNT(*) FROM comments WHERE learned = 'spam') OR ham <> (SELECT COUNT(*) FROM comments WHERE learned = 'ham'))`,
	"depths and roots": `SELECT COUNT(*) FROM comments c JOIN comments p ON p.id = c.parent_id WHERE c.depth <> p.depth + 1 OR
		c.root_id <> CASE WHEN p.root_id = 0 THEN p.id ELSE p.root_id END`,
}

// CheckCounts reports every stored count that differs from the rows.
func (d *Desk) CheckCounts() {
	d.Helper()
	for name, query := range wrongCounts {
		var wrong int
		if err := d.DB.Query(d.Context()).Raw(query).Scan(&wrong).Error; err != nil || wrong != 0 {
			d.Errorf("%s: %d wrong (%v)", name, wrong, err)
		}
	}
}

// CheckChain returns the number of entries of the decision log, and the number of
// the first one that does not fit the chain, 0 if all fit.
func (d *Desk) CheckChain(r models.Queryer) (entries int, broken int64, err error) {
	report, err := decisionlog.Check(d.Context(), r, nil, nil)
	return report.Entries, report.At, err
}

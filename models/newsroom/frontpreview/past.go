package frontpreview

import (
	"context"
	"time"

	"broadsheet/models"
	"broadsheet/models/newsroom"
)

// moved is an article that was public at an earlier time and is not now, or the reverse.
type moved struct {
	id     int64
	public bool // it was public then
}

// past prepares the moves that make the articles public that were public at a time, and no
// others. The audit names the status at that time: the one before the first later change.
func past(ctx context.Context, db *models.DB, at time.Time) (func(context.Context, *models.Tx) error, error) {
	list, err := movedSince(ctx, db, at)
	if err != nil {
		return nil, err
	}
	aside := func(context.Context, *models.Tx, models.Actor, int64, bool) error { return nil }
	return func(ctx context.Context, tx *models.Tx) error {
		for _, m := range list {
			to := newsroom.Draft
			if m.public {
				to = newsroom.Published
			}
			err := newsroom.MoveStatus(ctx, tx, models.ActorSchedule, m.id, to, "", aside)
			if k := models.KindOf(err); err != nil && k != models.Conflict && k != models.NotFound {
				return err
			}
		}
		return nil
	}, nil
}

// movedSince returns the moved articles whose date of publication is not after a time.
func movedSince(ctx context.Context, r models.Queryer, at time.Time) (list []moved, err error) {
	rows, err := models.QueryRows(ctx, r, `SELECT au.subject_id, au.before, a.status FROM audit au JOIN articles a ON a.id = au.subject_id
		WHERE au.id IN (SELECT MIN(id) FROM audit WHERE subject = ? AND verb = 'status' AND at > ? GROUP BY subject_id)
		AND a.published_at <= ? ORDER BY au.subject_id`,
		string(models.ArticleSubject), models.At(at), models.At(at))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var m moved
		var before, now string
		if err := rows.Scan(&m.id, &before, &now); err != nil {
			return nil, err
		}
		if m.public = before == string(newsroom.Published); m.public != (now == string(newsroom.Published)) {
			list = append(list, m)
		}
	}
	return list, rows.Err()
}

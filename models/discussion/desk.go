package discussion

import (
	"context"
	"strings"

	"broadsheet/models"

	"gorm.io/gorm"
)

// QueueName names a list of comments that moderators go through.
type QueueName string

// The queues.
const (
	QueueHeld     QueueName = "hold"
	QueueReported QueueName = "reported"
	QueueAll      QueueName = "all" // what is public or waits
	QueueApproved QueueName = "approve"
	QueueSpam     QueueName = "spam"
	QueueTrash    QueueName = "trash"
	QueueMine     QueueName = "mine"
)

// QueueNames lists the queues in the order they are shown.
var QueueNames = []QueueName{QueueHeld, QueueReported, QueueAll, QueueApproved, QueueSpam, QueueTrash, QueueMine}

// QueueFilter says which comments a moderator wants to see.
type QueueFilter struct {
	Queue   QueueName
	UserID  int64  // whose own, for QueueMine
	Text    string // in the text, in any case
	Author  string // a name, or an email address
	Article int64
	Network string
	After   int64 // the comment that the page before ended with
}

// QueuePageSize is how many comments are dealt out at once.
const QueuePageSize = 20

// oldestFirst: what waits is dealt with in the order it came.
func (f QueueFilter) oldestFirst() bool { return f.Queue == QueueHeld || f.Queue == QueueReported }

// narrow narrows a query down to the filter.
func (f QueueFilter) narrow(q *gorm.DB) *gorm.DB {
	switch f.Queue {
	case QueueReported:
		q = q.Where("reports > 0 AND state IN ('hold', 'approve')")
	case QueueAll:
		q = q.Where("state IN ('hold', 'approve')")
	case QueueMine:
		q = q.Where("user_id = ?", f.UserID)
	default:
		q = q.Where("state = ?", string(f.Queue))
	}
	if f.Text != "" {
		q = q.Where(`LOWER(text) LIKE ? ESCAPE '\'`, "%"+strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(strings.ToLower(f.Text))+"%")
	}
	if strings.Contains(f.Author, "@") {
		q = q.Where("email = ?", strings.ToLower(f.Author))
	} else if f.Author != "" {
		q = q.Where("author = ?", f.Author)
	}
	if f.Article != 0 {
		q = q.Where("article_id = ?", f.Article)
	}
	if f.Network != "" {
		q = q.Where("network = ?", f.Network)
	}
	return q
}

// DeskPage returns the next comments of a queue: of those that wait the oldest,
// of all others the newest.
func DeskPage(ctx context.Context, r models.Reader, f QueueFilter) ([]Comment, error) {
	q := f.narrow(r.Query(ctx).Model(&Comment{}))
	order, sign := "created_at DESC, id DESC", "<"
	if f.oldestFirst() {
		order, sign = "created_at, id", ">"
	}
	if f.After != 0 {
		after, err := ByID(ctx, r, f.After)
		if err != nil {
			return nil, err
		}
		q = q.Where("(created_at, id) "+sign+" (?, ?)", after.CreatedAt, after.ID)
	}
	var list []Comment
	return list, q.Order(order).Limit(QueuePageSize).Find(&list).Error
}

// Matching returns up to [MaxBulk] comments of a queue, with the versions
// that are decided on.
func Matching(ctx context.Context, r models.Reader, f QueueFilter) ([]Seen, error) {
	var rows []Comment
	err := f.narrow(r.Query(ctx).Model(&Comment{})).Select("id", "version").Order("created_at, id").Limit(MaxBulk).Find(&rows).Error
	seen := make([]Seen, len(rows))
	for i, c := range rows {
		seen[i] = Seen{c.ID, c.Version}
	}
	return seen, err
}

// mostReported bounds how far reported comments are counted.
const mostReported = 1000

// QueueCounts returns how many comments each queue has, from kept counts.
// One's own are not counted.
func QueueCounts(ctx context.Context, r models.Reader) (map[QueueName]int, error) {
	totals, err := Totals(ctx, r)
	if err != nil {
		return nil, err
	}
	var reported int
	err = r.Query(ctx).Raw("SELECT COUNT(*) FROM (SELECT 1 FROM comments WHERE reports > 0 AND state IN ('hold', 'approve') LIMIT ?) some", mostReported).Scan(&reported).Error
	return map[QueueName]int{
		QueueHeld: totals[Hold], QueueReported: reported, QueueAll: totals[Hold] + totals[Approve], QueueApproved: totals[Approve],
		QueueSpam: totals[Spam], QueueTrash: totals[Trash],
	}, err
}

// Parents returns the comments that some answer, by number.
func Parents(ctx context.Context, r models.Reader, list []Comment) (map[int64]*Comment, error) {
	var ids []int64
	for _, c := range list {
		if c.ParentID != 0 {
			ids = append(ids, c.ParentID)
		}
	}
	byID := map[int64]*Comment{}
	if len(ids) == 0 {
		return byID, nil
	}
	var rows []*Comment
	err := r.Query(ctx).Where("id IN ?", ids).Find(&rows).Error
	for _, c := range rows {
		byID[c.ID] = c
	}
	return byID, err
}

// peers is how many other comments of somebody are shown beside one, and
// mostPeers how many are counted.
const (
	peers     = 10
	mostPeers = 1000
)

// Around is what is known around a comment.
type Around struct {
	Author  []Comment     // the last by the same browser or address
	Totals  map[State]int // of those, as far as they are counted
	Network []Comment     // the last from the same network
	Reports []Reported
}

// Reported is what a reader had against a comment.
type Reported struct {
	Reason string
	Note   string
	At     models.Time
}

// AroundOf gathers what a moderator may want to know about a comment.
func AroundOf(ctx context.Context, r models.Reader, c *Comment) (*Around, error) {
	a := &Around{Totals: map[State]int{}}
	column, value := "email", c.Email
	if c.Email == "" {
		column, value = "token_hash", c.TokenHash
	}
	if value != "" {
		// The second condition lets SQLite use the partial index.
		same := column + " = ? AND " + column + " <> ''"
		if err := r.Query(ctx).Where(same, value).Where("id <> ?", c.ID).Order("created_at DESC, id DESC").Limit(peers).Find(&a.Author).Error; err != nil {
			return nil, err
		}
		var rows []struct {
			State    State
			Comments int
		}
		err := r.Query(ctx).Raw("SELECT state, COUNT(*) AS comments FROM (SELECT state FROM comments WHERE "+same+" LIMIT ?) theirs GROUP BY state", value, mostPeers).Scan(&rows).Error
		if err != nil {
			return nil, err
		}
		for _, row := range rows {
			a.Totals[row.State] = row.Comments
		}
	}
	if c.Network != "" {
		err := r.Query(ctx).Where("network = ? AND network <> '' AND id <> ?", c.Network, c.ID).Order("created_at DESC, id DESC").Limit(peers).Find(&a.Network).Error
		if err != nil {
			return nil, err
		}
	}
	return a, r.Query(ctx).Model(&report{}).Where("comment_id = ?", c.ID).Order("id DESC").Limit(peers).Find(&a.Reports).Error
}

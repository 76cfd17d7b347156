package moderation

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"broadsheet/models"
	"broadsheet/models/discussion"
	"broadsheet/models/people"
	"broadsheet/models/terms"

	"gorm.io/gorm"
)

// QueueName names a list of comments that moderators go through.
type QueueName string

// The queues.
const (
	Held     QueueName = "hold"
	Reported QueueName = "reported"
	All      QueueName = "all" // what is public or waits
	Approved QueueName = "approve"
	Spam     QueueName = "spam"
	Trash    QueueName = "trash"
	Mine     QueueName = "mine"
)

// QueueNames lists the queues in the order they are shown.
var QueueNames = []QueueName{Held, Reported, All, Approved, Spam, Trash, Mine}

// Filter says which comments a moderator wants to see.
type Filter struct {
	Queue    QueueName
	UserID   int64   // who looks: whose own, for Mine; whose claims do not count
	Text     string  // words that the text has
	Author   string  // a name, or an email address
	Article  int64   // 0 for all
	Sections []int64 // articles in any of these; nil for all
	Within   Scope   // the moderator's own sections
	Network  string  // as it is stored, such as 192.0.2.0/24
	Host     string  // that the comment links to
	Rule     string  // that had something to say
	From, To time.Time
	After    int64 // the comment that the page before ended with
	Claimed  bool  // with what others are looking at
	Like     int64 // comments that say nearly the same as this one, and itself
	// only are the numbers of the comments that look like Like, see likes.
	only []int64
}

// Bounds of the lists.
const (
	// PageSize is how many comments are dealt out at once.
	PageSize = 20
	// MostHits is how many comments with the words searched for are narrowed
	// down further, the newest.
	MostHits = 2000
	// MostCounted is how far matching comments are counted.
	MostCounted = discussion.MaxBulk + 1
)

// mostScanned is how far a queue is gone through at once for a section. It is
// a variable for the tests.
var mostScanned = 2000

// OldestFirst reports the order: what waits is dealt with as it came.
func (f Filter) OldestFirst() bool { return f.Queue == Held || f.Queue == Reported }

// Narrowed reports whether the filter leaves out a part of its queue.
func (f Filter) Narrowed() bool {
	return f.Text != "" || f.Author != "" || f.Article != 0 || f.Sections != nil || f.Network != "" || f.Host != "" || f.Rule != "" || f.Like != 0 || !f.From.IsZero() || !f.To.IsZero()
}

// states are the queue's states, nil for all.
func (f Filter) states() []discussion.State {
	switch f.Queue {
	case All, Reported:
		return []discussion.State{discussion.Held, discussion.Approved}
	case Mine:
		return nil
	default:
		return []discussion.State{discussion.State(f.Queue)}
	}
}

// selective reports whether something finds few comments by an index of its
// own, so that the queue's index should not be used.
func (f Filter) selective() bool {
	return f.Like != 0 || f.Text != "" || f.Author != "" || f.Network != "" || f.Host != "" || f.Rule != "" || f.Queue == Reported
}

// nothing is the condition for words that cannot be found at all.
const nothing = "1 = 0"

// narrow narrows a query down to the filter, within one state of it ("" for
// all).
func (f Filter) narrow(r models.Queryer, q *gorm.DB, state discussion.State) *gorm.DB {
	d := r.Dialect()
	switch {
	case state != "" && f.selective():
		q = q.Where("state || '' = ?", string(state)) // by no index
	case state != "":
		q = q.Where("state = ?", string(state))
	}
	if f.Queue == Reported {
		q = q.Where("reports > 0")
	}
	if f.Queue == Mine {
		q = q.Where("user_id = ?", f.UserID)
	}
	q = f.narrowWords(d, q, "words", f.Text)
	if strings.Contains(f.Author, "@") {
		q = q.Where("email = ? AND email <> ''", people.EmailForm(f.Author))
	} else {
		q = f.narrowWords(d, q, "author", f.Author)
	}
	if f.Like != 0 {
		q = q.Where("id IN ?", append([]int64{0}, f.only...))
	}
	if f.Article != 0 {
		q = q.Where("article_id = ?", f.Article)
	}
	if f.Network != "" {
		q = q.Where("network = ? AND network <> ''", f.Network)
	}
	for kind, value := range map[string]string{discussion.MarkHost: strings.TrimPrefix(strings.ToLower(f.Host), "www."), discussion.MarkRule: f.Rule} {
		if value != "" {
			q = q.Where("id IN (SELECT comment_id FROM comment_marks WHERE kind = ? AND value = ? ORDER BY comment_id DESC LIMIT ?)", kind, value, MostHits)
		}
	}
	if !f.From.IsZero() {
		q = q.Where("created_at >= ?", models.At(f.From))
	}
	if !f.To.IsZero() {
		q = q.Where("created_at < ?", models.At(f.To))
	}
	for _, sections := range []Scope{f.Sections, f.Within} {
		q = sections.narrow(q, "comments.article_id")
	}
	if !f.Claimed && f.OldestFirst() {
		q = q.Where("id NOT IN (SELECT comment_id FROM claims WHERE user_id <> ? AND until > ?)", f.UserID, nowOf(r))
	}
	return q
}

// narrowWords wants words in a column of the index.
func (f Filter) narrowWords(d models.Dialect, q *gorm.DB, column, text string) *gorm.DB {
	if text == "" {
		return q
	}
	words := terms.Index(text)
	if len(words) == 0 {
		return q.Where(nothing)
	}
	condition, argument := d.MatchWords("comment_words", column, words)
	return q.Where("id IN (SELECT docid FROM comment_words WHERE "+condition+" ORDER BY docid DESC LIMIT ?)", argument, MostHits)
}

// nowOf returns the time by the handle's clock.
func nowOf(r models.Queryer) models.Time {
	switch r := r.(type) {
	case *models.DB:
		return models.At(r.Now())
	case *models.Tx:
		return models.At(r.Now)
	}
	return models.Time{}
}

// compare orders two comments as the queue does.
func (f Filter) compare(a, b *discussion.Comment) int {
	order := cmp.Or(a.CreatedAt.Compare(b.CreatedAt.Time), cmp.Compare(a.ID, b.ID))
	if f.OldestFirst() {
		return order
	}
	return -order
}

// list returns the next comments of a queue behind after (nil: the first), in
// its order, and behind which comment to go on, nil at the end.
func (f Filter) list(ctx context.Context, r models.Queryer, after *discussion.Comment, limit int) (list []discussion.Comment, end *discussion.Comment, err error) {
	// One state at a time: each is in order by the index, the two together are
	// not. What lies behind the end of one may be missing from the other.
	for _, state := range f.everyState() {
		some, last, err := f.listState(ctx, r, state, after, limit)
		if err != nil {
			return nil, nil, err
		}
		list = append(list, some...)
		if last != nil && (end == nil || f.compare(last, end) < 0) {
			end = last
		}
	}
	slices.SortFunc(list, func(a, b discussion.Comment) int { return f.compare(&a, &b) })
	if end != nil {
		list = slices.DeleteFunc(list, func(c discussion.Comment) bool { return f.compare(&c, end) > 0 })
	}
	if len(list) > limit {
		list = list[:limit]
		end = &list[limit-1]
	}
	return list, end, nil
}

// listState is list for one state of the queue.
func (f Filter) listState(ctx context.Context, r models.Queryer, state discussion.State, after *discussion.Comment, limit int) (list []discussion.Comment, end *discussion.Comment, err error) {
	order, sign := "created_at DESC, id DESC", "<"
	if f.OldestFirst() {
		order, sign = "created_at, id", ">"
	}
	behind := func(q *gorm.DB) *gorm.DB {
		if after != nil {
			q = q.Where("(created_at, id) "+sign+" (?, ?)", after.CreatedAt, after.ID)
		}
		return q.Order(order)
	}
	q := behind(f.narrow(r, r.Query(ctx).Model(&discussion.Comment{}), state))
	scans := (f.Sections != nil || f.Within != nil) && state != "" && !f.selective() && f.Article == 0
	scanned := behind(r.Query(ctx).Model(&discussion.Comment{}).Where("state = ?", string(state)))
	if scans {
		q = q.Where("id IN (?)", scanned.Session(&gorm.Session{}).Select("id").Limit(mostScanned))
	}
	if err := q.Limit(limit).Find(&list).Error; err != nil {
		return nil, nil, err
	}
	if len(list) == limit {
		return list, &list[limit-1], nil
	}
	if scans {
		var last []discussion.Comment
		err = scanned.Select("id", "created_at").Offset(mostScanned - 1).Limit(1).Find(&last).Error
		if len(last) > 0 {
			end = &last[0]
		}
	}
	return list, end, err
}

// everyState returns the states to be asked for one by one; "" asks for all.
func (f Filter) everyState() []discussion.State {
	if states := f.states(); states != nil {
		return states
	}
	return []discussion.State{""}
}

// Matching returns up to [discussion.MaxBulk] comments of a queue, with the
// versions that are decided on.
func Matching(ctx context.Context, r models.Queryer, f Filter) ([]discussion.Versioned, error) {
	var seen []discussion.Versioned
	if err := f.likes(ctx, r); err != nil {
		return nil, err
	}
	for _, state := range f.everyState() {
		var rows []discussion.Comment
		err := f.narrow(r, r.Query(ctx).Model(&discussion.Comment{}), state).Select("id", "version").Order("created_at, id").
			Limit(discussion.MaxBulk - len(seen)).Find(&rows).Error
		if err != nil {
			return nil, err
		}
		for _, c := range rows {
			seen = append(seen, discussion.Versioned{ID: c.ID, Version: c.Version})
		}
	}
	return seen, nil
}

// Count returns how many comments a narrowed queue has, at most
// [MostCounted].
func Count(ctx context.Context, r models.Queryer, f Filter) (total int, err error) {
	if err := f.likes(ctx, r); err != nil {
		return 0, err
	}
	for _, state := range f.everyState() {
		var n int
		few := f.narrow(r, r.Query(ctx).Model(&discussion.Comment{}), state).Select("1").Limit(MostCounted)
		if err := r.Query(ctx).Table("(?) AS few", few).Select("COUNT(*)").Scan(&n).Error; err != nil {
			return 0, err
		}
		total += n
	}
	return min(total, MostCounted), nil
}

// mostReported bounds how far reported comments are counted.
const mostReported = 1000

// Counts returns how many comments of a scope each queue has, from kept counts.
// The queue [Mine] is not counted.
func Counts(ctx context.Context, r models.Queryer, scope Scope) (map[QueueName]int, error) {
	totals, err := scope.totals(ctx, r)
	if err != nil {
		return nil, err
	}
	var reported int
	few := scope.narrow(r.Query(ctx).Model(&discussion.Comment{}).Where("reports > 0 AND state || '' IN ('hold', 'approve')"), "comments.article_id")
	err = r.Query(ctx).Table("(?) AS few", few.Select("1").Limit(mostReported)).Select("COUNT(*)").Scan(&reported).Error
	return map[QueueName]int{
		Held: totals[discussion.Held], Reported: reported, All: totals[discussion.Held] + totals[discussion.Approved], Approved: totals[discussion.Approved],
		Spam: totals[discussion.Spam], Trash: totals[discussion.Trashed],
	}, err
}

// totals returns how many comments of a scope are in each state: the site's kept
// counts, or the sum of the kept counts of the scope's articles.
func (s Scope) totals(ctx context.Context, r models.Queryer) (map[discussion.State]int, error) {
	if !s.Limited() {
		return discussion.Totals(ctx, r)
	}
	var sum struct{ Approve, Hold, Spam, Trash int }
	err := r.Query(ctx).Raw(`SELECT COALESCE(SUM(comments_approve), 0) AS approve, COALESCE(SUM(comments_hold), 0) AS hold,
		COALESCE(SUM(comments_spam), 0) AS spam, COALESCE(SUM(comments_trash), 0) AS trash
		FROM articles WHERE id IN (SELECT article_id FROM article_categories WHERE category_id IN ?)`, s.sections()).Scan(&sum).Error
	return map[discussion.State]int{
		discussion.Approved: sum.Approve, discussion.Held: sum.Hold, discussion.Spam: sum.Spam, discussion.Trashed: sum.Trash,
	}, err
}

// Waiting returns how many comments of a scope are held.
func (s Scope) Waiting(ctx context.Context, r models.Queryer) (int, error) {
	totals, err := s.totals(ctx, r)
	return totals[discussion.Held], err
}

package moderation

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"broadsheet/models"
	"broadsheet/models/discussion"
	"broadsheet/models/discussion/wordindex"
	"broadsheet/models/people"

	"gorm.io/gorm"
)

// QueueName names a list of comments for moderators.
type QueueName string

// The queues.
const (
	Held     QueueName = "hold"
	Reported QueueName = "reported"
	All      QueueName = "all" // approved or held
	Approved QueueName = "approve"
	Spam     QueueName = "spam"
	Trash    QueueName = "trash"
	Mine     QueueName = "mine" // written by the moderator
	Any      QueueName = "any"  // in all states, for lists by a writer, a network or a host
)

// QueueNames lists the queues in the order they are shown. [Any] is none of them: it
// only holds what a filter finds.
var QueueNames = []QueueName{Held, Reported, All, Approved, Spam, Trash, Mine}

// Filter selects comments of a queue. Zero fields select all comments.
type Filter struct {
	Queue       QueueName
	UserID      int64     // the moderator, for Mine and for claims
	Text        string    // words of the comment, as wordindex.ParseQuery reads them
	Author      string    // words of the name, read alike, or an email address
	Article     int64     // an article
	Categories  []int64   // categories; articles in any of them match
	Within      Scope     // the moderator's scope
	Network     string    // as stored, such as 192.0.2.0/24
	Host        string    // a linked host
	Rule        string    // a rule that objected to the comment
	From, To    time.Time // the time of posting: from From, before To
	After       int64     // the last comment of the page before
	WithClaimed bool      // include comments that other moderators have claimed
	SimilarTo   int64     // a comment; it and its near-duplicates match
	Heated      bool      // the most heated first, see package heatscores; in queues of waiting comments
	HeatedFrom  int       // only comments with this score or a higher one
	found       *found    // set by Prepare
}

// Limits of the lists.
const (
	// PageSize is the number of comments that are read for a page.
	PageSize = 20
	// MostHits is the number of hits of an index, the newest, that the other
	// conditions of a filter are applied to.
	MostHits = 2000
	// MostCounted is the largest count of matching comments.
	MostCounted = discussion.MaxBulk + 1
)

// mostScanned is the number of comments that one query scans for those in some
// categories. It is a variable for the tests.
var mostScanned = 2000

// OldestFirst reports whether the queue is in the order of arrival. The other queues
// have the newest comment first.
func (f Filter) OldestFirst() bool { return f.Queue == Held || f.Queue == Reported }

// Narrowed reports whether the filter leaves out a part of its queue.
func (f Filter) Narrowed() bool {
	return f.Text != "" || f.Author != "" || f.Article != 0 || f.Categories != nil || f.Network != "" || f.Host != "" ||
		f.Rule != "" || f.SimilarTo != 0 || f.HeatedFrom != 0 || !f.From.IsZero() || !f.To.IsZero()
}

// states returns the states of the queue's comments, nil for all.
func (f Filter) states() []discussion.State {
	switch f.Queue {
	case All, Reported:
		return []discussion.State{discussion.Held, discussion.Approved}
	case Mine:
		return nil
	case Any:
		switch {
		case f.hasOwnIndex():
			return nil
		case f.Article != 0:
			return append([]discussion.State{discussion.ArticleTrashed}, discussion.States...) // each by the index of the article
		}
		return discussion.States // each by the index of its state
	default:
		return []discussion.State{discussion.State(f.Queue)}
	}
}

// hasOwnIndex reports whether a condition of the filter finds few comments by an index
// of its own, so that the query should not use the queue's index.
func (f Filter) hasOwnIndex() bool {
	return f.SimilarTo != 0 || f.Text != "" || f.Author != "" || f.Network != "" || f.Host != "" || f.Rule != "" || f.Queue == Reported
}

// noMatch is the condition for a text without a word of the index.
const noMatch = "1 = 0"

// narrow adds the conditions of the filter to q, with one of its states ("" for all).
func (f Filter) narrow(r models.Queryer, q *gorm.DB, state discussion.State) *gorm.DB {
	d := r.Dialect()
	switch {
	case state != "" && f.hasOwnIndex():
		q = q.Where(d.Unindexed("state")+" = ?", string(state))
	case state != "":
		q = q.Where("state = ?", string(state))
	}
	if f.Queue == Reported {
		q = q.Where("reports > 0")
	}
	if f.Queue == Mine {
		q = q.Where("user_id = ?", f.UserID)
	}
	q = f.narrowWords(d, q, wordindex.Words, f.Text)
	if f.authorIsAddress() {
		q = q.Where("email = ? AND email <> ''", people.EmailForm(f.Author))
	} else {
		q = f.narrowWords(d, q, wordindex.Author, f.Author)
	}
	if f.SimilarTo != 0 {
		q = q.Where("id IN ?", append([]int64{0}, f.found.similar...))
	}
	if f.Article != 0 {
		q = q.Where("article_id = ?", f.Article)
	}
	if f.Network != "" {
		q = q.Where("network = ? AND network <> ''", f.Network)
	}
	host := strings.TrimPrefix(strings.ToLower(f.Host), "www.")
	for kind, value := range map[string]string{wordindex.HostMark: host, wordindex.RuleMark: f.Rule} {
		if value != "" {
			q = q.Where(`id IN (SELECT comment_id FROM comment_marks WHERE kind = ? AND value = ?
				ORDER BY comment_id DESC LIMIT ?)`, kind, value, MostHits)
		}
	}
	if f.HeatedFrom != 0 {
		q = q.Where("id IN (SELECT comment_id FROM heated_scores WHERE score >= ?)", f.HeatedFrom)
	}
	q = f.inDays(q)
	if f.Categories != nil {
		q = InCategories(f.Categories).narrow(q, "comments.article_id")
	}
	q = f.Within.narrow(q, "comments.article_id")
	if !f.WithClaimed && f.OldestFirst() {
		q = q.Where("id NOT IN (SELECT comment_id FROM claims WHERE user_id <> ? AND until > ?)", f.UserID, nowOf(r))
	}
	return q
}

// inDays adds the condition on the time of posting.
func (f Filter) inDays(q *gorm.DB) *gorm.DB {
	if !f.From.IsZero() {
		q = q.Where("created_at >= ?", models.At(f.From))
	}
	if !f.To.IsZero() {
		q = q.Where("created_at < ?", models.At(f.To))
	}
	return q
}

// narrowWords adds the condition that a column of the word index has the words of
// text.
func (f Filter) narrowWords(d models.Dialect, q *gorm.DB, column, text string) *gorm.DB {
	if text == "" {
		return q
	}
	if ids, known := f.found.words[column]; known {
		condition, argument := d.AmongIDs("id", ids)
		return q.Where(condition, argument)
	}
	condition, argument, ok := wordindex.ParseQuery(text).Condition(d, column, f.found.languages)
	if !ok {
		return q.Where(noMatch)
	}
	return q.Where("id IN (SELECT docid FROM comment_words WHERE "+condition+" ORDER BY docid DESC LIMIT ?)", argument, MostHits)
}

// Marks returns the function that finds the words of the filter in a comment's text,
// see [wordindex.Query.Marks]. It returns nil for a filter without words.
func (f Filter) Marks(ctx context.Context, r models.Queryer) (func(text string) [][2]int, error) {
	if f.Text == "" {
		return nil, nil
	}
	if err := f.Prepare(ctx, r); err != nil {
		return nil, err
	}
	query := wordindex.ParseQuery(f.Text)
	return func(text string) [][2]int { return query.Marks(text, f.found.languages) }, nil
}

// Indexed reports whether the filter needs the index of comments, which is to be
// brought up to date before, see [discussion.IndexForSearch].
func (f Filter) Indexed() bool { return f.Text != "" || f.Author != "" || f.Host != "" || f.Rule != "" }

// nowOf returns the time of a handle: the transaction's, or the database clock's.
func nowOf(r models.Queryer) models.Time {
	switch r := r.(type) {
	case *models.DB:
		return models.At(r.Now())
	case *models.Tx:
		return models.At(r.Now)
	}
	return models.Time{}
}

// authorIsAddress reports whether the author of the filter is an email address.
func (f Filter) authorIsAddress() bool { return strings.Contains(f.Author, "@") }

// byArrival compares two comments by their times and, where they are equal, their
// numbers.
func byArrival(aAt, bAt models.Time, a, b int64) int {
	return cmp.Or(aAt.Compare(bAt.Time), cmp.Compare(a, b))
}

// compare compares two comments by the order of the queue.
func (f Filter) compare(a, b *discussion.Comment) int {
	order := byArrival(a.CreatedAt, b.CreatedAt, a.ID, b.ID)
	if f.OldestFirst() {
		return order
	}
	return -order
}

// list returns up to limit comments of the queue after a comment (nil: from the
// beginning), in the queue's order. end is the comment to continue after, nil at the
// end of the queue.
func (f Filter) list(
	ctx context.Context, r models.Queryer, after *discussion.Comment, limit int,
) (list []discussion.Comment, end *discussion.Comment, err error) {
	if f.Heated && f.OldestFirst() {
		return f.listHeated(ctx, r, after, limit)
	}
	if f.hasHits() {
		return f.listHits(ctx, r, after, limit)
	}
	// The index gives the order within one state, so each state has its own query.
	// Comments after the end of one list may be missing from the other: cut there.
	for _, state := range f.statesToList() {
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

// listState is list for one state of the queue. In a list limited to articles it
// scans at most mostScanned comments, so it may return an end with few comments.
func (f Filter) listState(
	ctx context.Context, r models.Queryer, state discussion.State, after *discussion.Comment, limit int,
) (list []discussion.Comment, end *discussion.Comment, err error) {
	order, sign := "created_at DESC, id DESC", "<"
	if f.OldestFirst() {
		order, sign = "created_at, id", ">"
	}
	behind := func(q *gorm.DB) *gorm.DB {
		if after != nil {
			q = q.Where("(created_at, id) "+sign+" (?, ?)", after.CreatedAt, after.ID)
		}
		return q
	}
	comments := func() *gorm.DB { return r.Query(ctx).Model(&discussion.Comment{}) }
	q := behind(f.narrow(r, comments(), state)).Order(order)
	// The numbers are found before the rows are read, so that no texts are sorted.
	first := func(q *gorm.DB) *gorm.DB {
		return r.Query(ctx).Where("id IN (?)", q.Select("id").Order(order).Limit(limit)).Order(order)
	}
	scans := f.limitedToArticles() && state != ""
	var scanned *gorm.DB
	switch {
	case scans:
		few, err := f.haveFew(ctx, r, state)
		if err != nil {
			return nil, nil, err
		}
		if few {
			scans = false
			few := behind(f.byArticle(ctx, r, state)).Select("id", "created_at")
			q = first(r.Query(ctx).Table("(?"+r.Dialect().PlannedAlone()+") AS few", few))
			break
		}
		scanned = behind(f.inDays(comments().Where("state = ?", string(state)))).Order(order).Session(&gorm.Session{})
		scan := scanned.Select("id", "article_id", "state", "created_at").Limit(mostScanned)
		q = first(f.narrow(r, r.Query(ctx).Table("(?) AS comments", scan), state))
	case f.hasOwnIndex():
		q = first(behind(f.narrow(r, comments(), state)))
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

// statesToList returns the states that need a query each; "" is one for all states.
func (f Filter) statesToList() []discussion.State {
	if states := f.states(); states != nil {
		return states
	}
	return []discussion.State{""}
}

// Matching returns the comments that match a filter with their versions, up to
// [discussion.MaxBulk], for a decision about all of them.
func Matching(ctx context.Context, r models.Queryer, f Filter) ([]discussion.Versioned, error) {
	var matching []discussion.Versioned
	if err := f.Prepare(ctx, r); err != nil {
		return nil, err
	}
	if f.hasHits() {
		for _, h := range f.found.hits[:min(len(f.found.hits), discussion.MaxBulk)] {
			matching = append(matching, discussion.Versioned{ID: h.ID, Version: h.Version})
		}
		return matching, nil
	}
	for _, state := range f.statesToList() {
		var rows []discussion.Comment
		q := f.narrow(r, r.Query(ctx).Model(&discussion.Comment{}), state)
		if state != "" && f.limitedToArticles() {
			few, err := f.haveFew(ctx, r, state)
			if err != nil {
				return nil, err
			}
			if few {
				q = f.byArticle(ctx, r, state)
			}
		}
		err := q.Select("id", "version").Order("created_at, id").
			Limit(discussion.MaxBulk - len(matching)).Find(&rows).Error
		if err != nil {
			return nil, err
		}
		for _, c := range rows {
			matching = append(matching, discussion.Versioned{ID: c.ID, Version: c.Version})
		}
	}
	return matching, nil
}

// Count returns the number of comments that match a filter, at most [MostCounted].
func Count(ctx context.Context, r models.Queryer, f Filter) (total int, err error) {
	if err := f.Prepare(ctx, r); err != nil {
		return 0, err
	}
	if f.hasHits() {
		return min(len(f.found.hits), MostCounted), nil
	}
	for _, state := range f.statesToList() {
		var n int
		few := f.narrow(r, r.Query(ctx).Model(&discussion.Comment{}), state)
		if state != "" && f.limitedToArticles() {
			few = f.byArticle(ctx, r, state)
		}
		few = few.Select("1").Limit(MostCounted)
		if err := r.Query(ctx).Table("(?) AS few", few).Select("COUNT(*)").Scan(&n).Error; err != nil {
			return 0, err
		}
		total += n
	}
	return min(total, MostCounted), nil
}

// mostReported is the largest count of reported comments.
const mostReported = 1000

// Counts returns the number of comments in scope for each queue except [Mine], from
// stored counts. Only the reported comments are counted, up to mostReported.
func Counts(ctx context.Context, r models.Queryer, scope Scope) (map[QueueName]int, error) {
	few := r.Query(ctx).Table("comments" + r.Dialect().IndexedBy("comments_reported_article")).
		Where("reports > 0 AND state IN ('hold', 'approve')")
	few = scope.narrow(few, "comments.article_id").Select("1").Limit(mostReported)
	reported := r.Query(ctx).Table("(?) AS few", few).Select("COUNT(*)")
	if !scope.Limited() {
		totals, err := discussion.TotalsWith(ctx, r, string(Reported), reported)
		counts := CountsOf(totals)
		counts[Reported] = totals[discussion.State(Reported)]
		return counts, err
	}
	totals, err := scope.totals(ctx, r)
	if err != nil {
		return nil, err
	}
	var n int
	err = reported.Scan(&n).Error
	counts := CountsOf(totals)
	counts[Reported] = n
	return counts, err
}

// CountsOf returns the numbers of the queues for the numbers of comments by state. The
// number of [Reported] is not among them.
func CountsOf(totals map[discussion.State]int) map[QueueName]int {
	held, approved := totals[discussion.Held], totals[discussion.Approved]
	return map[QueueName]int{
		Held: held, All: held + approved, Approved: approved, Spam: totals[discussion.Spam], Trash: totals[discussion.Trashed],
	}
}

// totals returns the number of comments in scope by state: the stored counts of the
// site, or the sum of the stored counts of the scope's articles.
func (s *Limits) totals(ctx context.Context, r models.Queryer) (map[discussion.State]int, error) {
	if !s.Limited() {
		return discussion.Totals(ctx, r)
	}
	var sum struct{ Approve, Hold, Spam, Trash int }
	err := s.narrow(r.Query(ctx).Table("articles"), "articles.id").Select(`COALESCE(SUM(comments_approve), 0) AS approve,
		COALESCE(SUM(comments_hold), 0) AS hold, COALESCE(SUM(comments_spam), 0) AS spam,
		COALESCE(SUM(comments_trash), 0) AS trash`).Scan(&sum).Error
	return map[discussion.State]int{
		discussion.Approved: sum.Approve, discussion.Held: sum.Hold, discussion.Spam: sum.Spam, discussion.Trashed: sum.Trash,
	}, err
}

// Waiting returns the number of held comments in scope.
func (s *Limits) Waiting(ctx context.Context, r models.Queryer) (int, error) {
	totals, err := s.totals(ctx, r)
	return totals[discussion.Held], err
}

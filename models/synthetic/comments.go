package synthetic

import (
	"context"
	"math"
	"math/rand/v2"
	"time"

	"broadsheet/models"
	"broadsheet/models/discussion"
	"broadsheet/models/discussion/decisionlog"
)

// Comments says how many made-up comments to add. The same values on the same
// articles give the same comments.
type Comments struct {
	Count int
	Held  int // how many of them are held, one in twenty for 0
	Seed  uint64
	// Progress is called with the number of comments written; may be nil.
	Progress func(done int)
}

// The shape of a made-up discussion.
const (
	quietShare     = 0.3  // share of articles without any comment
	busySpread     = 1.4  // standard deviation of the logarithm of an article's comments
	busiestShare   = 0.01 // share of all comments that are under the busiest article
	replyShare     = 0.45 // share of comments that reply to another
	maxReplyDepth  = 8
	perCommenter   = 12 // mean number of comments of a commenter
	commentBatch   = 10000
	articlesAtOnce = 10000 // articles read by one statement
)

// AddComments adds made-up comments under the published articles: very many
// under a few, one in a hundred of all under a single one, threads up to eight
// deep. Some commenters, networks and linked hosts have very many comments, and most
// spam repeats a text. All counts are the same as if each comment had been posted, and
// the log has the decisions about a sixth of the published ones and the refused ones.
func AddComments(ctx context.Context, db *models.DB, c Comments) error {
	if c.Held == 0 {
		c.Held = c.Count / 20
	}
	m := commentMaker{Comments: c, words: NewVocabulary(c.Seed), now: db.Now()}
	var articles int
	if _, err := models.QueryRow(ctx, db, []any{&articles}, "SELECT COUNT(*) FROM articles WHERE status = 'published'"); err != nil {
		return err
	}
	if articles == 0 && c.Count > 0 {
		return models.Errorf(models.Invalid, "there is no published article to comment on")
	}
	if _, err := models.QueryRow(ctx, db, []any{&m.nextID}, "SELECT COALESCE(MAX(id), 0) + 1 FROM comments"); err != nil {
		return err
	}
	m.firstID = m.nextID
	if err := db.Query(ctx).Raw("SELECT id, name FROM users WHERE role <> 'subscriber' ORDER BY id").Scan(&m.staff).Error; err != nil {
		return err
	}
	total := 0.0
	for i := range articles {
		total += m.share(i)
	}
	m.busiest = articles / 2
	others := total - m.share(m.busiest)
	m.busiestSize = max(m.share(m.busiest), others*busiestShare/(1-busiestShare))
	total = others + m.busiestSize
	given, sum, last := 0, 0.0, int64(0)
	for first := 0; first < articles && given < c.Count; first += articlesAtOnce {
		var list []commented
		err := db.Query(ctx).Raw(`SELECT id, language, published_at FROM articles
			WHERE status = 'published' AND id > ? ORDER BY id LIMIT ?`, last, articlesAtOnce).Scan(&list).Error
		if err != nil || len(list) == 0 {
			return err
		}
		last = list[len(list)-1].ID
		for i := range list {
			sum += m.share(first + i)
			until := int(math.Round(float64(c.Count) * sum / total))
			list[i].number, list[i].comments = first+i, until-given
			given = until
		}
		if err := m.writeAll(ctx, db, list); err != nil {
			return err
		}
	}
	return nil
}

// commented is an article and the number of comments it gets.
type commented struct {
	ID          int64
	Language    string
	PublishedAt models.Time
	number      int
	comments    int
}

// commentMaker makes up comments.
type commentMaker struct {
	Comments
	words   *Vocabulary
	now     time.Time
	firstID int64 // of all
	nextID  int64 // of the next batch
	done    int
	staff   []member
	// busiest is the number of the article with the most comments, busiestSize
	// its share.
	busiest     int
	busiestSize float64
}

// share returns the i-th article's part of all comments, as a weight.
func (m *commentMaker) share(i int) float64 {
	if i == m.busiest && m.busiestSize > 0 {
		return m.busiestSize
	}
	rng := rand.New(rand.NewPCG(m.Seed, uint64(i)<<1))
	if rng.Float64() < quietShare && i > 0 {
		return 0
	}
	return math.Exp(rng.NormFloat64() * busySpread)
}

// writeAll writes the comments of the articles in batches. An article's comments
// are all in one batch.
func (m *commentMaker) writeAll(ctx context.Context, db *models.DB, list []commented) error {
	for len(list) > 0 {
		n, comments := 0, 0
		for n < len(list) && (comments == 0 || comments+list[n].comments <= commentBatch) {
			comments += list[n].comments
			n++
		}
		if err := db.WriteMany(ctx, func(tx *models.Tx) error { return m.write(ctx, tx, list[:n]) }); err != nil {
			return err
		}
		list = list[n:]
		m.nextID += int64(comments)
		m.done += comments
		if m.Progress != nil {
			m.Progress(m.done)
		}
	}
	return nil
}

func (m *commentMaker) write(ctx context.Context, tx *models.Tx, list []commented) error {
	var rows []*discussion.Comment
	var log []*decisionlog.Entry
	for _, a := range list {
		some, decisions := m.thread(a, m.nextID+int64(len(rows)))
		rows, log = append(rows, some...), append(log, decisions...)
	}
	if len(rows) == 0 {
		return nil
	}
	if err := discussion.InsertComments(ctx, tx, rows, log); err != nil {
		return err
	}
	return insertReports(ctx, tx, rows)
}

// thread makes up all comments under one article, and the decisions about them.
func (m *commentMaker) thread(a commented, firstID int64) ([]*discussion.Comment, []*decisionlog.Entry) {
	rng := rand.New(rand.NewPCG(m.Seed, uint64(a.number)<<1|1))
	list := make([]*discussion.Comment, a.comments)
	var log []*decisionlog.Entry
	at := a.PublishedAt.Time
	for i := range list {
		// Most comments are written in the first days.
		at = at.Add(time.Duration(rng.ExpFloat64() * float64(48*time.Hour) / float64(a.comments)))
		if at.After(m.now) {
			at = m.now
		}
		c := m.comment(rng, a, firstID+int64(i), models.At(at))
		if i > 0 && rng.Float64() < replyShare {
			parent := list[i-1-rng.IntN(min(i, 30))]
			if parent.Depth < maxReplyDepth && parent.State == discussion.Approved {
				c.ParentID, c.RootID, c.Depth = parent.ID, parent.Root(), parent.Depth+1
			}
		}
		list[i] = c
		if c.State != discussion.Held && len(c.Reasons) > 0 {
			log = append(log, m.decide(rng, c))
		}
	}
	return list, log
}

// comment makes up a comment with its state.
func (m *commentMaker) comment(rng *rand.Rand, a commented, id int64, at models.Time) *discussion.Comment {
	c := &discussion.Comment{
		ID: id, ArticleID: a.ID, Type: "comment", Language: a.Language, State: discussion.Approved, StateAt: at, CreatedAt: at, Version: 1,
	}
	m.setCommenter(rng, c)
	number := id - m.firstID
	held := number*int64(m.Held)/int64(m.Count) < (number+1)*int64(m.Held)/int64(m.Count)
	switch percent := rng.IntN(100); {
	case held:
		c.State, c.Reasons = discussion.Held, objection(rng)
	case percent < 2:
		c.State, c.StateBefore, c.Reasons = discussion.Spam, discussion.Held, objection(rng)
	case percent < 3:
		c.State, c.StateBefore, c.Reasons = discussion.Trashed, discussion.Held, objection(rng)
	case percent < 18:
		c.Reasons = objection(rng) // held, and published by a moderator
	}
	m.setText(rng, c)
	return c
}

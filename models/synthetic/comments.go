package synthetic

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"time"

	"broadsheet/models"
	"broadsheet/models/discussion"
	"broadsheet/models/richtext"
)

// Comments says how many made-up comments to add. The same values on the same
// articles give the same comments.
type Comments struct {
	Count int
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
// deep, one comment in twenty held. All counts are the same as if each comment
// had been posted.
func AddComments(ctx context.Context, db *models.DB, c Comments) error {
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
	words  *Vocabulary
	now    time.Time
	nextID int64
	done   int
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
	for _, a := range list {
		rows = append(rows, m.thread(a, m.nextID+int64(len(rows)))...)
	}
	return discussion.InsertComments(ctx, tx, rows)
}

// thread makes up all comments under one article.
func (m *commentMaker) thread(a commented, firstID int64) []*discussion.Comment {
	rng := rand.New(rand.NewPCG(m.Seed, uint64(a.number)<<1|1))
	list := make([]*discussion.Comment, a.comments)
	at := a.PublishedAt.Time
	for i := range list {
		// Most comments are written in the first days.
		at = at.Add(time.Duration(rng.ExpFloat64() * float64(48*time.Hour) / float64(a.comments)))
		if at.After(m.now) {
			at = m.now
		}
		c := m.comment(rng, a, models.At(at))
		c.ID = firstID + int64(i)
		if i > 0 && rng.Float64() < replyShare {
			parent := list[i-1-rng.IntN(min(i, 30))]
			if parent.Depth < maxReplyDepth && parent.State == discussion.Approved {
				c.ParentID, c.RootID, c.Depth = parent.ID, parent.Root(), parent.Depth+1
			}
		}
		list[i] = c
	}
	return list
}

func (m *commentMaker) comment(rng *rand.Rand, a commented, at models.Time) *discussion.Comment {
	commenter := rng.IntN(max(1, m.Count/perCommenter))
	// A commenter has one name and one network in all comments.
	own := rand.New(rand.NewPCG(m.Seed^0x77, uint64(commenter)))
	name := m.words.Name(own) + " " + m.words.Name(own)
	network := fmt.Sprintf("198.51.%d", own.IntN(256))
	c := &discussion.Comment{
		ArticleID: a.ID, Type: "comment", Author: name,
		Email:   strings.ToLower(strings.ReplaceAll(name, " ", ".")) + "@example.org",
		Network: network + ".0/24", IP: fmt.Sprintf("%s.%d", network, own.IntN(256)), Language: a.Language,
		State: discussion.Approved, StateAt: at, CreatedAt: at, Version: 1, Policy: richtext.CommentPolicyVersion,
	}
	var html []string
	for range 1 + rng.IntN(4)/3 {
		text, _ := m.words.Paragraph(rng, 3+int(rng.ExpFloat64()*25))
		c.Text += "\n\n" + text
		html = append(html, "<p>"+text+"</p>")
	}
	c.Text, c.HTML = c.Text[2:], strings.Join(html, "\n")
	switch percent := rng.IntN(100); {
	case percent < 5:
		c.State, c.Reasons = discussion.Held, discussion.Reasons{{Rule: "first-comment", State: discussion.Held, Weight: 1}}
	case percent < 7:
		c.State, c.StateBefore = discussion.Spam, discussion.Held
	case percent < 8:
		c.State, c.StateBefore = discussion.Trashed, discussion.Approved
	}
	return c
}

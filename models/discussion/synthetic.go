package discussion

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"time"

	"broadsheet/models"
	"broadsheet/models/newsroom"
	"broadsheet/models/richtext"
)

// Synthetic says how many made-up comments to add for load tests. The same
// values on the same articles give the same comments.
type Synthetic struct {
	Comments int
	Seed     uint64
	// Progress is told how many comments are in; may be nil.
	Progress func(done int)
}

// The spread of a made-up discussion.
const (
	quietArticles   = 0.3  // share of articles without any comment
	busySpread      = 1.4  // of the logarithm of an article's comments: some have hundreds of times the median
	greatShare      = 0.01 // of all comments, under the one story that everybody talks about
	syntheticReply  = 0.45 // share of comments that answer another
	syntheticDepth  = 8
	syntheticWriter = 12 // comments by each writer
	syntheticBatch  = 10000
	synthesisWindow = 10000 // articles read at once
)

// Synthesize adds made-up comments under the published articles: very many
// under a few, one in a hundred of all under a single one, threads up to five
// deep, one in twenty waiting, with every count just as if each had been
// posted.
func Synthesize(ctx context.Context, db *models.DB, s Synthetic) error {
	m := maker{Synthetic: s, words: newsroom.NewVocabulary(s.Seed), now: db.Now()}
	var articles int
	if err := db.Query(ctx).Raw("SELECT COUNT(*) FROM articles WHERE status = 'published'").Scan(&articles).Error; err != nil {
		return err
	}
	if articles == 0 && s.Comments > 0 {
		return models.Errorf(models.Invalid, "there is no published article to comment on")
	}
	if err := db.Query(ctx).Raw("SELECT COALESCE(MAX(id), 0) + 1 FROM comments").Scan(&m.nextID).Error; err != nil {
		return err
	}
	total := 0.0
	for i := range articles {
		total += m.share(i)
	}
	m.great = articles / 2
	others := total - m.share(m.great)
	m.greatest = max(m.share(m.great), others*greatShare/(1-greatShare))
	total = others + m.greatest
	given, sum, last := 0, 0.0, int64(0)
	for first := 0; first < articles && given < s.Comments; first += synthesisWindow {
		var list []commented
		err := db.Query(ctx).Raw("SELECT id, language, published_at FROM articles WHERE status = 'published' AND id > ? ORDER BY id LIMIT ?",
			last, synthesisWindow).Scan(&list).Error
		if err != nil || len(list) == 0 {
			return err
		}
		last = list[len(list)-1].ID
		for i := range list {
			sum += m.share(first + i)
			until := int(math.Round(float64(s.Comments) * sum / total))
			list[i].number, list[i].comments = first+i, until-given
			given = until
		}
		if err := m.writeAll(ctx, db, list); err != nil {
			return err
		}
	}
	return nil
}

// commented is an article and how many comments it gets.
type commented struct {
	ID          int64
	Language    string
	PublishedAt models.Time
	number      int
	comments    int
}

// maker makes up comments.
type maker struct {
	Synthetic
	words  *newsroom.Vocabulary
	now    time.Time
	nextID int64
	done   int
	// great is the article that has most comments, greatest its share.
	great    int
	greatest float64
}

// share says how much the i-th article is discussed, compared with others.
func (m *maker) share(i int) float64 {
	if i == m.great && m.greatest > 0 {
		return m.greatest
	}
	rng := rand.New(rand.NewPCG(m.Seed, uint64(i)<<1))
	if rng.Float64() < quietArticles && i > 0 {
		return 0
	}
	return math.Exp(rng.NormFloat64() * busySpread)
}

// writeAll enters the comments of the articles, a few thousand at a time; an
// article's comments stay together.
func (m *maker) writeAll(ctx context.Context, db *models.DB, list []commented) error {
	for len(list) > 0 {
		n, comments := 0, 0
		for n < len(list) && (comments == 0 || comments+list[n].comments <= syntheticBatch) {
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

func (m *maker) write(ctx context.Context, tx *models.Tx, list []commented) error {
	t := newTally()
	var rows []*Comment
	for _, a := range list {
		rows = append(rows, m.thread(a, t, m.nextID+int64(len(rows)))...)
	}
	if len(rows) == 0 {
		return nil
	}
	if err := tx.Query(ctx).CreateInBatches(rows, 500).Error; err != nil {
		return err
	}
	if err := t.write(ctx, tx); err != nil {
		return err
	}
	return models.AfterImport(tx, "comments")
}

// thread makes up all comments under one article and counts them.
func (m *maker) thread(a commented, t *tally, firstID int64) []*Comment {
	rng := rand.New(rand.NewPCG(m.Seed, uint64(a.number)<<1|1))
	list := make([]*Comment, a.comments)
	roots := map[int64]*Comment{}
	at := a.PublishedAt.Time
	for i := range list {
		// Most are written in the first days.
		at = at.Add(time.Duration(rng.ExpFloat64() * float64(48*time.Hour) / float64(a.comments)))
		if at.After(m.now) {
			at = m.now
		}
		c := m.comment(rng, a, models.At(at))
		c.ID = firstID + int64(i)
		if i > 0 && rng.Float64() < syntheticReply {
			if parent := list[i-1-rng.IntN(min(i, 30))]; parent.Depth < syntheticDepth && parent.State == Approved {
				c.ParentID, c.RootID, c.Depth = parent.ID, parent.Root(), parent.Depth+1
			}
		}
		if c.Depth == 0 {
			roots[c.ID] = c
		}
		t.add(c)
		if c.Depth > 0 && c.State == Approved {
			// The thread's own row is not written yet: count there at once.
			roots[c.RootID].ThreadShown++
			delete(t.shown, c.RootID)
		}
		list[i] = c
	}
	return list
}

func (m *maker) comment(rng *rand.Rand, a commented, at models.Time) *Comment {
	writer := rng.IntN(max(1, m.Comments/syntheticWriter))
	own := rand.New(rand.NewPCG(m.Seed^0x77, uint64(writer))) // what stays the same of a writer
	name := m.words.Name(own) + " " + m.words.Name(own)
	network := fmt.Sprintf("198.51.%d", own.IntN(256))
	c := &Comment{
		ArticleID: a.ID, Type: "comment", Author: name, Email: strings.ToLower(strings.ReplaceAll(name, " ", ".")) + "@example.org",
		Network: network + ".0/24", IP: fmt.Sprintf("%s.%d", network, own.IntN(256)), Language: a.Language,
		State: Approved, StateAt: at, CreatedAt: at, Version: 1, Policy: richtext.CommentPolicyVersion,
	}
	var html []string
	for range 1 + rng.IntN(4)/3 {
		text, _ := m.words.Paragraph(rng, 3+int(rng.ExpFloat64()*25))
		c.Text += "\n\n" + text
		html = append(html, "<p>"+text+"</p>")
	}
	c.Text, c.HTML = c.Text[2:], strings.Join(html, "\n")
	switch dice := rng.IntN(100); {
	case dice < 5:
		c.State, c.Reasons = Held, Reasons{{Rule: "first-comment", State: Held, Weight: 1}}
	case dice < 7:
		c.State, c.StateBefore = Spam, Held
	case dice < 8:
		c.State, c.StateBefore = Trashed, Approved
	}
	return c
}

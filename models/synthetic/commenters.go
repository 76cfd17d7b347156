package synthetic

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"broadsheet/models"
	"broadsheet/models/discussion"
	"broadsheet/models/discussion/decisionlog"
	"broadsheet/models/richtext"
	"broadsheet/models/spam"
)

// The shape of the commenters, and of what moderators do about them.
const (
	perNetwork    = 30    // mean number of comments from a network
	addressShare  = 0.7   // share of commenters that leave an email address
	verifiedShare = 0.2   // share of those that verify it
	hosts         = 500   // hosts that comments link to
	linkShare     = 0.04  // share of published comments with a link
	badLinkShare  = 0.4   // the same of comments that were objected to
	repeatShare   = 0.3   // share of held comments that repeat a text; of spam it is twice that
	perRepeat     = 30    // mean number of comments with one text
	reportedShare = 0.002 // share of published comments that readers reported
	staffShare    = 0.002 // share of comments by the staff, if there is one
)

// member is an account of the staff.
type member struct {
	ID   int64
	Name string
}

// skewed draws one of n numbers. Low numbers are much more frequent than high ones.
func skewed(rng *rand.Rand, n int) int {
	f := rng.Float64()
	return min(int(f*f*float64(n)), n-1)
}

// setCommenter sets who wrote the comment and from where. A commenter has one name,
// address, browser and network in all comments.
func (m *commentMaker) setCommenter(rng *rand.Rand, c *discussion.Comment) {
	if len(m.staff) > 0 && rng.Float64() < staffShare {
		who := m.staff[rng.IntN(len(m.staff))]
		c.UserID, c.Author = &who.ID, who.Name
		return
	}
	number := skewed(rng, max(1, m.Count/perCommenter))
	own := rand.New(rand.NewPCG(m.Seed^0x77, uint64(number)))
	c.Author = m.words.Name(own) + " " + m.words.Name(own)
	c.TokenHash = fmt.Sprintf("%016x%016x%016x%016x", own.Uint64(), own.Uint64(), own.Uint64(), own.Uint64())
	if own.Float64() < addressShare {
		c.Email = fmt.Sprintf("%s.%d@example.org", strings.ToLower(strings.ReplaceAll(c.Author, " ", ".")), number)
		c.Verified = own.Float64() < verifiedShare
	}
	network := skewed(own, max(1, min(1<<16, m.Count/perNetwork)))
	c.IP = fmt.Sprintf("10.%d.%d.%d", network>>8, network&255, own.IntN(256))
	c.Network = fmt.Sprintf("10.%d.%d.0/24", network>>8, network&255)
}

// objections are rules that hold comments, with their shares in percent.
var objections = []struct {
	rule   string
	share  int
	detail string
}{
	{"first-comment", 40, ""},
	{discussion.SpamScoreRule, 20, ""},
	{"links", 15, ""},
	{"hold-words", 15, "word"},
	{"often-declined", 5, ""},
	{"premoderated", 5, ""},
}

// objection draws why a comment was held.
func objection(rng *rand.Rand) discussion.Reasons {
	percent := rng.IntN(100)
	for _, o := range objections {
		if percent -= o.share; percent < 0 {
			return discussion.Reasons{{Rule: o.rule, State: discussion.Held, Weight: 1, Detail: o.detail}}
		}
	}
	return nil
}

// setText sets the text: a new one, or a variation of a text that others sent too.
func (m *commentMaker) setText(rng *rand.Rand, c *discussion.Comment) {
	repeats, links := 0.0, linkShare
	if len(c.Reasons) > 0 && c.State != discussion.Approved {
		repeats, links = repeatShare, badLinkShare
		if c.State == discussion.Spam {
			repeats *= 2
		}
	}
	if rng.Float64() < repeats {
		campaigns := max(1, m.Count/40/perRepeat)
		own := rand.New(rand.NewPCG(m.Seed^0x33, uint64(skewed(rng, campaigns))))
		text, _ := m.words.Paragraph(own, 40)
		c.SetText(text + "\n\n" + m.words.Name(rng) + " https://" + m.host(own) + "/offer")
		return
	}
	var texts, html []string
	for range 1 + rng.IntN(4)/3 {
		text, _ := m.words.Paragraph(rng, 3+int(rng.ExpFloat64()*25))
		texts, html = append(texts, text), append(html, "<p>"+text+"</p>")
	}
	if rng.Float64() < links {
		c.SetText(strings.Join(append(texts, "https://"+m.host(rng)+"/"+m.words.Word(rng)), "\n\n"))
		return
	}
	// The text has no markup, so its HTML is known without rendering it.
	c.Text, c.HTML, c.Policy = strings.Join(texts, "\n\n"), strings.Join(html, "\n"), richtext.CommentPolicyVersion
	if f, ok := spam.FingerprintOf(c.Text); ok {
		c.SimilarA, c.SimilarB = new(int64(f.A)), new(int64(f.B))
	}
}

// host draws a host that comments link to.
func (m *commentMaker) host(rng *rand.Rand) string {
	own := rand.New(rand.NewPCG(m.Seed^0x55, uint64(skewed(rng, hosts))))
	return strings.ToLower(m.words.Name(own)) + ".example"
}

// decide makes the entry of the log that led to the comment's state.
func (m *commentMaker) decide(rng *rand.Rand, c *discussion.Comment) *decisionlog.Entry {
	at := c.CreatedAt.Add(time.Duration(rng.ExpFloat64() * float64(20*time.Minute)))
	if at.After(m.now) {
		at = m.now
	}
	c.StateAt, c.Version = models.At(at), 2
	e := &decisionlog.Entry{
		At: c.StateAt, Actor: "synthetic", CommentID: c.ID, ArticleID: c.ArticleID,
		FromState: string(discussion.Held), ToState: string(c.State), Operation: fmt.Sprintf("synthetic-%d", c.ID),
	}
	if len(m.staff) > 0 {
		who := m.staff[rng.IntN(len(m.staff))]
		e.Actor, e.ActorID = who.Name, &who.ID
	}
	if c.State == discussion.Trashed {
		e.Reason = discussion.DeclineReasons[rng.IntN(len(discussion.DeclineReasons))]
	}
	return e
}

// insertReports adds reports of readers about some of the published comments.
func insertReports(ctx context.Context, tx *models.Tx, list []*discussion.Comment) error {
	for _, c := range list {
		rng := rand.New(rand.NewPCG(uint64(c.ID), 0x99))
		if c.State != discussion.Approved || rng.Float64() >= reportedShare {
			continue
		}
		n := 1 + skewed(rng, 4)
		for i := range n {
			err := tx.Query(ctx).Exec("INSERT INTO reports (comment_id, reason, token_hash, network, at) VALUES (?, 'abuse', ?, ?, ?)",
				c.ID, fmt.Sprintf("reader-%d-%d", c.ID, i), fmt.Sprintf("10.%d.%d.0/24", i, rng.IntN(256)), c.CreatedAt).Error
			if err != nil {
				return err
			}
		}
		if err := tx.Query(ctx).Exec("UPDATE comments SET reports = ? WHERE id = ?", n, c.ID).Error; err != nil {
			return err
		}
	}
	return nil
}

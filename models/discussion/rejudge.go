package discussion

import (
	"context"
	"net/netip"
	"strings"
	"time"

	"broadsheet/models"
	"broadsheet/models/newsroom"
	"broadsheet/models/people"
	"broadsheet/models/richtext"
	"broadsheet/models/spam"
)

// Candidate is a text to judge without storing it.
type Candidate struct {
	Author string `json:"author"`
	Email  string `json:"email"`
	URL    string `json:"url"`
	Text   string `json:"text"`
}

// Judge judges a text as if an unknown commenter had sent it, and stores nothing.
// language is the article's, "" if there is none.
func Judge(ctx context.Context, db *models.DB, site *newsroom.Site, candidate Candidate, language string) (State, Reasons) {
	c := candidate.Comment(language)
	return judge(ctx, db, site, c, Submission{}, db.Now())
}

// Comment builds a comment from the candidate, nearly as [Post] does. It keeps an
// email that Post would refuse, in lower case.
func (candidate Candidate) Comment(language string) *Comment {
	c := &Comment{
		Type: "comment", Version: 1, Language: language,
		Author: richtext.PlainLine(candidate.Author), Email: people.EmailForm(candidate.Email), URL: CleanURL(candidate.URL),
	}
	c.SetText(cutBytes(strings.TrimSpace(richtext.Normalize(candidate.Text)), MaxTextBytes))
	return c
}

// Outcome is the result of judging a comment that is not stored.
type Outcome struct {
	State   State
	Reasons Reasons
}

// Past answers the rules' questions about earlier comments. [JudgeAmong] uses it
// in place of the database.
type Past interface {
	// Known reports whether the commenter has approved comments, by the rules of
	// the site.
	Known(c *Comment) bool
	// FromNetwork counts the comments from a network after a time.
	FromNetwork(network string, since time.Time) int
	// Near returns the comments after a time with the value in a half of their
	// fingerprint, [Comment.SimilarA] for 0 and [Comment.SimilarB] for 1.
	Near(half int, value int64, since time.Time) []*Comment
	// Learned returns the counts of features.
	Learned(features []uint32) spam.Learned
}

// JudgeAmong judges a comment that came from ip at the time now on an open
// article, among the comments of past. It sets the comment's address, and returns
// the features of the text as well.
func JudgeAmong(
	ctx context.Context, r models.Queryer, site *newsroom.Site, c *Comment, ip netip.Addr, now time.Time, past Past,
) (Outcome, spam.Reading) {
	c.IP, c.Network = addresses(ip)
	j := &judging{
		ctx: ctx, db: r, site: site, comment: c, in: Submission{IP: ip}, now: now, past: past,
		facts: &facts{article: &newsroom.Article{CommentStatus: newsroom.CommentsOpen}},
	}
	var out Outcome
	out.State, out.Reasons = j.judge()
	return out, j.reading()
}

// Rejudge judges a stored comment again, as of the time at which it came in, by
// the rules of each of the given snapshots of the site (the present settings and
// proposed ones). It leaves out facts that were known only when it came in, such
// as the time that writing took. It stores nothing.
func Rejudge(ctx context.Context, r models.Queryer, c *Comment, host string, sites ...*newsroom.Site) []Outcome {
	in := Submission{Host: host}
	for _, reason := range c.Reasons {
		in.HiddenField = in.HiddenField || reason.Rule == SpamScoreRule+"/hidden-field"
	}
	j := &judging{ctx: ctx, db: r, comment: c, in: in, now: c.CreatedAt.Time, facts: &facts{}}
	outcomes := make([]Outcome, len(sites))
	for i, site := range sites {
		j.site = site
		outcomes[i].State, outcomes[i].Reasons = j.judge()
	}
	return outcomes
}

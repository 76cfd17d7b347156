package discussion

import (
	"context"
	"net/netip"
	"strings"
	"time"

	"broadsheet/models"
	"broadsheet/models/newsroom"
	"broadsheet/models/people"
	"broadsheet/models/spam"
)

// person is who sends a comment, as the bans know people.
func (in Submission) person() people.Sender {
	return people.Sender{Email: strings.TrimSpace(in.Email), Verified: in.VerifiedEmail, Account: in.account(), TokenHash: HashToken(in.Token), IP: in.IP}
}

// account returns the address of the account that is signed in, "" for a
// guest.
func (in Submission) account() string {
	if in.User == nil {
		return ""
	}
	return in.User.Email
}

// personOf is who changes a comment: the one who wrote it, and where that is
// done from.
func (in Submission) personOf(c *Comment) people.Sender {
	p := people.Sender{Email: c.Email, Verified: in.VerifiedEmail, Account: in.account(), TokenHash: c.TokenHash, IP: in.IP}
	if p.Verified == "" && c.Verified {
		p.Verified = c.Email
	}
	if p.Account == "" && c.UserID != nil {
		p.Account = c.Email
	}
	if ip, err := netip.ParseAddr(c.IP); err == nil && !p.IP.IsValid() {
		p.IP = ip
	}
	return p
}

// refuseBanned refuses somebody who is banned, or suspended, which says until
// when.
func refuseBanned(site *newsroom.Site, who people.Sender, now time.Time) error {
	ban := site.Bans.Match(who, now).Refused
	if ban == nil {
		return nil
	}
	if ban.Kind != people.Suspended {
		return models.Refuse(models.Forbidden, "banned", "comments from you are not taken")
	}
	refusal := models.Refuse(models.Forbidden, "suspended", "comments from you are not taken for a while")
	refusal.RetryAfter = max(time.Second, ban.EndsAt.Sub(now))
	return refusal
}

// judgeBanned holds what comes from somebody whose comments are looked at
// first, or under an address that was only typed and is banned.
func judgeBanned(j *judging) (*Reason, error) {
	ban := j.site.Bans.Match(j.in.personOf(j.comment), j.now).Held
	if ban == nil || j.in.answersForItself() {
		return nil, nil
	}
	return &Reason{State: Held, Detail: "ban " + string(ban.Target) + ": " + ban.Reason}, nil
}

// Outcome is how a comment would be judged.
type Outcome struct {
	State   State
	Reasons Reasons
}

// Past answers what the rules ask about earlier comments. [JudgeAmong] uses it in
// place of the database's comments.
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
func JudgeAmong(ctx context.Context, r models.Queryer, site *newsroom.Site, c *Comment, ip netip.Addr, now time.Time, past Past) (Outcome, spam.Reading) {
	c.IP, c.Network = addresses(ip)
	j := &judging{
		ctx: ctx, reader: r, site: site, comment: c, in: Submission{IP: ip}, now: now, past: past,
		facts: &facts{article: &newsroom.Article{CommentStatus: newsroom.CommentsOpen}},
	}
	var out Outcome
	out.State, out.Reasons = j.judge()
	return out, j.reading()
}

// Rejudge judges a stored comment by the rules of several sites, as if it
// came in when it did. What is known only at that moment, such as how long it
// took to write, is left out. Nothing is stored.
func Rejudge(ctx context.Context, r models.Queryer, c *Comment, host string, sites ...*newsroom.Site) []Outcome {
	in := Submission{Host: host}
	for _, reason := range c.Reasons {
		in.HiddenField = in.HiddenField || reason.Rule == SpamScoreRule+"/hidden-field"
	}
	j := &judging{ctx: ctx, reader: r, comment: c, in: in, now: c.CreatedAt.Time, facts: &facts{}}
	outcomes := make([]Outcome, len(sites))
	for i, site := range sites {
		j.site = site
		outcomes[i].State, outcomes[i].Reasons = j.judge()
	}
	return outcomes
}

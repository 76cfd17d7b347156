package discussion

import (
	"cmp"
	"context"
	"net/netip"
	"strings"
	"time"

	"broadsheet/models"
	"broadsheet/models/newsroom"
	"broadsheet/models/people"
)

// person is who sends a comment, as the bans know people.
func (in Submission) person() people.Person {
	return people.Person{Email: strings.TrimSpace(in.Email), Verified: in.VerifiedEmail, TokenHash: HashToken(in.Token), IP: in.IP}
}

// personOf is who changes a comment: the one who wrote it, and where that is
// done from.
func (in Submission) personOf(c *Comment) people.Person {
	p := people.Person{Email: c.Email, Verified: in.VerifiedEmail, TokenHash: c.TokenHash, IP: in.IP}
	if p.Verified == "" && c.Verified {
		p.Verified = c.Email
	}
	if ip, err := netip.ParseAddr(c.IP); err == nil && !p.IP.IsValid() {
		p.IP = ip
	}
	return p
}

// refuseBanned refuses somebody who is banned, or suspended, which says until
// when.
func refuseBanned(site *newsroom.Site, who people.Person, now time.Time) error {
	ban := site.Bans.Of(who, now).Refused
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
	ban := j.site.Bans.Of(j.in.personOf(j.comment), j.now).Held
	if ban == nil || j.in.answersForItself() {
		return nil, nil
	}
	return &Reason{State: Hold, Detail: "ban " + string(ban.Mark) + ": " + ban.Reason}, nil
}

// refuseSlow lets one person comment once in a while on an article: one
// browser, one email. Browsers that have no token yet count by their network
// too, or nobody would have to wait who throws the token away.
func (c *Comment) refuseSlow(ctx context.Context, tx *models.Tx, wait time.Duration, in Submission, now models.Time) error {
	network := ""
	if in.Token == "" {
		network = c.Network
	}
	// Two posts by one person must not look for each other at the same moment.
	if err := models.LockKey(ctx, tx, "slow "+cmp.Or(network, c.TokenHash)); err != nil {
		return err
	}
	since := models.At(now.Add(-wait))
	var latest models.Time
	err := tx.Query(ctx).Raw(`SELECT MAX(created_at) FROM (
		SELECT MAX(created_at) AS created_at FROM comments WHERE token_hash = ? AND token_hash <> '' AND article_id = ? AND created_at > ?
		UNION ALL
		SELECT MAX(created_at) FROM comments WHERE email = ? AND email <> '' AND article_id = ? AND created_at > ?
		UNION ALL
		SELECT MAX(created_at) FROM comments WHERE network = ? AND network <> '' AND article_id = ? AND created_at > ?) recent`,
		c.TokenHash, c.ArticleID, since, c.Email, c.ArticleID, since, network, c.ArticleID, since).Row().Scan(&latest)
	if err != nil || latest.IsZero() {
		return err
	}
	refusal := models.Refuse(models.TooMany, "slow", "this story takes one comment from each reader in a while")
	refusal.RetryAfter = max(time.Second, latest.Add(wait).Sub(now.Time))
	return refusal
}

// Outcome is how a comment would be judged.
type Outcome struct {
	State   State
	Reasons Reasons
}

// Rejudge judges a stored comment by the rules of several sites, as if it
// came in when it did. What is known only at that moment, such as how long it
// took to write, is left out. Nothing is stored.
func Rejudge(ctx context.Context, r models.Reader, c *Comment, host string, sites ...*newsroom.Site) []Outcome {
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

package discussion

import (
	"context"
	"net/url"
	"time"

	"broadsheet/models"
	"broadsheet/models/newsroom"
	"broadsheet/models/richtext"
)

// Preview renders a comment as [Post] would store it, and returns the reasons of
// the rules that would match. It stores nothing. It refuses what Post refuses for the article,
// the parent or the fields.
func Preview(ctx context.Context, r models.Queryer, site *newsroom.Site, in Submission, now time.Time) (*Comment, Reasons, error) {
	article, err := admit(ctx, r, site, in, models.At(now))
	if err != nil {
		return nil, nil, err
	}
	c, err := compose(ctx, r, site, in, article)
	if err != nil {
		return nil, nil, err
	}
	c.CreatedAt = models.At(now)
	_, reasons := judge(ctx, r, site, c, in, now)
	return c, reasons, nil
}

// foreignHosts returns the host of each link of a comment, without links to the
// site itself.
func foreignHosts(c *Comment, own string) (hosts []string) {
	for _, target := range richtext.LinkTargets(c.HTML) {
		if u, err := url.Parse(target); err == nil && u.Hostname() != own {
			hosts = append(hosts, u.Hostname())
		}
	}
	return hosts
}

// CountLinks counts a comment's links to other sites, and the commenter's website.
func CountLinks(c *Comment, own string) int {
	n := len(foreignHosts(c, own))
	if c.URL != "" {
		n++
	}
	return n
}

package moderation

import (
	"context"
	"net/netip"
	"strings"
	"time"

	"broadsheet/models"
	"broadsheet/models/discussion"
	"broadsheet/models/people"

	"gorm.io/gorm"
)

const (
	// ReachWindow is how far back it is told whom a ban would have touched.
	ReachWindow = 30 * 24 * time.Hour
	// mostReach is how many comments are looked through for that.
	mostReach = 20_000
	// reachExamples is how many are shown.
	reachExamples = 5
)

// Reach is whom a ban would have touched lately.
type Reach struct {
	Own      int // comments of the writer it is meant for
	Good     int // approved comments of others
	People   int // how many others those are from
	Cut      bool
	Examples []discussion.Comment // of Good, the newest
}

// touched is a comment within a ban's reach.
type touched struct {
	ID        int64
	Email     string
	IP        string `gorm:"column:ip"`
	Network   string
	State     discussion.State
	TokenHash string
	Version   int
}

// ReachOf says whom a ban would have touched within [ReachWindow]. apart is a
// comment by the person it is meant for, nil where there is none.
func ReachOf(ctx context.Context, r models.Queryer, mark people.BanTarget, value string, apart *discussion.Comment, now time.Time) (*Reach, error) {
	rows, err := inReach(ctx, r, mark, value, now)
	if err != nil {
		return nil, err
	}
	reach := &Reach{Cut: len(rows) >= mostReach}
	others := map[string]bool{}
	var shown []int64
	for _, row := range rows {
		if !within(mark, value, row) {
			continue
		}
		if mark == people.TargetEmail || mark == people.TargetBrowser || apart != nil && row.by(apart) {
			reach.Own++
			continue
		}
		if row.State != discussion.Approved {
			continue
		}
		reach.Good++
		who := row.TokenHash
		if who == "" {
			who = row.Email
		}
		others[who] = true
		if len(shown) < reachExamples {
			shown = append(shown, row.ID)
		}
	}
	reach.People = len(others)
	if len(shown) == 0 {
		return reach, nil
	}
	return reach, r.Query(ctx).Where("id IN ?", shown).Order("created_at DESC, id DESC").Find(&reach.Examples).Error
}

// by reports whether the same person wrote a comment, as far as one can tell.
func (t touched) by(c *discussion.Comment) bool {
	return t.TokenHash != "" && t.TokenHash == c.TokenHash || t.Email != "" && t.Email == c.Email
}

// within tells exactly what the query could only ask about roughly.
func within(mark people.BanTarget, value string, row touched) bool {
	switch mark {
	case people.TargetDomain:
		_, domain, _ := strings.Cut(row.Email, "@")
		return domain == value || strings.HasSuffix(domain, "."+value)
	case people.TargetNetwork:
		banned, err := netip.ParsePrefix(value)
		if err != nil {
			return false
		}
		if ip, err := netip.ParseAddr(row.IP); err == nil {
			return banned.Contains(ip)
		}
		network, err := netip.ParsePrefix(row.Network)
		return err == nil && banned.Overlaps(network)
	}
	return true
}

// inReach reads the newest comments that a ban could touch. Every way goes by
// an index and is bounded.
func inReach(ctx context.Context, r models.Queryer, mark people.BanTarget, value string, now time.Time) (rows []touched, err error) {
	q, index := reachQuery(r.Query(ctx), mark, value)
	q = q.Select("id, version, email, ip, network, state, token_hash").Table("comments"+r.Dialect().By(index)).
		Where("created_at > ?", models.At(now.Add(-ReachWindow))).Order("created_at DESC").Limit(mostReach)
	return rows, q.Scan(&rows).Error
}

// reachQuery narrows a query down to a mark, and names the index to use.
func reachQuery(q *gorm.DB, mark people.BanTarget, value string) (narrowed *gorm.DB, index string) {
	switch mark {
	case people.TargetEmail:
		return q.Where("email = ? AND email <> ''", value), "comments_email"
	case people.TargetBrowser:
		return q.Where("token_hash = ? AND token_hash <> ''", value), "comments_token"
	case people.TargetNetwork:
		banned, err := netip.ParsePrefix(value)
		if networks := models.NetworksIn(banned); err == nil && networks != nil {
			return q.Where("network IN ? AND network <> ''", networks), "comments_network"
		}
	}
	// A domain, or a large network of IPv6: everything of late is looked at.
	return q.Where("network <> ''"), "comments_networked"
}

// CommentsUnderBan returns the comments, held or approved, that go with a ban, the
// newest, as many as one decision takes. By an address that was typed anybody
// may have written: of those only what is held or verified counts, and of a
// network or domain only what is held, or by the writer that the ban is meant
// for.
func CommentsUnderBan(ctx context.Context, r models.Queryer, mark people.BanTarget, value string, apart *discussion.Comment) ([]discussion.Versioned, error) {
	q := r.Query(ctx).Model(&discussion.Comment{}).Select("id", "version").Order("created_at DESC, id DESC").Limit(discussion.MaxBulk)
	own := ""
	if apart != nil {
		own = apart.TokenHash
	}
	var seen []discussion.Versioned
	switch mark {
	case people.TargetBrowser:
		q = q.Where("token_hash = ? AND token_hash <> '' AND state IN ('hold', 'approve')", value)
	case people.TargetEmail:
		q = q.Where("email = ? AND email <> '' AND (state = 'hold' OR state = 'approve' AND (verified OR token_hash = ? AND token_hash <> ''))", value, own)
	default:
		if own != "" {
			q = q.Where("token_hash = ? AND token_hash <> '' AND state IN ('hold', 'approve')", own)
			break
		}
		return heldWithin(ctx, r, mark, value)
	}
	return seen, q.Scan(&seen).Error
}

// heldWithin returns what waits from a network or domain.
func heldWithin(ctx context.Context, r models.Queryer, mark people.BanTarget, value string) ([]discussion.Versioned, error) {
	var rows []touched
	err := r.Query(ctx).Raw("SELECT id, version, email, ip, network, state FROM comments WHERE state = 'hold' ORDER BY created_at DESC, id DESC LIMIT ?", mostReach).Scan(&rows).Error
	var seen []discussion.Versioned
	for _, row := range rows {
		if len(seen) < discussion.MaxBulk && within(mark, value, row) {
			seen = append(seen, discussion.Versioned{ID: row.ID, Version: row.Version})
		}
	}
	return seen, err
}

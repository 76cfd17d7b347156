package moderation

import (
	"context"
	"net/netip"
	"strings"
	"time"

	"broadsheet/models"
	"broadsheet/models/discussion"
	"broadsheet/models/people/bans"

	"gorm.io/gorm"
)

const (
	// ReachWindow is the age of the oldest comment that counts for a ban's reach.
	ReachWindow = 30 * 24 * time.Hour
	// mostReach is the number of comments that are read for it.
	mostReach = 20_000
	// reachExamples is the number of comments shown as examples.
	reachExamples = 5
)

// Reach counts the comments of the last days that a ban would have affected.
type Reach struct {
	ByTarget int                  // comments of the banned commenter
	ByOthers int                  // approved comments of other commenters
	Others   int                  // the number of those commenters
	Cut      bool                 // there were more comments than mostReach
	Examples []discussion.Comment // of ByOthers, the newest
}

// reachRow is a comment that a ban may reach.
type reachRow struct {
	ID        int64
	Email     string
	IP        string `gorm:"column:ip"`
	Network   string
	State     discussion.State
	TokenHash string
	Version   int
}

// ReachOf counts the comments within [ReachWindow] that a ban on value would have
// affected. occasion is a comment by the commenter to be banned, nil for none.
func ReachOf(
	ctx context.Context, r models.Queryer, target bans.Target, value string, occasion *discussion.Comment, now time.Time,
) (*Reach, error) {
	rows, err := reachRows(ctx, r, target, value, now)
	if err != nil {
		return nil, err
	}
	reach := &Reach{Cut: len(rows) >= mostReach}
	onCommenter := target == bans.TargetEmail || target == bans.TargetBrowser
	others := map[string]bool{}
	var shown []int64
	for _, row := range rows {
		if !matchesBan(target, value, row) {
			continue
		}
		if onCommenter || occasion != nil && row.sameCommenter(occasion) {
			reach.ByTarget++
			continue
		}
		if row.State != discussion.Approved {
			continue
		}
		reach.ByOthers++
		commenter := row.TokenHash
		if commenter == "" {
			commenter = row.Email
		}
		others[commenter] = true
		if len(shown) < reachExamples {
			shown = append(shown, row.ID)
		}
	}
	reach.Others = len(others)
	if len(shown) == 0 {
		return reach, nil
	}
	return reach, r.Query(ctx).Where("id IN ?", shown).Order("created_at DESC, id DESC").Find(&reach.Examples).Error
}

// sameCommenter reports whether two comments have the same browser or email.
func (t reachRow) sameCommenter(c *discussion.Comment) bool {
	return t.TokenHash != "" && t.TokenHash == c.TokenHash || t.Email != "" && t.Email == c.Email
}

// matchesBan reports whether a ban matches a comment. The queries for networks and
// domains are wider than the ban.
func matchesBan(target bans.Target, value string, row reachRow) bool {
	switch target {
	case bans.TargetDomain:
		_, domain, _ := strings.Cut(row.Email, "@")
		return domain == value || strings.HasSuffix(domain, "."+value)
	case bans.TargetNetwork:
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

// reachRows reads the newest comments that a ban may reach, at most mostReach, by the
// index for the target.
func reachRows(ctx context.Context, r models.Queryer, target bans.Target, value string, now time.Time) (rows []reachRow, err error) {
	q, index := reachQuery(r.Query(ctx), target, value)
	q = q.Select("id, version, email, ip, network, state, token_hash").Table("comments"+r.Dialect().IndexedBy(index)).
		Where("created_at > ?", models.At(now.Add(-ReachWindow))).Order("created_at DESC").Limit(mostReach)
	return rows, q.Scan(&rows).Error
}

// reachQuery adds the condition of a ban to q and names the index for it.
func reachQuery(q *gorm.DB, target bans.Target, value string) (narrowed *gorm.DB, index string) {
	switch target {
	case bans.TargetEmail:
		return q.Where("email = ? AND email <> ''", value), "comments_email"
	case bans.TargetBrowser:
		return q.Where("token_hash = ? AND token_hash <> ''", value), "comments_token"
	case bans.TargetNetwork:
		banned, err := netip.ParsePrefix(value)
		if networks := models.NetworksIn(banned); err == nil && networks != nil {
			return q.Where("network IN ? AND network <> ''", networks), "comments_network"
		}
	}
	// No index has domains or large networks: read all recent comments.
	return q.Where("network <> ''"), "comments_networked"
}

// CommentsUnderBan returns the comments that can be decided together with a ban, the
// newest, up to [discussion.MaxBulk]. They depend on the target, because an email
// may be typed by another person, and a network or domain has other commenters:
//
//	browser          held and approved comments
//	email            held comments; approved ones if the email is verified or the
//	                 browser is that of occasion
//	network, domain  held and approved comments of the browser of occasion; without
//	                 one, held comments from the network or domain
//
// occasion is a comment by the commenter to be banned, nil for none.
func CommentsUnderBan(
	ctx context.Context, r models.Queryer, target bans.Target, value string, occasion *discussion.Comment,
) ([]discussion.Versioned, error) {
	browser := ""
	if occasion != nil {
		browser = occasion.TokenHash
	}
	const byBrowser = "token_hash = ? AND token_hash <> '' AND state IN ('hold', 'approve')"
	q := r.Query(ctx).Model(&discussion.Comment{}).Select("id", "version").Order("created_at DESC, id DESC").Limit(discussion.MaxBulk)
	switch {
	case target == bans.TargetBrowser:
		q = q.Where(byBrowser, value)
	case target == bans.TargetEmail:
		q = q.Where(`email = ? AND email <> ''
			AND (state = 'hold' OR state = 'approve' AND (verified OR token_hash = ? AND token_hash <> ''))`, value, browser)
	case browser != "":
		q = q.Where(byBrowser, browser)
	default:
		return heldUnderBan(ctx, r, target, value)
	}
	var list []discussion.Versioned
	return list, q.Scan(&list).Error
}

// heldUnderBan returns the held comments from a network or domain, the newest. It
// reads at most mostReach held comments.
func heldUnderBan(ctx context.Context, r models.Queryer, target bans.Target, value string) ([]discussion.Versioned, error) {
	var rows []reachRow
	err := r.Query(ctx).Raw(`SELECT id, version, email, ip, network, state FROM comments
		WHERE state = 'hold' ORDER BY created_at DESC, id DESC LIMIT ?`, mostReach).Scan(&rows).Error
	var list []discussion.Versioned
	for _, row := range rows {
		if len(list) < discussion.MaxBulk && matchesBan(target, value, row) {
			list = append(list, discussion.Versioned{ID: row.ID, Version: row.Version})
		}
	}
	return list, err
}

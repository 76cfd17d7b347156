package bans

import (
	"cmp"
	"context"
	"encoding/hex"
	"net/netip"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"broadsheet/models"
	"broadsheet/models/people/emailform"
)

// Kind is the effect of a ban.
type Kind string

// The kinds. A suspension is a ban with an end.
const (
	Banned    Kind = "ban"
	Suspended Kind = "suspend"
	HeldBack  Kind = "hold" // each comment waits for a moderator
	Warned    Kind = "warn" // shown to the commenter once
	// Trusted publishes what would only be held. It is the opposite of a ban, with the
	// same properties: a target, an end and the account that set it. Setting one of
	// the two on a target ends the other.
	Trusted Kind = "trust"
)

// Kinds lists the kinds, the gravest first. Trusted is not among them.
var Kinds = []Kind{Banned, Suspended, HeldBack, Warned}

// Tag is touched when a ban is set, changed or lifted.
const Tag models.CacheTag = "bans"

// Target is the property of a sender that a ban compares.
type Target string

// The targets. Their stored names are older than those in code.
const (
	TargetEmail   Target = "email"
	TargetDomain  Target = "domain" // of an email address, with its subdomains
	TargetBrowser Target = "token"  // the hash of a browser's token
	TargetNetwork Target = "address"
)

// Targets lists the targets.
var Targets = []Target{TargetEmail, TargetDomain, TargetBrowser, TargetNetwork}

// Limits of a ban.
const (
	MaxReasonBytes = 500
	MaxWordsBytes  = 1000
	// MinBitsV4 and MinBitsV6 are the prefix lengths of the largest
	// networks that can be banned.
	MinBitsV4 = 16
	MinBitsV6 = 32
	// maxBanDuration is how far ahead the end of a ban may lie.
	maxBanDuration = 10 * 366 * 24 * time.Hour
)

// Ban refuses a sender's comments, holds them, publishes them, or warns the sender.
type Ban struct {
	ID        int64
	Kind      Kind
	Target    Target `gorm:"column:mark"`
	Value     string // in the form of [Parse]
	Code      string // of the reason, "" for none
	Reason    string // the moderator's words, for colleagues
	Words     string // the text of a warning, for the commenter
	SetBy     string
	SetByID   *int64      `gorm:"column:set_by_id"`
	CreatedAt models.Time `gorm:"autoCreateTime:false"`
	EndsAt    models.Time // zero: permanent
	EndedAt   models.Time // when a moderator ended it, or it expired
	EndedBy   string
	// OccasionID is the comment that led to the ban, 0 for none. Reach and ReachPeople
	// say how many published comments of how many others the ban would have touched.
	OccasionID  int64
	Reach       int
	ReachPeople int
}

// Why returns the reason of the ban: the moderator's words, or the code.
func (b *Ban) Why() string { return cmp.Or(b.Reason, b.Code) }

// TableName names the table for GORM.
func (Ban) TableName() string { return "bans" }

// Refuses reports whether the ban refuses comments.
func (b *Ban) Refuses() bool { return b.Kind == Banned || b.Kind == Suspended }

// isInForce reports whether the ban applies at an instant.
func (b *Ban) isInForce(now time.Time) bool {
	return b.EndedAt.IsZero() && (b.EndsAt.IsZero() || now.Before(b.EndsAt.Time))
}

// Sender holds the properties of a sender that bans compare.
type Sender struct {
	Email     string // typed into the form
	Verified  string // the address that the browser has verified
	Account   string // the address of the signed-in account
	TokenHash string
	IP        netip.Addr
}

// Match holds the bans that apply to a sender, nil for none.
type Match struct {
	Refused *Ban
	Held    *Ban
	Warned  *Ban
	Trusted *Ban // by the browser, the account or a verified address
}

// Index holds all bans in force, indexed for the check of each comment. A nil
// value has no ban.
type Index struct {
	by   map[Target]map[string][]*Ban
	bits []int // prefix lengths of the banned networks
}

// Load reads the bans that have not been ended.
func Load(ctx context.Context, r models.Queryer) (*Index, error) {
	var list []*Ban
	if err := r.Query(ctx).Where("ended_at IS NULL").Order("id").Find(&list).Error; err != nil {
		return nil, err
	}
	return newBans(list), nil
}

func newBans(list []*Ban) *Index {
	b := &Index{by: map[Target]map[string][]*Ban{}}
	for _, ban := range list {
		if b.by[ban.Target] == nil {
			b.by[ban.Target] = map[string][]*Ban{}
		}
		value := ban.lookupValue()
		b.by[ban.Target][value] = append(b.by[ban.Target][value], ban)
		prefix, err := netip.ParsePrefix(ban.Value)
		if ban.Target == TargetNetwork && err == nil && !slices.Contains(b.bits, prefix.Bits()) {
			b.bits = append(b.bits, prefix.Bits())
		}
	}
	return b
}

// lookupValue returns the key by which the index finds the ban. A row that is
// older than the one stored form of addresses may hold another form.
func (b *Ban) lookupValue() string {
	switch b.Target {
	case TargetEmail:
		return emailform.Of(b.Value)
	case TargetDomain:
		if domain, err := emailform.Domain(b.Value); err == nil {
			return domain
		}
	}
	return b.Value
}

// Match returns the bans that apply to a sender. An address that was only
// typed proves nothing: a ban on it holds the comment instead of refusing it.
// Otherwise a stranger could type the address of a reader and have that
// reader refused. A ban on the address of the signed-in account, or on an
// address that the browser has verified, refuses.
func (b *Index) Match(p Sender, now time.Time) Match {
	var s Match
	if b == nil || len(b.by) == 0 {
		return s
	}
	b.forEach(TargetBrowser, p.TokenHash, now, s.add)
	b.forEachEmail(p.Verified, now, s.add)
	b.forEachEmail(p.Account, now, s.add)
	b.forEachEmail(p.Email, now, func(ban *Ban) {
		if ban.Refuses() || ban.Kind == HeldBack {
			s.Held = firstBan(s.Held, ban)
		}
	})
	if p.IP.IsValid() {
		ip := p.IP.Unmap().WithZone("")
		for _, bits := range b.bits {
			if prefix, err := ip.Prefix(bits); err == nil {
				b.forEach(TargetNetwork, prefix.String(), now, s.add)
			}
		}
	}
	return s
}

func (s *Match) add(ban *Ban) {
	switch {
	case ban.Refuses():
		s.Refused = laterBan(s.Refused, ban)
	case ban.Kind == HeldBack:
		s.Held = firstBan(s.Held, ban)
	case ban.Kind == Trusted:
		s.Trusted = firstBan(s.Trusted, ban)
	default:
		s.Warned = firstBan(s.Warned, ban)
	}
}

func firstBan(a, b *Ban) *Ban {
	if a != nil {
		return a
	}
	return b
}

// laterBan returns the ban that lasts longer.
func laterBan(a, b *Ban) *Ban {
	if a == nil || !a.EndsAt.IsZero() && (b.EndsAt.IsZero() || b.EndsAt.After(a.EndsAt.Time)) {
		return b
	}
	return a
}

func (b *Index) forEach(mark Target, value string, now time.Time, do func(*Ban)) {
	if value == "" {
		return
	}
	for _, ban := range b.by[mark][value] {
		if ban.isInForce(now) {
			do(ban)
		}
	}
}

// forEachEmail calls do for the bans on an address, its domain and the parent
// domains.
func (b *Index) forEachEmail(email string, now time.Time, do func(*Ban)) {
	if email == "" {
		return
	}
	email = emailform.Of(email)
	b.forEach(TargetEmail, email, now, do)
	_, domain, _ := strings.Cut(email, "@")
	for domain != "" {
		b.forEach(TargetDomain, domain, now, do)
		_, domain, _ = strings.Cut(domain, ".")
	}
}

// Parse returns the stored form of a ban's value. It refuses with the codes
// ban-value, ban-wide and ban-loopback.
func Parse(target Target, value string) (string, error) {
	value = strings.ToLower(strings.TrimSpace(value))
	malformed := models.Refusal(models.Invalid, "ban-value", "a ban takes an email address, a domain such as example.org, a browser, "+
		"or an address or network such as 203.0.113.7 or 203.0.113.0/24")
	switch target {
	case TargetEmail:
		email, err := emailform.Normalize(value)
		if err != nil {
			return "", malformed
		}
		return email, nil
	case TargetDomain:
		value = strings.TrimPrefix(strings.TrimPrefix(value, "*."), "@")
		email, err := emailform.Normalize("x@" + value)
		if err != nil {
			return "", malformed
		}
		return strings.TrimPrefix(email, "x@"), nil
	case TargetBrowser:
		if _, err := hex.DecodeString(value); err != nil || len(value) != 32 {
			return "", malformed
		}
		return value, nil
	case TargetNetwork:
		return parseNetwork(value, malformed)
	}
	return "", malformed
}

// parseNetwork parses an IP address or a network in CIDR notation.
func parseNetwork(value string, malformed error) (string, error) {
	prefix, err := netip.ParsePrefix(value)
	if err != nil {
		ip, err := netip.ParseAddr(value)
		if err != nil {
			return "", malformed
		}
		ip = ip.Unmap().WithZone("")
		prefix = netip.PrefixFrom(ip, ip.BitLen())
	}
	if prefix.Addr().Is4In6() && prefix.Bits() >= 96 {
		prefix = netip.PrefixFrom(prefix.Addr().Unmap(), prefix.Bits()-96)
	}
	widest := MinBitsV6
	if prefix.Addr().Is4() {
		widest = MinBitsV4
	}
	switch prefix = prefix.Masked(); {
	case prefix.Bits() < widest:
		return "", models.Refusal(models.Invalid, "ban-wide",
			"the network is too wide: at most a /16 of IPv4 or a /32 of IPv6 is banned at once")
	case prefix.Addr().IsLoopback() || prefix.Addr().IsUnspecified() || prefix.Addr().IsMulticast():
		return "", models.Refusal(models.Invalid, "ban-loopback",
			"this address is the machine's own: behind a proxy it would be everybody's")
	}
	return prefix.String(), nil
}

// Guard holds the properties of the moderator and the site that a new ban
// must not match.
type Guard struct {
	Email     string
	TokenHash string
	IP        netip.Addr
	Proxies   []netip.Prefix
	// OwnOnly keeps a ban that another account has set from being replaced.
	OwnOnly bool
}

// refuse refuses a ban that would match the moderator, a member of the staff
// or a proxy of the site, through which all requests come.
func (s Guard) refuse(ctx context.Context, r models.Queryer, b *Ban) error {
	own := models.Refusal(models.Conflict, "ban-own", "this would ban you yourself: it is your own address, browser or network")
	switch b.Target {
	case TargetBrowser:
		if b.Value == s.TokenHash {
			return own
		}
	case TargetEmail, TargetDomain:
		_, domain, _ := strings.Cut(s.Email, "@")
		inDomain := b.Target == TargetDomain && (domain == b.Value || strings.HasSuffix(domain, "."+b.Value))
		if b.Value == s.Email || inDomain {
			return own
		}
		if b.Target == TargetDomain {
			return nil
		}
		var staff int64
		found, err := models.QueryRow(ctx, r, []any{&staff}, "SELECT id FROM users WHERE email = ? AND role <> 'subscriber'", b.Value)
		if err == nil && found {
			err = models.Refusal(models.Conflict, "ban-staff", "this is the address of somebody who works here")
		}
		if err != nil {
			return err
		}
	case TargetNetwork:
		prefix, err := netip.ParsePrefix(b.Value)
		if err != nil {
			return err
		}
		if s.IP.IsValid() && prefix.Contains(s.IP.Unmap().WithZone("")) {
			return own
		}
		if slices.ContainsFunc(s.Proxies, prefix.Overlaps) {
			return models.Refusal(models.Conflict, "ban-proxy", "a proxy of this site stands in that network: everybody would be banned")
		}
	}
	return nil
}

// validate refuses a ban that is malformed, or that has no end although its
// kind needs one.
func (b *Ban) validate(now time.Time, forGood bool) error {
	b.Reason, b.Words = strings.TrimSpace(b.Reason), strings.TrimSpace(b.Words)
	control := func(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\r' }
	plain := func(s string, most int) bool {
		return len(s) <= most && utf8.ValidString(s) && !strings.ContainsFunc(s, control)
	}
	switch {
	case !slices.Contains(Kinds, b.Kind) && b.Kind != Trusted:
		return models.Refusal(models.Invalid, "ban-kind", "a ban is one of ban, suspend, hold or warn")
	case b.Kind == Trusted && b.Target != TargetEmail && b.Target != TargetBrowser:
		return models.Refusal(models.Invalid, "ban-value", "only a browser or an address can be trusted")
	case b.Why() == "" && b.Kind != Trusted && b.Kind != HeldBack:
		return models.Refusal(models.Invalid, "ban-reason", "a ban needs a reason, for your colleagues")
	case !plain(b.Reason, MaxReasonBytes) || !plain(b.Words, MaxWordsBytes):
		return models.Refusal(models.Invalid, "ban-long", "the reason or the words to the commenter are too long")
	case b.Kind == Warned && (b.Words == "" || b.Target != TargetEmail && b.Target != TargetBrowser):
		return models.Refusal(models.Invalid, "ban-warn", "a warning needs words, and a verified email or a browser to be shown to")
	case b.EndsAt.IsZero() && (!forGood || b.Kind == Suspended || b.Kind == Warned):
		return models.Refusal(models.Invalid, "ban-end", "say when it ends; only a ban, or holding everything, can be for good")
	case !b.EndsAt.IsZero() && (!b.EndsAt.After(now) || b.EndsAt.Sub(now) > maxBanDuration):
		return models.Refusal(models.Invalid, "ban-end", "the end lies in the future, within ten years")
	}
	return nil
}

// Add stores a ban. It replaces a ban on the same target and value. A ban
// without an end must be forGood. It refuses with Invalid and Conflict, and
// codes that begin with "ban-", and with Forbidden (no-right) if guard.OwnOnly
// is set and the replaced ban belongs to another account.
func Add(ctx context.Context, db *models.DB, who models.Actor, guard Guard, b Ban, forGood bool) (*Ban, error) {
	err := b.validate(db.Now(), forGood)
	if err == nil {
		b.Value, err = Parse(b.Target, b.Value)
	}
	if err == nil {
		err = guard.refuse(ctx, db, &b)
	}
	if err != nil {
		return nil, err
	}
	var added *Ban
	return added, db.Write(ctx, func(tx *models.Tx) error {
		if err := models.LockKey(ctx, tx, "ban "+string(b.Target)+" "+b.Value); err != nil {
			return err
		}
		now := models.At(tx.Now)
		if guard.OwnOnly {
			var others []int64
			err := tx.Query(ctx).Model(&Ban{}).
				Where("mark = ? AND value = ? AND ended_at IS NULL AND COALESCE(set_by_id, 0) <> ?", b.Target, b.Value, *who.UserID).
				Limit(1).Pluck("id", &others).Error
			if err != nil || len(others) > 0 {
				return cmp.Or(err, errBanOfOthers)
			}
		}
		err := tx.Query(ctx).Model(&Ban{}).Where("mark = ? AND value = ? AND ended_at IS NULL", b.Target, b.Value).
			Where("(kind = ?) = ?", Warned, b.Kind == Warned).
			UpdateColumns(map[string]any{"ended_at": now, "ended_by": who.Name}).Error
		if err != nil {
			return err
		}
		row := b
		row.ID, row.SetBy, row.SetByID, row.CreatedAt = 0, who.Name, who.UserID, now
		row.EndedAt, row.EndedBy = models.Time{}, ""
		added = &row
		tx.Touch(Tag)
		return tx.Query(ctx).Create(&row).Error
	})
}

// errBanOfOthers refuses a limited moderator the change of another moderator's
// ban.
var errBanOfOthers error = models.Refusal(models.Forbidden, "no-right", "another moderator has set this ban")

// End ends a ban before its time. With own other than 0 the ban must have
// been set by that account. It refuses with NotFound, with Forbidden
// (no-right), and with Conflict (ban-over) for a ban that is over.
func End(ctx context.Context, db *models.DB, who string, own, id int64) error {
	return db.Write(ctx, func(tx *models.Tx) error {
		if own != 0 {
			var mine []int64
			err := tx.Query(ctx).Model(&Ban{}).Where("id = ? AND set_by_id = ?", id, own).Pluck("id", &mine).Error
			if err != nil || len(mine) == 0 {
				return cmp.Or(err, errBanOfOthers)
			}
		}
		ended := tx.Query(ctx).Model(&Ban{}).Where("id = ? AND ended_at IS NULL", id).
			UpdateColumns(map[string]any{"ended_at": models.At(tx.Now), "ended_by": who})
		if ended.Error != nil || ended.RowsAffected > 0 {
			tx.Touch(Tag)
			return ended.Error
		}
		var found []int64
		if err := tx.Query(ctx).Model(&Ban{}).Where("id = ?", id).Pluck("id", &found).Error; err != nil {
			return err
		}
		if len(found) == 0 {
			return models.Errorf(models.NotFound, "there is no ban %d", id)
		}
		return models.Refusal(models.Conflict, "ban-over", "this ban is over already")
	})
}

// banRetention is how long the value of a ban is kept after its end.
const banRetention = 180 * 24 * time.Hour

// Expire marks the bans that have expired as ended. They stopped applying
// at that instant; the mark keeps the list of bans in force short. It erases
// the values of bans that ended half a year ago, so that they no longer
// identify a sender.
func Expire(ctx context.Context, db *models.DB) error {
	return db.Write(ctx, func(tx *models.Tx) error {
		erased := tx.Query(ctx).Exec("UPDATE bans SET value = '' WHERE ended_at < ? AND value <> ''", models.At(tx.Now.Add(-banRetention)))
		if erased.Error != nil {
			return erased.Error
		}
		over := tx.Query(ctx).Exec("UPDATE bans SET ended_at = ends_at WHERE ended_at IS NULL AND ends_at <= ?", models.At(tx.Now))
		if over.RowsAffected > 0 {
			tx.Touch(Tag)
		}
		return over.Error
	})
}

// ForgetTrust ends the trust in browsers and addresses, and erases them from its rows,
// also from those of trust that is over.
func ForgetTrust(ctx context.Context, tx *models.Tx, tokens, emails []string) error {
	for mark, values := range map[Target][]string{TargetBrowser: tokens, TargetEmail: emails} {
		if len(values) == 0 {
			continue
		}
		err := tx.Query(ctx).Model(&Ban{}).Where("kind = ? AND mark = ? AND value IN ?", Trusted, mark, values).
			UpdateColumns(map[string]any{"value": "", "reason": "", "ended_at": models.At(tx.Now)}).Error
		if err != nil {
			return err
		}
		tx.Touch(Tag)
	}
	return nil
}

// PageSize is the length of a page of bans.
const PageSize = 50

// Filter selects bans for [List].
type Filter struct {
	All    bool  // also bans that have ended
	Ended  bool  // only bans that have ended
	SetBy  int64 // only bans that this account has set; 0 for all
	Before int64 // the number of the last ban on the previous page; 0 for the first page
}

// List returns a page of bans, the newest first.
func List(ctx context.Context, r models.Queryer, f Filter, now time.Time) ([]Ban, error) {
	q := r.Query(ctx).Where("kind <> ?", Trusted).Order("id DESC").Limit(PageSize)
	if f.SetBy != 0 {
		q = q.Where("set_by_id = ?", f.SetBy)
	}
	switch {
	case f.Ended:
		q = q.Where("(ended_at IS NOT NULL OR ends_at <= ?)", models.At(now))
	case !f.All:
		q = q.Where("ended_at IS NULL AND (ends_at IS NULL OR ends_at > ?)", models.At(now))
	}
	if f.Before > 0 {
		q = q.Where("id < ?", f.Before)
	}
	var list []Ban
	return list, q.Find(&list).Error
}

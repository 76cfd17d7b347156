package people

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
)

// BanKind is what a ban does.
type BanKind string

// The kinds. A suspension is a ban that says until when.
const (
	Banned    BanKind = "ban"
	Suspended BanKind = "suspend"
	HeldBack  BanKind = "hold" // everything waits for a moderator
	Warned    BanKind = "warn" // a word to the writer, once
)

// BanKinds lists the kinds, the gravest first.
var BanKinds = []BanKind{Banned, Suspended, HeldBack, Warned}

// BanMark is by what a ban knows whom it means.
type BanMark string

// The marks.
const (
	ByMail    BanMark = "email"
	ByDomain  BanMark = "domain" // of an email address, with those below it
	ByToken   BanMark = "token"  // of a browser, hashed
	ByAddress BanMark = "address"
)

// BanMarks lists the marks.
var BanMarks = []BanMark{ByMail, ByDomain, ByToken, ByAddress}

// Limits of a ban.
const (
	MaxBanReasonBytes = 500
	MaxBanWordsBytes  = 1000
	// WidestV4 and WidestV6 are the largest networks that can be banned.
	WidestV4 = 16
	WidestV6 = 32
	// longestBan is how far ahead a ban that has an end may end.
	longestBan = 10 * 366 * 24 * time.Hour
)

// Ban keeps somebody from posting, or has them looked at.
type Ban struct {
	ID        int64
	Kind      BanKind
	Mark      BanMark
	Value     string // in the form in which it is looked for
	Reason    string // for the newsroom
	Words     string // of a warning, for its reader
	SetBy     string
	SetByID   *int64      `gorm:"column:set_by_id"`
	CreatedAt models.Time `gorm:"autoCreateTime:false"`
	EndsAt    models.Time // zero: for good
	EndedAt   models.Time // when somebody ended it, or its time was over
	EndedBy   string
}

// TableName names the table for GORM.
func (Ban) TableName() string { return "bans" }

// Refuses reports whether who is meant may not post at all.
func (b *Ban) Refuses() bool { return b.Kind == Banned || b.Kind == Suspended }

// inForce reports whether a ban counts at an instant.
func (b *Ban) inForce(now time.Time) bool {
	return b.EndedAt.IsZero() && (b.EndsAt.IsZero() || now.Before(b.EndsAt.Time))
}

// Person is what is known of somebody who sends something.
type Person struct {
	Email     string // as it was typed
	Verified  string // the address that the browser has shown to be its own
	Account   string // the address of the account that is signed in
	TokenHash string
	IP        netip.Addr
}

// Standing is what is in force against somebody: the bans that apply, nil
// for none.
type Standing struct {
	Refused *Ban
	Held    *Ban
	Warned  *Ban
}

// Bans are all bans in force, in a form that is asked for every comment. A
// nil one has none.
type Bans struct {
	by   map[BanMark]map[string][]*Ban
	bits []int // lengths of the banned networks, IPv4's as in IPv6
}

// LoadBans reads the bans that nobody has ended.
func LoadBans(ctx context.Context, r models.Queryer) (*Bans, error) {
	var list []*Ban
	if err := r.Query(ctx).Where("ended_at IS NULL").Order("id").Find(&list).Error; err != nil {
		return nil, err
	}
	return newBans(list), nil
}

func newBans(list []*Ban) *Bans {
	b := &Bans{by: map[BanMark]map[string][]*Ban{}}
	for _, ban := range list {
		if b.by[ban.Mark] == nil {
			b.by[ban.Mark] = map[string][]*Ban{}
		}
		value := ban.soughtBy()
		b.by[ban.Mark][value] = append(b.by[ban.Mark][value], ban)
		if prefix, err := netip.ParsePrefix(ban.Value); ban.Mark == ByAddress && err == nil && !slices.Contains(b.bits, prefix.Bits()) {
			b.bits = append(b.bits, prefix.Bits())
		}
	}
	return b
}

// soughtBy returns the value by which a ban is looked up. A ban that was stored
// before addresses had one form may hold another form.
func (b *Ban) soughtBy() string {
	switch b.Mark {
	case ByMail:
		return EmailForm(b.Value)
	case ByDomain:
		if domain, err := mailDomain(b.Value); err == nil {
			return domain
		}
	}
	return b.Value
}

// Of returns the bans that apply to a person. An address that was only typed
// proves nothing: a ban on it holds the comment, so that a stranger who types a
// reader's address cannot get this reader refused. A ban on the address of the
// signed-in account, or on an address that the browser has verified, refuses.
func (b *Bans) Of(p Person, now time.Time) Standing {
	var s Standing
	if b == nil || len(b.by) == 0 {
		return s
	}
	b.each(ByToken, p.TokenHash, now, s.add)
	b.eachOfMail(p.Verified, now, s.add)
	b.eachOfMail(p.Account, now, s.add)
	b.eachOfMail(p.Email, now, func(ban *Ban) {
		if ban.Refuses() || ban.Kind == HeldBack {
			s.Held = first(s.Held, ban)
		}
	})
	if p.IP.IsValid() {
		ip := p.IP.Unmap().WithZone("")
		for _, bits := range b.bits {
			if prefix, err := ip.Prefix(bits); err == nil {
				b.each(ByAddress, prefix.String(), now, s.add)
			}
		}
	}
	return s
}

func (s *Standing) add(ban *Ban) {
	switch {
	case ban.Refuses():
		s.Refused = later(s.Refused, ban)
	case ban.Kind == HeldBack:
		s.Held = first(s.Held, ban)
	default:
		s.Warned = first(s.Warned, ban)
	}
}

func first(a, b *Ban) *Ban {
	if a != nil {
		return a
	}
	return b
}

// later returns the ban that lasts longer.
func later(a, b *Ban) *Ban {
	if a == nil || !a.EndsAt.IsZero() && (b.EndsAt.IsZero() || b.EndsAt.After(a.EndsAt.Time)) {
		return b
	}
	return a
}

func (b *Bans) each(mark BanMark, value string, now time.Time, do func(*Ban)) {
	if value == "" {
		return
	}
	for _, ban := range b.by[mark][value] {
		if ban.inForce(now) {
			do(ban)
		}
	}
}

// eachOfMail finds the bans on an address, its domain and the domains above.
func (b *Bans) eachOfMail(email string, now time.Time, do func(*Ban)) {
	if email == "" {
		return
	}
	email = EmailForm(email)
	b.each(ByMail, email, now, do)
	_, domain, _ := strings.Cut(email, "@")
	for domain != "" {
		b.each(ByDomain, domain, now, do)
		_, domain, _ = strings.Cut(domain, ".")
	}
}

// ParseBan brings what a ban means into the form in which it is looked for.
// It refuses with the codes ban-value, ban-wide and ban-loopback.
func ParseBan(mark BanMark, value string) (string, error) {
	value = strings.ToLower(strings.TrimSpace(value))
	malformed := models.Refuse(models.Invalid, "ban-value", "a ban takes an email address, a domain such as example.org, a browser, or an address or network such as 203.0.113.7 or 203.0.113.0/24")
	switch mark {
	case ByMail:
		email, err := NormalizeEmail(value)
		if err != nil {
			return "", malformed
		}
		return email, nil
	case ByDomain:
		value = strings.TrimPrefix(strings.TrimPrefix(value, "*."), "@")
		email, err := NormalizeEmail("x@" + value)
		if err != nil {
			return "", malformed
		}
		return strings.TrimPrefix(email, "x@"), nil
	case ByToken:
		if _, err := hex.DecodeString(value); err != nil || len(value) != 32 {
			return "", malformed
		}
		return value, nil
	case ByAddress:
		return parseNetwork(value, malformed)
	}
	return "", malformed
}

// parseNetwork reads an address or a network.
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
	widest := WidestV6
	if prefix.Addr().Is4() {
		widest = WidestV4
	}
	switch prefix = prefix.Masked(); {
	case prefix.Bits() < widest:
		return "", models.Refuse(models.Invalid, "ban-wide", "the network is too wide: at most a /16 of IPv4 or a /32 of IPv6 is banned at once")
	case prefix.Addr().IsLoopback() || prefix.Addr().IsUnspecified() || prefix.Addr().IsMulticast():
		return "", models.Refuse(models.Invalid, "ban-loopback", "this address is the machine's own: behind a proxy it would be everybody's")
	}
	return prefix.String(), nil
}

// Self is who sets a ban, as far as a ban could hit them or the site itself.
type Self struct {
	Email     string
	TokenHash string
	IP        netip.Addr
	Proxies   []netip.Prefix
	// OwnOnly: a ban set by another account is not replaced.
	OwnOnly bool
}

// hitBy refuses a ban that would hit whoever sets it, somebody who works
// here, or a proxy, from which everybody seems to come.
func (s Self) hitBy(ctx context.Context, r models.Queryer, b *Ban) error {
	own := models.Refuse(models.Conflict, "ban-own", "this would ban you yourself: it is your own address, browser or network")
	switch b.Mark {
	case ByToken:
		if b.Value == s.TokenHash {
			return own
		}
	case ByMail, ByDomain:
		if _, domain, _ := strings.Cut(s.Email, "@"); b.Value == s.Email || b.Mark == ByDomain && (domain == b.Value || strings.HasSuffix(domain, "."+b.Value)) {
			return own
		}
		if b.Mark == ByDomain {
			return nil
		}
		u, err := ByEmail(ctx, r, b.Value)
		if err == nil && u.Role != Subscriber {
			return models.Refuse(models.Conflict, "ban-staff", "this is the address of somebody who works here")
		}
		if models.KindOf(err) != models.NotFound {
			return err
		}
	case ByAddress:
		prefix, err := netip.ParsePrefix(b.Value)
		if err != nil {
			return err
		}
		if s.IP.IsValid() && prefix.Contains(s.IP.Unmap().WithZone("")) {
			return own
		}
		if slices.ContainsFunc(s.Proxies, prefix.Overlaps) {
			return models.Refuse(models.Conflict, "ban-proxy", "a proxy of this site stands in that network: everybody would be banned")
		}
	}
	return nil
}

// check refuses what is malformed or has no clear end.
func (b *Ban) check(now time.Time, forGood bool) error {
	b.Reason, b.Words = strings.TrimSpace(b.Reason), strings.TrimSpace(b.Words)
	plain := func(s string, most int) bool {
		return len(s) <= most && utf8.ValidString(s) && !strings.ContainsFunc(s, func(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\r' })
	}
	switch {
	case !slices.Contains(BanKinds, b.Kind):
		return models.Refuse(models.Invalid, "ban-kind", "a ban is one of ban, suspend, hold or warn")
	case b.Reason == "":
		return models.Refuse(models.Invalid, "ban-reason", "a ban needs a reason, for your colleagues")
	case !plain(b.Reason, MaxBanReasonBytes) || !plain(b.Words, MaxBanWordsBytes):
		return models.Refuse(models.Invalid, "ban-long", "the reason or the words to the writer are too long")
	case b.Kind == Warned && (b.Words == "" || b.Mark != ByMail && b.Mark != ByToken):
		return models.Refuse(models.Invalid, "ban-warn", "a warning needs words, and a verified email or a browser to be shown to")
	case b.EndsAt.IsZero() && (!forGood || b.Kind == Suspended || b.Kind == Warned):
		return models.Refuse(models.Invalid, "ban-end", "say when it ends; only a ban, or holding everything, can be for good")
	case !b.EndsAt.IsZero() && (!b.EndsAt.After(now) || b.EndsAt.Sub(now) > longestBan):
		return models.Refuse(models.Invalid, "ban-end", "the end lies in the future, within ten years")
	}
	return nil
}

// AddBan puts a ban in force. It takes the place of one on the same mark.
// Without an end it must be meant for good. It refuses with Invalid and
// Conflict, and codes that begin with "ban-".
func AddBan(ctx context.Context, db *models.DB, who models.Actor, self Self, b Ban, forGood bool) (*Ban, error) {
	err := b.check(db.Now(), forGood)
	if err == nil {
		b.Value, err = ParseBan(b.Mark, b.Value)
	}
	if err == nil {
		err = self.hitBy(ctx, db, &b)
	}
	if err != nil {
		return nil, err
	}
	var added *Ban
	return added, db.Write(ctx, func(tx *models.Tx) error {
		if err := models.LockKey(ctx, tx, "ban "+string(b.Mark)+" "+b.Value); err != nil {
			return err
		}
		now := models.At(tx.Now)
		if self.OwnOnly {
			var others []int64
			err := tx.Query(ctx).Model(&Ban{}).Where("mark = ? AND value = ? AND ended_at IS NULL AND COALESCE(set_by_id, 0) <> ?", b.Mark, b.Value, *who.UserID).Limit(1).Pluck("id", &others).Error
			if err != nil || len(others) > 0 {
				return cmp.Or(err, errBanOfOthers)
			}
		}
		err := tx.Query(ctx).Model(&Ban{}).Where("mark = ? AND value = ? AND ended_at IS NULL", b.Mark, b.Value).
			Where("(kind = ?) = ?", Warned, b.Kind == Warned).UpdateColumns(map[string]any{"ended_at": now, "ended_by": who.Name}).Error
		if err != nil {
			return err
		}
		row := b
		row.ID, row.SetBy, row.SetByID, row.CreatedAt = 0, who.Name, who.UserID, now
		row.EndedAt, row.EndedBy = models.Time{}, ""
		added = &row
		tx.Touch("bans")
		return tx.Query(ctx).Create(&row).Error
	})
}

// errBanOfOthers refuses a limited moderator who tries to change a ban of
// another moderator.
var errBanOfOthers error = models.Refuse(models.Forbidden, "no-right", "another moderator has set this ban")

// EndBan ends a ban before its time. With own other than 0 it must be a ban
// that this account has set. It refuses with NotFound, with Forbidden
// (no-right), and with Conflict (ban-over) when it is over already.
func EndBan(ctx context.Context, db *models.DB, who string, own, id int64) error {
	return db.Write(ctx, func(tx *models.Tx) error {
		if own != 0 {
			var mine []int64
			if err := tx.Query(ctx).Model(&Ban{}).Where("id = ? AND set_by_id = ?", id, own).Pluck("id", &mine).Error; err != nil || len(mine) == 0 {
				return cmp.Or(err, errBanOfOthers)
			}
		}
		ended := tx.Query(ctx).Model(&Ban{}).Where("id = ? AND ended_at IS NULL", id).UpdateColumns(map[string]any{"ended_at": models.At(tx.Now), "ended_by": who})
		if ended.Error != nil || ended.RowsAffected > 0 {
			tx.Touch("bans")
			return ended.Error
		}
		var found []int64
		if err := tx.Query(ctx).Model(&Ban{}).Where("id = ?", id).Pluck("id", &found).Error; err != nil {
			return err
		}
		if len(found) == 0 {
			return models.Errorf(models.NotFound, "there is no ban %d", id)
		}
		return models.Refuse(models.Conflict, "ban-over", "this ban is over already")
	})
}

// keepBanned is how long it is known whom a ban meant, after its end.
const keepBanned = 180 * 24 * time.Hour

// ExpireBans notes which bans have come to their end. They have not counted
// since then; this keeps the list of those in force short. Half a year later
// it is forgotten whom they meant.
func ExpireBans(ctx context.Context, db *models.DB) error {
	return db.Write(ctx, func(tx *models.Tx) error {
		if err := tx.Query(ctx).Exec("UPDATE bans SET value = '' WHERE ended_at < ? AND value <> ''", models.At(tx.Now.Add(-keepBanned))).Error; err != nil {
			return err
		}
		over := tx.Query(ctx).Exec("UPDATE bans SET ended_at = ends_at WHERE ended_at IS NULL AND ends_at <= ?", models.At(tx.Now))
		if over.RowsAffected > 0 {
			tx.Touch("bans")
		}
		return over.Error
	})
}

// BanPageSize is how many bans are listed at once.
const BanPageSize = 50

// ListBans returns bans, the newest first: those in force, or all. With own
// other than 0 it returns those that this account has set. Only bans older than
// before are listed, 0 for the newest.
func ListBans(ctx context.Context, r models.Queryer, all bool, own, before int64, now time.Time) ([]Ban, error) {
	q := r.Query(ctx).Order("id DESC").Limit(BanPageSize)
	if own != 0 {
		q = q.Where("set_by_id = ?", own)
	}
	if !all {
		q = q.Where("ended_at IS NULL AND (ends_at IS NULL OR ends_at > ?)", models.At(now))
	}
	if before > 0 {
		q = q.Where("id < ?", before)
	}
	var list []Ban
	return list, q.Find(&list).Error
}

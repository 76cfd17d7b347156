package discussion

import (
	"net/netip"
	"strings"
	"time"

	"broadsheet/models"
	"broadsheet/models/newsroom"
	"broadsheet/models/people/bans"
)

// sender identifies the sender of a new comment for the bans.
func (in Submission) sender() bans.Sender {
	return bans.Sender{
		Email: strings.TrimSpace(in.Email), Verified: in.VerifiedEmail, Account: in.accountEmail(),
		TokenHash: HashToken(in.Token), IP: in.IP,
	}
}

// accountEmail returns the email address of the account that is signed in, "" for
// a guest.
func (in Submission) accountEmail() string {
	if in.User == nil {
		return ""
	}
	return in.User.Email
}

// senderOf identifies the sender of a change to a comment for the bans: the
// commenter, and the address that the change comes from.
func (in Submission) senderOf(c *Comment) bans.Sender {
	p := bans.Sender{Email: c.Email, Verified: in.VerifiedEmail, Account: in.accountEmail(), TokenHash: c.TokenHash, IP: in.IP}
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

// RefuseBanned returns a Forbidden error for a banned sender. For a suspended
// sender the error says how long the suspension lasts.
func RefuseBanned(site *newsroom.Site, sender bans.Sender, now time.Time) error {
	ban := site.Bans.Match(sender, now).Refused
	if ban == nil {
		return nil
	}
	if ban.Kind != bans.Suspended {
		return models.Refusal(models.Forbidden, "banned", "comments from you are not taken")
	}
	refusal := models.Refusal(models.Forbidden, "suspended", "comments from you are not taken for a while")
	refusal.RetryAfter = max(time.Second, ban.EndsAt.Sub(now))
	return refusal
}

// judgeBanned holds a comment if a ban matches that asks for review, or if the
// comment has a banned email that was only typed.
func judgeBanned(j *judging) (*Reason, error) {
	ban := j.site.Bans.Match(j.in.senderOf(j.comment), j.now).Held
	if ban == nil || j.in.isModerator() {
		return nil, nil
	}
	return &Reason{State: Held, Detail: "ban " + string(ban.Target) + ": " + ban.Why()}, nil
}

// trustedRule names the rule that publishes what other rules would only hold.
const trustedRule = "trusted"

// judgeTrusted says that a moderator lets everything of this commenter be published.
// [judging.judge] gives it its effect, because it needs the opinion of all others.
func judgeTrusted(j *judging) (*Reason, error) {
	trust := j.site.Bans.Match(j.in.senderOf(j.comment), j.now).Trusted
	if trust == nil {
		return nil, nil
	}
	return &Reason{State: Approved, Detail: "always published, set by " + trust.SetBy}, nil
}

// trusts reports whether reasons that ask for holding a comment give way to a
// moderator's trust in its commenter. A ban does not give way, nor does a check that
// failed: it could have been the one that finds a word for the trash.
func trusts(reasons Reasons) bool {
	trusted := false
	for _, reason := range reasons {
		if reason.Rule == "banned" || reason.Detail == checkFailed {
			return false
		}
		trusted = trusted || reason.Rule == trustedRule
	}
	return trusted
}

package handlers

import (
	"errors"
	"net/http"
	"time"

	"broadsheet/models"
	"broadsheet/models/newsroom"
)

// refusals choose the message for an error. The message of the error's code
// comes first: the one in codes, or the prefix with the code if the catalogue
// has that message. Other errors get the message of their kind.
type refusals struct {
	codes  map[string]string // keys of messages
	prefix string            // "" for none
	kinds  map[models.Kind]string
	other  string // for all other errors; "" leaves them to the error page
}

// refusalsOf are the forms that explain refusals themselves.
var refusalsOf = struct{ comment, report, signIn, account, ban, rules, settings, held, digest, opening, appeal, story refusals }{
	comment: refusals{
		prefix: "refused.",
		kinds:  map[models.Kind]string{models.Invalid: "refused.fields", models.Internal: "refused.not-saved"},
		other:  "refused.not-saved",
	},
	report: refusals{
		codes: map[string]string{"banned": "refused.banned", "suspended": "refused.suspended"},
		kinds: map[models.Kind]string{models.TooMany: "refused.reports", models.Invalid: "refused.report"},
	},
	signIn:  refusals{codes: accountRefusals("signin.wrong")},
	account: refusals{codes: accountRefusals("account.wrong")},
	ban: refusals{codes: map[string]string{
		"ban-value": "ban.refused.value", "ban-wide": "ban.refused.wide", "ban-loopback": "ban.refused.loopback",
		"ban-own":   "ban.refused.own",
		"ban-staff": "ban.refused.staff", "ban-proxy": "ban.refused.proxy", "ban-kind": "ban.refused.kind",
		"ban-reason": "ban.refused.reason",
		"ban-long":   "ban.refused.long", "ban-warn": "ban.refused.warn", "ban-end": "ban.refused.end",
	}},
	rules:    refusals{kinds: map[models.Kind]string{models.Invalid: "rules.refused", models.Conflict: "rules.conflict"}},
	settings: refusals{kinds: map[models.Kind]string{models.Invalid: "rules.refused", models.Conflict: "settings.conflict"}},
	opening: refusals{
		codes: map[string]string{"digest-opening": "digestdesk.conflict"},
		kinds: map[models.Kind]string{models.Invalid: "digestdesk.refused"},
	},
	digest: refusals{
		codes: map[string]string{"digest-ended": "digest.ended", "digest-old": "digest.too-old"},
		kinds: map[models.Kind]string{models.Invalid: "digest.refused"},
	},
	appeal: refusals{
		codes: map[string]string{"appeal-once": "appeal.once", "appeal-none": "appeal.none", "appeals": "appeal.often"},
		kinds: map[models.Kind]string{models.Invalid: "refused.fields"},
	},
	story: refusals{
		codes: map[string]string{
			"story-read-only": "edit.refused.read-only", "not-live": "edit.refused.not-live", "no-right": "edit.refused.no-right",
			"embargo": "edit.refused.embargo",
		},
		kinds: map[models.Kind]string{
			models.Invalid: "edit.refused", models.Conflict: "edit.refused.move", models.Unavailable: "edit.refused.busy",
		},
	},
	held: refusals{codes: map[string]string{"held-used": "held.used", "held-nothing": "held.nothing"}},
}

// accountRefusals are the messages about accounts. wrong is the one for a wrong
// password.
func accountRefusals(wrong string) map[string]string {
	return map[string]string{
		"sign-in-wrong": wrong, "sign-in-code": "signin.wrong-code", "sign-in-often": "signin.often", "sign-in-again": "signin.again",
		"password-weak": "signin.weak", "password-common": "signin.common",
		"name-wrong": "signin.name.wrong", "name-taken": "signin.name.taken",
		"name-reserved": "signin.name.reserved", "email-wrong": "signin.email.wrong", "email-taken": "staff.taken",
		"invitation-open": "staff.invited.open", "invitation-sections": "staff.invited.sections", "invitation-gone": "staff.invited.gone",
		"passkey-wrong": "signin.passkey-wrong", "passkey-copied": "signin.passkey-copied", "passkey-name": "account.passkey.name.wrong",
		"app-password-name": "account.apps.name.wrong", "app-passwords-many": "account.apps.many",
		"own-password-wrong": "account.wrong", "app-password-app": "authorize.wrong.app", "authorize-address": "authorize.wrong.address",
		"last-administrator": "staff.last",
		"author-taken":       "staff.bylines.taken", "author-unknown": "staff.bylines.unknown", "unavailable": "signin.busy",
	}
}

// explain returns the key of the message about an error. ok is false when the
// error needs a page of its own.
func (p *pages) explain(site *newsroom.Site, of refusals, err error) (key string, ok bool) {
	e, isOurs := errors.AsType[*models.Error](err)
	switch {
	case !isOurs:
		return of.other, of.other != ""
	case of.codes[e.Code] != "":
		return of.codes[e.Code], true
	case of.prefix != "" && e.Code != "" && p.hasText(site, of.prefix+e.Code):
		return of.prefix + e.Code, true
	case of.kinds[e.Kind] != "":
		return of.kinds[e.Kind], true
	}
	return of.other, of.other != ""
}

// hasText reports whether the catalogue has a message.
func (p *pages) hasText(site *newsroom.Site, key string) bool { return p.text(site, key) != key }

// refusal is the message of a refused form.
type refusal struct {
	status int    // of the answer
	key    string // of the message, "" when nothing was refused
	wait   int    // minutes, for that message
}

// refused prepares the answer with a refused form, and sets Retry-After. It
// returns err when the form cannot explain it. err is nil for a form that was not
// refused.
func (p *pages) refused(c *request, of refusals, err error) (refusal, error) {
	if err == nil {
		return refusal{status: http.StatusOK}, nil
	}
	key, ok := p.explain(c.site, of, err)
	if !ok {
		return refusal{}, err
	}
	setRetryAfter(c.Response().Header(), err)
	r := refusal{status: statusOf(err), key: key}
	if e, ok := errors.AsType[*models.Error](err); ok && e.Code == "sign-in-often" {
		r.wait = max(1, int((e.RetryAfter+time.Minute-1)/time.Minute))
	}
	return r, nil
}

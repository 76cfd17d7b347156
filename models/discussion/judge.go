package discussion

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"

	"broadsheet/models"
	"broadsheet/models/discussion/spamcounts"
	"broadsheet/models/newsroom"
	"broadsheet/models/people"
	"broadsheet/models/richtext"
	"broadsheet/models/spam"
	"broadsheet/models/terms"
)

// judging is the judging of one comment.
type judging struct {
	ctx     context.Context
	db      models.Queryer
	site    *newsroom.Site
	comment *Comment
	in      Submission
	links   []string // foreign hosts, one for each link
	known   bool     // the commenter has approved comments
	now     time.Time
	facts   *facts
	past    Past // earlier comments, nil for those of the database
}

// facts caches the facts about a comment, so that judging it by several sets of
// rules reads them once.
type facts struct {
	known      map[knownBy]bool // by whether a typed email is trusted
	signals    *spam.Signals
	reading    *spam.Reading
	article    *newsroom.Article
	staffAsked bool
	staff      *Reason
	record     *record // of the commenter
}

// rule is one named step of judging a comment. judge returns nil if the rule does
// not apply.
type rule struct {
	name  string
	judge func(*judging) (*Reason, error)
}

// rules are applied in WordPress's order. All of them are applied, so that a
// moderator sees everything against a comment. The gravest state wins: trash, then
// spam, then hold. Trust in the commenter turns hold into approval.
var rules = []rule{
	{"hold-all", judgeHoldAll},
	{"premoderated", judgePremoderated},
	{"banned", judgeBanned},
	{"links", judgeLinks},
	{"hold-words", judgeHoldWords},
	{"staff-email", judgeStaffEmail},
	{"first-comment", judgeFirstComment},
	{"often-declined", judgeOftenDeclined},
	{"trash-words", judgeTrashWords},
	{SpamScoreRule, judgeSpamScore},
	{trustedRule, judgeTrusted},
}

// RuleNames lists the rules in the order in which they are applied.
func RuleNames() []string {
	names := make([]string, len(rules))
	for i, r := range rules {
		names[i] = r.name
	}
	return names
}

// SpamScoreRule names the rule of the spam score. The weight of its reason is the
// score.
const SpamScoreRule = "spam-score"

// gravity orders the states that rules ask for.
var gravity = []State{Approved, Held, Spam, Trashed}

// Graver reports whether a state is worse for a comment than another.
func Graver(a, b State) bool { return slices.Index(gravity, a) > slices.Index(gravity, b) }

// checkFailed is the detail of a reason of a rule that failed.
const checkFailed = "the check failed"

// judge returns the state of a comment and the reasons. It runs before the
// transaction that stores the comment, so that writers do not wait for it. If a
// rule fails it holds the comment, which is then neither lost nor public.
func judge(ctx context.Context, r models.Queryer, site *newsroom.Site, c *Comment, in Submission, now time.Time) (State, Reasons) {
	j := &judging{ctx: ctx, db: r, site: site, comment: c, in: in, now: now, facts: &facts{article: in.article}}
	return j.judge()
}

func (j *judging) judge() (State, Reasons) {
	c, in := j.comment, j.in
	j.links = foreignHosts(c, in.Host)
	state := Approved
	var reasons Reasons
	known, err := j.isKnown()
	if j.known = known; err != nil {
		state, reasons = Held, Reasons{{Rule: "known", State: Held, Weight: 1, Detail: checkFailed}}
	}
	for _, rule := range rules {
		reason, err := rule.judge(j)
		if err != nil {
			reason = &Reason{State: Held, Detail: checkFailed}
		}
		if reason == nil {
			continue
		}
		reason.Rule, reason.Weight = rule.name, cmp.Or(reason.Weight, 1)
		reasons = append(reasons, *reason)
		reasons = append(reasons, reason.parts...)
		if Graver(reason.State, state) {
			state = reason.State
		}
	}
	if state == Held && trusts(reasons) {
		state = Approved
	}
	return state, reasons
}

func judgeHoldAll(j *judging) (*Reason, error) {
	switch {
	case j.site.CommentHoldAll:
		return &Reason{State: Held, Detail: "every comment is held"}, nil
	case j.now.Before(j.site.CommentHoldUntil):
		return &Reason{State: Held, Detail: "every comment is held for a while"}, nil
	}
	return nil, nil
}

// judgePremoderated holds comments on an article with moderation before
// publication.
func judgePremoderated(j *judging) (*Reason, error) {
	if j.comment.ArticleID == 0 {
		return nil, nil
	}
	if j.facts.article == nil {
		a, err := newsroom.ByID(j.ctx, j.db, j.comment.ArticleID)
		if err != nil {
			return nil, err
		}
		j.facts.article = a
	}
	if j.facts.article.CommentStatus != newsroom.CommentsPremoderate {
		return nil, nil
	}
	return &Reason{State: Held, Detail: "every comment on this story is held"}, nil
}

// judgeLinks holds a comment with many links, the commenter's website included.
func judgeLinks(j *judging) (*Reason, error) {
	links := CountLinks(j.comment, j.in.Host)
	if j.site.CommentMaxLinks == 0 || links < j.site.CommentMaxLinks {
		return nil, nil
	}
	return &Reason{State: Held, Detail: plural(links, "link")}, nil
}

func judgeHoldWords(j *judging) (*Reason, error)  { return j.listed(j.site.HoldWords, Held), nil }
func judgeTrashWords(j *judging) (*Reason, error) { return j.listed(j.site.TrashWords, Trashed), nil }

// listed looks for a list's terms in all fields of the comment, and in the text
// without its tags: a tag can hide a word by splitting it.
func (j *judging) listed(list *terms.List, state State) *Reason {
	if list == nil || list.Empty() {
		return nil
	}
	c := j.comment
	for _, field := range []struct{ name, value string }{
		{"name", c.Author},
		{"email", c.Email},
		{"website", c.URL},
		{"text", c.Text},
		{"text", richtext.CommentText(c.Text)},
		{"address", c.IP},
		{"browser", c.Agent},
	} {
		if term, found := list.Find(field.value); found {
			return &Reason{State: state, Detail: strconv.Quote(term) + " in the " + field.name}
		}
	}
	return nil
}

// judgeStaffEmail tells moderators that a guest typed the email of an account. It
// asks for no state: otherwise the fate of a comment would reveal to a guest which
// addresses have an account.
func judgeStaffEmail(j *judging) (reason *Reason, err error) {
	if !j.facts.staffAsked {
		if j.facts.staff, err = j.askStaffEmail(); err != nil {
			return nil, err
		}
		j.facts.staffAsked = true
	}
	if j.facts.staff != nil {
		reason = new(*j.facts.staff)
	}
	return reason, nil
}

func (j *judging) askStaffEmail() (*Reason, error) {
	if j.comment.Email == "" || j.comment.UserID != nil {
		return nil, nil
	}
	if taken, err := people.HasEmail(j.ctx, j.db, j.comment.Email); err != nil || !taken {
		return nil, err
	}
	return &Reason{State: Approved, Detail: "the email belongs to an account, and the writer was not signed in"}, nil
}

// judgeFirstComment holds a comment unless its browser, account or verified email
// has approved comments. A typed name and email prove nothing.
func judgeFirstComment(j *judging) (*Reason, error) {
	if !j.site.CommentKnownOnly || j.known {
		return nil, nil
	}
	return &Reason{State: Held, Detail: "no approved comment from this browser or verified email yet"}, nil
}

// knownBy holds the settings that decide if a commenter is known: if typed addresses
// count, and how many approved comments are required.
type knownBy struct {
	typed bool
	after int
}

// isKnown reports whether the commenter is known by the rules of the site.
func (j *judging) isKnown() (bool, error) {
	asked := knownBy{j.site.CommentTrustTyped, j.site.CommentKnownAfter}
	if known, ok := j.facts.known[asked]; ok {
		return known, nil
	}
	if j.past != nil {
		return j.past.Known(j.comment), nil
	}
	known, err := isKnown(j.ctx, j.db, j.site, j.comment, j.comment.ID == 0 && j.in.Token == "")
	if err == nil {
		if j.facts.known == nil {
			j.facts.known = map[knownBy]bool{}
		}
		j.facts.known[asked] = known
	}
	return known, err
}

// isKnown reports whether the commenter has as many approved comments as the site
// requires: from the same browser, account or verified email or, if the site allows
// it, under the same typed name and email. newcomer is set for a browser that gets
// its token only now.
func isKnown(ctx context.Context, r models.Queryer, site *newsroom.Site, c *Comment, newcomer bool) (bool, error) {
	asked := max(1, site.CommentKnownAfter)
	enough := func(where string, args ...any) (bool, error) {
		n := 0
		_, err := models.QueryRow(ctx, r, []any{&n}, "SELECT COUNT(*) FROM (SELECT 1 FROM comments WHERE "+where+
			" AND state = 'approve' AND id <> ? LIMIT ?) theirs", append(args, c.ID, asked)...)
		return err == nil && n >= asked, err
	}
	if c.TokenHash != "" && !newcomer {
		if known, err := enough("token_hash = ? AND token_hash <> ''", c.TokenHash); known || err != nil {
			return known, err
		}
	}
	if c.UserID != nil {
		if known, err := enough("user_id = ?", *c.UserID); known || err != nil {
			return known, err
		}
	}
	if c.Verified {
		if known, err := enough("email = ? AND verified", c.Email); known || err != nil {
			return known, err
		}
	}
	if !site.CommentTrustTyped || c.Email == "" || c.Author == "" {
		return false, nil
	}
	return enough("email = ? AND email <> '' AND author = ?", c.Email, c.Author)
}

// judgeSpamScore adds up the signals of spam. The reasons of its parts follow its
// own reason, with the points of each.
func judgeSpamScore(j *judging) (*Reason, error) {
	if !j.site.CommentSpamScore {
		return nil, nil
	}
	if j.facts.signals == nil {
		found, err := j.signals()
		if err != nil {
			return nil, err
		}
		j.facts.signals = &found
	}
	signals := *j.facts.signals
	signals.Known, signals.Site = j.known, j.site.Spam
	verdict := spam.Started().Judge(signals)
	if len(verdict.Reasons) == 0 {
		return nil, nil
	}
	mark, from := j.site.HoldMark()
	reason := &Reason{State: Approved, Weight: verdict.Points, Detail: fmt.Sprintf("looks like talk: the mark is %.4g, %s", mark, from)}
	switch {
	case verdict.Points >= j.site.CommentSpamSpam:
		reason.State, reason.Detail = Spam, "can hardly be anything but spam"
	case verdict.Points >= mark:
		reason.State, reason.Detail = Held, fmt.Sprintf("looks like spam: the mark is %.4g, %s", mark, from)
	}
	for _, part := range verdict.Reasons {
		reason.parts = append(reason.parts, Reason{
			Rule: SpamScoreRule + "/" + part.Name, State: reason.State, Weight: part.Points, Detail: part.Detail,
		})
	}
	return reason, nil
}

// Windows of the spam signals.
const (
	repeatWindow  = 30 * 24 * time.Hour
	networkWindow = time.Hour
	// MaxCompared is how many earlier texts are compared for each half of the
	// fingerprint. MaxFromNetwork is up to how many comments of a network count.
	MaxCompared    = 20
	MaxFromNetwork = 100
)

// signals gathers the signals for the spam score.
func (j *judging) signals() (spam.Signals, error) {
	c := j.comment
	s := spam.Signals{
		Text: c.Text, Reading: j.reading(), Language: c.Language, Website: c.URL != "",
		HiddenField: j.in.HiddenField, Took: j.in.Took, Known: j.known,
	}
	for _, host := range j.links {
		if !slices.Contains(s.Hosts, host) {
			s.Hosts = append(s.Hosts, host)
		}
	}
	if err := j.countRepeats(&s); err != nil {
		return s, err
	}
	if j.past != nil {
		s.Network = j.past.FromNetwork(c.Network, j.now.Add(-networkWindow))
		s.Learned = j.past.Learned(s.Reading.Features())
		return s, nil
	}
	if c.Network != "" {
		_, err := models.QueryRow(j.ctx, j.db, []any{&s.Network}, `SELECT COUNT(*) FROM (SELECT 1 FROM comments
				WHERE network = ? AND network <> '' AND created_at > ? AND created_at <= ? LIMIT ?) recent`,
			c.Network, models.At(j.now.Add(-networkWindow)), models.At(j.now), MaxFromNetwork)
		if err != nil {
			return s, err
		}
	}
	var err error
	s.Learned, err = spamcounts.Read(j.ctx, j.db, s.Reading.Features())
	return s, err
}

// reading splits the text into features for the spam score, once.
func (j *judging) reading() spam.Reading {
	if j.facts.reading == nil {
		j.facts.reading = new(spam.Read(j.comment.Text))
	}
	return *j.facts.reading
}

// countRepeats counts the comments of the last weeks with nearly the same text:
// those in spam, and the other articles that have one. A repeat on the same article
// is left to the duplicate check.
func (j *judging) countRepeats(s *spam.Signals) error {
	c := j.comment
	if c.SimilarA == nil {
		return nil
	}
	since := models.At(j.now.Add(-repeatWindow))
	memo := cmp.Or(j.site.Compared, new(spam.Memo))
	found := repeatsOf{
		comment: c, signals: s, memo: memo, pairs: memo.PairsOf(c.Text), seen: map[int64]bool{c.ID: true}, elsewhere: map[int64]bool{},
	}
	if j.past != nil {
		for half, value := range []int64{*c.SimilarA, *c.SimilarB} {
			for _, other := range j.past.Near(half, value, since.Time) {
				found.add(other)
			}
		}
		return nil
	}
	// In SQLite, two plain queries take half the time of their union.
	for _, half := range []struct {
		column string
		value  int64
	}{{"similar_a", *c.SimilarA}, {"similar_b", *c.SimilarB}} {
		rows, err := models.QueryRows(j.ctx, j.db, "SELECT id, article_id, state, text FROM comments WHERE "+half.column+
			" = ? AND created_at > ? ORDER BY created_at DESC LIMIT ?", half.value, since, MaxCompared)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var other Comment
			if err := rows.Scan(&other.ID, &other.ArticleID, &other.State, &other.Text); err != nil {
				return err
			}
			found.add(&other)
		}
		if err := rows.Err(); err != nil {
			return err
		}
	}
	return nil
}

// repeatsOf counts the stored comments that are nearly the same as one comment.
type repeatsOf struct {
	comment   *Comment
	signals   *spam.Signals
	memo      *spam.Memo // texts that were compared lately
	pairs     spam.Pairs
	seen      map[int64]bool // comments, by id
	elsewhere map[int64]bool // articles with the same text, by id
}

func (r *repeatsOf) add(other *Comment) {
	switch {
	case r.seen[other.ID] || r.pairs.Similarity(r.memo.PairsOf(other.Text)) < spam.NearlyTheSame:
	case other.State == Spam:
		r.signals.SpamRepeats++
	case other.ArticleID != r.comment.ArticleID:
		r.elsewhere[other.ArticleID] = true
	}
	r.seen[other.ID] = true
	r.signals.Repeats = len(r.elsewhere)
}

package discussion

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"broadsheet/models"
	"broadsheet/models/discussion/spamcounts"
	"broadsheet/models/newsroom"
	"broadsheet/models/people"
	"broadsheet/models/richtext"
	"broadsheet/models/spam"
	"broadsheet/models/terms"
)

// judging is one comment before the rules.
type judging struct {
	ctx     context.Context
	reader  models.Queryer
	site    *newsroom.Site
	comment *Comment
	in      Submission
	links   []string // foreign hosts, one for each link
	known   bool     // the writer has an approved comment
	now     time.Time
	facts   *facts
	past    Past // earlier comments, nil for those of the database
}

// facts are what was found out about a comment, so that judging it by several
// sets of rules asks once.
type facts struct {
	known      map[knownBy]bool // by whether a typed email is trusted
	signals    *spam.Signals
	reading    *spam.Reading
	article    *newsroom.Article
	staffAsked bool
	staff      *Reason
	record     *record // the writer's
}

// rule is one named step of judging a comment. It returns nil when it has
// nothing to say.
type rule struct {
	name  string
	judge func(*judging) (*Reason, error)
}

// rules are asked in WordPress's order. Every one is asked, so that a
// moderator sees all that speaks against a comment; the gravest state wins,
// the trash before spam before hold.
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
}

// RuleNames lists the rules in the order they are asked.
func RuleNames() []string {
	names := make([]string, len(rules))
	for i, r := range rules {
		names[i] = r.name
	}
	return names
}

// SpamScoreRule names the rule whose weight is the spam score.
const SpamScoreRule = "spam-score"

// gravity orders what rules ask for.
var gravity = []State{Approved, Held, Spam, Trashed}

// Graver reports whether a state is worse for a comment than another.
func Graver(a, b State) bool { return slices.Index(gravity, a) > slices.Index(gravity, b) }

// judge decides the state of a comment and why. It runs before the
// transaction that stores the comment: nobody waits for it. A rule that
// fails holds the comment: it is neither lost nor published unseen.
func judge(ctx context.Context, r models.Queryer, site *newsroom.Site, c *Comment, in Submission, now time.Time) (State, Reasons) {
	return (&judging{ctx: ctx, reader: r, site: site, comment: c, in: in, now: now, facts: &facts{article: in.article}}).judge()
}

func (j *judging) judge() (State, Reasons) {
	c, in := j.comment, j.in
	j.links = foreignHosts(c, in.Host)
	state := Approved
	var reasons Reasons
	known, err := j.isKnown()
	if j.known = known; err != nil {
		state, reasons = Held, Reasons{{Rule: "known", State: Held, Weight: 1, Detail: "the check failed"}}
	}
	for _, rule := range rules {
		reason, err := rule.judge(j)
		if err != nil {
			reason = &Reason{State: Held, Detail: "the check failed"}
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

// judgePremoderated holds what stands under an article whose comments are
// read first.
func judgePremoderated(j *judging) (*Reason, error) {
	if j.comment.ArticleID == 0 {
		return nil, nil
	}
	if j.facts.article == nil {
		a, err := newsroom.ByID(j.ctx, j.reader, j.comment.ArticleID)
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

// judgeLinks counts links to other sites, and the writer's website.
func judgeLinks(j *judging) (*Reason, error) {
	links := countLinks(j.comment, j.in.Host)
	if j.site.CommentMaxLinks == 0 || links < j.site.CommentMaxLinks {
		return nil, nil
	}
	return &Reason{State: Held, Detail: plural(links, "link")}, nil
}

func judgeHoldWords(j *judging) (*Reason, error)  { return j.listed(j.site.HoldWords, Held), nil }
func judgeTrashWords(j *judging) (*Reason, error) { return j.listed(j.site.TrashWords, Trashed), nil }

// listed looks for a list's terms in everything the writer sent, and in the
// text without its tags, which may have been put in the middle of a word.
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
// asks for no state: otherwise the answer to a comment would tell any writer
// which addresses have an account.
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
	if taken, err := people.HasEmail(j.ctx, j.reader, j.comment.Email); err != nil || !taken {
		return nil, err
	}
	return &Reason{State: Approved, Detail: "the email belongs to an account, and the writer was not signed in"}, nil
}

// judgeFirstComment trusts the browser that an approved comment came from.
// A typed name and email prove nothing: anybody can type them.
func judgeFirstComment(j *judging) (*Reason, error) {
	if !j.site.CommentKnownOnly || j.known {
		return nil, nil
	}
	return &Reason{State: Held, Detail: "no approved comment from this browser or verified email yet"}, nil
}

// knownBy is what decides who is known: typed addresses count, and so many
// approved comments are asked for.
type knownBy struct {
	typed bool
	after int
}

// isKnown reports whether the writer is known by the rules of the site.
func (j *judging) isKnown() (bool, error) {
	asked := knownBy{j.site.CommentTrustTyped, j.site.CommentKnownAfter}
	if known, ok := j.facts.known[asked]; ok {
		return known, nil
	}
	if j.past != nil {
		return j.past.Known(j.comment), nil
	}
	known, err := isKnown(j.ctx, j.reader, j.site, j.comment, j.comment.ID == 0 && j.in.Token == "")
	if err == nil {
		if j.facts.known == nil {
			j.facts.known = map[knownBy]bool{}
		}
		j.facts.known[asked] = known
	}
	return known, err
}

// isKnown reports whether the writer has as many approved comments as the
// site asks for: from the same browser, from the same verified email or, where
// the site says so, under the same typed name and email. A browser that is
// only now given its token has none.
func isKnown(ctx context.Context, r models.Queryer, site *newsroom.Site, c *Comment, newcomer bool) (bool, error) {
	asked := max(1, site.CommentKnownAfter)
	enough := func(where string, args ...any) (bool, error) {
		n := 0
		_, err := models.QueryRow(ctx, r, []any{&n}, "SELECT COUNT(*) FROM (SELECT 1 FROM comments WHERE "+where+" AND state = 'approve' AND id <> ? LIMIT ?) theirs", append(args, c.ID, asked)...)
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

// judgeSpamScore adds up what speaks for spam. Its parts are listed after
// it, with the points of each.
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
		reason.parts = append(reason.parts, Reason{Rule: SpamScoreRule + "/" + part.Name, State: reason.State, Weight: part.Points, Detail: part.Detail})
	}
	return reason, nil
}

// Windows of the spam signals.
const (
	repeatWindow  = 30 * 24 * time.Hour
	networkWindow = time.Hour
	// MaxCompared is how many earlier texts are compared for each half of the
	// fingerprint, MaxFromNetwork up to how many comments of a network are counted.
	MaxCompared    = 20
	MaxFromNetwork = 100
)

// signals gathers what the spam score asks for.
func (j *judging) signals() (spam.Signals, error) {
	c := j.comment
	s := spam.Signals{
		Text: c.Text, Reading: j.reading(), Language: c.Language, Website: c.URL != "", HiddenField: j.in.HiddenField, Took: j.in.Took, Known: j.known,
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
		_, err := models.QueryRow(j.ctx, j.reader, []any{&s.Network}, `SELECT COUNT(*) FROM (SELECT 1 FROM comments WHERE network = ? AND network <> '' AND created_at > ? AND created_at <= ? LIMIT ?) recent`,
			c.Network, models.At(j.now.Add(-networkWindow)), models.At(j.now), MaxFromNetwork)
		if err != nil {
			return s, err
		}
	}
	var err error
	s.Learned, err = spamcounts.Read(j.ctx, j.reader, s.Reading.Features())
	return s, err
}

// reading splits the text into features for the spam score, once.
func (j *judging) reading() spam.Reading {
	if j.facts.reading == nil {
		j.facts.reading = new(spam.Read(j.comment.Text))
	}
	return *j.facts.reading
}

// countRepeats looks for nearly the same text in the last weeks. The same
// browser answering twice under one article in the same words is a case for
// the duplicate check, not for this.
func (j *judging) countRepeats(s *spam.Signals) error {
	c := j.comment
	if c.SimilarA == nil {
		return nil
	}
	since := models.At(j.now.Add(-repeatWindow))
	memo := cmp.Or(j.site.Compared, new(spam.Memo))
	found := repeatsOf{comment: c, signals: s, memo: memo, pairs: memo.Of(c.Text), seen: map[int64]bool{c.ID: true}, elsewhere: map[int64]bool{}}
	if j.past != nil {
		for half, value := range []int64{*c.SimilarA, *c.SimilarB} {
			for _, other := range j.past.Near(half, value, since.Time) {
				found.add(other)
			}
		}
		return nil
	}
	// Two plain look-ups cost SQLite half of what one that unites them does.
	for _, half := range []struct {
		column string
		value  int64
	}{{"similar_a", *c.SimilarA}, {"similar_b", *c.SimilarB}} {
		rows, err := models.QueryRows(j.ctx, j.reader, "SELECT id, article_id, state, text FROM comments WHERE "+half.column+" = ? AND created_at > ? ORDER BY created_at DESC LIMIT ?",
			half.value, since, MaxCompared)
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
	case r.seen[other.ID] || r.pairs.Similarity(r.memo.Of(other.Text)) < spam.NearlyTheSame:
	case other.State == Spam:
		r.signals.SpamRepeats++
	case other.ArticleID != r.comment.ArticleID:
		r.elsewhere[other.ArticleID] = true
	}
	r.seen[other.ID] = true
	r.signals.Repeats = len(r.elsewhere)
}

// fingerprint notes the halves of the text's fingerprint.
func (c *Comment) fingerprint() {
	c.SimilarA, c.SimilarB = nil, nil
	if f, ok := spam.FingerprintOf(c.Text); ok {
		c.SimilarA, c.SimilarB = new(int64(f.A)), new(int64(f.B))
	}
}

// Candidate is a text to be judged without being stored.
type Candidate struct {
	Author string `json:"author"`
	Email  string `json:"email"`
	URL    string `json:"url"`
	Text   string `json:"text"`
}

// Judge runs a text through the rules as if a stranger had sent it, and
// stores nothing. language is the article's, "" where there is none.
func Judge(ctx context.Context, db *models.DB, site *newsroom.Site, candidate Candidate, language string) (State, Reasons) {
	c := candidate.Comment(language)
	return judge(ctx, db, site, c, Submission{}, db.Now())
}

// Comment builds a comment from the candidate, nearly as [Post] does. It keeps an
// email that Post would refuse, in lower case.
func (candidate Candidate) Comment(language string) *Comment {
	c := &Comment{
		Author: richtext.PlainLine(candidate.Author), Email: people.EmailForm(candidate.Email),
		URL: CleanURL(candidate.URL), Text: cutBytes(strings.TrimSpace(richtext.Normalize(candidate.Text)), MaxTextBytes), Language: language,
	}
	c.HTML = richtext.Comment(c.Text)
	c.fingerprint()
	return c
}

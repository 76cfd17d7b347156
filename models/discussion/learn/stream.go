package learn

import (
	"cmp"
	"context"
	"net/netip"
	"slices"
	"strings"
	"time"

	"broadsheet/models"
	"broadsheet/models/discussion"
	"broadsheet/models/discussion/spamcounts"
	"broadsheet/models/newsroom"
	"broadsheet/models/spam"
)

// Row is a comment of a stream. Label is "spam", "ham" or "". A row without a
// label is judged but not learned.
type Row struct {
	discussion.Candidate
	IP      string
	Article string // names the article; equal names are one article
	Date    time.Time
	Label   string
}

// Stream judges comments in the order in which they came in, like a site that
// begins with the shipped model. It learns each label some rows later, as if it
// were a moderator's decision. It keeps its state in memory and writes nothing to
// the database.
//
// It switches off the rules that hold comments for other reasons than their
// content, such as "hold all" and "hold the first of each commenter". They
// would hide the effect of the score.
type Stream struct {
	db       *models.DB
	site     *newsroom.Site
	language string
	delay    int
	now      time.Time

	rows     []*streamed // rows that are not learned yet
	articles map[string]int64
	similar  [2]map[int64][]*discussion.Comment // by the halves of the fingerprint
	networks map[string][]time.Time             // in the last hour
	known    map[string]int                     // approved comments by typed email and name
	last     int64

	own       spam.Learned
	lessons   map[bool][]spam.Lesson
	decisions int
	learnt    int // decisions that the site's model has seen
}

type streamed struct {
	comment *discussion.Comment
	reading spam.Reading
	label   string
}

// Streamed is the outcome of one row.
type Streamed struct {
	discussion.Outcome
	Score float64
	Mark  float64 // in force when the row came in
}

// New makes a stream with the rules of a site. language is that of the
// articles. The stream learns the label of a row after delay more rows.
func New(db *models.DB, site *newsroom.Site, language string, delay int) *Stream {
	settings := site.Settings
	settings.CommentHoldAll, settings.CommentKnownOnly, settings.CommentHoldUntil = false, false, time.Time{}
	site = site.With(settings)
	site.Spam = nil
	return &Stream{
		db: db, site: site, language: language, delay: delay, now: db.Now(),
		articles: map[string]int64{}, similar: [2]map[int64][]*discussion.Comment{{}, {}},
		networks: map[string][]time.Time{}, known: map[string]int{},
		own: spam.Learned{Features: map[uint32]spam.Count{}}, lessons: map[bool][]spam.Lesson{},
	}
}

// streamPace is the time between two rows that have no date.
const streamPace = time.Minute

// Judge judges the next row.
func (s *Stream) Judge(ctx context.Context, row Row) Streamed {
	if len(s.rows) >= max(s.delay, 1) {
		s.learn(s.rows[0])
		s.rows = s.rows[1:]
	}
	s.now = s.now.Add(streamPace)
	if !row.Date.IsZero() {
		s.now = row.Date
	}
	s.last++
	c := row.Comment(s.language)
	c.ID, c.ArticleID, c.CreatedAt = s.last, s.article(row.Article), models.At(s.now)
	ip, _ := netip.ParseAddr(row.IP)
	var out Streamed
	var reading spam.Reading
	out.Outcome, reading = discussion.JudgeAmong(ctx, s.db, s.site, c, ip, s.now, s)
	out.Score, _ = out.Reasons.Score()
	out.Mark, _ = s.site.HoldMark()
	c.State, c.Reasons = out.State, out.Reasons
	s.remember(&streamed{c, reading, row.Label})
	if s.delay == 0 {
		s.learn(s.rows[0])
		s.rows = s.rows[1:]
	}
	return out
}

// article returns the number of an article. It numbers them in the order in
// which they first appear.
func (s *Stream) article(name string) int64 {
	id, ok := s.articles[name]
	if !ok {
		id = int64(len(s.articles) + 1)
		s.articles[name] = id
	}
	return id
}

func (s *Stream) remember(r *streamed) {
	c := r.comment
	s.rows = append(s.rows, r)
	for i, half := range []*int64{c.SimilarA, c.SimilarB} {
		if half != nil {
			list := append(s.similar[i][*half], c)
			s.similar[i][*half] = list[max(0, len(list)-discussion.MaxCompared):]
		}
	}
	if c.Network != "" {
		list := append(s.networks[c.Network], s.now)
		s.networks[c.Network] = list[max(0, len(list)-discussion.MaxFromNetwork):]
	}
}

// learn learns a label like a moderator's decision.
func (s *Stream) learn(r *streamed) {
	c := r.comment
	isSpam := r.label == spamcounts.Spam
	switch r.label {
	case spamcounts.Spam:
		c.State = discussion.Spam
		s.own.Texts.Spam++
	case spamcounts.Ham:
		c.State = discussion.Approved
		s.own.Texts.Ham++
		s.known[c.Email+"\n"+c.Author]++
	default:
		return
	}
	for _, f := range r.reading.Features() {
		count := s.own.Features[f]
		if isSpam {
			count.Spam++
		} else {
			count.Ham++
		}
		s.own.Features[f] = count
	}
	lesson := spam.Lesson{Reading: r.reading, Spam: isSpam}
	lesson.Points, lesson.Scored = c.Reasons.Score()
	list := append(s.lessons[isSpam], lesson)
	s.lessons[isSpam] = list[max(0, len(list)-spam.MostLessons):]
	s.decisions++
	if dueToLearn(s.decisions, s.learnt) {
		s.learnt = s.decisions
		site := *s.site
		site.Spam = spam.LearnSite(slices.Concat(s.lessons[false], s.lessons[true]))
		s.site = &site
	}
}

// Learned returns the counts of features, as [spamcounts.Read] does for the
// database.
func (s *Stream) Learned(features []uint32) spam.Learned {
	own := spam.Learned{Texts: s.own.Texts, Features: map[uint32]spam.Count{}}
	for _, f := range features {
		if count, ok := s.own.Features[f]; ok {
			own.Features[f] = count
		}
	}
	return own
}

// Near returns comments with the same half of the fingerprint, the newest first.
func (s *Stream) Near(half int, value int64, since time.Time) (list []*discussion.Comment) {
	for _, c := range slices.Backward(s.similar[half][value]) {
		if c.CreatedAt.After(since) {
			list = append(list, c)
		}
	}
	return list
}

// FromNetwork counts the comments from a network since a time.
func (s *Stream) FromNetwork(network string, since time.Time) (n int) {
	for _, at := range s.networks[network] {
		if at.After(since) && !at.After(s.now) {
			n++
		}
	}
	return n
}

// Known compares typed names and emails only, because a row has no browser.
func (s *Stream) Known(c *discussion.Comment) bool {
	return s.site.CommentTrustTyped && c.Email != "" && c.Author != "" &&
		s.known[c.Email+"\n"+c.Author] >= cmp.Or(s.site.CommentKnownAfter, 1)
}

// ParseLabel reads a label as data sets write it. ok is false for another word.
func ParseLabel(s string) (label string, ok bool) {
	switch label = strings.ToLower(strings.TrimSpace(s)); label {
	case spamcounts.Spam, spamcounts.Ham, "":
		return label, true
	}
	return "", false
}

package newsroom

import (
	"fmt"
	"math"
	"strings"
	"time"
)

// log2Below returns SQL for the logarithm of x to the base 2, drawn as
// straight lines between the powers of two: never above the true one and at
// most log2Gap below it. SQLite has no logarithm of its own. x lies between
// 2^-4 and 2^10.
func log2Below(x string) string {
	const lowest, highest = -4, 10
	var b strings.Builder
	b.WriteString("CASE")
	for k := lowest; k < highest; k++ {
		fmt.Fprintf(&b, " WHEN %s < %g THEN %g + %s * %g", x, exp2(k+1), float64(k-1), x, 1/exp2(k))
	}
	fmt.Fprintf(&b, " ELSE %g END", float64(highest))
	return b.String()
}

// log2Weight is log2Below of the one thing it is asked of.
var log2Weight = log2Below("weight")

// log2Gap is how far the straight lines of log2Below can lie below the
// curve: 0.0861 and a little for rounding.
const log2Gap = "0.087"

func exp2(k int) float64 {
	if k < 0 {
		return 1 / float64(int(1)<<-k)
	}
	return float64(int(1) << k)
}

// longAgo is an instant before every story.
const longAgo = "-1000000000000000000"

// listedSlack is by how much a story's place in a list, its local time read
// as UTC, can lie before its true time, in microseconds.
const listedSlack = int64(24 * time.Hour / time.Microsecond)

// statement writes the query for the related stories. Its text depends on
// nothing but Count and the number of marks and sets, so that few texts are
// prepared.
//
// It is laid out for SQLite, where a temporary table costs as much as a
// hundred look-ups: only what is read twice is kept in one, exclusions are
// looked up one by one instead of gathered, and whatever cannot reach the
// bar is dropped before anything more is looked up about it.
func (s relatedSearch) statement() (string, []any) {
	b := &sqlBuilder{}
	s.addNear(b)
	s.addHorizon(b)
	s.addTagged(b)
	s.addFound(b)
	s.addScored(b)
	b.add(`
SELECT ` + teaserColumns + `, k.mask, k.pin, (
		SELECT STRING_AGG(t.id || ' ' || t.weight, ' ') FROM article_tags x JOIN counted t ON +t.id = x.tag_id
		WHERE x.article_id = a.id AND x.position < ` + countedTags + `) AS shared_tags
FROM kept k JOIN articles a ON a.id = k.article_id
LEFT JOIN media m ON m.id = a.picture_id`)
	return b.text.String(), b.args
}

// reaches is SQL for the rows whose weight and time make, at least roughly,
// the bar. It takes the article's own time and the half-life.
func reaches(at string) string {
	return log2Weight + ` + CAST(` + at + ` - ? AS DOUBLE PRECISION) / ? >= COALESCE((SELECT rank FROM bar), -1e9) - ` + log2Gap
}

// addNear reads the newest stories of each set: first where in the set's
// list the last of them stands, then from the top down to it. log is the
// logarithm of what the set adds up to; the bar is the rank that the
// Count-th best has by its sections alone.
func (s relatedSearch) addNear(b *sqlBuilder) {
	b.add(`WITH sets(mask, log, set_key) AS (VALUES `)
	for i, set := range closedSets(s.marks) {
		b.row(i, `(`+number+`, CAST(? AS DOUBLE PRECISION), CAST(? AS TEXT))`, set.bits, s.log2Of(set.bits), set.key)
	}
	if len(s.marks) == 0 {
		b.add(`(0, 0.0, '')`) // in nobody's list
	}
	last := func(column string) string {
		return `(SELECT r.` + column + ` FROM related_sets r WHERE r.set_key = s.set_key AND ` + allowed("r.article_id") + `
		ORDER BY r.published_at DESC, r.article_id DESC ` + s.countth() + `)`
	}
	not := []any{s.ArticleID, s.ArticleID, s.ArticleID}
	b.add(`),
reach(mask, log, set_key, at, id) AS MATERIALIZED (
	SELECT s.mask, s.log, s.set_key, COALESCE(`+last("published_at")+`, `+longAgo+`), COALESCE(`, not...)
	b.add(last("article_id")+`, 0) FROM sets s
),
near(article_id, published_at, mask, log) AS MATERIALIZED (
	SELECT r.article_id, r.published_at, MAX(s.mask), MAX(s.log) FROM reach s CROSS JOIN related_sets r
	WHERE r.set_key = s.set_key AND (r.published_at, r.article_id) >= (s.at, s.id) AND `, not...)
	b.add(allowed("r.article_id")+`
	GROUP BY r.article_id, r.published_at
),
bar(rank) AS (
	SELECT log + CAST(published_at - ? AS DOUBLE PRECISION) / ? AS rank FROM near ORDER BY rank DESC `+s.countth()+`
)`, append(not, s.PublishedAt, s.halfLife)...)
}

// addHorizon finds the tags that count, and how far back a story that shares
// everything would still reach the bar.
func (s relatedSearch) addHorizon(b *sqlBuilder) {
	b.add(`,
own(id) AS (VALUES `)
	for i := range relatedTags {
		id := int64(0) // no tag has it
		if i < len(s.Tags) {
			id = s.Tags[i]
		}
		b.row(i, `(`+number+`)`, id)
	}
	b.add(`),
counted(id, weight) AS MATERIALIZED (
	SELECT t.id, t.weight FROM own o JOIN tags t ON t.id = o.id WHERE t.stories <= `+fmt.Sprint(maxTagArticles)+`
),
everything(weight) AS (SELECT CAST(? AS DOUBLE PRECISION) + COALESCE(SUM(weight), 0) FROM counted),
horizon(since) AS (
	SELECT COALESCE(CAST(? + ? * ((SELECT rank FROM bar) - `+log2Gap+` - (`+log2Weight+`)) - ? AS BIGINT), `+longAgo+`)
	FROM everything
)`, s.everyMark(), s.PublishedAt, s.halfLife, listedSlack)
}

// everyMark is what sharing all sections and their parents adds up to.
func (s relatedSearch) everyMark() (sum float64) {
	for _, m := range s.marks {
		sum += m.weight
	}
	return sum
}

// addTagged finds the stories that share rare tags, up to the horizon, and
// leaves out those that would not reach the bar if they shared every section
// besides.
func (s relatedSearch) addTagged(b *sqlBuilder) {
	b.add(`,
tagged(article_id, tags) AS (
	SELECT article_id, tags FROM (
		SELECT l.article_id, l.published_at, SUM(t.weight) AS tags, SUM(t.weight) + CAST(? AS DOUBLE PRECISION) AS weight
		FROM counted t JOIN listings l ON l.kind = `+number+` AND l.ref = t.id AND l.published_at >= (SELECT since FROM horizon)
		WHERE EXISTS (SELECT 1 FROM article_tags x WHERE x.article_id = l.article_id AND x.position < `+countedTags+` AND x.tag_id = +t.id)
		GROUP BY l.article_id, l.published_at
	) best WHERE `+reaches("(published_at + "+fmt.Sprint(listedSlack)+")")+`
)`, s.everyMark(), TagArticles, s.PublishedAt, s.halfLife)
}

// addFound adds to the near stories those of the tags and the pinned ones,
// with the marks that they share.
func (s relatedSearch) addFound(b *sqlBuilder) {
	b.add(`,
pool(article_id, tags, pin) AS (
	SELECT article_id, tags, CAST(NULL AS BIGINT) FROM tagged
	UNION ALL
	SELECT target_id, 0, position FROM related_choices WHERE article_id = `+number+` AND kind = 'pin'
),
found(article_id, published_at, mask, tags, pin) AS (
	SELECT article_id, published_at, mask, 0.0, CAST(NULL AS BIGINT) FROM near
	UNION ALL
	SELECT a.id, a.published_at, 0`, s.ArticleID)
	for i := range s.marks {
		set := alone(s.marks, i)
		b.add(` + CASE WHEN EXISTS (SELECT 1 FROM related_sets r
			WHERE r.set_key = CAST(? AS TEXT) AND r.published_at = a.published_at AND r.article_id = a.id) THEN `+fmt.Sprint(set.bits)+` ELSE 0 END`, set.key)
	}
	b.add(`, p.tags, p.pin
	FROM pool p JOIN articles a ON a.id = p.article_id
	WHERE a.status = 'published' AND `+allowed("a.id")+`
)`, s.ArticleID, s.ArticleID, s.ArticleID)
}

// addScored sums up what each of them shares and keeps those that reach the
// bar.
func (s relatedSearch) addScored(b *sqlBuilder) {
	b.add(`,
scored(article_id, published_at, mask, pin, weight) AS (
	SELECT article_id, published_at, MAX(mask), MAX(pin), MAX(tags)`)
	for i, m := range s.marks {
		b.add(fmt.Sprintf(` + CASE WHEN MAX(mask) & %d <> 0 THEN CAST(? AS DOUBLE PRECISION) ELSE 0 END`, 1<<i), m.weight)
	}
	b.add(`
	FROM found GROUP BY article_id, published_at
),
kept(article_id, mask, pin) AS (
	SELECT article_id, mask, pin FROM scored WHERE pin IS NOT NULL OR weight > 0 AND `+reaches("published_at")+`
)`, s.PublishedAt, s.halfLife)
}

// number is SQL for an argument that is a whole number. The cast is not idle:
// SQLite plans a statement anew at each run, here at ten times the cost of
// the run, when a bare argument stands in a comparison or a LIMIT.
const number = "CAST(? AS BIGINT)"

// countth is SQL for the Count-th row only.
func (s relatedSearch) countth() string { return fmt.Sprint("LIMIT 1 OFFSET ", s.Count-1) }

// log2Of returns the logarithm of what the marks of a mask add up to.
func (s relatedSearch) log2Of(mask int64) float64 {
	sum := 0.0
	for i, m := range s.marks {
		if mask&(1<<i) != 0 {
			sum += m.weight
		}
	}
	return math.Log2(max(sum, 1e-6))
}

// allowed is SQL for a story that may be related to the article: not itself,
// nor linked from it, nor barred. It takes the article's number three times.
func allowed(id string) string {
	return id + ` <> ` + number + ` AND NOT EXISTS (SELECT 1 FROM article_links x WHERE x.article_id = ` + number + ` AND x.target_id = ` + id + `)
		AND NOT EXISTS (SELECT 1 FROM related_choices x WHERE x.article_id = ` + number + ` AND x.target_id = ` + id + ` AND x.kind = 'bar')`
}

var countedTags = fmt.Sprint(relatedTags)

// sqlBuilder gathers a statement and its arguments.
type sqlBuilder struct {
	text strings.Builder
	args []any
}

func (b *sqlBuilder) add(text string, args ...any) {
	b.text.WriteString(text)
	b.args = append(b.args, args...)
}

// row adds the i-th row of a VALUES list.
func (b *sqlBuilder) row(i int, text string, args ...any) {
	if i > 0 {
		b.text.WriteString(", ")
	}
	b.add(text, args...)
}

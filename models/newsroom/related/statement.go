package related

import (
	"fmt"
	"math"
	"strings"
	"time"

	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/relatedsets"
)

// log2Below returns SQL that approximates the base-2 logarithm of x by linear
// interpolation between powers of two. The result is never above the true value
// and at most log2Gap below it, for x between 2^-4 and 2^10. SQLite is not always
// compiled with a logarithm.
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

// log2Weight is SQL for the logarithm of the column weight.
var log2Weight = log2Below("weight")

// log2Gap is the largest error of log2Below: 0.0861, and a little for rounding.
const log2Gap = "0.087"

func exp2(k int) float64 {
	if k < 0 {
		return 1 / float64(int(1)<<-k)
	}
	return float64(int(1) << k)
}

// longAgo is a time before all articles.
const longAgo = "-1000000000000000000"

// listedSlack is the most, in microseconds, by which an article's time in a list
// (its local time read as UTC) can be before its true time.
const listedSlack = int64(24 * time.Hour / time.Microsecond)

// statement returns the query for the candidates and its arguments. The text
// depends only on Count and on the number of features and sets, so that few
// different statements are prepared.
//
// It is written for SQLite, where a temporary table costs as much as a hundred
// index look-ups. So only results that are read twice are materialised,
// exclusions are looked up row by row, and rows that cannot reach the bar are
// dropped before anything else is looked up about them.
func (s search) statement() (string, []any) {
	b := &sqlBuilder{}
	s.addNear(b)
	s.addHorizon(b)
	s.addTagged(b)
	s.addFound(b)
	s.addScored(b)
	b.add(`
SELECT ` + newsroom.TeaserColumns + `, k.mask, k.pin, (
		SELECT STRING_AGG(t.id || ' ' || t.weight, ' ') FROM article_tags x JOIN counted t ON +t.id = x.tag_id
		WHERE x.article_id = a.id AND x.position < ` + countedTags + `) AS shared_tags
FROM kept k JOIN articles a ON a.id = k.article_id
LEFT JOIN media m ON m.id = a.picture_id`)
	return b.text.String(), b.args
}

// mayReachBar returns an SQL condition: the rank from the column weight and the time
// at may reach the bar. Its arguments are the article's own time and the
// half-life.
func mayReachBar(at string) string {
	return log2Weight + ` + CAST(` + at + ` - ? AS DOUBLE PRECISION) / ? >= COALESCE((SELECT rank FROM bar), -1e9) - ` + log2Gap
}

// addNear adds the newest articles of each set: "reach" finds the position of the
// Count-th in the set's list, "near" reads the list down to it. log is the
// logarithm of the set's weight. The bar is the rank of the Count-th best by
// categories alone.
func (s search) addNear(b *sqlBuilder) {
	b.add(`WITH sets(mask, log, set_key) AS (VALUES `)
	for i, set := range relatedsets.Closed(s.features) {
		b.row(i, `(`+number+`, CAST(? AS DOUBLE PRECISION), CAST(? AS TEXT))`, set.Bits, s.log2Of(set.Bits), set.Key)
	}
	if len(s.features) == 0 {
		b.add(`(0, 0.0, '')`) // matches no row
	}
	last := func(column string) string {
		return `(SELECT r.` + column + ` FROM related_sets r WHERE r.set_key = s.set_key AND ` + isAllowed("r.article_id") + `
		ORDER BY r.published_at DESC, r.article_id DESC ` + s.limitToNth() + `)`
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
	b.add(isAllowed("r.article_id")+`
	GROUP BY r.article_id, r.published_at
),
bar(rank) AS (
	SELECT log + CAST(published_at - ? AS DOUBLE PRECISION) / ? AS rank FROM near ORDER BY rank DESC `+s.limitToNth()+`
)`, append(not, s.PublishedAt, s.halfLife)...)
}

// addHorizon adds the tags that count, and the horizon: the earliest time at
// which an article that shares everything would still reach the bar.
func (s search) addHorizon(b *sqlBuilder) {
	b.add(`,
own(id) AS (VALUES `)
	for i := range maxTags {
		id := int64(0) // no tag has this id
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
)`, s.totalWeight(), s.PublishedAt, s.halfLife, listedSlack)
}

// totalWeight returns the weight of all features together.
func (s search) totalWeight() (sum float64) {
	for _, m := range s.features {
		sum += m.Weight
	}
	return sum
}

// addTagged adds the articles that share rare tags, back to the horizon, without
// those that would not reach the bar even if they shared all categories.
func (s search) addTagged(b *sqlBuilder) {
	b.add(`,
tagged(article_id, tags) AS (
	SELECT article_id, tags FROM (
		SELECT l.article_id, l.published_at, SUM(t.weight) AS tags, SUM(t.weight) + CAST(? AS DOUBLE PRECISION) AS weight
		FROM counted t JOIN listings l ON l.kind = `+number+` AND l.ref = t.id AND l.published_at >= (SELECT since FROM horizon)
		WHERE EXISTS (SELECT 1 FROM article_tags x
			WHERE x.article_id = l.article_id AND x.position < `+countedTags+` AND x.tag_id = +t.id)
		GROUP BY l.article_id, l.published_at
	) best WHERE `+mayReachBar("(published_at + "+fmt.Sprint(listedSlack)+")")+`
)`, s.totalWeight(), newsroom.TagArticles, s.PublishedAt, s.halfLife)
}

// addFound joins the articles of the sets, those of the tags and the pinned ones,
// with the features that each shares.
func (s search) addFound(b *sqlBuilder) {
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
	for i := range s.features {
		set := relatedsets.Single(s.features, i)
		b.add(` + CASE WHEN EXISTS (SELECT 1 FROM related_sets r
			WHERE r.set_key = CAST(? AS TEXT) AND r.published_at = a.published_at AND r.article_id = a.id)
			THEN `+fmt.Sprint(set.Bits)+` ELSE 0 END`, set.Key)
	}
	b.add(`, p.tags, p.pin
	FROM pool p JOIN articles a ON a.id = p.article_id
	WHERE a.status = 'published' AND `+isAllowed("a.id")+`
)`, s.ArticleID, s.ArticleID, s.ArticleID)
}

// addScored adds up the shared weights of each article, and keeps the pinned
// articles and those that reach the bar.
func (s search) addScored(b *sqlBuilder) {
	b.add(`,
scored(article_id, published_at, mask, pin, weight) AS (
	SELECT article_id, published_at, MAX(mask), MAX(pin), MAX(tags)`)
	for i, m := range s.features {
		b.add(fmt.Sprintf(` + CASE WHEN MAX(mask) & %d <> 0 THEN CAST(? AS DOUBLE PRECISION) ELSE 0 END`, 1<<i), m.Weight)
	}
	b.add(`
	FROM found GROUP BY article_id, published_at
),
kept(article_id, mask, pin) AS (
	SELECT article_id, mask, pin FROM scored WHERE pin IS NOT NULL OR weight > 0 AND `+mayReachBar("published_at")+`
)`, s.PublishedAt, s.halfLife)
}

// number is SQL for an integer argument. The cast is needed: with a bare argument
// in a comparison or a LIMIT, SQLite plans the statement again at each run, which
// costs ten times the run itself.
const number = "CAST(? AS BIGINT)"

// limitToNth returns SQL that selects only the Count-th row.
func (s search) limitToNth() string { return fmt.Sprint("LIMIT 1 OFFSET ", s.Count-1) }

// log2Of returns the base-2 logarithm of the weight of the features in a mask.
func (s search) log2Of(mask int64) float64 {
	sum := 0.0
	for i, m := range s.features {
		if mask&(1<<i) != 0 {
			sum += m.Weight
		}
	}
	return math.Log2(max(sum, 1e-6))
}

// isAllowed returns an SQL condition: the article with this id is not the article
// itself, not linked from it and not barred. Its arguments are the article's own
// id three times.
func isAllowed(id string) string {
	return id + ` <> ` + number + `
		AND NOT EXISTS (SELECT 1 FROM article_links x WHERE x.article_id = ` + number + ` AND x.target_id = ` + id + `)
		AND NOT EXISTS (SELECT 1 FROM related_choices x
			WHERE x.article_id = ` + number + ` AND x.target_id = ` + id + ` AND x.kind = 'bar')`
}

var countedTags = fmt.Sprint(maxTags)

// sqlBuilder builds a statement together with its arguments.
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

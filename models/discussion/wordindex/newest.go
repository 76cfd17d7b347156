package wordindex

import (
	"context"

	"broadsheet/models"

	"gorm.io/gorm"
)

// newestSample is the number of the newest entries that tell how common the words of a
// query are. It is a variable for the tests.
var newestSample = 2048

// Of newestSample entries, so many meet a query with common words, and so few a query
// with rare ones.
const (
	commonShare = 8   // one in eight or more
	rareShare   = 256 // one in 256 or fewer
)

// Newest returns the numbers of the newest comments, at most most, with a column that
// meets the query. languages are results of [terms.StemLanguage].
//
// It is for PostgreSQL, which cannot stop a search in its index of words after the newest
// entries: it has to find all of them or to read entries without the index, and its
// statistics do not tell which is less. So a sample of the newest entries tells it. For
// common words the newest entries are read one by one. For rare ones the index finds all.
// Between them the index finds those in the latest part of the table.
func (q Query) Newest(ctx context.Context, r models.Queryer, column string, languages []string, most int) (ids []int64, err error) {
	condition, argument, ok := q.Condition(r.Dialect(), column, languages)
	if !ok {
		return nil, nil
	}
	var sample struct{ Entries, Found, First, Last int64 }
	err = r.Query(ctx).Raw(`SELECT COUNT(*) AS entries, COUNT(CASE WHEN `+condition+` THEN 1 END) AS found,
		COALESCE(MIN(docid), 0) AS first, COALESCE(MAX(docid), 0) AS last
		FROM (SELECT docid, `+column+` FROM comment_words ORDER BY docid DESC LIMIT ?) newest`,
		argument, newestSample).Scan(&sample).Error
	const newest = " ORDER BY docid DESC LIMIT ?"
	switch size := int64(newestSample); {
	case err != nil:
		return nil, err
	case sample.Entries < size || sample.Found*commonShare >= size:
		return ids, r.Query(ctx).Raw("SELECT docid FROM comment_words WHERE "+condition+newest, argument, most).Scan(&ids).Error
	case sample.Found*rareShare > size:
		// Each part is a quarter longer than expected, so that few searches need a third one.
		part, hits := sample.Last-sample.First+1, sample.Found
		for range 2 {
			if part = part * int64(most) / hits * 5 / 4; part > sample.Last {
				break
			}
			err = models.ByIndexes(ctx, r, func(q *gorm.DB) error {
				return q.Raw("SELECT docid FROM comment_words WHERE "+condition+" AND docid > ?"+newest,
					argument, sample.Last-part, most).Scan(&ids).Error
			})
			if err != nil || len(ids) == most {
				return ids, err
			}
			hits = int64(max(len(ids), 1))
		}
	}
	all := "SELECT docid FROM comment_words WHERE " + condition + r.Dialect().PlannedAlone()
	return ids, r.Query(ctx).Raw("SELECT docid FROM ("+all+") found"+newest, argument, most).Scan(&ids).Error
}

package searchindex

import (
	"context"
	"fmt"
	"time"

	"broadsheet/models"
)

// A docid is the seconds of the article's local time since the year 1, and a number
// among the articles of that second. A second with more articles uses the numbers
// of the next ones.
const (
	slotBits = 6
	slots    = 1 << slotBits
)

// firstSecond is the second 0 of docids, in Unix seconds.
var firstSecond = time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC).Unix()

// FirstDocid returns the lowest docid of an article with this local time, read as
// UTC, or a later one.
func FirstDocid(t time.Time) int64 { return max(1, t.Unix()-firstSecond) << slotBits }

// TimeOf returns the local time of an article, read as UTC, by its docid.
func TimeOf(docid int64) time.Time { return time.Unix(docid>>slotBits+firstSecond, 0).UTC() }

// numbering gives docids to articles. It remembers the last one of a crowded
// second, as an import of articles with dates alone has them.
type numbering struct{ last map[int64]int64 }

// next returns a docid for an article with this local time that no entry has, or had
// on SQLite.
func (n *numbering) next(ctx context.Context, tx *models.Tx, t time.Time) (int64, error) {
	first := FirstDocid(t)
	docid, known := n.last[first]
	if !known {
		docid = first - 1
	}
	docid++
	for width := int64(slots); ; width *= 2 {
		var used []int64
		err := tx.Query(ctx).Raw(`SELECT docid FROM search_docs WHERE docid >= ? AND docid < ?
			UNION SELECT CAST(word AS BIGINT) FROM search_words WHERE part = ? AND word >= ? AND word < ? ORDER BY docid`,
			docid, docid+width, deadPart, fmt.Sprintf("%016d", docid), fmt.Sprintf("%016d", docid+width)).Scan(&used).Error
		if err != nil {
			return 0, err
		}
		for _, u := range used {
			if u != docid {
				break
			}
			docid++
		}
		if len(used) < int(width) || docid < used[len(used)-1] {
			if n.last == nil {
				n.last = map[int64]int64{}
			}
			n.last[first] = docid
			return docid, nil
		}
	}
}

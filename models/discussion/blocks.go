package discussion

import (
	"cmp"
	"context"
	"slices"

	"broadsheet/models"

	"gorm.io/gorm/clause"
)

// A numbered page of a long discussion is found by adding up how many threads
// each stretch of it shows, instead of going past them all. Short discussions
// have no such counts: going past them is as quick.

// blockThreads is how many threads a new stretch has; one with twice as many
// is cut in two.
const blockThreads = 1000

// threadKey is the place of a thread among the others: by time, then number.
type threadKey struct {
	At models.Time `gorm:"column:first_at"`
	ID int64       `gorm:"column:first_id"`
}

// earliest is before every thread.
var earliest = threadKey{models.FromMicros(-1 << 60), 0}

func (k threadKey) compare(other threadKey) int {
	return cmp.Or(k.At.Compare(other.At.Time), cmp.Compare(k.ID, other.ID))
}

// threadBlock is a stretch of a discussion: the threads from its key on, up
// to the next one's.
type threadBlock struct {
	ArticleID int64       `gorm:"primaryKey"`
	FirstAt   models.Time `gorm:"primaryKey"`
	FirstID   int64       `gorm:"primaryKey"`
	Threads   int
}

func (threadBlock) TableName() string { return "thread_blocks" }

func (b threadBlock) key() threadKey { return threadKey{b.FirstAt, b.FirstID} }

// threadMove notes that a thread appears on the pages or vanishes from them.
type threadMove struct {
	key threadKey
	by  int // +1 or -1
}

func loadBlocks(ctx context.Context, r models.Queryer, articleID int64) ([]threadBlock, error) {
	var blocks []threadBlock
	return blocks, r.Query(ctx).Where("article_id = ?", articleID).Order("first_at, first_id").Find(&blocks).Error
}

// seekThread returns where to begin reading and how many threads to skip
// from there, so as to come to the n-th of an article, counted from 0. What
// is skipped is bounded.
func seekThread(ctx context.Context, r models.Queryer, articleID int64, threads, n int) (from threadKey, skip int, err error) {
	if threads <= blockThreads {
		return earliest, n, nil
	}
	blocks, err := loadBlocks(ctx, r, articleID)
	from = earliest
	for _, b := range blocks {
		from = b.key()
		if n < b.Threads {
			break
		}
		n -= b.Threads
	}
	return from, n, err
}

// threadsBefore returns how many threads of an article stand before one.
func threadsBefore(ctx context.Context, r models.Queryer, articleID int64, threads int, key threadKey) (before int, err error) {
	from := earliest
	if threads > blockThreads {
		_, err := models.QueryRow(ctx, r, []any{&from.At, &from.ID, &before}, `SELECT b.first_at, b.first_id, COALESCE((SELECT SUM(e.threads) FROM thread_blocks e
				WHERE e.article_id = b.article_id AND (e.first_at, e.first_id) < (b.first_at, b.first_id)), 0)
			FROM thread_blocks b WHERE b.article_id = ? AND (b.first_at, b.first_id) <= (?, ?) ORDER BY b.first_at DESC, b.first_id DESC LIMIT 1`,
			articleID, key.At, key.ID)
		if err != nil {
			return 0, err
		}
	}
	var n int
	_, err = models.QueryRow(ctx, r, []any{&n}, `SELECT COUNT(*) FROM comments c`+r.Dialect().By("comments_threads")+` WHERE `+shownRoots+` AND (c.created_at, c.id) >= (?, ?) AND (c.created_at, c.id) < (?, ?)`,
		articleID, from.At, from.ID, key.At, key.ID)
	return before + n, err
}

// moveThreads keeps an article's stretches right. threads is how many the
// article shows afterwards.
func moveThreads(ctx context.Context, tx *models.Tx, articleID int64, threads int, moves []threadMove) error {
	if threads <= blockThreads {
		if threads+len(moves) <= blockThreads {
			return nil // nor had it more before
		}
		return tx.Query(ctx).Where("article_id = ?", articleID).Delete(&threadBlock{}).Error
	}
	blocks, err := loadBlocks(ctx, tx, articleID)
	if err != nil {
		return err
	}
	if len(blocks) == 0 {
		return countBlock(ctx, tx, articleID, earliest, nil)
	}
	changed := map[int]int{}
	for _, m := range moves {
		i, found := slices.BinarySearchFunc(blocks, m.key, func(b threadBlock, key threadKey) int { return b.key().compare(key) })
		if !found {
			i--
		}
		changed[i] += m.by
	}
	for i, by := range changed {
		b := blocks[i]
		if by == 0 {
			continue
		}
		if b.Threads+by > 2*blockThreads {
			var end *threadKey
			if i+1 < len(blocks) {
				end = new(blocks[i+1].key())
			}
			if err := countBlock(ctx, tx, articleID, b.key(), end); err != nil {
				return err
			}
			continue
		}
		err := tx.Query(ctx).Exec("UPDATE thread_blocks SET threads = threads + ? WHERE article_id = ? AND first_at = ? AND first_id = ?",
			by, articleID, b.FirstAt, b.FirstID).Error
		if err != nil {
			return err
		}
	}
	return nil
}

// countBlock counts the threads from a key on, up to another if there is
// one, and notes them in stretches anew.
func countBlock(ctx context.Context, tx *models.Tx, articleID int64, from threadKey, end *threadKey) error {
	query := tx.Query(ctx).Table("comments AS c").Select("c.created_at AS first_at, c.id AS first_id").
		Where(shownRoots+" AND (c.created_at, c.id) >= (?, ?)", articleID, from.At, from.ID).Order("c.created_at, c.id")
	if end != nil {
		query = query.Where("(c.created_at, c.id) < (?, ?)", end.At, end.ID)
	}
	var keys []threadKey
	if err := query.Scan(&keys).Error; err != nil {
		return err
	}
	var blocks []threadBlock
	for first := 0; first < len(keys) || first == 0; first += blockThreads {
		begin := from
		if first > 0 {
			begin = keys[first]
		}
		blocks = append(blocks, threadBlock{articleID, begin.At, begin.ID, min(blockThreads, len(keys)-first)})
	}
	return tx.Query(ctx).Clauses(clause.OnConflict{UpdateAll: true}).CreateInBatches(blocks, 500).Error
}

// RecountBlocks counts an article's stretches anew, where they do not agree
// with what it shows. threads is how many that are.
func RecountBlocks(ctx context.Context, tx *models.Tx, articleID int64, threads int) error {
	err := tx.Query(ctx).Where("article_id = ?", articleID).Delete(&threadBlock{}).Error
	if err != nil || threads <= blockThreads {
		return err
	}
	return countBlock(ctx, tx, articleID, earliest, nil)
}

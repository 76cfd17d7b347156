package threadblocks

import (
	"cmp"
	"context"
	"slices"

	"broadsheet/models"

	"gorm.io/gorm/clause"
)

// size is how many threads a new block has. A block with twice as many is split.
const size = 1000

// Shown is the SQL condition for the threads of an article that its pages show.
// c is the comments table, the parameter the article. It is the condition of the
// index comments_threads.
const Shown = `c.article_id = ? AND c.depth = 0 AND c.thread_shown > 0`

// Key is the position of a thread among the others of its article: by time, then
// by number.
type Key struct {
	At models.Time `gorm:"column:first_at"`
	ID int64       `gorm:"column:first_id"`
}

// Earliest is before every thread.
var Earliest = Key{models.FromMicros(-1 << 60), 0}

func (k Key) compare(other Key) int {
	return cmp.Or(k.At.Compare(other.At.Time), cmp.Compare(k.ID, other.ID))
}

// block holds the number of threads from its key up to the key of the next one.
type block struct {
	ArticleID int64       `gorm:"primaryKey"`
	FirstAt   models.Time `gorm:"primaryKey"`
	FirstID   int64       `gorm:"primaryKey"`
	Threads   int
}

func (block) TableName() string { return "thread_blocks" }

func (b block) key() Key { return Key{b.FirstAt, b.FirstID} }

// Move says that a thread appears on the pages of its article, or vanishes.
type Move struct {
	Key Key
	By  int // +1 or -1
}

func load(ctx context.Context, r models.Queryer, articleID int64) ([]block, error) {
	var blocks []block
	return blocks, r.Query(ctx).Where("article_id = ?", articleID).Order("first_at, first_id").Find(&blocks).Error
}

// Seek returns the key to begin reading at and the number of threads to skip from
// there, to reach the n-th thread of an article, counted from 0. threads is the
// number of threads that the article shows. The skipped number is bounded.
func Seek(ctx context.Context, r models.Queryer, articleID int64, threads, n int) (from Key, skip int, err error) {
	if threads <= size {
		return Earliest, n, nil
	}
	blocks, err := load(ctx, r, articleID)
	from = Earliest
	for _, b := range blocks {
		from = b.key()
		if n < b.Threads {
			break
		}
		n -= b.Threads
	}
	return from, n, err
}

// Before returns how many threads of an article come before a key. threads is
// the number of threads that the article shows.
func Before(ctx context.Context, r models.Queryer, articleID int64, threads int, key Key) (before int, err error) {
	from := Earliest
	if threads > size {
		_, err := models.QueryRow(ctx, r, []any{&from.At, &from.ID, &before}, `SELECT b.first_at, b.first_id,
				COALESCE((SELECT SUM(e.threads) FROM thread_blocks e
				WHERE e.article_id = b.article_id AND (e.first_at, e.first_id) < (b.first_at, b.first_id)), 0)
			FROM thread_blocks b WHERE b.article_id = ? AND (b.first_at, b.first_id) <= (?, ?)
			ORDER BY b.first_at DESC, b.first_id DESC LIMIT 1`,
			articleID, key.At, key.ID)
		if err != nil {
			return 0, err
		}
	}
	var n int
	_, err = models.QueryRow(ctx, r, []any{&n}, `SELECT COUNT(*) FROM comments c`+r.Dialect().IndexedBy("comments_threads")+
		` WHERE `+Shown+` AND (c.created_at, c.id) >= (?, ?) AND (c.created_at, c.id) < (?, ?)`,
		articleID, from.At, from.ID, key.At, key.ID)
	return before + n, err
}

// Apply updates an article's blocks after threads appeared or vanished. threads
// is the number of threads that the article shows afterwards.
func Apply(ctx context.Context, tx *models.Tx, articleID int64, threads int, moves []Move) error {
	if threads <= size {
		if threads+len(moves) <= size {
			return nil // the article had no blocks before
		}
		return tx.Query(ctx).Where("article_id = ?", articleID).Delete(&block{}).Error
	}
	blocks, err := load(ctx, tx, articleID)
	if err != nil {
		return err
	}
	if len(blocks) == 0 {
		return count(ctx, tx, articleID, Earliest, nil)
	}
	changed := map[int]int{}
	for _, m := range moves {
		i, found := slices.BinarySearchFunc(blocks, m.Key, func(b block, key Key) int { return b.key().compare(key) })
		if !found {
			i--
		}
		changed[i] += m.By
	}
	for i, by := range changed {
		b := blocks[i]
		if by == 0 {
			continue
		}
		if b.Threads+by > 2*size {
			var end *Key
			if i+1 < len(blocks) {
				end = new(blocks[i+1].key())
			}
			if err := count(ctx, tx, articleID, b.key(), end); err != nil {
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

// count counts the threads from one key up to another, or up to the end if end
// is nil, and writes their blocks.
func count(ctx context.Context, tx *models.Tx, articleID int64, from Key, end *Key) error {
	query := tx.Query(ctx).Table("comments AS c").Select("c.created_at AS first_at, c.id AS first_id").
		Where(Shown+" AND (c.created_at, c.id) >= (?, ?)", articleID, from.At, from.ID).Order("c.created_at, c.id")
	if end != nil {
		query = query.Where("(c.created_at, c.id) < (?, ?)", end.At, end.ID)
	}
	var keys []Key
	if err := query.Scan(&keys).Error; err != nil {
		return err
	}
	var blocks []block
	for first := 0; first < len(keys) || first == 0; first += size {
		begin := from
		if first > 0 {
			begin = keys[first]
		}
		blocks = append(blocks, block{articleID, begin.At, begin.ID, min(size, len(keys)-first)})
	}
	return tx.Query(ctx).Clauses(clause.OnConflict{UpdateAll: true}).CreateInBatches(blocks, 500).Error
}

// Recount counts all blocks of an article again. threads is the number of threads
// that the article shows.
func Recount(ctx context.Context, tx *models.Tx, articleID int64, threads int) error {
	err := tx.Query(ctx).Where("article_id = ?", articleID).Delete(&block{}).Error
	if err != nil || threads <= size {
		return err
	}
	return count(ctx, tx, articleID, Earliest, nil)
}

package feedstate

import (
	"context"
	"time"

	"broadsheet/models"
)

// Feed is the stored state of a feed.
type Feed struct {
	Name      string `gorm:"primaryKey"` // such as stories or category:12
	Digest    string // of the content
	ChangedAt models.Time
	// News is the digest of the content that the hub is told of: without the numbers of
	// comments, and "" for feeds that it is not told of. Told is the last one it knows.
	News string
	Told string
}

// TableName names the table for GORM.
func (Feed) TableName() string { return "feeds" }

// address is the last change of the feed at an address. The term or the article that has
// the address can change, and Last-Modified must not go back then.
type address struct {
	Address   string `gorm:"primaryKey"`
	ChangedAt models.Time
}

// TableName names the table for GORM.
func (address) TableName() string { return "feed_addresses" }

// ID returns the site's own part of the ids of its feeds. It never changes.
func ID(ctx context.Context, r models.Queryer) (id string, err error) {
	_, err = models.QueryRow(ctx, r, []any{&id}, "SELECT id FROM feed_site")
	return id, err
}

// Content describes the present content of a feed.
type Content struct {
	// Digest depends on the address, too: a feed that moves has changed.
	Digest, News string
	Newest       time.Time // the newest instant in the content
	// Address is the path of the page that the feed belongs to, not percent-encoded. It is
	// "" for a feed that shares its state with others.
	Address string
}

// Load returns the state of a feed, nil if it has none yet.
func Load(ctx context.Context, r models.Queryer, name string) (*Feed, error) {
	return models.First[Feed](r.Query(ctx).Where("name = ?", name))
}

// Record stores the content of a feed, if it differs from the stored one, and
// returns the state. The time of the change is the newest instant of the content
// where that is later than the change before. Otherwise something was removed or
// changed without a time of its own, and it is the time of the last write to the
// database. It is never later than now. It is later than all changes before at the same
// address, also those of another feed.
//
// A feed without a state gets one that the hub need not be told of. With told set
// to false the hub is told of it.
func Record(ctx context.Context, db *models.DB, name string, c Content, told bool) (*Feed, error) {
	f, err := Load(ctx, db, name)
	if err != nil || f != nil && f.Digest == c.Digest {
		return f, err
	}
	err = db.Write(ctx, func(tx *models.Tx) error {
		f, err = models.First[Feed](tx.Lock(ctx).Where("name = ?", name))
		if err != nil || f != nil && f.Digest == c.Digest {
			return err
		}
		if f == nil {
			f = &Feed{Name: name}
			if told {
				f.Told = c.News
			}
		}
		before, err := changedBefore(ctx, tx, f, c.Address)
		if err != nil {
			return err
		}
		if f.ChangedAt, err = changeTime(ctx, tx, c.Newest, before); err != nil {
			return err
		}
		f.Digest, f.News = c.Digest, c.News
		if err := tx.Query(ctx).Save(f).Error; err != nil || c.Address == "" {
			return err
		}
		return tx.Query(ctx).Save(&address{c.Address, f.ChangedAt}).Error
	})
	return f, err
}

// changedBefore returns the last change of a feed, or of another feed at its address.
func changedBefore(ctx context.Context, tx *models.Tx, f *Feed, path string) (models.Time, error) {
	at, err := models.First[address](tx.Lock(ctx).Where("address = ?", path))
	if err != nil || at == nil || at.ChangedAt.Before(f.ChangedAt.Time) {
		return f.ChangedAt, err
	}
	return at.ChangedAt, nil
}

// changeTime returns the time of a change of a feed, after the one before. The last
// entry of the change log is the change itself or a later one.
func changeTime(ctx context.Context, tx *models.Tx, newest time.Time, before models.Time) (models.Time, error) {
	var last models.Time
	if _, err := models.QueryRow(ctx, tx, []any{&last}, "SELECT at FROM changes ORDER BY id DESC LIMIT 1"); err != nil {
		return last, err
	}
	for _, at := range []models.Time{models.At(newest), last} {
		// Last-Modified has whole seconds.
		if at.Unix() > before.Unix() && !at.After(tx.Now) {
			return at, nil
		}
	}
	return models.At(tx.Now), nil
}

// Untold returns feeds with content that the hub does not know yet.
func Untold(ctx context.Context, r models.Queryer, most int) (list []Feed, err error) {
	err = r.Query(ctx).Where("news <> told").Order("name").Limit(most).Find(&list).Error
	return list, err
}

// Changes returns entries of the change log after one of them, in their order.
func Changes(ctx context.Context, r models.Queryer, after int64, most int) (list []models.Change, err error) {
	err = r.Query(ctx).Where("id > ?", after).Order("id").Limit(most).Find(&list).Error
	return list, err
}

// SearchPrefix begins the names of the feeds of searches.
const SearchPrefix = "search:"

// After returns the names of stored feeds in their order, after one of them. It leaves
// out those of searches, of which there are many and which no hub is told of.
func After(ctx context.Context, r models.Queryer, name string, most int) (names []string, err error) {
	q := r.Query(ctx).Model(&Feed{}).Where("name > ? AND NOT (name >= ? AND name < 'search;')", name, SearchPrefix)
	err = q.Order("name").Limit(most).Pluck("name", &names).Error
	return names, err
}

// Tell notes that the hub knows a state of a feed.
func Tell(ctx context.Context, tx *models.Tx, name, news string) error {
	return tx.Query(ctx).Model(&Feed{}).Where("name = ?", name).UpdateColumn("told", news).Error
}

// TellAll notes that no hub need be told of the changes so far.
func TellAll(ctx context.Context, tx *models.Tx) error {
	return tx.Query(ctx).Exec("UPDATE feeds SET told = news WHERE news <> told").Error
}

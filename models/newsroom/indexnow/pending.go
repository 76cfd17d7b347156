package indexnow

import (
	"context"
	"encoding/hex"
	"strconv"
	"strings"
	"time"

	"broadsheet/models"
	"broadsheet/models/newsroom"
)

// MaxAddresses is the largest number of addresses in one message, as the protocol sets it.
const MaxAddresses = 10_000

// changesAtOnce bounds the rows of the change log that one look reads.
const changesAtOnce = 5000

// Key returns the key that proves that messages come from the site: 32 hexadecimal
// digits, derived from the session key. It returns "" if there is no session key.
func Key(keys *models.Keyring) string { return keys.Signer("indexnow", hex.EncodeToString).Sign("key") }

// Change is an article that search engines should fetch again.
type Change struct {
	Path string
	Gone bool // it was withdrawn
}

// Pending returns the articles that have changed in the change log after an id, each
// once, and the id up to which they were read. It leaves out changes that readers do not
// see, such as a new sanitising policy, old articles that an import has brought, and
// everything about articles that never were public.
func Pending(ctx context.Context, r models.Queryer, site *newsroom.Site, after int64) (list []Change, upTo int64, err error) {
	var log []models.Change
	if err := r.Query(ctx).Where("id > ?", after).Order("id").Limit(changesAtOnce).Find(&log).Error; err != nil {
		return nil, after, err
	}
	upTo = after
	changed := map[int64]time.Time{} // the last change of each article
	for _, change := range log {
		ids := articlesOf(change)
		if len(changed)+len(ids) > MaxAddresses && len(changed) > 0 {
			break
		}
		for _, id := range ids {
			changed[id] = change.At.Time
		}
		upTo = change.ID
	}
	ids := make([]int64, 0, len(changed))
	for id := range changed {
		ids = append(ids, id)
	}
	for len(ids) > 0 {
		some := ids[:min(len(ids), idsAtOnce)]
		ids = ids[len(some):]
		articles, err := newsroom.ByIDs(ctx, r, some)
		if err != nil {
			return nil, after, err
		}
		for _, id := range some {
			if a := articles[id]; a != nil && len(list) < MaxAddresses && worthTelling(a, changed[id]) {
				list = append(list, Change{site.ArticlePath(a), a.Status != newsroom.Published})
			}
		}
	}
	return list, upTo, nil
}

// idsAtOnce is the number of articles in one statement.
const idsAtOnce = 1000

// teaserPrefix is the prefix of the cache tags of articles' teasers.
var teaserPrefix = strings.TrimSuffix(string(newsroom.TeaserTag(0)), "0")

// articlesOf returns the articles that a row of the change log names.
func articlesOf(c models.Change) (ids []int64) {
	for tag := range strings.FieldsSeq(c.Tags) {
		if text, ok := strings.CutPrefix(tag, teaserPrefix); ok {
			if id, err := strconv.ParseInt(text, 10, 64); err == nil {
				ids = append(ids, id)
			}
		}
	}
	return ids
}

// Tolerances of the times of one save: its transaction begins before it is in
// the log.
const (
	saveTime = time.Minute
	// oldNews is the age from which a new article comes from an import and not from
	// an editor.
	oldNews = 48 * time.Hour
)

// worthTelling reports whether a change of an article is one that readers see.
func worthTelling(a *newsroom.Article, at time.Time) bool {
	recent := func(t models.Time) bool { return !t.IsZero() && at.Sub(t.Time) < saveTime }
	switch {
	case a.Status == newsroom.Withdrawn, a.Status == newsroom.Trashed && a.StatusBefore == newsroom.Published:
		return recent(a.StatusAt)
	case a.Status != newsroom.Published:
		return false
	case recent(a.PublishedAt) || recent(a.RevisedAt):
		return true
	}
	imported := a.StatusAt.Equal(a.CreatedAt.Time) && at.Sub(a.PublishedAt.Time) > oldNews
	return recent(a.StatusAt) && !imported
}

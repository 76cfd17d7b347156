package linkcheck

import (
	"context"
	"time"

	"broadsheet/models"

	"gorm.io/gorm/clause"
)

// Limits of the checks.
const (
	MaxURL     = 2000           // bytes; a longer address is not checked
	MaxOfStory = 100            // addresses of one story that are checked
	Fresh      = 24 * time.Hour // how long an answer counts
	Retry      = time.Hour      // how long a failure counts
	keptFor    = 30 * 24 * time.Hour
)

// Result is the answer of an address when it was last asked.
type Result struct {
	URL       string `gorm:"primaryKey"`
	Status    int    // of the answer, 0 for none yet
	Problem   string // code of a failure without an answer, "" for none
	CheckedAt models.Time
}

// TableName names the table for GORM.
func (Result) TableName() string { return "link_checks" }

// Problems of an address.
const (
	NoHost   = "no-host"   // no such name
	NoAnswer = "no-answer" // refused, too slow, or without a valid certificate
	Refused  = "refused"   // an address within our own network, or not of the web
)

// Dead reports whether the address leads to nothing. An answer that forbids or asks for
// patience does not count: many sites answer so to every program.
func (r Result) Dead() bool { return r.Status == 404 || r.Status == 410 || r.Problem == NoHost }

// Answers returns the last results of the addresses, by address.
func Answers(ctx context.Context, r models.Queryer, urls []string) (map[string]Result, error) {
	known := map[string]Result{}
	if len(urls) == 0 {
		return known, nil
	}
	var rows []Result
	err := r.Query(ctx).Where("url IN ? AND checked_at IS NOT NULL", urls).Find(&rows).Error
	for _, row := range rows {
		known[row.URL] = row
	}
	return known, err
}

// Ask puts the addresses down that nobody has asked lately. It writes nothing if all are
// known.
func Ask(ctx context.Context, db *models.DB, urls []string) error {
	if len(urls) == 0 {
		return nil
	}
	var rows []Result
	if err := db.Query(ctx).Where("url IN ?", urls).Find(&rows).Error; err != nil {
		return err
	}
	known := map[string]bool{}
	for _, row := range rows {
		known[row.URL] = row.CheckedAt.IsZero() || row.CheckedAt.Add(row.counts()).After(db.Now())
	}
	var ask []Result
	for _, url := range urls {
		if !known[url] {
			known[url] = true
			ask = append(ask, Result{URL: url})
		}
	}
	if len(ask) == 0 {
		return nil
	}
	return db.Write(ctx, func(tx *models.Tx) error {
		return tx.Query(ctx).Clauses(clause.OnConflict{
			Columns: []clause.Column{{Name: "url"}}, DoUpdates: clause.AssignmentColumns([]string{"checked_at"}),
		}).Create(&ask).Error
	})
}

func (r Result) counts() time.Duration {
	if r.Problem != "" || r.Status >= 500 || r.Status == 429 {
		return Retry
	}
	return Fresh
}

// Next returns at most that many addresses that are to be asked.
func Next(ctx context.Context, r models.Queryer, most int) (urls []string, err error) {
	err = r.Query(ctx).Model(&Result{}).Where("checked_at IS NULL").Order("url").Limit(most).Pluck("url", &urls).Error
	return urls, err
}

// Store stores answers.
func Store(ctx context.Context, db *models.DB, results []Result) error {
	if len(results) == 0 {
		return nil
	}
	return db.Write(ctx, func(tx *models.Tx) error {
		for i := range results {
			results[i].CheckedAt = models.At(tx.Now)
		}
		return tx.Query(ctx).Clauses(clause.OnConflict{UpdateAll: true}).Create(&results).Error
	})
}

// Prune forgets old answers.
func Prune(ctx context.Context, db *models.DB) error {
	return db.Write(ctx, func(tx *models.Tx) error {
		return models.Exec(ctx, tx, "DELETE FROM link_checks WHERE checked_at < ?", models.At(tx.Now.Add(-keptFor)))
	})
}

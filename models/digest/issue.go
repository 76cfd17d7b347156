package digest

import (
	"context"
	"time"

	"broadsheet/models"
	"broadsheet/models/newsroom"
	"broadsheet/models/settings"
	"broadsheet/models/subscription"
)

// Issue is the row of the digests of one day.
type Issue struct {
	ID         int64
	Frequency  subscription.Frequency
	Day        string      // in the site's zone: 2006-01-02
	Since      models.Time // articles after this instant are in it,
	Until      models.Time // up to this one
	Opening    string      // an editor's words
	QueuedTo   int64       // the last subscription with a job
	QueuedAt   models.Time // when the last subscriber got a job
	Recipients int         // subscribers with a job
	Sent       int
	Failed     int         // refused for good, or too late
	Skipped    int         // ended, changed or had nothing left to read
	Refusals   int         // in a row, that were not about the address
	HeldUntil  models.Time // no mail is sent before, because the server refused
	StoppedAt  models.Time // no further mail is sent
	Error      string      // of the last refusal
}

// TableName names the table for GORM.
func (Issue) TableName() string { return "digest_issues" }

// Waiting returns the number of subscribers that have not got their mail yet.
func (i *Issue) Waiting() int { return max(0, i.Recipients-i.Sent-i.Failed-i.Skipped) }

const dayLayout = "2006-01-02"

const (
	// late is how long after its hour an issue is still begun, for example after the
	// server was down.
	late = 12 * time.Hour
	// tried is how long the mails of an issue are tried. The queue tries longer, so no
	// job of an issue is left over.
	tried = 20 * time.Hour
	// minGap is the least time between two issues of a frequency. A change of the
	// site's zone can bring the hour of the next day close.
	minGap = 6 * time.Hour
)

// period returns the time that an issue usually covers, the longest that it covers
// after a pause.
func period(f subscription.Frequency) (usual, longest time.Duration) {
	if f == subscription.Weekly {
		return 7 * 24 * time.Hour, 28 * 24 * time.Hour
	}
	return 24 * time.Hour, 7 * 24 * time.Hour
}

// Expired reports whether it is too late to send the issue.
func (i *Issue) Expired(now time.Time) bool {
	return now.After(i.Until.Add(tried))
}

// hourOf returns the instant of the digests of a day. Where the clock skips the hour,
// it is an hour off; where the clock repeats the hour, it is one of the two.
func hourOf(day time.Time, site *settings.Settings) time.Time {
	return time.Date(day.Year(), day.Month(), day.Day(), site.DigestHour, 0, 0, 0, site.TimeZone)
}

// due returns the day for which an issue is due, "" for none. last is the newest
// issue of the frequency, nil for none.
func due(site *settings.Settings, f subscription.Frequency, last *Issue, now time.Time) string {
	local := now.In(site.TimeZone)
	for back := range 2 {
		day := time.Date(local.Year(), local.Month(), local.Day()-back, 12, 0, 0, 0, site.TimeZone)
		if f == subscription.Weekly && day.Weekday() != site.DigestWeekday {
			continue
		}
		name, hour := day.Format(dayLayout), hourOf(day, site)
		switch {
		case now.Before(hour) || !now.Before(hour.Add(late)):
		case last != nil && (last.Day >= name || now.Sub(last.Until.Time) < minGap):
		default:
			return name
		}
	}
	return ""
}

// Next returns the next hour of the digests of a frequency after an instant. An issue
// that is late may be sent before.
func Next(site *settings.Settings, f subscription.Frequency, now time.Time) time.Time {
	local := now.In(site.TimeZone)
	for ahead := range 9 {
		day := time.Date(local.Year(), local.Month(), local.Day()+ahead, 12, 0, 0, 0, site.TimeZone)
		if hour := hourOf(day, site); hour.After(now) && (f != subscription.Weekly || day.Weekday() == site.DigestWeekday) {
			return hour
		}
	}
	return time.Time{} // not reached: every week has the day
}

// newestIssue returns the last issue of a frequency, nil for none.
func newestIssue(ctx context.Context, r models.Queryer, f subscription.Frequency) (*Issue, error) {
	return models.First[Issue](r.Query(ctx).Where("frequency = ?", f).Order("day DESC"))
}

// window returns the time that an issue covers.
func window(f subscription.Frequency, last *Issue, now time.Time) (since, until models.Time) {
	usual, longest := period(f)
	since = models.At(now.Add(-usual))
	if last != nil {
		since = last.Until
		if earliest := now.Add(-longest); since.Before(earliest) {
			since = models.At(earliest)
		}
	}
	return since, models.At(now)
}

// ByID returns an issue, nil if there is none.
func ByID(ctx context.Context, r models.Queryer, id int64) (*Issue, error) {
	return models.First[Issue](r.Query(ctx).Where("id = ?", id))
}

// Recent returns the newest issues that had anything to send, newest first.
func Recent(ctx context.Context, r models.Queryer, limit int) (list []Issue, err error) {
	return list, r.Query(ctx).Where("recipients > 0").Order("id DESC").Limit(limit).Find(&list).Error
}

// Begin builds the issues that are due. Another instance may have built them: then it
// changes nothing.
func Begin(ctx context.Context, db *models.DB) error {
	settings, err := settings.Load(ctx, db)
	if err != nil || !settings.DigestOpen {
		return err
	}
	var site *newsroom.Site
	for _, f := range subscription.Frequencies {
		last, err := newestIssue(ctx, db, f)
		if err != nil {
			return err
		}
		day := due(&settings, f, last, db.Now())
		if day == "" {
			continue
		}
		if site == nil {
			if site, err = newsroom.LoadSite(ctx, db); err != nil {
				return err
			}
		}
		if err := begin(ctx, db, site, f, day, last); err != nil {
			return err
		}
	}
	return nil
}

// begin builds and stores one issue.
func begin(ctx context.Context, db *models.DB, site *newsroom.Site, f subscription.Frequency, day string, last *Issue) error {
	issue := Issue{Frequency: f, Day: day}
	issue.Since, issue.Until = window(f, last, db.Now())
	picks, err := pickAll(ctx, db, site, &issue)
	if err != nil {
		return err
	}
	return db.Write(ctx, func(tx *models.Tx) error {
		stored := issue
		if len(picks) == 0 {
			stored.QueuedAt = models.At(tx.Now)
		}
		first, err := stored.insert(ctx, tx)
		if err != nil || !first || len(picks) == 0 {
			return err
		}
		if err := takeOpening(ctx, tx, &stored); err != nil {
			return err
		}
		return storePicks(ctx, tx, stored.ID, picks)
	})
}

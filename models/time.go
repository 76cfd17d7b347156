package models

import (
	"database/sql/driver"
	"fmt"
	"time"
)

// Time is an instant, stored as whole microseconds since 1970 in UTC. Both databases
// sort, compare and compute with it alike, and an index entry takes eight bytes.
// The zero Time is stored as NULL.
type Time struct{ time.Time }

// At returns t as a Time, cut to microseconds.
func At(t time.Time) Time {
	if t.IsZero() {
		return Time{}
	}
	return Time{t.UTC().Truncate(time.Microsecond)}
}

// FromMicros returns the Time of a stored value, in microseconds since 1970.
func FromMicros(us int64) Time { return Time{time.UnixMicro(us).UTC()} }

// Wait returns the time until the next act, when one act is allowed in a window and
// the last one was at last: 0 if the act is allowed now, at most the window. A last
// more than a window in the future is ignored: the clock may have been set back, or
// an import may have brought it.
func Wait(last Time, window time.Duration, now Time) time.Duration {
	if last.IsZero() || last.Sub(now.Time) > window {
		return 0
	}
	return min(window, max(0, last.Add(window).Sub(now.Time)))
}

// GormDataType names the column type for GORM.
func (Time) GormDataType() string { return "bigint" }

// Value implements driver.Valuer.
func (t Time) Value() (driver.Value, error) {
	if t.IsZero() {
		return nil, nil
	}
	return t.UnixMicro(), nil
}

// Scan implements sql.Scanner.
func (t *Time) Scan(src any) error {
	switch v := src.(type) {
	case nil:
		*t = Time{}
	case int64:
		*t = FromMicros(v)
	default:
		return fmt.Errorf("time column holds %T", src)
	}
	return nil
}

package models

import (
	"database/sql/driver"
	"fmt"
	"time"
)

// Time is an instant, stored as whole microseconds since 1970 in UTC, so
// that both databases sort, compare and compute with it alike and an index
// entry takes eight bytes. The zero Time is stored as NULL.
type Time struct{ time.Time }

// At makes a Time of t, cut to the stored precision.
func At(t time.Time) Time {
	if t.IsZero() {
		return Time{}
	}
	return Time{t.UTC().Truncate(time.Microsecond)}
}

// FromMicros makes a Time of its stored form.
func FromMicros(us int64) Time { return Time{time.UnixMicro(us).UTC()} }

// Wait returns how long an act must still wait that is allowed once in a
// window, when the last one happened at last. It returns 0 when the act may
// happen now, and never more than the window. The clock may have gone back, and
// an import may bring dates of the future: an instant that lies ahead by more
// than the window says nothing and counts as none.
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

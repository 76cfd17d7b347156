package moderation

import (
	"context"
	"time"

	"broadsheet/models"
)

// A surge is a rate of new comments far above the usual: news, or a raid. During a
// surge the desk proposes to hold all comments for a while.
const (
	// surgeFactor is the multiple of the usual number that makes a surge.
	surgeFactor = 5
	// surgeLeast is the smallest number of comments that makes a surge.
	surgeLeast = 20
	// surgeSlots is the length of the present window, in slots of five minutes.
	surgeSlots = 3
	// usualSlots is the length of the window before it, for the usual number: a week.
	usualSlots = 7 * 24 * 12
)

// Surge compares the present rate of new comments with the usual one.
type Surge struct {
	On    bool
	Now   int     // comments in the last quarter of an hour
	Usual float64 // mean of a quarter of an hour in the week before
}

// SurgeAt compares the arrivals before now with those of the week before. It reads
// the stored arrivals, not the comments.
func SurgeAt(ctx context.Context, r models.Queryer, now time.Time) (s Surge, err error) {
	slot := slotNumber(now)
	var sum struct {
		Recent, Earlier int
		First           *int64
	}
	err = r.Query(ctx).Raw(`SELECT COALESCE(SUM(CASE WHEN slot > ? THEN comments ELSE 0 END), 0) AS recent,
		COALESCE(SUM(CASE WHEN slot > ? THEN 0 ELSE comments END), 0) AS earlier, MIN(slot) AS first
		FROM arrivals WHERE slot > ? AND slot <= ?`,
		slot-surgeSlots, slot-surgeSlots, slot-surgeSlots-usualSlots, slot).Scan(&sum).Error
	if err != nil || sum.First == nil {
		return s, err
	}
	// A new site has less than a week of arrivals.
	slots := max(surgeSlots, slot-surgeSlots-*sum.First+1)
	s.Now, s.Usual = sum.Recent, float64(sum.Earlier)*surgeSlots/float64(slots)
	s.On = s.Now >= surgeLeast && float64(s.Now) >= surgeFactor*s.Usual
	return s, nil
}

package moderation

import (
	"context"
	"time"

	"broadsheet/models"
)

// A surge is many more comments than usual: it may be news, or a raid. Then
// the desk proposes to hold everything for a while.
const (
	// surgeFactor is how many times the usual number it takes.
	surgeFactor = 5
	// surgeLeast is how many comments it takes in any case.
	surgeLeast = 20
	// surgeSlots is how long the number is looked at, in slots of five minutes.
	surgeSlots = 3
	// usualSlots is how far back the usual number is taken from: a week.
	usualSlots = 7 * 24 * 12
)

// Surge is how many comments come in, against the usual.
type Surge struct {
	On    bool
	Now   int     // within the last quarter of an hour
	Usual float64 // in a quarter of an hour of the last week
}

// SurgeAt reads whether there is a surge. It reads a week of kept counts.
func SurgeAt(ctx context.Context, r models.Queryer, now time.Time) (s Surge, err error) {
	slot := slotOf(now)
	var sum struct {
		Recent, Earlier int
		First           *int64
	}
	err = r.Query(ctx).Raw(`SELECT COALESCE(SUM(CASE WHEN slot > ? THEN comments ELSE 0 END), 0) AS recent,
		COALESCE(SUM(CASE WHEN slot > ? THEN 0 ELSE comments END), 0) AS earlier, MIN(slot) AS first FROM arrivals WHERE slot > ? AND slot <= ?`,
		slot-surgeSlots, slot-surgeSlots, slot-surgeSlots-usualSlots, slot).Scan(&sum).Error
	if err != nil || sum.First == nil {
		return s, err
	}
	// A young site has no week yet.
	slots := max(surgeSlots, slot-surgeSlots-*sum.First+1)
	s.Now, s.Usual = sum.Recent, float64(sum.Earlier)*surgeSlots/float64(slots)
	s.On = s.Now >= surgeLeast && float64(s.Now) >= surgeFactor*s.Usual
	return s, nil
}

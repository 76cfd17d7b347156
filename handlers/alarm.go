package handlers

import (
	"sync"
	"time"

	"broadsheet/models/discussion/moderation"
	"broadsheet/models/discussion/targets"
	"broadsheet/views"
)

// surgeWatch checks at intervals whether there is a surge.
type surgeWatch struct {
	mu    sync.Mutex
	at    time.Time
	surge moderation.Surge
}

// surgeEvery is the interval of these checks.
const surgeEvery = 30 * time.Second

// surgeNow returns the present surge. When the check fails it reports none,
// because the desk must work.
func (d *desk) surgeNow(c *request) moderation.Surge {
	w := &d.surge
	w.mu.Lock()
	defer w.mu.Unlock()
	now := d.db.Now()
	if age := now.Sub(w.at); age >= 0 && age < surgeEvery {
		return w.surge
	}
	found, err := moderation.SurgeAt(c.ctx(), d.db, now)
	if err != nil {
		d.log.WarnContext(c.ctx(), "cannot tell whether there is a surge", "error", err.Error())
		return moderation.Surge{}
	}
	w.at, w.surge = now, found
	return found
}

// alarm returns the desk's message that everything is held, or the proposal to
// do so.
func (d *desk) alarm(c *request) *views.DeskAlarm {
	a := &views.DeskAlarm{Back: c.Request().URL.Path, May: !c.viewer.scope.Limited()}
	for _, m := range d.missedNow(c) {
		a.Missed = append(a.Missed, d.views.Count(c.site.Language, "alarm.target."+m.Name, m.Limit))
	}
	now := d.db.Now()
	if now.Before(c.site.CommentHoldUntil) {
		a.Until = inSiteZone(c.site, c.site.CommentHoldUntil)
		a.Left = d.durationText(c.site, c.site.CommentHoldUntil.Sub(now)+time.Minute-1)
		return a
	}
	if !a.May {
		return a
	}
	surge := d.surgeNow(c)
	a.Surge, a.Now = surge.On, surge.Now
	return a
}

// targetWatch checks at intervals whether a target of the desk is missed.
type targetWatch struct {
	mu     sync.Mutex
	at     time.Time
	missed []targets.Missed
}

// missedNow returns the missed targets. When the check fails it reports none, because
// the desk must work.
func (d *desk) missedNow(c *request) []targets.Missed {
	w := &d.late
	w.mu.Lock()
	defer w.mu.Unlock()
	now := d.db.Now()
	if age := now.Sub(w.at); age >= 0 && age < surgeEvery {
		return w.missed
	}
	found, err := targets.MissedNow(c.ctx(), d.db, c.site)
	if err != nil {
		d.log.WarnContext(c.ctx(), "cannot tell whether a target of the desk is missed", "error", err.Error())
		return nil
	}
	w.at, w.missed = now, found
	return found
}

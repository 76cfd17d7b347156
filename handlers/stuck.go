package handlers

import (
	"regexp"
	"sync"
	"time"

	"broadsheet/models/people"
	"broadsheet/models/queue"
	"broadsheet/views"
)

// mailWatch checks at intervals whether mail is stuck.
type mailWatch struct {
	mu    sync.Mutex
	at    time.Time
	stuck queue.Stuck
}

// mailEvery is how long an answer is reused. Pages of the desk do not wait for a
// new one.
const mailEvery = 15 * time.Second

// anAddress matches an email address in the words of a mail server.
var anAddress = regexp.MustCompile(`[^\s<>:,;]+@[^\s<>:,;]+`)

// stuckMail returns the desk's message about unsent mail, or nil when all mail
// was sent. Only administrators get the server's error, with its addresses
// removed.
func (d *desk) stuckMail(c *request) *views.DeskMail {
	me := c.viewer
	if !d.mail || !me.may(people.Moderating) && !me.may(people.Managing) {
		return nil
	}
	stuck := d.stuckNow(c)
	if stuck.Retried+stuck.Dead == 0 {
		return nil
	}
	m := &views.DeskMail{Retried: stuck.Retried, Dead: stuck.Dead, Oldest: inSiteZone(c.site, stuck.Oldest.Time)}
	if me.may(people.Managing) {
		m.Error = anAddress.ReplaceAllString(stuck.Error, "…")
	}
	return m
}

func (d *desk) stuckNow(c *request) queue.Stuck {
	w := &d.stuck
	w.mu.Lock()
	defer w.mu.Unlock()
	now := d.db.Now()
	if age := now.Sub(w.at); age >= 0 && age < mailEvery {
		return w.stuck
	}
	found, err := queue.StuckMail(c.ctx(), d.db)
	if err != nil {
		d.log.WarnContext(c.ctx(), "cannot tell whether mail is stuck", "error", err.Error())
		return queue.Stuck{}
	}
	w.at, w.stuck = now, found
	return found
}

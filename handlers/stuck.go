package handlers

import (
	"regexp"
	"sync"
	"time"

	"broadsheet/models/newsroom"
	"broadsheet/models/people"
	"broadsheet/models/queue"
	"broadsheet/views"

	"github.com/labstack/echo/v4"
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

// stuckMail returns the desk's message about mail that could not be sent, nil
// when all mail is sent. Only administrators see the server's words, with the
// addresses removed.
func (s *server) stuckMail(c echo.Context, site *newsroom.Site) *views.DeskMail {
	me := viewerOf(c)
	if !s.Mail || !me.may(people.Moderating) && !me.may(people.Managing) {
		return nil
	}
	stuck := s.stuckNow(c)
	if stuck.Retried+stuck.Dead == 0 {
		return nil
	}
	m := &views.DeskMail{Retried: stuck.Retried, Dead: stuck.Dead, Oldest: local(site, stuck.Oldest.Time)}
	if me.may(people.Managing) {
		m.Error = anAddress.ReplaceAllString(stuck.Error, "…")
	}
	return m
}

func (s *server) stuckNow(c echo.Context) queue.Stuck {
	w := &s.mailWatch
	w.mu.Lock()
	defer w.mu.Unlock()
	now := s.DB.Now()
	if age := now.Sub(w.at); age >= 0 && age < mailEvery {
		return w.stuck
	}
	found, err := queue.StuckJobs(c.Request().Context(), s.DB)
	if err != nil {
		s.Log.WarnContext(c.Request().Context(), "cannot tell whether mail is stuck", "error", err.Error())
		return queue.Stuck{}
	}
	w.at, w.stuck = now, found
	return found
}

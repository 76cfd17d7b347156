package handlers

import (
	"context"
	"time"

	"broadsheet/handlers/feeds"
	"broadsheet/models"
	"broadsheet/models/newsroom/frontplan"
	"broadsheet/views"
)

// breakingPath is the path below which the feed of the breaking lines is.
const breakingPath = feeds.BreakingPath

// addBreaking puts the breaking line above a public page. It returns the times at which
// the line changes without a write. A preview has the line of its own time. A page that is
// not cached does without the line when the database cannot be read: it may be the page
// that says so.
func (p *pages) addBreaking(ctx context.Context, base views.Page, page any, cached bool) ([]time.Time, error) {
	if base.Desk != nil || base.Staff != nil && base.Staff.Preview != nil || p.plan == nil {
		return nil, nil
	}
	plan, err := p.plan.Get(ctx)
	if err != nil {
		if cached {
			return nil, err
		}
		return nil, nil
	}
	page.(interface{ SetBreaking(*views.Breaking) }).SetBreaking(presentLine(plan.LineAt(p.db.Now())))
	var turns []time.Time
	for _, turn := range plan.LineTurns() {
		turns = append(turns, turn.Time)
	}
	return turns, nil
}

// newPlan returns the snapshot of the front page's plan, which has the breaking line.
func (s *server) newPlan() *models.Snapshot[*frontplan.Version] {
	plan := frontplan.NewSnapshot(s.DB)
	if s.Cache.Bytes == 0 {
		plan.AlwaysReload()
	}
	return plan
}

// presentLine returns a line as pages show it, nil for none.
func presentLine(l *frontplan.Line) *views.Breaking {
	if l == nil {
		return nil
	}
	return &views.Breaking{Text: l.Text, URL: l.Link, Level: string(l.Level)}
}

// showBreaking shows the feed of the breaking lines.
func (fd *feeding) showBreaking(c *request) error {
	return fd.showFixed(c, feeds.Topic{Kind: feeds.Breaking})
}

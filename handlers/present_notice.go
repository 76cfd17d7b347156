package handlers

import (
	"cmp"
	"context"
	"time"

	"broadsheet/models"
	"broadsheet/models/discussion/moderation"
	"broadsheet/models/discussion/notices"
	"broadsheet/models/newsroom"
	"broadsheet/models/people"
	"broadsheet/views"
)

// presentReports presents the readers' reports on a card. Only a moderator learns the
// name and address of the sender of a notice; me is nil for a page that shows neither.
func presentReports(site *newsroom.Site, me *viewer, list []moderation.Report) (shown []views.CardReport) {
	for _, r := range list {
		v := views.CardReport{Reason: "report.reason." + r.Reason, Note: r.Note, At: inSiteZone(site, r.At.Time)}
		if r.Law != "" {
			v.Law = "law." + r.Law
		}
		if me.may(people.Moderating) {
			v.Name, v.Email = r.Name, r.Email
		}
		shown = append(shown, v)
	}
	return shown
}

// openNotices returns the oldest open notice about each comment, for the reports of cards.
// It asks nothing when no report is a notice.
func openNotices(ctx context.Context, r models.Queryer, reports map[int64][]moderation.Report) (map[int64]*notices.Notice, error) {
	var comments []int64
	for comment, list := range reports {
		for i := range list {
			if list[i].Reason == notices.Illegal {
				comments = append(comments, comment)
				break
			}
		}
	}
	return notices.OpenOn(ctx, r, comments)
}

// noticeUntil returns when a notice is to be decided.
func noticeUntil(site *newsroom.Site, n *notices.Notice) time.Time {
	return n.At.AddDate(0, 0, site.DeskNoticeDays)
}

// presentNotice presents an open notice on a card, nil for none.
func (mo *moderating) presentNotice(site *newsroom.Site, n *notices.Notice) *views.CardNotice {
	if n == nil {
		return nil
	}
	until := noticeUntil(site, n)
	return &views.CardNotice{
		Law: "law." + cmp.Or(n.Law, "other"), At: inSiteZone(site, n.At.Time), Until: inSiteZone(site, until),
		Late: mo.db.Now().After(until),
	}
}

package timetable

import (
	"cmp"
	"context"
	"slices"
	"time"

	"broadsheet/models"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/drafts"

	"gorm.io/gorm"
)

// KeptFailures is how long the list shows an act that failed.
const KeptFailures = 7 * 24 * time.Hour

// Event is an act of the list.
type Event struct {
	Article   *newsroom.Article
	Act       Act
	At        models.Time
	By        string // name of the actor that planned it, "" if unknown
	Note      string
	Clash     bool        // of an update: it overlaps a later publication, and will fail
	Rebased   models.Time // of an update: when its text got a correction of the live text
	RebasedBy string
	Failed    string // code of its failure, "" for none
}

// Upcoming returns the next acts, soonest first, and the acts that failed within
// [KeptFailures], newest first. Each list has at most most acts.
func Upcoming(ctx context.Context, r models.Queryer, now time.Time, most int) (next, failed []Event, err error) {
	var plans, ended []Plan
	var scheduled []*newsroom.Article
	q := func() *gorm.DB { return r.Query(ctx).Limit(most) }
	since := models.At(now.Add(-KeptFailures))
	err = cmp.Or(
		q().Where("status = ?", newsroom.Scheduled).Order("published_at").Find(&scheduled).Error,
		q().Where("ended_at IS NULL").Order("at").Find(&plans).Error,
		q().Where("failed <> '' AND ended_at >= ?", since).Order("ended_at DESC").Find(&ended).Error,
	)
	if err != nil {
		return nil, nil, err
	}
	articles, err := articlesOf(ctx, r, plans, ended)
	if err != nil {
		return nil, nil, err
	}
	for _, a := range scheduled {
		next = append(next, Event{Article: a, Act: Publish, At: a.PublishedAt})
	}
	for _, p := range plans {
		e := p.event(articles)
		if p.Act == Update && e.Article != nil {
			clash, err := drafts.Clash(ctx, r, e.Article, p.Base, p.Number)
			if err != nil {
				return nil, nil, err
			}
			e.Clash = clash != nil
		}
		next = append(next, e)
	}
	for _, p := range ended {
		failed = append(failed, p.event(articles))
	}
	slices.SortStableFunc(next, func(a, b Event) int { return a.At.Compare(b.At.Time) })
	return next[:min(most, len(next))], failed, nil
}

func (p Plan) event(articles map[int64]*newsroom.Article) Event {
	return Event{
		Article: articles[p.ArticleID], Act: p.Act, At: p.At, By: p.Actor, Note: p.Note,
		Rebased: p.RebasedAt, RebasedBy: p.RebasedBy, Failed: p.Failed,
	}
}

func articlesOf(ctx context.Context, r models.Queryer, lists ...[]Plan) (map[int64]*newsroom.Article, error) {
	var ids []int64
	for _, list := range lists {
		for _, p := range list {
			ids = append(ids, p.ArticleID)
		}
	}
	found := map[int64]*newsroom.Article{}
	if len(ids) == 0 {
		return found, nil
	}
	var articles []*newsroom.Article
	err := r.Query(ctx).Where("id IN ?", ids).Find(&articles).Error
	for _, a := range articles {
		found[a.ID] = a
	}
	return found, err
}

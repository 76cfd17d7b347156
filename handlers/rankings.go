package handlers

import (
	"net/http"

	"broadsheet/models"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/front"
	"broadsheet/models/newsroom/toplist"
	"broadsheet/views"
)

// The addresses of the rankings of a day and of a week.
const (
	mostReadPath = "/most-read/"
	mostReadWeek = mostReadPath + "week/"
)

// ranking has the pages of the most read and the most discussed articles.
type ranking struct {
	*pages
	db *models.DB
}

// showDay shows the rankings of the last 24 hours.
func (ra *ranking) showDay(c *request) error {
	return ra.show(c, mostReadPath, toplist.ReadDay, toplist.DiscussedDay)
}

// showWeek shows the rankings of the last 7 days.
func (ra *ranking) showWeek(c *request) error {
	return ra.show(c, mostReadWeek, toplist.ReadWeek, toplist.DiscussedWeek)
}

func (ra *ranking) show(c *request, path string, read, discussed toplist.List) error {
	if !c.site.MostRead {
		return errNoPage
	}
	loaded, err := toplist.Load(c.ctx(), ra.db, read, discussed)
	if err != nil {
		return err
	}
	title := ra.text(c.site, "ranking.title")
	v := views.Rankings{
		Page: ra.frame(c.site, title, path, nil), Heading: title,
		Lists: []views.Ranking{
			readRanking(c.site, loaded.Top(read, toplist.Size)), discussedRanking(c.site, loaded.Top(discussed, toplist.Size)),
		},
	}
	for _, span := range []struct{ key, path string }{{"ranking.day", mostReadPath}, {"ranking.week", mostReadWeek}} {
		link := views.Link{Name: ra.text(c.site, span.key), URL: span.path}
		v.Spans = append(v.Spans, views.Span{Link: link, Current: span.path == path})
	}
	return render(ra.pages, c, views.RankingsPage, v, sharedAnswer(http.StatusOK), dependsOn(loaded.DependsOn()...))
}

func readRanking(site *newsroom.Site, teasers []newsroom.Teaser) views.Ranking {
	return views.Ranking{
		ID: "most-read", Title: "ranking.read", Nothing: "ranking.read.none", Teasers: teaserCards(site, teasers),
	}
}

func discussedRanking(site *newsroom.Site, teasers []newsroom.Teaser) views.Ranking {
	return views.Ranking{
		ID: "discussed", Title: "ranking.discussed", Nothing: "ranking.discussed.none", Teasers: teaserCards(site, teasers),
	}
}

// frontRankings returns the rankings of the front page, without those that are
// empty.
func frontRankings(site *newsroom.Site, f *front.Page) (lists []views.Ranking) {
	read, discussed := readRanking(site, f.MostRead), discussedRanking(site, f.MostDiscussed)
	for i := range read.Teasers {
		read.Teasers[i].Comments = 0 // the list is about reading
	}
	for _, list := range []views.Ranking{read, discussed} {
		if list.Brief = true; len(list.Teasers) > 0 {
			lists = append(lists, list)
		}
	}
	return lists
}

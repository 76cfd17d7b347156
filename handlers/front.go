package handlers

import (
	"math"

	"broadsheet/models"
	"broadsheet/models/blob"
	"broadsheet/models/newsroom/front"
	"broadsheet/models/newsroom/reads"
	"broadsheet/models/newsroom/redirects"
	"broadsheet/models/newsroom/shortlink"
)

// reading has the pages for all readers.
type reading struct {
	*discussions
	db       *models.DB
	auth     *authenticator
	pictures *blob.Variants
	reads    *reads.Counter
	feeds    *feeding
	staff    *staffBars
	hits     redirects.Hits
	// embedPolicy is the content security policy of articles in frames.
	embedPolicy string
	policy      string // that of all pages
}

// frontParams are the query parameters of the front page: a search, or
// WordPress's short forms of other addresses.
var frontParams = append([]string{"s", "paged", "monthnum", "day", "category", "from", "to", "order"}, shortlink.Forms...)

// showFront shows the front page or the results of a search. It redirects short
// forms such as /?p=42.
func (rd *reading) showFront(c *request) error {
	ctx := c.ctx()
	q := c.Request().URL.Query()
	if q.Has(restRouteParam) {
		return redirectToREST(c, q.Get(restRouteParam))
	}
	if q.Has("s") {
		return rd.frontSearch(c, q)
	}
	for _, form := range shortlink.Forms {
		if q.Has(form) {
			asked := shortlink.Query{Form: form, Value: q.Get(form), Month: q.Get("monthnum"), Day: q.Get("day")}
			target, err := shortlink.Target(ctx, rd.db, c.site, asked)
			if err != nil {
				return err
			}
			return redirectPermanently(c, target, frontParams...)
		}
	}
	if n := parseID(q.Get("paged")); n > 1 {
		return redirectPermanently(c, listAddress{base: "/"}.page(int(min(n, math.MaxInt32))), frontParams...)
	}
	chosen, err := front.Load(ctx, rd.db, c.site, models.At(rd.db.Now()))
	if err != nil {
		return err
	}
	return rd.renderFront(c, chosen)
}

var errNoPage = models.Errorf(models.NotFound, "there is no such page")

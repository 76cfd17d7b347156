package handlers

import (
	"broadsheet/models/newsroom/collection"
	"broadsheet/models/newsroom/pictures"
	"broadsheet/models/people"
	"broadsheet/views/rest"
)

// pictures returns the query for pictures of a request.
func (q *restRequest) pictures() collection.Pictures {
	p := collection.Pictures{
		IDs: q.Numbers("include"), ExceptIDs: q.Numbers("exclude"), Keys: q.Texts("slug"), Search: q.Text("search"),
		Articles: q.Numbers("parent"), ExceptArticles: q.Numbers("parent_exclude"), Ascending: q.Text("order") == "asc",
	}
	order := q.Text("orderby")
	p.ByRequest = order == "include" && len(p.IDs) > 0 || order == "include_slugs" && len(p.Keys) > 0
	p.Offset, p.Limit = q.part()
	if at, ok := q.Date("after"); ok {
		p.After = at.At(q.site.TimeZone)
	}
	if at, ok := q.Date("before"); ok {
		p.Before = at.At(q.site.TimeZone)
	}
	return p
}

// showMediaList answers with pictures that public articles show.
func (re *restAPI) showMediaList(q *restRequest) error {
	if q.writer != nil && q.writer.may(people.Writing) {
		return re.showStaffMediaList(q)
	}
	if err := q.checkOrder(); err != nil {
		return err
	}
	find := q.pictures()
	kind := q.Text("media_type")
	if kind != "" && kind != "image" {
		return sendRESTList(re, q, []rest.Media{}, 0, restFrame())
	}
	if format := q.Text("mime_type"); format != "" {
		find.Formats = mediaFormats[format]
		if find.Formats == nil {
			return sendRESTList(re, q, []rest.Media{}, 0, restFrame())
		}
	}
	found, total, err := find.Find(q.ctx(), re.db)
	if err != nil {
		return err
	}
	if q.isPastEnd(total) {
		return errPastEnd
	}
	shows := anyArticle().and(pictures.LibraryTag)
	list := make([]rest.Media, len(found))
	for i := range found {
		if list[i] = re.presentMedia(q.site, &found[i]); q.summary() {
			list[i] = list[i].Summary()
		}
		shows = shows.and(pictures.Tag(found[i].ID))
	}
	return sendRESTList(re, q, list, total, shows)
}

// showMedia answers with one picture.
func (re *restAPI) showMedia(q *restRequest) error {
	if q.writer != nil && q.writer.may(people.Writing) {
		return re.showStaffMedia(q)
	}
	id, err := q.id()
	if err != nil {
		return err
	}
	found, _, err := collection.Pictures{IDs: []int64{id}, Limit: 1}.Find(q.ctx(), re.db)
	if err == nil && len(found) == 0 {
		err = errNoPost
	}
	if err != nil {
		return err
	}
	media := re.presentMedia(q.site, &found[0])
	if q.summary() {
		media = media.Summary()
	}
	return re.sendREST(q, media, anyArticle().and(pictures.Tag(id)))
}

package handlers

import (
	"slices"

	"broadsheet/models/discussion"
	"broadsheet/models/discussion/commentlist"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/whole"
	"broadsheet/views/rest"
)

var commentOrders = map[string]commentlist.Order{
	"date": commentlist.ByDate, "date_gmt": commentlist.ByDate, "id": commentlist.ByID, "include": commentlist.ByRequest,
	"post": commentlist.ByArticle, "parent": commentlist.ByParent, "type": commentlist.ByType,
}

// showComments answers with public comments.
func (re *restAPI) showComments(q *restRequest) error {
	if q.writer != nil && (q.Has("status") || q.Has("author_email") || q.editing()) {
		return re.showStaffComments(q)
	}
	find := commentlist.Query{
		IDs: q.Numbers("include"), ExceptIDs: q.Numbers("exclude"), Articles: q.Numbers("post"),
		Parents: q.Numbers("parent"), ExceptParents: q.Numbers("parent_exclude"), Search: q.Text("search"),
		Order: commentOrders[q.Text("orderby")], Ascending: q.Text("order") == "asc",
	}
	find.Offset, find.Limit = q.part()
	if at, ok := q.Date("after"); ok {
		find.After = at.At(q.site.TimeZone)
	}
	if at, ok := q.Date("before"); ok {
		find.Before = at.At(q.site.TimeZone)
	}
	if err := q.checkOrder(); err != nil {
		return err
	}
	page, err := find.Find(q.ctx(), re.db)
	if err != nil {
		return err
	}
	list, shows, err := re.embedInComments(q, page.Comments)
	if err != nil {
		return err
	}
	return sendRESTList(re, q, list, page.Total, shows.and(page.DependsOn...))
}

// showComment answers with one public comment.
func (re *restAPI) showComment(q *restRequest) error {
	id, err := q.id()
	if err != nil {
		return err
	}
	page, err := commentlist.Query{IDs: []int64{id}, Limit: 1}.Find(q.ctx(), re.db)
	if err == nil && q.writer != nil && (len(page.Comments) == 0 || q.editing()) {
		return re.showStaffComment(q)
	}
	if err == nil && len(page.Comments) == 0 {
		err = errNoComment
	}
	if err != nil {
		return err
	}
	list, shows, err := re.embedInComments(q, page.Comments)
	if err != nil {
		return err
	}
	return re.sendREST(q, list[0], shows.and(newsroom.ArticleTag(page.Comments[0].ArticleID)))
}

// embedInComments presents comments with the entries that the request embeds: their articles and
// the comments that they answer.
func (re *restAPI) embedInComments(q *restRequest, comments []commentlist.Comment) (list []rest.Comment, shows dependencies, err error) {
	articles, shows, err := re.articlesAbove(q, comments)
	if err != nil {
		return nil, shows, err
	}
	parents, err := re.parentsOf(q, comments)
	if err != nil {
		return nil, shows, err
	}
	if len(parents) > 0 {
		shows = shows.and(discussion.CommentsTag)
	}
	for _, c := range comments {
		v := re.presentRESTComment(q.site, c)
		v.Embedded = embeddedInComment(articles[c.ArticleID], parents, c.ParentID)
		if q.summary() {
			v = v.Summary()
		}
		list = append(list, v)
	}
	return list, shows, nil
}

// articlesAbove returns the articles of comments, if the request embeds them.
func (re *restAPI) articlesAbove(
	q *restRequest, comments []commentlist.Comment,
) (articles map[int64]*rest.PostSummary, shows dependencies, err error) {
	articles, shows = map[int64]*rest.PostSummary{}, restFrame()
	if !q.embeds("up") {
		return articles, shows, nil
	}
	var ids []int64
	for _, c := range comments {
		if !slices.Contains(ids, c.ArticleID) {
			ids = append(ids, c.ArticleID)
		}
	}
	found, err := whole.Load(q.ctx(), re.db, q.site, ids)
	for _, a := range found {
		post := re.presentPost(q.site, a)
		summary := post.Summary()
		articles[a.ID] = &summary
		shows = shows.and(postTags(a, false)...)
	}
	return articles, shows, err
}

// parentsOf returns the public parents of comments by id, if the request embeds them.
func (re *restAPI) parentsOf(q *restRequest, comments []commentlist.Comment) (map[int64]rest.Comment, error) {
	parents := map[int64]rest.Comment{}
	var ids []int64
	for _, c := range comments {
		if c.ParentID != 0 && !slices.Contains(ids, c.ParentID) {
			ids = append(ids, c.ParentID)
		}
	}
	if len(ids) == 0 || !q.embeds("in-reply-to") {
		return parents, nil
	}
	found, err := commentlist.Query{IDs: ids, Limit: len(ids)}.Find(q.ctx(), re.db)
	if err != nil {
		return nil, err
	}
	for _, c := range found.Comments {
		parents[c.ID] = re.presentRESTComment(q.site, c).Summary()
	}
	return parents, nil
}

// embeddedInComment returns the entries that a comment embeds, nil for none.
func embeddedInComment(article *rest.PostSummary, parents map[int64]rest.Comment, parent int64) *rest.Embedded {
	answered, ok := parents[parent]
	if article == nil && !ok {
		return nil
	}
	in := &rest.Embedded{}
	if article != nil {
		in.Up = []any{article}
	}
	if ok {
		in.InReplyTo = []rest.Comment{answered}
	}
	return in
}

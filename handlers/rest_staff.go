package handlers

import (
	"net/http"
	"slices"
	"time"

	"broadsheet/handlers/restparams"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/drafts"
	"broadsheet/models/newsroom/stafflist"
	"broadsheet/models/people"
)

// staffStatuses returns the statuses that a request of a program asks for.
func (q *restRequest) staffStatuses() (list []newsroom.Status, err error) {
	for _, name := range q.Texts("status") {
		switch name {
		case "any":
			return []newsroom.Status{
				newsroom.Published, newsroom.Scheduled, newsroom.Draft, newsroom.InReview, newsroom.Withdrawn,
			}, nil
		case "private", "auto-draft", "inherit":
			continue // no article has it
		}
		found := false
		for status, other := range statusNames {
			if name == other {
				list, found = append(list, status), true
			}
		}
		if !found {
			return nil, &restparams.Refused{
				Status: http.StatusBadRequest, Code: "rest_invalid_param", Message: "status is not a status of posts.",
			}
		}
	}
	if len(list) == 0 && !q.Has("status") {
		list = []newsroom.Status{newsroom.Published}
	}
	slices.Sort(list)
	return list, nil
}

// asStaff reports whether a program asks for a list that visitors may not see.
func (q *restRequest) asStaff() bool { return q.writer != nil && (q.Has("status") || q.editing()) }

// staffOrders are the orders of articles for programs; all others are by date.
var staffOrders = map[string]stafflist.Order{
	"id": stafflist.ByID, "modified": stafflist.ByModified, "title": stafflist.ByTitle, "slug": stafflist.BySlug,
}

// showStaffPosts answers with articles in any status.
func (re *restAPI) showStaffPosts(q *restRequest) error {
	if !q.writer.may(people.Writing) {
		return q.denied("rest_forbidden_context", "Sorry, you are not allowed to edit posts in this post type.")
	}
	statuses, err := q.staffStatuses()
	if err == nil {
		err = q.checkOrder()
	}
	if err != nil {
		return err
	}
	find := q.staffQuestion(statuses)
	var ids []int64
	total := 0
	some, err := re.narrowToSticky(q, &find.IDs, &find.ExceptIDs)
	if err == nil && some && len(statuses) > 0 {
		ids, total, err = find.Find(q.ctx(), re.db)
	}
	if err != nil {
		return err
	}
	if q.isPastEnd(total) {
		return errPastEnd
	}
	posts, _, err := re.loadPosts(q, ids, repliesInList)
	if err != nil {
		return err
	}
	if q.summary() {
		return sendRESTList(re, q, summaries(posts), total, dependencies{})
	}
	return sendRESTList(re, q, posts, total, dependencies{})
}

func (q *restRequest) staffQuestion(statuses []newsroom.Status) stafflist.Articles {
	find := stafflist.Articles{
		Statuses: statuses, IDs: q.Numbers("include"), ExceptIDs: q.Numbers("exclude"), Slugs: q.Texts("slug"),
		Authors: q.Numbers("author"), ExceptAuthors: q.Numbers("author_exclude"),
		Categories: q.Numbers("categories"), ExceptCategories: q.Numbers("categories_exclude"),
		Tags: q.Numbers("tags"), ExceptTags: q.Numbers("tags_exclude"), Words: q.Text("search"),
		Order: staffOrders[q.Text("orderby")], Ascending: q.Text("order") == "asc",
	}
	if !q.writer.may(people.Editing) {
		if find.Reader = q.writer.ID; q.editing() {
			find.Writer = q.writer.ID
		}
	}
	find.Offset, find.Limit = q.part()
	for name, bound := range map[string]*time.Time{
		"after": &find.After, "before": &find.Before, "modified_after": &find.ModifiedAfter, "modified_before": &find.ModifiedBefore,
	} {
		if i, ok := q.Date(name); ok {
			*bound = i.At(q.site.TimeZone)
		}
	}
	return find
}

// checkReading refuses an article that the program's account may not see, or may not edit if
// the request has the context "edit". For visitors only the status of the article counts.
func (re *restAPI) checkReading(q *restRequest, id int64) error {
	if q.writer == nil {
		return nil
	}
	a, err := newsroom.ByID(q.ctx(), re.db, id)
	if err != nil {
		return errNoPost
	}
	access, err := drafts.AccessOf(q.ctx(), re.db, q.writer.User, a)
	switch {
	case err != nil:
		return err
	case a.Status != newsroom.Published && !access.See:
		return errNoPost
	case q.editing() && !access.Edit:
		return q.denied("rest_forbidden_context", "Sorry, you are not allowed to edit this post.")
	}
	return nil
}

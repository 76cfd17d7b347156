package handlers

import (
	"net/http"
	"slices"
	"time"

	"broadsheet/handlers/restparams"
	"broadsheet/models"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/frontplan"
	"broadsheet/models/people"
	"broadsheet/views/rest"
)

// A post is sticky while an editor or a program has pinned it on the front page. A program
// that makes a post sticky pins it to the first free slot, without an end. A post that is not
// public may be sticky too, as in WordPress: its pin counts from its publication.

var errFrontFull = &restparams.Refused{
	Status: http.StatusConflict, Code: "rest_cannot_assign_sticky",
	Message: "All slots of the front page are pinned. Free one first, at the desk or by sticky=false of another post.",
}

// arrangement returns the plan of the front page.
func (re *restAPI) arrangement(q *restRequest) (*frontplan.Version, error) {
	if re.plan == nil || q.edits { // a write must see its own change at once
		return frontplan.Current(q.ctx(), re.db)
	}
	return re.plan.Get(q.ctx())
}

// stickyPosts returns the numbers of the sticky posts, and the times at which they change
// without a write.
func (re *restAPI) stickyPosts(q *restRequest) (ids []int64, turns []time.Time, err error) {
	plan, err := re.arrangement(q)
	if err != nil {
		return nil, nil, err
	}
	for _, turn := range plan.Turns() {
		turns = append(turns, turn.Time)
	}
	return plan.Pinned(re.db.Now()), turns, nil
}

// markSticky sets the field sticky of posts, and adds the front page to their dependencies.
func (re *restAPI) markSticky(q *restRequest, posts []rest.Post, shows dependencies) (dependencies, error) {
	sticky, turns, err := re.stickyPosts(q)
	for i := range posts {
		posts[i].Sticky = slices.Contains(sticky, posts[i].ID)
	}
	shows = shows.and(newsroom.FrontTag)
	shows.deadlines = append(shows.deadlines, turns...)
	return shows, err
}

// narrowToSticky applies the parameter sticky to the numbers that a question for posts includes
// and excludes. It returns false if no post can be found.
func (re *restAPI) narrowToSticky(q *restRequest, ids, except *[]int64) (bool, error) {
	wanted, asked := q.Bool("sticky")
	if !asked {
		return true, nil
	}
	sticky, _, err := re.stickyPosts(q)
	switch {
	case err != nil:
		return false, err
	case !wanted:
		*except = append(slices.Clone(*except), sticky...)
	case len(*ids) == 0:
		*ids = sticky
	default:
		*ids = slices.DeleteFunc(slices.Clone(*ids), func(id int64) bool { return !slices.Contains(sticky, id) })
	}
	return !wanted || len(*ids) > 0, nil
}

// readSticky returns the change of the field sticky that a request asks for a post, nil for
// none. A value that the post has already is no change. Like the desk, it lets only editors
// pin, and it refuses before anything is stored if no slot is free.
func (re *restAPI) readSticky(q *restRequest, id int64) (*bool, error) {
	if !q.body.Has("sticky") {
		return nil, nil
	}
	wanted := q.body.Bool("sticky")
	if err := q.body.Err(); err != nil {
		return nil, err
	}
	plan, err := re.arrangement(q)
	if err != nil {
		return nil, err
	}
	now := re.db.Now()
	switch {
	case slices.Contains(plan.Pinned(now), id) == wanted:
		return nil, nil
	case !q.writer.may(people.Editing):
		return nil, q.denied("rest_cannot_assign_sticky", "Sorry, you are not allowed to make posts sticky.")
	case wanted && plan.FreeSlot(now) == 0:
		return nil, errFrontFull
	}
	return &wanted, nil
}

// setSticky stores the change that [restAPI.readSticky] returned.
func (re *restAPI) setSticky(q *restRequest, id int64, wanted *bool) error {
	if wanted == nil {
		return nil
	}
	err := frontplan.SetSticky(q.ctx(), re.db, q.writer.actor(), id, *wanted)
	if models.KindOf(err) == models.Conflict {
		return errFrontFull
	}
	return err
}

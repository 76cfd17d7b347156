package handlers

import (
	"errors"
	"net/http"
	"slices"

	"broadsheet/handlers/restparams"
	"broadsheet/models"
	"broadsheet/models/discussion"
	"broadsheet/models/discussion/commentlist"
	"broadsheet/models/discussion/privacy"
	"broadsheet/models/people"
	"broadsheet/views/rest"
)

func mayDecide(v *viewer) bool { return v.may(people.Moderating) || v.may(people.ModeratingOwn) }

// mayComment admits every account with an application password.
func mayComment(*viewer) bool { return true }

// commentWrites returns the methods that change comments.
func (re *restAPI) commentWrites() []restWrite {
	return []restWrite{
		{"create comment", []string{post}, "/comments", commentSchema, maxCommentForm, mayComment, re.createComment},
		{"update comment", edits, "/comments/:id", commentSchema, maxCommentForm, mayDecide, re.updateComment},
		{"delete comment", []string{http.MethodDelete}, "/comments/:id", deleteSchema(commentSchema), maxSmallForm, mayDecide, re.deleteComment},
	}
}

// commentActions maps the statuses that a request may give to decisions.
var commentActions = map[string]discussion.Action{
	"approved": discussion.DoApprove, "approve": discussion.DoApprove, "1": discussion.DoApprove,
	"hold": discussion.DoHold, "0": discussion.DoHold, "spam": discussion.DoSpam, "trash": discussion.DoTrash,
	"unspam": discussion.DoRestore, "untrash": discussion.DoRestore,
}

// commentStates maps the states of comments to WordPress's statuses.
var commentStates = map[discussion.State]string{
	discussion.Approved: "approved", discussion.Held: "hold", discussion.Spam: "spam", discussion.Trashed: "trash",
	discussion.ArticleTrashed: "post-trashed",
}

// createComment adds a comment of the account. If the account may decide about the comment that
// it answers, the new one is an answer of the desk. Otherwise it is checked like a reader's.
func (re *restAPI) createComment(q *restRequest) error {
	article, parent, text := q.body.Integer("post"), q.body.Integer("parent"), q.body.Text("content")
	if err := q.body.Err(); err != nil {
		return err
	}
	if article == 0 && parent == 0 {
		return &restparams.Refused{
			Status: http.StatusForbidden, Code: "rest_comment_invalid_post_id",
			Message: "Sorry, you are not allowed to create this comment without a post.",
		}
	}
	id, err := re.storeComment(q, article, parent, text)
	if err != nil {
		return commentError(err)
	}
	q.Response().Header().Set("Location", re.restEntryHref("comments", id))
	return re.answerComment(q, http.StatusCreated, id)
}

func (re *restAPI) storeComment(q *restRequest, article, parent int64, text string) (int64, error) {
	if parent != 0 && mayDecide(q.writer) && q.writer.scope.Comments(q.ctx(), re.db, []int64{parent}) == nil {
		_, answer, err := discussion.Answer(q.ctx(), re.db, q.writer.User, discussion.Versioned{ID: parent}, text)
		if err != nil {
			return 0, err
		}
		return answer.ID, nil
	}
	r := q.Request()
	c, err := discussion.Post(q.ctx(), re.db, q.site, discussion.Submission{
		ArticleID: article, ParentID: parent, User: q.writer.User, Author: q.writer.Name, Email: q.writer.Email, Text: text,
		IP: re.programs.auth.clients.address(r), Agent: r.UserAgent(), Host: re.baseURL.Hostname(),
	})
	if err != nil {
		return 0, err
	}
	return c.ID, nil
}

// commentError returns the refusal of a comment with WordPress's code.
func commentError(err error) error {
	e, ok := errors.AsType[*models.Error](err)
	if !ok {
		return err
	}
	refused := &restparams.Refused{Status: httpStatus[e.Kind], Message: e.Safe}
	switch {
	case e.Code == "duplicate":
		refused.Code = "comment_duplicate"
	case e.Code == "closed":
		refused.Code = "rest_comment_closed"
	case e.Kind == models.TooMany:
		refused.Code = "comment_flood"
	case e.Kind == models.NotFound:
		refused.Status, refused.Code = http.StatusForbidden, "rest_comment_invalid_post_id"
	case e.Kind == models.Invalid:
		refused.Status, refused.Code = http.StatusBadRequest, "rest_comment_content_invalid"
	default:
		return err
	}
	return refused
}

// openComment loads a comment about which the account may decide.
func (re *restAPI) openComment(q *restRequest) (*discussion.Comment, error) {
	id, err := q.id()
	if err != nil {
		return nil, err
	}
	c, err := discussion.ByID(q.ctx(), re.db, id)
	if models.KindOf(err) == models.NotFound {
		return nil, errNoComment
	}
	if err == nil {
		err = q.writer.scope.Comments(q.ctx(), re.db, []int64{id})
	}
	if models.KindOf(err) == models.Forbidden {
		err = q.denied("rest_cannot_edit", "Sorry, you are not allowed to edit this comment.")
	}
	return c, err
}

// updateComment changes the text and the status of a comment.
func (re *restAPI) updateComment(q *restRequest) error {
	c, err := re.openComment(q)
	if err != nil {
		return err
	}
	status, text := q.body.Text("status"), q.body.Text("content")
	action, known := commentActions[status]
	if status != "" && !known {
		q.body.Refuse("status", "rest_not_in_enum", "status is not one of approved, hold, spam, and trash.")
	}
	if err := q.body.Err(); err != nil {
		return err
	}
	if q.body.Has("content") && text != c.Text {
		if err := discussion.Rewrite(q.ctx(), re.db, q.writer.actor(), c.ID, c.Version, text); err != nil {
			return commentError(err)
		}
	}
	if known && commentStates[c.State] != status {
		if err := re.decideComment(q, c.ID, action); err != nil {
			return err
		}
	}
	return re.answerComment(q, http.StatusOK, c.ID)
}

func (re *restAPI) decideComment(q *restRequest, id int64, action discussion.Action) error {
	verdict := discussion.Verdict{Action: action, Undoable: true}
	_, results, err := discussion.Decide(q.ctx(), re.db, q.writer.actor(), []discussion.Versioned{{ID: id}}, verdict)
	if err == nil && (len(results) == 0 || !results[0].Done()) {
		err = &restparams.Refused{
			Status: http.StatusConflict, Code: "rest_comment_failed_edit", Message: "Updating comment status failed.",
		}
	}
	return err
}

// deleteComment moves a comment into the trash. With force=true it deletes the comment for good,
// which only editors may.
func (re *restAPI) deleteComment(q *restRequest) error {
	c, err := re.openComment(q)
	if err != nil {
		return err
	}
	if !q.body.Bool("force") {
		if c.State == discussion.Trashed {
			return &restparams.Refused{
				Status: http.StatusGone, Code: "rest_already_trashed", Message: "The comment has already been trashed.",
			}
		}
		if err := re.decideComment(q, c.ID, discussion.DoTrash); err != nil {
			return err
		}
		return re.answerComment(q, http.StatusOK, c.ID)
	}
	if !q.writer.may(people.Editing) {
		return q.denied("rest_cannot_delete", "Sorry, you are not allowed to delete this comment.")
	}
	before, err := re.presentStaffComments(q, []discussion.Comment{*c})
	if err != nil {
		return err
	}
	if c.State != discussion.Trashed && c.State != discussion.Spam {
		if err := re.decideComment(q, c.ID, discussion.DoTrash); err != nil {
			return err
		}
	}
	if _, err := privacy.DeleteChosen(q.ctx(), re.db, q.writer.actor(), []discussion.Versioned{{ID: c.ID}}); err != nil {
		return err
	}
	return re.sendREST(q, rest.Deleted{Deleted: true, Previous: before[0]})
}

func (re *restAPI) answerComment(q *restRequest, status int, id int64) error {
	c, err := discussion.ByID(q.ctx(), re.db, id)
	if err != nil {
		return err
	}
	list, err := re.presentStaffComments(q, []discussion.Comment{*c})
	if err != nil {
		return err
	}
	return re.sendRESTStatus(q, status, list[0])
}

// presentStaffComments returns comments in any state. Only moderators see their addresses of
// mail and networks.
func (re *restAPI) presentStaffComments(q *restRequest, comments []discussion.Comment) ([]rest.Comment, error) {
	rows := make([]commentlist.Comment, len(comments))
	for i, c := range comments {
		rows[i] = commentlist.Comment{
			ID: c.ID, ArticleID: c.ArticleID, ParentID: c.ParentID, Type: c.Type, Author: c.Author, URL: c.URL, HTML: c.HTML,
			CreatedAt: c.CreatedAt,
		}
	}
	list, _, err := re.embedInComments(q, rows)
	for i := range list {
		c, v := &comments[i], &list[i]
		if q.summary() {
			continue
		}
		v.Status = commentStates[c.State]
		if q.editing() {
			v.Content.Raw = &c.Text
		}
		if q.editing() && q.writer.may(people.Moderating) {
			v.AuthorEmail, v.AuthorIP, v.AuthorAgent = c.Email, c.IP, c.Agent
		}
	}
	return list, err
}

// showStaffComment answers with a comment in any state.
func (re *restAPI) showStaffComment(q *restRequest) error {
	c, err := re.openComment(q)
	if err != nil {
		return err
	}
	return re.answerComment(q, http.StatusOK, c.ID)
}

// showStaffComments answers with comments in the states that the request asks for, as far as the
// account may decide about them.
func (re *restAPI) showStaffComments(q *restRequest) error {
	if !mayDecide(q.writer) {
		return q.denied("rest_forbidden_context", "Sorry, you are not allowed to edit comments.")
	}
	find := commentlist.Any{
		IDs: q.Numbers("include"), ExceptIDs: q.Numbers("exclude"), Articles: q.Numbers("post"), Parents: q.Numbers("parent"),
		ExceptParents: q.Numbers("parent_exclude"), Email: q.Text("author_email"), Ascending: q.Text("order") == "asc",
		Narrow: q.writer.scope.Narrow,
	}
	if find.Email != "" && !q.writer.may(people.Moderating) { // an author sees no addresses, so none can be tried out
		return q.denied("rest_forbidden_param", "Query parameter not permitted: author_email")
	}
	find.Offset, find.Limit = q.part()
	switch status := q.Text("status"); status {
	case "all", "any":
		find.States = []discussion.State{discussion.Approved, discussion.Held}
	default:
		for state, name := range commentStates {
			if name == status || string(state) == status {
				find.States = append(find.States, state)
			}
		}
		if len(find.States) == 0 {
			return &restparams.Refused{
				Status: http.StatusBadRequest, Code: "rest_invalid_param",
				Message: "status is not one of approve, hold, spam, trash, and all.",
			}
		}
	}
	slices.Sort(find.States)
	found, total, err := find.Find(q.ctx(), re.db)
	if err != nil {
		return err
	}
	list, err := re.presentStaffComments(q, found)
	if err != nil {
		return err
	}
	return sendRESTList(re, q, list, total, dependencies{})
}

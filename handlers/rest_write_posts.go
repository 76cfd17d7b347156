package handlers

import (
	"net/http"
	"time"

	"broadsheet/handlers/restparams"
	"broadsheet/models"
	"broadsheet/models/discussion"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/drafts"
	"broadsheet/models/newsroom/notes"
	"broadsheet/models/newsroom/timetable"
	"broadsheet/models/people"
	"broadsheet/models/richtext"
	"broadsheet/views/rest"
)

func mayWrite(v *viewer) bool { return v.may(people.Writing) }

// storyWrites returns the methods that change articles.
func (re *restAPI) storyWrites() []restWrite {
	return []restWrite{
		{"create post", []string{post}, "/posts", postSchema, maxStoryJSON, mayWrite, re.createPost},
		{"update post", edits, "/posts/:id", postSchema, maxStoryJSON, mayWrite, re.updatePost},
		{"delete post", []string{http.MethodDelete}, "/posts/:id", deleteSchema(postSchema), maxSmallForm, mayWrite, re.deletePost},
	}
}

// createPost makes an article. It checks the rights first, so a request that is refused stores
// nothing.
func (re *restAPI) createPost(q *restRequest) error {
	if q.body.Integer("id") != 0 {
		return &restparams.Refused{Status: http.StatusBadRequest, Code: "rest_post_exists", Message: "Cannot create existing post."}
	}
	s := storyReader{q, re, newsroom.Manuscript{Format: richtext.HTML}}
	text, err := s.text()
	if err != nil {
		return err
	}
	if richtext.Blank(text.Title+text.Standfirst) && richtext.Blank(richtext.PlainText(text.Body)) && text.PictureID == nil {
		return &restparams.Refused{
			Status: http.StatusBadRequest, Code: "empty_content", Message: "Content, title, and excerpt are empty.",
		}
	}
	access := drafts.Access{See: true, Edit: true, Trash: true, Publish: q.writer.may(people.Publishing)}
	plan, err := re.planPost(s, &newsroom.Article{Status: newsroom.Draft}, access)
	if err != nil {
		return err
	}
	id, _, err := drafts.Create(q.ctx(), re.db, q.writer.actor(), text)
	if err == nil {
		err = re.finishPost(s, id, access, plan)
	}
	if err != nil {
		return err
	}
	q.Response().Header().Set("Location", re.restEntryHref("posts", id))
	return re.answerPost(q, http.StatusCreated, id)
}

// openPost loads an article that the account may see.
func (re *restAPI) openPost(q *restRequest) (*opened, error) {
	id, err := q.id()
	if err != nil {
		return nil, err
	}
	d, err := drafts.Open(q.ctx(), re.db, id)
	if models.KindOf(err) == models.NotFound {
		return nil, errNoPost
	}
	if err != nil {
		return nil, err
	}
	access, err := drafts.AccessOf(q.ctx(), re.db, q.writer.User, d.Article)
	if err == nil && !access.See && d.Article.Status != newsroom.Published {
		err = errNoPost
	}
	return &opened{Draft: d, access: access}, err
}

// updatePost changes the fields of an article that were sent.
func (re *restAPI) updatePost(q *restRequest) error {
	d, err := re.openPost(q)
	if err != nil {
		return err
	}
	if !d.access.Edit {
		return q.denied("rest_cannot_edit", "Sorry, you are not allowed to edit this post.")
	}
	stored, err := drafts.Version(q.ctx(), re.db, d.Article, d.Shown)
	if err != nil {
		return err
	}
	s := storyReader{q, re, stored}
	text, err := s.text()
	if err != nil {
		return err
	}
	plan, err := re.planPost(s, d.Article, d.access)
	if err != nil {
		return err
	}
	if err := re.saveText(q, d, text, plan); err != nil {
		return err
	}
	if err := re.finishPost(s, d.Article.ID, d.access, plan); err != nil {
		return err
	}
	return re.answerPost(q, http.StatusOK, d.Article.ID)
}

var errInTrash = &restparams.Refused{
	Status: http.StatusConflict, Code: "rest_already_trashed", Message: "The post is in the trash. Give it another status first.",
}

// textFields are the fields that are part of an article's text.
var textFields = []string{
	"title", "content", "excerpt", "slug", "author", "coauthors", "coauthor_roles", "categories", "tags", "featured_media",
}

// saveText saves a text that was made from the public one. In a live article the new text is
// public at once, and changes that wait at the desk still wait. An article in the trash is
// restored first if the plan takes it out of there, and refused otherwise.
func (re *restAPI) saveText(q *restRequest, d *opened, text newsroom.Manuscript, plan storyPlan) error {
	ctx, by, id := q.ctx(), q.writer.actor(), d.Article.ID
	if d.Article.Status == newsroom.Trashed {
		if plan.to == "" || plan.to == newsroom.Trashed {
			return errInTrash
		}
		if err := discussion.RestoreArticle(ctx, re.db, by, id); err != nil {
			return err
		}
	}
	if !q.sent(textFields...) || plan.to == newsroom.Trashed {
		return nil
	}
	if d.Article.Status == newsroom.Published {
		if !d.access.Publish {
			return q.denied("rest_cannot_edit", "Sorry, you are not allowed to edit this post.")
		}
		_, err := timetable.Correct(ctx, re.db, by, id, drafts.Correction{Seen: d.Shown, Text: text})
		return err
	}
	stored, err := drafts.Save(ctx, re.db, by, id, d.Shown, text, nil)
	if err == nil {
		err = notes.Follow(ctx, re.db, id, stored.Text)
	}
	return err
}

// sent reports whether the request has one of some fields.
func (q *restRequest) sent(names ...string) bool {
	for _, name := range names {
		if q.body.Has(name) {
			return true
		}
	}
	return false
}

// checkPlan refuses a move for which the account has no right.
func (q *restRequest) checkPlan(a *newsroom.Article, access drafts.Access, plan storyPlan) error {
	leaves := a.Status == newsroom.Published || a.Status == newsroom.Scheduled || a.Status == newsroom.Withdrawn
	switch {
	case plan.to == newsroom.Trashed && !access.Trash:
		return q.denied("rest_cannot_delete", "Sorry, you are not allowed to delete this post.")
	case (plan.to == newsroom.Published || plan.to == newsroom.Scheduled || leaves && plan.to != "") && !access.Publish:
		return q.denied("rest_cannot_publish", "Sorry, you are not allowed to publish posts in this post type.")
	}
	return nil
}

// planPost returns the plan of a request. It refuses changes for which the account has no
// right, before anything is stored.
func (re *restAPI) planPost(s storyReader, a *newsroom.Article, access drafts.Access) (storyPlan, error) {
	plan, err := s.plan(a, re.db.Now())
	if err == nil {
		err = s.checkPlan(a, access, plan)
	}
	if err == nil {
		plan.sticky, err = re.readSticky(s.restRequest, a.ID)
	}
	return plan, err
}

// finishPost does as planned: it sets the comments, moves the article, and pins it or takes its
// pin away.
func (re *restAPI) finishPost(s storyReader, id int64, access drafts.Access, plan storyPlan) error {
	ctx, by := s.ctx(), s.writer.actor()
	a, err := newsroom.ByID(ctx, re.db, id)
	if err != nil {
		return err
	}
	if err := re.setComments(s, a, access); err != nil {
		return err
	}
	switch {
	case plan.to == "" || plan.to == a.Status && plan.at.IsZero():
	case plan.to == newsroom.Trashed:
		err = discussion.SetArticleStatus(ctx, re.db, by, id, newsroom.Trashed, "")
	default:
		err = re.movePost(s.restRequest, id, plan)
	}
	if err != nil {
		return err
	}
	return re.setSticky(s.restRequest, id, plan.sticky)
}

// setComments opens or closes the comments if the account may publish.
func (re *restAPI) setComments(s storyReader, a *newsroom.Article, access drafts.Access) error {
	wanted := newsroom.CommentStatus(s.body.Text("comment_status"))
	if wanted == "" || !access.Publish || (wanted == newsroom.CommentsClosed) == (a.CommentStatus == newsroom.CommentsClosed) {
		return nil
	}
	policy := a.CommentPolicy()
	policy.Status = wanted
	return newsroom.SetCommentPolicy(s.ctx(), re.db, s.writer.actor(), a.ID, policy)
}

// movePost gives an article another status, with its newest text. If there is no direct move,
// the article becomes a draft in between.
func (re *restAPI) movePost(q *restRequest, id int64, plan storyPlan) error {
	d, err := drafts.Open(q.ctx(), re.db, id)
	if err != nil {
		return err
	}
	number := d.Number
	show := func(to newsroom.Status, at time.Time) error {
		n, err := drafts.Show(q.ctx(), re.db, q.writer.actor(), id, drafts.Move{Number: number, To: to, At: at})
		number = n
		return err
	}
	from := d.Article.Status
	if from != plan.to && !newsroom.CanMove(from, plan.to) && newsroom.CanMove(from, newsroom.Draft) {
		if err := show(newsroom.Draft, time.Time{}); err != nil {
			return err
		}
	}
	return show(plan.to, plan.at)
}

// answerPost answers with an article as it is now.
func (re *restAPI) answerPost(q *restRequest, status int, id int64) error {
	posts, _, err := re.loadPosts(q, []int64{id}, repliesAlone)
	if err == nil && len(posts) == 0 {
		err = errNoPost
	}
	if err != nil {
		return err
	}
	return re.sendRESTStatus(q, status, posts[0])
}

// deletePost moves an article into the trash. With force WordPress would delete it for
// good; here the trash keeps it as well, but the answer is WordPress's.
func (re *restAPI) deletePost(q *restRequest) error {
	d, err := re.openPost(q)
	if err != nil {
		return err
	}
	if !d.access.Trash {
		return q.denied("rest_cannot_delete", "Sorry, you are not allowed to delete this post.")
	}
	force := q.body.Bool("force")
	if err := q.body.Err(); err != nil {
		return err
	}
	before, _, err := re.loadPosts(q, []int64{d.Article.ID}, 0)
	if err != nil || len(before) == 0 {
		return err
	}
	switch {
	case d.Article.Status != newsroom.Trashed:
		err = discussion.SetArticleStatus(q.ctx(), re.db, q.writer.actor(), d.Article.ID, newsroom.Trashed, "")
	case !force:
		err = &restparams.Refused{Status: http.StatusGone, Code: "rest_already_trashed", Message: "The post has already been deleted."}
	}
	if err != nil {
		return err
	}
	if force {
		return re.sendREST(q, rest.Deleted{Deleted: true, Previous: before[0]})
	}
	return re.answerPost(q, http.StatusOK, d.Article.ID)
}

// deleteSchema adds the parameter force to those of an entry.
func deleteSchema(entry restparams.Schema) restparams.Schema {
	return append(entry[:len(entry):len(entry)], restparams.Param{Name: "force", Kind: restparams.Bool, Default: "false"})
}

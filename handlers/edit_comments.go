package handlers

import (
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/drafts"
	"broadsheet/models/newsroom/taxonomy"
	"broadsheet/models/newsroom/termchanges"
	"broadsheet/views/edit"
)

// The form of an article sets its comments: they follow the categories and tags, or the editor
// opens or closes them.

// presentComments shows the rules of a text's terms for its comments, until readers
// know the article.
func (ed *editing) presentComments(c *request, d *drafts.Draft, v *edit.Story) error {
	a := d.Article
	switch a.Status {
	case newsroom.Draft, newsroom.InReview, newsroom.Scheduled:
	default:
		return nil
	}
	v.Follow = true
	if !a.CommentsChosen {
		v.Comments = ""
	}
	rules, err := ed.commentRules(c, d.Text)
	if err != nil {
		return err
	}
	for _, rule := range []struct {
		set  bool
		name string
	}{
		{rules.Closed, taxonomy.CommentsClosed},
		{rules.Premoderated && !rules.Closed, taxonomy.CommentsPremoderated},
		{rules.Verified && !rules.Closed, taxonomy.CommentsVerified},
		{rules.Open && !rules.Closed && !rules.Premoderated && !rules.Verified, taxonomy.CommentsOpen},
	} {
		if rule.set {
			v.CommentRules = append(v.CommentRules, "terms.comments."+rule.name)
		}
	}
	if v.CommentsBy = rules.By; len(v.CommentRules) == 0 && rules.Days > 0 {
		v.CommentRules = []string{"terms.comments.open"}
	}
	if !rules.Closed {
		v.CommentDays = rules.Days
	}
	return nil
}

// commentRules returns the rules of a text's categories and tags for its comments. A new tag
// has no rules.
func (ed *editing) commentRules(c *request, text newsroom.Manuscript) (rules taxonomy.CommentRules, err error) {
	var categories []*taxonomy.Category
	for _, ref := range text.Categories {
		if one := c.site.Categories.Find(ref); one != nil {
			categories = append(categories, one)
		}
	}
	var tags []*taxonomy.Tag
	for _, name := range text.Tags {
		tag, err := taxonomy.TagNamed(c.ctx(), ed.db, name)
		if err != nil {
			return rules, err
		}
		if tag != nil {
			tags = append(tags, tag)
		}
	}
	return c.site.Categories.CommentRules(categories, tags), nil
}

// saveCommentStatus opens or closes the comments, or lets them follow the terms, if the field
// was changed by an account that may publish. A moderator's decision made while the form was
// open stays.
func (ed *editing) saveCommentStatus(c *request, d *opened, form *storyForm) error {
	wanted := newsroom.CommentStatus(form.Get("comment_status"))
	changed := form.Has("comment_status") && form.Get("comment_status") != form.Get("comment_status_seen")
	switch {
	case !changed || !d.access.Publish || wanted == d.Article.CommentStatus && d.Article.CommentsChosen:
		return nil
	case wanted == "":
		return termchanges.FollowTerms(c.ctx(), ed.db, c.viewer.actor(), d.Article.ID)
	}
	policy := d.Article.CommentPolicy()
	policy.Status = wanted
	return newsroom.SetCommentPolicy(c.ctx(), ed.db, c.viewer.actor(), d.Article.ID, policy)
}

package newsroom

import (
	"context"
	"strconv"

	"broadsheet/models"
)

// The tags of the change log that this package touches, by what readers see
// of it. They are kept narrow: a comment under one story must not cost the
// pages of the others.
//
//	article:ID   anything on the article's own pages, its comments included
//	story:ID     what other pages show of it: headline, picture, address, whether it is public
//	count:ID     how many comments it has, beside its headline
//	stories      the list of all stories; so section:ID, tag:ID, author:ID and period:202611
//	byline:ID    how an author is named on article pages
//	picture:ID   a picture's alternative text, caption, credit and focus
const (
	ArticlesTag   = "stories"
	FrontTag      = "front"          // which stories an editor has pinned
	SearchTag     = "search"         // what a search may find
	CountsTag     = "comment-counts" // the count of any story, for rankings
	RelatedTag    = "related"        // how rare sections and tags are
	NavigationTag = "navigation"     // names, order and addresses of sections, on every page
	categoriesTag = "sections"       // the tree of sections in memory, weights included
)

// ArticleTag names everything that an article's own pages show.
func ArticleTag(id int64) string { return tag("article", id) }

// TeaserTag names what other pages show of an article.
func TeaserTag(id int64) string { return tag("story", id) }

// CountTag names an article's comment count.
func CountTag(id int64) string { return tag("count", id) }

// PictureTag names what is known of a picture.
func PictureTag(id int64) string { return tag("picture", id) }

// BylineTag names how an author is shown over stories.
func BylineTag(authorID int64) string { return tag("byline", authorID) }

func tag(kind string, id int64) string { return kind + ":" + strconv.FormatInt(id, 10) }

// DependsOn names what a list shows of the story.
func (s *Teaser) DependsOn() []string {
	tags := []string{TeaserTag(s.ID)}
	if s.PictureID != nil {
		tags = append(tags, PictureTag(*s.PictureID))
	}
	return tags
}

// Listed names what a list shows of stories, their comment counts included.
func Listed(stories []Teaser) []string {
	var tags []string
	for i := range stories {
		tags = append(append(tags, stories[i].DependsOn()...), CountTag(stories[i].ID))
	}
	return tags
}

// DependsOn names all that the page of a list shows.
func (p *ListPage) DependsOn() []string { return append(Listed(p.Teasers), p.List.Tag()) }

// DependsOn names all that the article's page shows, but for the related
// stories.
func (p *Page) DependsOn() []string {
	tags := []string{ArticleTag(p.ID), RelatedTag}
	if p.Picture != nil {
		tags = append(tags, PictureTag(p.Picture.ID))
	}
	for _, b := range p.Bylines {
		tags = append(tags, BylineTag(b.AuthorID))
	}
	for _, id := range p.Linked { // a card appears when its story does
		tags = append(tags, TeaserTag(id))
	}
	for _, story := range p.Cards {
		tags = append(tags, story.DependsOn()...)
	}
	for i := range p.Coverage {
		tags = append(tags, p.Coverage[i].DependsOn()...)
	}
	return tags
}

// DependsOn names what the choice of related stories depends on: whatever
// is published in the sections and under the tags that count.
func (q RelatedQuery) DependsOn(site *Site) []string {
	var tags []string
	for _, m := range marksOf(site.Categories, q.Categories) {
		tags = append(tags, listRef{CategoryArticles, m.id}.tag())
	}
	for _, id := range q.Tags[:min(len(q.Tags), relatedTags)] {
		tags = append(tags, listRef{TagArticles, id}.tag())
	}
	return tags
}

// touchCoverage announces that the stories an article links to may have other
// later coverage.
func touchCoverage(tx *models.Tx, targets []int64) {
	for _, id := range targets {
		tx.Touch(ArticleTag(id))
	}
}

// linkedFrom returns the stories that an article links to.
func linkedFrom(ctx context.Context, r models.Queryer, id int64) (targets []int64, err error) {
	err = r.Query(ctx).Raw("SELECT target_id FROM article_links WHERE article_id = ? ORDER BY target_id", id).Scan(&targets).Error
	return targets, err
}

// touchArticle announces a change of what readers see of an article, on its
// own pages and on others.
func touchArticle(tx *models.Tx, id int64) {
	tx.Touch(ArticleTag(id), TeaserTag(id), SearchTag)
}

package newsroom

import (
	"context"

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
	ArticlesTag   models.CacheTag = "stories"
	FrontTag      models.CacheTag = "front"          // which stories an editor has pinned
	SearchTag     models.CacheTag = "search"         // what a search may find
	CountsTag     models.CacheTag = "comment-counts" // the count of any story, for rankings
	RelatedTag    models.CacheTag = "related"        // how rare sections and tags are
	NavigationTag models.CacheTag = "navigation"     // names, order and addresses of sections, on every page
	categoriesTag models.CacheTag = "sections"       // the tree of sections in memory, weights included
	// CommentsTag names the comments of the whole site, whatever their state. The
	// readers of an article depend on the article's own tag instead.
	CommentsTag models.CacheTag = "comments"

	// ArticleTags is the beginning of every ArticleTag.
	ArticleTags  models.CacheTag = "article:"
	teaserTags   models.CacheTag = "story:"
	countTags    models.CacheTag = "count:"
	pictureTags  models.CacheTag = "picture:"
	bylineTags   models.CacheTag = "byline:"
	categoryTags models.CacheTag = "section:"
	topicTags    models.CacheTag = "tag:"
	authorTags   models.CacheTag = "author:"
	periodTags   models.CacheTag = "period:"
)

// ArticleTag names everything that an article's own pages show.
func ArticleTag(id int64) models.CacheTag { return ArticleTags.Of(id) }

// TeaserTag names what other pages show of an article.
func TeaserTag(id int64) models.CacheTag { return teaserTags.Of(id) }

// CountTag names an article's comment count.
func CountTag(id int64) models.CacheTag { return countTags.Of(id) }

// PictureTag names what is known of a picture.
func PictureTag(id int64) models.CacheTag { return pictureTags.Of(id) }

// BylineTag names how an author is shown over stories.
func BylineTag(authorID int64) models.CacheTag { return bylineTags.Of(authorID) }

// DependsOn names what a list shows of the story.
func (s *Teaser) DependsOn() []models.CacheTag {
	tags := []models.CacheTag{TeaserTag(s.ID)}
	if s.PictureID != nil {
		tags = append(tags, PictureTag(*s.PictureID))
	}
	return tags
}

// Listed names what a list shows of stories, their comment counts included.
func Listed(stories []Teaser) []models.CacheTag {
	var tags []models.CacheTag
	for i := range stories {
		tags = append(append(tags, stories[i].DependsOn()...), CountTag(stories[i].ID))
	}
	return tags
}

// DependsOn names all that the page of a list shows.
func (p *ListPage) DependsOn() []models.CacheTag { return append(Listed(p.Teasers), p.List.Tag()) }

// DependsOn names all that the article's page shows, but for the related
// stories.
func (p *Page) DependsOn() []models.CacheTag {
	tags := []models.CacheTag{ArticleTag(p.ID), RelatedTag}
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
func (q RelatedQuery) DependsOn(site *Site) []models.CacheTag {
	var tags []models.CacheTag
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

package newsroom

import (
	"context"

	"broadsheet/models"
	"broadsheet/models/newsroom/pictures"
	"broadsheet/models/newsroom/taxonomy"
)

// The cache tags that this package touches. Each is as narrow as possible, so
// that a comment on one article does not drop the cached pages of others. The
// stored names use the older word story. Package taxonomy has those of categories
// and authors.
//
//	article:ID   everything on the article's own pages, its comments included
//	story:ID     the article's teaser: headline, picture, address, whether it is public
//	count:ID     its number of comments, shown beside its headline
//	stories      the list of all articles; also tag:ID and period:202611
//	library      the list of pictures
//	picture:ID   a picture's file, alternative text, caption, credit, focus, and whether it is hidden
const (
	ArticlesTag models.CacheTag = "stories"
	FrontTag    models.CacheTag = "front"   // the articles that an editor has pinned
	SearchTag   models.CacheTag = "search"  // the results of searches
	RelatedTag  models.CacheTag = "related" // the weights of categories and tags
	// CommentsTag is the comments of the whole site in all states. Pages of an
	// article depend on the article's own tag instead.
	CommentsTag models.CacheTag = "comments"

	// ArticleTags is the prefix of all results of ArticleTag.
	ArticleTags models.CacheTag = "article:"
	teaserTags  models.CacheTag = "story:"
	countTags   models.CacheTag = "count:"
	topicTags   models.CacheTag = "tag:"
	periodTags  models.CacheTag = "period:"
)

// ArticleTag returns the cache tag of everything on an article's own pages.
func ArticleTag(id int64) models.CacheTag { return ArticleTags.Of(id) }

// TeaserTag returns the cache tag of an article's teaser.
func TeaserTag(id int64) models.CacheTag { return teaserTags.Of(id) }

// CountTag returns the cache tag of an article's number of comments.
func CountTag(id int64) models.CacheTag { return countTags.Of(id) }

// DependsOn returns the cache tags of the teaser.
func (t *Teaser) DependsOn() []models.CacheTag {
	tags := []models.CacheTag{TeaserTag(t.ID)}
	if t.PictureID != nil {
		tags = append(tags, pictures.Tag(*t.PictureID))
	}
	return tags
}

// Listed returns the cache tags of teasers with their comment counts.
func Listed(teasers []Teaser) []models.CacheTag {
	var tags []models.CacheTag
	for i := range teasers {
		tags = append(append(tags, teasers[i].DependsOn()...), CountTag(teasers[i].ID))
	}
	return tags
}

// DependsOn returns the cache tags of a page of a list.
func (p *ListPage) DependsOn() []models.CacheTag { return append(Listed(p.Teasers), p.List.Tag()) }

// DependsOn returns the cache tags of the article's page, without its related
// articles.
func (p *Page) DependsOn() []models.CacheTag {
	tags := []models.CacheTag{ArticleTag(p.ID), RelatedTag}
	if p.PictureID != nil { // it may be hidden now
		tags = append(tags, pictures.Tag(*p.PictureID))
	}
	for _, m := range p.InText {
		tags = append(tags, pictures.Tag(m.ID))
	}
	for _, b := range p.Bylines {
		tags = append(tags, taxonomy.BylineTag(b.AuthorID))
	}
	for _, id := range p.Linked { // a card appears when its article is published
		tags = append(tags, TeaserTag(id))
	}
	for _, card := range p.Cards {
		tags = append(tags, card.DependsOn()...)
	}
	for i := range p.Coverage {
		tags = append(tags, p.Coverage[i].DependsOn()...)
	}
	return tags
}

// touchCoverage touches articles that another article links to: the later
// coverage on their pages may differ.
func touchCoverage(tx *models.Tx, targets []int64) {
	for _, id := range targets {
		tx.Touch(ArticleTag(id))
	}
}

// linkedFrom returns the ids of the articles that an article links to, sorted.
func linkedFrom(ctx context.Context, r models.Queryer, id int64) (targets []int64, err error) {
	err = r.Query(ctx).Raw("SELECT target_id FROM article_links WHERE article_id = ? ORDER BY target_id", id).Scan(&targets).Error
	return targets, err
}

// touchArticle touches an article's own pages, its teaser on other pages and the
// search.
func touchArticle(tx *models.Tx, id int64) {
	tx.Touch(ArticleTag(id), TeaserTag(id), SearchTag)
}

package digest

import (
	"cmp"
	"context"
	"slices"

	"broadsheet/models"
	"broadsheet/models/discussion"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/front"
	"broadsheet/models/newsroom/taxonomy"
	"broadsheet/models/subscription"
)

// The most that one mail has, of all lists together.
const (
	maxMailStories  = 40
	maxMailComments = 5
)

// Content is the content of one mail: only articles and comments that are public now.
type Content struct {
	Lists    []List
	Comments []Comment
}

// Empty reports whether there is nothing to send.
func (c *Content) Empty() bool { return len(c.Lists) == 0 }

// List is a part of a mail. An article is in one part only.
type List struct {
	Category *taxonomy.Category // nil for the whole paper
	Stories  []newsroom.Teaser
}

// Comment is a comment of a mail with the article that it is under.
type Comment struct {
	discussion.Comment
	Article newsroom.Teaser
}

// ContentOf returns an issue as a subscriber to some lists gets it.
func ContentOf(ctx context.Context, r models.Queryer, site *newsroom.Site, issue *Issue, lists []int64) (*Content, error) {
	var stories []storyRow
	err := r.Query(ctx).Where("issue_id = ? AND category_id IN ?", issue.ID, lists).Order("category_id, position").Find(&stories).Error
	if err != nil {
		return nil, err
	}
	var comments []int64
	err = r.Query(ctx).Model(&commentRow{}).Where("issue_id = ? AND category_id IN ?", issue.ID, lists).
		Distinct().Pluck("comment_id", &comments).Error
	if err != nil {
		return nil, err
	}
	var picks []pick
	for _, row := range stories {
		if n := len(picks); n == 0 || picks[n-1].list != row.CategoryID {
			picks = append(picks, pick{list: row.CategoryID})
		}
		last := &picks[len(picks)-1]
		last.stories = append(last.stories, row.ArticleID)
	}
	return contentOf(ctx, r, site, picks, comments)
}

// Preview returns the next issue as a subscriber to some lists would get it now.
func Preview(ctx context.Context, db *models.DB, site *newsroom.Site, f subscription.Frequency, lists []int64) (*Content, *Issue, error) {
	last, err := newestIssue(ctx, db, f)
	if err != nil {
		return nil, nil, err
	}
	issue := &Issue{Frequency: f, Day: db.Now().In(site.TimeZone).Format(dayLayout)}
	issue.Since, issue.Until = window(f, last, db.Now())
	opening, err := OpeningOf(ctx, db, f)
	if err != nil {
		return nil, nil, err
	}
	issue.Opening = opening.Text
	pinned, err := front.Pinned(ctx, db, issue.Until)
	if err != nil {
		return nil, nil, err
	}
	var picks []pick
	var comments []int64
	for _, list := range lists {
		p, err := pickList(ctx, db, issue, list, pinned)
		if err != nil {
			return nil, nil, err
		}
		picks, comments = append(picks, p), append(comments, p.comments...)
	}
	content, err := contentOf(ctx, db, site, picks, comments)
	return content, issue, err
}

// contentOf loads the articles and comments of some lists that are public.
func contentOf(ctx context.Context, r models.Queryer, site *newsroom.Site, picks []pick, comments []int64) (*Content, error) {
	c := &Content{}
	best, err := publicComments(ctx, r, comments)
	if err != nil {
		return nil, err
	}
	var ids []int64
	for _, p := range picks {
		ids = append(ids, p.stories...)
	}
	for i := range best {
		ids = append(ids, best[i].ArticleID)
	}
	articles, err := publicTeasers(ctx, r, ids)
	if err != nil {
		return nil, err
	}
	order := map[int64]int{}
	for i, category := range site.Categories.All() {
		order[category.ID] = i + 1
	}
	slices.SortStableFunc(picks, func(a, b pick) int { return cmp.Compare(order[a.list], order[b.list]) })
	used, left := map[int64]bool{}, maxMailStories
	for _, p := range picks {
		list := List{Category: site.Categories.ByID(p.list)}
		for _, id := range p.stories {
			if article, public := articles[id]; public && !used[id] && left > 0 {
				used[id] = true
				left--
				list.Stories = append(list.Stories, article)
			}
		}
		if len(list.Stories) > 0 {
			c.Lists = append(c.Lists, list)
		}
	}
	for i := range best {
		if article, public := articles[best[i].ArticleID]; public && len(c.Comments) < maxMailComments {
			c.Comments = append(c.Comments, Comment{best[i], article})
		}
	}
	return c, nil
}

// publicTeasers returns the public ones of some articles, by id.
func publicTeasers(ctx context.Context, r models.Queryer, ids []int64) (map[int64]newsroom.Teaser, error) {
	public, err := newsroom.PublicByIDs(ctx, r, ids)
	if err != nil {
		return nil, err
	}
	found := make(map[int64]newsroom.Teaser, len(public))
	for id, a := range public {
		found[id] = newsroom.Teaser{
			ID: a.ID, Slug: a.Slug, Title: a.Title, Standfirst: a.Standfirst, Language: a.Language, LocalTime: a.LocalTime,
			PublishedAt: a.PublishedAt, MainCategoryID: a.MainCategoryID, Byline: a.Byline, BylineSlug: a.BylineSlug,
			CommentsApprove: a.CommentsApprove,
		}
	}
	return found, nil
}

// publicComments returns the approved ones of some comments, those with the most
// recommendations first.
func publicComments(ctx context.Context, r models.Queryer, ids []int64) (list []discussion.Comment, err error) {
	if len(ids) == 0 {
		return nil, nil
	}
	return list, r.Query(ctx).Where("id IN ? AND state = ?", ids, discussion.Approved).Order("recommends DESC, id DESC").Find(&list).Error
}

package moderation

import (
	"context"

	"broadsheet/models"
	"broadsheet/models/discussion"
	"broadsheet/models/newsroom"

	"gorm.io/gorm"
)

// Context holds the articles and the parents of a list of comments. A lookup in
// either map returns nil for a row that does not exist.
type Context struct {
	Articles map[int64]*newsroom.Article   // by article ID
	Parents  map[int64]*discussion.Comment // by the ID of the parent
}

// ContextOf loads the articles and the parents of comments. The number of queries
// does not grow with the number of comments. Parents have only the columns that a
// quotation needs: number, author, state and text.
func ContextOf(ctx context.Context, r models.Queryer, list []*discussion.Comment) (*Context, error) {
	var articles, parents []int64
	for _, c := range list {
		articles = append(articles, c.ArticleID)
		if c.ParentID != 0 {
			parents = append(parents, c.ParentID)
		}
	}
	around := &Context{Parents: map[int64]*discussion.Comment{}}
	var err error
	if around.Articles, err = newsroom.ByIDs(ctx, r, articles); err != nil || len(parents) == 0 {
		return around, err
	}
	var rows []*discussion.Comment
	err = r.Query(ctx).Select("id", "author", "state", "text").Where("id IN ?", parents).Find(&rows).Error
	for _, c := range rows {
		around.Parents[c.ID] = c
	}
	return around, err
}

// Report is the complaint of one visitor about a comment.
type Report struct {
	CommentID int64
	Reason    string
	Note      string
	Law       string // of a notice
	Name      string // of the sender of a notice
	Email     string
	At        models.Time
}

// Reports returns the reports about the comments of cards, by comment ID, the
// newest first. It reads at most ten reports for each card of a full page.
func Reports(ctx context.Context, r models.Queryer, cards []Card) (map[int64][]Report, error) {
	var ids []int64
	for _, c := range cards {
		if c.Comment.Reports > 0 {
			ids = append(ids, c.ID)
		}
	}
	byID := map[int64][]Report{}
	if len(ids) == 0 {
		return byID, nil
	}
	var rows []Report
	err := r.Query(ctx).Table("reports").Select("comment_id", "reason", "note", "law", "name", "email", "at").
		Where("comment_id IN ?", ids).Order("id DESC").Limit(10 * PageSize).Find(&rows).Error
	for _, row := range rows {
		byID[row.CommentID] = append(byID[row.CommentID], row)
	}
	return byID, err
}

// Limits of a comment's surroundings.
const (
	othersShown = 10   // comments by the same commenter, or from the same network
	mostOthers  = 1000 // comments counted
)

// Surroundings are facts about a comment that help a moderator to decide it.
type Surroundings struct {
	ByCommenter []discussion.Comment     // the newest others by the same commenter
	Totals      map[discussion.State]int // others by the commenter, up to mostOthers
	FromNetwork []discussion.Comment     // the newest others from the same network
	Alike       map[discussion.State]int // near-duplicates by state
	Replies     int                      // direct replies, up to mostOthers

	scope Scope
}

// SurroundingsOf gathers the surroundings of c. The comments that it shows and
// counts are in the moderator's scope; the replies are counted in full. An author does
// not learn which comments came from one network.
func SurroundingsOf(ctx context.Context, r models.Queryer, scope Scope, c *discussion.Comment) (*Surroundings, error) {
	a := &Surroundings{Totals: map[discussion.State]int{}, Alike: map[discussion.State]int{}, scope: scope}
	if err := a.readByCommenter(ctx, r, c); err != nil {
		return nil, err
	}
	if c.Network != "" && !scope.own() {
		q := r.Query(ctx).Where("network = ? AND network <> '' AND id <> ?", c.Network, c.ID)
		err := scope.narrow(q, "comments.article_id").Order("created_at DESC, id DESC").Limit(othersShown).Find(&a.FromNetwork).Error
		if err != nil {
			return nil, err
		}
	}
	if err := a.countAlike(ctx, r, c); err != nil {
		return nil, err
	}
	err := r.Query(ctx).Raw(`SELECT COUNT(*) FROM (
			SELECT 1 FROM comments WHERE parent_id = ? AND parent_id > 0 LIMIT ?) answers`,
		c.ID, mostOthers).Scan(&a.Replies).Error
	return a, err
}

// readByCommenter reads and counts the other comments of c's commenter: those with
// the same email or, if c has none, from the same browser.
func (a *Surroundings) readByCommenter(ctx context.Context, r models.Queryer, c *discussion.Comment) error {
	column, value := "email", c.Email
	if c.Email == "" {
		column, value = "token_hash", c.TokenHash
	}
	if value == "" {
		return nil
	}
	// The second condition lets SQLite use the partial index.
	same := column + " = ? AND " + column + " <> ''"
	others := func() *gorm.DB {
		q := r.Query(ctx).Model(&discussion.Comment{}).Where(same, value).Where("id <> ?", c.ID)
		return a.scope.narrow(q, "comments.article_id")
	}
	err := others().Order("created_at DESC, id DESC").Limit(othersShown).Find(&a.ByCommenter).Error
	if err != nil {
		return err
	}
	return countByState(r.Query(ctx).Table("(?) AS others", others().Select("state").Limit(mostOthers)), a.Totals)
}

// countByState counts the rows of q by their state into a map.
func countByState(q *gorm.DB, into map[discussion.State]int) error {
	var rows []struct {
		State    discussion.State
		Comments int
	}
	err := q.Select("state, COUNT(*) AS comments").Group("state").Scan(&rows).Error
	for _, row := range rows {
		into[row.State] = row.Comments
	}
	return err
}

// countAlike counts the near-duplicates of c in scope by their state.
func (a *Surroundings) countAlike(ctx context.Context, r models.Queryer, c *discussion.Comment) error {
	near, err := nearDuplicates(ctx, r, c, "DESC")
	if err != nil {
		return err
	}
	inScope, err := a.inScope(ctx, r, near)
	for _, other := range near {
		if inScope[other.ID] {
			a.Alike[other.State]++
		}
	}
	return err
}

// inScope returns the IDs of the comments of list that are in scope.
func (a *Surroundings) inScope(ctx context.Context, r models.Queryer, list []discussion.Comment) (map[int64]bool, error) {
	ids := make([]int64, len(list))
	for i := range list {
		ids[i] = list[i].ID
	}
	ids, err := a.scope.Filter(ctx, r, ids)
	inScope := make(map[int64]bool, len(ids))
	for _, id := range ids {
		inScope[id] = true
	}
	return inScope, err
}

package stories

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"broadsheet/models"
	"broadsheet/models/newsroom"
	"broadsheet/models/settings"
)

// PolicyChanges returns the last changes of an article's settings for comments, newest
// first.
func PolicyChanges(ctx context.Context, r models.Queryer, id int64) ([]models.AuditEntry, error) {
	article := models.Subject{Kind: models.ArticleSubject, ID: id}
	return models.AuditTrail(ctx, r, article, settings.MaxChanges, newsroom.VerbComments)
}

// ParsePolicy reads the text of an entry that [PolicyChanges] returns, so that a page
// can show it in its own language. It is the inverse of [newsroom.CommentPolicy.String];
// ok is false for any other text.
func ParsePolicy(text string) (p newsroom.CommentPolicy, ok bool) {
	parts := strings.Split(text, ", ")
	p.Status = newsroom.CommentStatus(parts[0])
	for _, part := range parts[1:] {
		name, value, _ := strings.Cut(part, " ")
		switch {
		case part == "before by hand":
			p.Reopen = newsroom.CommentsOpen
		case part == "before premoderated":
			p.Reopen = newsroom.CommentsPremoderate
		case part == "by hand":
			p.ByHand = true
		case part == "no recommending":
			p.RecommendsOff = true
		case name == "slow":
			p.Slow, _ = strconv.Atoi(value)
		case name == "by":
			p.Who = models.Commenters(value)
		case name == "closes":
			at, _ := time.Parse(time.RFC3339, value)
			p.Close = models.At(at)
		}
	}
	statuses := []newsroom.CommentStatus{newsroom.CommentsOpen, newsroom.CommentsClosed, newsroom.CommentsPremoderate}
	groups := []models.Commenters{"", models.EveryCommenter, models.VerifiedCommenter, models.StaffCommenter}
	return p, slices.Contains(statuses, p.Status) && slices.Contains(groups, p.Who) && p.String() == text
}

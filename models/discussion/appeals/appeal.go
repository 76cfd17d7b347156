package appeals

import (
	"cmp"
	"context"

	"broadsheet/models"
	"broadsheet/models/discussion"
	"broadsheet/models/discussion/decisionlog"
)

// Rows is a value of every row type of the package.
var Rows = []any{Appeal{}}

// Outcome is the end of an appeal.
type Outcome string

// The outcomes. A withdrawn appeal has ended because its comment has no text any
// more: the commenter removed or erased it.
const (
	Open      Outcome = ""
	Upheld    Outcome = "upheld"
	Reversed  Outcome = "reversed"
	Withdrawn Outcome = "withdrawn"
)

// Appeal is a commenter's appeal against a decision.
type Appeal struct {
	ID          int64
	CommentID   int64
	ArticleID   int64
	Decision    int64  // number of the entry in the log; 0: the rules, when the comment came in
	Reason      string // of the decision: a code of [discussion.DeclineReasons], or ""
	Rule        string // that decided, "" for a person
	Moderator   string // that decided, "" for a rule
	ModeratorID *int64
	Text        string // the commenter's
	At          models.Time
	Outcome     Outcome
	DecidedAt   models.Time
	DecidedBy   string
	DecidedByID *int64
	Words       string // for the commenter, with the outcome
	Operation   string // that [discussion.Undo] reverts, for a reversed decision
}

// MaxText is the length of an appeal and of the words with its outcome, in characters.
const MaxText = 2000

// Decision is a decision not to publish a comment.
type Decision struct {
	Entry     int64 // number in the log; 0: the rules, when the comment came in
	At        models.Time
	Reason    string
	Words     string // the moderator's, for the commenter
	Rule      string // "" for a person
	Moderator string // "" for a rule
	ByID      *int64
}

// Automated reports whether a rule decided, without a person.
func (d *Decision) Automated() bool { return d.Moderator == "" }

// DecisionOn returns the decision that keeps a comment unpublished. It returns nil if
// there is none: the comment is public or held, or its commenter removed it.
func DecisionOn(ctx context.Context, r models.Queryer, c *discussion.Comment) (*Decision, error) {
	if c.State != discussion.Spam && c.State != discussion.Trashed || c.Gone() {
		return nil, nil
	}
	// An undo brings back an earlier decision and is none itself.
	var found []decisionlog.Entry
	err := r.Query(ctx).Where("comment_id = ? AND to_state IN ? AND reason <> 'undo'", c.ID,
		[]discussion.State{discussion.Spam, discussion.Trashed}).Order("id DESC").Limit(1).Find(&found).Error
	if err != nil {
		return nil, err
	}
	if len(found) == 0 {
		return &Decision{At: c.CreatedAt, Rule: ruleOf(c)}, nil
	}
	e := &found[0]
	d := &Decision{Entry: e.ID, At: e.At, Words: e.Words}
	if discussion.IsDeclineReason(e.Reason) {
		d.Reason = e.Reason
	}
	if e.ActorID == nil && e.Actor != models.ActorCommand.Name {
		d.Rule = ruleOf(c)
		return d, nil
	}
	d.Moderator, d.ByID = e.Actor, e.ActorID
	return d, nil
}

// ruleOf returns the first rule that asked for the comment's state, "unknown" for none.
func ruleOf(c *discussion.Comment) string {
	for _, reason := range c.Reasons {
		if reason.State == c.State {
			return reason.Rule
		}
	}
	return cmp.Or(firstRule(c), "unknown")
}

// firstRule returns the first rule that asked for more than publication.
func firstRule(c *discussion.Comment) string {
	for _, reason := range c.Reasons {
		if reason.State != discussion.Approved {
			return reason.Rule
		}
	}
	return ""
}

// Against returns the appeal against a decision on a comment, nil if there is none.
func Against(ctx context.Context, r models.Queryer, comment int64, d *Decision) (*Appeal, error) {
	return models.First[Appeal](r.Query(ctx).Where("comment_id = ? AND decision = ?", comment, d.Entry))
}

// LatestOn returns the latest appeal about a comment, nil if there is none.
func LatestOn(ctx context.Context, r models.Queryer, comment int64) (*Appeal, error) {
	return models.First[Appeal](r.Query(ctx).Where("comment_id = ?", comment).Order("id DESC"))
}

// ByID returns an appeal. It returns a NotFound error if there is none.
func ByID(ctx context.Context, r models.Queryer, id int64) (*Appeal, error) {
	a, err := models.First[Appeal](r.Query(ctx).Where("id = ?", id))
	if err == nil && a == nil {
		err = models.Errorf(models.NotFound, "there is no appeal %d", id)
	}
	return a, err
}

package discussion

import (
	"context"
	"strings"

	"broadsheet/models"
	"broadsheet/models/newsroom"
)

// Comment is a comment's row.
type Comment struct {
	ID        int64
	ArticleID int64
	ParentID  int64  // the comment it answers; 0 at the top
	RootID    int64  // the top comment of its thread; 0 at the top
	Depth     int    // 0 at the top
	Type      string // comment; imported sites also have pingback and trackback
	Source    *string
	SourceID  *string

	Author  string
	Email   string // lower case; never shown
	URL     string `gorm:"column:url"`
	UserID  *int64
	IP      string `gorm:"column:ip"`
	Network string // the IP's /24 or /48
	Agent   string
	// Language is the article's, as far as it is known.
	Language string

	Text   string // as it was typed
	HTML   string `gorm:"column:html"` // sanitised
	Policy int    // version of the policy that made HTML

	State       State
	StateBefore State // of spam and trash: where it returns to
	StateAt     models.Time
	Reasons     Reasons
	Version     int

	DuplicateKey *string // unique; see duplicateKey
	TokenHash    string  // of the browser that wrote it
	// ThreadShown counts, on a top comment, the approved ones of its thread
	// with itself. A thread is shown while it has any.
	ThreadShown int
	CreatedAt   models.Time `gorm:"autoCreateTime:false"`
	EditedAt    models.Time

	// SimilarA and SimilarB are the halves of the text's fingerprint, nil for
	// short texts.
	SimilarA *int64
	SimilarB *int64
	// Learned is what the spam model was taught by this comment: "", "spam" or
	// "ham".
	Learned    string
	Recommends int
	// RecommendsAgain counts what came from browsers and networks that were
	// counted already.
	RecommendsAgain int
	Reports         int         // not yet looked at by a moderator
	ReportsSeen     models.Time // when a moderator last looked at reports
	// Verified: the browser that wrote it had shown that the email is its own.
	Verified bool
	// Withdrawn: the commenter removed or erased the comment.
	Withdrawn bool
	// Forgotten: the commenter's data were removed, on request or when the comment
	// was deleted. An import must not bring them back.
	Forgotten bool
}

// CommentsTag names the comments of the whole site in the change log, in
// whatever state. What the readers of an article see of its comments goes by
// the article's own tag.
const CommentsTag = newsroom.CommentsTag

// TableName names the table for GORM.
func (Comment) TableName() string { return "comments" }

// commentColumns are all but the number, in the order of values.
const commentColumns = `article_id, parent_id, root_id, depth, type, source, source_id, author, email, url, user_id, ip, network, agent, language,
	text, html, policy, state, state_before, state_at, reasons, version, duplicate_key, token_hash, thread_shown, created_at, edited_at,
	similar_a, similar_b, learned, recommends, recommends_again, reports, reports_seen, verified, withdrawn, forgotten`

var insertComment = "INSERT INTO comments (" + commentColumns + ") VALUES (?" + strings.Repeat(", ?", strings.Count(commentColumns, ",")) + ") RETURNING id"

func (c *Comment) values() []any {
	return []any{
		c.ArticleID, c.ParentID, c.RootID, c.Depth, c.Type, c.Source, c.SourceID, c.Author, c.Email, c.URL, c.UserID, c.IP, c.Network, c.Agent, c.Language,
		c.Text, c.HTML, c.Policy, c.State, c.StateBefore, c.StateAt, c.Reasons, c.Version, c.DuplicateKey, c.TokenHash, c.ThreadShown, c.CreatedAt, c.EditedAt,
		c.SimilarA, c.SimilarB, c.Learned, c.Recommends, c.RecommendsAgain, c.Reports, c.ReportsSeen, c.Verified, c.Withdrawn, c.Forgotten,
	}
}

// create stores a new comment and gives it its number. GORM would do the
// same in twice the time, while other writers wait.
func (c *Comment) create(ctx context.Context, tx *models.Tx) error {
	_, err := models.QueryRow(ctx, tx, []any{&c.ID}, insertComment, c.values()...)
	return err
}

// Root returns the id of the top comment of the comment's thread.
func (c *Comment) Root() int64 {
	if c.RootID == 0 {
		return c.ID
	}
	return c.RootID
}

// Reason is one rule's say about a comment.
type Reason struct {
	Rule   string  `json:"rule"`
	State  State   `json:"state"`  // what the rule asks for
	Weight float64 `json:"weight"` // how much it counts, 1 for a rule that decides alone
	Detail string  `json:"detail,omitempty"`

	parts []Reason // what it is the sum of
}

// Reasons are kept with the comment as JSON.
type Reasons []Reason

// GormDataType names the column type for GORM.
func (Reasons) GormDataType() string { return "text" }

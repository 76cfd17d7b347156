package discussion

import (
	"context"

	"broadsheet/models"
	"broadsheet/models/newsroom"
	"broadsheet/models/richtext"
	"broadsheet/models/spam"
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

	Text   string // as the commenter typed it
	HTML   string `gorm:"column:html"` // sanitised
	Policy int    // version of the policy that made HTML

	State       State
	StateBefore State // of spam and trash: where it returns to
	StateAt     models.Time
	Reasons     Reasons
	Version     int

	DuplicateKey *string // unique; see duplicateKey
	TokenHash    string  // of the browser that wrote it
	// ThreadShown is, on a top comment, the number of approved comments of its
	// thread, itself included. The thread is shown while this is above 0.
	ThreadShown int
	CreatedAt   models.Time `gorm:"autoCreateTime:false"`
	EditedAt    models.Time

	// SimilarA and SimilarB are the halves of the text's fingerprint, nil for
	// short texts.
	SimilarA *int64
	SimilarB *int64
	// Learned is the label under which the spam score learned the text: "", "spam"
	// or "ham".
	Learned    string
	Recommends int
	// RecommendsAgain counts further recommendations from browsers and networks that
	// Recommends counts already.
	RecommendsAgain int
	Reports         int         // since a moderator last approved the comment
	ReportsSeen     models.Time // when that was
	// Verified is set if the browser had verified the email.
	Verified bool
	// Withdrawn is set if the commenter removed or erased the comment.
	Withdrawn bool
	// Forgotten is set if the commenter's data were removed, on request or when the
	// comment was deleted. An import must not bring them back.
	Forgotten bool
}

// CommentsTag names the comments of the whole site in the change log, in
// all states. The public comments of an article belong to the article's own tag.
const CommentsTag = newsroom.CommentsTag

// PublicTag names the set of public comments of the whole site. A change of the text of
// one touches the article's own tag instead.
const PublicTag models.CacheTag = "public-comments"

// RequireApproved refuses a comment that readers may not see: NotFound while it is
// held, Gone (comment-gone) once it was removed.
func RequireApproved(c *Comment) error {
	switch c.State {
	case Approved:
		return nil
	case Held:
		return models.Errorf(models.NotFound, "there is no such comment")
	}
	return models.Refusal(models.Gone, "comment-gone", "the comment has been removed")
}

// TableName names the table for GORM.
func (Comment) TableName() string { return "comments" }

// stored are the columns of a new comment: all but the number.
var stored = models.ColumnsOf[Comment]().Without("id")

var insertComment = "INSERT INTO comments (" + stored.List("") + ") VALUES (" + stored.Placeholders() + ") RETURNING id"

// create stores a new comment and sets its number. GORM would take twice the
// time, while other writers wait.
func (c *Comment) create(ctx context.Context, tx *models.Tx) error {
	_, err := models.QueryRow(ctx, tx, []any{&c.ID}, insertComment, stored.Values(c)...)
	return err
}

// Root returns the id of the top comment of the comment's thread.
func (c *Comment) Root() int64 {
	if c.RootID == 0 {
		return c.ID
	}
	return c.RootID
}

// ByID returns a comment in any state. It returns a NotFound error if there is
// none.
func ByID(ctx context.Context, r models.Queryer, id int64) (*Comment, error) {
	var c Comment
	return &c, r.Query(ctx).Where("id = ?", id).Take(&c).Error
}

// Reason is the opinion of one rule about a comment.
type Reason struct {
	Rule   string  `json:"rule"`
	State  State   `json:"state"`  // that the rule asks for
	Weight float64 `json:"weight"` // the points of the spam score, 1 for other rules
	Detail string  `json:"detail,omitempty"`

	parts []Reason // the summands of Weight
}

// Reasons are stored with the comment as JSON.
type Reasons []Reason

// GormDataType names the column type for GORM.
func (Reasons) GormDataType() string { return "text" }

// Waits reports whether the article shows the comment to its commenter as waiting:
// it is held, or a rule put it into spam or trash at once. The status page tells
// the commenter the true state.
func (c *Comment) Waits() bool {
	return c.State == Held || c.Version == 1 && (c.State == Spam || c.State == Trashed)
}

// SetText sets the text, its rendering and its fingerprint. text is normalized and
// within [MaxTextBytes].
func (c *Comment) SetText(text string) {
	c.Text, c.HTML, c.Policy = text, richtext.Comment(text), richtext.CommentPolicyVersion
	c.SimilarA, c.SimilarB = nil, nil
	if f, ok := spam.FingerprintOf(text); ok {
		c.SimilarA, c.SimilarB = new(int64(f.A)), new(int64(f.B))
	}
}

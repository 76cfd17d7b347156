package newsroom

import (
	"context"
	"strings"

	"broadsheet/models"
	"broadsheet/models/newsroom/pictures"
)

// Status is an article's state in the editorial workflow.
type Status string

// The statuses. Only published articles are public. A withdrawn article answers
// 410 Gone with its note.
const (
	Draft     Status = "draft"
	InReview  Status = "pending" // WordPress's word
	Scheduled Status = "scheduled"
	Published Status = "published"
	Withdrawn Status = "withdrawn"
	Trashed   Status = "trashed"
)

// unfinished reports whether an article of the status is still being written.
func (s Status) unfinished() bool { return s == Draft || s == InReview }

// CommentStatus says whether an article accepts comments.
type CommentStatus string

// The comment statuses. [Article.CommentsWho] limits the commenters.
const (
	CommentsOpen        CommentStatus = "open"
	CommentsClosed      CommentStatus = "closed"
	CommentsPremoderate CommentStatus = "premoderated" // open, and each comment is held
)

// Article is an article's row without its body. The body is in [ArticleBody], so
// that lists do not read it.
type Article struct {
	ID     int64
	GUID   string // of the feed item; never changes
	Source *string
	// SourceID is the article's id in Source, the system it was imported from.
	SourceID *string
	WPID     *int64 `gorm:"column:wp_id"`
	OwnerID  *int64 // account that began it; nil for one that no account began

	Slug       string // decoded; unique among all articles
	Title      string
	TitleKey   string // the title in the form of taxonomy.FoldTitle
	Standfirst string
	Language   string // BCP 47; empty means the site's

	Status       Status
	StatusBefore Status // of a trashed article: the status to restore
	StatusNote   string // shown to readers of a withdrawn article
	StatusAt     models.Time

	EmbargoUntil models.Time // before it nobody may publish the article; zero for no embargo

	PublishedAt models.Time
	LocalTime   string      // PublishedAt in the site's zone when it was set, as in the address: 2006-01-02 15:04:05
	RevisedAt   models.Time // last change of the text after publication
	CreatedAt   models.Time `gorm:"autoCreateTime:false"`
	UpdatedAt   models.Time `gorm:"autoUpdateTime:false"`
	Version     int

	MainCategoryID *int64
	Byline         string // the authors' names, joined by commas, as lists show them
	BylineSlug     string // slug of the first author
	PictureID      *int64
	Words          int

	CommentStatus   CommentStatus
	CommentsClose   models.Time
	CommentsSlow    int               // slow mode: minutes between two comments of one person, 0 for none
	CommentsByHand  bool              // opened by a moderator: age does not close the comments again
	CommentsReopen  CommentStatus     // how closed comments were open before, see [CommentPolicy]
	CommentsWho     models.Commenters // "" for the site's setting
	CommentsChosen  bool              // by a person: the defaults of the terms do not change them
	RecommendsOff   bool              // comments cannot be recommended
	CommentsApprove int               // this and the next four: written by discussion with the comments
	CommentsHold    int
	CommentsSpam    int
	CommentsTrash   int
	Threads         int // top-level comments that a page shows
	Corrections     int
	Changes         int // of the text, as the public history shows them, see package publictexts

	Republish *bool // others may republish it; nil: the site's setting says it

	// FollowUpID is the newer article that an editor has chosen for readers of this one.
	FollowUpID *int64

	TranslationKey string // of the articles that are translations of each other, "" for none
}

// TableName names the table for GORM.
func (Article) TableName() string { return "articles" }

// articleColumns are the columns of articles.
var articleColumns = models.ColumnsOf[Article]()

// ArticleBody is an article's text.
type ArticleBody struct {
	ArticleID int64  `gorm:"primaryKey;autoIncrement:false"`
	Format    string // of Source: markdown, html or text
	Source    string // as entered
	HTML      string `gorm:"column:html"` // sanitised, with marked article cards
	Policy    int    // version of the sanitising policy that made HTML
	Digest    string // of the manuscript, see digestOf
}

// TableName names the table for GORM.
func (ArticleBody) TableName() string { return "article_bodies" }

// Teaser is the part of an article that lists show. The fields that begin with Picture,
// except PictureID, are columns of its lead picture; the others are columns of
// the article.
type Teaser struct {
	ID              int64
	Slug            string
	Title           string
	Standfirst      string
	Language        string
	LocalTime       string
	PublishedAt     models.Time
	RevisedAt       models.Time
	MainCategoryID  *int64
	Byline          string
	BylineSlug      string
	CommentsApprove int
	PictureID       *int64
	PictureFile     string // in the picture's addresses, "" for no picture that visitors may see
	PictureFormat   string
	PictureFrames   int
	PictureWidth    int
	PictureHeight   int
	PictureAlt      string
	PictureFocusX   int
	PictureFocusY   int
}

var teaserColumns = models.ColumnsOf[Teaser]()

// TeaserColumns selects a Teaser from articles a LEFT JOIN media m. See
// [Teaser.Targets].
var TeaserColumns = func() string {
	defaults, i := teaserColumns.Values(&Teaser{PictureFocusX: 50, PictureFocusY: 50}), 0
	return teaserColumns.Select(func(column string) string {
		missing := defaults[i]
		i++
		if name, ok := strings.CutPrefix(column, "picture_"); ok && name != "id" {
			return pictures.OrMissing(name, missing) + " AS " + column
		}
		return "a." + column
	})
}()

// Targets returns the scan targets for TeaserColumns, and then more.
func (t *Teaser) Targets(more ...any) []any { return teaserColumns.Fields(t, more...) }

// ReadTeasers runs a query for TeaserColumns.
func ReadTeasers(ctx context.Context, r models.Queryer, text string, args ...any) ([]Teaser, error) {
	return teaserColumns.All(ctx, r, text, args...)
}

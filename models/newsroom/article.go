package newsroom

import (
	"context"

	"broadsheet/models"
)

// Status is where an article stands.
type Status string

// The statuses. Only published articles are public; a withdrawn one answers
// "gone" with its note.
const (
	Draft     Status = "draft"
	Scheduled Status = "scheduled"
	Published Status = "published"
	Withdrawn Status = "withdrawn"
	Trashed   Status = "trashed"
)

// CommentStatus says whether an article takes comments.
type CommentStatus string

// The comment statuses. Who may comment is a question of its own.
const (
	CommentsOpen        CommentStatus = "open"
	CommentsClosed      CommentStatus = "closed"
	CommentsPremoderate CommentStatus = "premoderated" // open, and each one is held
)

// Article is an article's row without its body, which stands apart in
// [ArticleBody] so that lists never read past it.
type Article struct {
	ID     int64
	GUID   string // the feed item's id, for ever the same
	Source *string
	// SourceID is the id in Source, the place it was imported from.
	SourceID *string
	WPID     *int64 `gorm:"column:wp_id"`

	Slug       string // decoded; unique among all articles
	Title      string
	TitleKey   string // the title folded for prefix search, see FoldTitle
	Standfirst string
	Language   string // BCP 47; empty means the site's

	Status       Status
	StatusBefore Status // of a trashed article: where it returns to
	StatusNote   string // shown to readers of a withdrawn article
	StatusAt     models.Time

	PublishedAt models.Time
	LocalTime   string      // PublishedAt in the site's zone when it was set, as in its address: 2006-01-02 15:04:05
	RevisedAt   models.Time // when readers' text last changed after publishing
	CreatedAt   models.Time `gorm:"autoCreateTime:false"`
	UpdatedAt   models.Time `gorm:"autoUpdateTime:false"`
	Version     int

	MainCategoryID *int64
	Byline         string // the names as shown in lists, "A, B and C" joined by commas
	BylineSlug     string // slug of the first author
	PictureID      *int64
	Words          int

	CommentStatus   CommentStatus
	CommentsClose   models.Time
	CommentsSlow    int               // minutes that one person waits between two comments; 0 for none
	CommentsByHand  bool              // opened by somebody at the desk: no age closes them again
	CommentsWho     models.Commenters // "": as the site says
	RecommendsOff   bool              // its comments cannot be recommended
	CommentsApprove int               // kept by discussion, in the same transaction as the comments
	CommentsHold    int
	CommentsSpam    int
	CommentsTrash   int
	Threads         int // top-level comments that a page shows
	Corrections     int
}

// TableName names the table for GORM.
func (Article) TableName() string { return "articles" }

// ArticleBody is an article's text.
type ArticleBody struct {
	ArticleID int64  `gorm:"primaryKey;autoIncrement:false"`
	Format    string // markdown, html or text: what Source is written in
	Source    string // as it was entered
	HTML      string `gorm:"column:html"` // sanitised, with story cards marked
	Policy    int    // version of the sanitising policy that made HTML
	Digest    string // of the manuscript it was made from, see digestOf
}

// TableName names the table for GORM.
func (ArticleBody) TableName() string { return "article_bodies" }

// Teaser is what a list shows of an article.
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
	// The lead picture, when there is one.
	PictureKey    string
	PictureFormat string
	PictureWidth  int
	PictureHeight int
	PictureAlt    string
	PictureFocusX int
	PictureFocusY int
}

// TeaserColumns selects a Story from articles a LEFT JOIN media m.
const TeaserColumns = `a.id, a.slug, a.title, a.standfirst, a.language, a.local_time, a.published_at, a.revised_at,
	a.main_category_id, a.byline, a.byline_slug, a.comments_approve, a.picture_id,
	COALESCE(m.key, '') AS picture_key, COALESCE(m.format, '') AS picture_format,
	COALESCE(m.width, 0) AS picture_width, COALESCE(m.height, 0) AS picture_height,
	COALESCE(m.alt, '') AS picture_alt, COALESCE(m.focus_x, 50) AS picture_focus_x, COALESCE(m.focus_y, 50) AS picture_focus_y`

// fields are where a row of TeaserColumns goes.
func (s *Teaser) Targets() []any {
	return []any{
		&s.ID, &s.Slug, &s.Title, &s.Standfirst, &s.Language, &s.LocalTime, &s.PublishedAt, &s.RevisedAt,
		&s.MainCategoryID, &s.Byline, &s.BylineSlug, &s.CommentsApprove, &s.PictureID,
		&s.PictureKey, &s.PictureFormat, &s.PictureWidth, &s.PictureHeight, &s.PictureAlt, &s.PictureFocusX, &s.PictureFocusY,
	}
}

// ReadTeasers runs a query for TeaserColumns. Rows are taken as they come:
// GORM would spend as long on them as the database.
func ReadTeasers(ctx context.Context, r models.Queryer, text string, args ...any) ([]Teaser, error) {
	rows, err := models.QueryRows(ctx, r, text, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var stories []Teaser
	for rows.Next() {
		var s Teaser
		if err := rows.Scan(s.Targets()...); err != nil {
			return nil, err
		}
		stories = append(stories, s)
	}
	return stories, rows.Err()
}

// articleColumns selects an Article from articles a.
const articleColumns = `a.id, a.guid, a.source, a.source_id, a.wp_id, a.slug, a.title, a.title_key, a.standfirst, a.language,
	a.status, a.status_before, a.status_note, a.status_at, a.published_at, a.local_time, a.revised_at, a.created_at, a.updated_at, a.version,
	a.main_category_id, a.byline, a.byline_slug, a.picture_id, a.words, a.comment_status, a.comments_close,
	a.comments_slow, a.comments_by_hand, a.comments_who, a.recommends_off,
	a.comments_approve, a.comments_hold, a.comments_spam, a.comments_trash, a.threads, a.corrections`

// fields are where a row of articleColumns goes.
func (a *Article) fields() []any {
	return []any{
		&a.ID, &a.GUID, &a.Source, &a.SourceID, &a.WPID, &a.Slug, &a.Title, &a.TitleKey, &a.Standfirst, &a.Language,
		&a.Status, &a.StatusBefore, &a.StatusNote, &a.StatusAt, &a.PublishedAt, &a.LocalTime, &a.RevisedAt, &a.CreatedAt, &a.UpdatedAt, &a.Version,
		&a.MainCategoryID, &a.Byline, &a.BylineSlug, &a.PictureID, &a.Words, &a.CommentStatus, &a.CommentsClose,
		&a.CommentsSlow, &a.CommentsByHand, &a.CommentsWho, &a.RecommendsOff,
		&a.CommentsApprove, &a.CommentsHold, &a.CommentsSpam, &a.CommentsTrash, &a.Threads, &a.Corrections,
	}
}

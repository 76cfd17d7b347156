package react

import (
	"cmp"
	"context"
	"crypto/rand"
	"net/netip"
	"slices"
	"strings"
	"time"

	"broadsheet/models"
	"broadsheet/models/discussion"
	"broadsheet/models/discussion/pace"
	"broadsheet/models/newsroom"
	"broadsheet/models/people"
	"broadsheet/models/people/bans"
	"broadsheet/models/richtext"

	"gorm.io/gorm/clause"
)

// Visitor is a reader who recommends or reports a comment.
type Visitor struct {
	IP       netip.Addr
	Token    string // of the browser, "" if it has none
	Verified string // the email address that the browser has shown to be its own
	Account  string // the email address of the account that is signed in
	Staff    bool   // an account of the staff
}

func (v Visitor) person() bans.Sender {
	return bans.Sender{Verified: v.Verified, Account: v.Account, TokenHash: discussion.HashToken(v.Token), IP: v.IP}
}

// keys returns the browser and the network that a visitor counts for.
func (v Visitor) keys() (tokenHash, network string) {
	network = "unknown"
	if v.IP.IsValid() {
		network = models.Network(v.IP)
	}
	// A browser without a token counts as its network.
	return cmp.Or(discussion.HashToken(v.Token), network), network
}

// recommendation is one recommendation of a comment by a browser.
type recommendation struct {
	ID        int64
	CommentID int64
	TokenHash string
	Network   string
	At        models.Time
	Expired   bool // the network and the token were removed
}

func (recommendation) TableName() string { return "recommendations" }

// Recommend counts a visitor's recommendation of a public comment, once for each
// browser and each network. Further ones are counted apart, so that moderators see
// a burst from one network. It refuses with
//
//	Forbidden recommend-off  the site or the article takes no recommendations
//	Forbidden banned         the visitor is banned (suspended: for a time)
//	NotFound                 there is no such public comment
//	Forbidden own            the visitor wrote the comment
func Recommend(ctx context.Context, db *models.DB, site *newsroom.Site, id int64, visitor Visitor) (*discussion.Comment, error) {
	if !site.CommentRecommend {
		return nil, errRecommendOff()
	}
	if err := discussion.RefuseBanned(site, visitor.person(), db.Now()); err != nil && !visitor.Staff {
		return nil, err
	}
	token, network := visitor.keys()
	var c *discussion.Comment
	err := db.Write(ctx, func(tx *models.Tx) (err error) {
		if c, err = lockPublic(ctx, tx, id); err != nil {
			return err
		}
		if off, err := recommendsOff(ctx, tx, c.ArticleID); err != nil || off {
			return cmp.Or(err, errRecommendOff())
		}
		if c.WrittenWith(visitor.Token) || c.IP != "" && models.CustomerOf(c.IP) == models.Customer(visitor.IP) {
			return models.Refusal(models.Forbidden, "own", "you cannot recommend your own comment")
		}
		result := tx.Query(ctx).Clauses(clause.OnConflict{DoNothing: true}).
			Create(&recommendation{CommentID: id, TokenHash: token, Network: network, At: models.At(tx.Now)})
		switch {
		case result.Error != nil:
			return result.Error
		case result.RowsAffected == 0:
			// Only the desk shows this count, so no page changes.
			c.RecommendsAgain++
			return tx.Query(ctx).Exec("UPDATE comments SET recommends_again = recommends_again + 1 WHERE id = ?", id).Error
		}
		c.Recommends++
		tx.Touch(newsroom.ArticleTag(c.ArticleID))
		return tx.Query(ctx).Exec("UPDATE comments SET recommends = recommends + 1 WHERE id = ?", id).Error
	})
	return c, err
}

// TakeBack removes a browser's recommendation of a public comment, and reports
// whether there was one. A browser without a token has none.
func TakeBack(ctx context.Context, db *models.DB, id int64, visitor Visitor) (taken bool, err error) {
	if visitor.Token == "" {
		return false, nil
	}
	err = db.Write(ctx, func(tx *models.Tx) error {
		taken = false
		c, err := lockPublic(ctx, tx, id)
		if err != nil {
			return err
		}
		result := tx.Query(ctx).Where("comment_id = ? AND token_hash = ?", id, discussion.HashToken(visitor.Token)).
			Delete(&recommendation{})
		if result.Error != nil || result.RowsAffected == 0 {
			return result.Error
		}
		taken = true
		tx.Touch(newsroom.ArticleTag(c.ArticleID))
		return tx.Query(ctx).Exec("UPDATE comments SET recommends = recommends - 1 WHERE id = ? AND recommends > 0", id).Error
	})
	return taken, err
}

// Recommended returns the comments among ids that the browser with this token has
// recommended, by number. It sets only their numbers and authors.
func Recommended(ctx context.Context, r models.Queryer, token string, ids []int64) ([]discussion.Comment, error) {
	if token == "" || len(ids) == 0 {
		return nil, nil
	}
	var found []discussion.Comment
	return found, r.Query(ctx).Raw(`SELECT c.id, c.author FROM recommendations v JOIN comments c ON c.id = v.comment_id
		WHERE v.token_hash = ? AND v.comment_id IN ? ORDER BY c.id`, discussion.HashToken(token), ids).Scan(&found).Error
}

// lockPublic reads a public comment and locks its row. It returns a NotFound error
// if the comment is not public, and the errors of [newsroom.RequirePublic].
func lockPublic(ctx context.Context, tx *models.Tx, id int64) (*discussion.Comment, error) {
	c, err := models.First[discussion.Comment](tx.Lock(ctx).Where("id = ? AND state = ?", id, discussion.Approved))
	if err == nil && c == nil {
		err = models.Errorf(models.NotFound, "there is no public comment %d", id)
	}
	if err != nil {
		return nil, err
	}
	return c, newsroom.RequirePublic(ctx, tx, c.ArticleID)
}

func errRecommendOff() error {
	return models.Refusal(models.Forbidden, "recommend-off", "comments cannot be recommended here")
}

// ReportReasons are the codes a report can give.
var ReportReasons = []string{"abuse", "spam", "off-topic", "personal-data", "illegal", "other"}

// Limits of reports.
const (
	MaxReportNoteBytes = 2000
	MaxNoticeName      = 245 // characters
	maxReportsAnHour   = 5   // by one network
)

// Laws are the kinds of law that a notice can name.
var Laws = []string{"insult", "hate", "threat", "privacy", "copyright", "minors", "fraud", "other"}

// Complaint is what a report says. Law, Name, Email and GoodFaith belong to a notice: a
// report with the reason "illegal".
type Complaint struct {
	Reason    string
	Note      string // the explanation; a notice needs one
	Law       string // a code of Laws; a notice needs one
	Name      string
	Email     string
	GoodFaith bool // the sender believes the notice to be right; a notice needs it
}

// report is one report of a comment by a visitor.
type report struct {
	ID        int64
	CommentID int64
	Reason    string
	Note      string
	TokenHash string
	Network   string
	At        models.Time
	Expired   bool // the network and the token were removed
	Law       string
	Name      string
	Email     string
	Proven    bool        // the browser had shown the address to be its own
	ToldAt    models.Time // when the mail about the end was queued
	Seen      models.Time // the comment's reports_seen when the comment was deleted
}

func (report) TableName() string { return "reports" }

// clean brings a complaint into its stored form, and refuses wrong fields.
func (in *Complaint) clean() error {
	in.Note = strings.TrimSpace(richtext.Normalize(in.Note))
	var wrong []models.FieldError
	refuse := func(field, code string, limit int) {
		wrong = append(wrong, models.FieldError{Field: field, Code: code, Limit: limit})
	}
	if !slices.Contains(ReportReasons, in.Reason) {
		refuse("reason", "required", 0)
	}
	if len(in.Note) > MaxReportNoteBytes {
		refuse("note", "too-long", MaxReportNoteBytes)
	}
	if in.Reason != "illegal" {
		in.Law, in.Name, in.Email = "", "", ""
	} else {
		in.cleanNotice(refuse)
	}
	if len(wrong) > 0 {
		return models.InvalidFields(wrong...)
	}
	return nil
}

// cleanNotice is clean for the fields of a notice.
func (in *Complaint) cleanNotice(refuse func(field, code string, limit int)) {
	if richtext.Blank(in.Note) {
		refuse("note", "required", 0)
	}
	if !slices.Contains(Laws, in.Law) {
		refuse("law", "required", 0)
	}
	if !in.GoodFaith {
		refuse("faith", "required", 0)
	}
	in.Name = richtext.PlainLine(in.Name)
	if richtext.TooLong(in.Name, MaxNoticeName) {
		refuse("name", "too-many-characters", MaxNoticeName)
	}
	if strings.TrimSpace(in.Email) == "" {
		in.Email = ""
		return
	}
	switch email, err := people.NormalizeEmail(in.Email); {
	case len(in.Email) > discussion.MaxEmailBytes:
		refuse("email", "too-long", discussion.MaxEmailBytes)
	case err != nil:
		refuse("email", "invalid", 0)
	default:
		in.Email = email
	}
}

// Report stores a visitor's report of a public comment and returns its number. A
// network counts once for each comment: a second report returns the number of the first.
// A notice gets a number of its own, but does not count again either. Reports from as
// many networks as the site requires hold the comment until a moderator decides. After
// that, only new reports can hold it again. It refuses with
//
//	Forbidden banned the visitor is banned (suspended: for a time)
//	NotFound         there is no such public comment
//	Invalid          a field is missing, unknown or too long
//	TooMany reports  the network sent five reports within an hour
func Report(
	ctx context.Context, db *models.DB, site *newsroom.Site, id int64, visitor Visitor, in Complaint,
) (number int64, err error) {
	if err := in.clean(); err != nil {
		return 0, err
	}
	if err := discussion.RefuseBanned(site, visitor.person(), db.Now()); err != nil && !visitor.Staff {
		return 0, err
	}
	token, network := visitor.keys()
	err = db.Write(ctx, func(tx *models.Tx) error {
		c, err := lockPublic(ctx, tx, id)
		if err != nil {
			return err
		}
		if number, err = reportedBefore(ctx, tx, id, network, token, in); err != nil || number != 0 {
			return err
		}
		if err := refuseReports(ctx, tx, network); err != nil {
			return err
		}
		row := report{
			CommentID: id, Reason: in.Reason, Note: in.Note, TokenHash: token, Network: network, At: models.At(tx.Now),
			Law: in.Law, Name: in.Name, Email: in.Email,
			Proven: in.Email != "" && (in.Email == visitor.Verified || in.Email == visitor.Account),
		}
		created := tx.Query(ctx).Clauses(clause.OnConflict{DoNothing: true}).Create(&row)
		counts := created.RowsAffected == 1
		if created.Error == nil && !counts {
			// A notice from a network that has reported the comment before is stored,
			// but does not count again.
			row.ID, row.Network = 0, network+" "+rand.Text()
			created = tx.Query(ctx).Create(&row)
		}
		if created.Error != nil {
			return created.Error
		}
		number = row.ID
		tx.Touch(discussion.CommentsTag)
		if !counts && c.Reports > 0 {
			return nil
		}
		if err := tx.Query(ctx).Exec("UPDATE comments SET reports = reports + 1 WHERE id = ?", id).Error; err != nil {
			return err
		}
		if !counts || site.CommentReportHide == 0 || c.Reports+1 < site.CommentReportHide {
			return nil
		}
		return discussion.HoldReported(ctx, tx, id, c.Reports+1)
	})
	return number, err
}

// reportedBefore returns the number of the report that a complaint repeats, 0 for none.
// A network counts once for each comment, but a notice is only repeated by a notice of
// the same browser.
func reportedBefore(ctx context.Context, tx *models.Tx, id int64, network, token string, in Complaint) (int64, error) {
	query := tx.Query(ctx).Where("comment_id = ? AND (network = ? OR network LIKE ?)", id, network, network+" %")
	if in.Law != "" {
		query = query.Where("token_hash = ? AND law <> ''", token)
	}
	before, err := models.First[report](query.Order("CASE WHEN law = '' THEN 0 ELSE 1 END, id"))
	if err != nil || before == nil {
		return 0, err
	}
	return before.ID, nil
}

// refuseReports refuses a report if the network has sent too many.
func refuseReports(ctx context.Context, tx *models.Tx, network string) error {
	now := models.At(tx.Now)
	var recent []models.Time
	err := tx.Query(ctx).Model(&report{}).
		Where("(network = ? OR network LIKE ?)", network, network+" %").
		Where("at > ? AND at <= ?", models.At(now.Add(-time.Hour)), models.At(now.Add(time.Hour))).
		Order("at").Pluck("at", &recent).Error
	if err != nil || len(recent) < maxReportsAnHour {
		return err
	}
	return pace.Refuse(models.Wait(recent[0], time.Hour, now), "reports", "too many reports from your network")
}

// recommendsOff reports whether an article does not allow recommendations of its
// comments.
func recommendsOff(ctx context.Context, r models.Queryer, id int64) (off bool, err error) {
	_, err = models.QueryRow(ctx, r, []any{&off}, "SELECT recommends_off FROM articles WHERE id = ?", id)
	return off, err
}

package discussion

import (
	"cmp"
	"context"
	"net/netip"
	"slices"
	"strings"
	"time"

	"broadsheet/models"
	"broadsheet/models/newsroom"
	"broadsheet/models/people"
	"broadsheet/models/richtext"

	"gorm.io/gorm/clause"
)

// Visitor is who recommends or reports a comment.
type Visitor struct {
	IP       netip.Addr
	Token    string // of the browser, "" if it has none
	Verified string // the email address that the browser has shown to be its own
	Account  string // the email address of the account that is signed in
	Staff    bool   // somebody who works here
}

func (v Visitor) person() people.Sender {
	return people.Sender{Verified: v.Verified, Account: v.Account, TokenHash: HashToken(v.Token), IP: v.IP}
}

// who returns what a reader's voice is counted by.
func (v Visitor) who() (tokenHash, network string) {
	_, network = addresses(v.IP)
	network = cmp.Or(network, "unknown")
	// A browser without a token is told apart by its network alone.
	return cmp.Or(HashToken(v.Token), network), network
}

// recommendation is a row of who recommended what.
type recommendation struct {
	ID        int64
	CommentID int64
	TokenHash string
	Network   string
	At        models.Time
	Expired   bool // network and token are forgotten
}

func (recommendation) TableName() string { return "recommendations" }

// Recommend counts a reader's recommendation of a public comment: once for
// each browser and each network. Another one does not count; that there was one
// is noted, for moderators to see a burst from one network. It refuses with
//
//	Forbidden recommend-off  the site or the article has it so
//	Forbidden banned         the reader may do nothing here, or (suspended) not yet
//	NotFound                 no such public comment
//	Forbidden own            the reader wrote it
func Recommend(ctx context.Context, db *models.DB, site *newsroom.Site, id int64, reader Visitor) (*Comment, error) {
	if !site.CommentRecommend {
		return nil, errRecommendOff()
	}
	if err := refuseBanned(site, reader.person(), db.Now()); err != nil && !reader.Staff {
		return nil, err
	}
	token, network := reader.who()
	var c *Comment
	err := db.Write(ctx, func(tx *models.Tx) (err error) {
		if c, err = publicComment(ctx, tx, id); err != nil {
			return err
		}
		if off, err := newsroom.RecommendsOff(ctx, tx, c.ArticleID); err != nil || off {
			return cmp.Or(err, errRecommendOff())
		}
		if c.WrittenWith(reader.Token) || c.IP != "" && models.CustomerOf(c.IP) == models.Customer(reader.IP) {
			return models.Refuse(models.Forbidden, "own", "you cannot recommend your own comment")
		}
		result := tx.Query(ctx).Clauses(clause.OnConflict{DoNothing: true}).
			Create(&recommendation{CommentID: id, TokenHash: token, Network: network, At: models.At(tx.Now)})
		switch {
		case result.Error != nil:
			return result.Error
		case result.RowsAffected == 0:
			// No page for readers shows it.
			c.RecommendsAgain++
			return tx.Query(ctx).Exec("UPDATE comments SET recommends_again = recommends_again + 1 WHERE id = ?", id).Error
		}
		c.Recommends++
		tx.Touch(newsroom.ArticleTag(c.ArticleID))
		return tx.Query(ctx).Exec("UPDATE comments SET recommends = recommends + 1 WHERE id = ?", id).Error
	})
	return c, err
}

// TakeBack removes a browser's own recommendation of a public comment. It
// returns whether there was one. A browser without a token has none.
func TakeBack(ctx context.Context, db *models.DB, id int64, reader Visitor) (taken bool, err error) {
	if reader.Token == "" {
		return false, nil
	}
	err = db.Write(ctx, func(tx *models.Tx) error {
		taken = false
		c, err := publicComment(ctx, tx, id)
		if err != nil {
			return err
		}
		result := tx.Query(ctx).Where("comment_id = ? AND token_hash = ?", id, HashToken(reader.Token)).Delete(&recommendation{})
		if result.Error != nil || result.RowsAffected == 0 {
			return result.Error
		}
		taken = true
		tx.Touch(newsroom.ArticleTag(c.ArticleID))
		return tx.Query(ctx).Exec("UPDATE comments SET recommends = recommends - 1 WHERE id = ? AND recommends > 0", id).Error
	})
	return taken, err
}

// Recommended returns the comments among ids that the browser with this token
// has recommended, by number. Only their numbers and authors are set.
func Recommended(ctx context.Context, r models.Queryer, token string, ids []int64) ([]Comment, error) {
	if token == "" || len(ids) == 0 {
		return nil, nil
	}
	var found []Comment
	return found, r.Query(ctx).Raw(`SELECT c.id, c.author FROM recommendations v JOIN comments c ON c.id = v.comment_id
		WHERE v.token_hash = ? AND v.comment_id IN ? ORDER BY c.id`, HashToken(token), ids).Scan(&found).Error
}

func errRecommendOff() error {
	return models.Refuse(models.Forbidden, "recommend-off", "comments cannot be recommended here")
}

// publicComment reads a comment that is about to be changed. It refuses with
// NotFound if the comment is not public, and as [newsroom.RequirePublic] does.
func publicComment(ctx context.Context, tx *models.Tx, id int64) (*Comment, error) {
	var rows []*Comment
	err := tx.Query(ctx).Raw("SELECT * FROM comments WHERE id = ? AND state = ?"+tx.Dialect().LockRow(), id, Approved).Scan(&rows).Error
	if err == nil && len(rows) == 0 {
		err = models.Errorf(models.NotFound, "there is no public comment %d", id)
	}
	if err != nil {
		return nil, err
	}
	return rows[0], newsroom.RequirePublic(ctx, tx, rows[0].ArticleID)
}

// ReportReasons are the codes a report can give.
var ReportReasons = []string{"abuse", "spam", "off-topic", "personal-data", "illegal", "other"}

// Limits of reports.
const (
	MaxReportNoteBytes = 2000
	maxReportsAnHour   = 5 // by one network
)

// report is a row of who reported what, and why.
type report struct {
	ID        int64
	CommentID int64
	Reason    string
	Note      string
	TokenHash string
	Network   string
	At        models.Time
	Expired   bool // network and token are forgotten
}

func (report) TableName() string { return "reports" }

// Report notes a reader's report of a public comment and returns its number.
// A network counts once for each comment. Reports from as many networks as
// the site asks for hold the comment until a moderator has looked; what a
// moderator approves after that does not go again for the same reports. It
// refuses with
//
//	Forbidden banned the reader may do nothing here, or (suspended) not yet
//	NotFound         no such public comment
//	Invalid          no reason that there is, or too long a note
//	TooMany reports  five in an hour from this network
func Report(ctx context.Context, db *models.DB, site *newsroom.Site, id int64, reader Visitor, reason, note string) (number int64, err error) {
	note = strings.TrimSpace(richtext.Normalize(note))
	switch {
	case !slices.Contains(ReportReasons, reason):
		return 0, models.InvalidFields(models.FieldError{Field: "reason", Code: "required"})
	case len(note) > MaxReportNoteBytes:
		return 0, models.InvalidFields(models.FieldError{Field: "note", Code: "too-long", Limit: MaxReportNoteBytes})
	}
	if err := refuseBanned(site, reader.person(), db.Now()); err != nil && !reader.Staff {
		return 0, err
	}
	token, network := reader.who()
	err = db.Write(ctx, func(tx *models.Tx) error {
		c, err := publicComment(ctx, tx, id)
		if err != nil {
			return err
		}
		var before []report
		if err := tx.Query(ctx).Where("comment_id = ? AND network = ?", id, network).Find(&before).Error; err != nil {
			return err
		}
		if len(before) > 0 {
			number = before[0].ID
			return nil
		}
		if err := refuseReports(ctx, tx, network); err != nil {
			return err
		}
		row := report{CommentID: id, Reason: reason, Note: note, TokenHash: token, Network: network, At: models.At(tx.Now)}
		if err := tx.Query(ctx).Create(&row).Error; err != nil {
			return err
		}
		number = row.ID
		tx.Touch(CommentsTag)
		if err := tx.Query(ctx).Exec("UPDATE comments SET reports = reports + 1 WHERE id = ?", id).Error; err != nil {
			return err
		}
		if site.CommentReportHide == 0 || c.Reports+1 < site.CommentReportHide {
			return nil
		}
		_, err = decideChunk(ctx, tx, ruling{actor: models.ActorReports, action: DoHold, reason: plural(c.Reports+1, "report")}, []Versioned{{ID: id}})
		return err
	})
	return number, err
}

func refuseReports(ctx context.Context, tx *models.Tx, network string) error {
	now := models.At(tx.Now)
	var recent []models.Time
	err := tx.Query(ctx).Model(&report{}).Where("network = ? AND at > ? AND at <= ?", network, models.At(now.Add(-time.Hour)), models.At(now.Add(time.Hour))).
		Order("at").Pluck("at", &recent).Error
	if err != nil || len(recent) < maxReportsAnHour {
		return err
	}
	return refuseFor(models.Wait(recent[0], time.Hour, now), "reports", "too many reports from your network")
}

// clearReports notes that a moderator has looked at a comment's reports.
func (c *Comment) clearReports(ctx context.Context, tx *models.Tx) error {
	if c.Reports == 0 {
		return nil
	}
	c.Reports, c.ReportsSeen = 0, models.At(tx.Now)
	return tx.Query(ctx).Model(c).Select("reports", "reports_seen").Updates(c).Error
}

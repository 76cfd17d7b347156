package publictexts

import (
	"context"
	"fmt"
	"time"

	"broadsheet/models"
	"broadsheet/models/queue"
)

// JobNews is the kind of the job that tells the commenters of an article of a correction.
const JobNews = "correction"

// pause is the time between a correction and its mails. An editor who removes the correction
// in this time sends no mail.
const pause = 2 * time.Minute

// fresh is the greatest age of a correction that sends mails. An older correction comes from
// an import or from a restored version.
const fresh = 24 * time.Hour

// News names a correction: an edit changes its text and its kind, but not its time.
type News struct {
	Article int64
	At      int64 // the time of publication, in microseconds
}

// NewsOf returns the correction that a job is about.
func NewsOf(j *queue.Job) (c News, err error) { return c, j.Read(&c) }

// Time returns the time of publication.
func (c News) Time() models.Time { return models.At(time.UnixMicro(c.At)) }

// told is a row of corrections_told.
type told struct {
	ArticleID int64       `gorm:"primaryKey;autoIncrement:false"`
	At        models.Time `gorm:"primaryKey"`
}

// Rows are values of the row types of the package.
var Rows = []any{Text{}, told{}}

// TableName names the table for GORM.
func (told) TableName() string { return "corrections_told" }

// queueNews queues the news of the new corrections of an article that readers see from now on.
func queueNews(ctx context.Context, tx *models.Tx, article int64) error {
	var list []models.Time
	err := tx.Query(ctx).Table("corrections c").Where(`c.article_id = ? AND c.at > ? AND c.at <= ? AND NOT EXISTS
		(SELECT 1 FROM corrections_told t WHERE t.article_id = c.article_id AND t.at = c.at)`,
		article, models.At(tx.Now.Add(-fresh)), models.At(tx.Now)).Order("c.at").Pluck("c.at", &list).Error
	if err != nil {
		return err
	}
	for _, at := range list {
		c := News{article, at.UnixMicro()}
		if err := queue.Add(ctx, tx, JobNews, fmt.Sprint(c.Article, ".", c.At), c, tx.Now.Add(pause)); err != nil {
			return err
		}
	}
	return nil
}

// TellNews records that commenters are told of a correction. It returns false if they were told
// before.
func TellNews(ctx context.Context, tx *models.Tx, c News) (first bool, err error) {
	row := told{c.Article, c.Time()}
	before, err := models.First[told](tx.Lock(ctx).Where("article_id = ? AND at = ?", row.ArticleID, row.At))
	if err != nil || before != nil {
		return false, err
	}
	return true, tx.Query(ctx).Create(&row).Error
}

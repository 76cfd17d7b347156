package appeals

import (
	"context"
	"strings"

	"broadsheet/models"
	"broadsheet/models/discussion"
	"broadsheet/models/richtext"

	"gorm.io/gorm/clause"
)

// File stores an appeal against the present decision on a comment. The caller has
// checked that the commenter asks; a banned one may, because the ban may be the
// error. The same text sent twice is one appeal. File refuses with
//
//	Invalid                the text is missing or too long
//	NotFound               there is no such comment
//	Forbidden appeal-none  no decision keeps the comment unpublished
//	Conflict  appeal-once  there was an appeal against this decision
func File(ctx context.Context, db *models.DB, comment int64, text string) (*Appeal, error) {
	text, err := cleanText("appeal", text)
	if err != nil {
		return nil, err
	}
	if text == "" {
		return nil, models.InvalidFields(models.FieldError{Field: "appeal", Code: "required"})
	}
	var a *Appeal
	err = db.Write(ctx, func(tx *models.Tx) error {
		c, err := models.First[discussion.Comment](tx.Lock(ctx).Where("id = ?", comment))
		if err == nil && c == nil {
			err = models.Errorf(models.NotFound, "there is no comment %d", comment)
		}
		if err != nil {
			return err
		}
		d, err := DecisionOn(ctx, tx, c)
		if err != nil {
			return err
		}
		if d == nil {
			return models.Refusal(models.Forbidden, "appeal-none", "there is no decision to appeal against")
		}
		a = &Appeal{
			CommentID: c.ID, ArticleID: c.ArticleID, Decision: d.Entry, Reason: d.Reason, Rule: d.Rule, Moderator: d.Moderator,
			ModeratorID: d.ByID, Text: text, At: models.At(tx.Now),
		}
		created := tx.Query(ctx).Clauses(clause.OnConflict{DoNothing: true}).Create(a)
		if created.Error != nil || created.RowsAffected == 1 {
			return created.Error
		}
		if a, err = Against(ctx, tx, c.ID, d); err != nil || a.Text == text {
			return err
		}
		return models.Refusal(models.Conflict, "appeal-once", "there is one appeal for each decision")
	})
	return a, err
}

// cleanText returns the stored form of a text that a person typed into a field.
func cleanText(field, text string) (string, error) {
	text = strings.TrimSpace(richtext.Normalize(text))
	switch {
	case richtext.TooLong(text, MaxText):
		return "", models.InvalidFields(models.FieldError{Field: field, Code: "too-many-characters", Limit: MaxText})
	case richtext.Blank(text):
		return "", nil
	}
	return text, nil
}

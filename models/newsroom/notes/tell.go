package notes

import (
	"context"
	"fmt"

	"broadsheet/models"
	"broadsheet/models/newsroom"
)

// Event is the occasion of a mail.
type Event string

// The events.
const (
	SentBack Event = "sent-back"
	Answered Event = "answered"
)

// Mail is the payload of a mail about a review.
type Mail struct {
	User    int64 // account that gets the mail
	Article int64
	Event   Event
	By      string
	Text    string // of an answer
}

// TellSentBack queues mail about a story that an editor has sent back to its writers: the
// account that began the story and the accounts in its byline, but not the editor.
func TellSentBack(ctx context.Context, tx *models.Tx, by models.Actor, a *newsroom.Article) error {
	var users []int64
	err := tx.Query(ctx).Raw(`SELECT owner_id FROM articles WHERE id = ? AND owner_id IS NOT NULL
		UNION SELECT authors.user_id FROM article_authors x JOIN authors ON authors.id = x.author_id
		WHERE x.article_id = ? AND authors.user_id IS NOT NULL ORDER BY 1`, a.ID, a.ID).Scan(&users).Error
	for _, user := range users {
		if err == nil && (by.UserID == nil || *by.UserID != user) {
			// The key joins several presses of the button within a minute to one mail.
			key := fmt.Sprintf("back %d %d %d", a.ID, user, tx.Now.Unix()/60)
			err = add(ctx, tx, Mail{User: user, Article: a.ID, Event: SentBack, By: by.Name}, key)
		}
	}
	return err
}

// tellAnswered queues mail to the accounts that wrote the note and the earlier answers.
func tellAnswered(ctx context.Context, tx *models.Tx, by models.Actor, n *Note) error {
	var users []int64
	err := tx.Query(ctx).Model(&Note{}).Distinct().Where("(id = ? OR answers = ?) AND actor_id IS NOT NULL", *n.Answers, *n.Answers).
		Order("actor_id").Pluck("actor_id", &users).Error
	for _, user := range users {
		if err == nil && (by.UserID == nil || *by.UserID != user) {
			m := Mail{User: user, Article: n.ArticleID, Event: Answered, By: by.Name, Text: n.Text}
			err = add(ctx, tx, m, fmt.Sprintf("answer %d %d", n.ID, user))
		}
	}
	return err
}

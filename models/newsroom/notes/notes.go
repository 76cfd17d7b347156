package notes

import (
	"context"
	"strings"

	"broadsheet/models"
	"broadsheet/models/newsroom"
	"broadsheet/models/queue"
	"broadsheet/models/richtext"
)

// Limits of notes. Lengths are in characters.
const (
	MaxText  = 4000
	MaxNotes = 500 // of one story, answers included
	// MaxParagraph is how much of the beginning of its paragraph a note stores.
	MaxParagraph = 2000
)

// Note is a note on a story, or an answer to one.
type Note struct {
	ID         int64
	ArticleID  int64
	Answers    *int64 // the note that it answers; nil for a note
	Paragraph  string // words of the paragraph as last found; "" for the whole story
	Place      int    // index of that paragraph
	Text       string
	Actor      string
	ActorID    *int64
	At         models.Time
	ResolvedAt models.Time // zero for an open note
	ResolvedBy string
	Unmailed   bool `gorm:"-"` // Add queues no mail, because the site sends none
}

// TableName names the table for GORM.
func (Note) TableName() string { return "article_notes" }

// Thread is a note with its answers.
type Thread struct {
	Note
	Replies []Note
	// Index is the index of the paragraph in the text that was given to [Place]; Gone
	// means that the text does not have the paragraph any more.
	Index int
	Gone  bool
}

// Add stores a note, or an answer to a note and the mail about it to the writers of the note
// and of the earlier answers. It refuses with NotFound and with Invalid at the field
// note_text.
func Add(ctx context.Context, db *models.DB, by models.Actor, n Note) (id int64, err error) {
	err = db.Write(ctx, func(tx *models.Tx) error {
		id, err = AddIn(ctx, tx, by, n)
		return err
	})
	return id, err
}

// AddIn is [Add] within a transaction.
func AddIn(ctx context.Context, tx *models.Tx, by models.Actor, n Note) (int64, error) {
	n.Text = strings.TrimSpace(richtext.Normalize(n.Text))
	switch {
	case richtext.Blank(n.Text):
		return 0, invalid("required", 0)
	case richtext.TooLong(n.Text, MaxText):
		return 0, invalid("too-many-characters", MaxText)
	}
	a, err := models.First[newsroom.Article](tx.Lock(ctx).Where("id = ?", n.ArticleID))
	if err != nil {
		return 0, err
	}
	if a == nil {
		return 0, models.Errorf(models.NotFound, "there is no article %d", n.ArticleID)
	}
	var count int64
	if err := tx.Query(ctx).Model(&Note{}).Where("article_id = ?", n.ArticleID).Count(&count).Error; err != nil {
		return 0, err
	}
	if count >= MaxNotes {
		return 0, invalid("too-many", MaxNotes)
	}
	if n.Answers != nil {
		asked, err := find(ctx, tx, n.ArticleID, *n.Answers)
		if err != nil {
			return 0, err
		}
		n.Paragraph, n.Place = "", asked.Place
	}
	n.ID, n.Paragraph = 0, cut(n.Paragraph)
	n.Actor, n.ActorID, n.At, n.ResolvedAt, n.ResolvedBy = by.Name, by.UserID, models.At(tx.Now), models.Time{}, ""
	if err := tx.Query(ctx).Create(&n).Error; err != nil || n.Answers == nil || n.Unmailed {
		return n.ID, err
	}
	return n.ID, tellAnswered(ctx, tx, by, &n)
}

func invalid(code string, limit int) error {
	return models.InvalidFields(models.FieldError{Field: "note_text", Code: code, Limit: limit})
}

// find returns a note of an article. It refuses with NotFound, also for an answer.
func find(ctx context.Context, r models.Queryer, article, id int64) (*Note, error) {
	n, err := models.First[Note](r.Query(ctx).Where("id = ? AND article_id = ? AND answers IS NULL", id, article))
	if err == nil && n == nil {
		err = models.Errorf(models.NotFound, "there is no note %d on article %d", id, article)
	}
	return n, err
}

// Resolve marks a note as done, or opens it again. It refuses with NotFound.
func Resolve(ctx context.Context, db *models.DB, by models.Actor, article, id int64, done bool) error {
	return db.Write(ctx, func(tx *models.Tx) error {
		n, err := find(ctx, tx, article, id)
		if err != nil || done == !n.ResolvedAt.IsZero() {
			return err
		}
		at, name := models.At(tx.Now), by.Name
		if !done {
			at, name = models.Time{}, ""
		}
		return models.Exec(ctx, tx, "UPDATE article_notes SET resolved_at = ?, resolved_by = ? WHERE id = ?", at, name, id)
	})
}

// Of returns the notes on an article with their answers, oldest first. [Place] sorts them by
// paragraph.
func Of(ctx context.Context, r models.Queryer, article int64) (list []Thread, err error) {
	var rows []Note
	if err := r.Query(ctx).Where("article_id = ?", article).Order("id").Find(&rows).Error; err != nil {
		return nil, err
	}
	at := map[int64]int{}
	for _, n := range rows {
		if n.Answers == nil {
			at[n.ID] = len(list)
			list = append(list, Thread{Note: n, Index: n.Place})
			continue
		}
		if i, ok := at[*n.Answers]; ok {
			list[i].Replies = append(list[i].Replies, n)
		}
	}
	return list, nil
}

// Counts returns the number of open notes by article. Answers do not count.
func Counts(ctx context.Context, r models.Queryer, articles []int64) (map[int64]int, error) {
	counts := map[int64]int{}
	if len(articles) == 0 {
		return counts, nil
	}
	var rows []struct {
		ArticleID int64
		N         int
	}
	err := r.Query(ctx).Model(&Note{}).Select("article_id, COUNT(*) AS n").
		Where("article_id IN ? AND resolved_at IS NULL AND answers IS NULL", articles).Group("article_id").Find(&rows).Error
	for _, row := range rows {
		counts[row.ArticleID] = row.N
	}
	return counts, err
}

// Job is the kind of the jobs that send mail about reviews.
const Job = "review"

// add queues the mail to an account.
func add(ctx context.Context, tx *models.Tx, m Mail, key string) error {
	return queue.Add(ctx, tx, Job, key, m, tx.Now)
}

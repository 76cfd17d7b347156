package targets

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"broadsheet/models"
	"broadsheet/models/discussion/moderation"
	"broadsheet/models/newsroom"
	"broadsheet/models/people"
	"broadsheet/models/queue"

	"gorm.io/gorm/clause"
)

// The targets.
const (
	Oldest  = "oldest"  // the minutes for which the oldest comment is held
	Waiting = "waiting" // the number of held comments
)

// Job is the kind of the jobs that send mail about targets.
const Job = "target"

// quiet is the shortest time between two mails about beginnings of one target.
const quiet = time.Hour

// state is what is stored about a target.
type state struct {
	Name     string      `gorm:"primaryKey"`
	Since    models.Time // zero: the target is met
	Told     int64       // 1: mail was sent about this alarm
	MailedAt models.Time // of the last mail about a beginning
}

// TableName names the table for GORM.
func (state) TableName() string { return "desk_targets" }

// recipient is an account that asked for mail.
type recipient struct {
	UserID int64 `gorm:"primaryKey;autoIncrement:false"`
}

// TableName names the table for GORM.
func (recipient) TableName() string { return "target_mail" }

// Missed is a target that is missed now.
type Missed struct {
	Name  string
	Limit int
	Since time.Time
}

// limits returns the limit of each target, 0 for none.
func limits(site *newsroom.Site) map[string]int {
	return map[string]int{Oldest: site.DeskOldestMinutes, Waiting: site.DeskMostWaiting}
}

// MissedNow returns the targets that are missed, as the last check found.
func MissedNow(ctx context.Context, r models.Queryer, site *newsroom.Site) ([]Missed, error) {
	var rows []state
	if err := r.Query(ctx).Where("since IS NOT NULL").Order("name").Find(&rows).Error; err != nil {
		return nil, err
	}
	var list []Missed
	for _, row := range rows {
		if limit := limits(site)[row.Name]; limit > 0 {
			list = append(list, Missed{row.Name, limit, row.Since.Time})
		}
	}
	return list, nil
}

// Check compares the queue with the targets and queues the mails.
func Check(ctx context.Context, db *models.DB) error {
	site, err := newsroom.LoadSite(ctx, db)
	if err != nil {
		return err
	}
	var stored int64
	if err := db.Query(ctx).Model(&state{}).Where("since IS NOT NULL").Count(&stored).Error; err != nil {
		return err
	}
	of := limits(site)
	if of[Oldest] == 0 && of[Waiting] == 0 && stored == 0 {
		return nil
	}
	w, err := moderation.WaitingOf(ctx, db, nil, db.Now())
	if err != nil {
		return err
	}
	values := map[string]int{Oldest: int(w.Oldest / time.Minute), Waiting: w.Comments}
	return db.Write(ctx, func(tx *models.Tx) error {
		if err := models.LockKey(ctx, tx, "targets of the desk"); err != nil {
			return err
		}
		for _, name := range []string{Oldest, Waiting} {
			if err := step(ctx, tx, name, values[name], of[name]); err != nil {
				return err
			}
		}
		return nil
	})
}

// step stores whether a target is missed and queues mail about a change.
func step(ctx context.Context, tx *models.Tx, name string, value, limit int) error {
	stored, err := models.First[state](tx.Query(ctx).Where("name = ?", name))
	if err != nil {
		return err
	}
	if stored == nil {
		stored = &state{Name: name}
	}
	missed, met := limit > 0 && value > limit, limit == 0 || 4*value <= 3*limit
	before, news := *stored, ""
	switch {
	case missed:
		if stored.Since.IsZero() {
			stored.Since = models.At(tx.Now)
		}
		if stored.Told == 0 && (stored.MailedAt.IsZero() || tx.Now.Sub(stored.MailedAt.Time) >= quiet) {
			stored.Told, stored.MailedAt, news = 1, models.At(tx.Now), "begins"
		}
	case met && !stored.Since.IsZero():
		if stored.Told == 1 && limit > 0 {
			news = "ends"
		}
		stored.Since, stored.Told = models.Time{}, 0
	}
	if *stored == before {
		return nil
	}
	if err := tx.Query(ctx).Clauses(clause.OnConflict{UpdateAll: true}).Create(stored).Error; err != nil || news == "" {
		return err
	}
	var to []recipient
	if err := tx.Query(ctx).Order("user_id").Find(&to).Error; err != nil {
		return err
	}
	for _, r := range to {
		key := fmt.Sprint(r.UserID, " ", name, " ", news, " ", limit, " ", tx.Now.Unix())
		if err := queue.Add(ctx, tx, Job, key, nil, tx.Now); err != nil {
			return err
		}
	}
	return nil
}

// Mail is what a mail about a target says.
type Mail struct {
	User   *people.User
	Name   string
	Begins bool // or ends
	Limit  int
	At     time.Time
}

// LoadMail returns the mail of a job. It returns nil if the account no longer asks for
// such mail, or may no longer decide comments.
func LoadMail(ctx context.Context, db *models.DB, key string) (*Mail, error) {
	parts := strings.Fields(key)
	if len(parts) != 5 {
		return nil, models.Errorf(models.Invalid, "the key of a mail about a target has five parts, not %q", key)
	}
	user, _ := strconv.ParseInt(parts[0], 10, 64)
	limit, _ := strconv.Atoi(parts[3])
	at, _ := strconv.ParseInt(parts[4], 10, 64)
	asked, err := Asked(ctx, db, user)
	if err != nil || !asked {
		return nil, err
	}
	u, err := people.Authorize(ctx, db, user, people.Moderating)
	if models.KindOf(err) == models.Forbidden || models.KindOf(err) == models.NotFound {
		return nil, nil
	}
	return &Mail{u, parts[1], parts[2] == "begins", limit, time.Unix(at, 0)}, err
}

// Asked reports whether an account asked for mail about targets.
func Asked(ctx context.Context, r models.Queryer, user int64) (bool, error) {
	found, err := models.First[recipient](r.Query(ctx).Where("user_id = ?", user))
	return found != nil, err
}

// Ask stores whether an account wants mail about targets.
func Ask(ctx context.Context, db *models.DB, user int64, wanted bool) error {
	return db.Write(ctx, func(tx *models.Tx) error {
		if !wanted {
			return tx.Query(ctx).Where("user_id = ?", user).Delete(&recipient{}).Error
		}
		return tx.Query(ctx).Clauses(clause.OnConflict{DoNothing: true}).Create(&recipient{user}).Error
	})
}

package settings

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"

	"broadsheet/models"

	"gorm.io/gorm/clause"
)

// Default returns the settings of a new site.
func Default() Settings {
	var s Settings
	for _, d := range defs {
		if err := d.set(&s, d.Default); err != nil {
			panic("default of " + d.Key + ": " + err.Error()) // a test reads all defaults
		}
	}
	return s
}

type row struct {
	Key       string `gorm:"primaryKey"`
	Value     string
	UpdatedAt models.Time
}

func (row) TableName() string { return "settings" }

// Load reads the settings. It ignores a stored value that is no longer
// allowed.
func Load(ctx context.Context, r models.Queryer) (Settings, error) {
	s := Default()
	values, err := Stored(ctx, r)
	for _, d := range defs {
		if v, ok := values[d.Key]; ok {
			keep := s
			if d.set(&s, v) != nil {
				s = keep
			}
		}
	}
	return s, err
}

// Stored returns the stored values by key, without the defaults.
func Stored(ctx context.Context, r models.Queryer) (map[string]string, error) {
	var rows []row
	err := r.Query(ctx).Find(&rows).Error
	values := make(map[string]string, len(rows))
	for _, row := range rows {
		values[row.Key] = row.Value
	}
	return values, err
}

// Set checks and stores one setting for a command. It refuses an unknown
// key and a value that is not allowed, with a text that names the allowed ones.
func Set(ctx context.Context, tx *models.Tx, key, value string) error {
	return Change(ctx, tx, models.ActorCommand, map[string]string{key: value})
}

// Check returns the settings as they would be after some changes. The
// fields of its error name the refused settings by their keys.
func Check(s Settings, values map[string]string) (Settings, error) {
	var bad []models.FieldError
	var first string
	for _, d := range defs {
		value, ok := values[d.Key]
		if !ok {
			continue
		}
		err := d.set(&s, value)
		if err == nil && d.Key == permalinksKey {
			err = checkPermalinks(value)
		}
		if err != nil {
			bad = append(bad, models.FieldError{Field: d.Key, Code: "setting"})
			if first == "" {
				first = d.Key + ": " + err.Error()
			}
		}
	}
	if len(bad) == 0 && s.CommentSpamSpam < s.CommentSpamHold {
		bad = append(bad, models.FieldError{Field: "comment.spam-spam", Code: "spam-order"})
		first = "comment.spam-spam: takes no less than comment.spam-hold"
	}
	if len(bad) > 0 {
		e := models.InvalidFields(bad...)
		e.Safe = first
		return s, e
	}
	return s, nil
}

// Change checks and stores settings and records the changes. It does
// not record a setting that has the value already.
func Change(ctx context.Context, tx *models.Tx, by models.Actor, values map[string]string) error {
	for key := range values {
		if Find(key) == nil {
			return models.Errorf(models.NotFound, "there is no setting %q; 'broadsheet setting list' shows them all", key)
		}
	}
	// Two concurrent changes could be valid alone and invalid together.
	if err := models.LockKey(ctx, tx, "settings"); err != nil {
		return err
	}
	now, err := Load(ctx, tx)
	if err != nil {
		return err
	}
	if _, err := Check(now, values); err != nil {
		return withoutFields(err)
	}
	stored, err := Stored(ctx, tx)
	if err != nil {
		return err
	}
	for _, key := range slices.Sorted(maps.Keys(values)) {
		before, ok := stored[key]
		if !ok {
			before = defaultOf(key)
		}
		if before == values[key] {
			continue
		}
		tx.Touch(models.SettingsTag)
		err := tx.Query(ctx).Clauses(clause.OnConflict{UpdateAll: true}).Create(&row{key, values[key], models.At(tx.Now)}).Error
		if err == nil {
			err = models.Audit(ctx, tx, by, models.Subject{Kind: models.SettingSubject, Name: key}, "set", before, values[key])
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// AnyVersion is the version for changes that do not depend on the
// settings in force.
const AnyVersion = -1

// Save changes settings in a form that shows the settings of a version,
// see [Version]. It refuses with Invalid, and with Conflict
// (rules-changed) when one of these settings was changed since. A change of another
// setting is no conflict, because a form saves its own settings only.
func Save(ctx context.Context, db *models.DB, by models.Actor, seen int64, values map[string]string) error {
	return db.Write(ctx, func(tx *models.Tx) error {
		if err := models.LockKey(ctx, tx, "settings"); err != nil {
			return err
		}
		if seen != AnyVersion {
			since, err := ChangesOf(ctx, tx, slices.Sorted(maps.Keys(values)), seen)
			if err != nil {
				return err
			}
			if len(since) > 0 {
				return models.Refusal(models.Conflict, "rules-changed", "somebody has changed the settings in between")
			}
		}
		return Change(ctx, tx, by, values)
	})
}

// withoutFields returns a refusal without its fields, for callers without a
// form, such as a command.
func withoutFields(err error) error {
	refusal, ok := errors.AsType[*models.Error](err)
	if !ok {
		return err
	}
	return models.Errorf(refusal.Kind, "%s", refusal.Safe)
}

func defaultOf(key string) string {
	if d := Find(key); d != nil {
		return d.Default
	}
	return ""
}

// MaxChanges is the most changes of settings that a page shows.
const MaxChanges = 50

// Changes returns the last changes of the settings of a group, such as
// "comment", newest first; "" means all settings.
func Changes(ctx context.Context, r models.Queryer, group string) ([]models.AuditEntry, error) {
	if group == "" {
		return models.AuditTrail(ctx, r, models.Subject{Kind: models.SettingSubject}, MaxChanges)
	}
	var keys []string
	for _, d := range defs {
		if strings.HasPrefix(d.Key, group+".") {
			keys = append(keys, d.Key)
		}
	}
	return ChangesOf(ctx, r, keys, 0)
}

// ChangesOf returns the last changes of some settings after a version, newest
// first.
func ChangesOf(ctx context.Context, r models.Queryer, keys []string, after int64) (list []models.AuditEntry, err error) {
	q := r.Query(ctx).Where("subject = ? AND subject_name IN ? AND id > ?", models.SettingSubject, keys, after)
	return list, q.Order("id DESC").Limit(MaxChanges).Find(&list).Error
}

// Version returns the number of the last change of a setting, 0 for the
// settings of a new site. It identifies the rules in force.
func Version(ctx context.Context, r models.Queryer) (int64, error) {
	var id int64
	err := r.Query(ctx).Raw("SELECT COALESCE(MAX(id), 0) FROM audit WHERE subject = ?", models.SettingSubject).Scan(&id).Error
	return id, err
}

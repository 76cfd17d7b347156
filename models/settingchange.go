package models

import (
	"context"
	"maps"
	"slices"
	"strings"

	"gorm.io/gorm/clause"
)

// SetSetting checks and stores one setting for a command. It refuses an unknown
// key and a value that is not allowed, with a text that names the allowed ones.
func SetSetting(ctx context.Context, tx *Tx, key, value string) error {
	return ChangeSettings(ctx, tx, ActorCommand, map[string]string{key: value})
}

// CheckSettings returns the settings as they would be after some changes. The
// fields of its error name the refused settings by their keys.
func CheckSettings(s Settings, values map[string]string) (Settings, error) {
	var bad []FieldError
	var first string
	for _, d := range settingDefs {
		value, ok := values[d.Key]
		if !ok {
			continue
		}
		err := d.set(&s, value)
		if err == nil && d.Key == permalinksKey {
			err = checkPermalinks(value)
		}
		if err != nil {
			bad = append(bad, FieldError{Field: d.Key, Code: "setting"})
			if first == "" {
				first = d.Key + ": " + err.Error()
			}
		}
	}
	if len(bad) == 0 && s.CommentSpamSpam < s.CommentSpamHold {
		bad = append(bad, FieldError{Field: "comment.spam-spam", Code: "spam-order"})
		first = "comment.spam-spam: takes no less than comment.spam-hold"
	}
	if len(bad) > 0 {
		e := InvalidFields(bad...)
		e.Safe = first
		return s, e
	}
	return s, nil
}

// ChangeSettings checks and stores settings and records the changes. It does
// not record a setting that has the value already.
func ChangeSettings(ctx context.Context, tx *Tx, by Actor, values map[string]string) error {
	for key := range values {
		if !slices.ContainsFunc(settingDefs, func(d SettingDef) bool { return d.Key == key }) {
			return Errorf(NotFound, "there is no setting %q; 'broadsheet setting list' shows them all", key)
		}
	}
	// Two concurrent changes could be valid alone and invalid together.
	if err := LockKey(ctx, tx, "settings"); err != nil {
		return err
	}
	now, err := LoadSettings(ctx, tx)
	if err != nil {
		return err
	}
	if _, err := CheckSettings(now, values); err != nil {
		return err.(*Error).withoutFields()
	}
	stored, err := SettingValues(ctx, tx)
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
		tx.Touch(SettingsTag)
		err := tx.Query(ctx).Clauses(clause.OnConflict{UpdateAll: true}).Create(&settingRow{key, values[key], At(tx.Now)}).Error
		if err == nil {
			err = Audit(ctx, tx, by, Subject{Kind: SettingSubject, Name: key}, "set", before, values[key])
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// AnySettingsVersion is the version for changes that do not depend on the
// settings in force.
const AnySettingsVersion = -1

// SaveSettings changes settings in a form that shows the settings of a version,
// see [SettingsVersion]. It refuses with Invalid, and with Conflict
// (rules-changed) when any setting was changed since.
func SaveSettings(ctx context.Context, db *DB, by Actor, seen int64, values map[string]string) error {
	return db.Write(ctx, func(tx *Tx) error {
		if err := LockKey(ctx, tx, "settings"); err != nil {
			return err
		}
		version, err := SettingsVersion(ctx, tx)
		if err == nil && seen != AnySettingsVersion && version != seen {
			err = Refusal(Conflict, "rules-changed", "somebody has changed the settings in between")
		}
		if err != nil {
			return err
		}
		return ChangeSettings(ctx, tx, by, values)
	})
}

// withoutFields returns the error without its fields, for callers without a
// form, such as a command.
func (e *Error) withoutFields() *Error { return Errorf(e.Kind, "%s", e.Safe) }

func defaultOf(key string) string {
	for _, d := range settingDefs {
		if d.Key == key {
			return d.Default
		}
	}
	return ""
}

// MaxSettingChanges is the most changes of settings that a page shows.
const MaxSettingChanges = 50

// SettingChanges returns the last changes of the settings of a group, such as
// "comment", newest first; "" means all settings.
func SettingChanges(ctx context.Context, r Queryer, group string) ([]AuditEntry, error) {
	if group == "" {
		return AuditTrail(ctx, r, Subject{Kind: SettingSubject}, MaxSettingChanges)
	}
	var keys []string
	for _, d := range settingDefs {
		if strings.HasPrefix(d.Key, group+".") {
			keys = append(keys, d.Key)
		}
	}
	var list []AuditEntry
	q := r.Query(ctx).Where("subject = ? AND subject_name IN ?", SettingSubject, keys)
	err := q.Order("id DESC").Limit(MaxSettingChanges).Find(&list).Error
	return list, err
}

// SettingsVersion returns the number of the last change of a setting, 0 for the
// settings of a new site. It identifies the rules in force.
func SettingsVersion(ctx context.Context, r Queryer) (int64, error) {
	var id int64
	err := r.Query(ctx).Raw("SELECT COALESCE(MAX(id), 0) FROM audit WHERE subject = ?", SettingSubject).Scan(&id).Error
	return id, err
}

package models

import (
	"context"
	"maps"
	"slices"
	"strings"

	"gorm.io/gorm/clause"
)

// settingEntry is one row of the log of settings, which is only ever added
// to.
type settingEntry struct {
	ID          int64
	At          Time
	Actor       string
	ActorID     *int64
	Key         string
	ValueBefore string
	ValueAfter  string
}

func (settingEntry) TableName() string { return "setting_log" }

// SettingChange is an entry of the log of settings as it is shown.
type SettingChange struct {
	ID          int64
	At          Time
	Actor       string
	Key         string
	ValueBefore string
	ValueAfter  string
}

// SetSetting checks and stores one setting for whoever has the shell. An
// unknown key and a value that is not allowed are refused with a text that
// names what is.
func SetSetting(ctx context.Context, tx *Tx, key, value string) error {
	return ChangeSettings(ctx, tx, ActorCommand, map[string]string{key: value})
}

// CheckSettings returns the settings as they would be with some of them
// changed. Those that are not allowed are named in the error's fields, by
// their keys.
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

// ChangeSettings checks and stores settings and notes who has changed what.
// One that has its value already is left out of the log.
func ChangeSettings(ctx context.Context, tx *Tx, who Actor, values map[string]string) error {
	for key := range values {
		if !slices.ContainsFunc(settingDefs, func(d SettingDef) bool { return d.Key == key }) {
			return Errorf(NotFound, "there is no setting %q; 'broadsheet setting list' shows them all", key)
		}
	}
	// What two change at once must fit together.
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
			err = LogSetting(ctx, tx, who, key, before, values[key])
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// AnySettingsVersion is seen by whoever changes settings without having looked.
const AnySettingsVersion = -1

// SaveSettings changes settings as somebody does who has looked at the rules
// with the number seen. It refuses with Invalid, and with Conflict
// (rules-changed) when any setting was changed since.
func SaveSettings(ctx context.Context, db *DB, who Actor, seen int64, values map[string]string) error {
	return db.Write(ctx, func(tx *Tx) error {
		if err := LockKey(ctx, tx, "settings"); err != nil {
			return err
		}
		version, err := SettingsVersion(ctx, tx)
		if err == nil && seen != AnySettingsVersion && version != seen {
			err = Refuse(Conflict, "rules-changed", "somebody has changed the settings in between")
		}
		if err != nil {
			return err
		}
		return ChangeSettings(ctx, tx, who, values)
	})
}

// withoutFields makes an error of settings one for the shell, which has no
// form to show the fields in.
func (e *Error) withoutFields() *Error { return Errorf(e.Kind, "%s", e.Safe) }

func defaultOf(key string) string {
	for _, d := range settingDefs {
		if d.Key == key {
			return d.Default
		}
	}
	return ""
}

// maxLogged is how many bytes of a setting's value the log keeps: long lists
// of words are told by what was taken out and put in.
const maxLogged = 4000

// LogSetting notes a change of a setting, or of something like one.
func LogSetting(ctx context.Context, tx *Tx, who Actor, key, before, after string) error {
	if len(before) > maxLogged || len(after) > maxLogged {
		before, after = linesApart(before, after), linesApart(after, before)
	}
	return tx.Query(ctx).Create(&settingEntry{At: At(tx.Now), Actor: who.Name, ActorID: who.UserID, Key: key, ValueBefore: before, ValueAfter: after}).Error
}

// linesApart returns the lines of one list that another has not, as many as
// the log keeps.
func linesApart(list, other string) string {
	has := map[string]bool{}
	for line := range strings.SplitSeq(other, "\n") {
		has[line] = true
	}
	var b strings.Builder
	for line := range strings.SplitSeq(list, "\n") {
		if has[line] {
			continue
		}
		if b.Len()+len(line) > maxLogged {
			b.WriteString("…")
			break
		}
		b.WriteString(line + "\n")
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// MaxSettingChanges is how many changes of settings are shown.
const MaxSettingChanges = 50

// SettingChanges returns the last changes of settings whose key begins like this,
// newest first.
func SettingChanges(ctx context.Context, r Queryer, prefix string) ([]SettingChange, error) {
	var list []SettingChange
	return list, r.Query(ctx).Model(&settingEntry{}).Where("key LIKE ?", prefix+"%").Order("id DESC").Limit(MaxSettingChanges).Find(&list).Error
}

// SettingsVersion is the number of the last change of any setting: with it one
// can tell which rules were in force. 0 stands for those of a new site.
func SettingsVersion(ctx context.Context, r Queryer) (int64, error) {
	var id int64
	err := r.Query(ctx).Raw("SELECT COALESCE(MAX(id), 0) FROM setting_log").Scan(&id).Error
	return id, err
}

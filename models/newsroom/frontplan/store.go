package frontplan

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"broadsheet/models"
	"broadsheet/models/newsroom"
)

// BreakingTag is the cache tag of the breaking line. Every public page depends on it.
const BreakingTag models.CacheTag = "breaking"

// Act is the kind of a change, for the history.
type Act string

// The acts.
const (
	Arrange Act = "arrange"  // by the form
	Lead    Act = "lead"     // one press made an article the lead
	Break   Act = "breaking" // one press made an article the breaking line
	Move    Act = "move"     // a beginning or an end was moved
	CallOff Act = "call-off"
	Restore Act = "restore" // an earlier version
	Undo    Act = "undo"
	Program Act = "program" // a program made a post sticky, or not
	Section Act = "section" // a section was merged or removed
)

// Version is an arrangement as it was stored.
type Version struct {
	Number  int64 // 0 before the first change
	At      models.Time
	Act     Act
	Actor   string
	ActorID *int64
	Arrangement
}

// row is a row of front_versions. Content is an [Arrangement] in JSON.
type row struct {
	Version int64 `gorm:"primaryKey;autoIncrement:false"`
	MadeAt  models.Time
	Act     string
	Actor   string
	ActorID *int64
	Content string
}

// TableName names the table for GORM.
func (row) TableName() string { return "front_versions" }

func (r *row) version() (*Version, error) {
	v := &Version{Number: r.Version, At: r.MadeAt, Act: Act(r.Act), Actor: r.Actor, ActorID: r.ActorID}
	if r.Content == "" { // of version 0
		return v, nil
	}
	if err := json.Unmarshal([]byte(r.Content), &v.Arrangement); err != nil {
		return nil, fmt.Errorf("version %d of the front page: %w", r.Version, err)
	}
	v.Pins = slices.DeleteFunc(v.Pins, func(p Pin) bool { return !p.Exists() })
	return v, nil
}

const columns = "SELECT version, made_at, act, actor, actor_id, content FROM front_versions "

// read returns the version that a condition finds, nil for none.
func read(ctx context.Context, r models.Queryer, condition string, args ...any) (*Version, error) {
	var found row
	ok, err := models.QueryRow(ctx, r,
		[]any{&found.Version, &found.MadeAt, &found.Act, &found.Actor, &found.ActorID, &found.Content}, columns+condition, args...)
	if err != nil || !ok {
		return nil, err
	}
	return found.version()
}

// Current returns the arrangement that is in force.
func Current(ctx context.Context, r models.Queryer) (*Version, error) {
	v, err := read(ctx, r, "ORDER BY version DESC LIMIT 1")
	if v == nil && err == nil {
		err = models.Errorf(models.NotFound, "the front page has no version")
	}
	return v, err
}

// AsOf returns the arrangement that was in force at a time, which is the current one for
// a time in the future.
func AsOf(ctx context.Context, r models.Queryer, at time.Time) (*Version, error) {
	v, err := read(ctx, r, "WHERE made_at <= ? ORDER BY version DESC LIMIT 1", models.At(at))
	if v == nil && err == nil {
		v = &Version{}
	}
	return v, err
}

// Numbered returns a version. It refuses with NotFound.
func Numbered(ctx context.Context, r models.Queryer, number int64) (*Version, error) {
	v, err := read(ctx, r, "WHERE version = ?", number)
	if v == nil && err == nil {
		err = models.Errorf(models.NotFound, "the front page has no version %d", number)
	}
	return v, err
}

// History returns at most most versions, newest first, without the empty version 0.
func History(ctx context.Context, r models.Queryer, most int) (list []*Version, err error) {
	var rows []row
	if err := r.Query(ctx).Where("version > 0").Order("version DESC").Limit(most).Find(&rows).Error; err != nil {
		return nil, err
	}
	for i := range rows {
		v, err := rows[i].version()
		if err != nil {
			return nil, err
		}
		list = append(list, v)
	}
	return list, nil
}

// NewSnapshot holds the current version in memory, for the breaking line of all pages.
func NewSnapshot(db *models.DB) *models.Snapshot[*Version] {
	return models.NewSnapshot(db, Current, newsroom.FrontTag, BreakingTag)
}

// AnyVersion is the seen version of a change that replaces any version.
const AnyVersion = -1

// Stale is the refusal of a change that began with an older version.
type Stale struct{ Newest *Version }

// Error returns the text for the log.
func (e *Stale) Error() string { return "somebody else has changed the front page" }

// Unwrap returns the error with its kind, Conflict.
func (e *Stale) Unwrap() error {
	return models.Refusal(models.Conflict, "front-stale", "somebody else has changed the front page")
}

// Change stores a new version in a transaction. seen is the version that the editor saw, or
// [AnyVersion]. edit changes a copy of the current arrangement, without ended pins and lines.
// Change refuses with [Stale], with Invalid for too many pins or an article that does not
// exist, and with the error of edit. If edit changes nothing, it returns the current version.
func Change(
	ctx context.Context, tx *models.Tx, by models.Actor, seen int64, act Act, edit func(a *Arrangement, now time.Time) error,
) (*Version, error) {
	if _, err := models.First[row](tx.Lock(ctx).Where("version = 0")); err != nil {
		return nil, err
	}
	before, err := Current(ctx, tx)
	if err != nil {
		return nil, err
	}
	if seen != AnyVersion && seen != before.Number {
		return nil, &Stale{Newest: before}
	}
	base := before.clone()
	base.clean(tx.Now)
	after := base.clone()
	if err := edit(after, tx.Now); err != nil {
		return nil, err
	}
	after.clean(tx.Now)
	if after.equal(base) {
		return before, nil
	}
	if err := check(ctx, tx, after); err != nil {
		return nil, err
	}
	return put(ctx, tx, by, act, before, after)
}

func put(ctx context.Context, tx *models.Tx, by models.Actor, act Act, before *Version, after *Arrangement) (*Version, error) {
	content, err := json.Marshal(after)
	if err != nil {
		return nil, err
	}
	r := row{
		Version: before.Number + 1, MadeAt: models.At(tx.Now), Act: string(act),
		Actor: by.Name, ActorID: by.UserID, Content: string(content),
	}
	if err := tx.Query(ctx).Create(&r).Error; err != nil {
		return nil, err
	}
	if !slices.Equal(before.Pins, after.Pins) {
		tx.Touch(newsroom.FrontTag)
	}
	if !slices.Equal(before.Lines, after.Lines) {
		tx.Touch(BreakingTag)
	}
	subject := models.Subject{Kind: models.FrontSubject, ID: r.Version}
	if err := models.Audit(ctx, tx, by, subject, "front-"+string(act), before.text(), after.text()); err != nil {
		return nil, err
	}
	return r.version()
}

// Set is [Change] in a transaction of its own.
func Set(
	ctx context.Context, db *models.DB, by models.Actor, seen int64, act Act, edit func(a *Arrangement, now time.Time) error,
) (v *Version, err error) {
	err = db.Write(ctx, func(tx *models.Tx) error {
		v, err = Change(ctx, tx, by, seen, act, edit)
		return err
	})
	return v, err
}

// check refuses an arrangement with an article or a section that does not exist, or with too
// many pins.
func check(ctx context.Context, r models.Queryer, a *Arrangement) error {
	if len(a.Pins) > MaxPins {
		return models.InvalidFields(models.FieldError{Field: "plan_place", Code: "too-many", Limit: MaxPins})
	}
	articles, err := existing(ctx, r, "articles", a.Articles())
	if err != nil {
		return err
	}
	sections, err := existing(ctx, r, "categories", a.Sections())
	if err != nil {
		return err
	}
	for _, p := range a.Pins {
		switch {
		case !p.Exists() || p.Section != 0 && !slices.Contains(sections, p.Section):
			return models.InvalidFields(models.FieldError{Field: FieldOf(p.Spot), Code: "no-place"})
		case !slices.Contains(articles, p.Article):
			return models.InvalidFields(models.FieldError{Field: FieldOf(p.Spot), Code: "no-story"})
		}
	}
	return nil
}

// existing returns the ids of a list that a table has.
func existing(ctx context.Context, r models.Queryer, table string, ids []int64) (known []int64, err error) {
	if len(ids) > 0 {
		err = r.Query(ctx).Table(table).Where("id IN ?", ids).Pluck("id", &known).Error
	}
	return known, err
}

// FieldOf returns the id of the form's field for a place.
func FieldOf(s Spot) string {
	switch {
	case s.Section != 0:
		return fmt.Sprintf("block_%d-%d", s.Section, s.Place+1)
	case s.Place <= 0:
		return "lead"
	}
	return fmt.Sprint("slot-", s.Place)
}

// text returns the arrangement for the audit, one pin or breaking line per line.
func (a *Arrangement) text() string {
	var b strings.Builder
	span := func(from, until models.Time) string {
		text := ""
		if !from.IsZero() {
			text += " from " + from.UTC().Format(time.RFC3339)
		}
		if !until.IsZero() {
			text += " until " + until.UTC().Format(time.RFC3339)
		}
		return text + "\n"
	}
	for _, p := range a.Pins {
		fmt.Fprintf(&b, "%s: article %d%s", FieldOf(p.Spot), p.Article, span(p.From, p.Until))
	}
	for _, l := range a.Lines {
		fmt.Fprintf(&b, "%s: %s %s%s", l.Level, l.Text, l.Link, span(l.From, l.Until))
	}
	return b.String()
}

// Return makes an earlier version the newest one again, without the pins and lines that have
// ended since, and without the pins of sections that do not exist any more.
func Return(ctx context.Context, db *models.DB, by models.Actor, seen, to int64, act Act) (v *Version, err error) {
	old, err := Numbered(ctx, db, to)
	if err != nil {
		return nil, err
	}
	err = db.Write(ctx, func(tx *models.Tx) error {
		sections, err := existing(ctx, tx, "categories", old.Sections())
		if err != nil {
			return err
		}
		v, err = Change(ctx, tx, by, seen, act, func(a *Arrangement, _ time.Time) error {
			*a = *old.clone()
			a.Pins = slices.DeleteFunc(a.Pins, func(p Pin) bool { return p.Section != 0 && !slices.Contains(sections, p.Section) })
			return nil
		})
		return err
	})
	return v, err
}

// LeaveSection takes the pins out of the block of a section that is about to be removed. They
// move to the same places of the section into; with into 0, and where into has pins of its
// own at that place, they are removed.
func LeaveSection(ctx context.Context, tx *models.Tx, by models.Actor, from, into int64) error {
	_, err := Change(ctx, tx, by, AnyVersion, Section, func(a *Arrangement, _ time.Time) error {
		taken := map[Spot]bool{}
		for _, p := range a.Pins {
			taken[p.Spot] = true
		}
		a.Pins = slices.DeleteFunc(slices.Clone(a.Pins), func(p Pin) bool {
			return p.Section == from && (into == 0 || taken[Spot{into, p.Place}])
		})
		for i := range a.Pins {
			if a.Pins[i].Section == from {
				a.Pins[i].Section = into
			}
		}
		return nil
	})
	return err
}

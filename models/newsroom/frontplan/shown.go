package frontplan

import (
	"context"
	"slices"
	"time"

	"broadsheet/models"
)

// KeptLines is how long after its beginning [ShownLines] returns a line.
const KeptLines = MaxLineFor

// ShownLine is a breaking line that visitors have seen, with its last words.
type ShownLine struct {
	Line
	Changed models.Time // when it got these words, not before its beginning
}

// ShownLines returns at most most lines that visitors have seen until now, newest first. It
// leaves out a line that was removed or moved before its beginning.
func ShownLines(ctx context.Context, r models.Queryer, now time.Time, most int) (list []ShownLine, err error) {
	var rows []row
	since := models.At(now.Add(-KeptLines - MaxLineFor))
	if err := r.Query(ctx).Where("made_at >= ? AND version > 0", since).Order("version").Find(&rows).Error; err != nil {
		return nil, err
	}
	before, err := AsOf(ctx, r, since.Add(-time.Microsecond))
	if err != nil {
		return nil, err
	}
	versions := []*Version{before}
	for i := range rows {
		v, err := rows[i].version()
		if err != nil {
			return nil, err
		}
		versions = append(versions, v)
	}
	for i, v := range versions {
		end := now.Add(time.Microsecond)
		if i+1 < len(versions) {
			end = versions[i+1].At.Time
		}
		for _, l := range v.Lines {
			if l.From.Before(end) && l.Until.After(v.At.Time) && !l.From.After(now) {
				list = add(list, l, v.At)
			}
		}
	}
	list = slices.DeleteFunc(list, func(l ShownLine) bool { return l.From.Before(now.Add(-KeptLines)) })
	slices.SortStableFunc(list, func(l, m ShownLine) int { return m.From.Compare(l.From.Time) })
	return list[:min(most, len(list))], nil
}

// add adds a line, or its new words to the line that began at the same time.
func add(list []ShownLine, l Line, at models.Time) []ShownLine {
	if at.Before(l.From.Time) {
		at = l.From
	}
	i := slices.IndexFunc(list, func(s ShownLine) bool { return s.From == l.From })
	if i < 0 {
		return append(list, ShownLine{l, at})
	}
	if s := list[i]; s.Text != l.Text || s.Link != l.Link || s.Level != l.Level {
		list[i].Changed = at
	}
	list[i].Line = l
	return list
}

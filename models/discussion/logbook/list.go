package logbook

import (
	"context"
	"strings"

	"broadsheet/models"
	"broadsheet/models/discussion/decisionlog"
)

const (
	// PageSize is the number of entries of a page.
	PageSize = 100
	// exportWindow is the number of entries that an export reads at once.
	exportWindow = 5000
)

// window is the number of entries that the filters without an index are applied to
// for one page. Tests make it smaller.
var window = 20_000

// Page is a part of the list, newest first.
type Page struct {
	Entries []decisionlog.Entry
	// Next continues the list, see [List]; 0 at its end.
	Next int64
	// Until is the time of the last entry that was looked at, if there may be
	// more entries behind it; zero at the end.
	Until models.Time
}

// joined joins conditions with AND and collects their arguments.
func joined(conditions []condition) (where string, args []any) {
	texts := make([]string, len(conditions))
	for i, c := range conditions {
		texts[i] = "(" + c.text + ")"
		args = append(args, c.args...)
	}
	if len(texts) == 0 {
		return "1 = 1", nil
	}
	return strings.Join(texts, " AND "), args
}

// List returns the entries that match the filter, newest first, after the entry
// numbered before, or from the newest if before is 0. A page may have fewer entries
// than [PageSize], even none, although more follow.
func List(ctx context.Context, r models.Queryer, f *Filter, before int64) (Page, error) {
	all := f.conditions()
	inner, outer := f.span(), all
	if f.indexed() {
		inner, outer = append(inner, all[0]), all[1:]
	}
	if before > 0 {
		at := "(SELECT k.at FROM comment_log k WHERE k.id = ?)"
		inner = append(inner, condition{"l.at <= " + at, []any{before}}, condition{"l.at < " + at + " OR l.id < ?", []any{before, before}})
	}
	where, args := joined(inner)
	rows := "SELECT * FROM comment_log l WHERE " + where + " ORDER BY l.at DESC, l.id DESC LIMIT ?"
	matches, more := joined(outer)
	var p Page
	text := "SELECT * FROM (" + rows + ") l WHERE " + matches + " ORDER BY l.at DESC, l.id DESC LIMIT ?"
	err := r.Query(ctx).Raw(text, append(append(append([]any{}, args...), window), append(more, PageSize+1)...)...).Scan(&p.Entries).Error
	if err != nil {
		return p, err
	}
	if len(p.Entries) > PageSize {
		p.Entries = p.Entries[:PageSize]
		last := &p.Entries[PageSize-1]
		p.Next, p.Until = last.ID, last.At
		return p, nil
	}
	if len(outer) == 0 && window > PageSize {
		return p, nil
	}
	// The window may have ended before the list.
	var end []decisionlog.Entry
	text = "SELECT l.id, l.at FROM comment_log l WHERE " + where + " ORDER BY l.at DESC, l.id DESC LIMIT 1 OFFSET ?"
	if err := r.Query(ctx).Raw(text, append(args, window-1)...).Scan(&end).Error; err != nil || len(end) == 0 {
		return p, err
	}
	p.Next, p.Until = end[0].ID, end[0].At
	return p, nil
}

// Export passes the entries that match the filter to encode, oldest first.
func Export(ctx context.Context, r models.Queryer, f *Filter, encode func(*decisionlog.Entry) error) error {
	where, args := joined(append(f.conditions(), f.span()...))
	var newest int64
	if err := r.Query(ctx).Raw("SELECT COALESCE(MAX(id), 0) FROM comment_log").Scan(&newest).Error; err != nil {
		return err
	}
	for last := int64(0); last < newest; last += exportWindow {
		var list []decisionlog.Entry
		err := r.Query(ctx).Raw("SELECT l.* FROM comment_log l WHERE l.id > ? AND l.id <= ? AND "+where+" ORDER BY l.id",
			append([]any{last, min(newest, last+exportWindow)}, args...)...).
			Scan(&list).Error
		if err != nil {
			return err
		}
		for i := range list {
			if err := encode(&list[i]); err != nil {
				return err
			}
		}
	}
	return nil
}

// Commenters returns the names of the commenters of comments, by the comment's
// number. A comment that was deleted, or that has no name any more, is missing.
func Commenters(ctx context.Context, r models.Queryer, comments []int64) (map[int64]string, error) {
	var rows []struct {
		ID     int64
		Author string
	}
	const text = "SELECT id, author FROM comments WHERE id IN ? AND author <> ''"
	err := r.Query(ctx).Raw(text, append([]int64{0}, comments...)).Scan(&rows).Error
	names := map[int64]string{}
	for _, row := range rows {
		names[row.ID] = row.Author
	}
	return names, err
}

// Person is an account that has decided comments.
type Person struct {
	ID   int64
	Name string
}

// People returns the accounts that may have entries, by name: the staff with
// closed accounts.
func People(ctx context.Context, r models.Queryer) ([]Person, error) {
	var list []Person
	err := r.Query(ctx).Raw(`SELECT u.id, u.name FROM users u
		WHERE u.role <> 'subscriber' AND EXISTS (SELECT 1 FROM comment_log l WHERE l.actor_id = u.id)
		ORDER BY u.name, u.id LIMIT 500`).Scan(&list).Error
	return list, err
}

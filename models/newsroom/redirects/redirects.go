package redirects

import (
	"context"
	"slices"
	"strings"

	"broadsheet/models"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// Subject is the kind of subject of redirects in the audit.
const Subject models.SubjectKind = "redirect"

// batch is the number of redirects that are stored in one statement.
const batch = 2000

// PerPage is the number of redirects on a page of the list.
const PerPage = 100

// Filter selects redirects.
type Filter struct {
	Words string // in the address or the target
	After string // List's next of the page before, "" for the first page
}

// List returns a page of redirects in the order of their paths. next is the After of the next
// page, "" on the last page.
func List(ctx context.Context, r models.Queryer, f Filter) (list []Redirect, next string, err error) {
	q := r.Query(ctx).Where("path > ?", f.After).Order("path").Limit(PerPage + 1)
	if words := strings.TrimSpace(f.Words); words != "" {
		like := "%" + strings.NewReplacer(`\`, `\\`, "%", `\%`, "_", `\_`).Replace(words) + "%"
		q = q.Where(`(path LIKE ? ESCAPE '\' OR target LIKE ? ESCAPE '\')`, like, like)
	}
	if err := q.Find(&list).Error; err != nil {
		return nil, "", err
	}
	if len(list) > PerPage {
		list = list[:PerPage]
		next = list[PerPage-1].Path
	}
	return list, next, nil
}

// Count returns the number of redirects.
func Count(ctx context.Context, r models.Queryer) (n int64, err error) {
	return n, r.Query(ctx).Model(&Redirect{}).Count(&n).Error
}

// Find returns the target that an editor or an import has stored for an
// address, "" if there is none, and whether the redirect is permanent. A slash at
// the end of the address makes no difference. It returns a Gone error (address-gone) for
// an address whose redirect has the status [Gone].
func Find(ctx context.Context, r models.Queryer, path string) (target string, permanent bool, err error) {
	bare := strings.TrimRight(path, "/")
	var status int
	_, err = models.QueryRow(ctx, r, []any{&target, &status},
		"SELECT target, status FROM redirects WHERE path IN (?, ?) ORDER BY path LIMIT 1", bare, bare+"/")
	if err == nil && status == Gone {
		err = models.Refusal(models.Gone, "address-gone", "this page was removed")
	}
	return target, status == Permanent || status == 308, err
}

// Put adds a redirect or changes its target. It stores the last address of a chain as the
// target; the returned step has that target, and Shorter is then true. Put refuses with
// Invalid at the fields from, to and status.
func Put(ctx context.Context, db *models.DB, by models.Actor, rules Rules, from, to string, status int) (step Step, err error) {
	line := Line{Number: 1, From: from, To: to, Status: status}
	err = db.Write(ctx, func(tx *models.Tx) error {
		plan, err := check(ctx, tx, rules, []Line{line})
		if err != nil {
			return err
		}
		if step = plan.Steps[0]; step.Bad != "" {
			return models.InvalidFields(models.FieldError{Field: fieldOf(step.Bad, step.Path), Code: step.Bad})
		}
		if step.Change == Keeps {
			return nil
		}
		if err := store(ctx, tx, by, append([]Redirect{step.Redirect}, plan.repointed...)); err != nil {
			return err
		}
		return record(ctx, tx, by, "set", step.Path, step.Target)
	})
	return step, err
}

// fieldOf returns the field of the form with the fault of a code.
func fieldOf(code, path string) string {
	switch {
	case code == BadStatus:
		return "status"
	case path == "":
		return "from"
	}
	return "to"
}

// Remove deletes redirects by their paths and returns how many. It ignores other paths.
func Remove(ctx context.Context, db *models.DB, by models.Actor, paths []string) (removed int, err error) {
	err = db.Write(ctx, func(tx *models.Tx) error {
		var list []Redirect
		if err := tx.Lock(ctx).Where("path IN ?", paths).Find(&list).Error; err != nil || len(list) == 0 {
			return err
		}
		removed = len(list)
		if err := tx.Query(ctx).Where("path IN ?", paths).Delete(&Redirect{}).Error; err != nil {
			return err
		}
		for _, one := range list {
			if err := record(ctx, tx, by, "removed", one.Path, one.Target); err != nil {
				return err
			}
		}
		return nil
	})
	return removed, err
}

// store writes redirects. It deletes older rows with the same path and a slash at its end,
// which earlier versions of the program stored.
func store(ctx context.Context, tx *models.Tx, by models.Actor, rows []Redirect) error {
	for some := range slices.Chunk(rows, batch) {
		slashed := make([]string, len(some))
		for i := range some {
			some[i].ChangedAt, some[i].Actor = models.At(tx.Now), by.Name
			slashed[i] = some[i].Path + "/"
		}
		if err := tx.Query(ctx).Where("path IN ?", slashed).Delete(&Redirect{}).Error; err != nil {
			return err
		}
		if err := upsert(tx.Query(ctx)).Create(&some).Error; err != nil {
			return err
		}
	}
	return nil
}

func upsert(q *gorm.DB) *gorm.DB {
	return q.Clauses(clause.OnConflict{
		Columns: []clause.Column{{Name: "path"}}, DoUpdates: clause.AssignmentColumns([]string{"target", "status", "changed_at", "actor"}),
	})
}

// record writes an audit entry. It also empties the page cache, because pages for missing
// addresses are cached.
func record(ctx context.Context, tx *models.Tx, by models.Actor, verb, before, after string) error {
	tx.Touch(models.EverythingTag)
	return models.Audit(ctx, tx, by, models.Subject{Kind: Subject, Name: before}, verb, before, after)
}

package modeltest

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"broadsheet/models"

	"gorm.io/gorm"
)

// Watched records the queries that GORM sends on a database's read handle, so that a
// test can look at their plans with the values that they had.
type Watched struct {
	t  testing.TB
	db *models.DB

	mu      sync.Mutex
	queries []watchedQuery
}

type watchedQuery struct {
	text string
	args []any
}

// Watch begins to record queries. A database can be watched once.
func Watch(t testing.TB, db *models.DB) *Watched {
	t.Helper()
	w := &Watched{t: t, db: db}
	note := func(tx *gorm.DB) {
		if tx.DryRun { // a part of another query
			return
		}
		w.mu.Lock()
		defer w.mu.Unlock()
		w.queries = append(w.queries, watchedQuery{tx.Statement.SQL.String(), append([]any{}, tx.Statement.Vars...)})
	}
	callbacks := db.Query(t.Context()).Callback()
	w.check(callbacks.Query().After("gorm:query").Register("watch", note))
	w.check(callbacks.Row().After("gorm:row").Register("watch", note))
	return w
}

func (w *Watched) check(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// Plans returns the plans of the queries since the last call that contain a text, one
// step a line, each with its query above. It fails if there is no such query.
func (w *Watched) Plans(containing string) (plans []string) {
	w.t.Helper()
	w.mu.Lock()
	queries := w.queries
	w.queries = nil
	w.mu.Unlock()
	explain := "EXPLAIN "
	if w.db.Dialect() == models.SQLite {
		explain = "EXPLAIN QUERY PLAN "
	}
	for _, q := range queries {
		if strings.Contains(q.text, containing) {
			plans = append(plans, q.text+"\n"+w.plan(explain+q.text, q.args))
		}
	}
	if len(plans) == 0 {
		w.t.Errorf("none of %d queries contains %q", len(queries), containing)
	}
	return plans
}

// plan returns the last column of the rows of a query. It bypasses GORM, which would
// number the parameters again.
func (w *Watched) plan(query string, args []any) string {
	w.t.Helper()
	rows, err := w.db.Query(w.t.Context()).Statement.ConnPool.QueryContext(w.t.Context(), query, args...)
	w.check(err)
	defer func() { _ = rows.Close() }()
	columns, err := rows.Columns()
	w.check(err)
	var steps []string
	for rows.Next() {
		values := make([]any, len(columns))
		for i := range values {
			values[i] = new(any)
		}
		w.check(rows.Scan(values...))
		steps = append(steps, fmt.Sprint(*values[len(values)-1].(*any)))
	}
	w.check(rows.Err())
	return strings.Join(steps, "\n")
}

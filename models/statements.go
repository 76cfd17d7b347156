package models

import (
	"context"
	"database/sql/driver"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/jackc/pgx/v5"
)

// Statements are counted at the driver, which also sees those that GORM adds or
// repeats. BEGIN, COMMIT and ROLLBACK are not counted.

type statementsKey struct{}

// CountStatements returns a context under which every SQL statement adds
// one to the returned counter, on either handle.
func CountStatements(ctx context.Context) (context.Context, *atomic.Int64) {
	n := new(atomic.Int64)
	return context.WithValue(ctx, statementsKey{}, n), n
}

type recordKey struct{}

// RecordStatements returns a context that records the text of every SQL statement,
// and a function that returns the texts. Tests use it to check query plans.
func RecordStatements(ctx context.Context) (context.Context, func() []string) {
	var mu sync.Mutex
	var texts []string
	record := func(text string) {
		mu.Lock()
		defer mu.Unlock()
		texts = append(texts, text)
	}
	return context.WithValue(ctx, recordKey{}, record), func() []string {
		mu.Lock()
		defer mu.Unlock()
		return slices.Clone(texts)
	}
}

func countStatement(ctx context.Context, text string) {
	if n, ok := ctx.Value(statementsKey{}).(*atomic.Int64); ok {
		n.Add(1)
	}
	if record, ok := ctx.Value(recordKey{}).(func(string)); ok {
		record(text)
	}
}

// statementTracer counts the statements of a PostgreSQL connection.
type statementTracer struct{}

func (statementTracer) TraceQueryStart(ctx context.Context, _ *pgx.Conn, q pgx.TraceQueryStartData) context.Context {
	switch q.SQL {
	case "begin", "commit", "rollback":
	default:
		countStatement(ctx, q.SQL)
	}
	return ctx
}

func (statementTracer) TraceQueryEnd(context.Context, *pgx.Conn, pgx.TraceQueryEndData) {}

type driverConnector = driver.Connector

// connector opens SQLite connections that count their statements.
type connector struct {
	driver driver.Driver
	dsn    string
}

func (c connector) Connect(context.Context) (driver.Conn, error) {
	conn, err := c.driver.Open(c.dsn)
	if err != nil {
		return nil, err
	}
	return countingConn{conn.(sqliteConn)}, nil
}

func (c connector) Driver() driver.Driver { return c.driver }

// sqliteConn lists the methods of the SQLite driver's connection that database/sql
// and this package use.
type sqliteConn interface {
	driver.Conn
	driver.ConnBeginTx
	driver.ConnPrepareContext
	driver.ExecerContext
	driver.QueryerContext
	driver.Pinger
	AutoCommit() bool
}

type countingConn struct{ sqliteConn }

func (c countingConn) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	countStatement(ctx, query)
	return c.sqliteConn.ExecContext(ctx, query, args)
}

func (c countingConn) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	countStatement(ctx, query)
	return c.sqliteConn.QueryContext(ctx, query, args)
}

func (c countingConn) PrepareContext(ctx context.Context, query string) (driver.Stmt, error) {
	stmt, err := c.sqliteConn.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	return countingStmt{stmt.(sqliteStmt), query}, nil
}

type sqliteStmt interface {
	driver.Stmt
	driver.StmtExecContext
	driver.StmtQueryContext
}

type countingStmt struct {
	sqliteStmt
	text string
}

func (s countingStmt) ExecContext(ctx context.Context, args []driver.NamedValue) (driver.Result, error) {
	countStatement(ctx, s.text)
	return s.sqliteStmt.ExecContext(ctx, args)
}

func (s countingStmt) QueryContext(ctx context.Context, args []driver.NamedValue) (driver.Rows, error) {
	countStatement(ctx, s.text)
	return s.sqliteStmt.QueryContext(ctx, args)
}

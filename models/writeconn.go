package models

import (
	"container/list"
	"context"
	"database/sql"
	"errors"
)

// statementBytes bounds the texts of the statements that the writing
// connection keeps prepared. Long ones, with many rows in them, take up most
// of what is kept and soon make room again.
const statementBytes = 256 << 10

// writeConn is SQLite's writing connection as GORM uses it. It keeps its
// statements prepared from one transaction to the next, which GORM's own
// store does not: a statement that was first prepared in a transaction ends
// with it and is prepared again at every later use.
//
// A statement that has begun is not interrupted when its caller goes away:
// SQLite answers an interrupted change by throwing away the transaction,
// which may hold the work of others. It is not begun then.
//
// Only who has the turn in the lane uses it, so it needs no lock.
type writeConn struct {
	pool       *sql.DB
	conn       *sql.Conn
	statements map[string]*list.Element
	recent     list.List // of *statement, the last used in front
	bytes      int
}

type statement struct {
	text string
	*sql.Stmt
}

func newWriteConn(ctx context.Context, pool *sql.DB) (*writeConn, error) {
	conn, err := pool.Conn(ctx)
	return &writeConn{pool: pool, conn: conn, statements: map[string]*list.Element{}}, err
}

// prepared returns the statement, prepared now or before.
func (c *writeConn) prepared(ctx context.Context, text string) (*sql.Stmt, error) {
	if e := c.statements[text]; e != nil {
		c.recent.MoveToFront(e)
		return e.Value.(*statement).Stmt, nil
	}
	stmt, err := c.conn.PrepareContext(context.WithoutCancel(ctx), text)
	if err != nil {
		return nil, err
	}
	for c.bytes > 0 && c.bytes+len(text) > statementBytes {
		c.forget(c.recent.Back())
	}
	c.bytes += len(text)
	c.statements[text] = c.recent.PushFront(&statement{text, stmt})
	return stmt, nil
}

func (c *writeConn) forget(e *list.Element) {
	s := c.recent.Remove(e).(*statement)
	delete(c.statements, s.text)
	c.bytes -= len(s.text)
	// It was done with long ago; if closing it fails, nothing depends on it.
	_ = s.Close()
}

// PrepareContext prepares a statement for the caller to keep.
func (c *writeConn) PrepareContext(ctx context.Context, text string) (*sql.Stmt, error) {
	return c.conn.PrepareContext(context.WithoutCancel(ctx), text)
}

// ExecContext runs a statement.
func (c *writeConn) ExecContext(ctx context.Context, text string, args ...any) (sql.Result, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	stmt, err := c.prepared(ctx, text)
	if err != nil {
		return nil, err
	}
	return stmt.ExecContext(context.WithoutCancel(ctx), args...)
}

// QueryContext runs a query.
func (c *writeConn) QueryContext(ctx context.Context, text string, args ...any) (*sql.Rows, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	stmt, err := c.prepared(ctx, text)
	if err != nil {
		return nil, err
	}
	return stmt.QueryContext(context.WithoutCancel(ctx), args...)
}

// QueryRowContext runs a query for one row.
func (c *writeConn) QueryRowContext(ctx context.Context, text string, args ...any) *sql.Row {
	stmt, err := c.prepared(ctx, text)
	if err != nil || ctx.Err() != nil {
		return c.conn.QueryRowContext(ctx, text, args...) // whose row says what is wrong
	}
	return stmt.QueryRowContext(context.WithoutCancel(ctx), args...)
}

// command runs a statement of the transaction itself, which is not counted.
func (c *writeConn) command(text string) error {
	_, err := c.ExecContext(context.Background(), text)
	return err
}

// insert runs a statement and returns the number of the new row.
func (c *writeConn) insert(ctx context.Context, text string, args ...any) (int64, error) {
	result, err := c.ExecContext(context.WithoutCancel(ctx), text, args...)
	if err != nil {
		return 0, err
	}
	return result.LastInsertId()
}

// ended reports whether there is no open transaction any more.
func (c *writeConn) ended() bool {
	ended := true
	err := c.conn.Raw(func(conn any) error {
		ended = conn.(countingConn).sqliteConn.AutoCommit()
		return nil
	})
	return ended || err != nil
}

// rollback throws the transaction away, if there is one. A failure has been
// one before, and is reported as such.
func (c *writeConn) rollback() {
	if !c.ended() {
		_ = c.command("ROLLBACK")
	}
}

// Close closes the statements and the connection.
func (c *writeConn) Close() error {
	var errs []error
	for e := c.recent.Front(); e != nil; e = e.Next() {
		errs = append(errs, e.Value.(*statement).Close())
	}
	return errors.Join(append(errs, c.conn.Close(), c.pool.Close())...)
}

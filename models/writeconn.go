package models

import (
	"container/list"
	"context"
	"database/sql"
	"errors"
)

// statementBytes bounds the total text length of the writing connection's
// prepared statements, in bytes. The least recently used one is closed first.
const statementBytes = 256 << 10

// writeConn is SQLite's writing connection, in the form that GORM uses. It keeps
// statements prepared across transactions. GORM's own cache does not: a statement
// that was prepared in a transaction is closed with it and prepared again later.
//
// A running statement is not interrupted when the caller's context ends: SQLite
// rolls back the whole transaction of an interrupted change, and other callers
// may share it. The next statement is refused instead.
//
// The write queue gives it to one caller at a time, so it needs no lock.
type writeConn struct {
	pool       *sql.DB
	conn       *sql.Conn
	statements map[string]*list.Element
	recent     list.List // of *statement, the most recently used in front
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

// prepared returns the prepared statement of a text, from the cache if possible.
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
	// Nothing uses the statement any more, so an error has no effect.
	_ = s.Close()
}

// PrepareContext prepares a statement that the caller closes.
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
		return c.conn.QueryRowContext(ctx, text, args...) // the row carries the error
	}
	return stmt.QueryRowContext(context.WithoutCancel(ctx), args...)
}

// command runs a statement that begins or ends a transaction. It is not counted.
func (c *writeConn) command(text string) error {
	_, err := c.ExecContext(context.Background(), text)
	return err
}

// insert runs an INSERT and returns the id of the new row.
func (c *writeConn) insert(ctx context.Context, text string, args ...any) (int64, error) {
	result, err := c.ExecContext(context.WithoutCancel(ctx), text, args...)
	if err != nil {
		return 0, err
	}
	return result.LastInsertId()
}

// ended reports whether no transaction is open.
func (c *writeConn) ended() bool {
	ended := true
	err := c.conn.Raw(func(conn any) error {
		ended = conn.(countingConn).sqliteConn.AutoCommit()
		return nil
	})
	return ended || err != nil
}

// rollback rolls back the open transaction, if any. It drops the error: the
// caller already reports the failure that led here.
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

package models

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"
)

// Group commit. SQLite has one writer, and making a transaction durable costs
// more than most of what is done in one. So callers of Write that wait for
// their turn share a transaction: the one who holds it passes it on to the
// next, still open, and the last one commits for all of them. Nobody ever
// waits for company: a caller who finds nobody behind commits at once.
//
// Each function runs in its own caller's goroutine. All but the first have a
// savepoint, so that one that fails takes nobody's work with it; the first
// needs none, since nothing stands before it. What a failing function has
// seen may be the others' work, so its caller hears of it only once that is
// safely stored.

const (
	// groupSize is how many functions may share a transaction.
	groupSize = 64
	// groupTime is how long a transaction takes in more functions.
	groupTime = 10 * time.Millisecond
)

// errLost is what the members of a group get when another one has brought
// their transaction down. They run again.
var errLost = errors.New("the transaction was lost")

// errEnded is the fault of a function that ended the transaction it ran in.
var errEnded = errors.New("the transaction was ended from inside")

// lane is the one way in for those who write to a SQLite file.
type lane struct {
	conn     *writeConn
	announce func(Change)
	clock    func() time.Time // the machine's: it bounds how long others wait

	mu    sync.Mutex
	busy  bool
	queue []*waiter // in the order they came
}

// waiter is a caller of Write whose turn is yet to come.
type waiter struct {
	turn  chan *group // gives it the open transaction, nil to begin one
	alone bool
}

// group is an open transaction and what its functions have left to do. Only
// who has the turn touches it, until done is closed.
type group struct {
	began   time.Time
	kept    int  // functions whose work is in it
	alone   bool // takes no more
	over    bool // the transaction is gone
	touched map[CacheTag]struct{}
	now     time.Time

	done chan struct{}
	err  error // of all members
}

// write runs fn in a transaction that others may share, unless it is to be
// alone.
func (l *lane) write(ctx context.Context, fn func(*Tx) error, newTx func() *Tx, alone bool) error {
	var err error
	for range writeAttempts {
		if err = l.attempt(ctx, fn, newTx, alone); !errors.Is(err, errLost) {
			return err
		}
	}
	return err
}

func (l *lane) attempt(ctx context.Context, fn func(*Tx) error, newTx func() *Tx, alone bool) error {
	g, err := l.enter(ctx, alone)
	if err != nil {
		return err
	}
	if g == nil {
		if g, err = l.begin(alone); err != nil {
			l.pass(ctx, nil)
			return err
		}
	}
	tx := newTx()
	mine, culprit := l.run(ctx, g, tx, fn)
	<-g.done
	switch {
	case g.err != nil && !culprit:
		return g.err
	case mine != nil:
		return mine
	}
	for _, fn := range tx.after {
		fn()
	}
	return nil
}

// enter waits for the caller's turn and returns the transaction it may join,
// nil if it has to begin one.
func (l *lane) enter(ctx context.Context, alone bool) (*group, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	l.mu.Lock()
	if !l.busy {
		l.busy = true
		l.mu.Unlock()
		return nil, nil
	}
	w := &waiter{turn: make(chan *group, 1), alone: alone}
	l.queue = append(l.queue, w)
	l.mu.Unlock()
	select {
	case g := <-w.turn:
		return g, nil
	case <-ctx.Done():
	}
	l.mu.Lock()
	i := slices.Index(l.queue, w)
	if i >= 0 {
		l.queue = slices.Delete(l.queue, i, i+1)
	}
	l.mu.Unlock()
	if i < 0 { // the turn came at the same moment
		l.pass(ctx, <-w.turn)
	}
	return nil, ctx.Err()
}

// next takes the one whose turn it is; nil if it may not join the group or
// there is none.
func (l *lane) next(g *group) *waiter {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.queue) == 0 {
		l.busy = g != nil // who has an open transaction keeps the turn
		return nil
	}
	w := l.queue[0]
	if g != nil && (w.alone || g.alone || g.over || g.kept >= groupSize || l.clock().Sub(g.began) >= groupTime) {
		return nil
	}
	l.queue = slices.Delete(l.queue, 0, 1)
	return w
}

// outside runs fn on the writing connection while no transaction is open.
func (l *lane) outside(ctx context.Context, fn func(*writeConn) error) error {
	if _, err := l.enter(ctx, true); err != nil {
		return err
	}
	defer l.pass(ctx, nil)
	return fn(l.conn)
}

func (l *lane) begin(alone bool) (*group, error) {
	if err := l.conn.command("BEGIN IMMEDIATE"); err != nil {
		return nil, err
	}
	return &group{began: l.clock(), alone: alone, touched: map[CacheTag]struct{}{}, done: make(chan struct{})}, nil
}

// run runs one function in the group's transaction and passes the turn on,
// whatever becomes of the function. culprit means that it brought the whole
// transaction down.
func (l *lane) run(ctx context.Context, g *group, tx *Tx, fn func(*Tx) error) (err error, culprit bool) {
	returned := false
	defer func() {
		if !returned { // fn panicked, or ended its goroutine
			l.undo(g)
			l.pass(ctx, g)
		}
	}()
	if g.kept > 0 {
		err = l.conn.command("SAVEPOINT one")
	}
	if err == nil {
		err = fn(tx)
	}
	if err == nil {
		switch {
		case l.conn.ended():
			err = errEnded
		case g.kept > 0:
			err = l.conn.command("RELEASE one")
		}
	}
	returned = true
	if err != nil {
		culprit = !l.undo(g)
	} else {
		g.kept++
		g.now = tx.Now
		for t := range tx.touched {
			g.touched[t] = struct{}{}
		}
	}
	l.pass(ctx, g)
	return err, culprit
}

// undo takes back what one function did, and reports whether the transaction
// goes on. Where the database has already thrown all of it away, the others
// have to begin again.
func (l *lane) undo(g *group) bool {
	if g.kept > 0 && !l.conn.ended() && l.conn.command("ROLLBACK TO one") == nil && l.conn.command("RELEASE one") == nil {
		return true
	}
	l.conn.rollback()
	g.over = true
	if g.kept > 0 {
		g.err = errLost
	}
	return false
}

// pass gives the turn to the next caller: with the open transaction, or after
// it was committed.
func (l *lane) pass(ctx context.Context, g *group) {
	if g != nil {
		if w := l.next(g); w != nil {
			w.turn <- g
			return
		}
		defer close(g.done)
	}
	defer func() {
		if w := l.next(nil); w != nil {
			w.turn <- nil
		}
	}()
	if g != nil && !g.over {
		g.err = l.commit(ctx, g)
	}
}

func (l *lane) commit(ctx context.Context, g *group) error {
	var change Change
	var err error
	if len(g.touched) > 0 {
		change = Change{At: At(g.now), Tags: joinTags(g.touched)}
		change.ID, err = l.conn.insert(ctx, "INSERT INTO changes (at, tags) VALUES (?, ?)", change.At, change.Tags)
	}
	if err == nil {
		err = l.conn.command("COMMIT")
	}
	if err != nil {
		l.conn.rollback()
		return err
	}
	if change.ID != 0 {
		l.announce(change)
	}
	return nil
}

package models

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"
)

// Group commit. SQLite has one writer at a time, and a durable commit costs
// more than most of the work in a transaction. So the callers of Write that wait
// in the queue share a transaction: each caller runs its function in the open
// transaction and hands it over to the next; the last one commits for all. A
// caller with an empty queue behind it commits at once; it never waits for more.
//
// Each function runs in its own caller's goroutine. All functions but the first
// run in a savepoint, so that a failure undoes that function only. A failing
// function may have read uncommitted rows of the others, so its caller gets the
// error only after the commit.

const (
	// groupSize is how many functions may share a transaction.
	groupSize = 64
	// groupTime is how long a transaction takes in more functions.
	groupTime = 10 * time.Millisecond
)

// errLost is the error of the members of a group when another member's failure
// has rolled back the whole transaction. They run again.
var errLost = errors.New("the transaction was lost")

// errEnded is the error of a function that ended the transaction it ran in.
var errEnded = errors.New("the transaction was ended from inside")

// sharing says whether a write may share its transaction with others.
type sharing int

const (
	shared sharing = iota
	exclusive
	last // exclusive, and the queue takes no caller after it
)

// errClosed is the error of writes that come after [DB.Close].
var errClosed = Errorf(Unavailable, "the database is closed")

// writeQueue orders the writers of a SQLite file. One caller at a time holds the
// connection.
type writeQueue struct {
	conn     *writeConn
	announce func(Change)
	clock    func() time.Time // the wall clock: it bounds how long others wait

	mu      sync.Mutex
	held    bool      // a caller holds the connection
	closed  bool      // see [writeQueue.end]
	waiting []*waiter // in order of arrival
}

// waiter is a caller of Write in the queue.
type waiter struct {
	turn    chan *group // receives the open transaction, nil to begin one
	sharing sharing
}

// group is an open transaction with the functions that have run in it. Only the
// caller that holds the connection uses it, until done is closed.
type group struct {
	began   time.Time
	members int // functions that succeeded
	sharing sharing
	over    bool // the transaction was rolled back
	touched map[CacheTag]struct{}
	now     time.Time

	done chan struct{}
	err  error // of all members
}

// write runs fn in a transaction. With shared, other callers may join it.
func (q *writeQueue) write(ctx context.Context, fn func(*Tx) error, newTx func() *Tx, s sharing) error {
	var err error
	for range writeAttempts {
		if err = q.attempt(ctx, fn, newTx, s); !errors.Is(err, errLost) {
			return err
		}
	}
	return err
}

func (q *writeQueue) attempt(ctx context.Context, fn func(*Tx) error, newTx func() *Tx, s sharing) error {
	g, err := q.join(ctx, s)
	if err != nil {
		return err
	}
	if g == nil {
		if g, err = q.begin(s); err != nil {
			q.handOver(ctx, nil)
			return err
		}
	}
	tx := newTx()
	own, rolledBackAll := q.run(ctx, g, tx, fn)
	<-g.done
	switch {
	case g.err != nil && !rolledBackAll:
		return g.err
	case own != nil:
		return own
	}
	for _, fn := range tx.after {
		fn()
	}
	return nil
}

// join waits until the caller holds the connection. It returns the transaction
// to run in, nil if the caller has to begin one.
func (q *writeQueue) join(ctx context.Context, s sharing) (*group, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	q.mu.Lock()
	if q.closed {
		q.mu.Unlock()
		return nil, errClosed
	}
	q.closed = s == last
	if !q.held {
		q.held = true
		q.mu.Unlock()
		return nil, nil
	}
	w := &waiter{turn: make(chan *group, 1), sharing: s}
	q.waiting = append(q.waiting, w)
	q.mu.Unlock()
	select {
	case g := <-w.turn:
		return g, nil
	case <-ctx.Done():
	}
	q.mu.Lock()
	i := slices.Index(q.waiting, w)
	if i >= 0 {
		q.waiting = slices.Delete(q.waiting, i, i+1)
	}
	q.mu.Unlock()
	if i < 0 { // the connection was handed over at the same moment
		q.handOver(ctx, <-w.turn)
	}
	return nil, ctx.Err()
}

// nextWaiter takes the first waiter from the queue. It returns nil if there is
// none or if that one may not join g.
func (q *writeQueue) nextWaiter(g *group) *waiter {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.waiting) == 0 {
		q.held = g != nil // the caller still has to commit an open transaction
		return nil
	}
	w := q.waiting[0]
	if g != nil && !q.mayJoin(w, g) {
		return nil
	}
	q.waiting = slices.Delete(q.waiting, 0, 1)
	return w
}

func (q *writeQueue) mayJoin(w *waiter, g *group) bool {
	return w.sharing == shared && g.sharing == shared && !g.over && g.members < groupSize && q.clock().Sub(g.began) < groupTime
}

// withoutTransaction runs fn on the connection while no transaction is open.
func (q *writeQueue) withoutTransaction(ctx context.Context, fn func(*writeConn) error) error {
	if _, err := q.join(ctx, exclusive); err != nil {
		return err
	}
	defer q.handOver(ctx, nil)
	return fn(q.conn)
}

// end waits for the callers in the queue and refuses all later ones: a goroutine
// that outlives its request may still write when the site stops. It returns false
// when the queue has ended before.
func (q *writeQueue) end() bool {
	_, err := q.join(context.Background(), last)
	return err == nil
}

func (q *writeQueue) begin(s sharing) (*group, error) {
	if err := q.conn.command("BEGIN IMMEDIATE"); err != nil {
		return nil, err
	}
	return &group{began: q.clock(), sharing: s, touched: map[CacheTag]struct{}{}, done: make(chan struct{})}, nil
}

// run runs one function in the group's transaction. It always hands the
// connection over, also when the function fails, panics or ends its goroutine.
// rolledBackAll means that the function's failure ended the whole transaction.
func (q *writeQueue) run(ctx context.Context, g *group, tx *Tx, fn func(*Tx) error) (err error, rolledBackAll bool) {
	returned := false
	defer func() {
		if !returned { // fn panicked or ended its goroutine
			q.rollBackOne(g)
			q.handOver(ctx, g)
		}
	}()
	if g.members > 0 {
		err = q.conn.command("SAVEPOINT one")
	}
	if err == nil {
		err = fn(tx)
	}
	if err == nil {
		switch {
		case q.conn.ended():
			err = errEnded
		case g.members > 0:
			err = q.conn.command("RELEASE one")
		}
	}
	returned = true
	if err != nil {
		rolledBackAll = !q.rollBackOne(g)
	} else {
		g.members++
		g.now = tx.Now
		for t := range tx.touched {
			g.touched[t] = struct{}{}
		}
	}
	q.handOver(ctx, g)
	return err, rolledBackAll
}

// rollBackOne undoes the work of the current function. It reports whether the
// transaction continues. Where the database has rolled back all of it, the
// earlier members run again.
func (q *writeQueue) rollBackOne(g *group) bool {
	if g.members > 0 && !q.conn.ended() && q.conn.command("ROLLBACK TO one") == nil && q.conn.command("RELEASE one") == nil {
		return true
	}
	q.conn.rollback()
	g.over = true
	if g.members > 0 {
		g.err = errLost
	}
	return false
}

// handOver gives the connection to the next waiter: with the open transaction if
// the waiter may join it, otherwise after the commit.
func (q *writeQueue) handOver(ctx context.Context, g *group) {
	if g != nil {
		if w := q.nextWaiter(g); w != nil {
			w.turn <- g
			return
		}
		defer close(g.done)
	}
	defer func() {
		if w := q.nextWaiter(nil); w != nil {
			w.turn <- nil
		}
	}()
	if g != nil && !g.over {
		g.err = q.commit(ctx, g)
	}
}

func (q *writeQueue) commit(ctx context.Context, g *group) error {
	var change Change
	var err error
	if len(g.touched) > 0 {
		change = Change{At: At(g.now), Tags: joinTags(g.touched)}
		change.ID, err = q.conn.insert(ctx, "INSERT INTO changes (at, tags) VALUES (?, ?)", change.At, change.Tags)
	}
	if err == nil {
		err = q.conn.command("COMMIT")
	}
	if err != nil {
		q.conn.rollback()
		return err
	}
	if change.ID != 0 {
		q.announce(change)
	}
	return nil
}

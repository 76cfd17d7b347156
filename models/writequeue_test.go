package models_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"broadsheet/models"
	"broadsheet/models/modeltest"
)

// behind calls Write for each function while another transaction runs, so that all
// of them wait in their order. It returns the error of each.
func behind(t *testing.T, db *models.DB, fns ...func(*models.Tx) error) []error {
	t.Helper()
	errs := make([]error, len(fns))
	var group sync.WaitGroup
	err := db.WriteMany(t.Context(), func(*models.Tx) error {
		for i, fn := range fns {
			group.Go(func() { errs[i] = db.Write(t.Context(), fn) })
			waitFor(t, func() bool { return models.Waiting(db) == i+1 })
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	group.Wait()
	return errs
}

func waitFor(t *testing.T, holds func() bool) {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); !holds(); runtime.Gosched() {
		if time.Now().After(end) {
			t.Error("the condition did not come true")
			return
		}
	}
}

// put writes a row named name, and touches a tag of that name.
func put(t *testing.T, name string) func(*models.Tx) error {
	return func(tx *models.Tx) error {
		tx.Touch(models.CacheTag(name))
		return tx.Query(t.Context()).Exec("INSERT INTO leases (name, holder, expires) VALUES (?, '', 0)", name).Error
	}
}

func names(t *testing.T, db *models.DB) string {
	t.Helper()
	var list []string
	if err := db.Query(t.Context()).Raw("SELECT name FROM leases ORDER BY name").Scan(&list).Error; err != nil {
		t.Fatal(err)
	}
	return strings.Join(list, " ")
}

func sqlite(t *testing.T) (*models.DB, *modeltest.Clock) {
	t.Helper()
	t.Parallel()
	clock := modeltest.NewClock()
	db := modeltest.SQLite(t, clock)
	models.StopQueueClock(db)
	return db, clock
}

func TestWaitingWritersShareACommit(t *testing.T) {
	db, clock := sqlite(t)
	var heard []models.Change
	db.OnChange(func(c models.Change) { heard = append(heard, c) })
	var times []time.Time
	timed := func(name string) func(*models.Tx) error {
		return func(tx *models.Tx) error {
			times = append(times, tx.Now)
			clock.Advance(time.Second)
			return put(t, name)(tx)
		}
	}
	for _, err := range behind(t, db, timed("a"), timed("b"), timed("c")) {
		if err != nil {
			t.Error(err)
		}
	}
	if got := names(t, db); got != "a b c" || len(heard) != 1 || heard[0].Tags != "a b c" {
		t.Fatalf("stored %q, heard %v", got, heard)
	}
	last, err := models.LastChangeID(t.Context(), db)
	if err != nil || last != heard[0].ID {
		t.Errorf("last change %d, heard of %d (%v)", last, heard[0].ID, err)
	}
	if !times[1].Equal(times[0].Add(time.Second)) || !times[2].Equal(times[1].Add(time.Second)) {
		t.Errorf("each function has its own time, not %v", times)
	}
}

func TestAFailureRollsBackOneFunctionOnly(t *testing.T) {
	db, _ := sqlite(t)
	var heard []string
	db.OnChange(func(c models.Change) { heard = append(heard, c.Tags) })
	refused := errors.New("refused")
	var after []string
	fails := func(name string) func(*models.Tx) error {
		return func(tx *models.Tx) error {
			tx.AfterCommit(func() { after = append(after, name) })
			return errors.Join(put(t, name)(tx), refused)
		}
	}
	twice := func(tx *models.Tx) error { return put(t, "b")(tx) }
	errs := behind(t, db, fails("a"), put(t, "b"), fails("c"), twice, put(t, "e"))
	for i, want := range []func(error) bool{
		func(err error) bool { return errors.Is(err, refused) }, func(err error) bool { return err == nil },
		func(err error) bool { return errors.Is(err, refused) }, models.IsDuplicate, func(err error) bool { return err == nil },
	} {
		if !want(errs[i]) {
			t.Errorf("number %d: %v", i, errs[i])
		}
	}
	if got := names(t, db); got != "b e" || len(after) != 0 {
		t.Errorf("stored %q, ran after the commit: %v", got, after)
	}
	if got := strings.Join(heard, ","); got != "b e" {
		t.Errorf("heard %q", got)
	}
}

// SQLite can roll back a whole transaction, for example when the disk fails. The
// other functions then run again and succeed.
func TestMembersOfALostTransactionRunAgain(t *testing.T) {
	for name, end := range map[string]func(*models.Tx) error{
		"refused": func(tx *models.Tx) error {
			return tx.Query(t.Context()).Exec("INSERT OR ROLLBACK INTO leases (name, holder, expires) VALUES ('first', '', 0)").Error
		},
		"unnoticed": func(tx *models.Tx) error { return tx.Query(t.Context()).Exec("ROLLBACK").Error },
	} {
		t.Run(name, func(t *testing.T) {
			db, _ := sqlite(t)
			if err := db.Write(t.Context(), put(t, "first")); err != nil {
				t.Fatal(err)
			}
			ran, after := 0, 0
			again := func(tx *models.Tx) error {
				ran++
				tx.AfterCommit(func() { after++ })
				return put(t, "again")(tx)
			}
			errs := behind(t, db, again, end, put(t, "later"))
			if errs[0] != nil || errs[1] == nil || errs[2] != nil || ran != 2 || after != 1 {
				t.Errorf("errors %v, ran %d times, after commit %d times", errs, ran, after)
			}
			if got := names(t, db); got != "again first later" {
				t.Errorf("stored %q", got)
			}
		})
	}
}

func TestAPanicRollsBackOneFunctionOnly(t *testing.T) {
	db, _ := sqlite(t)
	var caught any
	var group sync.WaitGroup
	var errs [2]error
	err := db.Write(t.Context(), func(*models.Tx) error {
		queued := 0
		for _, do := range []func(){
			func() { errs[0] = db.Write(t.Context(), put(t, "a")) },
			func() {
				defer func() { caught = recover() }()
				_ = db.Write(t.Context(), func(tx *models.Tx) error { panic(put(t, "b")(tx) == nil) })
			},
			func() { // ends its goroutine, like a failing test
				_ = db.Write(t.Context(), func(tx *models.Tx) error {
					if put(t, "c")(tx) == nil {
						runtime.Goexit()
					}
					return nil
				})
			},
			func() { errs[1] = db.Write(t.Context(), put(t, "d")) },
		} {
			group.Go(do)
			queued++
			waitFor(t, func() bool { return models.Waiting(db) == queued })
		}
		return nil
	})
	group.Wait()
	if got := names(t, db); err != nil || errs != [2]error{} || caught != true || got != "a d" {
		t.Errorf("errors %v %v, caught %v, stored %q", err, errs, caught, got)
	}
}

func TestACallerThatStopsWaitingIsNotRun(t *testing.T) {
	db, _ := sqlite(t)
	ctx, cancel := context.WithCancel(t.Context())
	gone, ran := make(chan error, 1), false
	err := db.Write(t.Context(), func(*models.Tx) error {
		go func() { gone <- db.Write(ctx, func(*models.Tx) error { ran = true; return nil }) }()
		waitFor(t, func() bool { return models.Waiting(db) == 1 })
		cancel()
		if err := <-gone; !errors.Is(err, context.Canceled) { // while this transaction still runs
			t.Errorf("gave up with %v", err)
		}
		return nil
	})
	if err != nil || ran {
		t.Errorf("%v; ran: %v", err, ran)
	}
	if err := db.Write(t.Context(), put(t, "a")); err != nil {
		t.Errorf("the queue is blocked: %v", err)
	}
}

// A statement with an ended context is refused. The other functions of the
// transaction are committed.
func TestTheEndOfAContextRollsBackOneFunctionOnly(t *testing.T) {
	db, _ := sqlite(t)
	ctx, cancel := context.WithCancel(t.Context())
	left := func(tx *models.Tx) error {
		if err := put(t, "b")(tx); err != nil {
			return err
		}
		cancel()
		return tx.Query(ctx).Exec("INSERT INTO leases (name, holder, expires) VALUES ('c', '', 0)").Error
	}
	errs := behind(t, db, put(t, "a"), left, put(t, "d"))
	if got := names(t, db); errs[0] != nil || !errors.Is(errs[1], context.Canceled) || errs[2] != nil || got != "a d" {
		t.Errorf("errors %v, stored %q", errs, got)
	}
}

// WriteMany commits alone, so that small writes do not wait for it.
func TestWriteManySharesNoTransaction(t *testing.T) {
	db, _ := sqlite(t)
	var heard []string // each commit's tags
	db.OnChange(func(c models.Change) { heard = append(heard, c.Tags) })
	var group sync.WaitGroup
	err := db.Write(t.Context(), func(tx *models.Tx) error {
		for i, write := range []func(context.Context, func(*models.Tx) error) error{db.Write, db.WriteMany, db.Write, db.Write} {
			group.Go(func() {
				if err := write(t.Context(), put(t, fmt.Sprint(i))); err != nil {
					t.Error(err)
				}
			})
			waitFor(t, func() bool { return models.Waiting(db) == i+1 })
		}
		return put(t, "first")(tx)
	})
	group.Wait()
	if got := strings.Join(heard, ","); err != nil || got != "0 first,1,2 3" {
		t.Errorf("%v; commits %q", err, got)
	}
}

// Concurrent writers move sums between accounts and fail, panic or end their
// contexts at random. The file holds the steps for which Write returned nil, and
// no others. Replaying its log in order gives the same accounts.
func TestRandomWritersGiveTheResultOfASerialRun(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "random.db")
	db := mustOpen(t, path, modeltest.NewClock())
	const accounts, writers, steps = 5, 12, 60
	var announced sync.Map
	db.OnChange(func(c models.Change) {
		for tag := range strings.FieldsSeq(c.Tags) {
			announced.Store(tag, true)
		}
	})
	err := db.Write(t.Context(), func(tx *models.Tx) error {
		for i := range accounts {
			if err := tx.Query(t.Context()).Exec("INSERT INTO cursors (name, last_id) VALUES (?, 100)", fmt.Sprint("account", i)).Error; err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	var done sync.Map // steps that were answered with success, or with the number of runs after commit
	var afters atomic.Int64
	var group sync.WaitGroup
	for w := range writers {
		rng := rand.New(rand.NewPCG(7, uint64(w)))
		group.Go(func() {
			for s := range steps {
				name := fmt.Sprintf("step:%d.%d", w, s)
				if randomStep(t, db, rng, name, accounts, &afters) == nil {
					done.Store(name, true)
				}
			}
		})
	}
	group.Wait()
	// Replay the log.
	var log []struct{ Name, Holder string }
	if err := db.Query(t.Context()).Raw("SELECT name, holder FROM leases ORDER BY rowid").Scan(&log).Error; err != nil {
		t.Fatal(err)
	}
	want := slices.Repeat([]int{100}, accounts)
	for _, entry := range log {
		var from, to, sum, before int
		if _, err := fmt.Sscan(entry.Holder, &from, &to, &sum, &before); err != nil {
			t.Fatal(err)
		}
		if want[from] != before {
			t.Fatalf("%s saw %d in account %d, where %d was", entry.Name, before, from, want[from])
		}
		want[from] -= sum
		want[to] += sum
		if _, ok := done.LoadAndDelete(entry.Name); !ok {
			t.Errorf("%s is stored but its writer was told that it is not", entry.Name)
		}
		if _, ok := announced.LoadAndDelete(entry.Name); !ok {
			t.Errorf("%s was not announced", entry.Name)
		}
	}
	done.Range(func(name, _ any) bool { t.Errorf("%v was said to be stored", name); return true })
	announced.Range(func(name, _ any) bool { t.Errorf("%v was announced but is not stored", name); return true })
	var got []int
	if err := db.Query(t.Context()).Raw("SELECT last_id FROM cursors ORDER BY name").Scan(&got).Error; err != nil || !slices.Equal(got, want) {
		t.Errorf("accounts hold %v, want %v (%v)", got, want, err)
	}
	if len(log) < writers*steps/3 || int(afters.Load()) != len(log) {
		t.Errorf("%d steps stored, work after commit ran %d times", len(log), afters.Load())
	}
}

// randomStep moves a sum from one account to another, or fails in a random way.
func randomStep(t *testing.T, db *models.DB, rng *rand.Rand, name string, accounts int, afters *atomic.Int64) (err error) {
	from, to, sum, fate := rng.IntN(accounts), rng.IntN(accounts), rng.IntN(30), rng.IntN(12)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("panicked: %v", r)
		}
	}()
	if fate == 1 {
		go cancel()
	}
	write := db.Write
	if fate == 2 {
		write = db.WriteMany
	}
	return write(ctx, func(tx *models.Tx) error {
		tx.Touch(models.CacheTag(name))
		tx.AfterCommit(func() { afters.Add(1) })
		q := tx.Query(ctx)
		var before int
		if err := q.Raw("SELECT last_id FROM cursors WHERE name = ?", fmt.Sprint("account", from)).Scan(&before).Error; err != nil {
			return err
		}
		move := func(account, by int) error {
			return q.Exec("UPDATE cursors SET last_id = last_id + ? WHERE name = ?", by, fmt.Sprint("account", account)).Error
		}
		if err := move(from, -sum); err != nil {
			return err
		}
		switch {
		case fate == 3:
			panic(name)
		case fate == 4:
			return q.Exec("INSERT OR ROLLBACK INTO cursors (name, last_id) VALUES ('account0', 1)").Error
		case fate == 5:
			cancel()
		case before < sum:
			return errors.New("not enough")
		}
		if err := move(to, sum); err != nil {
			return err
		}
		return q.Exec("INSERT INTO leases (name, holder, expires) VALUES (?, ?, 0)", name, fmt.Sprint(from, " ", to, " ", sum, " ", before)).Error
	})
}

// Close waits for the writes that have begun. It refuses those that come later, as
// from goroutines that outlive their request.
func TestCloseWaitsForTheWriters(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "closed.db")
	db := mustOpen(t, path, modeltest.NewClock())
	const writers = 20
	var group sync.WaitGroup
	errs := make([]error, writers)
	var began atomic.Int32
	for i := range writers {
		group.Go(func() {
			began.Add(1)
			errs[i] = db.Write(t.Context(), put(t, fmt.Sprint("writer ", i)))
		})
	}
	waitFor(t, func() bool { return began.Load() > writers/2 })
	if err := db.Close(); err != nil {
		t.Errorf("closing: %v", err)
	}
	group.Wait()
	if err := db.Write(t.Context(), put(t, "late")); models.KindOf(err) != models.Unavailable {
		t.Errorf("a write after Close: %v", err)
	}
	if err := db.Close(); err != nil {
		t.Errorf("closing twice: %v", err)
	}
	var stored []string
	again := mustOpen(t, path, modeltest.NewClock())
	if err := again.Query(t.Context()).Raw("SELECT name FROM leases").Scan(&stored).Error; err != nil {
		t.Fatal(err)
	}
	for i, err := range errs {
		kept := slices.Contains(stored, fmt.Sprint("writer ", i))
		if kept != (err == nil) || err != nil && models.KindOf(err) != models.Unavailable {
			t.Errorf("writer %d: stored %v, but its error is %v", i, kept, err)
		}
	}
}

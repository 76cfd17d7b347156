package discussion_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"broadsheet/models"
	"broadsheet/models/discussion"
	"broadsheet/models/discussion/decisionlog"
)

func ring(letters ...string) *models.Keyring {
	var keys [][]byte
	for _, l := range letters {
		keys = append(keys, []byte(strings.Repeat(l, models.MinSecretBytes)))
	}
	return models.NewKeyring(keys[0], keys[1:]...)
}

// logAttacks are statements on the log of seven entries, the first two without
// hashes, and how a check finds them.
var logAttacks = []struct {
	what string
	want decisionlog.Fault
	do   []string
}{
	{"all hashes emptied", decisionlog.Broken, []string{"UPDATE comment_log SET hash = ''"}},
	{"hashes emptied from the end of the old ones", decisionlog.Broken, []string{"UPDATE comment_log SET hash = '' WHERE id <= 3"}},
	{"an old entry changed", decisionlog.Cut, []string{"UPDATE comment_log SET actor = 'x' WHERE id = 1"}},
	{"an old entry taken out", decisionlog.Cut, []string{"DELETE FROM comment_log WHERE id = 1", "UPDATE comment_totals SET comments = 6 WHERE state = 'log'"}},
	{"an entry changed", decisionlog.Broken, []string{"UPDATE comment_log SET reason = 'x' WHERE id = 5"}},
	{"the end cut off", decisionlog.Cut, []string{"DELETE FROM comment_log WHERE id > 5", "UPDATE comment_totals SET comments = 5 WHERE state = 'log'"}},
	{"all taken out", decisionlog.Cut, []string{"DELETE FROM comment_log", "UPDATE comment_totals SET comments = 0 WHERE state = 'log'"}},
	{"the head fitted to a cut log", decisionlog.Unsigned, []string{
		"DELETE FROM comment_log WHERE id > 5", "UPDATE comment_totals SET comments = 5 WHERE state = 'log'",
		"UPDATE comment_log_heads SET entries = 5, last_id = 5, hash = (SELECT hash FROM comment_log WHERE id = 5)",
	}},
	{"the head emptied", decisionlog.Cut, []string{"UPDATE comment_log_heads SET hash = ''"}},
	{"the signature emptied", decisionlog.Unsigned, []string{"UPDATE comment_log_heads SET mac = ''"}},
	{"the head taken out", decisionlog.HeadGone, []string{"DELETE FROM comment_log_heads"}},
	{"the head and all hashes", decisionlog.HeadGone, []string{"DELETE FROM comment_log_heads", "UPDATE comment_log SET hash = ''"}},
}

// TestCheckFindsEachAttackOnTheLog changes the log and its head in the database,
// as a program without the session key can.
func TestCheckFindsEachAttackOnTheLog(t *testing.T) {
	each(t, func(d *desk) {
		ctx := d.Context()
		f := d.Forum()
		decide := func(n int) {
			d.Helper()
			for range n {
				d.Decide(discussion.DoTrash, f.MustPost(f.Submission(f.ArticleID)).ID)
			}
		}
		decide(2)
		d.exec("UPDATE comment_log SET hash = ''") // from before entries had hashes
		decide(2)
		check := func(what string, keys *models.Keyring, seen *decisionlog.Head, want decisionlog.Fault) {
			d.Helper()
			if report, err := decisionlog.Check(ctx, d.DB, keys, seen); err != nil || report.Fault != want {
				d.Errorf("%s: %q at %d (%v), want %q", what, report.Fault, report.At, err, want)
			}
		}
		d.DB.UseKeys(ring("a"))
		check("before the first start with a key", ring("a"), nil, decisionlog.Unanchored)
		anchor := func(what string, seen *decisionlog.Head, want decisionlog.Fault) *decisionlog.Head {
			d.Helper()
			report, err := decisionlog.Anchor(ctx, d.DB, seen, false)
			if err != nil || report.Fault != want {
				d.Fatalf("%s: %q at %d (%v)", what, report.Fault, report.At, err)
			}
			return report.Head
		}
		early := anchor("the first start", nil, "")
		decide(3)
		seen, err := decisionlog.SignedHead(ctx, d.DB)
		if err != nil || seen == nil || seen.Entries != 7 {
			d.Fatal(seen, err)
		}
		check("whole", ring("a"), seen, "")
		check("whole, with an early copy of the head", ring("a"), early, "")
		check("without a key", nil, seen, decisionlog.NoKey)
		check("with another key", ring("b"), seen, decisionlog.Unsigned)

		for _, attack := range logAttacks {
			undo := d.saveLog()
			for _, statement := range attack.do {
				d.exec(statement)
			}
			copied := seen
			if attack.want == decisionlog.Unsigned && strings.Contains(attack.what, "fitted") {
				copied = early
			}
			check(attack.what, ring("a"), copied, attack.want)
			// Neither a start of the server nor a new entry signs it.
			if _, err := decisionlog.Anchor(ctx, d.DB, copied, false); err != nil {
				d.Error(err)
			}
			check(attack.what+", after a start", ring("a"), copied, attack.want)
			undo()
		}
		// Restore an earlier state of the log and its head, as from a copy of
		// the database.
		undo := d.saveLog()
		d.exec("DELETE FROM comment_log WHERE id > 4")
		d.exec("UPDATE comment_totals SET comments = 4 WHERE state = 'log'")
		d.exec("UPDATE comment_log_heads SET entries = 4, last_id = 4, hash = '" + early.Hash + "', mac = '" + early.MAC + "'")
		check("put back", ring("a"), seen, decisionlog.PutBack)
		check("put back, without a copy of the head", ring("a"), nil, "")
		undo()

		// A new session key signs the head that the old one signed.
		d.DB.UseKeys(ring("b", "a"))
		anchor("a start with a new key", seen, "")
		decide(1)
		check("with the new key alone", ring("b"), seen, "")
		// A command without the right key adds an entry. The head does not
		// cover it.
		d.DB.UseKeys(ring("c"))
		decide(1)
		check("entries of another key", ring("b"), seen, decisionlog.Uncovered)
		d.DB.UseKeys(ring("b"))
		decide(1)
		check("later entries do not hide them", ring("b"), seen, decisionlog.Uncovered)
		if report, err := decisionlog.Anchor(ctx, d.DB, nil, true); err != nil || report.Fault != "" {
			d.Errorf("accepted: %+v, %v", report, err)
		}
		check("accepted", ring("b"), nil, "")
	})
}

func (d *desk) exec(statement string) {
	d.Helper()
	if err := d.DB.Write(d.Context(), func(tx *models.Tx) error { return tx.Query(d.Context()).Exec(statement).Error }); err != nil {
		d.Fatal(err)
	}
}

// saveLog returns a function that puts the log and its head back.
func (d *desk) saveLog() (undo func()) {
	tables := map[string]string{"comment_log": "", "comment_log_heads": "", "comment_totals": ""}
	for name := range tables {
		d.exec("CREATE TABLE saved_" + name + " AS SELECT * FROM " + name)
	}
	return func() {
		for name := range tables {
			d.exec("DELETE FROM " + name)
			d.exec("INSERT INTO " + name + " SELECT * FROM saved_" + name)
			d.exec("DROP TABLE saved_" + name)
		}
	}
}

var errBack = errors.New("take it back")

func TestDecisionLogIsAChain(t *testing.T) {
	each(t, func(d *desk) {
		f := d.Forum()
		var posted []int64
		for i := range 8 {
			posted = append(posted, f.Say(fmt.Sprintf("Comment number %d.", i)).ID)
		}
		var moderators sync.WaitGroup
		for _, id := range posted {
			moderators.Go(func() {
				for _, action := range []discussion.Action{discussion.DoApprove, discussion.DoSpam, discussion.DoRestore} {
					if _, _, err := discussion.Decide(d.Context(), d.DB, models.Actor{Name: "Mona"}, []discussion.Versioned{{ID: id}}, discussion.Verdict{Action: action}); err != nil {
						d.Error(err)
					}
				}
			})
		}
		moderators.Wait()
		n, broken, err := d.CheckChain(d.DB)
		if err != nil || broken != 0 || n != 3*len(posted) {
			d.Fatalf("%d entries, broken at %d (%v)", n, broken, err)
		}
		for _, change := range []string{
			"UPDATE comment_log SET actor = 'Otto' WHERE id = 5", "UPDATE comment_log SET to_state = 'trash-' WHERE id = 5",
			"UPDATE comment_log SET at = at + 1 WHERE id = 5", "UPDATE comment_log SET hash = '' WHERE id = 5", "DELETE FROM comment_log WHERE id = 5",
		} {
			err := d.DB.Write(d.Context(), func(tx *models.Tx) error {
				if err := tx.Query(d.Context()).Exec(change).Error; err != nil {
					return err
				}
				if _, broken, err := d.CheckChain(tx); broken != 5 && broken != 6 || err != nil {
					d.Errorf("%s: broken at %d (%v)", change, broken, err)
				}
				return errBack
			})
			if !errors.Is(err, errBack) {
				d.Fatal(err)
			}
		}
	})
}

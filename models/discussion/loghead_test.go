package discussion_test

import (
	"strings"
	"testing"

	"broadsheet/models"
	"broadsheet/models/discussion"
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
	want discussion.LogFault
	do   []string
}{
	{"all hashes emptied", discussion.Broken, []string{"UPDATE comment_log SET hash = ''"}},
	{"hashes emptied from the end of the old ones", discussion.Broken, []string{"UPDATE comment_log SET hash = '' WHERE id <= 3"}},
	{"an old entry changed", discussion.Cut, []string{"UPDATE comment_log SET actor = 'x' WHERE id = 1"}},
	{"an old entry taken out", discussion.Cut, []string{"DELETE FROM comment_log WHERE id = 1", "UPDATE comment_totals SET comments = 6 WHERE state = 'log'"}},
	{"an entry changed", discussion.Broken, []string{"UPDATE comment_log SET reason = 'x' WHERE id = 5"}},
	{"the end cut off", discussion.Cut, []string{"DELETE FROM comment_log WHERE id > 5", "UPDATE comment_totals SET comments = 5 WHERE state = 'log'"}},
	{"all taken out", discussion.Cut, []string{"DELETE FROM comment_log", "UPDATE comment_totals SET comments = 0 WHERE state = 'log'"}},
	{"the head fitted to a cut log", discussion.Unsigned, []string{
		"DELETE FROM comment_log WHERE id > 5", "UPDATE comment_totals SET comments = 5 WHERE state = 'log'",
		"UPDATE comment_log_heads SET entries = 5, last_id = 5, hash = (SELECT hash FROM comment_log WHERE id = 5)",
	}},
	{"the head emptied", discussion.Cut, []string{"UPDATE comment_log_heads SET hash = ''"}},
	{"the signature emptied", discussion.Unsigned, []string{"UPDATE comment_log_heads SET mac = ''"}},
	{"the head taken out", discussion.HeadGone, []string{"DELETE FROM comment_log_heads"}},
	{"the head and all hashes", discussion.HeadGone, []string{"DELETE FROM comment_log_heads", "UPDATE comment_log SET hash = ''"}},
}

// TestEachAttackOnTheLogIsFound changes the log and its head in the database,
// as a program without the session key can.
func TestEachAttackOnTheLogIsFound(t *testing.T) {
	each(t, func(d *desk) {
		ctx := d.Context()
		f := d.forum()
		decide := func(n int) {
			d.Helper()
			for range n {
				d.decide(discussion.DoTrash, f.mustPost(f.submission(f.article)).ID)
			}
		}
		decide(2)
		d.exec("UPDATE comment_log SET hash = ''") // from before entries had hashes
		decide(2)
		check := func(what string, keys *models.Keyring, seen *discussion.LogHead, want discussion.LogFault) {
			d.Helper()
			if report, err := discussion.CheckLog(ctx, d.db, keys, seen); err != nil || report.Fault != want {
				d.Errorf("%s: %q at %d (%v), want %q", what, report.Fault, report.At, err, want)
			}
		}
		d.db.UseKeys(ring("a"))
		check("before the first start with a key", ring("a"), nil, discussion.Unanchored)
		anchor := func(what string, seen *discussion.LogHead, want discussion.LogFault) *discussion.LogHead {
			d.Helper()
			report, err := discussion.AnchorLog(ctx, d.db, seen, false)
			if err != nil || report.Fault != want {
				d.Fatalf("%s: %q at %d (%v)", what, report.Fault, report.At, err)
			}
			return report.Head
		}
		early := anchor("the first start", nil, "")
		decide(3)
		seen, err := discussion.SignedHead(ctx, d.db)
		if err != nil || seen == nil || seen.Entries != 7 {
			d.Fatal(seen, err)
		}
		check("whole", ring("a"), seen, "")
		check("whole, with an early copy of the head", ring("a"), early, "")
		check("without a key", nil, seen, discussion.NoKey)
		check("with another key", ring("b"), seen, discussion.Unsigned)

		for _, attack := range logAttacks {
			undo := d.saveLog()
			for _, statement := range attack.do {
				d.exec(statement)
			}
			copied := seen
			if attack.want == discussion.Unsigned && strings.Contains(attack.what, "fitted") {
				copied = early
			}
			check(attack.what, ring("a"), copied, attack.want)
			// Neither a start of the server nor a new entry signs it.
			if _, err := discussion.AnchorLog(ctx, d.db, copied, false); err != nil {
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
		check("put back", ring("a"), seen, discussion.PutBack)
		check("put back, without a copy of the head", ring("a"), nil, "")
		undo()

		// A new session key signs the head that the old one signed.
		d.db.UseKeys(ring("b", "a"))
		anchor("a start with a new key", seen, "")
		decide(1)
		check("with the new key alone", ring("b"), seen, "")
		// A command without the right key adds an entry. The head does not
		// cover it.
		d.db.UseKeys(ring("c"))
		decide(1)
		check("entries of another key", ring("b"), seen, discussion.Uncovered)
		d.db.UseKeys(ring("b"))
		decide(1)
		check("later entries do not hide them", ring("b"), seen, discussion.Uncovered)
		if report, err := discussion.AnchorLog(ctx, d.db, nil, true); err != nil || report.Fault != "" {
			d.Errorf("accepted: %+v, %v", report, err)
		}
		check("accepted", ring("b"), nil, "")
	})
}

func (d *desk) exec(statement string) {
	d.Helper()
	if err := d.db.Write(d.Context(), func(tx *models.Tx) error { return tx.Query(d.Context()).Exec(statement).Error }); err != nil {
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

package main

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"broadsheet/models/newsroom/termlist"

	"broadsheet/handlers/jobs"
	"broadsheet/models"
	"broadsheet/models/discussion/decisionlog"
	"broadsheet/models/discussion/moderation"
	"broadsheet/models/mail"
)

type doctorCmd struct {
	Repair    bool   `help:"Correct counts that do not agree with the rows."`
	AcceptLog bool   `help:"Sign the log of decisions as it is now, after you have looked at it."`
	SMTP      string `placeholder:"URL" help:"Mail server to check, as for serve."`
	MailFrom  string `placeholder:"ADDRESS" help:"Address that mail comes from, as for serve."`
	MailTo    string `placeholder:"ADDRESS" help:"Send a test mail to this address."`
}

// finding is the result of one check.
type finding struct {
	wrong  bool   // the command ends with 1
	what   string // the subject of the check
	says   string
	advice string // the way to mend it; "" without a fault
}

// Limits of a healthy site.
const (
	leastSpace  = 500 << 20 // bytes
	leastKey    = 32
	mostDrift   = 2 * time.Minute
	mailTimeout = 5 * time.Second
	// dialogueTimeout is the longest dialogue with a mail server.
	dialogueTimeout = 20 * time.Second
)

// firstDay is earlier than every day on which this program can run.
var firstDay = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

// Run checks everything that an operator can mend, and prints a line for each
// check.
func (c doctorCmd) Run(a *app) error {
	failed := false
	show := func(f finding) {
		mark := "ok"
		if f.wrong {
			mark, failed = "WRONG", true
		}
		fmt.Fprintf(a.stdout, "%-5s  %s: %s\n", mark, f.what, f.says)
		if f.advice != "" {
			fmt.Fprintf(a.stdout, "       %s\n", f.advice)
		}
	}
	for _, look := range []func(*app) finding{lookAtData, lookAtSpace, lookAtKey, lookAtSchema} {
		show(look(a))
	}
	show(c.lookAtMail(a))
	if !failed {
		if err := c.lookInside(a, show); err != nil {
			return err
		}
	}
	if failed {
		return errReported
	}
	return nil
}

// lookInside checks the contents of the database.
func (c doctorCmd) lookInside(a *app, show func(finding)) error {
	return a.use(func(db *models.DB) error {
		looks := []func(*app, *models.DB) (finding, error){
			lookAtClock, lookAtNotices, c.lookAtLog, lookAtChosenCategories, lookAtSearch, lookAtHub, c.lookAtCounts,
		}
		for _, look := range looks {
			f, err := look(a, db)
			if err != nil {
				return err
			}
			show(f)
		}
		return nil
	})
}

// lookAtHub checks whether the WebSub hub takes its calls.
func lookAtHub(a *app, db *models.DB) (f finding, err error) {
	f.what = "feed hub"
	f.says, f.advice, err = jobs.HubState(a.ctx, db)
	f.wrong = f.advice != ""
	return f, err
}

// lookAtChosenCategories compares the settings that list categories with the
// categories.
func lookAtChosenCategories(a *app, db *models.DB) (finding, error) {
	missing, err := termlist.MissingCategories(a.ctx, db)
	f := finding{what: "chosen sections", says: "all exist"}
	if len(missing) > 0 {
		var gone []string
		for _, key := range slices.Sorted(maps.Keys(missing)) {
			gone = append(gone, key+" names "+strings.Join(missing[key], ", "))
		}
		f.wrong, f.says = true, strings.Join(gone, "; ")+", which the site does not have"
		f.advice = "choose others with 'broadsheet setting set'; until then pages leave them out"
	}
	return f, err
}

// lookAtData checks that the data directory exists, can be written, and is
// closed to other users of the machine.
func lookAtData(a *app) finding {
	f := finding{what: "data directory", says: a.Data}
	info, err := os.Stat(a.Data)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		f.wrong, f.says, f.advice = true, a.Data+" does not exist", "name the right directory with --data, or start the server once"
		return f
	case err != nil || !info.IsDir():
		f.wrong, f.says = true, a.Data+" cannot be entered"
		f.advice = "give the user that runs broadsheet permission, or name another directory with --data"
		return f
	}
	if err := a.makeData(); err != nil {
		f.wrong, f.says, f.advice = true, models.SafeText(err), "give the user that runs broadsheet permission to write there"
		return f
	}
	if open := a.openFiles(); len(open) > 0 {
		f.wrong, f.says = true, "other users of this machine can read "+strings.Join(open, ", ")
		f.advice = "chmod 600: the server does so at its start for files of its own user"
		return f
	}
	if info.Mode().Perm()&0o007 != 0 {
		f.wrong, f.says = true, fmt.Sprintf("%s is open to all users of this machine (%v)", a.Data, info.Mode().Perm())
		f.advice = "chmod o-rwx " + a.Data + ": it holds the email addresses of commenters"
	}
	return f
}

// lookAtSpace checks the free space of the disk.
func lookAtSpace(a *app) finding {
	f := finding{what: "disk space"}
	var disk syscall.Statfs_t
	if err := syscall.Statfs(a.Data, &disk); err != nil {
		f.wrong, f.says, f.advice = true, fmt.Sprintf("cannot be read: %v", rootCause(err)), "check the data directory first"
		return f
	}
	free := disk.Bavail * uint64(disk.Bsize)
	f.says = fmt.Sprintf("%d MiB free", free>>20)
	if free < leastSpace {
		f.wrong, f.advice = true, fmt.Sprintf("free some space: below %d MiB the site may soon fail to save", leastSpace>>20)
	}
	return f
}

// lookAtKey checks that the session key exists, is long enough, and is secret.
func lookAtKey(a *app) finding {
	f := finding{what: "session key"}
	f.says = "kept in the data directory, beside the database: a backup of both can sign in, see 'broadsheet help operating'"
	if a.SessionKey != "" {
		f.says = "given, and not kept here"
		return f
	}
	path := filepath.Join(a.Data, keyFile)
	key, err := os.ReadFile(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		f.says = "none kept: the first start makes one, unless --session-key is given"
		return f
	case err != nil:
		f.wrong, f.says = true, fmt.Sprintf("%s cannot be read (%v)", path, rootCause(err))
		f.advice = "give it to the user that runs broadsheet"
		return f
	case len(key) < leastKey:
		f.wrong, f.says = true, path+" is too short"
		f.advice = "delete it and start the server: it makes a new one; all users sign in again and set up one-time passwords again"
		return f
	}
	if info, err := os.Stat(path); err == nil && info.Mode().Perm()&0o077 != 0 {
		f.wrong, f.says, f.advice = true, fmt.Sprintf("other users of this machine can read it (%v)", info.Mode().Perm()), "chmod 600 "+path
	}
	return f
}

// lookAtSchema compares the database's schema with this program's.
func lookAtSchema(a *app) finding {
	f := finding{what: "schema"}
	if a.Database == "" {
		if _, err := os.Stat(a.dsn()); errors.Is(err, fs.ErrNotExist) {
			f.wrong, f.says = true, "there is no database at "+a.dsn()
			f.advice = "name the right directory with --data, or start the server once"
			return f
		}
	}
	steps, err := models.MigrationStatus(a.ctx, a.dsn())
	if err != nil {
		f.wrong, f.says, f.advice = true, models.SafeText(err), "see above"
		if f.says == "" {
			f.says = err.Error()
		}
		return f
	}
	var missing []string
	for _, s := range steps {
		if !s.Applied {
			missing = append(missing, s.ID)
		}
	}
	if f.says = fmt.Sprintf("%d steps, all applied", len(steps)); len(missing) > 0 {
		f.wrong, f.says, f.advice = true, "missing "+strings.Join(missing, ", "), "make a backup, then: broadsheet migrate up"
	}
	return f
}

// lookAtMail goes through the dialogue that every mail needs with the mail
// server. With --mail-to it sends a test mail.
func (c doctorCmd) lookAtMail(a *app) finding {
	f := finding{what: "mail", says: "not checked: name the server with --smtp, or BROADSHEET_SMTP"}
	if c.SMTP == "" {
		return f
	}
	sender, err := mail.NewSMTP(c.SMTP, c.MailFrom)
	if err != nil {
		f.wrong, f.says, f.advice = true, err.Error(), "correct --smtp and --mail-from"
		return f
	}
	u, err := url.Parse(c.SMTP)
	if err != nil {
		f.wrong, f.says, f.advice = true, "the address cannot be read", "correct --smtp"
		return f
	}
	port := cmp.Or(u.Port(), map[string]string{"smtps": "465"}[u.Scheme], "587")
	conn, err := net.DialTimeout("tcp", net.JoinHostPort(u.Hostname(), port), mailTimeout)
	if err != nil {
		f.wrong, f.says = true, fmt.Sprintf("%s does not answer on port %s", u.Hostname(), port)
		f.advice = "check the name, the port and the firewall"
		return f
	}
	conn.Close()
	ctx, cancel := context.WithTimeout(a.ctx, dialogueTimeout)
	defer cancel()
	if err := sender.Check(ctx); err != nil {
		f.wrong, f.says, f.advice = true, fmt.Sprintf("%s on port %s takes no mail: %s", u.Hostname(), port, oneLine(err)), mailAdvice(err)
		return f
	}
	f.says = fmt.Sprintf("%s on port %s would take a mail from %s; --mail-to sends one", u.Hostname(), port, c.MailFrom)
	if c.MailTo == "" {
		return f
	}
	err = sender.Send(a.ctx, mail.Message{
		ID: "doctor-" + rand.Text(), To: c.MailTo, Name: "Broadsheet",
		Subject: "A test mail from broadsheet doctor", Text: "This mail was sent by 'broadsheet doctor --mail-to'. Mail works.\n",
	})
	if err != nil {
		f.wrong, f.says, f.advice = true, fmt.Sprintf("%s refuses a mail to %s: %s", u.Hostname(), c.MailTo, oneLine(err)), mailAdvice(err)
		return f
	}
	f.says = fmt.Sprintf("%s on port %s has taken a mail to %s: look whether it arrives", u.Hostname(), port, c.MailTo)
	return f
}

// oneLine returns an error's text without line breaks.
func oneLine(err error) string { return strings.Join(strings.Fields(err.Error()), " ") }

// mailAdvice returns the advice for an error of a mail server.
func mailAdvice(err error) string {
	text := strings.ToLower(err.Error())
	switch {
	case strings.Contains(text, "starttls"):
		return "use a port with STARTTLS, or smtps:// for TLS from the start; only for a server on this machine add ?tls=none"
	case strings.Contains(text, "x509") || strings.Contains(text, "certificate") || strings.Contains(text, "tls:"):
		return "the name in --smtp must be the one in the server's certificate, and the port one that speaks TLS"
	case strings.Contains(text, "auth") || strings.Contains(text, "535"):
		return "check user and password in --smtp"
	}
	return "ask the operator of the mail server; mail waits and is tried again for a day"
}

// lookAtClock checks that the clock is not before the last change in the
// database.
func lookAtClock(a *app, db *models.DB) (finding, error) {
	f := finding{what: "clock", says: db.Now().Format(time.RFC3339)}
	latest, err := models.LastChangeTime(a.ctx, db)
	if err != nil {
		return f, err
	}
	switch ahead := latest.Sub(db.Now()); {
	case db.Now().Before(firstDay):
		f.wrong, f.says, f.advice = true, "it is not "+db.Now().Format(time.DateOnly), "set the clock, best by a time service"
	case ahead > mostDrift:
		f.wrong, f.says = true, fmt.Sprintf("the last change is %v in the future", ahead.Round(time.Second))
		f.advice = "the clock was set back: set it, best by a time service"
	}
	return f, nil
}

// logFaults are the texts and the advice for faults of the log of decisions. %d
// is the number of an entry.
var logFaults = map[decisionlog.Fault]struct{ says, advice string }{
	decisionlog.NoKey: {
		"the chain is intact; its signed head was not checked",
		"name the session key with --session-key to check it",
	},
	decisionlog.Unanchored: {
		"the chain is intact; it has no signed head yet",
		"the next start of the server signs it",
	},
	decisionlog.Unsigned: {
		"the head is not signed with a session key of this site",
		"name the keys with --session-key and --session-key-old; if they are right, another program wrote the head: " +
			"compare the log with a backup, then broadsheet doctor --accept-log",
	},
	decisionlog.HeadGone: {
		"the signed head was removed",
		"compare the log with a backup, then broadsheet doctor --accept-log",
	},
	decisionlog.Broken: {
		"the chain breaks at entry %d: it, or an entry before it, was changed or removed",
		"compare it with a backup; a program that can write to the database could have done that",
	},
	decisionlog.Cut: {
		"the log does not lead to its signed head: from entry %d on, entries were changed or removed",
		"compare it with a backup, then broadsheet doctor --accept-log",
	},
	decisionlog.Uncovered: {
		"the entries from %d on are not covered by the signed head",
		"a command ran without the session key, or a program wrote them: look at them, then broadsheet doctor --accept-log",
	},
	decisionlog.PutBack: {
		"the log does not hold the entries that this machine has seen before",
		"if the database was restored from a backup: broadsheet doctor --accept-log; if not, compare it with one",
	},
}

// lookAtLog checks the whole log of decisions. With --accept-log it signs the
// log first.
func (c doctorCmd) lookAtLog(a *app, db *models.DB) (finding, error) {
	f := finding{what: "log of decisions"}
	if c.AcceptLog {
		if err := a.acceptLog(db); err != nil {
			return f, err
		}
	}
	seen, err := a.seenHead()
	if err != nil {
		return f, err
	}
	report, err := decisionlog.Check(a.ctx, db, db.Keys(), seen)
	if err != nil {
		return f, err
	}
	if report.Fault == "" {
		f.says = fmt.Sprintf("%d entries, the chain is intact and leads to its signed head", report.Entries)
		return f, nil
	}
	fault := logFaults[report.Fault]
	f.wrong, f.says, f.advice = report.Grave(), fault.says, fault.advice
	switch {
	case strings.Contains(fault.says, "%d"):
		f.says = fmt.Sprintf(fault.says, report.At)
	case !f.wrong:
		f.says = fmt.Sprintf("%d entries, %s", report.Entries, fault.says)
	}
	return f, nil
}

// lookAtCounts compares the stored counts with the rows. With --repair it
// corrects them.
func (c doctorCmd) lookAtCounts(a *app, db *models.DB) (finding, error) {
	f := finding{what: "kept counts", says: "agree with the rows"}
	count := func() ([]moderation.Drift, error) { return moderation.Recount(a.ctx, db) }
	if c.Repair {
		count = func() ([]moderation.Drift, error) { return moderation.Repair(a.ctx, db) }
	}
	drifts, err := count()
	if err != nil || len(drifts) == 0 {
		return f, err
	}
	var list []string
	for _, d := range drifts {
		list = append(list, fmt.Sprintf("%s (%d wrong)", d.What, d.Rows))
	}
	f.says = strings.Join(list, ", ")
	if c.Repair {
		f.says = "corrected: " + f.says
		return f, nil
	}
	f.wrong, f.advice = true, "broadsheet doctor --repair counts them again"
	return f, nil
}

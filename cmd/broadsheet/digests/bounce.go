package digests

import (
	"context"
	"fmt"
	"io"
	"strings"

	"broadsheet/models"
	"broadsheet/models/digest"
	"broadsheet/models/mail"
	"broadsheet/models/people"
)

// Bounce records a report that a digest came back, and prints what it means. It
// succeeds for a mail that is no report of ours, so that a mail server does not send a
// report about the report. The Message-ID that came back is signed: a stranger cannot end
// the subscription of another person by a forged report.
func Bounce(ctx context.Context, db *models.DB, links *people.Links, in io.Reader, out io.Writer) error {
	report, err := mail.ReadBounce(in)
	if err != nil {
		_, err = fmt.Fprintln(out, "ignored:", err)
		return err
	}
	outcome, err := record(ctx, db, links, report)
	if err == nil {
		_, err = fmt.Fprintln(out, outcome)
	}
	return err
}

func record(ctx context.Context, db *models.DB, links *people.Links, report mail.Bounce) (string, error) {
	token, ours := strings.CutPrefix(report.ID, digest.JobIssue+".")
	subject, age, ok := links.Read(people.ForBounce, token, db.Now())
	issue, subscriber, err := digest.ParseKey(strings.ReplaceAll(subject, " ", "-"))
	switch {
	case !ours || !ok || err != nil:
		return "ignored: the report has no Message-ID of a digest of this site", nil
	case age > people.LinkRules[people.ForBounce].Lifetime:
		return "ignored: the digest is too old", nil
	case !report.Failed():
		return fmt.Sprintf("ignored: the mail server still tries (%q, %q)", report.Action, report.Status), nil
	case strings.HasPrefix(report.Status, "5.7."):
		return fmt.Sprintf("ignored: the mail server refuses the content or the sender (%q), not the address", report.Status), nil
	}
	given, err := digest.CameBack(ctx, db, issue, subscriber, mail.DeadStatus(report.Status), report.Status)
	switch {
	case err != nil:
		return "", err
	case given:
		return "the address gets no more digests: " + report.Status, nil
	}
	return "counted: " + report.Status, nil
}

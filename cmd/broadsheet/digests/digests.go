package digests

import (
	"context"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"broadsheet/models"
	"broadsheet/models/digest"
	"broadsheet/models/newsroom"
	"broadsheet/models/subscription"
)

// listed is how many digests List prints.
const listed = 30

// List prints the newest digests with how far they are.
func List(ctx context.Context, db *models.DB, out io.Writer) error {
	list, err := digest.Recent(ctx, db, listed)
	if err != nil {
		return err
	}
	table := tabwriter.NewWriter(out, 0, 4, 2, ' ', 0)
	fmt.Fprintln(table, "NUMBER\tDAY\tDIGEST\tSUBSCRIBERS\tWAITING\tSENT\tFAILED\tLEFT OUT\tREFUSAL")
	for i := range list {
		issue := &list[i]
		refusal := issue.Error
		switch {
		case !issue.StoppedAt.IsZero():
			refusal += " (stopped)"
		case issue.HeldUntil.After(db.Now()):
			refusal += " (waits until " + issue.HeldUntil.Format(time.RFC3339) + ")"
		}
		fmt.Fprintf(table, "%d\t%s\t%s\t%d\t%d\t%d\t%d\t%d\t%s\n", issue.ID, issue.Day, issue.Frequency, issue.Recipients,
			issue.Waiting(), issue.Sent, issue.Failed, issue.Skipped, strings.TrimSpace(refusal))
	}
	return table.Flush()
}

// Preview prints the next digest as it would be now. section is the path of a
// category, "" for the whole paper.
func Preview(ctx context.Context, db *models.DB, out io.Writer, f subscription.Frequency, section string) error {
	site, err := newsroom.LoadSite(ctx, db)
	if err != nil {
		return err
	}
	list := subscription.Paper
	if section != "" {
		category := site.Categories.ByPath(section)
		if category == nil {
			return models.Errorf(models.Invalid, "there is no section %q", section)
		}
		list = category.ID
	}
	content, issue, err := digest.Preview(ctx, db, site, f, []int64{list})
	if err != nil {
		return err
	}
	next := digest.Next(&site.Settings, f, db.Now())
	fmt.Fprintf(out, "since %s, due %s\n", issue.Since.Format(time.RFC3339), next.Format(time.RFC3339))
	if issue.Opening != "" {
		fmt.Fprintf(out, "\n%s\n", issue.Opening)
	}
	for _, part := range content.Lists {
		for i := range part.Stories {
			fmt.Fprintf(out, "\n%s\n%s\n", part.Stories[i].Title, site.TeaserPath(&part.Stories[i]))
		}
	}
	for i := range content.Comments {
		c := &content.Comments[i]
		fmt.Fprintf(out, "\ncomment %d by %s, under %s\n", c.ID, c.Author, c.Article.Title)
	}
	if content.Empty() {
		fmt.Fprintln(out, "no new story: nothing would be sent")
	}
	return nil
}

package digests

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"broadsheet/models"
	"broadsheet/models/newsroom"
	"broadsheet/models/subscription"
)

// columns are the columns of the CSV files, which have a head.
var columns = []string{"email", "frequency", "sections", "confirmed"}

// paperName is the name of the whole paper in the column "sections".
const paperName = "*"

// batch is how many subscribers are read at once.
const batch = 500

// Export writes the confirmed subscribers as CSV.
func Export(ctx context.Context, db *models.DB, to io.Writer) error {
	site, err := newsroom.LoadSite(ctx, db)
	if err != nil {
		return err
	}
	out := csv.NewWriter(to)
	if err := out.Write(columns); err != nil {
		return err
	}
	for after, more := int64(0), true; more; {
		list, err := subscription.After(ctx, db, after, batch)
		if err != nil {
			return err
		}
		more = len(list) == batch
		for i := range list {
			s := &list[i]
			after = s.ID
			if !s.Confirmed() {
				continue
			}
			lists, err := subscription.ListsOf(ctx, db, s.ID)
			if err != nil {
				return err
			}
			row := []string{s.Email, string(s.Frequency), sectionNames(site, lists), s.ConfirmedAt.Format(time.RFC3339)}
			if err := out.Write(row); err != nil {
				return err
			}
		}
	}
	out.Flush()
	return out.Error()
}

// sectionNames returns the paths of lists with a space between two.
func sectionNames(site *newsroom.Site, lists []int64) string {
	var names []string
	for _, id := range lists {
		if id == subscription.Paper {
			names = append(names, paperName)
		} else if c := site.Categories.ByID(id); c != nil {
			names = append(names, c.Path)
		}
	}
	return strings.Join(names, " ")
}

// errRows is the error of an import that skipped rows. They were reported.
var errRows = errors.New("some rows were skipped")

// Import stores the subscribers of a CSV file as confirmed. It reports each row that
// cannot be read to problems and goes on; then it returns an error. consent is the
// note for the audit: how the readers agreed.
func Import(ctx context.Context, db *models.DB, from io.Reader, consent string, out, problems io.Writer) error {
	site, err := newsroom.LoadSite(ctx, db)
	if err != nil {
		return err
	}
	rows := csv.NewReader(from)
	head, err := rows.Read()
	if err != nil || !slices.Equal(head, columns) {
		return models.Errorf(models.Invalid, "the first line must be %s", strings.Join(columns, ","))
	}
	added, known, wrong := 0, 0, 0
	for {
		row, err := rows.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		stored, badRow := false, err
		if err == nil {
			stored, badRow, err = importRow(ctx, db, site, row)
		}
		if err != nil && badRow == nil {
			return err
		}
		switch {
		case badRow != nil:
			wrong++
			fmt.Fprintln(problems, badRow)
		case stored:
			added++
		default:
			known++
		}
	}
	fmt.Fprintf(out, "%d added, %d left out (subscribed already, or no wish for mail), %d wrong\n", added, known, wrong)
	err = db.Write(ctx, func(tx *models.Tx) error {
		return subscription.AuditImport(ctx, tx, models.ActorShell, added, consent)
	})
	if err == nil && wrong > 0 {
		err = errRows
	}
	return err
}

// importRow stores one subscriber. wrong is the fault of the row, err any other error.
func importRow(ctx context.Context, db *models.DB, site *newsroom.Site, row []string) (stored bool, wrong, err error) {
	bad := func(format string, args ...any) (bool, error, error) {
		return false, fmt.Errorf(row[0]+": "+format, args...), nil
	}
	in := subscription.Imported{Email: row[0]}
	in.Frequency = subscription.Frequency(row[1])
	for name := range strings.FieldsSeq(row[2]) {
		if name == paperName {
			in.Lists = append(in.Lists, subscription.Paper)
			continue
		}
		c := site.Categories.ByPath(name)
		if c == nil {
			return bad("there is no section %q", name)
		}
		in.Lists = append(in.Lists, c.ID)
	}
	if row[3] != "" {
		if in.ConfirmedAt, err = time.Parse(time.RFC3339, row[3]); err != nil {
			return bad("%q is not a time such as 2026-11-20T07:00:00Z", row[3])
		}
	}
	err = db.Write(ctx, func(tx *models.Tx) error {
		stored, err = subscription.Import(ctx, tx, func(id int64) bool { return site.Categories.ByID(id) != nil }, in)
		return err
	})
	if models.KindOf(err) == models.Invalid {
		return bad("not an address, a frequency (daily, weekly) or sections")
	}
	return stored, nil, err
}

package transparency

import (
	"cmp"
	"context"
	"encoding/csv"
	"io"
	"slices"
	"strconv"
	"time"

	"broadsheet/models"
	"broadsheet/models/discussion"
	"broadsheet/models/discussion/notices"
)

// Row is one number of the report.
type Row struct {
	Section string // "reports", "notices", "decisions", "appeals"
	Name    string
	Ground  string // a reason of reports or decisions, a kind of law of notices, "none", "" for all
	Number  int
}

// Report is the report of a time.
type Report struct {
	From, Until time.Time
	Rows        []Row
}

// Year returns the first instant of a year and that of the next, in a zone.
func Year(year int, zone *time.Location) (from, until time.Time) {
	return time.Date(year, 1, 1, 0, 0, 0, 0, zone), time.Date(year+1, 1, 1, 0, 0, 0, 0, zone)
}

// Of counts what happened in a time.
func Of(ctx context.Context, r models.Queryer, from, until time.Time) (*Report, error) {
	rep := &Report{From: from, Until: until}
	for _, add := range []func(context.Context, models.Queryer) error{rep.addReports, rep.addDecisions, rep.addAppeals} {
		if err := add(ctx, r); err != nil {
			return nil, err
		}
	}
	return rep, nil
}

func (rep *Report) add(section, name, ground string, n int) {
	rep.Rows = append(rep.Rows, Row{section, name, ground, n})
}

// grounded is a count for a ground.
type grounded struct {
	Name   string
	Ground string
	N      int
}

// span is the beginning and the end of a case.
type span struct{ Began, Ended models.Time }

// addReports adds the readers' reports by reason, the notices among them by kind of law,
// and how they ended.
func (rep *Report) addReports(ctx context.Context, r models.Queryer) error {
	list, err := notices.Between(ctx, r, rep.From, rep.Until)
	if err != nil {
		return err
	}
	rep.addEnds("reports", list, func(n *notices.Notice) string { return n.Reason })
	legal := slices.DeleteFunc(list, func(n notices.Notice) bool { return n.Reason != notices.Illegal })
	rep.addEnds("notices", legal, func(n *notices.Notice) string { return cmp.Or(n.Law, "other") })
	return nil
}

// addEnds adds the reports of a section by ground, and how they ended.
func (rep *Report) addEnds(section string, list []notices.Notice, ground func(*notices.Notice) string) {
	received, ends := map[string]int{}, map[notices.Outcome]int{}
	var spans []span
	for i := range list {
		n := &list[i]
		received[ground(n)]++
		ends[n.Outcome()]++
		if n.Outcome() == notices.Removed || n.Outcome() == notices.Kept {
			spans = append(spans, span{n.At, n.EndedAt()})
		}
	}
	for _, name := range sortedNames(received) {
		rep.add(section, "received", name, received[name])
	}
	rep.add(section, "received", "", len(list))
	rep.add(section, "removed", "", ends[notices.Removed])
	rep.add(section, "kept", "", ends[notices.Kept])
	rep.add(section, "withdrawn", "", ends[notices.Withdrawn])
	rep.add(section, "open", "", ends[notices.Open])
	rep.add(section, "median-minutes", "", medianMinutes(spans))
}

// addDecisions adds the decisions that took a comment out of the readers' sight, by
// ground. An undone decision is none, and neither is the commenter's own removal.
func (rep *Report) addDecisions(ctx context.Context, r models.Queryer) error {
	var rows []grounded
	err := r.Query(ctx).Raw(`SELECT CASE WHEN l.actor_id IS NOT NULL OR l.actor = ? THEN 'by-hand' ELSE 'automated' END AS name,
			CASE WHEN l.reason IN ? THEN l.reason WHEN l.to_state = 'spam' THEN 'spam' ELSE 'none' END AS ground, COUNT(*) AS n
		FROM comment_log l WHERE l.at >= ? AND l.at < ? AND l.to_state IN ('spam', 'trash') AND l.from_state IN ('hold', 'approve')
			AND l.reason NOT IN ('undo', ?)
			AND NOT (l.operation <> '' AND EXISTS (SELECT 1 FROM comment_log u
				WHERE u.comment_id = l.comment_id AND u.operation = l.operation AND u.reason = 'undo'))
		GROUP BY 1, 2 ORDER BY 1 DESC, 2`, models.ActorCommand.Name, discussion.DeclineReasons, models.At(rep.From), models.At(rep.Until),
		discussion.RemovedByCommenter).Scan(&rows).Error
	all := map[string]int{}
	for _, row := range rows {
		all[row.Name] += row.N
		rep.add("decisions", row.Name, row.Ground, row.N)
	}
	rep.add("decisions", "by-hand", "", all["by-hand"])
	rep.add("decisions", "automated", "", all["automated"])
	return err
}

// addAppeals adds the appeals that were filed, and their ends.
func (rep *Report) addAppeals(ctx context.Context, r models.Queryer) error {
	var rows []struct {
		Outcome   string
		At        models.Time
		DecidedAt models.Time
	}
	err := r.Query(ctx).Raw("SELECT outcome, at, decided_at FROM appeals WHERE at >= ? AND at < ?",
		models.At(rep.From), models.At(rep.Until)).Scan(&rows).Error
	if err != nil {
		return err
	}
	ends := map[string]int{}
	var spans []span
	for _, row := range rows {
		ends[row.Outcome]++
		if !row.DecidedAt.IsZero() {
			spans = append(spans, span{row.At, row.DecidedAt})
		}
	}
	rep.add("appeals", "received", "", len(rows))
	rep.add("appeals", "upheld", "", ends["upheld"])
	rep.add("appeals", "reversed", "", ends["reversed"])
	rep.add("appeals", "withdrawn", "", ends["withdrawn"])
	rep.add("appeals", "open", "", ends[""])
	rep.add("appeals", "median-minutes", "", medianMinutes(spans))
	return nil
}

// medianMinutes returns the median length of spans, the lower one of two, in whole
// minutes.
func medianMinutes(spans []span) int {
	if len(spans) == 0 {
		return 0
	}
	var lengths []time.Duration
	for _, s := range spans {
		lengths = append(lengths, s.Ended.Sub(s.Began.Time))
	}
	slices.Sort(lengths)
	return int(lengths[(len(lengths)-1)/2] / time.Minute)
}

func sortedNames(m map[string]int) []string {
	var names []string
	for name := range m {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// WriteCSV writes the rows with a head.
func (rep *Report) WriteCSV(w io.Writer) error {
	out := csv.NewWriter(w)
	lines := [][]string{{"section", "name", "ground", "number"}}
	for _, row := range rep.Rows {
		lines = append(lines, []string{row.Section, row.Name, row.Ground, strconv.Itoa(row.Number)})
	}
	return out.WriteAll(lines)
}

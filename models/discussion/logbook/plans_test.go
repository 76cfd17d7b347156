package logbook_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"broadsheet/models"
	"broadsheet/models/discussion/discussiontest"
	"broadsheet/models/discussion/logbook"
	"broadsheet/models/modeltest"
)

// fillLog adds 20,000 comments by 200 browsers and 40,000 entries about them.
func fillLog(d *discussiontest.Desk) {
	d.Helper()
	article, now := d.Article().ID, models.At(d.Clock.Now())
	d.Check(d.DB.Write(d.Context(), func(tx *models.Tx) error {
		err := models.Exec(d.Context(), tx, `INSERT INTO comments (article_id, author, email, text, html, policy, state, state_at, created_at, token_hash)
			WITH RECURSIVE k (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM k WHERE i < 20000)
			SELECT ?, 'Reader', 'r' || (i / 100) || '@example.org', 'Text ' || i, '', 1, 'approve', CAST(? AS BIGINT), CAST(? AS BIGINT) + i, 'b' || (i / 100) FROM k`,
			article, now, now)
		if err != nil {
			return err
		}
		return models.Exec(d.Context(), tx, `INSERT INTO comment_log (at, actor, actor_id, comment_id, article_id, from_state, to_state, reason)
			WITH RECURSIVE k (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM k WHERE i < 39999)
			SELECT CAST(? AS BIGINT) + CAST(1000000 AS BIGINT) * (i / 4), CASE WHEN i % 3 = 0 THEN 'the rules' ELSE 'Mona' END,
				CASE WHEN i % 3 > 0 THEN i % 30 + 1 END, i / 2 + 1, ?, 'hold',
				CASE WHEN i % 2 = 0 THEN 'approve' WHEN i % 5 = 0 THEN 'spam' ELSE 'trash' END,
				CASE WHEN i % 50 = 1 THEN 'undo' WHEN i % 50 = 2 THEN 'edited' ELSE '' END FROM k`, now, article)
	}))
	if d.DB.Dialect() == models.Postgres {
		d.Check(d.DB.Query(d.Context()).Exec("ANALYZE comments, comment_log").Error)
	}
}

// Each filter of the log is answered by an index, with others beside it and on later
// pages: no list reads the whole log, or sorts all entries that match.
func TestFiltersOfTheLogDoNotReadTheWholeLog(t *testing.T) {
	discussiontest.Each(t, func(d *discussiontest.Desk) {
		fillLog(d)
		var middle, comment int64
		d.Check(d.DB.Query(d.Context()).Raw("SELECT id, comment_id FROM comment_log ORDER BY id LIMIT 1 OFFSET 20000").Row().Scan(&middle, &comment))
		from, to := d.Clock.Now().Add(time.Hour), d.Clock.Now().Add(2*time.Hour)
		filters := map[string]*logbook.Filter{
			"none": {}, "a range of days": {From: from, To: to}, "an account": {Account: 2}, "an actor": {Actor: models.ActorRules.Name},
			"a comment": {Comment: comment}, "a writer": {Writer: comment}, "categories": {Within: []int64{1, 2}}, "no category": {Within: []int64{}},
			"an account in a range":             {Account: 2, From: from, To: to},
			"an account's spam":                 {Account: 2, Act: logbook.Spam},
			"an actor's act in categories":      {Actor: models.ActorRules.Name, Act: logbook.Approve, Within: []int64{1}},
			"a writer's spam by an account":     {Writer: comment, Account: 2, Act: logbook.Spam},
			"an account without entries":        {Account: 999},
			"an act in a range and in sections": {Act: logbook.Trash, From: from, To: to, Within: []int64{1}},
		}
		for _, act := range logbook.Acts {
			filters["the act "+string(act)] = &logbook.Filter{Act: act}
		}
		watched := modeltest.Watch(d, d.DB)
		for name, f := range filters {
			for _, before := range []int64{0, middle} {
				_, err := logbook.List(d.Context(), d.DB, f, before)
				d.Check(err)
				for _, plan := range watched.Plans("FROM comment_log") {
					if fault := faultOf(plan, f); fault != "" {
						d.Errorf("%s, before %d: %s\n%s", name, before, fault, plan)
					}
				}
			}
		}
		_, err := logbook.People(d.Context(), d.DB)
		d.Check(err)
		for _, plan := range watched.Plans("FROM comment_log") {
			if strings.Contains(plan, "SCAN l") || strings.Contains(plan, "Seq Scan on comment_log") {
				d.Errorf("people: %s", plan)
			}
		}
		d.Check(d.DB.Query(d.Context()).Raw("SELECT COUNT(*) FROM comment_log l WHERE note = ''").Scan(new(int)).Error)
		for _, plan := range watched.Plans("note = ''") {
			if faultOf(plan, &logbook.Filter{Account: 2}) == "" {
				d.Errorf("a scan of the whole log is not detected:\n%s", plan)
			}
		}
	})
}

// faultOf returns what makes a plan slow in a long log, "" for nothing.
func faultOf(plan string, f *logbook.Filter) string {
	indexed := f.Account != 0 || f.Actor != "" || f.Act != "" || f.Comment != 0 || f.Writer != 0
	inner := strings.Contains(plan, "CO-ROUTINE l") // whose rows the outer query scans
	for step := range strings.Lines(plan) {
		step = strings.TrimSpace(step)
		switch {
		case step == "SCAN l" && inner:
			inner = false
		case strings.Contains(step, "Seq Scan on comment"), slices.Contains([]string{"SCAN l", "SCAN c", "SCAN m"}, step):
			return step
		case indexed && strings.HasPrefix(step, "SCAN l USING"):
			return "an index serves the filter, and is not used: " + step
		case strings.HasPrefix(step, "USE TEMP B-TREE") && f.Comment == 0 && f.Writer == 0:
			return "all entries that match are sorted: " + step
		}
	}
	return ""
}

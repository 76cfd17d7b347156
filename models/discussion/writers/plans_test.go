package writers_test

import (
	"strings"
	"testing"
	"time"

	"broadsheet/models"
	"broadsheet/models/discussion"
	"broadsheet/models/discussion/moderation"
	"broadsheet/models/discussion/writernotes"
	"broadsheet/models/discussion/writers"
	"broadsheet/models/modeltest"
	"broadsheet/models/people/bans"
)

// fillComments adds 40,000 comments by 2,000 browsers, one in ten of them with a
// verified address and one in ten by an account, under two articles.
func fillComments(d *desk) (world moderation.Scope) {
	d.Helper()
	inWorld, world := in(d, "world")
	inSports, _ := in(d, "sports")
	now, account := models.At(d.Clock.Now()), d.Account("Sam", "sam@reader.example", "subscriber")
	d.Check(d.DB.Write(d.Context(), func(tx *models.Tx) error {
		return models.Exec(d.Context(), tx, `INSERT INTO comments (article_id, author, email, verified, user_id, ip, network, text, html, policy, state, state_at, created_at, token_hash)
			WITH RECURSIVE k (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM k WHERE i < 39999)
			SELECT CASE WHEN i % 20 = 0 THEN CAST(? AS BIGINT) ELSE ? END, 'Reader ' || (i % 2000), 'r' || (i % 2000) || '@example.org', i % 10 = 1,
				CASE WHEN i % 10 = 2 THEN CAST(? AS BIGINT) END, '10.' || (i / 100 % 200) || '.' || (i % 100) || '.7', '10.' || (i / 100 % 200) || '.' || (i % 100) || '.0/24', 'Text ' || i, '', 1,
				CASE WHEN i % 7 = 0 THEN 'spam' ELSE 'approve' END, CAST(? AS BIGINT), CAST(? AS BIGINT) + i, 'b' || (i % 2000) FROM k`,
			inWorld, inSports, account.ID, now, now)
	}))
	_, err := discussion.IndexForSearch(d.Context(), d.DB)
	d.Check(err)
	if d.DB.Dialect() == models.Postgres {
		d.Check(d.DB.Query(d.Context()).Exec("ANALYZE comments, comment_words").Error)
	}
	return world
}

// No list of writers, no search and no profile reads all comments.
func TestListsOfWritersDoNotReadAllComments(t *testing.T) {
	each(t, func(d *desk) {
		world := fillComments(d)
		var newest discussion.Comment
		d.Check(d.DB.Query(d.Context()).Order("id DESC").First(&newest).Error)
		d.Check(writernotes.Add(d.Context(), d.DB, models.Actor{Name: "Mona"}, writernotes.Browser, "b7", "A note."))
		d.Ban(bans.Suspended, bans.TargetEmail, "r11@example.org")
		watched := modeltest.Watch(d, d.DB)
		look := func(what string, err error) {
			d.Helper()
			d.Check(err)
			for _, plan := range watched.Plans("comments") {
				if fault := faultOf(plan); fault != "" {
					d.Errorf("%s: %s\n%s", what, fault, plan)
				}
			}
		}
		for name, scope := range map[string]moderation.Scope{"": nil, " in categories": world} {
			for _, before := range []int64{0, newest.ID - 500} {
				_, _, err := writers.Recent(d.Context(), d.DB, scope, before)
				look("the newest"+name, err)
				for _, text := range []string{"r11@example.org", "10.7.1.7", "10.7.0.0/16", "reader 77", "nobody"} {
					_, _, err := writers.Search(d.Context(), d.DB, scope, text, before)
					look("a search for "+text+name, err)
				}
			}
			_, _, err := writers.Noted(d.Context(), d.DB, scope, 0)
			look("those with notes"+name, err)
			_, _, err = writers.Under(d.Context(), d.DB, scope, []bans.Kind{bans.Banned, bans.Suspended}, 0, 0)
			look("those under bans"+name, err)
			for _, w := range []writers.Writer{
				{Kind: writernotes.Browser, Value: "b7"},
				{Kind: writernotes.Email, Value: "r11@example.org"},
				{Kind: writernotes.Typed, Value: "r11@example.org"},
			} {
				_, _, err := w.Comments(d.Context(), d.DB, scope, discussion.Spam, 0)
				look("comments of "+string(w.Kind)+name, err)
				if _, err := writers.ProfileOf(d.Context(), d.DB, scope, w, d.Clock.Now().Add(time.Hour)); models.KindOf(err) != models.NotFound {
					look("the profile of "+string(w.Kind)+name, err)
				}
			}
		}
		d.Check(d.DB.Query(d.Context()).Raw("SELECT COUNT(*) FROM comments WHERE text LIKE 'A%'").Scan(new(int)).Error)
		for _, plan := range watched.Plans("LIKE 'A%'") {
			if faultOf(plan) == "" {
				d.Errorf("a scan of all comments is not detected:\n%s", plan)
			}
		}
	})
}

// faultOf returns what makes a plan slow with many comments, "" for nothing. A query for
// the newest comments goes along the key and stops at its limit.
func faultOf(plan string) string {
	query, _, _ := strings.Cut(plan, "\n")
	stops := strings.Contains(query, "ORDER BY id DESC LIMIT") && !strings.Contains(plan, "USE TEMP B-TREE FOR ORDER BY")
	for step := range strings.Lines(plan) {
		step = strings.TrimSpace(step)
		for _, table := range []string{"comments", "c", "n"} {
			if step == "SCAN "+table && !stops {
				return step
			}
		}
		if strings.Contains(step, "Seq Scan on comments") {
			return step
		}
	}
	return ""
}

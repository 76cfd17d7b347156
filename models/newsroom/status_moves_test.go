package newsroom_test

import (
	"context"
	"testing"
	"time"

	"broadsheet/models"
	"broadsheet/models/modeltest"
	"broadsheet/models/newsroom"
)

var statuses = []newsroom.Status{newsroom.Draft, newsroom.InReview, newsroom.Scheduled, newsroom.Published, newsroom.Withdrawn, newsroom.Trashed}

// allowedMoves says for each status, in the order of statuses, whether an article
// can change to each other one.
var allowedMoves = map[newsroom.Status]string{
	//                   DISPWT
	newsroom.Draft:     "-yyy-y",
	newsroom.InReview:  "y-yy-y",
	newsroom.Scheduled: "y--y-y",
	newsroom.Published: "y-y-yy",
	newsroom.Withdrawn: "y--y-y",
	newsroom.Trashed:   "yyyyy-",
}

// Each status meets each move, by the move itself and by a save. A move that is
// allowed leaves an entry in the audit, calls the mover of comments at the
// border of the trash only, and gives the article its place in the lists. A move
// that is refused changes nothing.
func TestEveryStatusMeetsEveryMove(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		for _, from := range statuses {
			for i, to := range statuses {
				for _, bySave := range []bool{false, true} {
					name := string(from) + " to " + string(to)
					if bySave {
						name += " by a save"
					}
					a := save(t, db, newsroom.Manuscript{Title: name, Body: "Text.", Status: from, PublishedAt: clock.Now().Add(-time.Hour)})
					if a.Status != from {
						t.Fatalf("%s: a new article is %s", name, a.Status)
					}
					allowed := allowedMoves[from][i] == 'y'
					crosses := (from == newsroom.Trashed) != (to == newsroom.Trashed)
					var moved []bool
					var err error
					if bySave {
						allowed = (allowed || from == to) && !crosses
						_, _, err = newsroom.Save(t.Context(), db, edith, newsroom.AnyVersion, newsroom.Manuscript{ID: a.ID, Title: name, Body: "Changed.", Status: to})
					} else {
						err = db.Write(t.Context(), func(tx *models.Tx) error {
							moved = nil
							return newsroom.MoveStatus(t.Context(), tx, edith, a.ID, to, "A note.", func(_ context.Context, _ *models.Tx, _ models.Actor, _ int64, trashed bool) error {
								moved = append(moved, trashed)
								return nil
							})
						})
					}
					if allowed && err != nil || !allowed && models.KindOf(err) != models.Conflict {
						t.Errorf("%s: %v", name, err)
						continue
					}
					if !bySave && allowed && crosses != (len(moved) == 1 && moved[0] == (to == newsroom.Trashed)) {
						t.Errorf("%s: comments moved %v", name, moved)
					}
					checkMoved(t, db, name, a, from, to, allowed)
				}
			}
		}
	})
}

// checkMoved checks the stored row of an article after a move.
func checkMoved(t *testing.T, db *models.DB, name string, a *newsroom.Article, from, to newsroom.Status, allowed bool) {
	t.Helper()
	after, err := newsroom.ByID(t.Context(), db, a.ID)
	if err != nil {
		t.Fatal(err)
	}
	want, entries := from, 0
	if allowed {
		want = to
	}
	if allowed && from != to {
		entries = 1
	}
	if after.Status != want || after.Version != a.Version+map[bool]int{true: 1}[allowed] {
		t.Errorf("%s: it is %s, version %d", name, after.Status, after.Version)
	}
	var listed int64
	if err := db.Query(t.Context()).Raw("SELECT COUNT(*) FROM listings WHERE article_id = ? AND kind = 0", a.ID).Scan(&listed).Error; err != nil || (listed == 1) != (want == newsroom.Published) {
		t.Errorf("%s: it is %d times in the list of all articles (%v)", name, listed, err)
	}
	audit, err := models.AuditTrail(t.Context(), db, models.Subject{Kind: models.ArticleSubject, ID: a.ID}, 10, "status")
	if err != nil || len(audit) != entries {
		t.Fatalf("%s: %+v (%v)", name, audit, err)
	}
	if entries == 1 && (audit[0].Before != string(from) || audit[0].After != string(to) || audit[0].Actor != "Edith") {
		t.Errorf("%s: the audit says %+v", name, audit[0])
	}
}

// An article leaves the trash with the status that it had, and a withdrawn one
// with its note.
func TestAnArticleReturnsToItsStatusFromTheTrash(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		restore := func(id int64) error {
			return db.Write(t.Context(), func(tx *models.Tx) error { return newsroom.RestoreStatus(t.Context(), tx, edith, id, moveComments) })
		}
		for _, status := range statuses[:5] {
			a := save(t, db, newsroom.Manuscript{Title: string(status), Body: "Text.", Status: status, StatusNote: "Wrong.", PublishedAt: clock.Now().Add(-time.Hour)})
			if err := restore(a.ID); models.KindOf(err) != models.Conflict {
				t.Errorf("a %s article is restored: %v", status, err)
			}
			if err := setStatus(t, db, a.ID, newsroom.Trashed, ""); err != nil {
				t.Fatal(err)
			}
			if err := restore(a.ID); err != nil {
				t.Fatal(err)
			}
			after, err := newsroom.ByID(t.Context(), db, a.ID)
			note := ""
			if status == newsroom.Withdrawn {
				note = "Wrong."
			}
			if err != nil || after.Status != status || after.StatusBefore != "" || after.StatusNote != note {
				t.Errorf("a %s article comes back as %s, before %q, note %q (%v)", status, after.Status, after.StatusBefore, after.StatusNote, err)
			}
		}
		imported := save(t, db, newsroom.Manuscript{Title: "Trashed from the start", Body: "Text.", Status: newsroom.Trashed})
		if err := restore(imported.ID); err != nil {
			t.Fatal(err)
		}
		if after, err := newsroom.ByID(t.Context(), db, imported.ID); err != nil || after.Status != newsroom.Draft {
			t.Errorf("an article that began in the trash comes back as %s (%v)", after.Status, err)
		}
	})
}

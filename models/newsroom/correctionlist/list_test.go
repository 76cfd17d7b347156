package correctionlist_test

import (
	"fmt"
	"os"
	"testing"
	"time"

	"broadsheet/models"
	"broadsheet/models/modeltest"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/correctionlist"
)

func TestMain(m *testing.M) { os.Exit(modeltest.Main(m)) }

func TestTheListHasTheCorrectionsOfPublicArticles(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		for i := range 7 {
			m := newsroom.Manuscript{Title: fmt.Sprint("Story ", i), Body: "Text"}
			if i == 3 {
				m.Status = newsroom.Draft
			}
			for j := range i % 3 {
				at := clock.Now().Add(time.Duration(-10*i-j) * time.Hour)
				m.Corrections = append(m.Corrections, newsroom.Correction{Kind: newsroom.Correct, At: models.At(at), Text: fmt.Sprintf("%d.%d", i, j)})
			}
			if _, _, err := newsroom.Save(t.Context(), db, models.ActorCommand, newsroom.AnyVersion, m); err != nil {
				t.Fatal(err)
			}
		}
		var got []string
		for number := 1; ; number++ {
			p, err := correctionlist.Load(t.Context(), db, number, 2)
			if number > 3 {
				if models.KindOf(err) != models.NotFound {
					t.Errorf("page %d: %v", number, err)
				}
				break
			}
			if err != nil || p.Last != 3 {
				t.Fatalf("page %d of %+v (%v)", number, p, err)
			}
			for _, e := range p.Entries {
				got = append(got, e.Text)
				if e.Article.ID != e.ArticleID || e.GUID == "" || e.At.IsZero() {
					t.Errorf("%+v", e)
				}
			}
		}
		if want := "[1.0 2.0 2.1 4.0 5.0 5.1]"; fmt.Sprint(got) != want {
			t.Errorf("listed %v, want %s", got, want)
		}
	})
}

// BenchmarkLastPage reads the last page of 100,000 corrections.
func BenchmarkLastPage(b *testing.B) {
	db := modeltest.SQLite(b, modeltest.NewClock())
	a, _, err := newsroom.Save(b.Context(), db, models.ActorCommand, newsroom.AnyVersion, newsroom.Manuscript{Title: "Story", Body: "Text"})
	if err == nil {
		err = db.Write(b.Context(), func(tx *models.Tx) error {
			return models.Exec(b.Context(), tx, `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000)
				INSERT INTO corrections (article_id, kind, at, text) SELECT ?, 'correction', i, 'It was nine.' FROM n`, a.ID)
		})
	}
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if p, err := correctionlist.Load(b.Context(), db, 5000, 20); err != nil || len(p.Entries) != 20 {
			b.Fatal(err)
		}
	}
}

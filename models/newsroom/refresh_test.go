package newsroom_test

import (
	"fmt"
	"strings"
	"testing"

	"broadsheet/models"
	"broadsheet/models/modeltest"
	"broadsheet/models/newsroom"
	"broadsheet/models/richtext"
)

// RefreshRendered renders bodies of an older policy from their source, with their
// article cards, and leaves the others unchanged.
func TestOldBodiesAreRenderedUnderTheNewPolicy(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, _ *modeltest.Clock) {
		target := save(t, db, newsroom.Manuscript{Title: "Target", Body: "x"})
		path := site(t, db).ArticlePath(target)
		for i := range 45 {
			save(t, db, newsroom.Manuscript{
				Title: fmt.Sprint("Article ", i), Format: richtext.Markdown,
				Body: "![A boat](https://other.example/x.jpg)\n\n[Target](" + path + ")\n",
			})
		}
		err := db.Write(t.Context(), func(tx *models.Tx) error {
			return tx.Query(t.Context()).Exec("UPDATE article_bodies SET html = '<p><img src=\"https://other.example/x.jpg\"></p>', policy = 1 WHERE article_id % 3 = 0").Error
		})
		if err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if err := newsroom.RefreshRendered(t.Context(), db); err != nil {
				t.Fatal(err)
			}
			var bodies []newsroom.ArticleBody
			if err := db.Query(t.Context()).Where("article_id <> ?", target.ID).Find(&bodies).Error; err != nil || len(bodies) != 45 {
				t.Fatalf("%d bodies (%v)", len(bodies), err)
			}
			for _, b := range bodies {
				if b.Policy != richtext.ArticlePolicyVersion || strings.Contains(b.HTML, "<img") || !strings.Contains(b.HTML, "A boat</a>") || !strings.Contains(b.HTML, "data-story") {
					t.Errorf("article %d, policy %d: %s", b.ArticleID, b.Policy, b.HTML)
				}
			}
		}
	})
}

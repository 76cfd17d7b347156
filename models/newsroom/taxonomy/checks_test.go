package taxonomy_test

import (
	"slices"
	"testing"

	"broadsheet/models"
	"broadsheet/models/modeltest"
	"broadsheet/models/newsroom/taxonomy"
)

func TestWhatCategoriesAskOfArticles(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, _ *modeltest.Clock) {
		err := db.Write(t.Context(), func(tx *models.Tx) error {
			for _, path := range []string{"news/courts", "sport"} {
				if _, err := taxonomy.EnsureCategory(t.Context(), tx, path); err != nil {
					return err
				}
			}
			return models.Exec(t.Context(), tx, `UPDATE categories SET
				required = CASE path WHEN 'news' THEN 'tags picture no-such-check' WHEN 'news/courts' THEN 'second' ELSE '' END,
				comments = CASE path WHEN 'news' THEN 'premoderated' WHEN 'sport' THEN 'verified' ELSE '' END,
				comment_days = CASE path WHEN 'sport' THEN 14 ELSE 0 END`)
		})
		if err != nil {
			t.Fatal(err)
		}
		tree, err := taxonomy.LoadCategories(t.Context(), db)
		if err != nil {
			t.Fatal(err)
		}
		courts, sport := tree.ByPath("news/courts"), tree.ByPath("sport")
		var checks []taxonomy.Check
		for _, r := range tree.Required([]*taxonomy.Category{courts, sport}) {
			checks = append(checks, r.Check)
		}
		if want := []taxonomy.Check{taxonomy.CheckPicture, taxonomy.CheckTags, taxonomy.CheckSecond}; !slices.Equal(checks, want) {
			t.Errorf("courts require %v, want %v", checks, want)
		}
		rules := tree.CommentRules([]*taxonomy.Category{courts, sport}, []*taxonomy.Tag{
			{Name: "Trial", CommentDefault: taxonomy.CommentDefault{Comments: taxonomy.CommentsOpen, CommentDays: 3}},
			{Name: "Silent"},
		})
		if !rules.Premoderated || !rules.Verified || !rules.Open || rules.Closed || rules.Days != 3 {
			t.Errorf("the rules are %+v", rules)
		}
		if want := []string{"news", "sport", "Trial"}; !slices.Equal(rules.By, want) {
			t.Errorf("the rules come from %v, want %v", rules.By, want)
		}
	})
}

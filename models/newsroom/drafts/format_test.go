package drafts_test

import (
	"testing"

	"broadsheet/models"
	"broadsheet/models/modeltest"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/drafts"
	"broadsheet/models/richtext"
)

// The desk edits an imported text without markup as HTML. Its paragraphs stay, and readers
// see no difference.
func TestATextWithoutMarkupKeepsItsParagraphs(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, _ *modeltest.Clock) {
		for _, source := range []string{
			"First paragraph.\n\nSecond & <last> paragraph,\nin two lines.",
			"ملت ايران\n\n\n  لقد صدق  \n \nآخر",
			"一行目。\n二行目。\n\n次の段落。",
			"https://harbour.example/notices/\n\n1. not a list\r\n\r\n# not a heading",
			"",
		} {
			id := published(t, db, newsroom.Manuscript{Title: "Imported", Format: richtext.Text, Body: source})
			rendered := func() string {
				var body newsroom.ArticleBody
				if err := db.Query(t.Context()).Where("article_id = ?", id).Take(&body).Error; err != nil {
					t.Fatal(err)
				}
				return body.HTML
			}
			before, d := rendered(), open(t, db, id)
			if d.Text.Format != richtext.HTML || d.Number != 0 && d.Pending {
				t.Fatalf("%q opens as %+v", source, d)
			}
			text := d.Text
			text.Title = "Edited"
			stored, err := drafts.Save(t.Context(), db, edith, id, d.Number, text, nil)
			if err == nil {
				_, err = drafts.Show(t.Context(), db, edith, id, drafts.Move{Number: stored.Number})
			}
			if err != nil || rendered() != before {
				t.Errorf("%q (%v):\n%q becomes\n%q", source, err, before, rendered())
			}
		}
	})
}

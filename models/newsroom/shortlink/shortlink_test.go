package shortlink_test

import (
	"os"
	"testing"

	"broadsheet/models"
	"broadsheet/models/modeltest"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/pictures"
	"broadsheet/models/newsroom/shortlink"
)

func TestMain(m *testing.M) { os.Exit(modeltest.Main(m)) }

// WordPress's address of an attachment must not lead to a picture that is not
// public.
func TestAttachmentsFollowTheirArticles(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, _ *modeltest.Clock) {
		var lead *pictures.Picture
		err := db.Write(t.Context(), func(tx *models.Tx) (err error) {
			if lead, err = pictures.Add(t.Context(), tx, pictures.Picture{Key: "lead", Format: "jpeg", Width: 8, Height: 8}); err != nil {
				return err
			}
			return tx.Query(t.Context()).Exec("UPDATE media SET wp_id = 7 WHERE key = 'lead'").Error
		})
		if err != nil {
			t.Fatal(err)
		}
		a, _, err := newsroom.Save(t.Context(), db, models.ActorCommand, newsroom.AnyVersion, newsroom.Manuscript{Title: "Article", Body: "Text.", Status: newsroom.Draft, PictureID: &lead.ID})
		if err != nil {
			t.Fatal(err)
		}
		site, err := newsroom.LoadSite(t.Context(), db)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := shortlink.Target(t.Context(), db, site, shortlink.Query{Form: "attachment_id", Value: "7"}); models.KindOf(err) != models.NotFound {
			t.Errorf("the picture of a draft: %v", err)
		}
		publish := func(tx *models.Tx) error {
			return newsroom.MoveStatus(t.Context(), tx, models.ActorCommand, a.ID, newsroom.Published, "", nil)
		}
		if err := db.Write(t.Context(), publish); err != nil {
			t.Fatal(err)
		}
		if to, err := shortlink.Target(t.Context(), db, site, shortlink.Query{Form: "attachment_id", Value: "7"}); err != nil || to != "/media/lead/1280.jpg" {
			t.Errorf("the picture of a public article: %q, %v", to, err)
		}
	})
}
